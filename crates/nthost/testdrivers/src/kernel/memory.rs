//! MDLs, objects in memory, and references.

use wdk_sys::{
    _LOCK_OPERATION::IoReadAccess, _MEMORY_CACHING_TYPE::MmCached, ACCESS_MASK, BOOLEAN, HANDLE,
    KPROCESSOR_MODE, LARGE_INTEGER, LOCK_OPERATION, LONG_PTR, MEMORY_CACHING_TYPE, NTSTATUS,
    PALLOCATE_FUNCTION_EX, PDEVICE_OBJECT, PERESOURCE, PFREE_FUNCTION_EX, PHYSICAL_ADDRESS,
    PIO_WORKITEM, PIRP, PKDEFERRED_ROUTINE, PKDPC, PKTIMER, PLOOKASIDE_LIST_EX, PMDL,
    POBJECT_HANDLE_INFORMATION, POBJECT_TYPE, POOL_TYPE, PVOID,
};

use super::calls;

calls! {
    KeInitializeTimer(timer: PKTIMER);
    KeSetTimer(timer: PKTIMER, due: LARGE_INTEGER, dpc: PKDPC) -> BOOLEAN;
    KeCancelTimer(timer: PKTIMER) -> BOOLEAN;
    KeInitializeDpc(dpc: PKDPC, routine: PKDEFERRED_ROUTINE, context: PVOID);
    KeInsertQueueDpc(dpc: PKDPC, first: PVOID, second: PVOID) -> BOOLEAN;
    KeFlushQueuedDpcs();
    ExInitializeResourceLite(resource: PERESOURCE) -> NTSTATUS;
    ExDeleteResourceLite(resource: PERESOURCE) -> NTSTATUS;
    ExInitializeLookasideListEx(
        list: PLOOKASIDE_LIST_EX, allocate: PALLOCATE_FUNCTION_EX, free: PFREE_FUNCTION_EX,
        kind: POOL_TYPE, flags: u32, size: u64, tag: u32, depth: u16
    ) -> NTSTATUS;
    ExDeleteLookasideListEx(list: PLOOKASIDE_LIST_EX);
    IoAllocateWorkItem(device: PDEVICE_OBJECT) -> PIO_WORKITEM;
    IoFreeWorkItem(item: PIO_WORKITEM);
    IoAllocateIrp(locations: i8, charges: BOOLEAN) -> PIRP;
    IoFreeIrp(irp: PIRP);
    IoAllocateMdl(address: PVOID, length: u32, secondary: BOOLEAN, charges: BOOLEAN, irp: PIRP) -> PMDL;
    IoFreeMdl(mdl: PMDL);
    IoBuildPartialMdl(source: PMDL, target: PMDL, address: PVOID, length: u32);
    MmProbeAndLockPages(mdl: PMDL, mode: KPROCESSOR_MODE, operation: LOCK_OPERATION);
    MmUnlockPages(mdl: PMDL);
    MmBuildMdlForNonPagedPool(mdl: PMDL);
    MmMapLockedPagesSpecifyCache(
        mdl: PMDL, mode: KPROCESSOR_MODE, cache: MEMORY_CACHING_TYPE, address: PVOID, stops: u32,
        priority: i32
    ) -> PVOID;
    MmMapLockedPages(mdl: PMDL, mode: KPROCESSOR_MODE) -> PVOID;
    MmUnmapLockedPages(address: PVOID, mdl: PMDL);
    MmAllocateContiguousMemory(bytes: u64, highest: PHYSICAL_ADDRESS) -> PVOID;
    MmFreeContiguousMemory(memory: PVOID);
    ObfReferenceObject(object: PVOID) -> LONG_PTR;
    ObfDereferenceObject(object: PVOID) -> LONG_PTR;
    ObReferenceObjectByHandle(
        handle: HANDLE, access: ACCESS_MASK, kind: POBJECT_TYPE, mode: KPROCESSOR_MODE,
        object: *mut PVOID, information: POBJECT_HANDLE_INFORMATION
    ) -> NTSTATUS;
}

/// `NormalPagePriority` and `MdlMappingNoExecute`.
pub(crate) const PRIORITY: i32 = 0x4000_0010;

/// An MDL for a buffer.
pub(crate) fn describe(buffer: PVOID, length: u32) -> PMDL {
    IoAllocateMdl(buffer, length, 0, 0, core::ptr::null_mut())
}

/// Locks the pages of an MDL.
pub(crate) fn lock(mdl: PMDL) {
    MmProbeAndLockPages(mdl, 0, IoReadAccess);
}

/// Maps an MDL.
pub(crate) fn map(mdl: PMDL) -> PVOID {
    MmMapLockedPagesSpecifyCache(mdl, 0, MmCached, core::ptr::null_mut(), 0, PRIORITY)
}
