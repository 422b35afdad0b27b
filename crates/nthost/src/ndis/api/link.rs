//! An adapter that is plugged in.

use std::sync::Arc;

use super::AdapterReport;
use crate::{
    Status,
    kernel::Inner,
    ndis::{
        adapter,
        api::{LinkState, Restart},
        frame::Frame,
        pnp,
        receive::{self, Load, Measurement},
        source::{self, Source},
        status,
    },
    thread,
};

/// An adapter that is plugged in.
///
/// Clones are the same adapter. It stays until [`unplug`](Self::unplug), or until the kernel ends.
#[derive(Clone)]
pub struct Link {
    kernel: Arc<Inner>,
    adapter: Arc<adapter::Adapter>,
}

/// What became of frames that an adapter received.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Indicated {
    /// So many were indicated to protocols.
    pub taken: usize,
    /// So many were dropped: the adapter had no lists left, or did not run.
    pub dropped: usize,
}

impl Link {
    pub(crate) fn new(kernel: Arc<Inner>, adapter: Arc<adapter::Adapter>) -> Self {
        Self { kernel, adapter }
    }

    /// Gives the adapter the frames of a source.
    pub(crate) fn feed(&self, source: Box<dyn Source>) {
        source::start(&self.kernel.system, &self.adapter, source);
    }

    /// The adapter receives these frames. Returns when they have been indicated, or dropped.
    #[allow(clippy::must_use_candidate, reason = "who does not care need not")]
    pub fn indicate(&self, frames: &[Frame]) -> Indicated {
        self.inside(|adapter| receive::indicate(adapter, frames))
    }

    /// Measures the receive handlers of the protocols that run, with a load that goes to each of them, past
    /// miniport, filters and packet filters. `None` if none runs, or one keeps lists too long.
    #[must_use]
    pub fn measure(&self, load: &Load) -> Option<Measurement> {
        self.inside(|adapter| receive::measure(adapter, load))
    }

    /// Takes the frames that protocols have sent so far and that went nowhere; of very many, the newest.
    #[must_use]
    pub fn take_sent(&self) -> Vec<Frame> {
        self.adapter.send.take_sent()
    }

    /// The name of the adapter.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.adapter.description.name
    }

    /// What the adapter is known by.
    #[must_use]
    pub fn guid(&self) -> u128 {
        self.adapter.description.guid
    }

    /// Waits until the source of the adapter has come to its end and all its frames are indicated; those
    /// of a source that nobody listens to are not.
    pub fn wait_for_source(&self) {
        self.adapter.feed.wait();
    }

    /// Why the source of the adapter came to its end too soon, if it did.
    #[must_use]
    pub fn source_failure(&self) -> Option<String> {
        self.adapter.feed.report()?.failure
    }

    /// Pauses the adapter and all that is bound to it.
    pub fn pause(&self) {
        self.inside(pnp::pause_adapter);
    }

    /// Lets the adapter and all that is bound to it run again, and tells what has changed. If it runs, it
    /// is paused first, as when a filter is put over it.
    pub fn restart(&self, restart: &Restart) {
        self.inside(|adapter| pnp::restart_adapter(adapter, restart));
    }

    /// Takes the adapter away in good order: pauses it and all that is bound to it, and unbinds that.
    pub fn unplug(&self) {
        self.inside(|adapter| pnp::remove(adapter, false));
    }

    /// Takes the adapter away without a warning: it answers no requests from the beginning.
    pub fn surprise_remove(&self) {
        self.inside(|adapter| pnp::remove(adapter, true));
    }

    /// Plugs the adapter in again that is gone. It is the same one as before, and protocols are bound to it
    /// anew.
    pub fn replug(&self) {
        self.inside(|adapter| pnp::replug(&self.kernel.system, adapter));
    }

    /// Asks all that is bound to the adapter whether it may go.
    ///
    /// # Errors
    ///
    /// What the first driver answers that says no. The others are told then that it stays.
    pub fn query_removal(&self) -> Result<(), Status> {
        self.inside(|adapter| pnp::query_removal(adapter).map_err(Status::new))
    }

    /// Puts the adapter into low power, or wakes it.
    pub fn set_power(&self, on: bool) {
        self.inside(|adapter| pnp::set_power(adapter, on));
    }

    /// The link has changed, or has not: drivers are told in any case.
    pub fn set_link(&self, link: LinkState) {
        self.inside(|adapter| status::set_link(adapter, link));
    }

    /// Indicates a status to all that is bound to the adapter. From `NDIS_STATUS_RESET_START` to
    /// `NDIS_STATUS_RESET_END`, the adapter takes no requests.
    pub fn status(&self, code: i32, payload: &[u8]) {
        self.inside(|adapter| status::indicate(adapter, code, payload));
    }

    /// Tells the bindings of the adapter of an event that has no buffer, such as one that they do not know.
    pub fn event(&self, code: i32) {
        self.inside(|adapter| pnp::tell_bindings(adapter, code));
    }

    /// Waits until the source of the adapter has come to its end, all frames are indicated, and all lists
    /// are back. False if lists are not back in time, which is as long as NDIS waits for drivers.
    #[allow(clippy::must_use_candidate, reason = "who knows its driver need not")]
    pub fn wait_idle(&self) -> bool {
        self.adapter.feed.wait();
        let patience = self.adapter.description.settings.control.patience;
        self.inside(|adapter| receive::wait_idle(adapter, patience))
    }

    /// Does something on behalf of the machine, inside of the kernel.
    fn inside<R>(&self, code: impl FnOnce(&Arc<adapter::Adapter>) -> R) -> R {
        thread::enter(&self.kernel.system, |_| code(&self.adapter))
    }

    /// What its miniport is known by to NDIS.
    #[cfg(test)]
    pub(crate) fn adapter_handle(&self) -> usize {
        self.adapter.handle()
    }

    /// What has happened at the adapter so far.
    #[must_use]
    pub fn report(&self) -> AdapterReport {
        let bindings = self.adapter.bindings();
        let mut report = AdapterReport {
            name: self.name().to_owned(),
            protocols: bindings.iter().map(|binding| binding.protocol.name.clone()).collect(),
            source: self.adapter.feed.report(),
            packet_filter: self.adapter.packet_filter(),
            oids: self.adapter.requests(),
            ..AdapterReport::default()
        };
        receive::report(&self.adapter, &mut report);
        report
    }
}
