//! Network Plug and Play events.

use core::ptr::NonNull;

use ndis_sys as sys;

use crate::Restart;

/// An event, in the callback that it is told to.
pub enum PnpEvent<'a> {
    /// The adapter goes to its working state (true) or leaves it.
    Power(bool),
    /// The binding is to pause.
    Pause,
    /// The binding is to run again.
    Restart(Restart<'a>),
    /// All adapters that are there were offered.
    BindsComplete,
    /// Any other: the answer is that all is well.
    Other(sys::NET_PNP_EVENT_CODE),
}

impl PnpEvent<'_> {
    /// What a handler of such events got; `None` if that is no notification.
    ///
    /// # Safety
    ///
    /// `raw` is null, or NDIS passed it to the handler of such events, which does not answer it while this is used.
    #[must_use]
    pub unsafe fn from_raw(raw: *const sys::NET_PNP_EVENT_NOTIFICATION) -> Option<Self> {
        let raw = NonNull::new(raw.cast_mut())?;
        // SAFETY: by the contract it is valid, and all revisions begin with a header.
        let header = unsafe { raw.cast::<sys::NDIS_OBJECT_HEADER>().read() };
        if header.Size < sys::NDIS_SIZEOF_NET_PNP_EVENT_NOTIFICATION_REVISION_1 {
            return None;
        }
        // SAFETY: by the contract the members of revision 1 are there.
        let event = unsafe { (*raw.as_ptr()).NetPnPEvent };
        Some(match event.NetEvent {
            sys::NetEventPause => Self::Pause,
            sys::NetEventRestart => {
                // SAFETY: it is the buffer of a restart event.
                Self::Restart(unsafe { Restart::from_raw(event.Buffer.cast(), event.BufferLength) })
            }
            sys::NetEventBindsComplete => Self::BindsComplete,
            // SAFETY: it is the buffer of a power event.
            sys::NetEventSetPower => match unsafe { power_state(&event) } {
                Some(state) => Self::Power(state == sys::NetDeviceStateD0),
                None => Self::Other(event.NetEvent),
            },
            other => Self::Other(other),
        })
    }
}

/// The power state in the buffer of an event.
///
/// # Safety
///
/// The buffer is null or as long as the event says.
unsafe fn power_state(event: &sys::NET_PNP_EVENT) -> Option<sys::NET_DEVICE_POWER_STATE> {
    let place = event.Buffer.cast::<sys::NET_DEVICE_POWER_STATE>();
    if place.is_null() || (event.BufferLength as usize) < size_of_val(&sys::NetDeviceStateD0) {
        return None;
    }
    // SAFETY: by the contract it is there.
    Some(unsafe { place.read_unaligned() })
}
