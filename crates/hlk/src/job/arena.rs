//! Buffers, good and bad.

use std::sync::Arc;

use fastrand::Rng;

use crate::{
    call::Buffer,
    layer::{Machine, Memory, Protection},
};

/// Bytes of the memory that may be read and written.
const SPACE: usize = 128 << 10;

/// Addresses that are nobody's, or not a program's.
const WILD: [usize; 8] = [
    0,
    1,
    0xdead_beef,
    0x7fff_ffff_fff8,
    0x8000_0000_0000_0000,
    0xffff_8000_0000_1000,
    0xffff_ffff_ffff_fc00,
    usize::MAX - 3,
];

/// Memory to make buffers of.
pub struct Arena {
    good: Arc<dyn Memory>,
    read_only: Arc<dyn Memory>,
    no_access: Arc<dyn Memory>,
}

impl Arena {
    /// # Errors
    ///
    /// Why there is no memory.
    pub fn new(machine: &dyn Machine) -> Result<Self, String> {
        let read_only = machine.memory(4096)?;
        read_only.protect(Protection::ReadOnly);
        let no_access = machine.memory(4096)?;
        no_access.protect(Protection::NoAccess);
        Ok(Self { good: machine.memory(SPACE)?, read_only, no_access })
    }

    /// A good buffer with this content. It begins at an odd address at times, and ends where the memory
    /// does at others.
    pub fn input(&self, rng: &mut Rng, bytes: &[u8]) -> Buffer {
        let buffer = self.room(rng, bytes.len(), 0);
        let bytes = &bytes[..(buffer.length as usize).min(bytes.len())];
        if !bytes.is_empty() {
            self.good.write(buffer.address - self.good.address(), bytes);
        }
        buffer
    }

    /// A good buffer for the output.
    pub fn output(&self, rng: &mut Rng, length: u32) -> Buffer {
        self.room(rng, length as usize, SPACE / 2)
    }

    fn room(&self, rng: &mut Rng, length: usize, from: usize) -> Buffer {
        let half = SPACE / 2;
        let length = length.min(half);
        let offset = match rng.u8(0..4) {
            0 => half - length,
            1 => rng.usize(0..=(half - length).min(17)),
            _ => 0,
        };
        let address = self.good.address() + from + offset;
        Buffer { address, length: u32::try_from(length).unwrap_or(u32::MAX) }
    }

    /// A buffer that may be bad.
    pub fn any(&self, rng: &mut Rng, length: u32) -> Buffer {
        match rng.u8(0..10) {
            0 => Buffer { address: WILD[rng.usize(0..WILD.len())], length },
            1 => Buffer { address: self.read_only.address(), length },
            2 => Buffer { address: self.no_access.address() + rng.usize(0..16), length },
            // It begins well, and reaches out of the memory.
            3 => Buffer { address: self.good.address() + self.good.len() - 2, length },
            4 => Buffer { address: rng.usize(..), length },
            _ => self.output(rng, length),
        }
    }

    /// A bad buffer of no bytes at all, or a good one.
    pub fn nothing(&self, rng: &mut Rng) -> Buffer {
        match rng.u8(0..3) {
            0 => Buffer::NONE,
            1 => Buffer { address: WILD[rng.usize(0..WILD.len())], length: 0 },
            _ => self.output(rng, 0),
        }
    }
}

/// A length that is worth a try.
pub fn interesting_length(rng: &mut Rng) -> u32 {
    const LENGTHS: [u32; 18] =
        [0, 1, 2, 3, 4, 7, 8, 15, 16, 24, 31, 32, 40, 80, 88, 256, 480, 4096];
    match rng.u8(0..16) {
        0 => rng.u32(0..65_536),
        1 => rng.u32(0..1024),
        2 if rng.u8(..) == 0 => u32::MAX - rng.u32(0..64),
        _ => LENGTHS[rng.usize(0..LENGTHS.len())],
    }
}
