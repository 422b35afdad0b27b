//! `packet:`, an interface of the machine.

use std::{
    net::UdpSocket,
    time::{SystemTime, UNIX_EPOCH},
};

use e2e::{
    netns::{FAR, NEAR, NEAR_MAC, Wire},
    raw::Raw,
};
use nthost::ndis::{Frame, LinkState};

use crate::rig::{Opened, frame};

/// The flag of lists that were sent by this machine.
const LOOPBACK: u32 = 0x8000;

fn bytes(frames: &[Frame]) -> Vec<&[u8]> {
    frames.iter().map(|frame| frame.data.as_slice()).collect()
}

#[test]
fn the_adapter_is_what_the_interface_is() {
    let wire = Wire::new();
    wire.near.ip("link set near0 mtu 9000");
    let adapter = Opened::new(&wire.near, "packet:near0").adapter;
    assert_eq!(adapter.name, NEAR);
    assert_eq!(adapter.mac, NEAR_MAC);
    assert_eq!(adapter.mtu, 9000);
    assert_eq!(adapter.speed, 10_000_000_000, "what virtual Ethernet says");
}

#[test]
fn frames_come_as_they_were_sent_and_when() {
    let wire = Wire::new();
    let mut opened = Opened::new(&wire.near, "packet:near0");
    let far = Raw::new(&wire.far, FAR);
    let before = now();
    let sent: Vec<_> = (0..500_u16)
        .map(|number| {
            let size = 20 + usize::from(number) * 2;
            let mut rest = [&[0x88, 0xb5][..], &number.to_be_bytes()].concat();
            rest.resize(size, 0x5a);
            frame(&rest)
        })
        .collect();
    for frame in &sent {
        far.send(frame);
    }
    let received = opened.take(sent.len());
    let after = now();
    assert_eq!(bytes(&received), sent, "in order");
    let times: Vec<_> = received.iter().filter_map(|frame| frame.timestamp).collect();
    assert_eq!(times.len(), sent.len());
    assert!(times.is_sorted());
    assert!(times.iter().all(|time| (before..=after).contains(time)));
    assert!(received.iter().all(|frame| frame.flags & LOOPBACK == 0));
    assert!(received.iter().all(|frame| frame.vlan.is_none()));
}

#[test]
fn what_the_machine_sends_is_marked() {
    let wire = Wire::new();
    let mut opened = Opened::new(&wire.near, "packet:near0");
    Raw::new(&wire.near, NEAR).send(&frame(&[0x88, 0xb5, 1]));
    Raw::new(&wire.far, FAR).send(&frame(&[0x88, 0xb5, 2]));
    let received = opened.take(2);
    let marks: Vec<_> = received.iter().map(|frame| frame.flags & LOOPBACK).collect();
    assert_eq!(marks, [LOOPBACK, 0]);
}

#[test]
fn tags_that_adapters_take_out_come_beside_the_frame() {
    let wire = Wire::new();
    let mut opened = Opened::new(&wire.near, "packet:near0");
    let far = Raw::new(&wire.far, FAR);
    let single = [0x81, 0, 0x60, 5, 0x88, 0xb5, 1, 1];
    let double = [0x81, 0, 0, 6, 0x81, 0, 0, 5, 0x88, 0xb5, 2, 2];
    let provider = [0x88, 0xa8, 0, 7, 0x81, 0, 0, 5, 0x88, 0xb5, 3, 3];
    let priority = [0x81, 0, 0, 0, 0x88, 0xb5, 4, 4];
    for rest in [&single[..], &double, &provider, &priority] {
        far.send(&frame(rest));
    }
    let received = opened.take(4);
    let tags: Vec<_> = received.iter().map(|frame| frame.vlan).collect();
    assert_eq!(tags, [Some(0x6005), Some(6), None, None]);
    let expected = [&single[4..], &double[4..], &provider, &priority].map(frame);
    assert_eq!(bytes(&received), expected);
}

