//! Lines of frames, to the letter.

mod common;

use common::{
    Fake,
    frames::{SentFrame, adapter},
};
use rx_abi::{Checksums, FrameRecords, RecordFlags};
use winrx::{
    Capture, Frame, FrameStats, Frames,
    output::{Accounts, FrameJson, FrameLines, Sink},
};

/// Asks who has 192.0.2.2.
fn arp() -> Vec<u8> {
    let mut frame = [0xff; 6].to_vec();
    frame.extend([2, 0, 0, 0, 0, 1, 0x08, 0x06, 0, 1, 8, 0, 6, 4, 0, 1, 2, 0, 0, 0, 0, 1]);
    frame.extend([192, 0, 2, 1, 0, 0, 0, 0, 0, 0, 192, 0, 2, 2]);
    frame
}

const ARP: &str = "ARP, Request who-has 192.0.2.2 tell 192.0.2.1, length 28";

fn put(sink: &mut dyn Sink<Frames>, sent: &SentFrame) {
    let bytes = sent.record();
    let record = FrameRecords::new(&bytes).next().unwrap().unwrap();
    sink.take(&Frame::try_from(record).unwrap()).unwrap();
}

fn fake() -> Fake {
    Fake::ndisrx(&[adapter(1, "Ethernet"), adapter(2, "Wi-Fi")])
}

fn plain(sent: &SentFrame, several: bool) -> String {
    let (fake, mut text) = (fake(), Vec::new());
    let capture = Capture::new(&fake).unwrap();
    let known = capture.adapters().unwrap();
    put(&mut FrameLines::new(&mut text, &capture, known, several), sent);
    String::from_utf8(text).unwrap()
}

#[test]
fn lines_are_as_those_of_tcpdump() {
    let time = "2023-11-14T22:13:20.123456Z";
    assert_eq!(plain(&SentFrame::new(1, &arp()), false), format!("{time} {ARP}\n"));
    let tagged = SentFrame { lost: 2, ..SentFrame::new(2, &arp()).tagged(0x2005) };
    assert_eq!(
        plain(&tagged, true),
        format!("{time} Wi-Fi In vlan 5, p 1, {ARP} (2 lost before)\n")
    );
    let sent = SentFrame::new(1, &arp()).with(RecordFlags::LOOPBACK);
    assert_eq!(plain(&sent, true), format!("{time} Ethernet Out {ARP}\n"));
}

#[test]
fn an_adapter_that_came_later_has_its_name() {
    let fake = fake();
    let capture = Capture::new(&fake).unwrap();
    let mut text = Vec::new();
    put(&mut FrameLines::new(&mut text, &capture, Vec::new(), true), &SentFrame::new(2, &arp()));
    assert!(String::from_utf8(text).unwrap().contains(" Wi-Fi In ARP, "));
}

#[test]
fn json_lines_have_exactly_these_members() {
    let (fake, mut text) = (fake(), Vec::new());
    let capture = Capture::new(&fake).unwrap();
    let known = capture.adapters().unwrap();
    let mut lines = FrameJson::new(&mut text, &capture, known);
    put(&mut lines, &SentFrame { original: Some(60), ..SentFrame::new(1, &arp()[..4]) });
    let mut full = SentFrame::new(2, &arp()).tagged(0x7005).with(RecordFlags::HASH);
    full.header.hash = 7;
    full.header.checksums = Checksums::UDP_WRONG.bits();
    (full.header.segments, full.header.queue, full.header.sequence) = (3, 1, 9);
    put(&mut lines, &full);
    drop(lines);
    let text = String::from_utf8(text).unwrap();
    let expected = concat!(
        r#"{"time":"2023-11-14T22:13:20.123456789Z","system_time":"2023-11-14T22:13:20.123457789Z","#,
        r#""adapter":"Ethernet","sequence":0,"lost":0,"length":4,"original":60,"flags":[],"#,
        r#""vlan":null,"hash":null,"checksums":[],"queue":0,"segments":null,"#,
        r#""summary":"[|ether] length 60","data":"ffffffff"}"#,
    );
    assert_eq!(text.lines().next(), Some(expected));
    let value: serde_json::Value = serde_json::from_str(text.lines().nth(1).unwrap()).unwrap();
    let vlan = serde_json::json!({"id": 5, "priority": 3, "drop_eligible": true});
    assert_eq!(value["vlan"], vlan);
    assert_eq!((&value["hash"], &value["segments"]), (&7.into(), &3.into()));
    assert_eq!(value["checksums"], serde_json::json!(["udp-wrong"]));
    assert_eq!(value["summary"], format!("vlan 5, p 3, DEI, {ARP}"));
    assert_eq!(value["length"], 42, "without the tag");
}

fn accounts(reader: FrameStats, shown: u64) -> Accounts {
    let fake = fake();
    let capture = Capture::new(&fake).unwrap();
    let adapters = capture.adapters().unwrap().into_iter();
    let adapters = adapters.map(|one| (one.clone(), capture.adapter_stats(one.guid).unwrap()));
    Accounts { reader, shown, adapters: adapters.collect() }
}

#[test]
fn accounts_tell_what_became_of_all() {
    let stats = FrameStats {
        offered: 10,
        filtered: 3,
        accepted: 5,
        accepted_bytes: 300,
        dropped_queue_full: 2,
        delivered: 4,
        lost: 1,
        ..FrameStats::default()
    };
    let accounts = accounts(stats, 3);
    assert_eq!(
        accounts.sums(),
        "offered 10 frames = 3 filtered + 5 accepted + 2 dropped\n\
         accepted 300 bytes, 5 frames = 4 delivered + 0 held + 1 lost + 0 flushed\n\
         dropped: queue-full 2, lost 1\n\
         put out: 3"
    );
    let table = accounts.to_string();
    assert!(table.contains("\n  offered                            10\n"), "{table}");
    assert!(table.contains("\n\nadapter Wi-Fi, since the driver knows it\n  indications"));
    let value = serde_json::to_value(&accounts).unwrap();
    assert_eq!((&value["stats"]["delivered"], &value["stats"]["shown"]), (&4.into(), &3.into()));
    assert_eq!(value["adapters"][1]["name"], "Wi-Fi");
    assert_eq!(value["adapters"][0]["stats"]["frames"], 0);
}

#[test]
fn accounts_that_do_not_add_up_say_so() {
    let stats = FrameStats { offered: 1, filter_failures: 2, ..FrameStats::default() };
    let sums = accounts(stats, 0).sums();
    assert!(sums.contains("packet filter refused by adapters: 2"), "{sums}");
    assert!(sums.ends_with("do not add up. Please report this with the lines above."), "{sums}");
}
