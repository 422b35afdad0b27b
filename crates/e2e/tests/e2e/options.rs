//! The options of a receiver do what they say.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};

use e2e::{Family, Machine, read, sender, settings};
use socket2::SockRef;
use winrx::{BindOptions, Group, Mode, Receiver, RecordFlags, Settings};

/// Index of the loopback interface.
const LOOPBACK: u32 = 1;

#[test]
fn a_dual_stack_receiver_gets_both_families() {
    for mode in Mode::ALL {
        let machine = Machine::default();
        let base = Settings::new((Ipv6Addr::UNSPECIFIED, 0).into());
        let options = base.options.with(BindOptions::DUAL_STACK);
        let (receiver, bound) = machine.receive(&Settings { mode, options, ..base });
        let port = bound.local.port();
        for family in [Family::V4, Family::V6] {
            let to = SocketAddr::new(family.loopback().ip(), port);
            let socket = sender(family, to);
            socket.send(b"both").unwrap();
            let datagram = read(&receiver, 1).remove(0);
            let plain =
                |address: SocketAddr| SocketAddr::new(address.ip().to_canonical(), address.port());
            assert_eq!(plain(datagram.from), socket.local_addr().unwrap(), "{mode:?}");
            assert_eq!(datagram.to.map(plain), Some(to), "{mode:?}");
            assert_eq!(datagram.traffic_class, Some(0), "{mode:?} {family:?}");
        }
        drop(receiver);
        machine.finish();
    }
}

#[test]
fn an_ipv6_receiver_gets_no_ipv4_unless_asked() {
    let machine = Machine::default();
    let local = (Ipv6Addr::UNSPECIFIED, 0).into();
    let (receiver, bound) = machine.receive(&Settings::new(local));
    let port = bound.local.port();
    // The port is free for IPv4.
    let other = UdpSocket::bind((Ipv4Addr::LOCALHOST, port)).unwrap();
    drop((receiver, other));
    machine.finish();
}

#[test]
fn the_traffic_class_is_told() {
    for (mode, family) in Mode::ALL.into_iter().zip([Family::V4, Family::V6].into_iter().cycle()) {
        let machine = Machine::default();
        let (receiver, bound) = machine.receive(&settings(mode, family));
        let socket = sender(family, bound.local);
        match family {
            Family::V4 => SockRef::from(&socket).set_tos_v4(0x2e << 2 | 1).unwrap(),
            Family::V6 => SockRef::from(&socket).set_tclass_v6(0x2e << 2 | 1).unwrap(),
        }
        socket.send(b"class").unwrap();
        assert_eq!(read(&receiver, 1)[0].traffic_class, Some(0x2e << 2 | 1), "{mode:?} {family:?}");
        drop(receiver);
        machine.finish();
    }
}

#[test]
fn without_options_nothing_is_told() {
    for mode in Mode::ALL {
        let machine = Machine::default();
        let (receiver, bound) = machine
            .receive(&Settings { options: BindOptions::default(), ..settings(mode, Family::V4) });
        sender(Family::V4, bound.local).send(b"plain").unwrap();
        let datagram = read(&receiver, 1).remove(0);
        let told = (datagram.to, datagram.interface, datagram.traffic_class);
        assert_eq!(told, (None, None, None), "{mode:?}");
        drop(receiver);
        machine.finish();
    }
}

/// A socket that sends to groups through the interface with this index.
fn group_sender(family: Family, interface: u32) -> std::io::Result<UdpSocket> {
    let any: IpAddr = match family {
        Family::V4 => Ipv4Addr::UNSPECIFIED.into(),
        Family::V6 => Ipv6Addr::UNSPECIFIED.into(),
    };
    let socket = UdpSocket::bind((any, 0))?;
    match family {
        Family::V4 => SockRef::from(&socket).set_multicast_if_v4(&Ipv4Addr::LOCALHOST)?,
        Family::V6 => SockRef::from(&socket).set_multicast_if_v6(interface)?,
    }
    Ok(socket)
}

