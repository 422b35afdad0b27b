//! Readers get what they want, and adapters are asked for no more than that.

use bpf::Instruction;
use nthost::ndis::Frame;
use winrx::{CaptureSettings, Direction, OpenOptions, PacketFilter};

use crate::rig::{Rig, frame, promiscuous, read, stats};

/// A frame to this address.
fn to(address: [u8; 6], number: u32) -> Frame {
    let mut frame = frame(80, number);
    frame.data[..6].copy_from_slice(&address);
    frame
}

#[test]
fn classes_of_frames_are_told_apart() {
    let rig = Rig::new();
    let own = nthost::ndis::Adapter::new("net0").mac;
    let frames = [
        to(own, 0),
        to([0x01, 0, 0x5e, 1, 2, 3], 1),
        to([0xff; 6], 2),
        to([0x02, 0xaa, 0xbb, 0xcc, 0xdd, 0xee], 3),
        frame(5, 4),
    ];
    let wanted = [
        (PacketFilter::DIRECTED, vec![0]),
        (PacketFilter::MULTICAST, vec![1]),
        (PacketFilter::ALL_MULTICAST, vec![1]),
        (PacketFilter::BROADCAST, vec![2]),
        (PacketFilter::DEFAULT, vec![0, 1, 2]),
        (PacketFilter::PROMISCUOUS, vec![0, 1, 2, 3, 4]),
    ];
    let captures = wanted.map(|(filter, wanted)| {
        let settings =
            CaptureSettings { packet_filter: Some(filter), ..CaptureSettings::default() };
        (rig.capture(&settings), wanted)
    });
    rig.link.indicate(&frames);
    for (capture, wanted) in &captures {
        for (got, at) in read(capture, wanted.len()).iter().zip(wanted) {
            assert_eq!(*got.data, *frames[*at].data);
        }
        let stats = stats(capture);
        assert_eq!((stats.offered, stats.filtered), (5, 5 - wanted.len() as u64));
    }
    drop(captures);
    rig.finish();
}

#[test]
fn ether_types_are_told_apart() {
    let rig = Rig::new();
    let settings = CaptureSettings { ether_types: vec![0x86dd, 0x0806], ..promiscuous() };
    let capture = rig.capture(&settings);
    let frames = [0x0800_u16, 0x86dd, 0x0806, 0x0026].map(|ether_type| {
        let mut frame = frame(60, 0);
        frame.data[12..14].copy_from_slice(&ether_type.to_be_bytes());
        frame
    });
    rig.link.indicate(&frames);
    let read = read(&capture, 2);
    assert_eq!((&*read[0].data, &*read[1].data), (&*frames[1].data, &*frames[2].data));
    assert_eq!(stats(&capture).filtered, 2);
    drop(capture);
    rig.finish();
}

/// Takes frames that have a VLAN tag with this number, which the adapter took out.
fn vlan(number: u32) -> Vec<Instruction> {
    let (load, jump_if_equal) = (0x28, 0x15);
    vec![
        Instruction::new(load, 0xffff_f030),
        Instruction::jump(jump_if_equal, 1, 0, 4),
        Instruction::new(load, 0xffff_f02c),
        Instruction::new(0x54, 0xfff),
        Instruction::jump(jump_if_equal, number, 0, 1),
        Instruction::new(0x06, 0xffff),
        Instruction::new(0x06, 0),
    ]
}

#[test]
fn programs_see_tags_where_they_are_asked_for() {
    let rig = Rig::new();
    let tagged = |tag, number| Frame { vlan: Some(tag), ..frame(100, number) };
    let beside = rig.capture(&CaptureSettings { program: vlan(5), ..promiscuous() });
    // The number in the third and fourth byte behind the addresses; twenty bytes are wanted.
    let inside = rig.capture(&CaptureSettings {
        program: vec![
            Instruction::new(0x28, 12),
            Instruction::jump(0x15, 0x8100, 0, 3),
            Instruction::new(0x28, 14),
            Instruction::jump(0x15, 0x2005, 0, 1),
            Instruction::new(0x06, 20),
            Instruction::new(0x06, 0),
        ],
        options: OpenOptions::FILTER_SEES_TAGS,
        ..promiscuous()
    });
    rig.link.indicate(&[frame(100, 0), tagged(0x2005, 1), tagged(0x2006, 2)]);
    for (capture, length) in [(&beside, 100), (&inside, 16)] {
        let frame = &read(capture, 1)[0];
        assert_eq!((frame.vlan, frame.data.len()), (Some(0x2005), length));
        assert_eq!(stats(capture).filtered, 2);
    }
    drop((beside, inside));
    rig.finish();
}

#[test]
fn directions_are_told_apart() {
    const LOOPBACK: u32 = 0x8000;
    let rig = Rig::new();
    let frames = [frame(60, 0), Frame { flags: LOOPBACK, ..frame(61, 1) }];
    for (direction, lengths) in
        [(Direction::Both, vec![60, 61]), (Direction::In, vec![60]), (Direction::Out, vec![61])]
    {
        let capture = rig.capture(&CaptureSettings { direction: Some(direction), ..promiscuous() });
        rig.link.indicate(&frames);
        let read = read(&capture, lengths.len());
        assert_eq!(read.iter().map(|frame| frame.data.len()).collect::<Vec<_>>(), lengths);
    }
    rig.finish();
}

#[test]
fn the_packet_filter_is_what_all_readers_ask_for() {
    let rig = Rig::new();
    let set = || rig.adapter_stats().packet_filter;
    let directed =
        |filter| CaptureSettings { packet_filter: Some(filter), ..CaptureSettings::default() };
    assert_eq!((set(), rig.link.report().packet_filter), (0, 0));
    let first = rig.capture(&directed(PacketFilter::DIRECTED));
    assert_eq!((set(), rig.link.report().packet_filter), (1, 1));
    let second = rig.capture(&directed(PacketFilter::BROADCAST));
    assert_eq!((set(), rig.link.report().packet_filter), (9, 9));
    drop(first);
    assert_eq!((set(), rig.link.report().packet_filter), (8, 8));
    second.unbind().unwrap();
    assert_eq!((set(), rig.link.report().packet_filter), (0, 0));
    drop(second);
    rig.finish();
}
