//! An adapter that is plugged in.

use std::sync::Arc;

use super::AdapterReport;
use crate::{
    kernel::Inner,
    ndis::{
        adapter,
        frame::Frame,
        receive::{self, Load, Measurement},
        source::{self, Source},
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
        thread::enter(&self.kernel.system, |_| receive::indicate(&self.adapter, frames))
    }

    /// Measures the receive handlers of the protocols that run, with a load that goes to each of them, past
    /// miniport, filters and packet filters. `None` if none runs, or one keeps lists too long.
    #[must_use]
    pub fn measure(&self, load: &Load) -> Option<Measurement> {
        thread::enter(&self.kernel.system, |_| receive::measure(&self.adapter, load))
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

    /// What has happened at the adapter so far.
    #[must_use]
    pub fn report(&self) -> AdapterReport {
        let description = &self.adapter.description;
        let bindings = self.adapter.bindings();
        let mut report = AdapterReport {
            name: description.name.clone(),
            protocols: bindings.iter().map(|binding| binding.protocol.name.clone()).collect(),
            source: self.adapter.feed.report(),
            ..AdapterReport::default()
        };
        receive::report(&self.adapter, &mut report);
        report
    }
}
