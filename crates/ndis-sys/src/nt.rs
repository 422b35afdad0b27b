//! The few NT types that NDIS declarations are made of.
//!
//! They are fixed-width and name no other crate, so that they mean the same on every host. Objects
//! of the kernel that NDIS only passes on are opaque; their pointers are to be cast.

use core::ffi::c_void;

/// Status of a kernel function: negative values are errors.
pub type NTSTATUS = i32;

/// Truth value of one byte: [`FALSE`] or anything else.
pub type BOOLEAN = u8;

/// Interrupt request level.
pub type KIRQL = u8;

/// Storage of a spin lock, zero while nobody holds it.
pub type KSPIN_LOCK = usize;

/// How hard an allocation should try when memory is low.
pub type EX_POOL_PRIORITY = i32;

/// Address in physical memory.
pub type PHYSICAL_ADDRESS = LARGE_INTEGER;

/// Dispatch routine of a device, as in a `DRIVER_OBJECT`'s `MajorFunction`.
///
/// It owns the IRP until it completes it or passes it on. IRQL: `PASSIVE_LEVEL` for most requests.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nc-wdm-driver_dispatch)
pub type PDRIVER_DISPATCH =
    Option<unsafe extern "efiapi" fn(DeviceObject: *mut DEVICE_OBJECT, Irp: *mut IRP) -> NTSTATUS>;

/// The false [`BOOLEAN`].
pub const FALSE: BOOLEAN = 0;
/// The true [`BOOLEAN`] that the system itself stores; any value but zero counts as true.
pub const TRUE: BOOLEAN = 1;

/// The allocation may fail when memory is low.
pub const LowPoolPriority: EX_POOL_PRIORITY = 0;
/// The allocation may fail when memory is very low.
pub const NormalPoolPriority: EX_POOL_PRIORITY = 16;
/// The allocation should fail only when there is no memory left.
pub const HighPoolPriority: EX_POOL_PRIORITY = 32;

/// Globally unique identifier.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
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
    /// The characters.
    pub Buffer: *mut u16,
}

/// String as NDIS uses it.
pub type NDIS_STRING = UNICODE_STRING;

/// 64-bit signed number with access to its halves.
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

/// Link of a doubly linked list, and its head.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct LIST_ENTRY {
    /// Next entry, or the head itself after the last one.
    pub Flink: *mut Self,
    /// Entry before this one.
    pub Blink: *mut Self,
}

/// Head of an interlocked singly linked list.
#[repr(C, align(16))]
#[derive(Clone, Copy, Debug, Default)]
pub struct SLIST_HEADER {
    /// Depth and sequence.
    pub Alignment: u64,
    /// Link to the first entry.
    pub Region: u64,
}

/// Head of every object that can be waited for.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct DISPATCHER_HEADER {
    /// Type and size of the object, and a lock bit.
    pub Lock: i32,
    /// Positive while the object is signaled.
    pub SignalState: i32,
    /// Who waits.
    pub WaitListHead: LIST_ENTRY,
}

/// Event object of the kernel.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct KEVENT {
    /// Its state.
    pub Header: DISPATCHER_HEADER,
}

opaque! {
    /// Memory descriptor list: describes a buffer by its physical pages.
    MDL;
    /// Device of a driver.
    DEVICE_OBJECT;
    /// Driver image that the I/O manager has loaded.
    DRIVER_OBJECT;
    /// I/O request packet.
    IRP;
    /// Physical fragments of a buffer, for DMA.
    SCATTER_GATHER_LIST;
    /// Hardware resources of one bus, with their count.
    CM_PARTIAL_RESOURCE_LIST;
    /// Hardware resources of a device.
    CM_RESOURCE_LIST;
}

/// Hardware resources as NDIS hands them to a miniport.
pub type NDIS_RESOURCE_LIST = CM_PARTIAL_RESOURCE_LIST;

/// Handle that NDIS gives out, or context that a driver has registered: only its owner knows what
/// it points to.
pub type NDIS_HANDLE = *mut c_void;

default_is_zero!(LARGE_INTEGER);
