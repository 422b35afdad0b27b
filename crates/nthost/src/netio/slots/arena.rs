//! One mapping for all slots of a socket.

use std::ptr::{self, NonNull};

use rustix::mm::{
    Advice, MapFlags, MprotectFlags, ProtFlags, madvise, mmap_anonymous, mprotect, munmap,
};
use wsk_sys::WSK_DATAGRAM_INDICATION;

use super::{
    super::address::Bytes,
    layout::{PIECES, ROOM},
};
use crate::{
    fault::regions::{self, Meaning, Registered},
    netio::rules,
    nt::{MDL, PAGE_SIZE, PFN_NUMBER},
};

/// Bytes of control messages that a datagram may have.
pub(in super::super) const CONTROL: usize = 512;

/// What a driver sees of a slot, beside the bytes of the datagram, which begin in the next page.
#[repr(C)]
pub(in super::super) struct Shared {
    pub indication: WSK_DATAGRAM_INDICATION,
    pub address: Bytes,
    pub control: [u64; CONTROL / 8],
    pub mdls: [Described; PIECES],
}

/// An MDL and room for the numbers of its pages.
#[repr(C)]
pub(in super::super) struct Described {
    pub mdl: MDL,
    pub pages: [PFN_NUMBER; ROOM / PAGE_SIZE + 1],
}

const _: () = assert!(size_of::<Shared>() <= PAGE_SIZE);

/// Bytes from one slot to the next: not a power of two of pages, so that they do not all fall on the
/// same lines of the cache.
const STRIDE: usize = PAGE_SIZE + ROOM;

/// The memory of all slots. Pages that are never used take no memory.
pub(super) struct Arena {
    base: NonNull<u8>,
    slots: usize,
    /// What faults in it mean; gone before it is unmapped.
    faults: Option<Registered>,
}

// SAFETY: it is memory; who owns a slot uses its part.
unsafe impl Send for Arena {}
// SAFETY: as above.
unsafe impl Sync for Arena {}

impl Arena {
    pub fn new(slots: usize) -> Self {
        let (protection, flags) =
            (ProtFlags::READ | ProtFlags::WRITE, MapFlags::PRIVATE | MapFlags::NORESERVE);
        // SAFETY: a new mapping, wherever there is room, takes nothing away from anybody.
        let base = unsafe { mmap_anonymous(ptr::null_mut(), slots * STRIDE, protection, flags) };
        let base = base.expect("there is room for the datagrams of a socket");
        let start = base as usize;
        Self {
            base: NonNull::new(base.cast()).expect("a mapping is not at zero"),
            slots,
            faults: Some(regions::register(start..start + slots * STRIDE, |_| Some(touched()))),
        }
    }

    /// Keeps drivers away from all slots.
    pub fn close(&self) {
        let base = self.base.as_ptr().cast();
        // SAFETY: nobody uses the mapping any more, as the caller knows.
        let _ = unsafe { mprotect(base, self.slots * STRIDE, MprotectFlags::empty()) };
    }

    /// Lets drivers use a slot, or not.
    pub fn protect(&self, slot: usize, access: MprotectFlags) {
        let start = self.shared(slot).as_ptr().cast();
        // Without memory for that, the slot stays as it is: less is noticed.
        // SAFETY: the slot is in the mapping, and nobody may use it now, or somebody may again.
        let _ = unsafe { mprotect(start, STRIDE, access) };
    }

    /// Gives the memory back. The addresses stay taken, and what is read there is zero.
    pub fn clear(&self) {
        let (base, length) = (self.base.as_ptr().cast(), self.slots * STRIDE);
        // SAFETY: nobody needs what is in the mapping, as the caller knows.
        let cleared = unsafe { madvise(base, length, Advice::LinuxDontNeed) };
        debug_assert!(cleared.is_ok());
    }

    /// The part of a slot that describes it.
    pub fn shared(&self, slot: usize) -> NonNull<Shared> {
        assert!(slot < self.slots);
        // SAFETY: the slot is in the mapping.
        unsafe { self.base.add(slot * STRIDE) }.cast()
    }

    /// The part of a slot for the datagram.
    pub fn room(&self, slot: usize) -> NonNull<u8> {
        // SAFETY: the slot has so much room behind the page that describes it.
        unsafe { self.shared(slot).cast::<u8>().add(PAGE_SIZE) }
    }

    /// The slot whose description has this address.
    pub fn index(&self, address: *mut Shared) -> Option<usize> {
        let offset = (address as usize).checked_sub(self.base.as_ptr() as usize)?;
        let index = offset / STRIDE;
        (offset % STRIDE == 0 && index < self.slots).then_some(index)
    }
}

/// What a fault in the mapping means.
fn touched() -> Meaning {
    Meaning {
        check: rules::INDICATION_TOUCHED,
        what: "it is in a datagram that was indicated and is the provider's again".to_owned(),
        history: Vec::new(),
    }
}

impl Drop for Arena {
    fn drop(&mut self) {
        // Others may get the addresses as soon as they are free.
        drop(self.faults.take());
        // SAFETY: the mapping is this value's own.
        let unmapped = unsafe { munmap(self.base.as_ptr().cast(), self.slots * STRIDE) };
        debug_assert!(unmapped.is_ok());
    }
}
