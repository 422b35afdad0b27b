//! Behaviours 10, 12 and 13: how datagrams lie in memory.

use std::ffi::c_void;

use super::driver::{Driver, Got, LOCAL_V4, Machine, Receive, Socket};
use crate::{
    export,
    netio::{Datagram, List, Mapping, Mdls, Settings, Shape},
    nt::{MDL, MDL_PAGES_LOCKED, MDL_SOURCE_IS_NONPAGED_POOL, STATUS_SUCCESS},
};

fn datagram(payload: &[u8]) -> Datagram {
    Datagram::new("10.0.0.1:5".parse().unwrap(), payload)
}

/// What a driver sees of a datagram.
fn seen(settings: Settings, datagram: Datagram) -> Got {
    let machine = Machine::synthetic(settings);
    let got = machine.run(|| {
        let driver = Driver::new();
        let socket = Socket::listening(&driver, LOCAL_V4);
        machine.network.inject(socket.port(), &List::from_iter([datagram])).unwrap();
        let got = socket.datagrams(1).remove(0);
        socket.close();
        driver.end();
        got
    });
    machine.assert_clean();
    got
}

fn lengths_of(pieces: &[u32]) -> Vec<usize> {
    pieces.iter().map(|&bytes| bytes as usize).collect()
}

fn lengths(got: &Got) -> Vec<u32> {
    got.mdls.iter().map(|mdl| mdl.0).collect()
}

#[test]
fn a_datagram_may_lie_in_any_chain() {
    for (offset, pieces) in [
        (0_u32, &[6_u32][..]),
        (3, &[9]),
        (3, &[3, 6]),
        (0, &[1, 1, 1, 1, 1, 1]),
        (2, &[3, 0, 2, 0, 0, 3, 100]),
        (1, &[2, 1, 1, 1, 1, 1, 4000, 9000]),
    ] {
        let got = seen(
            Settings::default(),
            datagram(b"abcdef").with_mdls(offset as usize, &lengths_of(pieces)),
        );
        assert_eq!(got.payload, b"abcdef");
        assert_eq!(got.offset, offset);
        assert_eq!(lengths(&got), pieces);
    }
}

#[test]
fn a_datagram_of_no_bytes_may_have_no_mdl() {
    let mut empty = datagram(b"");
    assert_eq!(seen(Settings::default(), empty.clone()).mdls.len(), 1);
    empty.mdls = Mdls::None;
    assert_eq!(seen(Settings::default(), empty).mdls, []);
}

#[test]
fn mdls_are_mapped_or_not() {
    for (mapping, flags) in
        [(Mapping::Mapped, MDL_SOURCE_IS_NONPAGED_POOL), (Mapping::Unmapped, MDL_PAGES_LOCKED)]
    {
        let got = seen(Settings { mapping, ..Settings::default() }, datagram(b"x"));
        assert_eq!(got.mdls[0].1, flags);
    }
}

