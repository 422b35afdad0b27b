//! Lookaside lists: caches of blocks of one size.
//!
//! Drivers allocate the structures and hand them to the kernel. `ExAllocateFromNPagedLookasideList`
//! and its like are inline functions in a driver, which use the members directly: they pop an entry
//! off `ListHead`, or else call `Allocate` or `AllocateEx`.
//!
//! [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/kernel/using-lookaside-lists)

use core::ffi::c_void;

use crate::nt::{LIST_ENTRY, POOL_TYPE, SINGLE_LIST_ENTRY, SLIST_HEADER};

/// Bytes that two processors should not share, which align a [`GENERAL_LOOKASIDE`].
pub const SYSTEM_CACHE_ALIGNMENT_SIZE: u32 = if cfg!(target_arch = "x86_64") { 64 } else { 128 };

/// Raise an exception when there is no memory.
pub const EX_LOOKASIDE_LIST_EX_FLAGS_RAISE_ON_FAIL: u32 = 1;
/// Return NULL when there is no memory.
pub const EX_LOOKASIDE_LIST_EX_FLAGS_FAIL_NO_RAISE: u32 = 2;

callbacks! {
    /// Allocates a block for a lookaside list; NULL if there is no memory.
    ALLOCATE_FUNCTION, PALLOCATE_FUNCTION = fn(
        PoolType: POOL_TYPE,
        NumberOfBytes: usize,
        Tag: u32,
    ) -> *mut c_void;

    /// Allocates a block for a lookaside list, which it is told; NULL if there is no memory.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nc-wdm-allocate_function_ex)
    ALLOCATE_FUNCTION_EX, PALLOCATE_FUNCTION_EX = fn(
        PoolType: POOL_TYPE,
        NumberOfBytes: usize,
        Tag: u32,
        Lookaside: *mut LOOKASIDE_LIST_EX,
    ) -> *mut c_void;

    /// Frees a block of a lookaside list.
    FREE_FUNCTION, PFREE_FUNCTION = fn(Buffer: *mut c_void);

    /// Frees a block of a lookaside list, which it is told.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nc-wdm-free_function_ex)
    FREE_FUNCTION_EX, PFREE_FUNCTION_EX = fn(
        Buffer: *mut c_void,
        Lookaside: *mut LOOKASIDE_LIST_EX,
    );
}

/// Declares the two types that differ in their alignment only.
macro_rules! general_lookaside {
    ($( $(#[$meta:meta])* $name:ident; )*) => {$(
        $(#[$meta])*
        #[derive(Clone, Copy)]
        pub struct $name {
            /// The cached blocks.
            pub u: GENERAL_LOOKASIDE_LIST,
            /// Most blocks to cache for now.
            pub Depth: u16,
            /// Most blocks to cache ever.
            pub MaximumDepth: u16,
            /// Allocations.
            pub TotalAllocates: u32,
            /// Allocations that found a block, or those that did not.
            pub u2: GENERAL_LOOKASIDE_ALLOCATES,
            /// Blocks that were given back.
            pub TotalFrees: u32,
            /// Blocks given back that were cached, or those that were not.
            pub u3: GENERAL_LOOKASIDE_FREES,
            /// Pool that blocks come from.
            pub Type: POOL_TYPE,
            /// Tag of the blocks.
            pub Tag: u32,
            /// Bytes of a block.
            pub Size: u32,
            /// How a block is allocated.
            pub u4: GENERAL_LOOKASIDE_ALLOCATE,
            /// How a block is freed.
            pub u5: GENERAL_LOOKASIDE_FREE,
            /// In the kernel's list of such lists.
            pub ListEntry: LIST_ENTRY,
            /// `TotalAllocates` when `Depth` was last considered.
            pub LastTotalAllocates: u32,
            /// Hits or misses at that time.
            pub u6: GENERAL_LOOKASIDE_LAST_ALLOCATES,
            /// Reserved.
            pub Future: [u32; 2],
        }

        default_is_zero!($name);
    )*};
}

general_lookaside! {
    /// Lookaside list, on a cache line of its own.
    #[cfg_attr(target_arch = "x86_64", repr(C, align(64)))]
    #[cfg_attr(not(target_arch = "x86_64"), repr(C, align(128)))]
    GENERAL_LOOKASIDE;

    /// Lookaside list with the alignment of its members.
    #[repr(C)]
    GENERAL_LOOKASIDE_POOL;
}

/// The cached blocks of a lookaside list.
#[repr(C)]
#[derive(Clone, Copy)]
pub union GENERAL_LOOKASIDE_LIST {
    /// List that several threads can use at once.
    pub ListHead: SLIST_HEADER,
    /// List that they cannot.
    pub SingleListHead: SINGLE_LIST_ENTRY,
}

/// Count of allocations of one kind.
#[repr(C)]
#[derive(Clone, Copy)]
pub union GENERAL_LOOKASIDE_ALLOCATES {
    /// Those that had to call the allocation function.
    pub AllocateMisses: u32,
    /// Those that did not.
    pub AllocateHits: u32,
}

/// Count of blocks that came back, of one kind.
#[repr(C)]
#[derive(Clone, Copy)]
pub union GENERAL_LOOKASIDE_FREES {
    /// Those that went to the free function.
    pub FreeMisses: u32,
    /// Those that did not.
    pub FreeHits: u32,
}

/// How a block is allocated.
#[repr(C)]
#[derive(Clone, Copy)]
pub union GENERAL_LOOKASIDE_ALLOCATE {
    /// Of a [`LOOKASIDE_LIST_EX`].
    pub AllocateEx: PALLOCATE_FUNCTION_EX,
    /// Of an older list.
    pub Allocate: PALLOCATE_FUNCTION,
}

/// How a block is freed.
#[repr(C)]
#[derive(Clone, Copy)]
pub union GENERAL_LOOKASIDE_FREE {
    /// Of a [`LOOKASIDE_LIST_EX`].
    pub FreeEx: PFREE_FUNCTION_EX,
    /// Of an older list.
    pub Free: PFREE_FUNCTION,
}

/// Count of allocations of one kind at some time before.
#[repr(C)]
#[derive(Clone, Copy)]
pub union GENERAL_LOOKASIDE_LAST_ALLOCATES {
    /// Those that had to call the allocation function.
    pub LastAllocateMisses: u32,
    /// Those that did not.
    pub LastAllocateHits: u32,
}

/// Lookaside list in either pool.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/kernel/eprocess#lookaside_list_ex)
#[repr(C)]
#[derive(Clone, Copy, Default)]
pub struct LOOKASIDE_LIST_EX {
    /// Its members.
    pub L: GENERAL_LOOKASIDE_POOL,
}

/// Older lookaside list in nonpaged pool.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/kernel/eprocess#npaged_lookaside_list)
#[repr(C)]
#[derive(Clone, Copy, Default)]
pub struct NPAGED_LOOKASIDE_LIST {
    /// Its members.
    pub L: GENERAL_LOOKASIDE,
}

/// Older lookaside list in paged pool.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/kernel/eprocess#paged_lookaside_list)
#[repr(C)]
#[derive(Clone, Copy, Default)]
pub struct PAGED_LOOKASIDE_LIST {
    /// Its members.
    pub L: GENERAL_LOOKASIDE,
}
