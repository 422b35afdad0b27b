//! The functions of NDIS.

use core::ffi::c_void;

use ndis_sys::{
    BOOLEAN, DRIVER_OBJECT, EX_POOL_PRIORITY, LARGE_INTEGER, LOCK_STATE_EX, NDIS_EVENT,
    NDIS_GENERIC_OBJECT, NDIS_HANDLE, NDIS_IO_WORKITEM_ROUTINE, NDIS_OID_REQUEST,
    NDIS_OPEN_PARAMETERS, NDIS_PORT_NUMBER, NDIS_PROTOCOL_DRIVER_CHARACTERISTICS, NDIS_RW_LOCK_EX,
    NDIS_STATUS, NDIS_TIMER_CHARACTERISTICS, NET_BUFFER, NET_BUFFER_ALLOCATE_MDL_HANDLER,
    NET_BUFFER_FREE_MDL_HANDLER, NET_BUFFER_LIST, NET_BUFFER_LIST_POOL_PARAMETERS,
    NET_BUFFER_POOL_PARAMETERS, NET_IFINDEX, NET_LUID, NET_PNP_EVENT_NOTIFICATION,
};
use wdk_sys::{KIRQL, LARGE_INTEGER as INTERVAL, ntddk};

use super::irp::{lower_level, raise_level};

/// Declares a function for each of NDIS', with the same name.
macro_rules! calls {
    ($( $name:ident($($arg:ident: $ty:ty),*) $(-> $ret:ty)?; )*) => {$(
        #[allow(non_snake_case, reason = "it has its name of C")]
        pub(crate) fn $name($($arg: $ty),*) $(-> $ret)? {
            // SAFETY: the caller keeps the rules of the function's page, or breaks one of them because
            // that is the purpose of this driver.
            unsafe { ndis_sys::$name($($arg),*) }
        }
    )*};
}

