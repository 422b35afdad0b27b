//! How frames get from an adapter to protocols and back.
//!
//! What the rest of NDIS needs of it is this: [`indicate`]; [`pause_below`] and [`restart_below`] while
//! the bindings above are paused; [`held`], to know what a binding owes; [`wait_idle`] and [`report`].

use std::{sync::Arc, sync::atomic::Ordering::Relaxed, time::Duration};

use super::{
    adapter::Adapter,
    api::{AdapterReport, Indicated},
    binding::Binding,
    frame::Frame,
};

/// What is known of the lists of a binding.
#[derive(Default)]
pub(crate) struct PerBinding {}

/// The adapter has received frames: it indicates them to the bindings above. Returns when each
/// indication has returned.
pub(super) fn indicate(adapter: &Arc<Adapter>, frames: &[Frame]) -> Indicated {
    adapter.miniport.drop_frames(frames.len());
    Indicated { taken: 0, dropped: frames.len() }
}

/// Pauses filters, from the top, and then the miniport: no indications begin any more, those under way
/// return, and all lists come back. The bindings above are paused.
///
/// # Errors
///
/// What has not come back after `patience`, in sentences.
pub(super) fn pause_below(_adapter: &Arc<Adapter>, _patience: Duration) -> Result<(), Vec<String>> {
    Ok(())
}

/// Lets the miniport indicate again, and then filters, from the bottom. The bindings above are paused.
pub(super) fn restart_below(_adapter: &Arc<Adapter>) {}

/// How many lists a binding holds.
pub(super) fn held(_binding: &Binding) -> usize {
    0
}

/// Waits until nothing is indicated and all lists are back. False if that is not so after `patience`.
pub(super) fn wait_idle(_adapter: &Arc<Adapter>, _patience: Duration) -> bool {
    true
}

/// Adds the counters of frames and lists.
pub(super) fn report(adapter: &Adapter, report: &mut AdapterReport) {
    report.dropped = adapter.miniport.dropped.load(Relaxed);
}
