//! Many datagrams, and every choice of behaviours.

use std::thread;

use super::driver::{Driver, Irp, LOCAL_V4, Machine, Receive, Socket};
use crate::{
    netio::{Datagram, List, Load, Settings},
    nt::{STATUS_DATA_NOT_ACCEPTED, STATUS_PENDING, STATUS_SUCCESS},
};

#[test]
fn the_generator_hands_over_every_datagram_and_measures_the_callback() {
    let machine = Machine::synthetic(Settings::default());
    machine.run(|| {
        let driver = Driver::new();
        let socket = Socket::listening(&driver, LOCAL_V4);
        let from = "10.0.0.1:5".parse().unwrap();
        let load = Load { datagrams: 1000, size: 100, list: 16, from };
        let measured = machine.network.generate(socket.port(), &load).unwrap();
        assert_eq!((measured.indicated, measured.lost, measured.kept), (1000, 0, 0));
        assert_eq!(measured.callbacks, 1000_u64.div_ceil(16));
        assert!(measured.in_callbacks <= measured.elapsed);
        for (number, got) in (0_u64..).zip(socket.datagrams(1000)) {
            assert_eq!((got.payload.len(), &got.payload[..8]), (100, &number.to_ne_bytes()[..]));
        }
        socket.close();
        driver.end();
    });
    machine.assert_clean();
}

#[test]
fn the_generator_waits_for_memory_that_is_retained() {
    let machine = Machine::synthetic(Settings { datagrams: 3, ..Settings::default() });
    machine.run(|| {
        let driver = Driver::new();
        let socket = Socket::listening(&driver, LOCAL_V4);
        let port = socket.port();
        socket.answer([STATUS_PENDING; 50]);
        thread::scope(|scope| {
            let from = "10.0.0.1:5".parse().unwrap();
            let load = Load { datagrams: 50, size: 8, list: 1, from };
            let network = machine.network.clone();
            let generating = scope.spawn(move || network.generate(port, &load));
            for _ in 0..50 {
                // It is retained only when the callback has returned.
                let address = socket.take_one().address;
                while socket.release(address) != STATUS_SUCCESS {}
            }
            assert_eq!(generating.join().unwrap().unwrap().indicated, 50);
        });
        socket.close();
        driver.end();
    });
}

#[test]
fn every_datagram_is_accounted_for() {
    let machine = Machine::synthetic(Settings::default());
    machine.run(|| {
        let driver = Driver::new();
        let socket = Socket::bound(&driver, LOCAL_V4);
        let port = socket.port();
        let list = |count: u8| {
            let datagram = |number| Datagram::new("10.0.0.1:5".parse().unwrap(), [number]);
            (0..count).map(datagram).collect::<List>()
        };
        machine.network.inject(port, &list(3));
        let mut receive = Receive::new(1);
        receive.start(&socket);
        receive.irp.wait();
        socket.enable();
        socket.datagrams(2);
        machine.network.inject(port, &list(4));
        socket.answer([STATUS_DATA_NOT_ACCEPTED]);
        machine.network.inject(port, &list(1));
        socket.close();
        let report = machine.system.netio.sockets()[0];
        assert_eq!((report.received, report.dropped, report.open), (8, 0, false));
        assert_eq!((report.requested, report.indicated, report.lost), (1, 6, 1));
        assert!(report.callbacks >= 3);
        assert!(report.longest_callback <= report.in_callbacks);
        driver.end();
    });
    machine.assert_clean();
}

#[test]
fn every_choice_of_behaviours_delivers_every_datagram() {
    for seed in 0..40 {
        let settings = Settings::seeded(seed);
        assert_eq!(format!("{settings:?}"), format!("{:?}", Settings::seeded(seed)));
        let machine = Machine::synthetic(settings);
        machine.run(|| {
            let mut driver = Driver::registered();
            assert_eq!(driver.capture(10_000), STATUS_SUCCESS);
            let socket = Socket::bound(&driver, LOCAL_V4);
            let port = socket.port();
            let mut requests: Vec<_> = (0..5).map(|_| Receive::new(1)).collect();
            for request in &mut requests {
                request.start(&socket);
            }
            socket.answer([STATUS_SUCCESS, STATUS_DATA_NOT_ACCEPTED]);
            socket.enable();
            let datagram = |number| Datagram::new("10.0.0.1:5".parse().unwrap(), [number]);
            thread::scope(|scope| {
                for part in 0..4 {
                    let list: List = (part * 10..part * 10 + 10).map(datagram).collect();
                    let network = &machine.network;
                    scope.spawn(move || assert_eq!(network.inject(port, &list).unwrap().lost, 0));
                }
            });
            let mut numbers = Vec::new();
            while numbers.len() < 40 {
                requests.retain(|request| {
                    let done = request.irp.poll().is_some();
                    numbers.extend(done.then(|| request.payload(1)[0]));
                    !done
                });
                numbers.extend(socket.accepted().into_iter().map(|got| got.payload[0]));
                socket.enable();
                thread::yield_now();
            }
            numbers.sort_unstable();
            assert!(numbers.into_iter().eq(0..40), "seed {seed}");
            let close = Irp::new();
            socket.start_close(&close);
            assert_eq!(close.wait().0, STATUS_SUCCESS);
            for request in &requests {
                request.irp.wait();
            }
            driver.end();
        });
        machine.assert_clean();
    }
}
