//! Memory descriptor lists.

use core::ffi::c_void;

use crate::nt::EPROCESS;

/// Describes a buffer by the pages that it lies in, whose numbers follow the structure.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/kernel/using-mdls)
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct MDL {
    /// Next part of a chain, or null.
    pub Next: *mut Self,
    /// Bytes, with the page numbers.
    pub Size: i16,
    /// [`MDL_MAPPED_TO_SYSTEM_VA`] and so on.
    pub MdlFlags: i16,
    /// Process of the buffer, or null.
    pub Process: *mut EPROCESS,
    /// Address in the system's space, where the flags say that there is one.
    pub MappedSystemVa: *mut c_void,
    /// First page.
    pub StartVa: *mut c_void,
    /// Bytes of the buffer.
    pub ByteCount: u32,
    /// Where the buffer begins in the first page.
    pub ByteOffset: u32,
}

/// Number of a physical page.
pub type PFN_NUMBER = usize;

/// Is mapped into the system's space.
pub const MDL_MAPPED_TO_SYSTEM_VA: i16 = 0x0001;
/// Pages are locked.
pub const MDL_PAGES_LOCKED: i16 = 0x0002;
/// Describes nonpaged pool, which is always mapped.
pub const MDL_SOURCE_IS_NONPAGED_POOL: i16 = 0x0004;
/// Has one of the sizes that are cached.
pub const MDL_ALLOCATED_FIXED_SIZE: i16 = 0x0008;
/// Describes a part of another.
pub const MDL_PARTIAL: i16 = 0x0010;
/// A part that was mapped by itself.
pub const MDL_PARTIAL_HAS_BEEN_MAPPED: i16 = 0x0020;
/// For reading pages in.
pub const MDL_IO_PAGE_READ: i16 = 0x0040;
/// The device writes to the buffer.
pub const MDL_WRITE_OPERATION: i16 = 0x0080;
/// Page tables are locked.
pub const MDL_LOCKED_PAGE_TABLES: i16 = 0x0100;
/// More than the buffer was reserved for the mapping.
pub const MDL_FREE_EXTRA_PTES: i16 = 0x0200;
/// Describes memory outside of the working set.
pub const MDL_DESCRIBES_AWE: i16 = 0x0400;
/// Describes memory of a device.
pub const MDL_IO_SPACE: i16 = 0x0800;
/// Describes the header of a packet.
pub const MDL_NETWORK_HEADER: i16 = 0x1000;
/// The mapping may fail.
pub const MDL_MAPPING_CAN_FAIL: i16 = 0x2000;
/// The contents do not change.
pub const MDL_PAGE_CONTENTS_INVARIANT: i16 = 0x4000;
/// The memory manager's own.
pub const MDL_INTERNAL: i16 = i16::MIN;

/// What a driver does with locked pages.
pub type LOCK_OPERATION = i32;

/// Reads them.
pub const IoReadAccess: LOCK_OPERATION = 0;
/// Writes them.
pub const IoWriteAccess: LOCK_OPERATION = 1;
/// Reads and writes them.
pub const IoModifyAccess: LOCK_OPERATION = 2;

/// How much a mapping matters when memory is low.
pub type MM_PAGE_PRIORITY = i32;

/// May fail when memory is low.
pub const LowPagePriority: MM_PAGE_PRIORITY = 0;
/// May fail when memory is very low.
pub const NormalPagePriority: MM_PAGE_PRIORITY = 16;
/// Fails only when there is no memory left.
pub const HighPagePriority: MM_PAGE_PRIORITY = 32;

/// Added to a priority: the mapping cannot be written.
pub const MdlMappingNoWrite: u32 = 0x8000_0000;
/// Added to a priority: the mapping cannot be executed.
pub const MdlMappingNoExecute: u32 = 0x4000_0000;

/// How a mapping is cached.
pub type MEMORY_CACHING_TYPE = i32;

/// Not at all.
pub const MmNonCached: MEMORY_CACHING_TYPE = 0;
/// As usual.
pub const MmCached: MEMORY_CACHING_TYPE = 1;
/// Writes are combined.
pub const MmWriteCombined: MEMORY_CACHING_TYPE = 2;
