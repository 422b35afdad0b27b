//! The codes of instructions: a class, and what the class distinguishes.

/// Loads into the accumulator, or the index register.
const LD: u16 = 0;
const LDX: u16 = 1;
/// Stores in a scratch word.
pub const ST: u16 = 2;
pub const STX: u16 = 3;
/// Arithmetic, jumps, ends, and moves between the registers.
const ALU: u16 = 4;
const JMP: u16 = 5;
const RET: u16 = 6;
const MISC: u16 = 7;

/// How much is loaded.
const W: u16 = 0;
const H: u16 = 0x08;
const B: u16 = 0x10;

/// Where from.
const IMM: u16 = 0;
const ABS: u16 = 0x20;
const IND: u16 = 0x40;
const MEM: u16 = 0x60;
const LEN: u16 = 0x80;
const MSH: u16 = 0xa0;

/// The other operand: the constant, or the index register.
const K: u16 = 0;
const X: u16 = 0x08;

pub const LD_IMM: u16 = LD | IMM;
pub const LD_W_ABS: u16 = LD | W | ABS;
pub const LD_H_ABS: u16 = LD | H | ABS;
pub const LD_B_ABS: u16 = LD | B | ABS;
pub const LD_W_IND: u16 = LD | W | IND;
pub const LD_H_IND: u16 = LD | H | IND;
pub const LD_B_IND: u16 = LD | B | IND;
pub const LD_MEM: u16 = LD | MEM;
pub const LD_LEN: u16 = LD | LEN;
pub const LDX_IMM: u16 = LDX | IMM;
pub const LDX_MEM: u16 = LDX | MEM;
pub const LDX_LEN: u16 = LDX | LEN;
/// Four times the low half of a byte: the length of an IPv4 header.
pub const LDX_MSH: u16 = LDX | B | MSH;

pub const ADD_K: u16 = ALU | K;
pub const ADD_X: u16 = ALU | X;
pub const SUB_K: u16 = ALU | 0x10 | K;
pub const SUB_X: u16 = ALU | 0x10 | X;
pub const MUL_K: u16 = ALU | 0x20 | K;
pub const MUL_X: u16 = ALU | 0x20 | X;
pub const DIV_K: u16 = ALU | 0x30 | K;
pub const DIV_X: u16 = ALU | 0x30 | X;
pub const OR_K: u16 = ALU | 0x40 | K;
pub const OR_X: u16 = ALU | 0x40 | X;
pub const AND_K: u16 = ALU | 0x50 | K;
pub const AND_X: u16 = ALU | 0x50 | X;
pub const LSH_K: u16 = ALU | 0x60 | K;
pub const LSH_X: u16 = ALU | 0x60 | X;
pub const RSH_K: u16 = ALU | 0x70 | K;
pub const RSH_X: u16 = ALU | 0x70 | X;
pub const NEG: u16 = ALU | 0x80;
pub const MOD_K: u16 = ALU | 0x90 | K;
pub const MOD_X: u16 = ALU | 0x90 | X;
pub const XOR_K: u16 = ALU | 0xa0 | K;
pub const XOR_X: u16 = ALU | 0xa0 | X;

pub const JA: u16 = JMP;
pub const JEQ_K: u16 = JMP | 0x10 | K;
pub const JEQ_X: u16 = JMP | 0x10 | X;
pub const JGT_K: u16 = JMP | 0x20 | K;
pub const JGT_X: u16 = JMP | 0x20 | X;
pub const JGE_K: u16 = JMP | 0x30 | K;
pub const JGE_X: u16 = JMP | 0x30 | X;
pub const JSET_K: u16 = JMP | 0x40 | K;
pub const JSET_X: u16 = JMP | 0x40 | X;

pub const RET_K: u16 = RET | K;
pub const RET_A: u16 = RET | 0x10;

pub const TAX: u16 = MISC;
pub const TXA: u16 = MISC | 0x80;
