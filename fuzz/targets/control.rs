//! Control data of a datagram, cut off anywhere: it is read to an end, and within its bounds.

#![no_main]

use libfuzzer_sys::fuzz_target;
use wsk::control::{Message, Messages};

fuzz_target!(|data: &[u8]| {
    let mut read = 0;
    for message in Messages::new(data) {
        read += 16;
        if let Message::Other { data: inside, .. } = message {
            assert!(data.as_ptr_range().start <= inside.as_ptr_range().start);
            assert!(inside.as_ptr_range().end <= data.as_ptr_range().end);
            read += inside.len();
        }
    }
    assert!(read <= data.len());
});
