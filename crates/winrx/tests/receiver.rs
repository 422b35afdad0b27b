//! The library, against a driver in memory.

mod common;

use std::{
    mem::offset_of,
    ops::ControlFlow,
    sync::Arc,
    thread,
    time::{Duration, SystemTime},
};

use common::{
    ADDRESS_ALREADY_EXISTS, BUFFER_TOO_SMALL, CANCELLED, END_OF_FILE, FORCED_CLOSED, FREE_PORT,
    Fake, Sent, TIME,
};
use rx_abi::{DatagramHeader, Endpoint, Info, RecordFlags, RecordHeader};
use winrx::{DeviceError, Error, ErrorKind, Mode, Receiver, Settings, Stats, address::to_endpoint};

fn numbered(count: usize) -> Vec<Sent> {
    let payload = |i: usize| vec![u8::try_from(i % 251).unwrap(); i % 40];
    (0..count).map(|i| Sent::new("192.0.2.1:4000", "192.0.2.2:5000", &payload(i))).collect()
}

fn receiver(fake: &Fake) -> Receiver<&Fake> {
    Receiver::new(fake).unwrap()
}

/// The text of an error, which has to be of sentences.
fn sentence(error: &Error) -> String {
    let text = error.to_string();
    assert!(text.ends_with('.'), "{text}");
    text
}

#[test]
fn only_wskrx_of_this_version_is_taken() {
    let fake = Fake::default();
    assert_eq!(receiver(&fake).info().version, [1, 2, 3, 0]);

    let foreign = Fake::calling_itself(Info::new("ndisrx", "1.0.0"));
    let error = Receiver::new(&foreign).err().unwrap();
    assert!(matches!(&error, Error::ForeignDriver { name, .. } if name == "ndisrx"));
    assert!(sentence(&error).contains("\"ndisrx\""));

    let mut info = Info::new("wskrx", "1.0.0");
    info.abi_version += 1;
    let newer = Fake::calling_itself(info);
    let error = Receiver::new(&newer).err().unwrap();
    assert!(sentence(&error).contains("wskrx speaks version 2 of the protocol"));
}

#[test]
fn binding_tells_what_the_settings_became() {
    let fake = Fake::default();
    let receiver = receiver(&fake);
    let mut settings = Settings::new("127.0.0.1:0".parse().unwrap());
    settings.queue_bytes = Some(1 << 20);
    let bound = receiver.bind(&settings).unwrap();
    assert_eq!(bound.local, ([127, 0, 0, 1], FREE_PORT).into());
    assert_eq!((bound.receive_buffer, bound.queue_bytes), (None, Some(1 << 20)));

    let error = receiver.bind(&settings).unwrap_err();
    assert_eq!(error.device_error().unwrap().kind(), ErrorKind::InvalidState);
}

#[test]
fn a_port_in_use_is_named() {
    let fake = Fake::default();
    fake.refuse_bind(ADDRESS_ALREADY_EXISTS);
    let settings = Settings::new("127.0.0.1:5000".parse().unwrap());
    let error = receiver(&fake).bind(&settings).unwrap_err();
    assert_eq!(
        sentence(&error),
        "wskrx cannot receive at 127.0.0.1:5000: another program has this port; end it, choose another \
         port, or have both programs share it (STATUS_ADDRESS_ALREADY_EXISTS)."
    );
}

#[test]
fn datagrams_come_as_they_were_sent() {
    let sent = Sent {
        class: Some(0x2e),
        flags: RecordFlags::MULTICAST,
        lost: 4,
        original: Some(9),
        ..Sent::new("[fe80::1%2]:4000", "[ff02::7%2]:5000", b"payload")
    };
    let plain = Sent { to: None, class: None, ..Sent::new("192.0.2.1:9", "0.0.0.0:0", b"") };
    let fake = Fake::with([&sent, &plain]);
    let receiver = receiver(&fake);
    receiver.unbind().unwrap();
    let all: Vec<_> = receiver.records().collect::<Result<_, _>>().unwrap();
    let [first, second] = &all[..] else { panic!("{all:?}") };
    assert_eq!((first.from, first.to), (sent.from, sent.to));
    assert_eq!((first.interface, first.traffic_class), (Some(2), Some(0x2e)));
    assert_eq!((first.lost, first.original, first.time), (4, 9, TIME));
    assert!(first.flags.contains(RecordFlags::MULTICAST) && first.is_cut());
    assert_eq!(&*first.payload, b"payload");
    assert_eq!(first.system_time(), SystemTime::UNIX_EPOCH + Duration::from_nanos(TIME));
    assert_eq!((second.to, second.interface, second.traffic_class), (None, None, None));
    assert!(second.payload.is_empty() && !second.is_cut());
}

#[test]
fn many_reads_are_one_stream() {
    let sent = numbered(50_000);
    let fake = Fake::with(&sent);
    let receiver = receiver(&fake);
    receiver.unbind().unwrap();
    let payloads = receiver.records().map(|datagram| datagram.unwrap().payload.into_owned());
    assert!(payloads.eq(sent.iter().map(|sent| sent.payload.clone())));
    assert!(receiver.stats().unwrap().adds_up());
}

