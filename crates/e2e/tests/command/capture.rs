//! What `-w` writes, as tshark reads it, is what `--json` says and what was sent.

use std::{
    net::{Ipv4Addr, SocketAddr, UdpSocket},
    path::Path,
};

use e2e::{Family, payload, sender};
use jiff::Timestamp;
use serde_json::Value;
use socket2::SockRef;
use winrx::Mode;

use crate::{
    tshark::{self, GOOD, Row, number},
    winrx::{Ended, Winrx},
};

const SIZES: [usize; 8] = [0, 1, 2, 511, 512, 1472, 8972, 65_507];

/// The traffic class of what is sent: expedited, and able to tell of congestion.
const CLASS: u8 = 0x2e << 2 | 1;

/// Has the command receive `count` datagrams, as JSON and into a file, and returns both.
fn received(
    arguments: &[&str],
    count: usize,
    send: impl FnOnce(SocketAddr),
) -> (Vec<Value>, Vec<Row>) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("capture.pcapng");
    let count_text = count.to_string();
    let common = ["--json", "--count", &count_text, "-w", file.to_str().unwrap()];
    let winrx = Winrx::udp(&[arguments, &common].concat());
    let bound = winrx.bound;
    send(bound);
    let ended = winrx.end();
    assert!(ended.sums().starts_with(&format!("received {count} datagrams, ")), "{}", ended.sums());
    let values: Vec<Value> =
        ended.lines().iter().map(|line| serde_json::from_str(line).unwrap()).collect();
    let rows = tshark::read(&file, bound.port());
    assert_eq!((values.len(), rows.len()), (count, count));
    (values, rows)
}

/// Both are about this datagram, which came whole.
fn assert_is(value: &Value, row: &Row, from: SocketAddr, to: SocketAddr, payload: &[u8]) {
    assert_eq!(value["from"], from.to_string());
    assert_eq!(value["to"], to.to_string());
    assert_eq!(value["length"], payload.len());
    assert_eq!(value["original"], payload.len());
    let hex = const_hex::encode(payload);
    assert_eq!(value["data"], hex.as_str());

    let time: Timestamp = value["time"].as_str().unwrap().parse().unwrap();
    let (second, part) = (time.as_second(), time.subsec_nanosecond());
    assert_eq!(row["frame.time_epoch"], format!("{second}.{part:09}"));
    assert_eq!(row["udp.port"], format!("{},{}", from.port(), to.port()));
    assert_eq!(row["udp.length"], (payload.len() + 8).to_string());
    assert_eq!(row["udp.payload"], hex);
    assert_eq!(row["udp.checksum.status"], GOOD);
    assert_eq!(row["frame.interface_name"], "wskrx");
    assert_eq!(number(&row["frame.packet_flags_direction"]), 1);
    assert_eq!((&*row["_ws.expert.message"], &*row["frame.comment"]), ("", ""));
    let headers = if from.is_ipv4() { 28 } else { 48 };
    let length = (payload.len() + headers).to_string();
    assert_eq!((&row["frame.len"], &row["frame.cap_len"]), (&length, &length));
    let (source, destination) = (from.ip().to_string(), to.ip().to_string());
    if from.is_ipv4() {
        assert_eq!((&row["ip.src"], &row["ip.dst"]), (&source, &destination));
        assert_eq!((&row["ip.len"], &*row["ip.checksum.status"]), (&length, GOOD));
    } else {
        assert_eq!((&row["ipv6.src"], &row["ipv6.dst"]), (&source, &destination));
        assert_eq!(row["ipv6.plen"], (payload.len() + 8).to_string());
    }
}

fn class(row: &Row, family: Family) -> u64 {
    match family {
        Family::V4 => number(&row["ip.dsfield"]),
        Family::V6 => number(&row["ipv6.tclass"]),
    }
}

fn every_size(family: Family) {
    for mode in Mode::ALL {
        let (local, payloads) = (family.loopback(), SIZES.map(|size| payload(size, size)));
        let socket = UdpSocket::bind(local).unwrap();
        match family {
            Family::V4 => SockRef::from(&socket).set_tos_v4(CLASS.into()).unwrap(),
            Family::V6 => SockRef::from(&socket).set_tclass_v6(CLASS.into()).unwrap(),
        }
        let mut to = local;
        let arguments = [&local.to_string(), "--mode", mode.name()];
        let (values, rows) = received(&arguments, SIZES.len(), |bound| {
            to = bound;
            for payload in &payloads {
                socket.send_to(payload, bound).unwrap();
            }
        });
        let from = socket.local_addr().unwrap();
        for ((value, row), payload) in values.iter().zip(&rows).zip(&payloads) {
            assert_is(value, row, from, to, payload);
            assert_eq!(value["flags"], serde_json::json!(["packet-info", "traffic-class"]));
            assert_eq!(number(&row["frame.packet_flags_reception_type"]), 1);
            assert_eq!(class(row, family), u64::from(CLASS), "{mode:?}");
        }
    }
}