fn receives_group(group: IpAddr, family: Family, interface: u32) {
    let local = match family {
        Family::V4 => (Ipv4Addr::UNSPECIFIED, 0).into(),
        Family::V6 => (Ipv6Addr::UNSPECIFIED, 0).into(),
    };
    for mode in Mode::ALL {
        let machine = Machine::default();
        let groups = vec![Group { address: group, interface: Some(interface) }];
        let (receiver, bound) = machine.receive(&Settings { mode, groups, ..Settings::new(local) });
        let socket = group_sender(family, interface).unwrap();
        socket.send_to(b"group", (group, bound.local.port())).unwrap();
        let datagram = read(&receiver, 1).remove(0);
        assert_eq!(*datagram.payload, *b"group");
        assert!(datagram.flags.contains(RecordFlags::MULTICAST), "{mode:?}");
        assert_eq!(datagram.to.map(|to| to.ip()), Some(group), "{mode:?}");
        assert_eq!(datagram.interface, Some(interface));
        drop(receiver);
        machine.finish();
    }
}

#[test]
fn a_group_of_ipv4_is_joined() {
    receives_group(Ipv4Addr::new(239, 255, 77, 1).into(), Family::V4, LOOPBACK);
}

#[test]
fn a_group_of_ipv6_is_joined() {
    let group: Ipv6Addr = "ff02::4d:1".parse().unwrap();
    // Not every interface sends to groups of IPv6, the loopback one as a rule not.
    let sends = |&interface: &u32| {
        let socket = group_sender(Family::V6, interface);
        socket.is_ok_and(|socket| socket.send_to(b"", (group, 9)).is_ok())
    };
    match (1..64).find(sends) {
        Some(interface) => receives_group(group.into(), Family::V6, interface),
        None => eprintln!("no interface of this machine sends to groups of IPv6"),
    }
}

#[test]
fn the_receive_buffer_is_read_back() {
    let machine = Machine::default();
    let base = settings(Mode::Event, Family::V4);
    let (receiver, bound) = machine.receive(&Settings { receive_buffer: Some(1 << 16), ..base });
    assert!(bound.receive_buffer.is_some_and(|bytes| bytes >= 1 << 16), "{bound:?}");
    drop(receiver);
    machine.finish();
}

#[test]
fn an_address_is_shared_or_not() {
    let machine = Machine::default();
    let base = settings(Mode::Event, Family::V4);
    let shared = base.options.with(BindOptions::REUSE_ADDRESS);
    let (first, bound) = machine.receive(&Settings { options: shared, ..base.clone() });
    let again = Settings { local: bound.local, ..base };
    let (second, _) = machine.receive(&Settings { options: shared, ..again.clone() });
    let third = Receiver::new(machine.open()).unwrap();
    let exclusive = again.options.with(BindOptions::EXCLUSIVE_ADDRESS);
    assert!(third.bind(&again).is_err());
    assert!(third.bind(&Settings { options: exclusive, ..again }).is_err());
    drop((first, second, third));
    machine.finish();
}

#[test]
fn a_datagram_that_does_not_fit_is_cut_and_says_so() {
    let machine = Machine::default();
    let direct = machine.receive(&settings(Mode::Direct, Family::V4));
    let irp = Settings { request_bytes: Some(100), ..settings(Mode::Irp, Family::V4) };
    let irp = machine.receive(&irp);
    for ((receiver, bound), reader) in [(&direct, 88 + 104), (&irp, 4096)] {
        sender(Family::V4, bound.local).send(&[5; 1000]).unwrap();
        let mut reader = receiver.reader_with(reader);
        let datagram = reader.next_batch().unwrap().unwrap().next().unwrap().unwrap();
        assert!(datagram.flags.contains(RecordFlags::TRUNCATED));
        assert!((100..=104).contains(&datagram.payload.len()), "{}", datagram.payload.len());
        assert!(datagram.payload.iter().all(|&byte| byte == 5));
        assert_eq!(receiver.stats().unwrap().truncated, 1);
    }
    drop((direct, irp));
    machine.finish();
}
