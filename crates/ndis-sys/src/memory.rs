//! Memory.

use core::ffi::c_void;

use crate::{EX_POOL_PRIORITY, NDIS_HANDLE, NDIS_STATUS};

imports! {
    /// Allocates nonpaged memory; NULL if there is none.
    ///
    /// IRQL: at most `DISPATCH_LEVEL`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisallocatememorywithtagpriority)
    fn NdisAllocateMemoryWithTagPriority as FN_NDIS_ALLOCATE_MEMORY_WITH_TAG_PRIORITY(
        NdisHandle: NDIS_HANDLE,
        Length: u32,
        Tag: u32,
        Priority: EX_POOL_PRIORITY,
    ) -> *mut c_void;

    /// Frees memory with the handle and tag that it was allocated with.
    ///
    /// IRQL: at most `DISPATCH_LEVEL`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisfreememorywithtagpriority)
    fn NdisFreeMemoryWithTagPriority as FN_NDIS_FREE_MEMORY_WITH_TAG_PRIORITY(
        NdisHandle: NDIS_HANDLE,
        VirtualAddress: *mut c_void,
        Tag: u32,
    );

    /// Frees memory of NDIS, such as the characters of a string that it has allocated, or of one of
    /// the functions here.
    ///
    /// `MemoryFlags` is 0 for such memory, and `Length` is ignored then. IRQL: at most
    /// `DISPATCH_LEVEL`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisfreememory)
    fn NdisFreeMemory as FN_NDIS_FREE_MEMORY(
        VirtualAddress: *mut c_void,
        Length: u32,
        MemoryFlags: u32,
    );

    /// Allocates nonpaged memory. Older form without a handle, which samples still use.
    ///
    /// IRQL: at most `DISPATCH_LEVEL`. Error: `NDIS_STATUS_FAILURE`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/previous-versions/windows/hardware/network/ff550767(v=vs.85))
    fn NdisAllocateMemoryWithTag as FN_NDIS_ALLOCATE_MEMORY_WITH_TAG(
        VirtualAddress: *mut *mut c_void,
        Length: u32,
        Tag: u32,
    ) -> NDIS_STATUS;

    /// Frees memory with the tag that it was allocated with. Older form without a handle.
    ///
    /// IRQL: at most `DISPATCH_LEVEL`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisfreememorywithtag)
    fn NdisFreeMemoryWithTag as FN_NDIS_FREE_MEMORY_WITH_TAG(
        VirtualAddress: *mut c_void,
        Tag: u32,
    );
}
