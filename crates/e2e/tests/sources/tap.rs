//! `tap:`, a device made for the adapter.

use std::{net::UdpSocket, time::Duration};

use e2e::netns::Namespace;

use crate::rig::Opened;

/// A datagram to 192.0.2.1:9000, in a frame to this address.
fn datagram(to: &[u8], payload: u8) -> Vec<u8> {
    let ip = [0x45, 0, 0, 29, 0, 0, 0, 0, 64, 17, 0xf6, 0xcc, 192, 0, 2, 2, 192, 0, 2, 1];
    let udp = [0x04, 0x00, 0x23, 0x28, 0, 9, 0, 0];
    [to, &[2, 0, 0, 0, 0, 7, 8, 0], &ip, &udp, &[payload]].concat()
}

#[test]
fn what_the_machine_sends_is_received_and_the_other_way() {
    let namespace = Namespace::new();
    let mut opened = Opened::new(&namespace, "tap:tap7");
    namespace.ip("address add 192.0.2.1/24 dev tap7");
    namespace.ip("neighbour add 192.0.2.2 lladdr 02:00:00:00:00:07 dev tap7");
    let socket = namespace.run(|| UdpSocket::bind("192.0.2.1:9000")).expect("a socket");
    socket.set_read_timeout(Some(Duration::from_secs(10))).expect("it can");
    socket.send_to(b"hello", "192.0.2.2:9").expect("it is sent");
    let received = opened.take(1);
    assert_eq!(received[0].data[..6], [2, 0, 0, 0, 0, 7]);
    assert!(received[0].data.ends_with(b"hello"));

    let host = received[0].data[6..12].to_vec();
    assert_ne!(host, opened.adapter.mac, "two ends of a wire");
    let mut sink = opened.source.sink().expect("it sends");
    sink.send(&datagram(&host, 0x42)).expect("it arrives");
    let mut payload = [0; 9];
    assert_eq!(socket.recv(&mut payload).expect("it arrives"), 1);
    assert_eq!(payload[0], 0x42);
}

#[test]
fn the_adapter_has_the_name_and_size_of_the_device() {
    let namespace = Namespace::new();
    let adapter = Opened::new(&namespace, "tap:tap7,speed=10G").adapter;
    assert_eq!((adapter.name.as_str(), adapter.mtu, adapter.speed), ("tap7", 1500, 10_000_000_000));
}

#[test]
fn a_device_has_one_owner() {
    let namespace = Namespace::new();
    let opened = Opened::new(&namespace, "tap:tap7");
    let error = Opened::try_new(&namespace, "tap:tap7").err().expect("it is taken");
    assert!(error.to_string().contains("belongs to another program"), "{error}");
    drop(opened);
    let error = Opened::try_new(&namespace, "tap:lo").err().expect("it is none");
    assert!(error.to_string().contains("lo exists and is no TAP device"), "{error}");
}
