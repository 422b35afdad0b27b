//! Lines, to the letter.

mod common;

use common::Sent;
use rx_abi::{RecordFlags, Records};
use winrx::{
    Datagram,
    output::{JsonLines, PlainLines, Sink, Width},
};

fn put(sink: &mut dyn Sink, sent: &Sent) {
    let bytes = sent.record();
    let record = Records::new(&bytes).next().unwrap().unwrap();
    sink.take(&Datagram::try_from(record).unwrap()).unwrap();
}

fn json(sent: &[Sent]) -> String {
    let mut text = Vec::new();
    let mut lines = JsonLines::new(&mut text);
    for sent in sent {
        put(&mut lines, sent);
    }
    drop(lines);
    String::from_utf8(text).unwrap()
}

fn plain(sent: &Sent, width: Width) -> String {
    let mut text = Vec::new();
    let mut lines = PlainLines::new(&mut text, width);
    put(&mut lines, sent);
    drop(lines);
    String::from_utf8(text).unwrap()
}

fn hello() -> Sent {
    Sent::new("192.0.2.1:4000", "192.0.2.2:5000", b"hello")
}

#[test]
fn json_lines_have_exactly_these_members() {
    let v6 = Sent {
        to: None,
        class: None,
        flags: RecordFlags::TRUNCATED.with(RecordFlags::MULTICAST),
        original: Some(9),
        time: 5,
        ..Sent::new("[2001:db8::1]:53", "[::]:0", &[0, 0xab])
    };
    let empty = Sent { payload: Vec::new(), ..hello() };
    assert_eq!(
        json(&[hello(), v6, empty]),
        concat!(
            r#"{"time":"2023-11-14T22:13:20.123456789Z","from":"192.0.2.1:4000","#,
            r#""to":"192.0.2.2:5000","length":5,"original":5,"#,
            r#""flags":["packet-info","traffic-class"],"data":"68656c6c6f"}"#,
            "\n",
            r#"{"time":"1970-01-01T00:00:00.000000005Z","from":"[2001:db8::1]:53","to":null,"#,
            r#""length":2,"original":9,"flags":["truncated","multicast"],"data":"00ab"}"#,
            "\n",
            r#"{"time":"2023-11-14T22:13:20.123456789Z","from":"192.0.2.1:4000","#,
            r#""to":"192.0.2.2:5000","length":0,"original":0,"#,
            r#""flags":["packet-info","traffic-class"],"data":""}"#,
            "\n",
        )
    );
}

#[test]
fn json_tells_the_interface_of_a_link_local_address() {
    let sent = Sent::new("[fe80::1%4294967295]:65535", "[fe80::2%3]:1", b"");
    let value: serde_json::Value = serde_json::from_str(&json(&[sent])).unwrap();
    assert_eq!(value["from"], "[fe80::1%4294967295]:65535");
    assert_eq!(value["to"], "[fe80::2%3]:1");
}

#[test]
fn plain_lines_are_for_people() {
    let start = "2023-11-14T22:13:20.123456Z 192.0.2.1:4000 > 192.0.2.2:5000";
    assert_eq!(plain(&hello(), Width::Bytes64), format!("{start} 5 bytes \"hello\"\n"));
    let empty = Sent { payload: Vec::new(), ..hello() };
    assert_eq!(plain(&empty, Width::Bytes64), format!("{start} 0 bytes\n"));
    let cut = Sent {
        flags: RecordFlags::TRUNCATED.with(RecordFlags::BROADCAST),
        original: Some(100),
        lost: 7,
        payload: vec![0xfe; 65],
        ..hello()
    };
    let hex = "fe".repeat(64);
    assert_eq!(
        plain(&cut, Width::Bytes64),
        format!("{start} 65 of 100 bytes truncated broadcast 7-lost-before {hex}…\n")
    );
    let unknown = Sent { to: None, ..hello() };
    assert!(plain(&unknown, Width::Bytes64).contains(" 192.0.2.1:4000 > ? 5 bytes "));
}

#[test]
fn plain_lines_end_at_the_edge_of_the_terminal() {
    let long = Sent { payload: vec![b'x'; 300], ..hello() };
    let line = plain(&long, Width::Terminal(|| 100));
    assert_eq!(line.trim_end().chars().count(), 100, "{line}");
    assert!(line.ends_with("xxx\"…\n"));
    let binary = Sent { payload: vec![0; 300], ..hello() };
    let line = plain(&binary, Width::Terminal(|| 101));
    assert!((100..=101).contains(&line.trim_end().chars().count()), "{line}");
    // A terminal that is too narrow for the rest shows a few bytes all the same.
    let line = plain(&binary, Width::Terminal(|| 10));
    assert!(line.ends_with(" 300 bytes 0000000000000000…\n"), "{line}");
}
