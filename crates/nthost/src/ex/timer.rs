//! Timers that the kernel allocates.

use core::ffi::c_void;
use std::{sync::Arc, time::Duration};

use super::{
    pool::{self, Wanted},
    work,
};
use crate::{
    export::{Export, exports},
    ke::{self, dpc, time, timer},
    low_resources::denies,
    nt::{
        BOOLEAN, DISPATCH_LEVEL, KDPC, KTIMER, NotificationTimer, PASSIVE_LEVEL,
        SynchronizationTimer,
    },
    system::System,
    thread,
};

/// In the attributes: the timer stays signaled.
const EX_TIMER_NOTIFICATION: u32 = 1 << 31;

const TAG: u32 = u32::from_le_bytes(*b"ExTm");

/// What a driver knows as `EX_TIMER`, whose contents it does not know.
#[repr(C)]
struct ExTimer {
    /// First, so that it can be waited for.
    timer: KTIMER,
    dpc: KDPC,
    callback: Option<Callback>,
    context: *mut c_void,
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nc-wdm-ext_callback)
type Callback = unsafe extern "efiapi" fn(timer: *mut ExTimer, context: *mut c_void);

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nc-wdm-ext_delete_callback)
type DeleteCallback = unsafe extern "efiapi" fn(context: *mut c_void);

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/ns-wdm-_ext_delete_parameters)
#[repr(C)]
#[derive(Clone, Copy)]
struct DeleteParameters {
    version: u32,
    reserved: u32,
    callback: Option<DeleteCallback>,
    context: *mut c_void,
}

/// A timer that is being deleted.
struct Deletion {
    timer: *mut ExTimer,
    /// It is set, and is to expire first.
    expires: bool,
    callback: Option<DeleteCallback>,
    context: *mut c_void,
}

// SAFETY: a timer may be deleted on any thread.
unsafe impl Send for Deletion {}

impl Deletion {
    /// Deletes the timer once its callback has ended, at `PASSIVE_LEVEL`.
    fn finish(self, system: &Arc<System>) {
        if self.expires {
            // SAFETY: the timer is valid until it is freed below.
            unsafe { timer::wait(self.timer.cast()) };
            timer::cancel(self.timer.cast());
        }
        dpc::flush(system);
        // SAFETY: nobody uses the timer any more.
        unsafe { pool::free(self.timer.cast(), None) };
        if let Some(callback) = self.callback {
            // SAFETY: the driver passed both.
            let code = || unsafe { callback(self.context) };
            // SAFETY: there is nothing to drop.
            unsafe { ke::thread::ask((), code) };
        }
    }
}

/// The routine of the DPCs of all timers, whose context is the timer.
unsafe extern "efiapi" fn expired(
    _dpc: *mut KDPC,
    timer: *mut c_void,
    _: *mut c_void,
    _: *mut c_void,
) {
    let timer = timer.cast::<ExTimer>();
    // SAFETY: the timer is valid until its DPC has run.
    let ExTimer { callback, context, .. } = *unsafe { &*timer };
    if let Some(callback) = callback {
        // SAFETY: the driver passed both.
        unsafe { callback(timer, context) };
    }
}

/// All timers are of high resolution.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-exallocatetimer)
unsafe extern "efiapi" fn ExAllocateTimer(
    callback: Option<Callback>,
    context: *mut c_void,
    attributes: u32,
) -> *mut ExTimer {
    if denies("ExAllocateTimer") {
        return core::ptr::null_mut();
    }
    let wanted = Wanted { is_zeroed: true, ..Wanted::default() };
    let new = pool::allocate(size_of::<ExTimer>(), TAG, wanted).cast::<ExTimer>();
    if new.is_null() {
        return new;
    }
    // SAFETY: it was allocated, and zeros are a value of it.
    let value = unsafe { &mut *new };
    (value.callback, value.context) = (callback, context);
    let kind = match attributes & EX_TIMER_NOTIFICATION {
        0 => SynchronizationTimer,
        _ => NotificationTimer,
    };
    // SAFETY: it was allocated.
    unsafe { timer::initialize(&raw mut value.timer, kind) };
    // SAFETY: it was allocated.
    unsafe { dpc::initialize(&raw mut value.dpc, Some(expired), new.cast()) };
    new
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-exsettimer)
unsafe extern "efiapi" fn ExSetTimer(
    timer: *mut ExTimer,
    due: i64,
    period: i64,
    _parameters: *const c_void,
) -> BOOLEAN {
    // SAFETY: the driver passes a timer.
    let dpc = unsafe { &raw mut (*timer).dpc };
    let period = period.try_into().map_or(Duration::ZERO, time::duration);
    // SAFETY: as above; the timer begins with that of the kernel.
    unsafe { timer::set(timer.cast(), due, period, dpc) }.into()
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-excanceltimer)
unsafe extern "efiapi" fn ExCancelTimer(
    timer: *mut ExTimer,
    _parameters: *const c_void,
) -> BOOLEAN {
    timer::cancel(timer.cast()).into()
}

/// True if the timer was cancelled.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-exdeletetimer)
unsafe extern "efiapi" fn ExDeleteTimer(
    timer: *mut ExTimer,
    cancel: BOOLEAN,
    wait: BOOLEAN,
    parameters: *const DeleteParameters,
) -> BOOLEAN {
    let was_cancelled = cancel != 0 && timer::cancel(timer.cast());
    let system = thread::system();
    // SAFETY: the driver passes parameters or null.
    let parameters = unsafe { parameters.as_ref() };
    let deletion = Deletion {
        timer,
        expires: cancel == 0 && timer::is_set(timer.cast()),
        callback: parameters.and_then(|parameters| parameters.callback),
        context: parameters.map_or(std::ptr::null_mut(), |parameters| parameters.context),
    };
    if wait != 0 {
        deletion.finish(&system);
    } else {
        let inside = Arc::clone(&system);
        work::queue(&system, move || deletion.finish(&inside));
    }
    was_cancelled.into()
}

pub(super) const EXPORTS: &[Export] = exports! {
    ExAllocateTimer: PASSIVE_LEVEL..=DISPATCH_LEVEL;
    ExCancelTimer: PASSIVE_LEVEL..=DISPATCH_LEVEL;
    ExDeleteTimer: PASSIVE_LEVEL..=DISPATCH_LEVEL;
    ExSetTimer: PASSIVE_LEVEL..=DISPATCH_LEVEL;
};