#[test]
fn a_callback_can_break_off() {
    let sent = numbered(10);
    let fake = Fake::with(&sent);
    let mut seen = 0;
    let all = receiver(&fake).for_each(|datagram| {
        assert_eq!(&*datagram.payload, &*sent[seen].payload);
        seen += 1;
        if seen == 3 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    all.unwrap();
    assert_eq!(seen, 3);
}

#[test]
fn a_read_that_waits_can_be_cancelled() {
    let fake = Arc::new(Fake::default());
    let receiver = Arc::new(Receiver::new(fake).unwrap());
    let reading = thread::spawn({
        let receiver = Arc::clone(&receiver);
        move || receiver.records().next().unwrap().unwrap_err()
    });
    while !reading.is_finished() {
        receiver.cancel();
        thread::yield_now();
    }
    let error = reading.join().unwrap();
    assert!(error.device_error().unwrap().is_cancelled());
    assert!(sentence(&error).contains("the request was cancelled"));
}

#[test]
fn what_is_no_record_is_an_error_and_the_last() {
    let good = Sent::new("192.0.2.1:4000", "192.0.2.2:5000", b"good");
    let without_family = |at: usize| {
        let mut bytes = good.record();
        bytes[size_of::<RecordHeader>() + at] = 0;
        bytes
    };
    let nobody = without_family(offset_of!(DatagramHeader, from.family));
    let nowhere = without_family(offset_of!(DatagramHeader, to.family));
    let too_long = Sent { original: Some(3), ..good.clone() }.record();
    let mut odd = good.record();
    odd[0] ^= 1;
    let mut sentences = Vec::new();
    for bad in [nobody, nowhere, too_long, odd] {
        let fake = Fake::with([&good]);
        fake.deliver_bytes(bad, 4);
        fake.deliver(&good);
        let receiver = receiver(&fake);
        let mut batch = receiver.reader();
        let mut batch = batch.next_batch().unwrap().unwrap();
        assert_eq!(&*batch.next().unwrap().unwrap().payload, b"good");
        sentences.push(sentence(&batch.next().unwrap().unwrap_err()));
        assert!(batch.next().is_none());
    }
    for (text, part) in
        sentences.iter().zip(["who sent", "where", "more payload", "do not go together"])
    {
        assert!(text.contains(part), "{text}");
    }
}

fn listed(number: u32) -> rx_abi::Receiver {
    rx_abi::Receiver {
        number,
        process: 7,
        mode: Mode::Irp as u32,
        time: TIME,
        local: to_endpoint(([192, 0, 2, 1], 5000).into()),
        stats: Stats { received: number.into(), held: number.into(), ..Stats::default() },
        ..rx_abi::Receiver::default()
    }
}

#[test]
fn receivers_are_listed_however_many_there_are() {
    let fake = Fake::default();
    let ended = Stats { received: 100, delivered: 90, dropped_closed: 10, ..Stats::default() };
    fake.has_ended(3, ended);
    for count in [0, 1, 16, 17, 100] {
        let so_far = u32::try_from(receiver(&fake).receivers().unwrap().live.len()).unwrap();
        fake.has_receivers(&(so_far..count).map(listed).collect::<Vec<_>>());
        let all = receiver(&fake).receivers().unwrap();
        let numbers = all.live.iter().map(|one| one.number);
        assert!(numbers.eq(0..count));
        assert_eq!((all.ended, all.ended_stats), (3, ended));
        let sums = all.sums();
        assert!(sums.adds_up());
        assert_eq!(sums.received, 100 + (0..u64::from(count)).sum::<u64>());
    }
    let all = receiver(&fake).receivers().unwrap();
    let last = all.live.last().unwrap();
    assert_eq!((last.process, last.mode, last.time), (7, Mode::Irp, TIME));
    assert_eq!((last.local, last.stats.held), (([192, 0, 2, 1], 5000).into(), 99));
}

#[test]
fn lists_that_make_no_sense_are_told() {
    for (wrong, part) in [
        (rx_abi::Receiver { mode: 5, ..listed(1) }, "in a mode that does not exist"),
        (rx_abi::Receiver { local: Endpoint::default(), ..listed(1) }, "does not tell its address"),
    ] {
        let fake = Fake::default();
        fake.has_receivers(&[listed(0), wrong]);
        let error = receiver(&fake).receivers().unwrap_err();
        assert!(sentence(&error).contains(part), "{error}");
    }
    let fake = Fake::default();
    fake.has_receivers(&[listed(0)]);
    fake.boast(1);
    let error = receiver(&fake).receivers().unwrap_err();
    assert!(matches!(error, Error::Answer { .. }), "{error}");
}

#[test]
fn a_buffer_for_no_record_is_an_error() {
    let fake = Fake::with(&numbered(1));
    let receiver = receiver(&fake);
    let error = receiver.reader_with(8).next_batch().map(drop).unwrap_err();
    assert_eq!(error.device_error(), Some(BUFFER_TOO_SMALL));
}

#[test]
fn errors_are_known_by_status_and_by_windows_number() {
    for (error, kind) in [
        (CANCELLED, ErrorKind::Cancelled),
        (DeviceError::Win32(995), ErrorKind::Cancelled),
        (END_OF_FILE, ErrorKind::EndOfData),
        (DeviceError::Win32(38), ErrorKind::EndOfData),
        (FORCED_CLOSED, ErrorKind::Closed),
        (DeviceError::Nt(0xC000_0043), ErrorKind::AddressInUse),
        (DeviceError::Win32(5), ErrorKind::NotPermitted),
        (DeviceError::Win32(2), ErrorKind::NoSuchDevice),
        (DeviceError::Nt(0xC000_0207), ErrorKind::NoSuchAddress),
        (DeviceError::Nt(0xC000_00A3), ErrorKind::NotReady),
        (DeviceError::Nt(0xC000_009A), ErrorKind::NoResources),
        (DeviceError::Nt(0xDEAD_BEEF), ErrorKind::Other),
    ] {
        assert_eq!(error.kind(), kind, "{error}");
    }
    let unknown = DeviceError::Nt(0xDEAD_BEEF).to_string();
    assert!(unknown.ends_with("(NTSTATUS 0xDEADBEEF)"), "{unknown}");
    assert!(DeviceError::Win32(5).to_string().ends_with("(Windows error 5)"));
}
