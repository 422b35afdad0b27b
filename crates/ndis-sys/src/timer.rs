//! Timers and work items.

use core::ffi::c_void;

use crate::{BOOLEAN, LARGE_INTEGER, NDIS_HANDLE, NDIS_OBJECT_HEADER, NDIS_STATUS};

/// First and only revision of [`NDIS_TIMER_CHARACTERISTICS`].
pub const NDIS_TIMER_CHARACTERISTICS_REVISION_1: u8 = 1;
/// Bytes of [`NDIS_TIMER_CHARACTERISTICS`].
pub const NDIS_SIZEOF_TIMER_CHARACTERISTICS_REVISION_1: u16 = 24;

/// What a timer is to do.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/ns-ndis-_ndis_timer_characteristics)
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct NDIS_TIMER_CHARACTERISTICS {
    /// Type [`NDIS_OBJECT_TYPE_TIMER_CHARACTERISTICS`](crate::NDIS_OBJECT_TYPE_TIMER_CHARACTERISTICS).
    pub Header: NDIS_OBJECT_HEADER,
    /// Pool tag.
    pub AllocationTag: u32,
    /// What to call.
    pub TimerFunction: PNDIS_TIMER_FUNCTION,
    /// Context of the call, where setting the timer gives none.
    pub FunctionContext: *mut c_void,
}

callbacks! {
    /// Called when a timer has expired; only `FunctionContext` is the driver's.
    ///
    /// IRQL: `DISPATCH_LEVEL`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nc-ndis-ndis_timer_function)
    NDIS_TIMER_FUNCTION, PNDIS_TIMER_FUNCTION = fn(
        SystemSpecific1: *mut c_void,
        FunctionContext: *mut c_void,
        SystemSpecific2: *mut c_void,
        SystemSpecific3: *mut c_void,
    );

    /// Called by a system thread to do the work of a work item, which it may free.
    ///
    /// IRQL: `PASSIVE_LEVEL`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisqueueioworkitem)
    NDIS_IO_WORKITEM_FUNCTION, NDIS_IO_WORKITEM_ROUTINE = fn(
        WorkItemContext: *mut c_void,
        NdisIoWorkItemHandle: NDIS_HANDLE,
    );
}

imports! {
    /// Allocates a timer.
    ///
    /// IRQL: at most `DISPATCH_LEVEL`. Errors: `NDIS_STATUS_RESOURCES`,
    /// `NDIS_STATUS_BAD_CHARACTERISTICS`, `NDIS_STATUS_FAILURE`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisallocatetimerobject)
    fn NdisAllocateTimerObject as FN_NDIS_ALLOCATE_TIMER_OBJECT(
        NdisHandle: NDIS_HANDLE,
        TimerCharacteristics: *mut NDIS_TIMER_CHARACTERISTICS,
        pTimerObject: *mut NDIS_HANDLE,
    ) -> NDIS_STATUS;

    /// Starts a timer, or starts it anew; says whether it was running.
    ///
    /// `DueTime` is in units of 100 nanoseconds, negative if it counts from now. A period other
    /// than 0, in milliseconds, makes it expire again and again. IRQL: at most `DISPATCH_LEVEL`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nf-ndis-ndissettimerobject)
    fn NdisSetTimerObject as FN_NDIS_SET_TIMER_OBJECT(
        TimerObject: NDIS_HANDLE,
        DueTime: LARGE_INTEGER,
        MillisecondsPeriod: i32,
        FunctionContext: *mut c_void,
    ) -> BOOLEAN;

    /// Starts a timer as `NdisSetTimerObject` does, and lets it expire up to `Tolerance`
    /// milliseconds early or late, together with others.
    ///
    /// IRQL: at most `DISPATCH_LEVEL`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nf-ndis-ndissetcoalescabletimerobject)
    fn NdisSetCoalescableTimerObject as FN_NDIS_SET_COALESCABLE_TIMER_OBJECT(
        TimerObject: NDIS_HANDLE,
        DueTime: LARGE_INTEGER,
        MillisecondsPeriod: i32,
        FunctionContext: *mut c_void,
        Tolerance: u32,
    ) -> BOOLEAN;

    /// Stops a timer; says whether it was running. If it was not, its function may be running still
    /// or be about to, except with a periodic timer.
    ///
    /// IRQL: `PASSIVE_LEVEL` with a periodic timer, else at most `DISPATCH_LEVEL`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nf-ndis-ndiscanceltimerobject)
    fn NdisCancelTimerObject as FN_NDIS_CANCEL_TIMER_OBJECT(TimerObject: NDIS_HANDLE) -> BOOLEAN;

    /// Frees a timer that does not run.
    ///
    /// IRQL: at most `DISPATCH_LEVEL`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisfreetimerobject)
    fn NdisFreeTimerObject as FN_NDIS_FREE_TIMER_OBJECT(TimerObject: NDIS_HANDLE);

    /// Milliseconds since the computer started.
    ///
    /// IRQL: any.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisgetsystemuptimeex)
    fn NdisGetSystemUpTimeEx as FN_NDIS_GET_SYSTEM_UP_TIME_EX(pSystemUpTime: *mut LARGE_INTEGER);

    /// Allocates a work item for a miniport or filter driver; NULL if there is no memory. Protocol
    /// drivers cannot use it.
    ///
    /// IRQL: at most `DISPATCH_LEVEL`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisallocateioworkitem)
    fn NdisAllocateIoWorkItem as FN_NDIS_ALLOCATE_IO_WORK_ITEM(
        NdisObjectHandle: NDIS_HANDLE,
    ) -> NDIS_HANDLE;

    /// Has a system thread call `Routine` once. The item must not be queued already.
    ///
    /// IRQL: at most `DISPATCH_LEVEL`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisqueueioworkitem)
    fn NdisQueueIoWorkItem as FN_NDIS_QUEUE_IO_WORK_ITEM(
        NdisIoWorkItemHandle: NDIS_HANDLE,
        Routine: NDIS_IO_WORKITEM_ROUTINE,
        WorkItemContext: *mut c_void,
    );

    /// Frees a work item that is not queued.
    ///
    /// IRQL: at most `DISPATCH_LEVEL`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisfreeioworkitem)
    fn NdisFreeIoWorkItem as FN_NDIS_FREE_IO_WORK_ITEM(NdisIoWorkItemHandle: NDIS_HANDLE);
}
