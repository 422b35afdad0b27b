//! The state of one hosted kernel.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use crate::{
    dbg::DebugLog,
    etw, ex,
    image::{self, Image, Place},
    io, ke,
    ke::processor::Processors,
    low_resources, mm, ndis, netio, ob,
    overtime::TimeLimits,
    sched::{RwLock, Scheduler},
    stack::Frame,
    stop,
    verifier::Verifier,
    zw,
};

/// The state of one hosted kernel, shared by all threads inside of it.
pub(crate) struct System {
    pub processors: Processors,
    /// What decides who goes on, unless the host does.
    pub scheduler: Option<Arc<Scheduler>>,
    pub debug: DebugLog,
    pub verifier: Verifier,
    pub stop: stop::State,
    /// The seeds that it was made with, each with what follows from it.
    pub seeds: Vec<String>,
    /// How long drivers may keep a processor.
    pub time_limits: TimeLimits,
    /// The most bytes of a stack that drivers have used.
    pub deepest_stack: AtomicUsize,
    pub images: RwLock<Vec<Arc<Image>>>,
    pub etw: etw::State,
    pub ex: ex::State,
    pub io: io::State,
    pub ke: ke::State,
    pub low_resources: low_resources::State,
    pub mm: mm::State,
    pub ndis: ndis::State,
    pub netio: netio::State,
    pub ob: ob::State,
    pub zw: zw::State,
}

impl System {
    pub fn new(processors: u32) -> Self {
        let processors = Processors::new(processors);
        Self {
            scheduler: None,
            debug: DebugLog::default(),
            verifier: Verifier::default(),
            stop: stop::State::default(),
            seeds: Vec::new(),
            time_limits: TimeLimits::default(),
            deepest_stack: AtomicUsize::new(0),
            images: RwLock::default(),
            etw: etw::State::default(),
            ex: ex::State::default(),
            io: io::State::default(),
            ke: ke::State::new(processors.count()),
            low_resources: low_resources::State::default(),
            mm: mm::State::default(),
            ndis: ndis::State::default(),
            netio: netio::State::default(),
            ob: ob::State::default(),
            zw: zw::State::default(),
            processors,
        }
    }

    /// A number for a new thread that no other thread of the process has. As on Windows, numbers of
    /// threads are multiples of four.
    pub fn new_thread_id() -> usize {
        static NEXT: AtomicUsize = AtomicUsize::new(4);
        NEXT.fetch_add(4, Ordering::Relaxed)
    }

    /// Where the addresses of a [stack](crate::stack::walk) are.
    pub fn places(&self, stack: &[usize]) -> Vec<Place> {
        let images = self.images.read();
        let place = |&address: &usize| images.iter().find_map(|image| image.place(address));
        stack.iter().filter_map(place).collect()
    }

    /// What a report calls the addresses of a [stack](crate::stack::walk).
    pub fn frames(&self, stack: &[usize]) -> Vec<Frame> {
        image::frames(&self.places(stack))
    }

    /// The same, with a line for each, behind what was before.
    pub fn lines(&self, stack: &[usize]) -> String {
        let lines: Vec<_> =
            self.frames(stack).iter().map(|frame| format!("\n      {frame}")).collect();
        lines.concat()
    }

    /// True if an address is one in a driver file.
    pub fn is_in_driver(&self, address: usize) -> bool {
        self.images.read().iter().any(|image| image.range().contains(&address))
    }

    /// What a report calls an address in the code of a driver: `module!function+0x12`.
    pub fn describe(&self, address: usize) -> String {
        let images = self.images.read();
        let known = images.iter().find_map(|image| image.describe(address));
        known.unwrap_or_else(|| format!("{address:#x}"))
    }
}
