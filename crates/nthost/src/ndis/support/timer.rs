//! Timers.

use std::{
    cell::UnsafeCell,
    ffi::c_void,
    ptr,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};

use ndis_sys::{
    BOOLEAN, LARGE_INTEGER, NDIS_HANDLE, NDIS_STATUS, NDIS_STATUS_BAD_CHARACTERISTICS,
    NDIS_STATUS_RESOURCES, NDIS_STATUS_SUCCESS, NDIS_TIMER_CHARACTERISTICS, NDIS_TIMER_FUNCTION,
};

use super::{
    objects::{self, Kind, Object},
    rules,
};
use crate::{
    export::{Export, exports},
    ke::{self, irql},
    ndis::{handle, header},
    nt::{DISPATCH_LEVEL, HIGH_LEVEL, KDPC, KTIMER, NotificationTimer, PASSIVE_LEVEL},
    thread, verifier,
};

/// A timer, and the DPC that it queues.
///
/// # Invariants
///
/// It is not freed while the timer is set or the DPC is queued, since the kernel uses them.
pub(super) struct Timer {
    clock: UnsafeCell<KTIMER>,
    dpc: UnsafeCell<KDPC>,
    function: NDIS_TIMER_FUNCTION,
    default_context: usize,
    context: AtomicUsize,
    periodic: AtomicBool,
}

// SAFETY: the timer and the DPC are used by the kernel only, which locks.
unsafe impl Send for Timer {}
// SAFETY: as above.
unsafe impl Sync for Timer {}

const TIMER: Kind<Timer> = Kind {
    name: "a timer",
    of: |object| match object {
        Object::Timer(timer) => Some(timer),
        _ => None,
    },
};

impl Timer {
    fn new(wanted: &NDIS_TIMER_CHARACTERISTICS, function: NDIS_TIMER_FUNCTION) -> Arc<Self> {
        let timer = Arc::new(Self {
            clock: UnsafeCell::new(KTIMER::default()),
            dpc: UnsafeCell::new(KDPC::default()),
            function,
            default_context: wanted.FunctionContext as usize,
            context: AtomicUsize::new(0),
            periodic: AtomicBool::new(false),
        });
        // SAFETY: nobody uses it yet.
        unsafe { ke::timer::initialize(timer.clock.get(), NotificationTimer) };
        // SAFETY: as above.
        unsafe { ke::dpc::initialize(timer.dpc.get(), Some(expired), ptr::null_mut()) };
        timer
    }

    fn set(&self, handle: usize, due: i64, period: Duration, context: usize) -> bool {
        let context = if context == 0 { self.default_context } else { context };
        self.context.store(context, Ordering::Release);
        self.periodic.store(!period.is_zero(), Ordering::Release);
        // SAFETY: it is in the object, which is not freed while the timer is set.
        unsafe { (*self.dpc.get()).DeferredContext = handle as *mut c_void };
        // SAFETY: as above.
        unsafe { ke::timer::set(self.clock.get(), due, period, self.dpc.get()) }
    }

    /// Lets it not run any more, if it is set.
    pub fn stop(&self) {
        ke::timer::cancel(self.clock.get());
    }

    fn is_set(&self) -> bool {
        ke::timer::is_set(self.clock.get())
    }
}

