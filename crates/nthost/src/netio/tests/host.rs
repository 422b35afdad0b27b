//! Sockets over those of this machine, and ordinary programs that send to them.

use std::{
    net::{SocketAddr, UdpSocket},
    thread,
};

use wsk_sys::{
    IP_ECN, IP_HOPLIMIT, IP_PKTINFO, IP_RECVTOS, IP_TOS, IPPROTO_IP, IPPROTO_IPV6, IPPROTO_UDP,
    IPV6_PKTINFO, IPV6_RECVTCLASS, IPV6_TCLASS, IPV6_V6ONLY, SIO_TIMESTAMPING, SO_RCVBUF,
    SO_REUSEADDR, SO_TIMESTAMP, SOL_SOCKET, TIMESTAMPING_FLAG_RX, UDP_COALESCED_INFO,
    UDP_RECV_MAX_COALESCED_SIZE,
};

use super::driver::{Driver, Got, LOCAL_V4, Machine, Receive, Socket};
use crate::{
    netio::{Completion, Settings, Shape},
    nt::{
        STATUS_ADDRESS_ALREADY_EXISTS, STATUS_DATA_NOT_ACCEPTED, STATUS_INVALID_ADDRESS_COMPONENT,
        STATUS_INVALID_DEVICE_STATE, STATUS_PENDING, STATUS_SUCCESS,
    },
};

/// Runs a test with a driver over this machine's sockets.
fn with_driver(settings: Settings, test: impl FnOnce(&Driver)) {
    let machine = Machine::host(settings);
    machine.run(|| {
        let driver = Driver::new();
        test(&driver);
        driver.end();
    });
    machine.assert_clean();
}

/// A program's socket, which sends to a port of this machine.
fn sender(address: &str, port: u16) -> UdpSocket {
    let mut address: SocketAddr = address.parse().unwrap();
    let socket = UdpSocket::bind(address).unwrap();
    address.set_port(port);
    socket.connect(address).unwrap();
    socket
}

/// The data of a control message.
fn message(got: &Got, level: i32, kind: i32) -> Option<Vec<u8>> {
    let mut rest = got.control.as_slice();
    while rest.len() >= 16 {
        let length = usize::from_ne_bytes(rest[..8].try_into().unwrap());
        if rest[8..12] == level.to_ne_bytes() && rest[12..16] == kind.to_ne_bytes() {
            return Some(rest[16..length].to_vec());
        }
        rest = &rest[length.next_multiple_of(8)..];
    }
    None
}

#[test]
fn datagrams_of_both_families_reach_the_callback_in_order() {
    for address in [LOCAL_V4, "[::1]:0"] {
        with_driver(Settings::default(), |driver| {
            let socket = Socket::listening(driver, address);
            let program = sender(address, socket.port());
            // So few at once that the machine drops none.
            for first in (0..300_u32).step_by(50) {
                for number in first..first + 50 {
                    program.send(&number.to_ne_bytes()).unwrap();
                }
                let got = socket.datagrams(50);
                for (number, got) in (first..).zip(&got) {
                    assert_eq!(got.payload, number.to_ne_bytes());
                    assert_eq!(got.from, Some(program.local_addr().unwrap()));
                }
            }
            socket.close();
        });
    }
}

#[test]
fn the_empty_and_the_largest_datagram_arrive_in_every_shape() {
    for shape in [Shape::Single, Shape::Pieces(4), Shape::Random] {
        with_driver(Settings { shape, seed: 9, ..Settings::default() }, |driver| {
            let socket = Socket::listening(driver, LOCAL_V4);
            let program = sender(LOCAL_V4, socket.port());
            let largest: Vec<u8> =
                (0..65_507_u32).map(|index| u8::try_from(index % 249).unwrap()).collect();
            for payload in [&[][..], &largest, b"end"] {
                program.send(payload).unwrap();
                assert!(socket.datagrams(1)[0].payload == payload);
            }
            socket.close();
        });
    }
}

