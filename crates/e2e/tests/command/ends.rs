//! How the command starts and ends.

use std::net::{Ipv4Addr, UdpSocket};

use e2e::{Family, sender};
use winrx::Mode;

use crate::winrx::{Winrx, run};

#[test]
fn ctrl_c_ends_it_with_the_sums() {
    for mode in Mode::ALL {
        let mut winrx = Winrx::udp(&["127.0.0.1:0", "--mode", mode.name()]);
        sender(Family::V4, winrx.bound).send(b"one").unwrap();
        assert!(winrx.line().ends_with(" 3 bytes \"one\"\n"));
        winrx.interrupt();
        let sums = "received 1 datagrams, 3 bytes = 1 delivered + 0 dropped + 0 held";
        assert_eq!(winrx.end().sums(), sums, "{mode:?}");
    }
}

#[test]
fn a_duration_ends_it() {
    let ended = Winrx::udp(&["127.0.0.1:0", "--duration", "50ms"]).end();
    assert_eq!(ended.sums(), "received 0 datagrams, 0 bytes = 0 delivered + 0 dropped + 0 held");
}

#[test]
fn nobody_who_reads_ends_it() {
    let mut winrx = Winrx::udp(&["127.0.0.1:0"]);
    let socket = sender(Family::V4, winrx.bound);
    winrx.close_output();
    socket.send(b"lost").unwrap();
    assert_eq!(winrx.end().status, Some(0));
}

#[test]
fn a_port_in_use_is_told() {
    let taken = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let ended = run(&["udp", &address]);
    assert_eq!(ended.status, Some(2));
    let start =
        format!("error: wskrx cannot receive at {address}: another program has this port; ");
    assert!(ended.errors.starts_with(&start), "{}", ended.errors);
}

#[test]
fn an_address_of_another_machine_is_told() {
    let ended = run(&["udp", "192.0.2.77:0"]);
    assert_eq!(ended.status, Some(2));
    assert!(ended.errors.contains("this machine has no such address"), "{}", ended.errors);
}

#[test]
fn a_place_that_cannot_be_written_to_is_told() {
    let ended = run(&["udp", "127.0.0.1:0", "-w", "/no/such/folder/file"]);
    assert_eq!(ended.status, Some(2));
    assert!(ended.errors.contains("Cannot write to /no/such/folder/file: "), "{}", ended.errors);
}

#[test]
fn info_names_the_driver() {
    let ended = run(&["info"]);
    assert_eq!(ended.status, Some(0), "{}", ended.errors);
    assert!(ended.lines()[0].starts_with("driver    wskrx "), "{:?}", ended.lines());
}

#[test]
fn the_demonstration_shows_every_mode() {
    let ended = run(&["demo"]);
    assert_eq!(ended.status, Some(0), "{}", ended.errors);
    for mode in Mode::ALL {
        let start = format!("mode {}, at 127.0.0.1:", mode.name());
        assert!(ended.lines().iter().any(|line| line.starts_with(&start)), "{mode:?}");
    }
    let whole = "= 100 delivered + 0 dropped + 0 held";
    assert_eq!(ended.lines().iter().filter(|line| line.ends_with(whole)).count(), Mode::ALL.len());
}
