//! Where a fault happened.

use super::Fault;
use crate::{probe, stack, system::System, verifier};

/// Where a fault happened.
pub(super) struct Place {
    /// The instruction is one of a driver.
    pub is_driver: bool,
    /// Who did it, for a sentence: `example!work+0x12`.
    pub who: String,
}

impl Place {
    /// `address` is that of an instruction.
    pub fn of(system: &System, address: usize) -> Self {
        let images = system.images.read();
        match images.iter().find_map(|image| image.describe(address)) {
            Some(who) => Self { is_driver: true, who },
            None => Self {
                is_driver: false,
                who: format!("the kernel, called by {},", verifier::caller()),
            },
        }
    }
}

/// The word at an address, if there is memory.
pub(super) fn word(address: usize) -> Option<usize> {
    let mut bytes = [0; 8];
    probe::read(address, &mut bytes).then(|| usize::from_ne_bytes(bytes))
}

/// The first bytes of the instruction at an address, as far as there is memory.
pub(super) fn instruction(address: usize) -> Vec<u8> {
    let byte = |offset: usize| {
        let mut byte = [0];
        probe::read(address.checked_add(offset)?, &mut byte).then_some(byte[0])
    };
    (0..8).map_while(byte).collect()
}

/// Whether a fault is one of a stack that has come to its end.
pub(super) fn is_stack_overflow(fault: &Fault) -> bool {
    /// What functions touch at once below the stack pointer, and the guard pages of threads.
    const NEAR: usize = 0x1_0000;
    let pointer = fault.register(libc::REG_RSP);
    let stack = stack::range();
    let around = stack.start.saturating_sub(NEAR)..stack.start + NEAR;
    fault.address.abs_diff(pointer) <= NEAR && around.contains(&fault.address)
}