#[test]
fn what_is_not_mapped_is_mapped_by_the_driver_if_there_is_room() {
    type Map = unsafe extern "efiapi" fn(*mut MDL, i8, i32, *mut c_void, u32, u32) -> *mut c_void;
    let export = export::find("ntoskrnl.exe", "MmMapLockedPagesSpecifyCache").unwrap();
    // SAFETY: this is the type of that function.
    let map = unsafe { std::mem::transmute::<*const (), Map>(export.address) };
    let settings = Settings { mapping: Mapping::Unmapped, ..Settings::default() };
    let machine = Machine::synthetic(settings);
    machine.run(|| {
        let driver = Driver::new();
        let socket = Socket::listening(&driver, LOCAL_V4);
        let (seen, results) = std::sync::mpsc::channel();
        socket.hook(move |list| {
            // SAFETY: the list has a datagram, and that has an MDL.
            let mut mdl: *mut MDL = unsafe { (*list).Buffer.Mdl }.cast();
            while !mdl.is_null() {
                // SAFETY: the MDL is valid until the callback returns.
                let mapped = unsafe { map(mdl, 0, 1, std::ptr::null_mut(), 0, 0x4000_0000) };
                // SAFETY: the MDL describes a byte at least.
                let first = (!mapped.is_null()).then(|| unsafe { mapped.cast::<u8>().read() });
                seen.send(first).unwrap();
                // SAFETY: as above.
                mdl = unsafe { (*mdl).Next };
            }
        });
        let list = List::from_iter([datagram(b"abc").with_mdls(0, &[1, 1, 1])]);
        machine.system.mm.fail_mapping_after(1);
        for _ in 0..2 {
            machine.network.inject(socket.port(), &list).unwrap();
        }
        let seen: Vec<_> = results.try_iter().collect();
        assert_eq!(seen[..3], [Some(b'a'), None, Some(b'c')], "the second mapping fails");
        assert_eq!(seen[3..], [Some(b'a'), Some(b'b'), Some(b'c')]);
        socket.close();
        driver.end();
    });
    machine.assert_clean();
}

#[test]
fn memory_may_change_between_two_reads() {
    let machine = Machine::synthetic(Settings::default());
    machine.run(|| {
        let driver = Driver::new();
        let socket = Socket::listening(&driver, LOCAL_V4);
        socket.hook(|list| {
            // SAFETY: the list has a datagram, and that has an MDL.
            let mdl: *mut MDL = unsafe { (*list).Buffer.Mdl }.cast();
            // SAFETY: as above; the MDL is mapped.
            let first = unsafe { (*mdl).MappedSystemVa }.cast::<u8>();
            // SAFETY: the datagram has a byte.
            let read = || unsafe { first.read_volatile() };
            let before = read();
            while read() == before {
                std::thread::yield_now();
            }
        });
        let mut changing = datagram(b"x");
        changing.changing = true;
        machine.network.inject(socket.port(), &List::from_iter([changing])).unwrap();
        assert_eq!(socket.datagrams(1).len(), 1);
        socket.close();
        driver.end();
    });
    machine.assert_clean();
}

#[test]
fn shapes_are_what_they_say() {
    let payload = [7; 3000];
    let single = seen(Settings::default(), datagram(&payload));
    assert_eq!((single.mdls.len(), single.offset), (1, 0));
    let settings = Settings { shape: Shape::Pieces(5), ..Settings::default() };
    let pieces = seen(settings, datagram(&payload));
    assert_eq!(pieces.mdls.len(), 5);
    assert!(lengths(&pieces).contains(&0), "one is empty");
    assert_eq!(pieces.payload, payload);
}

#[test]
fn random_shapes_keep_every_byte_also_for_requests() {
    let settings = Settings { shape: Shape::Random, seed: 11, ..Settings::default() };
    let machine = Machine::synthetic(settings);
    machine.run(|| {
        let driver = Driver::new();
        let socket = Socket::bound(&driver, LOCAL_V4);
        let port = socket.port();
        for length in [0, 1, 39, 40, 100, 4096, 65_535] {
            let payload: Vec<u8> =
                (0..length).map(|index: usize| u8::try_from(index % 253).unwrap()).collect();
            let list = List::from_iter([datagram(&payload)]);
            let mut receive = Receive::new(length.max(1));
            receive.start(&socket);
            machine.network.inject(port, &list).unwrap();
            assert_eq!(receive.irp.wait(), (STATUS_SUCCESS, length));
            assert!(receive.payload(length) == payload);
        }
        socket.enable();
        for length in 0..200 {
            let payload = vec![length; usize::from(length)];
            machine.network.inject(port, &List::from_iter([datagram(&payload)])).unwrap();
            assert_eq!(socket.datagrams(1)[0].payload, payload);
        }
        socket.close();
        driver.end();
    });
    machine.assert_clean();
}
