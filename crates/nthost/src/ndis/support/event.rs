//! Events, and waiting for a time.

use std::time::Duration;

use ndis_sys::{BOOLEAN, NDIS_EVENT};

use super::rules;
use crate::{
    export::{Export, exports},
    ke::{event, wait},
    nt::{APC_LEVEL, DISPATCH_LEVEL, HIGH_LEVEL, KEVENT, NotificationEvent, PASSIVE_LEVEL},
    verifier,
};

/// The longest that a driver may sleep, in microseconds.
const LONGEST: u32 = 30_000_000;

const _: () = assert!(size_of::<NDIS_EVENT>() == size_of::<KEVENT>());

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisinitializeevent)
unsafe extern "efiapi" fn NdisInitializeEvent(event: *mut NDIS_EVENT) {
    // SAFETY: the driver passes memory for an event.
    unsafe { event::initialize(event.cast(), NotificationEvent, false) };
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nf-ndis-ndissetevent)
unsafe extern "efiapi" fn NdisSetEvent(event: *mut NDIS_EVENT) {
    // SAFETY: the driver passes an event.
    unsafe { event::set(event.cast()) };
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisresetevent)
unsafe extern "efiapi" fn NdisResetEvent(event: *mut NDIS_EVENT) {
    // SAFETY: the driver passes an event.
    unsafe { event::reset(event.cast()) };
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nf-ndis-ndiswaitevent)
unsafe extern "efiapi" fn NdisWaitEvent(event: *mut NDIS_EVENT, milliseconds: u32) -> BOOLEAN {
    let limit = match milliseconds {
        0 => wait::Limit::None,
        time => wait::Limit::after(Duration::from_millis(time.into())),
    };
    // SAFETY: the driver passes an event that is valid as long as somebody waits for it.
    unsafe { event::wait(event.cast(), limit) }.into()
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nf-ndis-ndismsleep)
unsafe extern "efiapi" fn NdisMSleep(microseconds: u32) {
    if microseconds > LONGEST {
        rules::SLEEP.broken(format!("{} sleeps for {microseconds} µs", verifier::caller()));
    }
    wait::sleep(wait::Limit::after(Duration::from_micros(microseconds.into())));
}

pub(super) const EXPORTS: &[Export] = exports! {
    NdisInitializeEvent: PASSIVE_LEVEL..=HIGH_LEVEL;
    NdisMSleep: PASSIVE_LEVEL..=APC_LEVEL;
    NdisResetEvent: PASSIVE_LEVEL..=DISPATCH_LEVEL;
    NdisSetEvent: PASSIVE_LEVEL..=DISPATCH_LEVEL;
    NdisWaitEvent: PASSIVE_LEVEL..=PASSIVE_LEVEL;
};
