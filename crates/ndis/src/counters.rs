//! What happened to a binding that its driver does not see.

use core::sync::atomic::{AtomicU64, Ordering};

use crate::{Arrival, Lists};

/// Counters; they only grow.
#[derive(Default)]
pub(crate) struct Counters {
    pub(crate) paused: AtomicU64,
    pub(crate) early: AtomicU64,
    pub(crate) closing: AtomicU64,
    pub(crate) status: AtomicU64,
    pub(crate) completions: AtomicU64,
}

/// Adds to a counter.
pub(crate) fn add(counter: &AtomicU64, count: u64) {
    counter.fetch_add(count, Ordering::Relaxed);
}

/// How often something happened to a binding that its driver did not see. These only grow.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Unseen {
    /// Lists that arrived while the binding did not run; they were returned at once.
    pub paused: u64,
    /// Lists that arrived before the adapter was open; they were returned then.
    pub early: u64,
    /// Lists that arrived when the binding was being closed, which cannot be returned any more.
    pub closing: u64,
    /// Status indications that came when the binding was being closed, or were malformed.
    pub status: u64,
    /// Completions of what nobody asked for: sends, and requests that were not pending.
    pub completions: u64,
}

/// Lists that arrived while the binding did not run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refused {
    /// How many there were.
    pub lists: u64,
    /// Frames in them; a list without any counts as one.
    pub frames: u64,
    /// Their bytes.
    pub bytes: u64,
    /// They were lent for the call.
    pub lent: bool,
    /// They were ours, and cannot be returned any more, because the binding is being closed.
    pub lost: bool,
}

impl Refused {
    pub(crate) fn new(lists: Lists<'_>, arrival: Arrival) -> Self {
        let mut all = Self { lists: 0, frames: 0, bytes: 0, lent: arrival.lent(), lost: false };
        for list in lists {
            let before = all.frames;
            for buffer in list.buffers() {
                all.frames = all.frames.wrapping_add(1);
                all.bytes = all.bytes.wrapping_add(buffer.length() as u64);
            }
            all.frames = all.frames.max(before.wrapping_add(1));
            all.lists = all.lists.wrapping_add(1);
        }
        all
    }
}

impl Counters {
    pub(crate) fn read(&self) -> Unseen {
        let of = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        Unseen {
            paused: of(&self.paused),
            early: of(&self.early),
            closing: of(&self.closing),
            status: of(&self.status),
            completions: of(&self.completions),
        }
    }
}
