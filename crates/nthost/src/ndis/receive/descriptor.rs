//! Lists of an adapter, with what NDIS and its drivers below protocols know of them.

use std::{
    ptr,
    sync::{
        Arc,
        atomic::{AtomicU8, AtomicU32, AtomicU64, AtomicUsize, Ordering},
    },
};

use ndis_sys::NET_BUFFER_LIST;

use super::{
    ledger::{Entry, Owner},
    raw,
};
use crate::{
    ndis::frame::{self, Frame, Snapshot},
    sched::Mutex,
};

/// Lists on their way, in order. How they are linked for drivers is written each time.
pub(in crate::ndis) type Lists = Vec<Arc<Descriptor>>;

/// Whose a list is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::ndis) enum Origin {
    /// The miniport's.
    Miniport,
    /// The filter's.
    Filter,
    /// NDIS' own: a copy, or another list with the same data.
    Ndis,
    /// One to measure with.
    Measured,
}

/// What a miniport keeps back until its indication has returned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
enum Phase {
    /// Nothing.
    Free,
    /// The indication has not returned.
    Indicating,
    /// It has not, and the list is back.
    BackEarly,
}

/// A list, and all that is known of it.
pub(in crate::ndis) struct Descriptor {
    pub origin: Origin,
    pub entry: Entry,
    address: usize,
    /// `SourceHandle` as who indicates it has set it.
    source: AtomicUsize,
    /// `SourceHandle` of the driver below an intermediate one.
    below: AtomicUsize,
    /// The first six bytes of the frame, and its type in the order of the wire.
    about: AtomicU64,
    frames: AtomicU32,
    phase: AtomicU8,
    /// The list that this one has the data of.
    parent: Mutex<Option<Arc<Self>>>,
    /// Lists with the data of this one that are not back.
    children: AtomicU32,
    memory: Mutex<Memory>,
}

/// Links lists in this order. Returns the address of the first one, or null.
pub(in crate::ndis) fn link(lists: &[Arc<Descriptor>]) -> *mut NET_BUFFER_LIST {
    lists.iter().rev().fold(ptr::null_mut(), |next, list| {
        list.link(next);
        list.address()
    })
}

/// The memory of a list, and what it was like before a driver got it.
pub(in crate::ndis) struct Memory {
    pub list: frame::List,
    pub snapshot: Snapshot,
}

impl Descriptor {
    pub fn new(origin: Origin, list: frame::List) -> Self {
        Self {
            origin,
            entry: Entry::default(),
            address: list.address() as usize,
            source: AtomicUsize::new(0),
            below: AtomicUsize::new(0),
            about: AtomicU64::new(0),
            frames: AtomicU32::new(0),
            phase: AtomicU8::new(Phase::Free as u8),
            parent: Mutex::default(),
            children: AtomicU32::new(0),
            memory: Mutex::new(Memory { list, snapshot: Snapshot::default() }),
        }
    }

    pub fn address(&self) -> *mut NET_BUFFER_LIST {
        self.address as *mut _
    }

    /// Links it with another list, or with none. Only its owner does that.
    pub fn link(&self, next: *mut NET_BUFFER_LIST) {
        // SAFETY: the memory of a list stays as long as its descriptor, and its owner calls this.
        unsafe { raw::set_next(self.address(), next) };
    }

    /// The address that it is linked with. Only its owner asks for that.
    pub fn next(&self) -> usize {
        // SAFETY: the memory of a list stays as long as its descriptor, and its owner calls this.
        unsafe { raw::next(self.address()) as usize }
    }

    /// Its flags, `NDIS_NBL_FLAGS_…`. Only its owner asks for them.
    pub fn flags(&self) -> u32 {
        // SAFETY: the memory of a list stays as long as its descriptor, and its owner calls this.
        unsafe { raw::flags(self.address()) }
    }

    /// What is in a slot of its out-of-band information that all versions have. Only its owner asks.
    pub fn slot(&self, slot: usize) -> usize {
        // SAFETY: the memory of a list stays as long as its descriptor, and its owner calls this; the
        // oldest version has the fewest slots.
        let slots = unsafe { raw::slots(self.address(), 0) };
        usize::try_from(slots[slot]).unwrap_or_default()
    }