#[test]
fn a_socket_of_both_families_hears_both() {
    with_driver(Settings::default(), |driver| {
        let socket = Socket::new(driver, "[::]:0");
        assert_eq!(socket.set(IPPROTO_IPV6, IPV6_V6ONLY, 0_u32).status, STATUS_SUCCESS);
        for (level, name) in [(IPPROTO_IP, IP_PKTINFO), (IPPROTO_IPV6, IPV6_PKTINFO)] {
            assert_eq!(socket.set(level, name, 1_u32).status, STATUS_SUCCESS);
        }
        assert_eq!(socket.bind("[::]:0").status, STATUS_SUCCESS);
        socket.enable();
        let port = socket.port();
        let v4 = sender(LOCAL_V4, port);
        v4.send(b"four").unwrap();
        let got = socket.datagrams(1).remove(0);
        let mapped: SocketAddr =
            format!("[::ffff:127.0.0.1]:{}", v4.local_addr().unwrap().port()).parse().unwrap();
        assert_eq!(got.from, Some(mapped));
        assert_eq!(message(&got, IPPROTO_IP, IP_PKTINFO).unwrap()[..4], [127, 0, 0, 1]);
        assert_eq!(message(&got, IPPROTO_IPV6, IPV6_PKTINFO), None);
        let v6 = sender("[::1]:0", port);
        v6.send(b"six").unwrap();
        let got = socket.datagrams(1).remove(0);
        assert_eq!(got.from, Some(v6.local_addr().unwrap()));
        let info = message(&got, IPPROTO_IPV6, IPV6_PKTINFO).unwrap();
        assert_eq!(info[15], 1);
        assert_ne!(info[16..], [0; 4], "the interface has an index");
        socket.close();
    });
}

#[test]
fn a_socket_of_ipv6_alone_does_not_hear_ipv4() {
    with_driver(Settings::default(), |driver| {
        let socket = Socket::listening(driver, "[::]:0");
        let port = socket.port();
        let free = UdpSocket::bind(("127.0.0.1", port));
        assert!(free.is_ok(), "the port is free for IPv4");
        socket.close();
    });
}

#[test]
fn type_of_service_ecn_and_hop_limit_come_if_they_are_wanted() {
    with_driver(Settings::default(), |driver| {
        let socket = Socket::listening(driver, LOCAL_V4);
        let program = socket2::Socket::from(sender(LOCAL_V4, socket.port()));
        program.set_tos_v4(0x2d).unwrap();
        program.set_ttl_v4(17).unwrap();
        program.send(b"x").unwrap();
        assert!(socket.datagrams(1)[0].control.is_empty());
        for name in [IP_RECVTOS, IP_ECN, IP_HOPLIMIT] {
            assert_eq!(socket.set(IPPROTO_IP, name, 1_u32).status, STATUS_SUCCESS);
            assert_eq!(socket.get(IPPROTO_IP, name), Ok(1));
        }
        program.send(b"x").unwrap();
        let got = socket.datagrams(1).remove(0);
        for (kind, value) in [(IP_TOS, 0x2d), (IP_ECN, 1), (IP_HOPLIMIT, 17_i32)] {
            assert_eq!(message(&got, IPPROTO_IP, kind), Some(value.to_ne_bytes().to_vec()));
        }
        socket.close();
        let socket = Socket::listening(driver, "[::1]:0");
        let program = socket2::Socket::from(sender("[::1]:0", socket.port()));
        program.set_tclass_v6(0xb8).unwrap();
        socket.set(IPPROTO_IPV6, IPV6_RECVTCLASS, 1_u32);
        program.send(b"x").unwrap();
        let class = message(&socket.datagrams(1)[0], IPPROTO_IPV6, IPV6_TCLASS);
        assert_eq!(class, Some(0xb8_i32.to_ne_bytes().to_vec()));
        socket.close();
    });
}

#[test]
fn the_time_of_arrival_is_a_performance_counter() {
    with_driver(Settings::default(), |driver| {
        let socket = Socket::listening(driver, LOCAL_V4);
        let mut config = [0; 8];
        config[..4].copy_from_slice(&TIMESTAMPING_FLAG_RX.to_ne_bytes());
        assert_eq!(socket.ioctl(SIO_TIMESTAMPING, &mut config).status, STATUS_SUCCESS);
        let before = crate::ke::time::interrupt();
        sender(LOCAL_V4, socket.port()).send(b"x").unwrap();
        let time = message(&socket.datagrams(1)[0], SOL_SOCKET, SO_TIMESTAMP).unwrap();
        let time = u64::from_ne_bytes(time.try_into().unwrap());
        // The clocks of the machine may differ a little.
        let slack = 10_000_000;
        assert!(time + slack > before && time < crate::ke::time::interrupt() + slack);
        socket.close();
    });
}

