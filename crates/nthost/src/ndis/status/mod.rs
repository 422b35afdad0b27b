//! Status indications.

use std::{ffi::c_void, ptr, sync::Arc};

use ndis_sys::{
    NDIS_HANDLE, NDIS_LINK_SPEED_UNKNOWN, NDIS_LINK_STATE, NDIS_LINK_STATE_REVISION_1,
    NDIS_OBJECT_HEADER, NDIS_OBJECT_TYPE_DEFAULT, NDIS_OBJECT_TYPE_STATUS_INDICATION,
    NDIS_SIZEOF_LINK_STATE_REVISION_1, NDIS_SIZEOF_STATUS_INDICATION_REVISION_1, NDIS_STATUS,
    NDIS_STATUS_INDICATION, NDIS_STATUS_INDICATION_REVISION_1, NDIS_STATUS_LINK_STATE,
    NDIS_STATUS_RESET_END, NDIS_STATUS_RESET_START, NdisPauseFunctionsUnsupported,
};

use super::{
    adapter::Adapter,
    api::LinkState,
    binding::{Binding, connect_state, duplex_state},
    rules,
    settings::Level,
    watch::watch,
};
use crate::{
    ke,
    nt::{DISPATCH_LEVEL, PASSIVE_LEVEL},
};

/// A code that no driver knows.
const UNKNOWN: NDIS_STATUS = 0x4001_7777;
/// What every byte of an indication is once it is over.
const POISON: u8 = 0xdd;

/// An indication, and what a later version of the structure would have more.
#[repr(C)]
#[derive(Default)]
struct Longer {
    indication: NDIS_STATUS_INDICATION,
    more: [u64; 4],
}

/// Tells all bindings of an adapter of a change of status.
pub(super) fn indicate(adapter: &Arc<Adapter>, code: NDIS_STATUS, payload: &[u8]) {
    match code {
        NDIS_STATUS_RESET_START => adapter.set_resetting(true),
        NDIS_STATUS_RESET_END => adapter.set_resetting(false),
        _ => {}
    }
    for binding in adapter.bindings().iter() {
        tell(binding, code, payload);
    }
}

/// The link of an adapter has changed, or has not.
pub(super) fn set_link(adapter: &Arc<Adapter>, link: LinkState) {
    adapter.attributes.lock().link = link;
    indicate_link(adapter, link);
}

/// Tells all bindings of an adapter of the state of a link, which it need not have.
pub(super) fn indicate_link(adapter: &Arc<Adapter>, link: LinkState) {
    let speed = link.speed.unwrap_or(NDIS_LINK_SPEED_UNKNOWN);
    let state = NDIS_LINK_STATE {
        Header: NDIS_OBJECT_HEADER {
            Type: NDIS_OBJECT_TYPE_DEFAULT,
            Revision: NDIS_LINK_STATE_REVISION_1,
            Size: NDIS_SIZEOF_LINK_STATE_REVISION_1,
        },
        MediaConnectState: connect_state(link),
        MediaDuplexState: duplex_state(link),
        XmitLinkSpeed: speed,
        RcvLinkSpeed: speed,
        PauseFunctions: NdisPauseFunctionsUnsupported,
        AutoNegotiationFlags: 0,
    };
    let length = usize::from(NDIS_SIZEOF_LINK_STATE_REVISION_1);
    // SAFETY: all bytes of the structure are set, and it has no padding.
    let bytes = unsafe { std::slice::from_raw_parts((&raw const state).cast::<u8>(), length) };
    indicate(adapter, NDIS_STATUS_LINK_STATE, bytes);
}

/// Tells a binding of something that no driver knows.
pub(super) fn tell_of_nothing(binding: &Binding) {
    tell(binding, UNKNOWN, &[]);
}

/// Reports a status handler that waits.
fn report_wait(binding: &str, code: NDIS_STATUS) {
    /// `NDIS_BUGCHECK_WATCHDOG_PROTOCOL_STATUS_INDICATION`.
    const STATUS: u64 = 3;
    let parameters = [STATUS, 0, u64::from(code.cast_unsigned())];
    let text = format!("the status handler of {binding} does not return");
    rules::STATUS_WAITS.broken_with(parameters, text);
}

/// Tells a binding, if it is open, of a change of status.
fn tell(binding: &Binding, code: NDIS_STATUS, payload: &[u8]) {
    let Some(_call) = binding.begin_call() else { return };
    if !binding.is_opened() {
        return;
    }
    let settings = &binding.adapter.description.settings.control;
    let mut payload = payload.to_vec();
    let mut memory = Longer::default();
    let known = NDIS_SIZEOF_STATUS_INDICATION_REVISION_1;
    let longer = u16::try_from(size_of::<Longer>()).unwrap_or(known);
    let size = if settings.long_status { longer } else { known };
    let place = payload.as_mut_ptr().cast();
    let buffer: *mut c_void = if payload.is_empty() { ptr::null_mut() } else { place };
    memory.indication = NDIS_STATUS_INDICATION {
        Header: NDIS_OBJECT_HEADER {
            Type: NDIS_OBJECT_TYPE_STATUS_INDICATION,
            Revision: NDIS_STATUS_INDICATION_REVISION_1 + u8::from(settings.long_status),
            Size: size,
        },
        SourceHandle: binding.adapter.handle() as NDIS_HANDLE,
        StatusCode: code,
        StatusBuffer: buffer,
        StatusBufferSize: u32::try_from(payload.len()).unwrap_or_default(),
        ..NDIS_STATUS_INDICATION::default()
    };
    let level = match settings.status_level {
        Level::Passive => PASSIVE_LEVEL,
        Level::Dispatch => DISPATCH_LEVEL,
    };
    let indication = &raw mut memory.indication;
    let late = binding.describe();
    let report = move || report_wait(&late, code);
    watch(settings.patience, report, || {
        ke::irql::at_least(level, || binding.protocol.status(binding.context(), indication));
    });
    payload.fill(POISON);
    // SAFETY: the memory is here, and nobody looks at it any more.
    unsafe { (&raw mut memory).cast::<u8>().write_bytes(POISON, size_of::<Longer>()) };
}
