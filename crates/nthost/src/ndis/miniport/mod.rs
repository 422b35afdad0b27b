//! The miniport of an adapter: its receive descriptors.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use super::api;

/// The miniport of an adapter.
#[derive(Default)]
pub(crate) struct Miniport {
    /// Frames that it dropped.
    pub dropped: AtomicU64,
}

impl Miniport {
    pub fn new(_description: &api::Adapter) -> Self {
        Self::default()
    }

    /// Drops frames.
    pub fn drop_frames(&self, count: usize) {
        self.dropped.fetch_add(count as u64, Relaxed);
    }
}
