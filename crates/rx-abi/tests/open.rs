//! Every field of an `OpenFrames` is checked, and so is the length of what comes with it.

use proptest::prelude::*;
use rx_abi::{
    Direction, FrameMode, InvalidOpen as I, MAX_INSTRUCTIONS, OpenFrames, OpenOptions, PacketFilter,
};
use zerocopy::IntoBytes;

fn retain() -> OpenFrames {
    OpenFrames { mode: FrameMode::Retain as u32, ..OpenFrames::default() }
}

fn with_adapters(count: u32, first: u8, second: u8) -> OpenFrames {
    let mut open = OpenFrames { adapter_count: count, ..OpenFrames::default() };
    (open.adapters[0], open.adapters[1]) = ([first; 16], [second; 16]);
    open
}

fn input(open: &OpenFrames, program: usize) -> Vec<u8> {
    [open.as_bytes(), &vec![7; program]].concat()
}

#[test]
fn what_is_left_out_is_chosen() {
    let open = OpenFrames::default();
    let checked = open.check().unwrap();
    assert_eq!(checked.mode, FrameMode::Copy);
    assert_eq!(checked.direction, Direction::Both);
    assert_eq!(checked.packet_filter, PacketFilter::DEFAULT);
    assert_eq!((checked.adapters.len(), checked.ether_types.len()), (0, 0));
}

#[test]
fn all_settings_are_valid_where_they_belong() {
    let open = OpenFrames::default();
    for valid in [
        OpenFrames { queue_bytes: 64 << 10, snap_length: 1, ..open },
        OpenFrames { queue_bytes: 1 << 30, snap_length: u32::MAX, ..open },
        OpenFrames { packet_filter: PacketFilter::PROMISCUOUS.bits(), direction: 2, ..open },
        OpenFrames { options: OpenOptions::FILTER_SEES_TAGS.bits(), ..open },
        OpenFrames { ether_type_count: 16, instruction_count: MAX_INSTRUCTIONS, ..open },
        OpenFrames {
            retain_lists: 4096,
            retain_bytes: 16 << 20,
            retain_microseconds: 1_000_000,
            ..retain()
        },
        with_adapters(2, 1, 2),
        with_adapters(1, 1, 1),
    ] {
        assert!(valid.check().is_ok(), "{valid:?}: {:?}", valid.check().err());
    }
}

#[test]
fn each_wrong_field_is_found() {
    let open = OpenFrames::default();
    for (wrong, why) in [
        (OpenFrames { abi_version: 0, ..open }, I::Version),
        (OpenFrames { mode: 2, ..open }, I::Mode),
        (OpenFrames { packet_filter: 0x10, ..open }, I::PacketFilter),
        (OpenFrames { packet_filter: 0x80, ..open }, I::PacketFilter),
        (OpenFrames { direction: 3, ..open }, I::Direction),
        (OpenFrames { options: 2, ..open }, I::Options),
        (OpenFrames { queue_bytes: (64 << 10) - 1, ..open }, I::QueueBytes),
        (OpenFrames { queue_bytes: (1 << 30) + 1, ..open }, I::QueueBytes),
        (OpenFrames { retain_lists: 1, ..open }, I::Retention),
        (OpenFrames { retain_lists: 4097, ..retain() }, I::Retention),
        (OpenFrames { retain_bytes: (16 << 20) + 1, ..retain() }, I::Retention),
        (OpenFrames { retain_microseconds: 1_000_001, ..retain() }, I::Retention),
        (OpenFrames { adapter_count: 17, ..open }, I::Adapters),
        (with_adapters(2, 1, 1), I::Adapters),
        (OpenFrames { ether_type_count: 17, ..open }, I::EtherTypes),
        (OpenFrames { instruction_count: MAX_INSTRUCTIONS + 1, ..open }, I::Program),
        (OpenFrames { reserved: 1, ..open }, I::Reserved),
    ] {
        assert_eq!(wrong.check().err(), Some(why), "{wrong:?}");
    }
}

#[test]
fn the_program_is_as_long_as_it_says() {
    let open = OpenFrames { instruction_count: 2, ..OpenFrames::default() };
    let whole = input(&open, 16);
    assert_eq!(OpenFrames::parse(&whole), Ok((open, &[7; 16][..])));
    for program in [0, 8, 15, 17, 24] {
        assert_eq!(OpenFrames::parse(&input(&open, program)), Err(I::Length), "{program}");
    }
    let long = OpenFrames { instruction_count: MAX_INSTRUCTIONS + 1, ..open };
    assert_eq!(OpenFrames::parse(&input(&long, 8 * 4097)), Err(I::Program));
    let foreign = OpenFrames { abi_version: 9, ..open };
    assert_eq!(OpenFrames::parse(&input(&foreign, 0)), Err(I::Version));
    for length in 0..size_of::<OpenFrames>() {
        assert_eq!(OpenFrames::parse(&whole[..length]), Err(I::Length), "{length}");
    }
}

proptest! {
    #[test]
    fn any_bytes_can_be_looked_at(bytes in prop::collection::vec(any::<u8>(), 0..500)) {
        if let Ok((open, _)) = OpenFrames::parse(&bytes) {
            let _ = open.check();
        }
    }
}
