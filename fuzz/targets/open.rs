//! What a program sends with `IOCTL_OPEN`: whatever it is, what is found valid is in range.

#![no_main]

use libfuzzer_sys::fuzz_target;
use rx_abi::{FrameMode, MAX_ADAPTERS, MAX_ETHER_TYPES, MAX_INSTRUCTIONS, OpenFrames};

fuzz_target!(|data: &[u8]| {
    let Ok((open, program)) = OpenFrames::parse(data) else { return };
    assert_eq!(size_of::<OpenFrames>() + program.len(), data.len());
    assert_eq!(program.len(), open.instruction_count as usize * 8);
    let Ok(checked) = open.check() else { return };
    assert!(open.instruction_count <= MAX_INSTRUCTIONS);
    assert!(checked.adapters.len() <= MAX_ADAPTERS);
    assert!(checked.ether_types.len() <= MAX_ETHER_TYPES);
    assert_ne!(checked.packet_filter.bits(), 0);
    assert!(open.retain_lists <= 4096 && open.retain_microseconds <= 1_000_000);
    assert!(checked.mode == FrameMode::Retain || open.retain_lists == 0);
    assert!(open.queue_bytes == 0 || (64 << 10..=1 << 30).contains(&open.queue_bytes));
    let twice = |(at, guid)| checked.adapters.iter().skip(at + 1).any(|other| other == guid);
    assert!(!checked.adapters.iter().enumerate().any(twice));
});
