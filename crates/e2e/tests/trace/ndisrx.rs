//! Events of the frame receiver.

use e2e::{Machine, driver_file};
use nthost::{
    Status, TraceValue,
    ndis::{Adapter, Frame, Medium, Restart},
};
use rx_abi::{NDISRX_TRACE, keyword};
use winrx::{Capture, CaptureSettings};

use crate::{events, listening, names, number, only};

fn machine() -> Machine {
    Machine::on(listening(NDISRX_TRACE), driver_file("ndisrx"))
}

/// A frame to everybody.
fn broadcast() -> Frame {
    let mut data = vec![0xff; 6];
    data.extend([0x02, 9, 8, 7, 6, 5, 0x08, 0x00]);
    data.resize(1000, 0);
    data.into()
}

#[test]
fn a_life_is_told() {
    let machine = machine();
    let kernel = machine.kernel().clone();
    assert_eq!(names(&events(&kernel, NDISRX_TRACE)), ["Started"]);

    let link = kernel.plug(Adapter::new("net0"));
    let told = events(&kernel, NDISRX_TRACE);
    assert_eq!(names(&told), ["AdapterBound", "AdapterRunning"]);
    let bound = &told[0];
    assert_eq!((bound.level, bound.keywords, told[1].level), (4, keyword::ADAPTER, 5));
    assert_eq!(bound.field("Id"), Some(&TraceValue::Guid(link.guid())));
    assert_eq!([number(bound, "Adapter"), number(bound, "Mtu")], [1, 1500]);

    let capture = Capture::new(machine.open()).unwrap();
    let opened = capture.open(&CaptureSettings::default()).unwrap();
    let told = events(&kernel, NDISRX_TRACE);
    let event = only(&told, "Opened");
    assert_eq!(number(event, "Adapters"), 1);
    assert_eq!(number(event, "QueueBytes"), u64::from(opened.queue_bytes));
    let reader = number(event, "Reader");

    link.indicate(&[broadcast(), broadcast()]);
    assert_eq!(capture.frames().take(2).count(), 2);
    drop(capture);
    let told = events(&kernel, NDISRX_TRACE);
    let closed = only(&told, "Closed");
    let counts = ["Reader", "Accepted", "Delivered", "Dropped"].map(|name| number(closed, name));
    assert_eq!(counts, [reader, 2, 2, 0]);

    link.restart(&Restart::default());
    assert_eq!(names(&events(&kernel, NDISRX_TRACE)), ["AdapterPaused", "AdapterRunning"]);
    link.unplug();
    let told = events(&kernel, NDISRX_TRACE);
    assert_eq!(number(only(&told, "AdapterGone"), "Frames"), 2);
    machine.finish();
    assert_eq!(names(&events(&kernel, NDISRX_TRACE)), ["Stopping"]);
}

#[test]
fn drops_and_failures_are_told() {
    let machine = machine();
    let kernel = machine.kernel().clone();
    let adapter = Adapter::new("net0");
    let link = kernel.plug(adapter);
    let capture = Capture::new(machine.open()).unwrap();
    capture
        .open(&CaptureSettings { queue_bytes: Some(65_536), ..CaptureSettings::default() })
        .unwrap();
    let other = Capture::new(machine.open()).unwrap();
    let unknown = CaptureSettings { adapters: vec![winrx::Guid([1; 16])], ..Default::default() };
    other.open(&unknown).expect_err("there is no such adapter");
    for _ in 0..200 {
        link.indicate(&[broadcast()]);
    }
    let dropped = capture.stats().unwrap().dropped();
    assert!(dropped >= 100, "{dropped}");
    drop((capture, other));
    let told = events(&kernel, NDISRX_TRACE);
    let failed = only(&told, "OpenFailed");
    let not_found = Status::new(0xC000_0225_u32.cast_signed());
    assert_eq!(failed.field("Status"), Some(&TraceValue::Status(not_found)));
    let drops: Vec<_> = told.iter().filter(|event| event.name == "Dropped").collect();
    assert!(!drops.is_empty());
    assert!((drops.len() as u64) < dropped, "{} for {dropped} frames", drops.len());
    let told_of: u64 = drops.iter().map(|event| number(event, "Count")).sum();
    assert_eq!(told_of, number(drops.last().unwrap(), "Total"));
    assert_eq!(number(only(&told, "Closed"), "Dropped"), dropped);
    link.unplug();
    machine.finish();
}

#[test]
fn adapters_that_are_not_bound_to_are_told() {
    let machine = machine();
    let kernel = machine.kernel().clone();
    drop(events(&kernel, NDISRX_TRACE));
    let strange = Adapter { medium: Medium::Native80211, ..Adapter::new("wlan0") };
    let link = kernel.plug(strange);
    let told = events(&kernel, NDISRX_TRACE);
    let refused = only(&told, "AdapterRefused");
    assert_eq!(refused.field("Id"), Some(&TraceValue::Guid(link.guid())));
    let unsupported = Status::new(0xC001_0019_u32.cast_signed());
    assert_eq!(refused.field("Status"), Some(&TraceValue::Status(unsupported)));
    link.unplug();
    machine.finish();
}
