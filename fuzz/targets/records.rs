//! What a read returned: whatever it is, each record lies in it, and they do not overlap.

#![no_main]

use libfuzzer_sys::fuzz_target;
use rx_abi::{DatagramHeader, Detail, FrameHeader, RecordsOf};

fuzz_target!(|data: &[u8]| {
    look::<DatagramHeader>(data);
    look::<FrameHeader>(data);
});

fn look<D: Detail>(data: &[u8]) {
    let mut end = data.as_ptr();
    for record in RecordsOf::<D>::new(data) {
        let Ok(record) = record else { break };
        let payload = record.payload.as_ptr_range();
        assert!(end <= payload.start && payload.end <= data.as_ptr_range().end);
        assert_eq!(record.payload.len(), record.header.captured as usize);
        end = payload.end;
    }
}
