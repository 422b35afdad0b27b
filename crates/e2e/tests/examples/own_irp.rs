//! own_irp.sys receives what ordinary sockets send.

use std::net::UdpSocket;

use e2e::{Machine, driver_file, netns::Namespace, payload};
use nthost::{
    File, Kernel,
    wsk::{Network, Synthetic},
};

/// The port that the driver binds to.
const PORT: u16 = 5000;

/// A test in a network of its own, where the port is free.
fn with_network(test: impl FnOnce(Machine) + Send) {
    Namespace::new().run(|| {
        let kernel = Kernel::builder().build().expect("the kernel starts");
        test(Machine::on(kernel, driver_file("own_irp")));
    });
}

fn sender() -> UdpSocket {
    let socket = UdpSocket::bind("127.0.0.1:0").expect("a socket");
    socket.connect(("127.0.0.1", PORT)).expect("connects");
    socket
}

fn read(file: &File) -> Vec<u8> {
    let (completion, data) = file.start_read(65_527).wait();
    let length = completion.ok().expect("a datagram");
    data[..length].to_vec()
}

#[test]
fn each_read_gets_a_datagram_in_order() {
    with_network(|machine| {
        let (file, socket) = (machine.open(), sender());
        let lengths = [0, 1, 100, 1472, 20_000, 65_000];
        for (number, length) in (0..200).zip(lengths.into_iter().cycle()) {
            socket.send(&payload(length, number)).unwrap();
            assert_eq!(read(&file), payload(length, number));
        }
        for number in 0..50 {
            socket.send(&payload(number, number)).unwrap();
        }
        for number in 0..50 {
            assert_eq!(read(&file), payload(number, number));
        }
        file.close();
        let calls = machine.driver().calls();
        let count =
            |name| calls.iter().find(|(function, _)| *function == name).map_or(0, |&(_, n)| n);
        assert!(count("IoReuseIrp") > 200, "the IRP is used again: {calls:?}");
        machine.finish();
    });
}

#[test]
fn reads_wait_for_datagrams_and_can_be_cancelled() {
    with_network(|machine| {
        let (file, socket) = (machine.open(), sender());
        let [first, second, third] = [(); 3].map(|()| file.start_read(100));
        second.cancel();
        assert_eq!(second.wait().0.status.name(), Some("STATUS_CANCELLED"));
        for text in ["one", "two"] {
            socket.send(text.as_bytes()).unwrap();
        }
        for (read, text) in [(first, "one"), (third, "two")] {
            let (completion, data) = read.wait();
            assert_eq!(&data[..completion.ok().unwrap()], text.as_bytes());
        }
        let waiting = file.start_read(100);
        file.close();
        assert_eq!(waiting.wait().0.status.name(), Some("STATUS_CANCELLED"));
        machine.finish();
    });
}

#[test]
fn the_port_is_free_again_when_the_handle_is_closed() {
    with_network(|machine| {
        for _ in 0..20 {
            let file = machine.open();
            let name = format!(r"\\.\{}", machine.driver().name());
            assert!(machine.kernel().open(&name).is_err(), "the port is taken");
            sender().send(b"again").unwrap();
            assert_eq!(read(&file), b"again");
        }
        machine.finish();
    });
}

#[test]
fn what_does_not_fit_is_cut_off_and_said_so() {
    with_network(|machine| {
        let (file, socket) = (machine.open(), sender());
        for text in ["longer", "short"] {
            socket.send(text.as_bytes()).unwrap();
        }
        let mut buffer = [0; 4];
        let completion = file.read(&mut buffer);
        assert_eq!(completion.status.name(), Some("STATUS_BUFFER_OVERFLOW"));
        assert_eq!((completion.information, &buffer), (4, b"long"));
        assert_eq!(read(&file), b"short");
        file.close();
        machine.finish();
    });
}

#[test]
fn a_socket_that_is_given_up_is_closed_at_once() {
    let network = Synthetic::new();
    let kernel = Kernel::builder().network(Network::Synthetic(network.clone())).build();
    let machine = Machine::on(kernel.expect("the kernel starts"), driver_file("own_irp"));
    let file = machine.open();
    let waiting = file.start_read(100);
    assert!(network.kill(PORT));
    assert_eq!(waiting.wait().0.status.name(), Some("STATUS_FILE_FORCED_CLOSED"));
    assert_eq!(network.addresses(), [], "the handle is still open");
    assert_eq!(file.read(&mut [0; 100]).status.name(), Some("STATUS_FILE_FORCED_CLOSED"));
    file.close();
    machine.finish();
}
