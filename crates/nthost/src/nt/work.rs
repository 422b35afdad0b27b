//! Work for system threads.

use core::ffi::c_void;

use crate::nt::{DEVICE_OBJECT, LIST_ENTRY};

/// Priority of the system thread that runs a work item.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/ne-wdm-_work_queue_type)
pub type WORK_QUEUE_TYPE = i32;

/// Urgent work.
pub const CriticalWorkQueue: WORK_QUEUE_TYPE = 0;
/// Ordinary work: what drivers use.
pub const DelayedWorkQueue: WORK_QUEUE_TYPE = 1;
/// Reserved for the system.
pub const HyperCriticalWorkQueue: WORK_QUEUE_TYPE = 2;
/// The same duties as [`DelayedWorkQueue`] at a lower priority.
pub const NormalWorkQueue: WORK_QUEUE_TYPE = 3;
/// Work that can wait.
pub const BackgroundWorkQueue: WORK_QUEUE_TYPE = 4;
/// At real-time priority.
pub const RealTimeWorkQueue: WORK_QUEUE_TYPE = 5;
/// Reserved for the system.
pub const SuperCriticalWorkQueue: WORK_QUEUE_TYPE = 6;
/// End of the enumeration.
pub const MaximumWorkQueue: WORK_QUEUE_TYPE = 7;
/// Added to a priority from 0 to 31.
pub const CustomPriorityWorkQueue: WORK_QUEUE_TYPE = 32;

callbacks! {
    /// Routine of a [`WORK_QUEUE_ITEM`], run at `PASSIVE_LEVEL`. It may free the item.
    WORKER_THREAD_ROUTINE, PWORKER_THREAD_ROUTINE = fn(Parameter: *mut c_void);

    /// Routine of an [`IO_WORKITEM`], run at `PASSIVE_LEVEL`.
    ///
    /// The device object stays, and with it the driver, until it has returned.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nc-wdm-io_workitem_routine)
    IO_WORKITEM_ROUTINE, PIO_WORKITEM_ROUTINE = fn(
        DeviceObject: *mut DEVICE_OBJECT,
        Context: *mut c_void,
    );

    /// Routine of an [`IO_WORKITEM`] that is told the item, and the device or driver object.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nc-wdm-io_workitem_routine_ex)
    IO_WORKITEM_ROUTINE_EX, PIO_WORKITEM_ROUTINE_EX = fn(
        IoObject: *mut c_void,
        Context: *mut c_void,
        IoWorkItem: *mut IO_WORKITEM,
    );
}

/// Work item that the driver allocates itself.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/ns-wdm-_work_queue_item)
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct WORK_QUEUE_ITEM {
    /// In the queue.
    pub List: LIST_ENTRY,
    /// What is run.
    pub WorkerRoutine: PWORKER_THREAD_ROUTINE,
    /// What it is given.
    pub Parameter: *mut c_void,
}

opaque! {
    /// Work item that the I/O manager allocates.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/kernel/eprocess#io_workitem)
    IO_WORKITEM;
}
