//! Objects that threads wait for.
//!
//! Drivers allocate them and hand them to the kernel; few look inside. `KeReadStateEvent` and the
//! like are functions, though some of them are inlined in a driver.
//!
//! [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/kernel/introduction-to-kernel-dispatcher-objects)

use crate::nt::{KDPC, KTHREAD, LIST_ENTRY, ULARGE_INTEGER};

/// Type of a kernel object, as its first byte says it.
///
/// The headers do not declare it; the values are those that debuggers show.
pub type KOBJECTS = u8;

/// [`KEVENT`] that stays signaled until it is reset.
pub const EventNotificationObject: KOBJECTS = 0;
/// [`KEVENT`] that releases one thread and resets itself.
pub const EventSynchronizationObject: KOBJECTS = 1;
/// [`KMUTANT`].
pub const MutantObject: KOBJECTS = 2;
/// Process, signaled when it has ended.
pub const ProcessObject: KOBJECTS = 3;
/// Queue of a limited number of threads.
pub const QueueObject: KOBJECTS = 4;
/// [`KSEMAPHORE`].
pub const SemaphoreObject: KOBJECTS = 5;
/// Thread, signaled when it has ended.
pub const ThreadObject: KOBJECTS = 6;
/// Gate of the kernel's own locks.
pub const GateObject: KOBJECTS = 7;
/// [`KTIMER`] that stays signaled until it is set again.
pub const TimerNotificationObject: KOBJECTS = 8;
/// [`KTIMER`] that releases one thread and resets itself.
pub const TimerSynchronizationObject: KOBJECTS = 9;
/// [`KAPC`](crate::nt::KAPC).
pub const ApcObject: KOBJECTS = 18;
/// [`KDPC`].
pub const DpcObject: KOBJECTS = 19;
/// [`KDEVICE_QUEUE`](crate::nt::KDEVICE_QUEUE).
pub const DeviceQueueObject: KOBJECTS = 20;

/// Kind of an event.
pub type EVENT_TYPE = i32;

/// Stays signaled until it is reset.
pub const NotificationEvent: EVENT_TYPE = 0;
/// Releases one thread and resets itself.
pub const SynchronizationEvent: EVENT_TYPE = 1;

/// Kind of a timer.
pub type TIMER_TYPE = i32;

/// Stays signaled until it is set again.
pub const NotificationTimer: TIMER_TYPE = 0;
/// Releases one thread and resets itself.
pub const SynchronizationTimer: TIMER_TYPE = 1;

/// Head of every object that can be waited for.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct DISPATCHER_HEADER {
    /// What the object is.
    pub u: DISPATCHER_HEADER_TYPE,
    /// Positive while the object is signaled.
    pub SignalState: i32,
    /// Wait blocks of the threads that wait.
    pub WaitListHead: LIST_ENTRY,
}

