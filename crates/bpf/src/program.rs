//! Programs, and what makes them valid.

use core::fmt;

#[allow(clippy::wildcard_imports, reason = "all instructions are told apart here")]
use crate::code::{self, *};
use crate::{Instruction, packet::load_at};

/// How many instructions a program can have.
pub const MAX_INSTRUCTIONS: usize = 4096;

/// How many scratch words there are.
pub const SCRATCH: usize = 16;

/// A program that was found valid, in memory of the kind `S`.
#[derive(Clone, Debug)]
pub struct Program<S>(S);

/// Why a program is not valid; with the number of the first instruction that makes it so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Invalid {
    /// It has no instructions, or more than [`MAX_INSTRUCTIONS`].
    Length,
    /// There is no such instruction.
    Code(usize),
    /// It jumps behind the end.
    Jump(usize),
    /// There is no such scratch word.
    Scratch(usize),
    /// It divides by the constant zero.
    Division(usize),
    /// It shifts by 32 or more.
    Shift(usize),
    /// It loads from an offset that means nothing.
    Offset(usize),
    /// The last instruction does not return.
    End,
}

impl fmt::Display for Invalid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (at, what) = match self {
            Self::Length => return write!(f, "it has none or more than {MAX_INSTRUCTIONS} steps"),
            Self::End => return f.write_str("its last instruction does not return"),
            Self::Code(at) => (at, "is not known"),
            Self::Jump(at) => (at, "jumps behind the end"),
            Self::Scratch(at) => (at, "uses a scratch word that does not exist"),
            Self::Division(at) => (at, "divides by zero"),
            Self::Shift(at) => (at, "shifts by 32 bits or more"),
            Self::Offset(at) => (at, "loads from an offset that means nothing"),
        };
        write!(f, "instruction {at} {what}")
    }
}

impl core::error::Error for Invalid {}

impl<S: AsRef<[Instruction]>> Program<S> {
    /// Checks every instruction.
    ///
    /// # Errors
    ///
    /// The first thing that is not valid.
    pub fn new(instructions: S) -> Result<Self, Invalid> {
        check(instructions.as_ref())?;
        Ok(Self(instructions))
    }

    /// Its instructions.
    pub fn instructions(&self) -> &[Instruction] {
        self.0.as_ref()
    }
}

fn check(program: &[Instruction]) -> Result<(), Invalid> {
    let last = match program {
        [.., last] if program.len() <= MAX_INSTRUCTIONS => last,
        _ => return Err(Invalid::Length),
    };
    for (at, &instruction) in program.iter().enumerate() {
        let behind = program.len().saturating_sub(at).saturating_sub(1);
        check_one(at, instruction, behind)?;
    }
    if matches!(last.code, RET_K | RET_A) { Ok(()) } else { Err(Invalid::End) }
}

/// Checks an instruction with so many behind it.
fn check_one(at: usize, instruction: Instruction, behind: usize) -> Result<(), Invalid> {
    let Instruction { code, jt, jf, k } = instruction;
    let (valid, otherwise) = match code {
        LD_W_ABS | LD_H_ABS | LD_B_ABS => (load_at(k).is_some(), Invalid::Offset(at)),
        LD_MEM | LDX_MEM | code::ST | code::STX => ((k as usize) < SCRATCH, Invalid::Scratch(at)),
        DIV_K | MOD_K => (k != 0, Invalid::Division(at)),
        LSH_K | RSH_K => (k < u32::BITS, Invalid::Shift(at)),
        JA => ((k as usize) < behind, Invalid::Jump(at)),
        JEQ_K | JEQ_X | JGT_K | JGT_X | JGE_K | JGE_X | JSET_K | JSET_X => {
            (usize::from(jt.max(jf)) < behind, Invalid::Jump(at))
        }
        LD_IMM | LDX_IMM | LD_LEN | LDX_LEN | LDX_MSH | LD_W_IND | LD_H_IND | LD_B_IND | ADD_K
        | ADD_X | SUB_K | SUB_X | MUL_K | MUL_X | DIV_X | MOD_X | OR_K | OR_X | AND_K | AND_X
        | LSH_X | RSH_X | XOR_K | XOR_X | NEG | RET_K | RET_A | TAX | TXA => return Ok(()),
        _ => (false, Invalid::Code(at)),
    };
    if valid { Ok(()) } else { Err(otherwise) }
}
