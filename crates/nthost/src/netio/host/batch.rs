//! Receiving several datagrams in one system call, straight into slots.

use std::{mem, os::fd::AsRawFd, ptr};

use wsk_sys::{AF_INET, AF_INET6};

use super::{
    super::{
        address::{Bytes, Family},
        options::Wanted,
        settings::{Coalescing, Shape},
        slots::{CONTROL, Chain, Layout, PIECES, Pool, SlotBox},
        state::State,
    },
    messages,
};

/// The most datagrams of a system call.
const DATAGRAMS: usize = 64;

/// Slots to receive into, and what the system call wants to know about them.
pub(super) struct Batch {
    slots: Vec<SlotBox>,
    headers: Box<[libc::mmsghdr; DATAGRAMS]>,
    pieces: Box<[[libc::iovec; PIECES]; DATAGRAMS]>,
    /// Control messages as this machine has them.
    control: Box<[[u64; CONTROL / 8]]>,
    prepared: bool,
    /// Datagrams that this machine has dropped so far, as it said last.
    pub dropped: u32,
}

impl Batch {
    pub fn new() -> Self {
        const NO_PIECE: libc::iovec = libc::iovec { iov_base: ptr::null_mut(), iov_len: 0 };
        // SAFETY: it is made of integers and pointers, for which zero is a value.
        let header: libc::mmsghdr = unsafe { mem::zeroed() };
        Self {
            slots: Vec::with_capacity(DATAGRAMS),
            headers: Box::new([header; DATAGRAMS]),
            pieces: Box::new([[NO_PIECE; PIECES]; DATAGRAMS]),
            control: vec![[0; CONTROL / 8]; DATAGRAMS].into(),
            prepared: false,
            dropped: 0,
        }
    }

    /// Takes slots from the pool as far as there are any. False if there are none at all.
    pub fn fill(&mut self, pool: &Pool, state: &State) -> bool {
        let had = self.slots.len();
        pool.take_several(&mut self.slots, DATAGRAMS);
        let first = if mem::replace(&mut self.prepared, true) { had } else { 0 };
        for index in first..self.slots.len() {
            self.prepare(index, state);
        }
        !self.slots.is_empty()
    }

    /// Prepares a slot for any datagram.
    fn prepare(&mut self, index: usize, state: &State) {
        let settings = &state.settings;
        let slot = &mut self.slots[index];
        let layout = (settings.shape != Shape::Single)
            .then(|| state.chance(|rng| Layout::shaped(settings.shape, slot.index(), rng)));
        slot.prepare(layout, settings.mapping);
        let mut count = 0;
        for (place, mut piece) in self.pieces[index].iter_mut().zip(slot.room()) {
            *place = libc::iovec { iov_base: piece.as_mut_ptr().cast(), iov_len: piece.len() };
            count += 1;
        }
        let header = &mut self.headers[index].msg_hdr;
        header.msg_name = slot.sender().as_mut_ptr().cast();
        header.msg_iov = self.pieces[index].as_mut_ptr();
        header.msg_iovlen = count;
        header.msg_control = self.control[index].as_mut_ptr().cast();
    }

    /// Receives what there is, without waiting. Returns how many datagrams that was.
    pub fn receive(&mut self, socket: &socket2::Socket) -> usize {
        let count = self.slots.len();
        for header in &mut self.headers[..count] {
            header.msg_hdr.msg_namelen = libc::socklen_t::try_from(size_of::<Bytes>()).unwrap_or(0);
            header.msg_hdr.msg_controllen = CONTROL;
            header.msg_hdr.msg_flags = 0;
        }
        let number = libc::c_uint::try_from(count).unwrap_or(0);
        // SAFETY: as many headers were prepared to point to memory of slots that are here, and to
        // buffers of this value.
        let received = unsafe {
            libc::recvmmsg(
                socket.as_raw_fd(),
                self.headers.as_mut_ptr(),
                number,
                libc::MSG_DONTWAIT,
                ptr::null_mut(),
            )
        };
        // It is negative if there is nothing.
        usize::try_from(received).unwrap_or(0)
    }

    /// Takes out what was received, with the control messages that are wanted.
    pub fn take(
        &mut self,
        received: usize,
        wanted: Wanted,
        family: Family,
        state: &State,
    ) -> Chain {
        for index in 0..received {
            self.translate(index, wanted, family, state);
        }
        self.prepared = false;
        self.slots.drain(..received).rev().collect()
    }

    /// Translates what came with a datagram.
    fn translate(&mut self, index: usize, wanted: Wanted, family: Family, state: &State) {
        let header = &self.headers[index];
        let slot = &mut self.slots[index];
        slot.length = header.msg_len as usize;
        let number = match family {
            Family::V4 => AF_INET,
            Family::V6 => AF_INET6,
        };
        slot.sender()[..2].copy_from_slice(&number.to_ne_bytes());
        let control = &self.control[index];
        let length = header.msg_hdr.msg_controllen.min(CONTROL);
        // SAFETY: these are so many bytes, and any bytes are bytes.
        let control = unsafe { std::slice::from_raw_parts(control.as_ptr().cast::<u8>(), length) };
        let arrival = messages::Arrival::read(control);
        if let Some(dropped) = arrival.dropped {
            self.dropped = self.dropped.max(dropped);
        }
        slot.flags = arrival.flags();
        let told = state.settings.coalescing != Coalescing::Untold;
        let mut translated = arrival.translate(wanted, told);
        slot.control_length = state.write_control(&mut translated, slot.control());
    }

    /// Gives all slots back.
    pub fn give_back(&mut self, pool: &Pool) {
        self.slots.drain(..).for_each(|slot| pool.give_back(slot));
    }
}
