//! A second reading of what instructions mean, as plain as can be, and packets to run them over.

use bpf::{Ancillary, Instruction, Packet};

/// A packet in pieces.
#[derive(Clone, Debug)]
pub struct Pieces {
    pub pieces: Vec<Vec<u8>>,
    /// What is told of each ancillary, in the order of [`ANCILLARIES`].
    pub told: [u32; 8],
}

/// All that a program can ask for, with their offsets.
pub const ANCILLARIES: [(Ancillary, u32); 8] = [
    (Ancillary::Protocol, 0),
    (Ancillary::PacketType, 4),
    (Ancillary::Interface, 8),
    (Ancillary::Queue, 24),
    (Ancillary::Hash, 32),
    (Ancillary::VlanTag, 44),
    (Ancillary::VlanTagPresent, 48),
    (Ancillary::VlanProtocol, 60),
];

impl Pieces {
    pub fn whole(bytes: &[u8]) -> Self {
        Self { pieces: vec![bytes.to_vec()], told: [0; 8] }
    }
}

impl Packet for Pieces {
    fn length(&self) -> u32 {
        self.pieces.iter().map(Vec::len).sum::<usize>().try_into().unwrap()
    }

    fn first(&self) -> &[u8] {
        self.pieces.first().map_or(&[], Vec::as_slice)
    }

    fn load(&self, offset: u32, to: &mut [u8]) -> bool {
        let all = self.pieces.concat();
        let end = offset as usize + to.len();
        all.get(offset as usize..end).is_some_and(|bytes| {
            to.copy_from_slice(bytes);
            true
        })
    }

    fn ancillary(&self, ancillary: Ancillary) -> u32 {
        self.told[ANCILLARIES.iter().position(|&(one, _)| one == ancillary).unwrap()]
    }
}

/// Runs a valid program by taking each code apart.
pub fn run(program: &[Instruction], packet: &Pieces) -> u32 {
    let (mut a, mut x, mut m) = (0_u64, 0_u64, [0_u64; 16]);
    let all = packet.pieces.concat();
    let bytes = |at: u64, size: usize| -> Option<u64> {
        let at = usize::try_from(at).unwrap();
        let from = all.get(at..at.checked_add(size)?)?;
        Some(from.iter().fold(0, |number, &byte| number * 256 + u64::from(byte)))
    };
    let mut pc = 0;
    loop {
        let Instruction { code, jt, jf, k } = program[pc];
        let (class, size, mode) = (code & 7, code & 0x18, code & 0xe0);
        let (k, operation, by_x) = (u64::from(k), code & 0xf0, code & 8 != 0);
        let other = if by_x { x } else { k };
        pc += 1;
        match class {
            0 | 1 => {
                let width = [4, 2, 1][usize::from(size >> 3)];
                let loaded = match mode {
                    0x00 => Some(k),
                    0x20 if k >= 0xffff_f000 => {
                        let of = u32::try_from(k - 0xffff_f000).unwrap();
                        let index = ANCILLARIES.iter().position(|&(_, offset)| offset == of);
                        Some(index.map_or(a ^ x, |index| u64::from(packet.told[index])))
                    }
                    0x20 => bytes(k, width),
                    0x40 => bytes((x + k) % (1 << 32), width),
                    0x60 => Some(m[usize::try_from(k).unwrap()]),
                    0x80 => Some(all.len() as u64),
                    _ => bytes(k, 1).map(|byte| byte % 16 * 4),
                };
                let Some(loaded) = loaded else { return 0 };
                *(if class == 0 { &mut a } else { &mut x }) = loaded;
            }
            2 => m[usize::try_from(k).unwrap()] = a,
            3 => m[usize::try_from(k).unwrap()] = x,
            4 => {
                if matches!(operation, 0x30 | 0x90) && other == 0 {
                    return 0;
                }
                let result = match operation {
                    0x00 => a + other,
                    0x10 => a + (1 << 32) - other,
                    0x20 => a * other,
                    0x30 => a / other,
                    0x40 => a | other,
                    0x50 => a & other,
                    0x60 => {
                        if other < 32 {
                            a << other
                        } else {
                            0
                        }
                    }
                    0x70 => {
                        if other < 32 {
                            a >> other
                        } else {
                            0
                        }
                    }
                    0x80 => (1 << 32) - a,
                    0x90 => a % other,
                    _ => a ^ other,
                };
                a = result % (1 << 32);
            }
            5 => {
                let condition = match operation {
                    0x00 => {
                        pc += usize::try_from(k).unwrap();
                        continue;
                    }
                    0x10 => a == other,
                    0x20 => a > other,
                    0x30 => a >= other,
                    _ => a & other != 0,
                };
                pc += usize::from(if condition { jt } else { jf });
            }
            6 => return u32::try_from(if code & 0x18 == 0x10 { a } else { k }).unwrap(),
            _ if code & 0x80 == 0 => x = a,
            _ => a = x,
        }
    }
}