impl DISPATCHER_HEADER {
    /// In `TimerControlFlags`: the timer follows the system's time when that is set.
    pub const ABSOLUTE_MASK: u8 = 0x01;
    /// In `TimerControlFlags`: the timer wakes the machine.
    pub const WAKE_MASK: u8 = 0x02;
    /// In `TimerControlFlags`: how late the timer may be.
    pub const ENCODED_TOLERABLE_DELAY_MASK: u8 = 0xfc;
    /// In `TimerMiscFlags`: where the timer is kept.
    pub const INDEX_MASK: u8 = 0x3f;
    /// In `TimerMiscFlags`: the timer is set.
    pub const INSERTED_MASK: u8 = 0x40;
    /// In `TimerMiscFlags`: the timer has expired.
    pub const EXPIRED_MASK: u8 = 0x80;
    /// In `Timer2Flags`: the timer is set.
    pub const TIMER2_INSERTED_MASK: u8 = 0x01;
    /// In `Timer2Flags`: the timer expires now.
    pub const TIMER2_EXPIRING_MASK: u8 = 0x02;
    /// In `Timer2Flags`: the timer is to be cancelled.
    pub const TIMER2_CANCEL_PENDING_MASK: u8 = 0x04;
    /// In `Timer2Flags`: the timer is to be set.
    pub const TIMER2_SET_PENDING_MASK: u8 = 0x08;
    /// In `Timer2Flags`: the timer's callback runs.
    pub const TIMER2_RUNNING_MASK: u8 = 0x10;
    /// In `Timer2Flags`: the timer cannot be set any more.
    pub const TIMER2_DISABLED_MASK: u8 = 0x20;
    /// In `Timer2Flags`: unused.
    pub const TIMER2_RESERVED_FLAGS_MASK: u8 = 0xc0;
    /// In `QueueControlFlags`: the queue is no longer served.
    pub const ABANDONED_MASK: u8 = 0x01;
    /// In `QueueControlFlags`: threads get no boost.
    pub const DISABLE_INCREMENT_MASK: u8 = 0x02;
    /// In `QueueControlFlags`: unused.
    pub const QUEUE_RESERVED_CONTROL_FLAGS_MASK: u8 = 0xfc;
    /// In `ThreadControlFlags`: cycles are counted.
    pub const CYCLE_PROFILING_MASK: u8 = 0x01;
    /// In `ThreadControlFlags`: performance counters are read.
    pub const COUNTER_PROFILING_MASK: u8 = 0x02;
    /// In `ThreadControlFlags`: the thread is scheduled with a group.
    pub const GROUP_SCHEDULING_MASK: u8 = 0x04;
    /// In `ThreadControlFlags`: the thread is bound to processors.
    pub const AFFINITY_SET_MASK: u8 = 0x08;
    /// In `ThreadControlFlags`: the thread is tagged.
    pub const TAGGED_MASK: u8 = 0x10;
    /// In `ThreadControlFlags`: energy is measured.
    pub const ENERGY_PROFILING_MASK: u8 = 0x20;
    /// In `ThreadControlFlags`: the hypervisor helps to schedule.
    pub const SCHEDULER_ASSIST_MASK: u8 = 0x40;
    /// In `ThreadControlFlags`: unused.
    pub const THREAD_RESERVED_CONTROL_FLAGS_MASK: u8 = 0x80;
    /// In `DebugActive`: debug registers are in use.
    pub const ACTIVE_DR7_MASK: u8 = 0x01;
    /// In `DebugActive`: the thread is instrumented.
    pub const INSTRUMENTED_MASK: u8 = 0x02;
    /// In `DebugActive`: a process without the usual user mode parts.
    pub const MINIMAL_MASK: u8 = 0x04;
    /// In `DebugActive`: unused.
    pub const RESERVED4_MASK: u8 = 0x18;
    /// In `DebugActive`: another system call handler is in use.
    pub const ALT_SYSCALL_MASK: u8 = 0x20;
    /// In `DebugActive`: the thread runs emulated code.
    pub const EMULATION_MASK: u8 = 0x40;
    /// In `DebugActive`: unused.
    pub const RESERVED5_MASK: u8 = 0x80;
}

/// What an object is: its type in the first byte, the others by type.
#[repr(C)]
#[derive(Clone, Copy)]
pub union DISPATCHER_HEADER_TYPE {
    /// All four bytes, whose bit 7 is a lock. Changed by interlocked functions.
    pub Lock: i32,
    /// The same.
    pub LockNV: i32,
    /// Of an event, a semaphore, and of any object.
    pub s: DISPATCHER_HEADER_OBJECT,
    /// Of a timer.
    pub s2: DISPATCHER_HEADER_TIMER,
    /// Of a high-resolution timer.
    pub s3: DISPATCHER_HEADER_TIMER2,
    /// Of a queue.
    pub s4: DISPATCHER_HEADER_QUEUE,
    /// Of a thread.
    pub s5: DISPATCHER_HEADER_THREAD,
    /// Of a mutant.
    pub s6: DISPATCHER_HEADER_MUTANT,
}

/// Of an event, a semaphore, and of any object.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct DISPATCHER_HEADER_OBJECT {
    /// What the object is.
    pub Type: KOBJECTS,
    /// The object is being signaled.
    pub Signalling: u8,
    /// Size of the object in units of four bytes.
    pub Size: u8,
    /// Unused.
    pub Reserved1: u8,
}

