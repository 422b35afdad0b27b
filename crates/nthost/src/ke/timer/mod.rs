//! Timers.

mod queue;

use std::sync::atomic::Ordering;

use super::{object::Object, wait::Limit};
use crate::{
    export::{Export, exports},
    nt::{
        BOOLEAN, DISPATCH_LEVEL, KDPC, KTIMER, LARGE_INTEGER, NotificationTimer, PASSIVE_LEVEL,
        SynchronizationTimer, TIMER_TYPE, TimerNotificationObject, TimerSynchronizationObject,
    },
    thread,
};

use queue::Timer;
pub(super) use queue::Timers;

/// # Safety
///
/// `timer` is valid for writes, and not set.
pub(super) unsafe fn initialize(timer: *mut KTIMER, kind: TIMER_TYPE) {
    let object = match kind {
        SynchronizationTimer => TimerSynchronizationObject,
        _ => TimerNotificationObject,
    };
    let value = KTIMER { TimerType: u16::try_from(kind).unwrap_or_default(), ..KTIMER::default() };
    // SAFETY: by the contract.
    unsafe { timer.write(value) };
    // SAFETY: as above; it begins with the head of an object.
    unsafe { Object::initialize(timer.cast(), object, 0) };
}

/// Sets a timer. True if it was set already.
///
/// # Safety
///
/// `timer` is a timer and `dpc` is one or null, which stay valid until the timer has expired or been
/// cancelled.
pub(super) unsafe fn set(
    timer: *mut KTIMER,
    due: LARGE_INTEGER,
    period: u32,
    dpc: *mut KDPC,
) -> bool {
    // SAFETY: by the contract.
    let object = unsafe { Object::new(timer.cast()) };
    if !object.is_initialized("KeSetTimer") {
        return false;
    }
    // SAFETY: all bytes are a number.
    let limit = Limit::from_timeout(unsafe { due.QuadPart });
    let end = match limit {
        Limit::None => None,
        Limit::Until(end) => Some(end),
    };
    let system = thread::system();
    system.ke.timers.set(&system, Timer(timer), end, || {
        // SAFETY: by the contract, and under the lock of the timers.
        let timer = unsafe { &mut *timer };
        timer.Dpc = dpc;
        timer.Period = period;
        object.state().store(0, Ordering::SeqCst);
    })
}

/// Cancels a timer. True if it was set.
pub(super) fn cancel(timer: *mut KTIMER) -> bool {
    thread::system().ke.timers.cancel(Timer(timer))
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-keinitializetimer)
unsafe extern "efiapi" fn KeInitializeTimer(timer: *mut KTIMER) {
    // SAFETY: the driver passes memory for a timer.
    unsafe { initialize(timer, NotificationTimer) };
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-keinitializetimerex)
unsafe extern "efiapi" fn KeInitializeTimerEx(timer: *mut KTIMER, kind: TIMER_TYPE) {
    // SAFETY: the driver passes memory for a timer.
    unsafe { initialize(timer, kind) };
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-kesettimer)
unsafe extern "efiapi" fn KeSetTimer(
    timer: *mut KTIMER,
    due: LARGE_INTEGER,
    dpc: *mut KDPC,
) -> BOOLEAN {
    // SAFETY: the driver passes a timer, and a DPC or null.
    unsafe { set(timer, due, 0, dpc) }.into()
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-kesettimerex)
unsafe extern "efiapi" fn KeSetTimerEx(
    timer: *mut KTIMER,
    due: LARGE_INTEGER,
    period: i32,
    dpc: *mut KDPC,
) -> BOOLEAN {
    // SAFETY: the driver passes a timer, and a DPC or null.
    unsafe { set(timer, due, u32::try_from(period).unwrap_or_default(), dpc) }.into()
}

/// The delay that is tolerable is not made use of.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-kesetcoalescabletimer)
unsafe extern "efiapi" fn KeSetCoalescableTimer(
    timer: *mut KTIMER,
    due: LARGE_INTEGER,
    period: u32,
    _tolerable_delay: u32,
    dpc: *mut KDPC,
) -> BOOLEAN {
    // SAFETY: the driver passes a timer, and a DPC or null.
    unsafe { set(timer, due, period, dpc) }.into()
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-kecanceltimer)
unsafe extern "efiapi" fn KeCancelTimer(timer: *mut KTIMER) -> BOOLEAN {
    cancel(timer).into()
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-kereadstatetimer)
unsafe extern "efiapi" fn KeReadStateTimer(timer: *mut KTIMER) -> BOOLEAN {
    // SAFETY: the driver passes a timer.
    let object = unsafe { Object::new(timer.cast()) };
    (object.state().load(Ordering::SeqCst) > 0).into()
}

pub(super) const EXPORTS: &[Export] = exports! {
    KeCancelTimer: PASSIVE_LEVEL..=DISPATCH_LEVEL;
    KeInitializeTimer: PASSIVE_LEVEL..=DISPATCH_LEVEL;
    KeInitializeTimerEx: PASSIVE_LEVEL..=DISPATCH_LEVEL;
    KeReadStateTimer: PASSIVE_LEVEL..=DISPATCH_LEVEL;
    KeSetCoalescableTimer: PASSIVE_LEVEL..=DISPATCH_LEVEL;
    KeSetTimer: PASSIVE_LEVEL..=DISPATCH_LEVEL;
    KeSetTimerEx: PASSIVE_LEVEL..=DISPATCH_LEVEL;
};
