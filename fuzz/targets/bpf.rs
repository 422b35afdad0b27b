//! A filter program and a frame in two pieces: whatever is found valid ends and reads the frame only.

#![no_main]

use arbitrary::Arbitrary;
use bpf::{Ancillary, Instruction, Packet, Program};
use libfuzzer_sys::fuzz_target;

#[derive(Arbitrary, Debug)]
struct Input {
    program: Vec<(u16, u8, u8, u32)>,
    packet: Vec<u8>,
    first: u8,
}

struct TwoPieces<'a> {
    packet: &'a [u8],
    first: &'a [u8],
}

impl Packet for TwoPieces<'_> {
    fn length(&self) -> u32 {
        u32::try_from(self.packet.len()).unwrap_or(u32::MAX)
    }

    fn first(&self) -> &[u8] {
        self.first
    }

    fn load(&self, offset: u32, to: &mut [u8]) -> bool {
        assert!(matches!(to.len(), 1 | 2 | 4));
        let from = self.packet.get(offset as usize..).and_then(|rest| rest.get(..to.len()));
        from.map(|from| to.copy_from_slice(from)).is_some()
    }

    fn ancillary(&self, ancillary: Ancillary) -> u32 {
        ancillary as u32
    }
}

fuzz_target!(|input: Input| {
    let one = |&(code, jt, jf, k): &_| Instruction { code, jt, jf, k };
    let program: Vec<_> = input.program.iter().map(one).collect();
    let Ok(program) = Program::new(program.as_slice()) else { return };
    let packet = input.packet.as_slice();
    let first = packet.get(..input.first.into()).unwrap_or(packet);
    let wanted = program.run(&TwoPieces { packet, first });
    assert_eq!(wanted, program.run(&TwoPieces { packet, first: packet }));
});
