//! The ring of blocks that Linux puts received frames into, `PACKET_RX_RING` with `TPACKET_V3`.

use std::{
    ffi::c_void,
    io,
    mem::offset_of,
    os::fd::AsFd,
    ptr::NonNull,
    sync::atomic::{AtomicU32, Ordering},
};

use rustix::mm::{MapFlags, ProtFlags, mmap, munmap};

use super::socket;

/// Bytes of a block: the longest frame that Linux makes out of several fits.
const BLOCK: u32 = 1 << 20;

/// A block that is not full is handed over after so many milliseconds.
const RETIRE: u32 = 4;

/// Only its ratio to the size of a block matters, and only for the sanity of the request.
const NOMINAL_FRAME: u32 = 2048;

/// Where in a block its header is.
const HEADER: usize = offset_of!(libc::tpacket_block_desc, hdr);

/// Where the kind of a frame is, in the address behind its header.
const KIND: usize = size_of::<libc::tpacket3_hdr>().next_multiple_of(libc::TPACKET_ALIGNMENT)
    + offset_of!(libc::sockaddr_ll, sll_pkttype);

/// Has the kernel fill in hashes.
const FILL_HASH: u32 = 1;

/// The ring.
///
/// # Invariants
///
/// `memory` is the mapping of `blocks` blocks of `BLOCK` bytes of a socket's ring; it lasts until drop.
/// The kernel does not write to a block while its status has `TP_STATUS_USER`. `rest` says where in the
/// block `current` the next frame is, if that block is being read.
pub(super) struct Ring {
    memory: NonNull<c_void>,
    blocks: u32,
    current: u32,
    rest: Option<Rest>,
}

/// What is left of a block.
#[derive(Clone, Copy)]
struct Rest {
    offset: usize,
    frames: u32,
}

/// A frame, as it lies in the ring.
pub(super) struct Slot<'r> {
    pub header: libc::tpacket3_hdr,
    /// `PACKET_HOST`, `PACKET_OUTGOING` …
    pub kind: u8,
    pub data: &'r [u8],
}

// SAFETY: the mapping belongs to this value alone, and may be used on any thread.
unsafe impl Send for Ring {}

impl Ring {
    /// Gives `socket` a ring of `bytes` bytes, rounded up to blocks.
    pub fn new(socket: impl AsFd, bytes: u32, hash: bool) -> io::Result<Self> {
        let blocks = bytes.div_ceil(BLOCK).clamp(2, 1024);
        let version = libc::tpacket_versions::TPACKET_V3 as u32;
        socket::set(&socket, libc::PACKET_VERSION, &version)?;
        let request = libc::tpacket_req3 {
            tp_block_size: BLOCK,
            tp_block_nr: blocks,
            tp_frame_size: NOMINAL_FRAME,
            tp_frame_nr: blocks * (BLOCK / NOMINAL_FRAME),
            tp_retire_blk_tov: RETIRE,
            tp_sizeof_priv: 0,
            tp_feature_req_word: if hash { FILL_HASH } else { 0 },
        };
        socket::set(&socket, libc::PACKET_RX_RING, &request)?;
        let length = BLOCK as usize * blocks as usize;
        let access = ProtFlags::READ | ProtFlags::WRITE;
        // SAFETY: a new mapping, at an address of the kernel's choice.
        let memory =
            unsafe { mmap(std::ptr::null_mut(), length, access, MapFlags::SHARED, &socket, 0) }?;
        let memory = NonNull::new(memory).ok_or(io::ErrorKind::OutOfMemory)?;
        Ok(Self { memory, blocks, current: 0, rest: None })
    }

    /// The next frame, if there is one. The one before is given back to the kernel with its block.
    pub fn next(&mut self) -> Option<Slot<'_>> {
        loop {
            match self.rest {
                Some(Rest { frames: 0, .. }) => self.release(),
                Some(rest) => return Some(self.slot(rest)),
                None => self.rest = Some(self.enter()?),
            }
        }
    }

    /// Begins to read the current block, if the kernel has filled it.
    fn enter(&self) -> Option<Rest> {
        if self.status().load(Ordering::Acquire) & libc::TP_STATUS_USER == 0 {
            return None;
        }
        let header = self.at(HEADER).cast::<libc::tpacket_hdr_v1>();
        // SAFETY: every block begins with its description, which the kernel has filled in.
        let header = unsafe { header.read() };
        Some(Rest { offset: header.offset_to_first_pkt as usize, frames: header.num_pkts })
    }

    /// Gives the current block back.
    fn release(&mut self) {
        self.rest = None;
        self.status().store(libc::TP_STATUS_KERNEL, Ordering::Release);
        self.current = (self.current + 1) % self.blocks;
    }

    fn slot(&mut self, rest: Rest) -> Slot<'_> {
        let start = self.at(rest.offset);
        // SAFETY: the kernel has put a frame's header there.
        let header = unsafe { start.cast::<libc::tpacket3_hdr>().read() };
        self.rest = Some(Rest {
            offset: rest.offset + header.tp_next_offset as usize,
            frames: rest.frames - 1,
        });
        // SAFETY: behind the header lies the address of the frame.
        let kind = unsafe { self.at(rest.offset + KIND).cast::<u8>().read() };
        let data = self.at(rest.offset + usize::from(header.tp_mac)).cast::<u8>();
        // SAFETY: the bytes of the frame, which the kernel leaves alone until the block is given back,
        // for which this value must be borrowed again.
        let data = unsafe { std::slice::from_raw_parts(data, header.tp_snaplen as usize) };
        Slot { header, kind, data }
    }

    /// The status of the current block.
    fn status(&self) -> &AtomicU32 {
        // SAFETY: the status is the first member of the header of every block, and is changed by this
        // program and the kernel only as a whole.
        unsafe { AtomicU32::from_ptr(self.at(HEADER).cast()) }
    }

    /// An address in the current block.
    fn at(&self, offset: usize) -> *mut c_void {
        let offset = self.current as usize * BLOCK as usize + offset;
        // SAFETY: the current block is in the mapping, and all offsets in it come from the kernel.
        unsafe { self.memory.as_ptr().byte_add(offset) }
    }
}

impl Drop for Ring {
    fn drop(&mut self) {
        let length = BLOCK as usize * self.blocks as usize;
        // SAFETY: it is the mapping, and nothing of it is borrowed.
        let unmapped = unsafe { munmap(self.memory.as_ptr(), length) };
        debug_assert!(unmapped.is_ok(), "a mapping that exists can be taken away");
    }
}
