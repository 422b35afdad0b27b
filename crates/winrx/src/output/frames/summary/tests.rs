//! Frames, in words.

use std::borrow::Cow;

use etherparse::{IpNumber, PacketBuilder, TcpOptionElement};
use proptest::prelude::*;
use rx_abi::{Checksums, RecordFlags};

use super::Summary;
use crate::{Frame, Medium};

const MACS: [[u8; 6]; 2] = [[2, 0, 0, 0, 0, 1], [2, 0, 0, 0, 0, 2]];
const V4: [[u8; 4]; 2] = [[192, 0, 2, 1], [192, 0, 2, 2]];

fn frame(data: &[u8]) -> Frame<'_> {
    Frame {
        time: 0,
        system_time: 0,
        adapter: 1,
        sequence: 0,
        flags: RecordFlags::default(),
        lost: 0,
        original: u32::try_from(data.len()).unwrap(),
        vlan: None,
        hash: None,
        checksums: Checksums::default(),
        queue: 0,
        segments: None,
        receive_flags: 0,
        list_flags: 0,
        data: Cow::Borrowed(data),
    }
}

fn summary_of(frame: &Frame<'_>, medium: Medium) -> String {
    let mut line = String::new();
    Summary::new(frame, medium).write(&mut line).unwrap();
    line
}

fn summary(data: &[u8]) -> String {
    summary_of(&frame(data), Medium::ETHERNET)
}

/// A frame of this type with these bytes behind its header.
fn of_type(kind: u16, rest: &[u8]) -> Vec<u8> {
    [&MACS[1][..], &MACS[0], &kind.to_be_bytes(), rest].concat()
}

fn udp(payload: &[u8]) -> Vec<u8> {
    let builder = PacketBuilder::ethernet2(MACS[0], MACS[1]).ipv4(V4[0], V4[1], 64).udp(4000, 53);
    let mut bytes = Vec::new();
    builder.write(&mut bytes, payload).unwrap();
    bytes
}

fn v6(protocol: u8, payload: &[u8]) -> Vec<u8> {
    let ends = ["fe80::1", "ff02::2"].map(|ip| ip.parse::<std::net::Ipv6Addr>().unwrap().octets());
    let builder = PacketBuilder::ethernet2(MACS[0], MACS[1]).ipv6(ends[0], ends[1], 255);
    let mut bytes = Vec::new();
    builder.write(&mut bytes, IpNumber(255), payload).unwrap();
    bytes[14 + 6] = protocol;
    bytes
}

#[test]
fn udp_over_both() {
    assert_eq!(summary(&udp(b"hello")), "IP 192.0.2.1.4000 > 192.0.2.2.53: UDP, length 5");
    let datagram = [0x0f, 0xa0, 0, 53, 0, 10, 0, 0, 1, 2];
    assert_eq!(summary(&v6(17, &datagram)), "IP6 fe80::1.4000 > ff02::2.53: UDP, length 2");
}

#[test]
fn what_was_cut_keeps_its_length() {
    let whole = udp(&[7; 1000]);
    let line = "IP 192.0.2.1.4000 > 192.0.2.2.53: UDP, length 1000";
    assert_eq!(summary(&whole[..60]), line);
    assert_eq!(summary(&whole[..42]), line);
    assert_eq!(summary(&whole[..41]), "IP 192.0.2.1 > 192.0.2.2: [|udp]");
    assert_eq!(summary(&whole[..33]), "IP [|ip]");
    assert_eq!(summary(&whole[..13]), "[|ether] length 13");
    assert_eq!(summary(&[]), "[|ether] length 0");
}

#[test]
fn tcp_tells_flags_numbers_and_options() {
    let start = || {
        PacketBuilder::ethernet2(MACS[0], MACS[1]).ipv4(V4[0], V4[1], 64).tcp(40_000, 443, 7, 500)
    };
    let mut bytes = Vec::new();
    let options = [
        TcpOptionElement::MaximumSegmentSize(1460),
        TcpOptionElement::SelectiveAcknowledgementPermitted,
        TcpOptionElement::Timestamp(1, 2),
        TcpOptionElement::Noop,
        TcpOptionElement::WindowScale(7),
    ];
    start().syn().options(&options).unwrap().write(&mut bytes, &[]).unwrap();
    assert_eq!(
        summary(&bytes),
        "IP 192.0.2.1.40000 > 192.0.2.2.443: Flags [S], seq 7, win 500, options [mss \
         1460,sackOK,TS val 1 ecr 2,nop,wscale 7], length 0"
    );
    let mut bytes = Vec::new();
    start().psh().ack(99).write(&mut bytes, b"data").unwrap();
    assert_eq!(
        summary(&bytes),
        "IP 192.0.2.1.40000 > 192.0.2.2.443: Flags [P.], seq 7:11, ack 99, win 500, length 4"
    );
    let mut bytes = Vec::new();
    start().write(&mut bytes, &[]).unwrap();
    assert!(summary(&bytes).ends_with("Flags [none], win 500, length 0"));
}

#[test]
fn tags_come_first() {
    let inner = of_type(0x8100, &[&[0x60, 5, 0x08, 0], &udp(b"a")[14..]].concat());
    let line = "IP 192.0.2.1.4000 > 192.0.2.2.53: UDP, length 1";
    assert_eq!(summary(&inner), format!("vlan 5, p 3, {line}"));
    let outer = Frame { vlan: Some(0x1fff), ..frame(&inner) };
    let all = summary_of(&outer, Medium::ETHERNET);
    assert_eq!(all, format!("vlan 4095, p 0, DEI, vlan 5, p 3, {line}"));
    assert_eq!(summary(&of_type(0x88a8, &[0])), "[|vlan]");
}