#[test]
fn ipv4_of_all_sizes_in_every_mode() {
    every_size(Family::V4);
}

#[test]
fn ipv6_of_all_sizes_in_every_mode() {
    every_size(Family::V6);
}

#[test]
fn multicast_and_broadcast_are_told() {
    let group = Ipv4Addr::new(239, 7, 7, 7);
    let everyone = Ipv4Addr::new(127, 255, 255, 255);
    let join = format!("{group}@lo");
    let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    socket.set_broadcast(true).unwrap();
    SockRef::from(&socket).set_multicast_if_v4(&Ipv4Addr::LOCALHOST).unwrap();
    let from = socket.local_addr().unwrap();
    let mut port = 0;
    let arguments = ["0.0.0.0:0", "--group", &join, "--broadcast"];
    let (values, rows) = received(&arguments, 2, |bound| {
        port = bound.port();
        for to in [group, everyone] {
            socket.send_to(b"to many", (to, port)).unwrap();
        }
    });
    let told = [(group, "multicast", 2), (everyone, "broadcast", 3)];
    for ((value, row), (to, flag, kind)) in values.iter().zip(&rows).zip(told) {
        assert_is(value, row, from, (to, port).into(), b"to many");
        assert_eq!(value["flags"][0], flag);
        assert_eq!(number(&row["frame.packet_flags_reception_type"]), kind);
    }
}

/// Runs with an address of IPv6 that datagrams of IPv4 arrive at, too.
#[test]
fn datagrams_of_both_families_go_into_one_file() {
    let sockets =
        [Family::V4, Family::V6].map(|family| UdpSocket::bind(family.loopback()).unwrap());
    let (values, rows) = received(&["[::]:0", "--dual-stack"], 2, |bound| {
        for (socket, family) in sockets.iter().zip([Family::V4, Family::V6]) {
            let to = SocketAddr::new(family.loopback().ip(), bound.port());
            socket.send_to(b"both", to).unwrap();
        }
    });
    for socket in &sockets {
        let from = socket.local_addr().unwrap();
        let at = values.iter().position(|value| value["from"] == from.to_string()).unwrap();
        let to: SocketAddr = values[at]["to"].as_str().unwrap().parse().unwrap();
        assert_is(&values[at], &rows[at], from, to, b"both");
        assert_eq!(to.ip(), from.ip());
    }
}

/// The fields of the statistics block: received, dropped, dropped by the system, delivered.
fn statistics(file: &Path) -> Vec<u64> {
    let option = |name| format!("pcapng.options.option.data.interface.{name}");
    let names = ["received", "dropped", "dropped_by_os", "delivered_to_user"].map(option);
    let values = tshark::blocks(file, names.each_ref().map(String::as_str));
    values.iter().map(|value| value.parse().unwrap()).collect()
}

#[test]
fn drops_are_in_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("capture.pcapng");
    let arguments = ["127.0.0.1:0", "--mode", "event-static", "--queue", "64k", "--no-packet-info"];
    let outputs = ["--stats", "--json", "-w", file.to_str().unwrap()];
    let mut winrx = Winrx::udp(&[&arguments[..], &outputs].concat());
    let socket = sender(Family::V4, winrx.bound);
    // Nobody reads what it prints, so it has to stop reading from the driver, whose queue fills up.
    loop {
        for seed in 0..50 {
            socket.send(&payload(30_000, seed)).unwrap();
        }
        if !winrx.error_line().contains("; dropped 0") {
            break;
        }
    }
    winrx.interrupt();
    let ended = winrx.end();
    let rows = tshark::read(&file, socket.peer_addr().unwrap().port());
    let [received, dropped, by_system, delivered] = statistics(&file)[..] else { panic!() };
    assert!(dropped > 0);
    assert_eq!(received, delivered + dropped);
    assert_eq!((dropped, delivered), (by_system, rows.len() as u64));
    assert_eq!(delivered, ended.lines().len() as u64);
    assert_eq!(ended.status, Some(0));
    let sums = format!(
        "received {received} datagrams, {} bytes = {delivered} delivered + {dropped} dropped + 0 held\n\
         dropped: queue-full {dropped}\n",
        received * 30_000
    );
    assert!(ended.errors.ends_with(&sums), "{}", ended.errors);
    let lost: u64 = rows.iter().filter_map(|row| row["frame.drop_count"].parse::<u64>().ok()).sum();
    assert!(lost <= dropped, "{lost} of {dropped} were lost before a datagram that was put out");
}

#[test]
fn standard_output_can_be_a_capture_file() {
    let winrx = Winrx::udp(&["127.0.0.1:0", "--count", "1", "-w", "-"]);
    let port = winrx.bound.port();
    sender(Family::V4, winrx.bound).send(b"through a pipe").unwrap();
    let ended: Ended = winrx.end();
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), &ended.output).unwrap();
    let rows = tshark::read(file.path(), port);
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0]["udp.length"], "22");
    ended.sums();
}
