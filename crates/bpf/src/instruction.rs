//! Instructions as programs are given.

use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout};

/// One instruction, as `struct sock_filter` of Linux and `struct bpf_insn` of libpcap lay it out.
#[repr(C)]
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, FromBytes, Immutable, IntoBytes, KnownLayout,
)]
pub struct Instruction {
    /// What to do.
    pub code: u16,
    /// How many instructions a conditional jump passes over if its condition is true.
    pub jt: u8,
    /// How many if it is false.
    pub jf: u8,
    /// The constant, offset or number of a scratch word that it works with.
    pub k: u32,
}

impl Instruction {
    /// An instruction that is not a conditional jump.
    #[must_use]
    pub const fn new(code: u16, k: u32) -> Self {
        Self { code, jt: 0, jf: 0, k }
    }

    /// A conditional jump.
    #[must_use]
    pub const fn jump(code: u16, k: u32, jt: u8, jf: u8) -> Self {
        Self { code, jt, jf, k }
    }
}
