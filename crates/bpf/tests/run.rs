//! Random programs and packets: the interpreter agrees with a plain model, and always ends.

use bpf::{Ancillary, Instruction, Invalid, MAX_INSTRUCTIONS, Packet, Program};
use proptest::{collection::vec, prelude::*, sample::select};

mod model;
use model::{ANCILLARIES, Pieces};

/// Codes that exist, most of them more than once to make them as frequent as they are of use.
const CODES: [u16; 66] = [
    0x00, 0x20, 0x28, 0x30, 0x20, 0x28, 0x30, 0x40, 0x48, 0x50, 0x60, 0x80, 0x01, 0x61, 0x81, 0xb1,
    0x02, 0x03, 0x04, 0x0c, 0x14, 0x1c, 0x24, 0x2c, 0x34, 0x3c, 0x44, 0x4c, 0x54, 0x5c, 0x64, 0x6c,
    0x74, 0x7c, 0x84, 0x94, 0x9c, 0xa4, 0xac, 0x05, 0x15, 0x1d, 0x25, 0x2d, 0x35, 0x3d, 0x45, 0x4d,
    0x15, 0x15, 0x45, 0x35, 0x06, 0x16, 0x07, 0x87, 0x28, 0x30, 0x20, 0xb1, 0x48, 0x50, 0x40, 0x61,
    0x60, 0x02,
];

fn instruction() -> impl Strategy<Value = Instruction> {
    let constant = prop_oneof![
        0..96_u32,
        select(ANCILLARIES.map(|(_, offset)| 0xffff_f000 + offset).to_vec()),
        Just(0xffff_f028_u32),
        any::<u32>(),
    ];
    (select(CODES.to_vec()), 0..6_u8, 0..6_u8, constant).prop_map(|(code, jt, jf, k)| Instruction {
        code,
        jt,
        jf,
        k,
    })
}

/// Mends what would make an instruction, which has so many behind it, not valid.
fn mend(mut one: Instruction, behind: usize) -> Instruction {
    let most = u8::try_from(behind.saturating_sub(1).min(255)).unwrap();
    match one.code {
        0x20 | 0x28 | 0x30 if one.k >= 0xffe0_0000 => {
            let known = ANCILLARIES.iter().any(|&(_, offset)| one.k == 0xffff_f000 + offset);
            one.k = if known || one.k == 0xffff_f028 { one.k } else { one.k % 80 };
        }
        0x60 | 0x61 | 0x02 | 0x03 => one.k %= 16,
        0x34 | 0x94 => one.k = one.k.max(1),
        0x64 | 0x74 => one.k %= 32,
        0x05 => one.k %= u32::from(most) + 1,
        code if code & 7 == 5 => (one.jt, one.jf) = (one.jt.min(most), one.jf.min(most)),
        _ => {}
    }
    if behind == 0 || behind == 1 && one.code & 7 == 5 { Instruction::new(0x16, 0) } else { one }
}

fn program() -> impl Strategy<Value = Vec<Instruction>> {
    vec(instruction(), 1..64).prop_map(|all| {
        let count = all.len();
        all.into_iter().enumerate().map(|(at, one)| mend(one, count - 1 - at)).collect()
    })
}

fn packet() -> impl Strategy<Value = Pieces> {
    (vec(vec(any::<u8>(), 0..40), 0..5), any::<[u32; 8]>())
        .prop_map(|(pieces, told)| Pieces { pieces, told })
}

/// Counts what is read, and never more than the packet has.
struct Watched<'a>(&'a Pieces);

impl Packet for Watched<'_> {
    fn length(&self) -> u32 {
        self.0.length()
    }

    fn first(&self) -> &[u8] {
        self.0.first()
    }

    fn load(&self, offset: u32, to: &mut [u8]) -> bool {
        assert!(matches!(to.len(), 1 | 2 | 4));
        self.0.load(offset, to)
    }

    fn ancillary(&self, ancillary: Ancillary) -> u32 {
        self.0.ancillary(ancillary)
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn a_valid_program_does_what_the_model_does((program, packet) in (program(), packet())) {
        let valid = Program::new(program.as_slice());
        prop_assert!(valid.is_ok(), "{valid:?}");
        prop_assert_eq!(valid.unwrap().run(&Watched(&packet)), model::run(&program, &packet));
    }

    #[test]
    fn any_program_is_refused_or_ends(
        (program, packet) in (vec((any::<u16>(), any::<u8>(), any::<u8>(), any::<u32>()), 0..40), packet())
    ) {
        let program: Vec<Instruction> = program
            .into_iter()
            .map(|(code, jt, jf, k)| Instruction { code: code & 0xff, jt: jt % 8, jf: jf % 8, k })
            .collect();
        if let Ok(valid) = Program::new(program.as_slice()) {
            prop_assert_eq!(valid.run(&Watched(&packet)), model::run(&program, &packet));
        }
    }

    #[test]
    fn pieces_make_no_difference((program, packet) in (program(), packet())) {
        let whole = Pieces { pieces: vec![packet.pieces.concat()], ..packet.clone() };
        let valid = Program::new(program.as_slice()).unwrap();
        prop_assert_eq!(valid.run(&packet), valid.run(&whole));
    }
}