calls! {
    NdisRegisterProtocolDriver(
        context: NDIS_HANDLE, given: *mut NDIS_PROTOCOL_DRIVER_CHARACTERISTICS, handle: *mut NDIS_HANDLE
    ) -> NDIS_STATUS;
    NdisDeregisterProtocolDriver(protocol: NDIS_HANDLE);
    NdisReEnumerateProtocolBindings(protocol: NDIS_HANDLE);
    NdisOpenAdapterEx(
        protocol: NDIS_HANDLE, context: NDIS_HANDLE, parameters: *mut NDIS_OPEN_PARAMETERS,
        bind: NDIS_HANDLE, handle: *mut NDIS_HANDLE
    ) -> NDIS_STATUS;
    NdisCloseAdapterEx(binding: NDIS_HANDLE) -> NDIS_STATUS;
    NdisCompleteBindAdapterEx(bind: NDIS_HANDLE, status: NDIS_STATUS);
    NdisCompleteUnbindAdapterEx(unbind: NDIS_HANDLE);
    NdisCompleteNetPnPEvent(
        binding: NDIS_HANDLE, event: *mut NET_PNP_EVENT_NOTIFICATION, status: NDIS_STATUS
    );
    NdisOidRequest(binding: NDIS_HANDLE, request: *mut NDIS_OID_REQUEST) -> NDIS_STATUS;
    NdisCancelOidRequest(binding: NDIS_HANDLE, id: *mut c_void);
    NdisReturnNetBufferLists(binding: NDIS_HANDLE, lists: *mut NET_BUFFER_LIST, flags: u32);
    NdisSendNetBufferLists(
        binding: NDIS_HANDLE, lists: *mut NET_BUFFER_LIST, port: NDIS_PORT_NUMBER, flags: u32
    );
    NdisAllocateNetBufferListPool(
        handle: NDIS_HANDLE, parameters: *const NET_BUFFER_LIST_POOL_PARAMETERS
    ) -> NDIS_HANDLE;
    NdisFreeNetBufferListPool(pool: NDIS_HANDLE);
    NdisAllocateNetBufferPool(
        handle: NDIS_HANDLE, parameters: *const NET_BUFFER_POOL_PARAMETERS
    ) -> NDIS_HANDLE;
    NdisFreeNetBufferPool(pool: NDIS_HANDLE);
    NdisAllocateNetBufferList(pool: NDIS_HANDLE, context: u16, backfill: u16) -> *mut NET_BUFFER_LIST;
    NdisGetDataBuffer(
        buffer: *mut NET_BUFFER, needed: u32, storage: *mut c_void, align: u32, offset: u32
    ) -> *mut c_void;
    NdisFreeNetBufferList(list: *mut NET_BUFFER_LIST);
    NdisAllocateNetBufferMdlAndData(pool: NDIS_HANDLE) -> *mut NET_BUFFER;
    NdisFreeNetBuffer(buffer: *mut NET_BUFFER);
    NdisFreeNetBufferListContext(list: *mut NET_BUFFER_LIST, size: u16);
    NdisRetreatNetBufferDataStart(
        buffer: *mut NET_BUFFER, delta: u32, backfill: u32, allocate: NET_BUFFER_ALLOCATE_MDL_HANDLER
    ) -> NDIS_STATUS;
    NdisAdvanceNetBufferDataStart(
        buffer: *mut NET_BUFFER, delta: u32, frees: BOOLEAN, free: NET_BUFFER_FREE_MDL_HANDLER
    );
    NdisAllocateTimerObject(
        handle: NDIS_HANDLE, wanted: *mut NDIS_TIMER_CHARACTERISTICS, timer: *mut NDIS_HANDLE
    ) -> NDIS_STATUS;
    NdisSetTimerObject(timer: NDIS_HANDLE, due: LARGE_INTEGER, period: i32, context: *mut c_void) -> BOOLEAN;
    NdisCancelTimerObject(timer: NDIS_HANDLE) -> BOOLEAN;
    NdisFreeTimerObject(timer: NDIS_HANDLE);
    NdisAllocateIoWorkItem(handle: NDIS_HANDLE) -> NDIS_HANDLE;
    NdisQueueIoWorkItem(item: NDIS_HANDLE, routine: NDIS_IO_WORKITEM_ROUTINE, context: *mut c_void);
    NdisFreeIoWorkItem(item: NDIS_HANDLE);
    NdisAllocateRWLock(handle: NDIS_HANDLE) -> *mut NDIS_RW_LOCK_EX;
    NdisFreeRWLock(lock: *mut NDIS_RW_LOCK_EX);
    NdisAcquireRWLockRead(lock: *mut NDIS_RW_LOCK_EX, state: *mut LOCK_STATE_EX, flags: u8);
    NdisReleaseRWLock(lock: *mut NDIS_RW_LOCK_EX, state: *mut LOCK_STATE_EX);
    NdisAllocateGenericObject(driver: *mut DRIVER_OBJECT, tag: u32, size: u16) -> *mut NDIS_GENERIC_OBJECT;
    NdisFreeGenericObject(object: *mut NDIS_GENERIC_OBJECT);
    NdisAllocateMemoryWithTagPriority(
        handle: NDIS_HANDLE, length: u32, tag: u32, priority: EX_POOL_PRIORITY
    ) -> *mut c_void;
    NdisFreeMemoryWithTagPriority(handle: NDIS_HANDLE, memory: *mut c_void, tag: u32);
    NdisInitializeEvent(event: *mut NDIS_EVENT);
    NdisSetEvent(event: *mut NDIS_EVENT);
    NdisWaitEvent(event: *mut NDIS_EVENT, milliseconds: u32) -> BOOLEAN;
    NdisResetEvent(event: *mut NDIS_EVENT);
    NdisMSleep(microseconds: u32);
    NdisGetVersion() -> u32;
    NdisIfGetInterfaceIndexFromNetLuid(luid: NET_LUID, index: *mut NET_IFINDEX) -> NDIS_STATUS;
}

unsafe extern "system" {
    fn KeGetCurrentIrql() -> KIRQL;
}

/// The level of this thread.
pub(crate) fn level() -> KIRQL {
    // SAFETY: it may be called at any level.
    unsafe { KeGetCurrentIrql() }
}

/// Runs code at a level that is not lower.
pub(crate) fn at(level: KIRQL, code: impl FnOnce()) {
    let before = raise_level(level.into());
    code();
    lower_level(before);
}

/// Waits for so many milliseconds.
pub(crate) fn delay(milliseconds: i64) {
    let mut interval = INTERVAL { QuadPart: -10_000 * milliseconds };
    // SAFETY: the caller is at a level that allows it, or breaks that rule.
    let _ = unsafe { ntddk::KeDelayExecutionThread(0, 0, &raw mut interval) };
}
