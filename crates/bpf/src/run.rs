//! Running programs.

#[allow(clippy::wildcard_imports, reason = "all instructions are told apart here")]
use crate::code::{self, *};
use crate::{
    Instruction, Packet, Program,
    packet::{FIRST_NEGATIVE, Load, load_at},
    program::SCRATCH,
};

/// The registers and the scratch words.
#[derive(Default)]
struct Machine {
    a: u32,
    x: u32,
    scratch: [u32; SCRATCH],
}

impl<S: AsRef<[Instruction]>> Program<S> {
    /// How many bytes of the packet are wanted, which can be more than there are; zero if it is not wanted
    /// at all.
    ///
    /// A load from behind the end of the packet and a division by a register that is zero end the program
    /// with zero. Scratch words that were not written are zero, as is what is shifted by a register of 32
    /// or more.
    pub fn run(&self, packet: &impl Packet) -> u32 {
        run(self.instructions(), packet).unwrap_or(0)
    }
}

fn run(program: &[Instruction], packet: &impl Packet) -> Option<u32> {
    let first = packet.first();
    let mut machine = Machine::default();
    let mut rest = program.iter();
    // Jumps go forward only, so that this ends.
    while let Some(&Instruction { code, jt, jf, k }) = rest.next() {
        let m = &mut machine;
        let jump_if = |condition| usize::from(if condition { jt } else { jf });
        let jump = match code {
            LD_W_ABS => {
                m.a = absolute::<4>(m, packet, first, k)?;
                0
            }
            LD_H_ABS => {
                m.a = absolute::<2>(m, packet, first, k)?;
                0
            }
            LD_B_ABS => {
                m.a = absolute::<1>(m, packet, first, k)?;
                0
            }
            JEQ_K => jump_if(m.a == k),
            JEQ_X => jump_if(m.a == m.x),
            JGT_K => jump_if(m.a > k),
            JGT_X => jump_if(m.a > m.x),
            JGE_K => jump_if(m.a >= k),
            JGE_X => jump_if(m.a >= m.x),
            JSET_K => jump_if(m.a & k != 0),
            JSET_X => jump_if(m.a & m.x != 0),
            JA => k as usize,
            RET_K => return Some(k),
            RET_A => return Some(m.a),
            _ => {
                m.other(code, k, packet, first)?;
                0
            }
        };
        if jump > 0 {
            rest.nth(jump.saturating_sub(1))?;
        }
    }
    None
}

impl Machine {
    /// Where an indirect load begins: the sum, in which a constant can be negative.
    #[inline]
    fn indirect(&self, k: u32) -> Option<u32> {
        Some(self.x.wrapping_add(k)).filter(|&at| at < FIRST_NEGATIVE)
    }

    /// Instructions that always go on to the next one.
    #[inline]
    fn other(&mut self, code: u16, k: u32, packet: &impl Packet, first: &[u8]) -> Option<()> {
        match code {
            LD_W_IND => self.a = bytes::<4>(packet, first, self.indirect(k)?)?,
            LD_H_IND => self.a = bytes::<2>(packet, first, self.indirect(k)?)?,
            LD_B_IND => self.a = bytes::<1>(packet, first, self.indirect(k)?)?,
            LDX_MSH => self.x = (bytes::<1>(packet, first, k)? & 0xf) << 2,
            LD_IMM => self.a = k,
            LDX_IMM => self.x = k,
            LD_LEN => self.a = packet.length(),
            LDX_LEN => self.x = packet.length(),
            LD_MEM => self.a = *self.scratch.get(k as usize)?,
            LDX_MEM => self.x = *self.scratch.get(k as usize)?,
            code::ST => *self.scratch.get_mut(k as usize)? = self.a,
            code::STX => *self.scratch.get_mut(k as usize)? = self.x,
            TAX => self.x = self.a,
            TXA => self.a = self.x,
            _ => self.a = calculate(code, self.a, self.x, k)?,
        }
        Some(())
    }
}

#[inline]
fn calculate(code: u16, a: u32, x: u32, k: u32) -> Option<u32> {
    Some(match code {
        ADD_K => a.wrapping_add(k),
        ADD_X => a.wrapping_add(x),
        SUB_K => a.wrapping_sub(k),
        SUB_X => a.wrapping_sub(x),
        MUL_K => a.wrapping_mul(k),
        MUL_X => a.wrapping_mul(x),
        DIV_K => a.checked_div(k)?,
        DIV_X => a.checked_div(x)?,
        MOD_K => a.checked_rem(k)?,
        MOD_X => a.checked_rem(x)?,
        OR_K => a | k,
        OR_X => a | x,
        AND_K => a & k,
        AND_X => a & x,
        XOR_K => a ^ k,
        XOR_X => a ^ x,
        LSH_K => a.checked_shl(k).unwrap_or(0),
        LSH_X => a.checked_shl(x).unwrap_or(0),
        RSH_K => a.checked_shr(k).unwrap_or(0),
        RSH_X => a.checked_shr(x).unwrap_or(0),
        NEG => a.wrapping_neg(),
        _ => return None,
    })
}

/// What an absolute load loads.
#[inline]
fn absolute<const N: usize>(
    machine: &Machine,
    packet: &impl Packet,
    first: &[u8],
    offset: u32,
) -> Option<u32> {
    if let Some(value) = bytes_of::<N>(first, offset) {
        return Some(value);
    }
    match load_at(offset)? {
        Load::Bytes => slow::<N>(packet, offset),
        Load::Of(ancillary) => Some(packet.ancillary(ancillary)),
        Load::Xor => Some(machine.a ^ machine.x),
    }
}

/// So many bytes of the packet, as a number in network order.
#[inline]
fn bytes<const N: usize>(packet: &impl Packet, first: &[u8], offset: u32) -> Option<u32> {
    bytes_of::<N>(first, offset).or_else(|| slow::<N>(packet, offset))
}

#[inline]
fn bytes_of<const N: usize>(bytes: &[u8], offset: u32) -> Option<u32> {
    bytes.get(offset as usize..)?.first_chunk::<N>().map(number)
}

#[cold]
fn slow<const N: usize>(packet: &impl Packet, offset: u32) -> Option<u32> {
    let mut bytes = [0; N];
    packet.load(offset, &mut bytes).then(|| number(&bytes))
}

#[inline]
fn number<const N: usize>(bytes: &[u8; N]) -> u32 {
    bytes.iter().fold(0, |number, &byte| number << 8 | u32::from(byte))
}