#[test]
fn errors_of_binding_have_their_statuses() {
    with_driver(Settings::default(), |driver| {
        let socket = Socket::bound(driver, LOCAL_V4);
        let taken = format!("127.0.0.1:{}", socket.port());
        let other = Socket::new(driver, LOCAL_V4);
        assert_eq!(other.bind(&taken).status, STATUS_ADDRESS_ALREADY_EXISTS);
        assert_eq!(other.bind("203.0.113.1:0").status, STATUS_INVALID_ADDRESS_COMPONENT);
        assert_eq!(other.bind("[::1]:0").status, STATUS_INVALID_ADDRESS_COMPONENT);
        assert_eq!(other.bind(LOCAL_V4).status, STATUS_SUCCESS);
        assert_eq!(other.bind(LOCAL_V4).status, STATUS_INVALID_DEVICE_STATE);
        other.close();
        socket.close();
        let again = Socket::new(driver, LOCAL_V4);
        assert_eq!(again.bind(&taken).status, STATUS_SUCCESS, "the port is free again");
        again.close();
    });
}

#[test]
fn an_address_is_shared_by_sockets_that_agree() {
    with_driver(Settings::default(), |driver| {
        let one = Socket::new(driver, LOCAL_V4);
        let other = Socket::new(driver, LOCAL_V4);
        for socket in [&one, &other] {
            assert_eq!(socket.set(SOL_SOCKET, SO_REUSEADDR, 1_u32).status, STATUS_SUCCESS);
        }
        one.bind(LOCAL_V4);
        let address = format!("127.0.0.1:{}", one.port());
        assert_eq!(other.bind(&address).status, STATUS_SUCCESS);
        one.close();
        other.close();
    });
}

#[test]
fn requests_are_served_by_the_machine_too() {
    for completion in [Completion::Inline, Completion::BeforeReturn, Completion::Pending] {
        with_driver(Settings { completion, ..Settings::default() }, |driver| {
            let socket = Socket::bound(driver, LOCAL_V4);
            let program = sender(LOCAL_V4, socket.port());
            let mut receive = Receive::new(10);
            assert_eq!(receive.start(&socket), STATUS_PENDING);
            program.send(b"hello").unwrap();
            assert_eq!(receive.irp.wait(), (STATUS_SUCCESS, 5));
            assert_eq!(receive.payload(5), b"hello");
            assert_eq!(receive.remote(), Some(program.local_addr().unwrap()));
            for number in 0..100_u8 {
                program.send(&[number]).unwrap();
            }
            for number in 0..100_u8 {
                let mut receive = Receive::new(1);
                receive.start(&socket);
                assert_eq!(receive.irp.wait(), (STATUS_SUCCESS, 1));
                assert_eq!(receive.payload(1), [number]);
            }
            socket.close();
        });
    }
}

#[test]
fn what_is_refused_waits_and_the_machine_buffers_the_rest() {
    with_driver(Settings::default(), |driver| {
        let socket = Socket::listening(driver, LOCAL_V4);
        socket.answer([STATUS_DATA_NOT_ACCEPTED]);
        let program = sender(LOCAL_V4, socket.port());
        program.send(b"first").unwrap();
        socket.take(1);
        for _ in 0..20 {
            program.send(b"later").unwrap();
        }
        assert_eq!(socket.seen(), []);
        // The refusal counts when the callback has returned, which may be a moment later.
        while socket.seen().is_empty() {
            socket.enable();
            thread::yield_now();
        }
        let got = socket.datagrams(21);
        assert_eq!(got[0].payload, b"first");
        socket.close();
    });
}

