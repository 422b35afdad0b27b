//! What NDIS calls for a binding that is open.

use core::{ptr::NonNull, sync::atomic::Ordering};

use ndis_sys as sys;
use wdm::{AtMostDispatch, Passive};

use crate::{
    Arrival, Binding, Protocol, Received, StatusIndication,
    binding::{Context, context, pause},
    counters::add,
    lists, oid,
    pnp::PnpEvent,
    state::{Event, State},
};

/// `ProtocolReceiveNetBufferLists`
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nc-ndis-protocol_receive_net_buffer_lists)
///
/// # Safety
///
/// NDIS calls it.
pub(crate) unsafe extern "efiapi" fn receive<P: Protocol>(
    binding: sys::NDIS_HANDLE,
    lists: *mut sys::NET_BUFFER_LIST,
    port: sys::NDIS_PORT_NUMBER,
    count: u32,
    flags: u32,
) {
    // SAFETY: NDIS passed the context of a binding that is not closed.
    let Some(this) = (unsafe { context::<P::Binding>(binding) }) else { return };
    let Some(first) = NonNull::new(lists) else { return };
    let (core, arrival) = (&*this.core, Arrival { port, count, flags });
    if !core.running.enter(1) {
        // SAFETY: NDIS called this handler with them.
        let refused = unsafe { core.refuse(first, arrival) };
        this.binding.refused(&refused);
        return;
    }
    // SAFETY: this handler runs at DISPATCH_LEVEL or below, and this is the only proof that it lends out.
    let mut irql = unsafe { AtMostDispatch::assume() };
    let receiver = |received: Received<'_>| this.binding.receive(received, &mut irql);
    // SAFETY: NDIS called this handler with them, and the binding is counted as running until they are returned.
    unsafe { lists::indicate(core, first, arrival, receiver) };
    core.running.leave(1);
}

/// `ProtocolSendNetBufferListsComplete`. Nothing is sent, so that nothing can be complete.
///
/// # Safety
///
/// NDIS calls it.
pub(crate) unsafe extern "efiapi" fn send_complete<P: Protocol>(
    binding: sys::NDIS_HANDLE,
    _lists: *mut sys::NET_BUFFER_LIST,
    _flags: u32,
) {
    // SAFETY: NDIS passed the context of a binding that is not closed.
    if let Some(this) = unsafe { context::<P::Binding>(binding) } {
        add(&this.core.counters.completions, 1);
    }
}

/// `ProtocolOidRequestComplete`
///
/// # Safety
///
/// NDIS calls it.
pub(crate) unsafe extern "efiapi" fn oid_request_complete<P: Protocol>(
    binding: sys::NDIS_HANDLE,
    request: *mut sys::NDIS_OID_REQUEST,
    status: sys::NDIS_STATUS,
) {
    // SAFETY: NDIS passed the context of a binding that is not closed.
    if let Some(this) = unsafe { context::<P::Binding>(binding) } {
        oid::complete(&this.core, request, status);
    }
}

/// `ProtocolStatusEx`
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nc-ndis-protocol_status_ex)
///
/// # Safety
///
/// NDIS calls it.
pub(crate) unsafe extern "efiapi" fn status<P: Protocol>(
    binding: sys::NDIS_HANDLE,
    indication: *mut sys::NDIS_STATUS_INDICATION,
) {
    // SAFETY: NDIS passed the context of a binding that is not closed.
    let Some(this) = (unsafe { context::<P::Binding>(binding) }) else { return };
    let core = &this.core;
    // While the binding is being closed nothing is touched but counters.
    let open = core.machine.state() != State::Closing;
    // SAFETY: NDIS passed it to this handler.
    let indication = unsafe { StatusIndication::from_raw(indication) }.filter(|_| open);
    let Some(indication) = indication else {
        add(&core.counters.status, 1);
        return;
    };
    match indication.code() {
        sys::NDIS_STATUS_RESET_START => core.resetting.store(true, Ordering::Release),
        sys::NDIS_STATUS_RESET_END => core.resetting.store(false, Ordering::Release),
        _ => {}
    }
    // SAFETY: this handler runs at DISPATCH_LEVEL or below, and this is the only proof that it lends out.
    this.binding.status(&indication, &mut unsafe { AtMostDispatch::assume() });
}

/// `ProtocolNetPnPEvent`. The answer is always that all is well; `NDIS_STATUS_NOT_SUPPORTED` would be wrong for any
/// event.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nc-ndis-protocol_net_pnp_event)
///
/// # Safety
///
/// NDIS calls it.
pub(crate) unsafe extern "efiapi" fn net_pnp_event<P: Protocol>(
    binding: sys::NDIS_HANDLE,
    notification: *mut sys::NET_PNP_EVENT_NOTIFICATION,
) -> sys::NDIS_STATUS {
    // SAFETY: this handler runs at PASSIVE_LEVEL, and this is the only proof on its thread.
    let mut irql = unsafe { Passive::assume() };
    // SAFETY: NDIS passed it to this handler.
    let event = unsafe { PnpEvent::from_raw(notification) };
    // SAFETY: NDIS passed null, or the context of a binding that is not closed.
    let this = unsafe { context::<P::Binding>(binding) };
    match (event, this) {
        (Some(PnpEvent::BindsComplete), _) => {
            if let Some(driver) = P::registration().driver() {
                driver.protocol.binds_complete(&mut irql);
            }
        }
        (Some(event), Some(this)) => binding_event(this, &event, &mut irql),
        _ => {}
    }
    sys::NDIS_STATUS_SUCCESS
}

/// An event of one binding.
fn binding_event<B: Binding>(this: &Context<B>, event: &PnpEvent<'_>, irql: &mut Passive) {
    let core = &this.core;
    match event {
        PnpEvent::Pause => pause(this, irql),
        PnpEvent::Restart(parameters) => {
            let _ = core.machine.advance(Event::Restart);
            core.held.open();
            core.running.open();
            let _ = core.machine.advance(Event::RestartComplete);
            this.binding.restarted(parameters, irql);
        }
        PnpEvent::Power(full) => {
            if *full {
                core.powered.open();
            } else {
                // Only calls that make requests are waited for, and not the requests: those may be pending.
                core.powered.end(irql);
            }
            this.binding.power(*full, irql);
        }
        PnpEvent::BindsComplete | PnpEvent::Other(_) => {}
    }
}
