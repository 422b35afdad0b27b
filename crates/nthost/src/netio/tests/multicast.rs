//! Multicast and broadcast on this machine.

use std::net::{Ipv4Addr, SocketAddr, UdpSocket};

use wsk_sys::{
    GROUP_REQ, IP_ADD_MEMBERSHIP, IP_DROP_MEMBERSHIP, IPPROTO_IP, IPPROTO_IPV6, MCAST_JOIN_GROUP,
    MCAST_LEAVE_GROUP, MSG_MCAST,
};

use super::driver::{Driver, Machine, Socket};
use crate::{
    netio::{
        Settings,
        address::{Family, encode},
    },
    nt::STATUS_SUCCESS,
};

const LOOPBACK: Ipv4Addr = Ipv4Addr::LOCALHOST;

/// Groups that only this test uses.
const GROUP_V4: Ipv4Addr = Ipv4Addr::new(239, 255, 83, 17);
const GROUP_V6: &str = "ff02::5317";

fn with_driver(test: impl FnOnce(&Driver)) {
    let machine = Machine::host(Settings::default());
    machine.run(|| {
        let driver = Driver::new();
        test(&driver);
        driver.end();
    });
    machine.assert_clean();
}

#[test]
fn a_group_of_ipv4_is_joined_and_left() {
    with_driver(|driver| {
        let socket = Socket::listening(driver, "0.0.0.0:0");
        let port = socket.port();
        let mut member = [0; 8];
        member[..4].copy_from_slice(&GROUP_V4.octets());
        member[4..].copy_from_slice(&LOOPBACK.octets());
        assert_eq!(socket.set(IPPROTO_IP, IP_ADD_MEMBERSHIP, member).status, STATUS_SUCCESS);
        let program = socket2::Socket::from(UdpSocket::bind((LOOPBACK, 0)).unwrap());
        program.set_multicast_if_v4(&LOOPBACK).unwrap();
        let program = UdpSocket::from(program);
        program.send_to(b"group", (GROUP_V4, port)).unwrap();
        program.send_to(b"alone", (LOOPBACK, port)).unwrap();
        let mut seen = socket.take(1);
        while seen.len() < 2 {
            seen.extend(socket.take(1));
        }
        let flags: Vec<_> = seen.iter().map(|seen| seen.flags & MSG_MCAST).collect();
        let payloads: Vec<_> = seen
            .iter()
            .flat_map(|seen| seen.list.as_ref().unwrap())
            .map(|got| &got.payload[..])
            .collect();
        assert_eq!((flags, payloads), (vec![MSG_MCAST, 0], vec![&b"group"[..], b"alone"]));
        assert_eq!(socket.set(IPPROTO_IP, IP_DROP_MEMBERSHIP, member).status, STATUS_SUCCESS);
        program.send_to(b"group", (GROUP_V4, port)).unwrap();
        program.send_to(b"alone", (LOOPBACK, port)).unwrap();
        assert_eq!(socket.datagrams(1)[0].payload, b"alone");
        socket.close();
    });
}

#[test]
fn a_group_of_ipv6_is_joined_and_left() {
    with_driver(|driver| {
        let socket = Socket::listening(driver, "[::]:0");
        let port = socket.port();
        let address = format!("[{GROUP_V6}]:0").parse().unwrap();
        let request = |interface: u8| {
            let mut group = [0; size_of::<GROUP_REQ>()];
            group[0] = interface;
            group[8..36].copy_from_slice(&encode(address, Family::V6));
            group
        };
        let program = UdpSocket::bind("[::]:0").unwrap();
        let sends = |interface: &u8| {
            let program = socket2::SockRef::from(&program);
            program.set_multicast_if_v6((*interface).into()).is_ok()
                && program.send_to(b"probe", &to(9).into()).is_ok()
        };
        let Some(interface) = (1..=9).find(sends) else {
            // Joining works without a route for the group, sending to it does not.
            eprintln!("this machine sends no IPv6 multicast: only joining and leaving is tested");
            let group = request(1);
            assert_eq!(socket.set(IPPROTO_IPV6, MCAST_JOIN_GROUP, group).status, STATUS_SUCCESS);
            assert_eq!(socket.set(IPPROTO_IPV6, MCAST_LEAVE_GROUP, group).status, STATUS_SUCCESS);
            socket.close();
            return;
        };
        let group = request(interface);
        assert_eq!(socket.set(IPPROTO_IPV6, MCAST_JOIN_GROUP, group).status, STATUS_SUCCESS);
        program.send_to(b"group", to(port)).unwrap();
        assert_eq!(socket.take(1)[0].flags & MSG_MCAST, MSG_MCAST);
        assert_eq!(socket.set(IPPROTO_IPV6, MCAST_LEAVE_GROUP, group).status, STATUS_SUCCESS);
        program.send_to(b"group", to(port)).unwrap();
        program.send_to(b"alone", ("::1", port)).unwrap();
        assert_eq!(socket.datagrams(1)[0].payload, b"alone");
        socket.close();
    });
}

/// A port of the group.
fn to(port: u16) -> SocketAddr {
    format!("[{GROUP_V6}]:{port}").parse().unwrap()
}
