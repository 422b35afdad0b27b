//! Events.

use std::sync::atomic::Ordering;

use super::{
    irql,
    object::{Object, check_resident},
    wait::{self, Limit, Locked},
};
use crate::{
    export::{Export, exports},
    nt::{
        APC_LEVEL, BOOLEAN, DISPATCH_LEVEL, DISPATCHER_HEADER, EVENT_TYPE, EventNotificationObject,
        EventSynchronizationObject, HIGH_LEVEL, KEVENT, KPRIORITY, PASSIVE_LEVEL,
        SynchronizationEvent,
    },
    sched,
    verifier::catalogue::irql::SET_EVENT_AND_WAIT,
};

/// # Safety
///
/// `event` is an event that is valid as long as the value is used.
const unsafe fn object(event: *mut KEVENT) -> Object {
    // SAFETY: an event begins with the head of an object.
    unsafe { Object::new(event.cast::<DISPATCHER_HEADER>()) }
}

/// Makes an event of the memory.
///
/// # Safety
///
/// `event` is valid for writes, and nobody else uses it yet.
pub(crate) unsafe fn initialize(event: *mut KEVENT, kind: EVENT_TYPE, signaled: bool) {
    let kind = match kind {
        SynchronizationEvent => EventSynchronizationObject,
        _ => EventNotificationObject,
    };
    // SAFETY: by the contract, for the head of the event.
    unsafe { Object::initialize(event.cast(), kind, signaled.into()) };
}

/// True if the memory is an event.
///
/// # Safety
///
/// `event` is valid for reads.
pub(crate) unsafe fn is_initialized(event: *mut KEVENT) -> bool {
    // SAFETY: by the contract.
    unsafe { object(event) }.is_event()
}

/// Signals an event. True if it was signaled already.
///
/// # Safety
///
/// `event` is an event, which is not used any more once somebody could notice the signal.
pub(crate) unsafe fn set(event: *mut KEVENT) -> bool {
    // SAFETY: by the contract.
    signal(unsafe { object(event) })
}

/// Signals an event, a timer or a thread. True if it was signaled already.
pub(super) fn signal(object: Object) -> bool {
    if !wait::is_waited_for(object) {
        let before = object.state().swap(1, Ordering::SeqCst);
        // Behind this the object may be gone, unless somebody came to wait for it meanwhile.
        if before == 0 && wait::is_waited_for(object) {
            let mut locked = Locked::new(&[object]);
            let released = locked.offer(object, false);
            drop(locked);
            released.wake();
        }
        return before != 0;
    }
    let mut locked = Locked::new(&[object]);
    let before = object.state().swap(1, Ordering::SeqCst);
    let released = locked.offer(object, before == 0);
    drop(locked);
    released.wake();
    before != 0
}

/// Resets an event. True if it was signaled.
///
/// # Safety
///
/// `event` is an event.
pub(crate) unsafe fn reset(event: *mut KEVENT) -> bool {
    // SAFETY: by the contract.
    let object = unsafe { object(event) };
    object.state().swap(0, Ordering::SeqCst) != 0
}

/// Waits for an event. True if it was signaled, false if the time was over before.
///
/// # Safety
///
/// `event` is an event that is valid until this returns.
pub(crate) unsafe fn wait(event: *mut KEVENT, limit: Limit) -> bool {
    // SAFETY: by the contract.
    let object = unsafe { object(event) };
    wait::wait(&[object], false, limit).is_some()
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-keinitializeevent)
unsafe extern "efiapi" fn KeInitializeEvent(event: *mut KEVENT, kind: EVENT_TYPE, state: BOOLEAN) {
    check_resident(event.addr());
    // SAFETY: the driver passes memory for an event.
    unsafe { initialize(event, kind, state != 0) };
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-kesetevent)
unsafe extern "efiapi" fn KeSetEvent(event: *mut KEVENT, _: KPRIORITY, wait: BOOLEAN) -> i32 {
    let level = irql::current();
    if wait != 0 && level > APC_LEVEL {
        SET_EVENT_AND_WAIT.broken_by_caller(&format!(
            "says that a wait follows KeSetEvent, which it calls at IRQL {level}"
        ));
    }
    // SAFETY: the driver passes an event.
    let object = unsafe { object(event) };
    if !object.is_initialized("KeSetEvent") {
        return 0;
    }
    let was_signaled = signal(object);
    sched::point("a signal", 0);
    was_signaled.into()
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-keresetevent)
unsafe extern "efiapi" fn KeResetEvent(event: *mut KEVENT) -> i32 {
    // SAFETY: the driver passes an event.
    unsafe { reset(event) }.into()
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-keclearevent)
unsafe extern "efiapi" fn KeClearEvent(event: *mut KEVENT) {
    // SAFETY: the driver passes an event.
    unsafe { reset(event) };
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-kereadstateevent)
unsafe extern "efiapi" fn KeReadStateEvent(event: *mut KEVENT) -> i32 {
    // SAFETY: the driver passes an event.
    unsafe { object(event) }.state().load(Ordering::SeqCst)
}

pub(super) const EXPORTS: &[Export] = exports! {
    KeClearEvent: PASSIVE_LEVEL..=DISPATCH_LEVEL;
    KeInitializeEvent: PASSIVE_LEVEL..=HIGH_LEVEL;
    KeReadStateEvent: PASSIVE_LEVEL..=DISPATCH_LEVEL;
    KeResetEvent: PASSIVE_LEVEL..=DISPATCH_LEVEL;
    KeSetEvent: PASSIVE_LEVEL..=DISPATCH_LEVEL;
};
