//! Filter expressions: compiled by the libpcap of this machine, they choose the frames that tcpdump chooses
//! on a live interface of Linux.

mod live;

use bpf::{Ancillary, Instruction, Packet, Program};
use etherparse::PacketBuilder;
use live::LIVE;
use winrx::{Filter, FilterError};

/// A frame, and the tag that its adapter took out of it.
#[derive(Clone, Debug)]
struct Frame {
    data: Vec<u8>,
    tag: Option<u16>,
}

impl Packet for Frame {
    fn length(&self) -> u32 {
        u32::try_from(self.data.len()).unwrap()
    }

    fn first(&self) -> &[u8] {
        &self.data
    }

    fn load(&self, _offset: u32, _to: &mut [u8]) -> bool {
        false
    }

    fn ancillary(&self, ancillary: Ancillary) -> u32 {
        match ancillary {
            Ancillary::VlanTag => self.tag.unwrap_or_default().into(),
            Ancillary::VlanTagPresent => self.tag.is_some().into(),
            _ => 0,
        }
    }
}

fn takes(program: &Program<Vec<Instruction>>, frame: &Frame) -> bool {
    program.run(frame) > 0
}

fn v4(port: u16, tcp: bool) -> Vec<u8> {
    let start = PacketBuilder::ethernet2([2, 0, 0, 0, 0, 1], [2, 0, 0, 0, 0, 2]).ipv4(
        [192, 0, 2, 1],
        [192, 0, 2, 2],
        64,
    );
    let mut frame = Vec::new();
    if tcp {
        start.tcp(40_000, port, 1, 2).write(&mut frame, b"data").unwrap();
    } else {
        start.udp(40_000, port).write(&mut frame, b"data").unwrap();
    }
    frame
}

fn v6(port: u16) -> Vec<u8> {
    let start = PacketBuilder::ethernet2([2, 0, 0, 0, 0, 1], [2, 0, 0, 0, 0, 2]);
    let mut frame = Vec::new();
    start.ipv6([1; 16], [2; 16], 64).udp(40_000, port).write(&mut frame, b"data").unwrap();
    frame
}

/// The same frame with a tag in it.
fn tagged(frame: &[u8], kind: u16, tag: u16) -> Vec<u8> {
    [&frame[..12], &kind.to_be_bytes(), &tag.to_be_bytes(), &frame[12..]].concat()
}

/// Frames of many kinds, each without a tag, with one or two in it, and with one beside it.
fn frames() -> Vec<Frame> {
    let mut arp = v4(1, false);
    arp[12..14].copy_from_slice(&[0x08, 0x06]);
    let bare = [v4(53, false), v4(54, false), v4(80, true), v6(53), arp, vec![0; 14], vec![0; 3]];
    let mut inside = bare.to_vec();
    for frame in bare.iter().filter(|frame| frame.len() >= 14) {
        for tag in [5, 7, 0x2005] {
            inside.push(tagged(frame, 0x8100, tag));
            inside.push(tagged(frame, 0x88a8, tag));
            inside.push(tagged(&tagged(frame, 0x8100, 5), 0x8100, tag));
        }
    }
    let tags = [None, Some(5), Some(7), Some(0), Some(0x6005), Some(0xfff)];
    let with = |data: &Vec<u8>| tags.map(|tag| Frame { data: data.clone(), tag });
    inside.iter().flat_map(with).collect()
}

#[test]
fn programs_choose_what_tcpdump_chooses() {
    let frames = frames();
    for (expression, numbers) in LIVE {
        let live = Filter::from_dump(&numbers.replace(", ", "\n")).unwrap();
        let filter = Filter::compile(expression).unwrap();
        let mut taken = 0;
        for frame in &frames {
            let wanted = takes(live.program(), frame);
            assert_eq!(takes(filter.program(), frame), wanted, "{expression}: {frame:02x?}");
            taken += usize::from(wanted);
        }
        assert!(0 < taken && taken < frames.len(), "{expression} tells frames apart");
    }
}

#[test]
fn tags_beside_frames_are_seen() {
    let dns = |tag| Frame { data: v4(53, false), tag };
    let web = |tag| Frame { data: v4(80, true), tag };
    for (expression, frame, wanted) in [
        ("udp port 53", dns(None), true),
        ("udp port 53", dns(Some(5)), true),
        ("vlan 5 and udp port 53", dns(Some(5)), true),
        ("vlan 5 and udp port 53", dns(Some(0xe005)), true),
        ("vlan 5 and udp port 53", dns(Some(6)), false),
        ("vlan 5 and udp port 53", dns(None), false),
        ("vlan 5 and udp port 53", web(Some(5)), false),
        ("vlan", dns(Some(0)), true),
        ("not vlan", dns(Some(0)), false),
        ("not vlan", dns(None), true),
        ("arp or (vlan 5 and udp)", dns(Some(5)), true),
        ("arp or (vlan 5 and udp)", dns(None), false),
        ("(tcp and vlan 5) or udp", web(Some(5)), true),
        ("vlan 5 and vlan 7", dns(Some(5)), false),
        (
            "vlan 5 and vlan 7",
            Frame { data: tagged(&v4(53, false), 0x8100, 7), tag: Some(5) },
            true,
        ),
        ("ether[0] = 2", dns(Some(5)), true),
        ("greater 40", dns(Some(5)), true),
    ] {
        let filter = Filter::compile(expression).unwrap();
        assert_eq!(takes(filter.program(), &frame), wanted, "{expression}: {frame:02x?}");
        assert_eq!(filter.expression(), Some(expression));
    }
}

#[test]
fn what_is_no_expression_is_explained() {
    for (expression, part) in [
        ("port", "is not a filter expression: "),
        ("udp port 70000", "illegal port number 70000"),
        ("vlan 5000", "VLAN tag 5000 greater than maximum"),
        ("udp\0", "there is a zero byte in it"),
    ] {
        let error = Filter::compile(expression).unwrap_err();
        let text = error.to_string();
        assert!(matches!(error, FilterError::Expression { .. }), "{text}");
        assert!(text.contains(part) && text.ends_with('.'), "{text}");
    }
}
