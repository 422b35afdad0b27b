//! Capture files say what was received, as tshark reads them.

use std::{fs::File, net::SocketAddr, path::Path, process::Command};

use e2e::{Family, Machine, payload, read, sender, settings};
use winrx::{
    Datagram, Mode,
    output::{Pcapng, Sink},
};

/// What tshark is asked for of each packet.
const FIELDS: [&str; 13] = [
    "frame.time_epoch",
    "frame.len",
    "ip.src",
    "ip.dst",
    "ipv6.src",
    "ipv6.dst",
    "udp.srcport",
    "udp.dstport",
    "udp.length",
    "ip.checksum.status",
    "udp.checksum.status",
    "_ws.expert.message",
    "udp.payload",
];

/// The fields of each packet of a file about a receiver at `port`, in the order of [`FIELDS`].
fn tshark(file: &Path, port: u16) -> Vec<Vec<String>> {
    let mut tshark = Command::new("tshark");
    tshark.arg("-r").arg(file).args(["-T", "fields", "-E", "separator=|"]);
    // The port is a free one, which another protocol may have as a rule.
    tshark.args(["-d", &format!("udp.port=={port},data")]);
    for option in ["ip.check_checksum:TRUE", "udp.check_checksum:TRUE"] {
        tshark.args(["-o", option]);
    }
    for field in FIELDS {
        tshark.args(["-e", field]);
    }
    let output = tshark.output().expect("tshark is installed (Debian: tshark)");
    let text = String::from_utf8(output.stdout).unwrap();
    let words = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{words}");
    text.lines().map(|line| line.split('|').map(str::to_owned).collect()).collect()
}

/// What tshark should say of a datagram that came to `to`.
fn expected(datagram: &Datagram<'_>, to: SocketAddr) -> Vec<String> {
    let length = datagram.payload.len() + 8;
    let (seconds, nanoseconds) = (datagram.time / 1_000_000_000, datagram.time % 1_000_000_000);
    let (from, to_ip) = (datagram.from.ip().to_string(), to.ip().to_string());
    let none = String::new;
    let (addresses, header, ip_status) = if to.is_ipv4() {
        ([from, to_ip, none(), none()], 20, "1".to_owned())
    } else {
        ([none(), none(), from, to_ip], 40, none())
    };
    let mut fields = vec![format!("{seconds}.{nanoseconds:09}"), (header + length).to_string()];
    fields.extend(addresses);
    fields.extend([datagram.from.port(), to.port()].map(|port| port.to_string()));
    fields.extend([length.to_string(), ip_status, "1".to_owned(), none()]);
    fields.push(datagram.payload.iter().map(|byte| format!("{byte:02x}")).collect());
    fields
}

fn is_read_by_tshark(family: Family, sizes: &[usize]) {
    let machine = Machine::default();
    let (receiver, bound) = machine.receive(&settings(Mode::Event, family));
    let socket = sender(family, bound.local);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("received.pcapng");
    let mut file = Pcapng::new(File::create(&path).unwrap(), bound.local, Mode::Event).unwrap();
    let mut wanted = Vec::new();
    for (seed, &size) in sizes.iter().enumerate() {
        socket.send(&payload(size, seed)).unwrap();
        let datagram = read(&receiver, 1).remove(0);
        file.datagram(&datagram).unwrap();
        wanted.push(expected(&datagram, bound.local));
    }
    file.finish(Some(&receiver.stats().unwrap())).unwrap();
    let found = tshark(&path, bound.local.port());
    assert_eq!(found.len(), wanted.len());
    for (found, wanted) in found.iter().zip(&wanted) {
        for ((name, found), wanted) in FIELDS.iter().zip(found).zip(wanted) {
            assert_eq!(found, wanted, "{name}");
        }
    }
    drop(receiver);
    machine.finish();
}

#[test]
fn ipv4_is_read_by_tshark() {
    is_read_by_tshark(Family::V4, &[0, 1, 2, 511, 1472, 8972, 65_507]);
}

#[test]
fn ipv6_is_read_by_tshark() {
    is_read_by_tshark(Family::V6, &[0, 1, 2, 511, 1452, 8952, 65_507]);
}
