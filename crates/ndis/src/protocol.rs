//! What a protocol driver does.

use core::ffi::c_void;

use ndis_sys as sys;
use wdm::{AtMostDispatch, Passive, PoolArc, Result, Status};

use crate::{
    Received, Refused, Registration, Restart, StatusIndication,
    bind::{self, BindParameters},
    oid,
    open::{Bound, Open},
};

/// A protocol driver: what it does about adapters.
pub trait Protocol: Send + Sync + Sized + 'static {
    /// What it has for each adapter that it is bound to.
    type Binding: Binding;

    /// Media whose frames it knows, `NdisMedium…`. An adapter with another one is not bound to.
    const MEDIA: &'static [sys::NDIS_MEDIUM] = &[sys::NdisMedium802_3];

    /// The static that it registers with.
    fn registration() -> &'static Registration<Self>;

    /// NDIS offers an adapter, which is opened if this succeeds. Adapters may be offered on several threads at once,
    /// and before [`Registration::register`] has returned.
    ///
    /// On media other than Ethernet lists may come to the binding before the adapter is open; this crate sees to
    /// them.
    ///
    /// `open` can be kept to use the adapter, once it is open.
    ///
    /// IRQL: `PASSIVE_LEVEL`.
    ///
    /// # Errors
    ///
    /// The adapter is not bound to.
    fn bind(
        &self,
        adapter: &Offer<'_>,
        open: Open,
        irql: &mut Passive,
    ) -> Result<PoolArc<Self::Binding>>;

    /// An adapter that NDIS offered is not bound to, be it that [`bind`](Self::bind) or
    /// [`opened`](Binding::opened) failed, or that it cannot be opened.
    ///
    /// IRQL: `PASSIVE_LEVEL`.
    fn refused(&self, adapter: &Offer<'_>, error: Status, irql: &mut Passive) {
        let _ = (adapter, error, irql);
    }

    /// All adapters that were there when the driver registered were offered.
    ///
    /// IRQL: `PASSIVE_LEVEL`.
    fn binds_complete(&self, irql: &mut Passive) {
        let _ = irql;
    }
}

/// A binding to an adapter: what a driver does about what comes from it.
///
/// A binding is paused at first. All but [`receive`](Self::receive) and [`status`](Self::status) is called by one
/// thread at a time.
pub trait Binding: Send + Sync + 'static {
    /// The adapter is open. Requests can be made when the binding is restarted.
    ///
    /// IRQL: `PASSIVE_LEVEL`.
    ///
    /// # Errors
    ///
    /// The adapter is closed again, without a call of [`closing`](Self::closing).
    fn opened(&self, irql: &mut Passive) -> Result {
        let _ = irql;
        Ok(())
    }

    /// Lists have arrived, while the binding runs. Calls on several processors overlap, and one can come inside
    /// another where lists are returned.
    ///
    /// IRQL: `DISPATCH_LEVEL` or below, in any thread. Wait for nothing.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nc-ndis-protocol_receive_net_buffer_lists)
    fn receive(&self, received: Received<'_>, irql: &mut AtMostDispatch);

    /// Lists have arrived while the binding does not run; all that can be done about them is done. Calls may overlap.
    ///
    /// IRQL: `DISPATCH_LEVEL` or below, in any thread. Wait for nothing.
    fn refused(&self, refused: &Refused) {
        let _ = refused;
    }

    /// The status of the adapter has changed. Calls may overlap.
    ///
    /// IRQL: `DISPATCH_LEVEL` or below, in any thread. Wait for nothing.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nc-ndis-protocol_status_ex)
    fn status(&self, status: &StatusIndication<'_>, irql: &mut AtMostDispatch) {
        let _ = (status, irql);
    }

    /// The binding runs; lists may have arrived already. Requests can be made, unless the adapter is in low power.
    ///
    /// IRQL: `PASSIVE_LEVEL`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/network/restarting-a-binding)
    fn restarted(&self, restart: &Restart<'_>, irql: &mut Passive) {
        let _ = (restart, irql);
    }

    /// The binding pauses: all lists that are retained have to be given back, by this call or soon after it. No call
    /// of [`receive`](Self::receive) is under way, and none comes until the binding is restarted.
    ///
    /// IRQL: `PASSIVE_LEVEL`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/network/pausing-a-binding)
    fn pausing(&self, irql: &mut Passive);

    /// The adapter gets its full power back (true) or loses it. Requests fail without it, and must not be waited for
    /// here.
    ///
    /// IRQL: `PASSIVE_LEVEL`.
    fn power(&self, full: bool, irql: &mut Passive) {
        let _ = (full, irql);
    }

    /// The binding, which is paused, is about to be closed: what was set at the adapter has to be taken back with
    /// `bound`, such as the packet filter. Nobody else can make requests any more, and those under way are cancelled.
    /// After this nothing can be done with its [`Open`]. Requests wait for memory here, up to a second.
    ///
    /// IRQL: `PASSIVE_LEVEL`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nc-ndis-protocol_unbind_adapter_ex)
    fn closing(&self, bound: &Bound<'_>, irql: &mut Passive);
}

/// An adapter that NDIS offers, in the callback that it is offered to.
///
/// # Invariants
///
/// `context` is that of the bind handler that got the parameters, which has not returned.
pub struct Offer<'a> {
    parameters: BindParameters<'a>,
    context: sys::NDIS_HANDLE,
}

impl<'a> Offer<'a> {
    /// # Safety
    ///
    /// NDIS called a bind handler with both, which does not return for `'a`.
    pub(crate) const unsafe fn new(
        parameters: BindParameters<'a>,
        context: sys::NDIS_HANDLE,
    ) -> Self {
        Self { parameters, context }
    }

    /// What NDIS tells of it.
    #[must_use]
    pub const fn parameters(&self) -> &BindParameters<'a> {
        &self.parameters
    }

    pub(crate) const fn context(&self) -> sys::NDIS_HANDLE {
        self.context
    }

    /// The name that people know it by, copied to `to` as UTF-16 units, as many as there is room for. Returns their
    /// number.
    ///
    /// IRQL: `PASSIVE_LEVEL`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisquerybindinstancename)
    ///
    /// # Errors
    ///
    /// `STATUS_INSUFFICIENT_RESOURCES` if there is no memory for it, or another error of NDIS'.
    pub fn instance_name(&self, to: &mut [u16], _irql: &Passive) -> Result<usize> {
        let mut name = sys::NDIS_STRING::default();
        // SAFETY: by the invariant the bind handler has not returned; the place for the name is valid.
        oid::check(unsafe { sys::NdisQueryBindInstanceName(&raw mut name, self.context) })?;
        // SAFETY: NDIS has filled it, with units that are ours until they are freed.
        let units = unsafe { bind::units(&raw const name) };
        let count = units.len().min(to.len());
        for (to, unit) in to.iter_mut().zip(units) {
            *to = *unit;
        }
        if !name.Buffer.is_null() {
            // SAFETY: NDIS has allocated it for us to free, with neither length nor flags.
            unsafe { sys::NdisFreeMemory(name.Buffer.cast::<c_void>(), 0, 0) };
        }
        Ok(count)
    }
}
