//! Classic BPF: programs that decide which packets are wanted, and how much of them.
//!
//! A [`Program`] is one whose every instruction was checked, so that running it always ends, reads nothing
//! but the packet, and needs no check of the program. It means what it means to the BPF of Linux, with
//! whose extensions libpcap's compiler asks for a VLAN tag that is not in the packet ([`Ancillary`]); but a shift
//! by a register that holds 32 or more gives zero, as in libpcap.
//!
//! It is plain code without memory of its own, for kernels and programs alike.
//!
//! [The kernel's page](https://docs.kernel.org/networking/filter.html)

#![no_std]

mod code;
mod instruction;
mod packet;
mod program;
mod run;

pub use instruction::Instruction;
pub use packet::{Ancillary, Packet};
pub use program::{Invalid, MAX_INSTRUCTIONS, Program};
