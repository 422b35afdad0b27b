//! UNICODE_STRING.

use core::{marker::PhantomData, slice};

use wdk_sys::{PUNICODE_STRING, UNICODE_STRING};

use crate::debug::{Line, Print};

/// A counted UTF-16 string that is borrowed for `'a`, in the form that Windows takes.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows/win32/api/ntdef/ns-ntdef-_unicode_string)
///
/// # Invariants
///
/// `raw.Buffer` points to `raw.Length` bytes, an even number, of UTF-16 units that are valid for `'a`.
#[derive(Clone, Copy)]
#[repr(transparent)]
pub struct UnicodeStr<'a> {
    raw: UNICODE_STRING,
    units: PhantomData<&'a [u16]>,
}

// SAFETY: like the `&'a [u16]` that it stands for, it gives shared access to units that nobody changes.
unsafe impl Send for UnicodeStr<'_> {}
// SAFETY: as above.
unsafe impl Sync for UnicodeStr<'_> {}

impl<'a> UnicodeStr<'a> {
    /// The string of these UTF-16 units, or `None` if it is longer than the 32,767 units that a
    /// UNICODE_STRING can count.
    #[must_use]
    pub const fn new(units: &'a [u16]) -> Option<Self> {
        let bytes = size_of_val(units);
        if bytes > 0xFFFE {
            return None;
        }
        #[expect(clippy::cast_possible_truncation, reason = "checked in the line above")]
        let bytes = bytes as u16;
        let raw = UNICODE_STRING {
            Length: bytes,
            MaximumLength: bytes,
            Buffer: units.as_ptr().cast_mut(),
        };
        Some(Self { raw, units: PhantomData })
    }

    /// The string that Windows passed.
    ///
    /// # Safety
    ///
    /// `raw` is null or points to a valid UNICODE_STRING whose units stay valid and unchanged for `'a`.
    pub(crate) unsafe fn from_raw(raw: *const UNICODE_STRING) -> Self {
        // SAFETY: by the contract the pointer is null or valid.
        let raw = unsafe { raw.as_ref() }.copied().unwrap_or_default();
        Self { raw, units: PhantomData }
    }

    /// The UTF-16 units.
    #[must_use]
    pub fn units(&self) -> &'a [u16] {
        if self.raw.Buffer.is_null() {
            return &[];
        }
        // SAFETY: by the invariant the buffer holds so many units for `'a`, and it is not null.
        unsafe { slice::from_raw_parts(self.raw.Buffer, usize::from(self.raw.Length / 2)) }
    }

    /// The pointer that Windows takes for a string it only reads, whatever its type says.
    pub(crate) fn as_ptr(&self) -> PUNICODE_STRING {
        (&raw const self.raw).cast_mut()
    }
}

/// What is not ASCII is a question mark.
impl Print for UnicodeStr<'_> {
    fn print(&self, line: &mut Line) {
        for &unit in self.units() {
            line.push(&[u8::try_from(unit).ok().filter(u8::is_ascii).unwrap_or(b'?')]);
        }
    }
}

/// A [`UnicodeStr`] with the lifetime `'static`, from a string literal.
///
/// ```ignore
/// const NAME: UnicodeStr<'static> = wdm::unicode!(r"\Device\wskrx");
/// ```
#[macro_export]
macro_rules! unicode {
    ($text:expr) => {
        const {
            match $crate::UnicodeStr::new($crate::__private::u16str!($text).as_slice()) {
                Some(string) => string,
                None => panic!("the literal is longer than a UNICODE_STRING can be"),
            }
        }
    };
}