#[test]
fn memory_that_is_retained_makes_the_machine_wait() {
    with_driver(Settings { datagrams: 2, ..Settings::default() }, |driver| {
        let socket = Socket::listening(driver, LOCAL_V4);
        socket.answer([STATUS_PENDING; 10]);
        let program = sender(LOCAL_V4, socket.port());
        let mut got = 0;
        for _ in 0..6 {
            program.send(b"x").unwrap();
        }
        while got < 6 {
            for seen in socket.take(1) {
                got += seen.list.map_or(0, |list| list.len());
                while socket.release(seen.address) != STATUS_SUCCESS {}
            }
        }
        socket.close();
    });
}

#[test]
fn what_the_machine_drops_is_counted() {
    let machine = Machine::host(Settings::default());
    machine.run(|| {
        let driver = Driver::new();
        let socket = Socket::bound(&driver, LOCAL_V4);
        socket.set(SOL_SOCKET, SO_RCVBUF, 4096_u32);
        let program = sender(LOCAL_V4, socket.port());
        for _ in 0..500 {
            program.send(b"flood").unwrap();
        }
        socket.enable();
        let mut got = socket.datagrams(1);
        while got.last().unwrap().payload != b"end" {
            // The last one tells how many were dropped before; it may be dropped itself.
            program.send(b"end").unwrap();
            got.extend(socket.datagrams(1));
        }
        let report = machine.system.netio.sockets()[0];
        assert!(report.dropped > 0);
        assert!(report.received + report.dropped >= 501, "{report:?}");
        socket.close();
        driver.end();
    });
    machine.assert_clean();
}

#[test]
fn datagrams_are_joined_for_a_socket_that_asks_for_it() {
    with_driver(Settings::default(), |driver| {
        let socket = Socket::listening(driver, LOCAL_V4);
        let program = sender(LOCAL_V4, socket.port());
        let segment = 100_i32;
        // SAFETY: the value is as large as it says.
        let set = unsafe {
            libc::setsockopt(
                std::os::fd::AsRawFd::as_raw_fd(&program),
                libc::SOL_UDP,
                libc::UDP_SEGMENT,
                (&raw const segment).cast(),
                4,
            )
        };
        assert_eq!(set, 0, "this machine can send segments");
        program.send(&[7; 250]).unwrap();
        let lengths: Vec<_> = socket.datagrams(3).iter().map(|got| got.payload.len()).collect();
        assert_eq!(lengths, [100, 100, 50]);
        let joined = socket.set(IPPROTO_UDP, UDP_RECV_MAX_COALESCED_SIZE, 65_527_u32);
        assert_eq!(joined.status, STATUS_SUCCESS);
        program.send(&[7; 250]).unwrap();
        let got = socket.datagrams(1).remove(0);
        assert_eq!(got.payload.len(), 250);
        let size = message(&got, IPPROTO_UDP, UDP_COALESCED_INFO);
        assert_eq!(size, Some(100_u32.to_ne_bytes().to_vec()));
        socket.close();
    });
}

#[test]
fn the_receive_buffer_can_be_read_and_set() {
    with_driver(Settings::default(), |driver| {
        let socket = Socket::bound(driver, LOCAL_V4);
        let bytes = 128 * 1024_u32;
        assert_eq!(socket.set(SOL_SOCKET, SO_RCVBUF, bytes).status, STATUS_SUCCESS);
        assert_eq!(socket.get(SOL_SOCKET, SO_RCVBUF), Ok(bytes));
        socket.close();
    });
}

#[test]
fn several_threads_receive_from_one_socket() {
    let parallel = 3;
    with_driver(Settings { parallel, ..Settings::default() }, |driver| {
        let socket = Socket::listening(driver, LOCAL_V4);
        let program = sender(LOCAL_V4, socket.port());
        socket.hold(true);
        for number in 0..100_u32 {
            program.send(&number.to_ne_bytes()).unwrap();
        }
        socket.wait_for_running(1);
        socket.hold(false);
        let mut numbers: Vec<_> = socket
            .datagrams(100)
            .iter()
            .map(|got| u32::from_ne_bytes(got.payload[..].try_into().unwrap()))
            .collect();
        numbers.sort_unstable();
        assert!(numbers.into_iter().eq(0..100));
        socket.close();
    });
}
