//! Frames that are made up.

use std::time::Instant;

use super::{super::Spec, read};
use crate::ndis::{
    Geometry,
    source::{Kind, open},
};

fn frames(text: &str) -> Vec<crate::ndis::Frame> {
    read(&text.parse().unwrap()).unwrap().1
}

#[test]
fn a_seed_gives_the_same_frames_again() {
    let spec = "synth:size=0-200/1500,count=500,geometry=random,vlan=0-4095,buffers=3,checksum=mixed,\
                to=mixed,queues=4,time=no";
    let first = frames(&format!("{spec},seed=1"));
    assert_eq!(first.len(), 500);
    assert_eq!(first, frames(&format!("{spec},seed=1")));
    assert_ne!(first, frames(&format!("{spec},seed=2")));
    let parsed: Spec = format!("{spec},seed=1").parse().unwrap();
    let Kind::Synth(synth) = &parsed.kind else { panic!("it is made up") };
    let (adapter, _) = open(std::slice::from_ref(&parsed)).unwrap().remove(0);
    assert!(synth.frames(adapter.mac).eq(first), "a program can make the same frames");
}

#[test]
fn they_are_what_was_asked_for() {
    let frames = frames("synth:size=60-64,count=300,vlan=7,buffers=2,queues=3,flags=0x200,seed=3");
    for (number, frame) in (0_u16..).zip(&frames) {
        assert!((60..=64).contains(&frame.data.len()));
        assert_eq!(frame.vlan, Some(7));
        assert_eq!(frame.more_buffers.len(), 1);
        assert_eq!(frame.queue, number % 3);
        assert_eq!(frame.flags, 0x200);
        assert!(frame.hash.is_some() && frame.timestamp.is_some());
        assert_eq!(frame.data[42..50], u64::from(number).to_be_bytes());
        let sum: u32 = frame.data[14..34]
            .chunks(2)
            .map(|word| u32::from(word[0]) << 8 | u32::from(word[1]))
            .sum();
        assert_eq!((sum & 0xffff) + (sum >> 16), 0xffff, "the checksum of the IP header is right");
    }
    assert_eq!(frames.len(), 300);
}

#[test]
fn short_frames_are_cut_and_long_ones_are_whole() {
    for size in [0_usize, 1, 13, 14, 41, 42, 50, 65_553] {
        let frames = frames(&format!("synth:size={size},count=1,geometry=random"));
        assert_eq!(frames[0].data.len(), size);
        assert_eq!(frames[0].geometry, Geometry::Random);
    }
}

#[test]
fn a_rate_spaces_frames_out() {
    let begin = Instant::now();
    let frames = frames("synth:rate=1k,count=51");
    assert!(begin.elapsed().as_millis() >= 50, "the last one is due after 50 ms");
    let times: Vec<_> = frames.iter().filter_map(|frame| frame.timestamp).collect();
    assert_eq!(times.len(), 51);
    assert!(times.windows(2).all(|pair| pair[1] - pair[0] == 1_000_000));
}

#[test]
fn nothing_is_a_count() {
    assert!(frames("synth:count=0").is_empty());
}
