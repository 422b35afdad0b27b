//! Scalars and small structures that all others are made of.

use core::ffi::c_void;

/// Status of a kernel function: negative values are errors and warnings. See
/// [`status`](crate::nt::status).
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/kernel/using-ntstatus-values)
pub type NTSTATUS = i32;

/// Truth value of one byte: [`FALSE`] or anything else.
pub type BOOLEAN = u8;

/// Handle of an object in the table of a process, or in that of the kernel.
pub type HANDLE = *mut c_void;

/// Set of processors of one group, a bit for each.
pub type KAFFINITY = usize;

/// Whether a request or a wait is for the kernel or for a program.
pub type KPROCESSOR_MODE = i8;

/// Address in physical memory.
pub type PHYSICAL_ADDRESS = LARGE_INTEGER;

/// Pointer to a security descriptor in its self-relative or absolute form.
pub type PSECURITY_DESCRIPTOR = *mut c_void;

/// The false [`BOOLEAN`].
pub const FALSE: BOOLEAN = 0;
/// The true [`BOOLEAN`] that the system itself stores; any value but zero counts as true.
pub const TRUE: BOOLEAN = 1;

/// For the kernel: parameters are trusted.
pub const KernelMode: KPROCESSOR_MODE = 0;
/// For a program: parameters are checked, and waits end when the thread does.
pub const UserMode: KPROCESSOR_MODE = 1;
/// End of the enumeration.
pub const MaximumMode: KPROCESSOR_MODE = 2;

/// Bytes in a page.
pub const PAGE_SIZE: usize = 0x1000;
/// Logarithm of [`PAGE_SIZE`].
pub const PAGE_SHIFT: u32 = 12;
/// Alignment of what the pool allocates, unless it is larger than a page.
pub const MEMORY_ALLOCATION_ALIGNMENT: usize = 16;

/// 64-bit signed number with access to its halves.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows/win32/api/winnt/ns-winnt-large_integer-r1)
#[repr(C)]
#[derive(Clone, Copy)]
pub union LARGE_INTEGER {
    /// The halves.
    pub u: LARGE_INTEGER_PARTS,
    /// The whole.
    pub QuadPart: i64,
}

/// Halves of a [`LARGE_INTEGER`].
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct LARGE_INTEGER_PARTS {
    /// Lower 32 bits.
    pub LowPart: u32,
    /// Upper 32 bits, with the sign.
    pub HighPart: i32,
}

/// 64-bit unsigned number with access to its halves.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows/win32/api/winnt/ns-winnt-ularge_integer-r1)
#[repr(C)]
#[derive(Clone, Copy)]
pub union ULARGE_INTEGER {
    /// The halves.
    pub u: ULARGE_INTEGER_PARTS,
    /// The whole.
    pub QuadPart: u64,
}

/// Halves of a [`ULARGE_INTEGER`].
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct ULARGE_INTEGER_PARTS {
    /// Lower 32 bits.
    pub LowPart: u32,
    /// Upper 32 bits.
    pub HighPart: u32,
}

/// Globally unique identifier.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows/win32/api/guiddef/ns-guiddef-guid)
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct GUID {
    /// First group of eight hexadecimal digits.
    pub Data1: u32,
    /// First group of four.
    pub Data2: u16,
    /// Second group of four.
    pub Data3: u16,
    /// The third group of four, then the group of twelve.
    pub Data4: [u8; 8],
}

default_is_zero!(LARGE_INTEGER, ULARGE_INTEGER);
