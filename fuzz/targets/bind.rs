//! What a program sends with `IOCTL_BIND`: whatever it is, what is found valid is in range.

#![no_main]

use libfuzzer_sys::fuzz_target;
use rx_abi::{Bind, BindOptions, Family, MAX_GROUPS, Mode};
use zerocopy::FromBytes;

fuzz_target!(|data: &[u8]| {
    let Ok((bind, _)) = Bind::read_from_prefix(data) else { return };
    let Ok(checked) = bind.check() else { return };
    assert!(checked.groups.len() <= MAX_GROUPS);
    assert!(bind.requests <= 1024 && bind.request_bytes <= 65_527);
    assert!(bind.retain_datagrams <= 4096 && bind.retain_microseconds <= 1_000_000);
    assert!(checked.mode != Mode::Direct || bind.queue_bytes == 0);
    assert!(bind.queue_bytes == 0 || (64 << 10..=1 << 30).contains(&bind.queue_bytes));
    let dual_stack = checked.options.contains(BindOptions::DUAL_STACK);
    assert!(!dual_stack || checked.family == Family::V6);
});
