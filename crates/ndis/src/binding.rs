//! Opening an adapter that NDIS offers, and closing it.

use core::ptr::{self, NonNull};

use ndis_sys as sys;
use wdm::{Passive, PoolArc, PoolBox, Result, Status};

use crate::{
    Binding, Offer, Protocol,
    bind::BindParameters,
    oid,
    open::{Bound, Open},
    registration::Driver,
    shared::Core,
    state::{Event, State},
};

/// What NDIS has the address of as the context of a binding.
pub(crate) struct Context<B> {
    pub(crate) core: PoolArc<Core>,
    pub(crate) binding: PoolArc<B>,
}

/// The context that NDIS passed to a handler.
///
/// # Safety
///
/// `context` is null, or that of a binding of a driver whose bindings are `B`, and the handler that got it does not
/// return for `'a`: a context is freed when its binding is closed.
pub(crate) unsafe fn context<'a, B>(context: sys::NDIS_HANDLE) -> Option<&'a Context<B>> {
    // SAFETY: by the contract.
    unsafe { context.cast::<Context<B>>().as_ref() }
}

/// The status for NDIS. What is not an error in its eyes must not get there as one.
fn to_ndis(result: Result) -> sys::NDIS_STATUS {
    match result {
        Ok(()) => sys::NDIS_STATUS_SUCCESS,
        Err(error) if error.is_success() => sys::NDIS_STATUS_FAILURE,
        Err(error) => error.to_raw(),
    }
}

/// `ProtocolBindAdapterEx`
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nc-ndis-protocol_bind_adapter_ex)
///
/// # Safety
///
/// NDIS calls it.
pub(crate) unsafe extern "efiapi" fn bind<P: Protocol>(
    _driver: sys::NDIS_HANDLE,
    bind_context: sys::NDIS_HANDLE,
    parameters: *mut sys::NDIS_BIND_PARAMETERS,
) -> sys::NDIS_STATUS {
    let Some(driver) = P::registration().driver() else { return sys::NDIS_STATUS_CLOSING };
    // SAFETY: NDIS passed them to this handler.
    let Some(parameters) = (unsafe { BindParameters::from_raw(parameters) }) else {
        return sys::NDIS_STATUS_BAD_CHARACTERISTICS;
    };
    // SAFETY: NDIS called this handler with both.
    let offer = unsafe { Offer::new(parameters, bind_context) };
    // SAFETY: this handler runs at PASSIVE_LEVEL, and this is the only proof on its thread.
    let mut irql = unsafe { Passive::assume() };
    let bound = try_bind(driver, &offer, &mut irql);
    if let Err(error) = bound {
        driver.protocol.refused(&offer, error, &mut irql);
    }
    to_ndis(bound)
}

fn try_bind<P: Protocol>(driver: &Driver<P>, offer: &Offer<'_>, irql: &mut Passive) -> Result {
    let core = Core::new(driver.tag)?;
    let _ = core.machine.advance(Event::Bind);
    let binding = driver.protocol.bind(offer, Open(core.clone()), irql)?;
    // Lists may arrive as soon as the adapter is being opened: all of the context is ready before.
    let context = PoolBox::try_new(Context { core, binding }, driver.tag)?.into_raw();
    // SAFETY: it is new, and freed below or when it is unbound.
    let this = unsafe { context.as_ref() };
    let bound = open::<P>(this, context, offer, irql).and_then(|()| accept::<P>(this, irql));
    if bound.is_err() {
        let _ = this.core.machine.advance(Event::BindFailed);
        // SAFETY: the adapter is not open, so that NDIS does not use the context; it came from `into_raw`.
        drop(unsafe { PoolBox::from_raw(context) });
    }
    bound
}

/// Opens the adapter, and waits until it is open.
fn open<P: Protocol>(
    this: &Context<P::Binding>,
    context: NonNull<Context<P::Binding>>,
    offer: &Offer<'_>,
    irql: &Passive,
) -> Result {
    let core = &*this.core;
    let mut parameters = sys::NDIS_OPEN_PARAMETERS {
        Header: sys::NDIS_OBJECT_HEADER {
            Type: sys::NDIS_OBJECT_TYPE_OPEN_PARAMETERS,
            Revision: sys::NDIS_OPEN_PARAMETERS_REVISION_1,
            Size: sys::NDIS_SIZEOF_OPEN_PARAMETERS_REVISION_1,
        },
        AdapterName: offer.parameters().raw_name(),
        MediumArray: P::MEDIA.as_ptr().cast_mut(),
        MediumArraySize: u32::try_from(P::MEDIA.len()).map_err(|_| Status::INVALID_PARAMETER)?,
        SelectedMediumIndex: core.place.medium.get(),
        // Without a list of frame types all are wanted.
        FrameTypeArray: ptr::null_mut(),
        FrameTypeArraySize: 0,
    };
    // SAFETY: this is inside of the bind handler that got the offer, at PASSIVE_LEVEL. The context and the places for
    // the results exist until the adapter is closed, or the open has failed.
    let status = unsafe {
        sys::NdisOpenAdapterEx(
            P::registration().handle(),
            context.as_ptr().cast(),
            &raw mut parameters,
            offer.context(),
            core.place.handle.get(),
        )
    };
    oid::check(core.opened.wait(status, irql))?;
    // SAFETY: the open is complete, so that NDIS has written it and does not write it again.
    let handle = unsafe { *core.place.handle.get() };
    // SAFETY: it is that of the binding, which was opened just now.
    unsafe { core.publish(handle) };
    Ok(())
}