#[test]
fn datagrams_have_the_hash_of_their_flow() {
    let wire = Wire::new();
    let mut opened = Opened::new(&wire.near, "packet:near0");
    let mut plain = Opened::new(&wire.near, "packet:near0,hash=no");
    // The neighbour is known, so that nobody asks for it.
    wire.far.ip("neighbour add 192.0.2.1 lladdr 02:00:00:00:00:01 dev far0");
    let socket = wire.far.run(|| UdpSocket::bind("192.0.2.2:0").expect("a socket"));
    for _ in 0..3 {
        socket.send_to(&[7; 100], "192.0.2.1:9").expect("it is sent");
    }
    // The machine answers that nobody listens, and asks who the sender is.
    let mut hashes = Vec::new();
    while hashes.len() < 3 {
        let mut frames = Vec::new();
        opened.source.next(&mut frames).expect("there is more");
        let datagrams = frames.iter().filter(|frame| frame.data.get(12..14) == Some(&[8, 0]));
        let received = datagrams.filter(|frame| frame.flags & LOOPBACK == 0);
        hashes.extend(received.map(|frame| frame.hash.expect("a flow has a hash").value));
    }
    assert!(hashes.windows(2).all(|pair| pair[0] == pair[1]), "one flow, one hash");
    let mut frames = Vec::new();
    while frames.is_empty() {
        plain.source.next(&mut frames).expect("there is more");
    }
}

#[test]
fn the_interface_is_promiscuous_while_the_packet_filter_is() {
    let wire = Wire::new();
    let mut opened = Opened::new(&wire.near, "packet:near0");
    let details = || wire.near.ip("-details link show near0");
    assert!(details().contains("promiscuity 1"), "{}", details());
    opened.source.listen(0x0f).unwrap();
    assert!(details().contains("promiscuity 0 ") && details().contains("allmulti 1"));
    opened.source.listen(0).unwrap();
    assert!(details().contains("allmulti 0 "));
}

#[test]
fn what_came_while_nobody_listened_is_not_received() {
    let wire = Wire::new();
    let mut opened = Opened::new(&wire.near, "packet:near0");
    let far = Raw::new(&wire.far, FAR);
    opened.source.listen(0).unwrap();
    far.send(&frame(&[0x88, 0xb5, 1]));
    opened.source.listen(0x2f).unwrap();
    far.send(&frame(&[0x88, 0xb5, 3]));
    assert_eq!(bytes(&opened.take(1)), [frame(&[0x88, 0xb5, 3])]);
}

#[test]
fn frames_that_the_kernel_dropped_are_counted() {
    let wire = Wire::new();
    let mut opened = Opened::new(&wire.near, "packet:near0,buffer=2M");
    let far = Raw::new(&wire.far, FAR);
    let long = frame(&[0x5a; 1400]);
    let sent: u64 = 4000;
    for _ in 0..sent {
        far.send(&long);
    }
    let mut taken = 0;
    let dropped = opened.wait(|source| {
        let mut frames = Vec::new();
        source.next(&mut frames).expect("there is more");
        taken += frames.iter().filter(|frame| frame.data == long).count() as u64;
        let dropped = source.statistics().dropped;
        (taken + dropped >= sent).then_some(dropped)
    });
    assert!(dropped > 0 && taken < sent, "{taken} and {dropped}");
}

#[test]
fn the_link_follows_the_interface_until_that_is_gone() {
    let wire = Wire::new();
    let mut opened = Opened::new(&wire.near, "packet:near0");
    wire.far.ip("link set far0 down");
    let mut ignored = Vec::new();
    let link = opened.wait(|source| {
        source.next(&mut ignored).expect("it stays");
        source.link()
    });
    assert_eq!(link, LinkState::down());
    wire.far.ip("link set far0 up");
    let link = opened.wait(|source| {
        source.next(&mut ignored).expect("it stays");
        source.link()
    });
    assert_eq!(link, LinkState::up(10_000_000_000));
    wire.near.ip("link delete near0");
    let error = opened.wait(|source| source.next(&mut ignored).err());
    assert_eq!(error.to_string(), "the network interface near0 is gone");
}

#[test]
fn frames_can_be_sent() {
    let wire = Wire::new();
    let mut near = Opened::new(&wire.near, "packet:near0");
    let mut far = Opened::new(&wire.far, "packet:far0");
    let mut sink = near.source.sink().expect("it sends");
    sink.send(&frame(&[0x88, 0xb5, 1])).unwrap();
    assert_eq!(bytes(&far.take(1)), [frame(&[0x88, 0xb5, 1])]);
}

#[test]
fn interfaces_without_ethernet_frames_are_refused() {
    let wire = Wire::new();
    wire.near.ip("tuntap add dev tunnel mode tun");
    let error = Opened::try_new(&wire.near, "packet:tunnel").err().expect("it has none");
    assert!(error.to_string().contains("has no Ethernet frames"), "{error}");
}

fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).expect("it is later than 1970");
    u64::try_from(since.as_nanos()).expect("it is not that late")
}
