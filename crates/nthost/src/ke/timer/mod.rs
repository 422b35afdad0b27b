//! Timers.

mod queue;

use std::{sync::atomic::Ordering, time::Duration};

use super::{
    object::{Object, check_resident},
    wait::Limit,
};
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
pub(crate) unsafe fn initialize(timer: *mut KTIMER, kind: TIMER_TYPE) {
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
pub(crate) unsafe fn set(timer: *mut KTIMER, due: i64, period: Duration, dpc: *mut KDPC) -> bool {
    // SAFETY: by the contract.
    let object = unsafe { Object::new(timer.cast()) };
    if !object.is_initialized("KeSetTimer") {
        return false;
    }
    let end = match Limit::from_timeout(due) {
        Limit::None => None,
        Limit::Until(end) => Some(end),
    };
    let system = thread::system();
    system.ke.timers.set(&system, Timer(timer), end, period, || {
        // SAFETY: by the contract, and under the lock of the timers.
        let timer = unsafe { &mut *timer };
        timer.Dpc = dpc;
        timer.Period = u32::try_from(period.as_millis()).unwrap_or(u32::MAX);
        object.state().store(0, Ordering::SeqCst);
    })
}

/// Cancels a timer. True if it was set.
pub(crate) fn cancel(timer: *mut KTIMER) -> bool {
    thread::system().ke.timers.cancel(Timer(timer))
}

/// True if a timer is set.
pub(crate) fn is_set(timer: *mut KTIMER) -> bool {
    thread::system().ke.timers.is_set(Timer(timer))
}

/// Waits until a timer has expired.
///
/// # Safety
///
/// `timer` is a timer that is valid until this returns.
pub(crate) unsafe fn wait(timer: *mut KTIMER) {
    // SAFETY: by the contract; it begins with the head of an object.
    let object = unsafe { Object::new(timer.cast()) };
    super::wait::wait(&[object], false, Limit::None);
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-keinitializetimer)
unsafe extern "efiapi" fn KeInitializeTimer(timer: *mut KTIMER) {
    // SAFETY: the contract is the same.
    unsafe { KeInitializeTimerEx(timer, NotificationTimer) };
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-keinitializetimerex)
unsafe extern "efiapi" fn KeInitializeTimerEx(timer: *mut KTIMER, kind: TIMER_TYPE) {
    check_resident(timer.addr());
    // SAFETY: the driver passes memory for a timer.
    unsafe { initialize(timer, kind) };
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-kesettimer)
unsafe extern "efiapi" fn KeSetTimer(
    timer: *mut KTIMER,
    due: LARGE_INTEGER,
    dpc: *mut KDPC,
) -> BOOLEAN {
    // SAFETY: all bytes are a number.
    let due = unsafe { due.QuadPart };
    // SAFETY: the driver passes a timer, and a DPC or null.
    unsafe { set(timer, due, Duration::ZERO, dpc) }.into()
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-kesettimerex)
unsafe extern "efiapi" fn KeSetTimerEx(
    timer: *mut KTIMER,
    due: LARGE_INTEGER,
    period: i32,
    dpc: *mut KDPC,
) -> BOOLEAN {
    // SAFETY: all bytes are a number.
    let due = unsafe { due.QuadPart };
    let period = Duration::from_millis(period.try_into().unwrap_or_default());
    // SAFETY: the driver passes a timer, and a DPC or null.
    unsafe { set(timer, due, period, dpc) }.into()
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
    // SAFETY: all bytes are a number.
    let due = unsafe { due.QuadPart };
    // SAFETY: the driver passes a timer, and a DPC or null.
    unsafe { set(timer, due, Duration::from_millis(period.into()), dpc) }.into()
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