/// Lets the driver see that the adapter is open; closes it again if it is of no use.
fn accept<P: Protocol>(this: &Context<P::Binding>, irql: &mut Passive) -> Result {
    // SAFETY: the open is complete, so that NDIS does not write it any more.
    let medium = unsafe { *this.core.place.medium.get() };
    let known = (medium as usize) < P::MEDIA.len();
    let unsupported = Status::from_raw(sys::NDIS_STATUS_UNSUPPORTED_MEDIA);
    let accepted = if known { this.binding.opened(irql) } else { Err(unsupported) };
    // Lists that come while the adapter is closed again are not early ones.
    let event = if accepted.is_ok() { Event::BindComplete } else { Event::BindFailed };
    let _ = this.core.machine.advance(event);
    if accepted.is_err() {
        close(&this.core, irql);
    }
    accepted
}

/// Closes the adapter, and waits until it is closed.
fn close(core: &Core, irql: &Passive) {
    let handle = core.withdraw(irql);
    if handle.is_null() {
        return;
    }
    // SAFETY: this is inside of the bind or unbind handler, at PASSIVE_LEVEL. Nobody uses the handle any more: all
    // requests are complete and all lists returned.
    let status = unsafe { sys::NdisCloseAdapterEx(handle) };
    let _: sys::NDIS_STATUS = core.closed.wait(status, irql);
}

/// Stops receiving: no call of the driver's handler is under way, and no list is held, when this returns.
pub(crate) fn pause<B: Binding>(this: &Context<B>, irql: &mut Passive) {
    let _ = this.core.machine.advance(Event::Pause);
    this.core.running.end(irql);
    this.binding.pausing(irql);
    this.core.held.end(irql);
    let _ = this.core.machine.advance(Event::PauseComplete);
}

/// `ProtocolUnbindAdapterEx`
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nc-ndis-protocol_unbind_adapter_ex)
///
/// # Safety
///
/// NDIS calls it.
pub(crate) unsafe extern "efiapi" fn unbind<P: Protocol>(
    _unbind_context: sys::NDIS_HANDLE,
    binding: sys::NDIS_HANDLE,
) -> sys::NDIS_STATUS {
    let Some(raw) = NonNull::new(binding.cast::<Context<P::Binding>>()) else {
        return sys::NDIS_STATUS_SUCCESS;
    };
    // SAFETY: NDIS passed the context, which is freed below.
    let this = unsafe { raw.as_ref() };
    // SAFETY: this handler runs at PASSIVE_LEVEL, and this is the only proof on its thread.
    let mut irql = unsafe { Passive::assume() };
    // NDIS has paused the binding; nothing below may depend on it.
    if this.core.machine.state() != State::Paused {
        pause(this, &mut irql);
    }
    let _ = this.core.machine.advance(Event::Unbind);
    // From here on nobody makes requests but the driver's callback, which need not wait for others.
    oid::cancel_pending(&this.core);
    if let Some(bound) = Bound::last(&this.core) {
        this.binding.closing(&bound, &mut irql);
    }
    close(&this.core, &irql);
    let _ = this.core.machine.advance(Event::UnbindComplete);
    // SAFETY: the binding is closed, so that NDIS does not use the context any more; `bind` gave it up with `into_raw`.
    drop(unsafe { PoolBox::from_raw(raw) });
    sys::NDIS_STATUS_SUCCESS
}

/// `ProtocolOpenAdapterCompleteEx`
///
/// # Safety
///
/// NDIS calls it.
pub(crate) unsafe extern "efiapi" fn open_complete<P: Protocol>(
    binding: sys::NDIS_HANDLE,
    status: sys::NDIS_STATUS,
) {
    // SAFETY: NDIS passed the context of a binding that is being opened; `bind` waits for this.
    if let Some(this) = unsafe { context::<P::Binding>(binding) } {
        this.core.opened.complete(status);
    }
}

/// `ProtocolCloseAdapterCompleteEx`
///
/// # Safety
///
/// NDIS calls it.
pub(crate) unsafe extern "efiapi" fn close_complete<P: Protocol>(binding: sys::NDIS_HANDLE) {
    // SAFETY: NDIS passed the context of a binding that is being closed; who closes it waits for this.
    if let Some(this) = unsafe { context::<P::Binding>(binding) } {
        this.core.closed.complete(sys::NDIS_STATUS_SUCCESS);
    }
}