fn refused(program: &[Instruction]) -> Invalid {
    Program::new(program).unwrap_err()
}

const ACCEPT: Instruction = Instruction::new(0x06, 65_535);

#[test]
fn what_is_not_valid_is_named() {
    let new = Instruction::new;
    assert_eq!(refused(&[]), Invalid::Length);
    assert_eq!(refused(&vec![ACCEPT; MAX_INSTRUCTIONS + 1]), Invalid::Length);
    assert!(Program::new(vec![ACCEPT; MAX_INSTRUCTIONS]).is_ok());
    assert_eq!(refused(&[ACCEPT, new(0x00, 1)]), Invalid::End);
    assert_eq!(refused(&[ACCEPT, new(0x05, 0)]), Invalid::Jump(1));
    assert_eq!(refused(&[new(0x05, 1), ACCEPT]), Invalid::Jump(0));
    assert_eq!(refused(&[new(0x05, u32::MAX), ACCEPT]), Invalid::Jump(0));
    assert_eq!(refused(&[Instruction::jump(0x15, 0, 0, 1), ACCEPT]), Invalid::Jump(0));
    assert_eq!(refused(&[Instruction::jump(0x15, 0, 255, 0), ACCEPT]), Invalid::Jump(0));
    assert_eq!(refused(&[ACCEPT, new(0x02, 16), ACCEPT]), Invalid::Scratch(1));
    assert_eq!(refused(&[new(0x61, u32::MAX), ACCEPT]), Invalid::Scratch(0));
    assert_eq!(refused(&[new(0x34, 0), ACCEPT]), Invalid::Division(0));
    assert_eq!(refused(&[new(0x94, 0), ACCEPT]), Invalid::Division(0));
    assert_eq!(refused(&[new(0x64, 32), ACCEPT]), Invalid::Shift(0));
    assert_eq!(refused(&[new(0x74, 33), ACCEPT]), Invalid::Shift(0));
    // A random number, the netlink attributes, the mark, and what counts from the network header.
    for offset in [56, 12, 20, 64, 1].map(|of| 0xffff_f000 + of).into_iter().chain([0xfff0_0000]) {
        assert_eq!(refused(&[new(0x20, offset), ACCEPT]), Invalid::Offset(0), "{offset:#x}");
    }
    // A return of the index register, and bits that no code has.
    for code in [0x0e, 0x100, 0x21, 0x38, 0xff, 0x8001] {
        assert_eq!(refused(&[new(code, 0), ACCEPT]), Invalid::Code(0), "{code:#x}");
    }
}

/// What `tcpdump -ddd udp port 53` prints for Ethernet.
const DNS: [(u16, u8, u8, u32); 20] = [
    (40, 0, 0, 12),
    (21, 0, 6, 34525),
    (48, 0, 0, 20),
    (21, 0, 15, 17),
    (40, 0, 0, 54),
    (21, 12, 0, 53),
    (40, 0, 0, 56),
    (21, 10, 11, 53),
    (21, 0, 10, 2048),
    (48, 0, 0, 23),
    (21, 0, 8, 17),
    (40, 0, 0, 20),
    (69, 6, 0, 8191),
    (177, 0, 0, 14),
    (72, 0, 0, 14),
    (21, 2, 0, 53),
    (72, 0, 0, 16),
    (21, 0, 1, 53),
    (6, 0, 0, 262_144),
    (6, 0, 0, 0),
];

#[test]
fn a_compiled_expression_finds_its_packets() {
    let program = DNS.map(|(code, jt, jf, k)| Instruction { code, jt, jf, k });
    let program = Program::new(program).unwrap();
    let mut packet = vec![0_u8; 60];
    packet[12..14].copy_from_slice(&0x0800_u16.to_be_bytes());
    packet[14] = 0x46;
    packet[23] = 17;
    packet[38..40].copy_from_slice(&53_u16.to_be_bytes());
    assert_eq!(program.run(&Pieces::whole(&packet)), 262_144);
    for cut in 1..=60 {
        let (front, back) = packet.split_at(cut);
        let pieces = vec![front.to_vec(), vec![], back.to_vec()];
        assert_eq!(program.run(&Pieces { pieces, told: [0; 8] }), 262_144, "cut at {cut}");
    }
    // A fragment has no ports, another protocol has others, and what is cut off is not there.
    for (at, value) in [(21, 1), (23, 6), (39, 54), (12, 9)] {
        let mut other = packet.clone();
        other[at] = value;
        assert_eq!(program.run(&Pieces::whole(&other)), 0, "byte {at}");
    }
    assert_eq!(program.run(&Pieces::whole(&packet[..39])), 0);
}

#[test]
fn registers_that_are_zero_divide_nothing() {
    for code in [0x3c, 0x9c] {
        let program = [Instruction::new(0x00, 7), Instruction::new(code, 0), ACCEPT];
        assert_eq!(Program::new(program).unwrap().run(&Pieces::whole(&[])), 0);
    }
}