/// Of a timer.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct DISPATCHER_HEADER_TIMER {
    /// What the object is.
    pub TimerType: KOBJECTS,
    /// `ABSOLUTE_MASK` and so on.
    pub TimerControlFlags: u8,
    /// Where the timer is kept.
    pub Hand: u8,
    /// `INSERTED_MASK` and so on.
    pub TimerMiscFlags: u8,
}

/// Of a high-resolution timer.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct DISPATCHER_HEADER_TIMER2 {
    /// What the object is.
    pub Timer2Type: KOBJECTS,
    /// `TIMER2_INSERTED_MASK` and so on.
    pub Timer2Flags: u8,
    /// Component that has the timer.
    pub Timer2ComponentId: u8,
    /// Timer of that component.
    pub Timer2RelativeId: u8,
}

/// Of a queue.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct DISPATCHER_HEADER_QUEUE {
    /// What the object is.
    pub QueueType: KOBJECTS,
    /// `ABANDONED_MASK` and so on.
    pub QueueControlFlags: u8,
    /// Size of the object in units of four bytes.
    pub QueueSize: u8,
    /// Unused.
    pub QueueReserved: u8,
}

/// Of a thread.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct DISPATCHER_HEADER_THREAD {
    /// What the object is.
    pub ThreadType: KOBJECTS,
    /// Unused.
    pub ThreadReserved: u8,
    /// `CYCLE_PROFILING_MASK` and so on.
    pub ThreadControlFlags: u8,
    /// `ACTIVE_DR7_MASK` and so on.
    pub DebugActive: u8,
}

/// Of a mutant.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct DISPATCHER_HEADER_MUTANT {
    /// What the object is.
    pub MutantType: KOBJECTS,
    /// Size of the object in units of four bytes.
    pub MutantSize: u8,
    /// The owner runs a DPC.
    pub DpcActive: u8,
    /// Unused.
    pub MutantReserved: u8,
}

/// Event.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/kernel/event-objects)
#[repr(C)]
#[derive(Clone, Copy, Default)]
pub struct KEVENT {
    /// All of its state.
    pub Header: DISPATCHER_HEADER,
}

/// Timer, which is signaled and may queue a [`KDPC`] at some time, once or again and again.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/kernel/eprocess#ktimer)
#[repr(C)]
#[derive(Clone, Copy, Default)]
pub struct KTIMER {
    /// Its state.
    pub Header: DISPATCHER_HEADER,
    /// When it expires.
    pub DueTime: ULARGE_INTEGER,
    /// In the kernel's list of timers.
    pub TimerListEntry: LIST_ENTRY,
    /// What to queue, or null.
    pub Dpc: *mut KDPC,
    /// Processor that keeps the timer.
    pub Processor: u16,
    /// A [`TIMER_TYPE`].
    pub TimerType: u16,
    /// Milliseconds from one expiration to the next, or zero.
    pub Period: u32,
}

/// Semaphore.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/kernel/semaphore-objects)
#[repr(C)]
#[derive(Clone, Copy, Default)]
pub struct KSEMAPHORE {
    /// Its state; `SignalState` is the count.
    pub Header: DISPATCHER_HEADER,
    /// Highest count.
    pub Limit: i32,
}

/// Mutex, which one thread owns, and may own several times.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/kernel/introduction-to-mutex-objects)
#[repr(C)]
#[derive(Clone, Copy, Default)]
pub struct KMUTANT {
    /// Its state; `SignalState` is 1 while nobody owns it, and sinks with each acquisition.
    pub Header: DISPATCHER_HEADER,
    /// In the list of what the owner owns.
    pub MutantListEntry: LIST_ENTRY,
    /// The owner, or null.
    pub OwnerThread: *mut KTHREAD,
    /// `ABANDONED_MASK`.
    pub MutantFlags: u8,
    /// Owning it keeps normal kernel APCs away.
    pub ApcDisable: u8,
}

impl KMUTANT {
    /// In `MutantFlags`: the owner ended without releasing it.
    pub const ABANDONED_MASK: u8 = 0x01;
    /// In `MutantFlags`: unused.
    pub const SPARE1_MASK: u8 = 0xfe;
}

/// Mutex, as drivers call it.
pub type KMUTEX = KMUTANT;

default_is_zero!(DISPATCHER_HEADER, DISPATCHER_HEADER_TYPE);
