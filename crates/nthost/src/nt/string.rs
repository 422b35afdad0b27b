//! Counted strings.

use core::slice;

/// Most bytes that a [`UNICODE_STRING`] can hold.
pub const UNICODE_STRING_MAX_BYTES: u16 = 65534;

/// Counted UTF-16 string, not necessarily terminated.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows/win32/api/ntdef/ns-ntdef-_unicode_string)
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct UNICODE_STRING {
    /// Bytes in use, without a terminator.
    pub Length: u16,
    /// Bytes that `Buffer` has room for.
    pub MaximumLength: u16,
    /// The characters; they belong to whoever made the string.
    pub Buffer: *mut u16,
}

impl UNICODE_STRING {
    /// Describes `units`, all of which are in use.
    ///
    /// The string borrows them without saying so in its type: it may be used only as long as they
    /// are there, and nothing may be written through it.
    ///
    /// # Panics
    ///
    /// If `units` are more than [`UNICODE_STRING_MAX_BYTES`].
    #[must_use]
    pub fn of(units: &[u16]) -> Self {
        let bytes = u16::try_from(size_of_val(units)).ok();
        let bytes = bytes.filter(|&bytes| bytes <= UNICODE_STRING_MAX_BYTES);
        let Some(bytes) = bytes else {
            panic!("{} characters are too many for a UNICODE_STRING", units.len())
        };
        Self { Length: bytes, MaximumLength: bytes, Buffer: units.as_ptr().cast_mut() }
    }

    /// The characters in use. An odd last byte is none.
    ///
    /// # Safety
    ///
    /// `Buffer` is null, or aligned and valid for reads of `Length` bytes, which nobody changes
    /// during the life of the result.
    #[must_use]
    pub const unsafe fn units(&self) -> &[u16] {
        if self.Buffer.is_null() {
            return &[];
        }
        // SAFETY: the caller says so.
        unsafe { slice::from_raw_parts(self.Buffer, self.Length as usize / size_of::<u16>()) }
    }

    /// The string as Rust has it, with a replacement character for each unpaired surrogate.
    ///
    /// # Safety
    ///
    /// As for [`units`](Self::units).
    #[must_use]
    pub unsafe fn to_string_lossy(&self) -> String {
        // SAFETY: the caller says so.
        String::from_utf16_lossy(unsafe { self.units() })
    }
}

/// Counted string of bytes, not necessarily terminated.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows/win32/api/ntdef/ns-ntdef-string)
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct ANSI_STRING {
    /// Bytes in use, without a terminator.
    pub Length: u16,
    /// Bytes that `Buffer` has room for.
    pub MaximumLength: u16,
    /// The characters, in the system's code page.
    pub Buffer: *mut i8,
}

impl ANSI_STRING {
    /// The characters in use.
    ///
    /// # Safety
    ///
    /// `Buffer` is null, or valid for reads of `Length` bytes, which nobody changes during the life of
    /// the result.
    #[must_use]
    pub const unsafe fn bytes(&self) -> &[u8] {
        if self.Buffer.is_null() {
            return &[];
        }
        // SAFETY: the caller says so.
        unsafe { slice::from_raw_parts(self.Buffer.cast::<u8>(), self.Length as usize) }
    }
}
