//! The state of one hosted kernel.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use parking_lot::RwLock;

use crate::{
    dbg::DebugLog, etw, ex, image::Image, io, ke, ke::processor::Processors, mm, netio, ob,
    verifier::Verifier, zw,
};

/// The state of one hosted kernel, shared by all threads inside of it.
pub(crate) struct System {
    pub processors: Processors,
    pub debug: DebugLog,
    pub verifier: Verifier,
    pub images: RwLock<Vec<Arc<Image>>>,
    pub etw: etw::State,
    pub ex: ex::State,
    pub io: io::State,
    pub ke: ke::State,
    pub mm: mm::State,
    pub netio: netio::State,
    pub ob: ob::State,
    pub zw: zw::State,
}

impl System {
    pub fn new(processors: u32) -> Self {
        Self {
            processors: Processors::new(processors),
            debug: DebugLog::default(),
            verifier: Verifier::default(),
            images: RwLock::default(),
            etw: etw::State::default(),
            ex: ex::State::default(),
            io: io::State::default(),
            ke: ke::State::default(),
            mm: mm::State::default(),
            netio: netio::State::default(),
            ob: ob::State::default(),
            zw: zw::State::default(),
        }
    }

    /// A number for a new thread that no other thread of the process has, and its processor.
    pub fn new_thread(&self) -> (u64, u32) {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        (NEXT.fetch_add(1, Ordering::Relaxed), self.processors.next())
    }

    /// What a report calls an address in the code of a driver: `module!function+0x12`.
    pub fn describe(&self, address: usize) -> String {
        let images = self.images.read();
        let known = images.iter().find_map(|image| image.describe(address));
        known.unwrap_or_else(|| format!("{address:#x}"))
    }
}