/// The DPC of all timers.
unsafe extern "efiapi" fn expired(
    _dpc: *mut KDPC,
    handle: *mut c_void,
    _first: *mut c_void,
    _second: *mut c_void,
) {
    // It was freed meanwhile, and that was reported.
    let Some(timer) = objects::look(handle as usize, &TIMER) else { return };
    let (function, context) = (timer.function, timer.context.load(Ordering::Acquire));
    let code = || {
        let null = ptr::null_mut();
        // SAFETY: the function and its context are the driver's.
        unsafe { function(null, context as *mut c_void, null, null) };
    };
    // SAFETY: there is nothing to drop.
    unsafe { ke::thread::call(ke::thread::Role::TimerDpc, function as usize, code) };
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisallocatetimerobject)
unsafe extern "efiapi" fn NdisAllocateTimerObject(
    handle: NDIS_HANDLE,
    characteristics: *mut NDIS_TIMER_CHARACTERISTICS,
    place: *mut NDIS_HANDLE,
) -> NDIS_STATUS {
    handle::check(handle as usize, "NdisAllocateTimerObject");
    // SAFETY: the driver passes characteristics.
    let wanted = unsafe { characteristics.read() };
    let (structure, owner) = (&header::TIMER_CHARACTERISTICS, handle as usize);
    if !header::check(structure, characteristics.cast(), owner) {
        return NDIS_STATUS_BAD_CHARACTERISTICS;
    }
    let Some(function) = wanted.TimerFunction else {
        rules::TIMER.broken(format!("{} makes a timer without a function", verifier::caller()));
        return NDIS_STATUS_BAD_CHARACTERISTICS;
    };
    let timer = objects::add(|| Object::Timer(Timer::new(&wanted, function)));
    // SAFETY: the driver passes a place for it.
    unsafe { place.write(timer as NDIS_HANDLE) };
    if timer == 0 { NDIS_STATUS_RESOURCES } else { NDIS_STATUS_SUCCESS }
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nf-ndis-ndissettimerobject)
unsafe extern "efiapi" fn NdisSetTimerObject(
    handle: NDIS_HANDLE,
    due: LARGE_INTEGER,
    period: i32,
    context: *mut c_void,
) -> BOOLEAN {
    let found = objects::find(handle as usize, &TIMER, "NdisSetTimerObject");
    let Some(timer) = found else { return 0 };
    // SAFETY: all bytes are a number.
    let due = unsafe { due.QuadPart };
    let period = Duration::from_millis(period.try_into().unwrap_or_default());
    timer.set(handle as usize, due, period, context as usize).into()
}

/// The tolerance is not made use of.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nf-ndis-ndissetcoalescabletimerobject)
unsafe extern "efiapi" fn NdisSetCoalescableTimerObject(
    handle: NDIS_HANDLE,
    due: LARGE_INTEGER,
    period: i32,
    context: *mut c_void,
    _tolerance: u32,
) -> BOOLEAN {
    // SAFETY: the contract is the same.
    unsafe { NdisSetTimerObject(handle, due, period, context) }
}

/// For a periodic timer it also waits until its function has returned.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nf-ndis-ndiscanceltimerobject)
unsafe extern "efiapi" fn NdisCancelTimerObject(handle: NDIS_HANDLE) -> BOOLEAN {
    let found = objects::find(handle as usize, &TIMER, "NdisCancelTimerObject");
    let Some(timer) = found else { return 0 };
    let was_set = ke::timer::cancel(timer.clock.get());
    if timer.periodic.load(Ordering::Acquire) {
        if irql::current() == PASSIVE_LEVEL {
            ke::dpc::flush(&thread::system());
        } else {
            let text = "cancels a periodic timer above PASSIVE_LEVEL";
            rules::TIMER_LEVEL.broken(format!("{} {text}", verifier::caller()));
        }
    }
    was_set.into()
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisfreetimerobject)
unsafe extern "efiapi" fn NdisFreeTimerObject(handle: NDIS_HANDLE) {
    let Some(timer) = objects::take(handle as usize, &TIMER, "NdisFreeTimerObject") else { return };
    let is_used = timer.is_set() || ke::dpc::is_queued(timer.dpc.get());
    objects::report_use(is_used, rules::TIMER, "frees a timer that is set, or is about to run");
    if is_used {
        ke::timer::cancel(timer.clock.get());
        // The DPC may still be on its way: the memory stays.
        std::mem::forget(timer);
    }
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisgetsystemuptimeex)
unsafe extern "efiapi" fn NdisGetSystemUpTimeEx(place: *mut LARGE_INTEGER) {
    /// Units of 100 ns in a millisecond.
    const UNITS: u64 = 10_000;
    let time = i64::try_from(ke::time::interrupt() / UNITS).unwrap_or(i64::MAX);
    // SAFETY: the driver passes a place for it.
    unsafe { place.write(LARGE_INTEGER { QuadPart: time }) };
}

pub(super) const EXPORTS: &[Export] = exports! {
    NdisAllocateTimerObject: PASSIVE_LEVEL..=DISPATCH_LEVEL;
    NdisCancelTimerObject: PASSIVE_LEVEL..=DISPATCH_LEVEL;
    NdisFreeTimerObject: PASSIVE_LEVEL..=DISPATCH_LEVEL;
    NdisGetSystemUpTimeEx: PASSIVE_LEVEL..=HIGH_LEVEL;
    NdisSetCoalescableTimerObject: PASSIVE_LEVEL..=DISPATCH_LEVEL;
    NdisSetTimerObject: PASSIVE_LEVEL..=DISPATCH_LEVEL;
};
