//! Handles come and go, under load, and nothing stays behind.

use std::{
    sync::atomic::{AtomicBool, Ordering},
    thread,
};

use e2e::{Family, Machine, driver_file, sender, settings};
use nthost::Kernel;
use winrx::{Mode, Settings};

#[test]
fn a_thousand_handles_open_and_close_under_load() {
    let machine = Machine::default();
    let (receiver, bound) = machine.receive(&settings(Mode::Event, Family::V4));
    let port = bound.local.port();
    drop(receiver);
    let done = AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| {
            let socket = std::net::UdpSocket::bind(Family::V4.loopback()).unwrap();
            while !done.load(Ordering::Relaxed) {
                // Nobody may listen at the moment.
                let _ = socket.send_to(&[1; 200], ("127.0.0.1", port));
            }
        });
        for round in 0..1000 {
            let mode = Mode::ALL[round % Mode::ALL.len()];
            let local = (std::net::Ipv4Addr::LOCALHOST, port).into();
            let (receiver, _) = machine.receive(&Settings { mode, ..Settings::new(local) });
            let reads: Vec<_> = (0..3).map(|_| receiver.device().start_read(2048)).collect();
            drop(receiver);
            drop(reads);
        }
        done.store(true, Ordering::Relaxed);
    });
    machine.finish();
}

#[test]
fn unload_is_refused_while_a_handle_is_open() {
    let kernel = Kernel::builder().build().unwrap();
    let driver = kernel.load(driver_file("wskrx")).unwrap();
    let file = kernel.open(rx_abi::WSKRX_DEVICE).unwrap();
    let refused = driver.unload().expect_err("a handle is open");
    drop(file);
    let unloaded = refused.driver.unload().expect("none is");
    assert_eq!(unloaded.leftovers(), [""; 0]);
    assert_eq!(kernel.violations(), []);
}

#[test]
fn the_driver_can_be_loaded_again() {
    let kernel = Kernel::builder().build().unwrap();
    for _ in 0..10 {
        let driver = kernel.load(driver_file("wskrx")).unwrap();
        let file = kernel.open(rx_abi::WSKRX_DEVICE).unwrap();
        drop(file);
        assert_eq!(driver.unload().unwrap().leftovers(), [""; 0]);
    }
    assert_eq!(kernel.violations(), []);
}

#[test]
fn receivers_do_not_disturb_each_other() {
    let machine = Machine::default();
    let receivers: Vec<_> =
        Mode::ALL.map(|mode| (mode, machine.receive(&settings(mode, Family::V4)))).into();
    for (mode, (_, bound)) in &receivers {
        sender(Family::V4, bound.local).send(mode.name().as_bytes()).unwrap();
    }
    for (mode, (receiver, _)) in &receivers {
        assert_eq!(*e2e::read(receiver, 1)[0].payload, *mode.name().as_bytes());
    }
    drop(receivers);
    machine.finish();
}