    /// Its memory, for its owner.
    pub(in crate::ndis) fn memory(&self) -> crate::sched::MutexGuard<'_, Memory> {
        self.memory.lock()
    }

    /// Whether an address is in its memory.
    pub fn memory_contains(&self, address: usize) -> bool {
        self.memory.lock().list.contains(address)
    }

    /// It has got this frame.
    pub fn is_filled(&self, frame: &Frame) {
        let mut about = [0; 8];
        for (into, byte) in about[..6].iter_mut().zip(&frame.data) {
            *into = *byte;
        }
        if let Some(kind) = frame.data.get(12..14) {
            about[6..].copy_from_slice(kind);
        }
        self.about.store(u64::from_ne_bytes(about), Ordering::Relaxed);
        let frames = u32::try_from(1 + frame.more_buffers.len()).unwrap_or(u32::MAX);
        self.frames.store(frames, Ordering::Relaxed);
        self.entry.give(Owner::Stack);
    }

    /// It has got the frames of another one.
    pub fn is_like(&self, other: &Self) {
        self.about.store(other.about.load(Ordering::Relaxed), Ordering::Relaxed);
        self.frames.store(other.frames.load(Ordering::Relaxed), Ordering::Relaxed);
        self.entry.give(Owner::Stack);
    }

    /// The destination of the frame, as far as it is long enough to have one.
    pub fn destination(&self) -> [u8; 6] {
        let about = self.about.load(Ordering::Relaxed).to_ne_bytes();
        about[..6].try_into().unwrap_or_default()
    }

    /// The type of the frame, in the order of the wire.
    pub fn frame_type(&self) -> u16 {
        let [.., high, low] = self.about.load(Ordering::Relaxed).to_ne_bytes();
        u16::from_ne_bytes([high, low])
    }

    /// How many frames are in it: one a net buffer.
    pub fn frames(&self) -> u32 {
        self.frames.load(Ordering::Relaxed)
    }

    /// `SourceHandle` as who indicates it has set it.
    pub fn source(&self) -> usize {
        self.source.load(Ordering::Relaxed)
    }

    /// Sets `SourceHandle`. Only its owner does that.
    pub fn set_source(&self, handle: usize) {
        self.source.store(handle, Ordering::Relaxed);
        // SAFETY: the memory of a list stays as long as its descriptor, and its owner calls this.
        unsafe { raw::set_source(self.address(), handle) };
    }

    /// `SourceHandle` as it is in the list.
    pub fn written_source(&self) -> usize {
        // SAFETY: the memory of a list stays as long as its descriptor, and its owner calls this.
        unsafe { raw::source(self.address()) }
    }

    /// An intermediate driver puts its own handle there, and keeps that of the driver below.
    pub fn replace_source(&self, handle: usize) {
        self.below.store(self.source(), Ordering::Relaxed);
        self.set_source(handle);
    }

    /// It puts back what was there.
    pub fn restore_source(&self) {
        self.set_source(self.below.load(Ordering::Relaxed));
    }

    /// Its miniport is about to indicate it, and wants it when the indication has returned.
    pub fn begin_indication(&self) {
        self.phase.store(Phase::Indicating as u8, Ordering::Release);
    }

    /// It is back. False if its miniport takes it when its indication has returned.
    pub fn is_back(&self) -> bool {
        self.phase
            .compare_exchange(
                Phase::Indicating as u8,
                Phase::BackEarly as u8,
                Ordering::AcqRel,
                Ordering::Acquire,
            )
            .is_err()
    }

    /// The indication has returned. True if the list was back before.
    pub fn end_indication(&self) -> bool {
        self.phase.swap(Phase::Free as u8, Ordering::AcqRel) == Phase::BackEarly as u8
    }

    /// From now on it has the data of `parent`, which is not back before this list is.
    pub fn adopt(&self, parent: &Arc<Self>) {
        parent.children.fetch_add(1, Ordering::AcqRel);
        *self.parent.lock() = Some(Arc::clone(parent));
    }

    /// Stops sharing data. Returns the other list if it may go back now.
    pub fn release(&self) -> Option<Arc<Self>> {
        let parent = self.parent.lock().take()?;
        parent.let_go().then_some(parent)
    }

    /// It waits for the lists that have its data, and for whoever calls this.
    pub fn hold(&self) {
        self.children.fetch_add(1, Ordering::AcqRel);
    }

    /// One does not need it any more. True if it was the last one.
    pub fn let_go(&self) -> bool {
        self.children.fetch_sub(1, Ordering::AcqRel) == 1
    }

    /// Whether lists that are not back have its data.
    pub fn has_children(&self) -> bool {
        self.children.load(Ordering::Acquire) > 0
    }
}
