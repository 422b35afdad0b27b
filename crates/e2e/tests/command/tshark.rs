//! What tshark reads in a capture file.

use std::{collections::BTreeMap, path::Path, process::Command};

/// What is asked about each packet.
const FIELDS: [&str; 23] = [
    "_ws.expert.message",
    "frame.cap_len",
    "frame.comment",
    "frame.drop_count",
    "frame.encap_type",
    "frame.interface_name",
    "frame.len",
    "frame.packet_flags_direction",
    "frame.packet_flags_reception_type",
    "frame.time_epoch",
    "ip.checksum.status",
    "ip.dsfield",
    "ip.dst",
    "ip.len",
    "ip.src",
    "ipv6.dst",
    "ipv6.plen",
    "ipv6.src",
    "ipv6.tclass",
    "udp.checksum.status",
    "udp.length",
    "udp.payload",
    "udp.port",
];

/// What it says of a checksum that is right.
pub const GOOD: &str = "1";

/// A packet: its fields by name. Those that it does not have are empty.
pub type Row = BTreeMap<&'static str, String>;

/// Runs a program of Wireshark's, which must find nothing to complain about.
pub fn run(program: &str, arguments: &[&str], file: &Path) -> String {
    let output = Command::new(program).args(arguments).arg(file).output().unwrap_or_else(|error| {
        panic!("{program} cannot be run ({error}). Install it: `apt-get install tshark`.")
    });
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{program}: {errors}");
    // It says so where it runs as root.
    let complaints = errors.lines().filter(|line| !line.starts_with("Running as user "));
    assert_eq!(complaints.collect::<Vec<_>>(), [""; 0], "{program}");
    String::from_utf8(output.stdout).unwrap()
}

/// The packets of a file about a receiver at this port.
pub fn read(file: &Path, port: u16) -> Vec<Row> {
    // Payload is not to be taken for a protocol that it happens to look like.
    let data = format!("udp.port=={port},data");
    let checksums = ["-d", &data, "-o", "udp.check_checksum:TRUE", "-o", "ip.check_checksum:TRUE"];
    rows(file, &checksums, &FIELDS)
}

/// These fields of the packets of a file.
pub fn rows(file: &Path, options: &[&str], fields: &[&'static str]) -> Vec<Row> {
    let mut arguments = vec!["-n", "-T", "fields", "-E", "separator=|"];
    arguments.extend(options);
    arguments.extend(fields.iter().flat_map(|field| ["-e", field]));
    arguments.push("-r");
    let text = run("tshark", &arguments, file);
    let values = |line: &str| line.split('|').map(str::to_owned).collect::<Vec<_>>();
    text.lines().map(|line| fields.iter().copied().zip(values(line)).collect()).collect()
}

/// The values of fields of the file's own blocks.
pub fn blocks<const N: usize>(file: &Path, fields: [&str; N]) -> Vec<String> {
    let mut arguments = vec!["-X", "read_format:MIME Files Format", "-T", "fields"];
    arguments.extend(fields.iter().flat_map(|field| ["-e", field]));
    arguments.push("-r");
    run("tshark", &arguments, file).trim_end().split('\t').map(str::to_owned).collect()
}

/// Versions of tshark write numbers in hexadecimal with different numbers of digits.
pub fn number(text: &str) -> u64 {
    let digits = text.strip_prefix("0x");
    digits.map_or_else(|| text.parse(), |digits| u64::from_str_radix(digits, 16)).unwrap()
}