#[test]
fn arp_asks_and_answers() {
    let mut arp = [0, 1, 8, 0, 6, 4, 0, 1].to_vec();
    arp.extend([&MACS[0][..], &V4[0], &[0; 6], &V4[1]].concat());
    let ask = of_type(0x0806, &arp);
    assert_eq!(summary(&ask), "ARP, Request who-has 192.0.2.2 tell 192.0.2.1, length 28");
    arp[7] = 2;
    let answer = of_type(0x0806, &arp);
    assert_eq!(summary(&answer), "ARP, Reply 192.0.2.1 is-at 02:00:00:00:00:01, length 28");
    assert_eq!(summary(&of_type(0x0806, &arp[..9])), "ARP, [|arp]");
}

#[test]
fn icmp_over_both() {
    let echo = |kind| {
        let builder = PacketBuilder::ethernet2(MACS[0], MACS[1]).ipv4(V4[0], V4[1], 64);
        let mut bytes = Vec::new();
        let message = [kind, 3, 0, 0, 0, 9, 0, 2, 1, 1];
        builder.write(&mut bytes, IpNumber::ICMP, &message).unwrap();
        summary(&bytes)
    };
    let start = "IP 192.0.2.1 > 192.0.2.2: ICMP";
    assert_eq!(echo(8), format!("{start} echo request, id 9, seq 2, length 10"));
    assert_eq!(echo(3), format!("{start} port unreachable, length 10"));
    assert_eq!(echo(200), format!("{start} type-#200, code 3, length 10"));

    let start = "IP6 fe80::1 > ff02::2: ICMP6,";
    let target: std::net::Ipv6Addr = "fe80::9".parse().unwrap();
    let ask = [&[135, 0, 0, 0, 0, 0, 0, 0][..], &target.octets()].concat();
    let who = "neighbor solicitation, who has fe80::9, length 24";
    assert_eq!(summary(&v6(58, &ask)), format!("{start} {who}"));
    assert_eq!(
        summary(&v6(58, &[134, 0, 0, 0])),
        format!("{start} router advertisement, length 4")
    );
}

#[test]
fn fragments_and_other_protocols() {
    let mut later = udp(&[0; 100]);
    later[20..22].copy_from_slice(&[0x20, 10]);
    let start = "IP 192.0.2.1 > 192.0.2.2:";
    assert_eq!(summary(&later), format!("{start} UDP fragment at 80, length 108"));
    let mut other = udp(b"");
    other[23] = 47;
    assert_eq!(summary(&other), format!("{start} GRE, length 8"));
    other[23] = 200;
    assert_eq!(summary(&other), format!("{start} ip-proto-200, length 8"));
}

#[test]
fn fragments_behind_other_headers() {
    const FRAGMENT: [u8; 8] = [17, 0, 0, 80, 0, 0, 0, 1];
    let start = "IP6 fe80::1 > ff02::2:";
    let options = [44, 0, 1, 4, 0, 0, 0, 0];
    let whole = [&options[..], &FRAGMENT, &[0; 24]].concat();
    assert_eq!(summary(&v6(0, &whole)), format!("{start} UDP fragment at 80, length 24"));
    assert_eq!(summary(&v6(60, &whole)), format!("{start} UDP fragment at 80, length 24"));
}

#[test]
fn headers_that_are_cut_off() {
    let start = "IP6 fe80::1 > ff02::2:";
    for next in [0, 43, 44, 51, 60] {
        for length in 0..=7 {
            let line = summary(&v6(next, &[9; 7][..length]));
            assert!(line.starts_with(start), "{line}");
            let behind = [&[next, 0, 0, 0, 0, 0, 0, 0][..], &[9; 7][..length]].concat();
            let line = summary(&v6(60, &behind));
            assert!(line.starts_with(start), "{line}");
        }
    }
}

#[test]
fn what_is_not_ip_shows_its_addresses() {
    let start = "02:00:00:00:00:01 > 02:00:00:00:00:02,";
    let lldp = of_type(0x88cc, &[0; 46]);
    assert_eq!(summary(&lldp), format!("{start} ethertype LLDP (0x88cc), length 60"));
    let unknown = of_type(0x1234, &[0; 46]);
    assert_eq!(summary(&unknown), format!("{start} ethertype Unknown (0x1234), length 60"));
    let stp = of_type(38, &[0x42, 0x42, 3]);
    assert_eq!(summary(&stp), format!("{start} 802.3, LLC dsap 0x42 ssap 0x42, length 38"));
}

#[test]
fn media_without_a_header() {
    let packet = &udp(b"a")[14..];
    let line = summary_of(&frame(packet), Medium::IP);
    assert_eq!(line, "IP 192.0.2.1.4000 > 192.0.2.2.53: UDP, length 1");
    assert_eq!(summary_of(&frame(&[0]), Medium::IP), "no IP packet, length 1");
    assert_eq!(summary_of(&frame(&[0]), Medium::WIFI), "802.11, length 1");
}

proptest! {
    #[test]
    fn every_frame_is_something(
        kind in prop::sample::select(vec![0x0800_u16, 0x86dd, 0x0806, 0x8100, 0x88a8, 0x22]),
        protocol in prop::sample::select(vec![1_u8, 6, 17, 44, 51, 58, 0]),
        bytes in prop::collection::vec(any::<u8>(), 0..120),
        length in 0..134_usize,
    ) {
        let mut data = of_type(kind, &bytes);
        for (at, value) in [(14, if kind == 0x0800 { 0x45 } else { 0x60 }), (23, protocol), (20, protocol)] {
            if let Some(byte) = data.get_mut(at) {
                *byte = value;
            }
        }
        data.truncate(length);
        let line = summary(&data);
        prop_assert!(!line.is_empty());
        prop_assert!(!line.chars().any(char::is_control));
    }
}
