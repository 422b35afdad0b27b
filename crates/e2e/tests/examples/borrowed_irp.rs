//! borrowed_irp.sys receives what ordinary sockets send, into the buffers of reads.

use e2e::{Family, Machine, driver_file, payload, sender};
use nthost::{
    File, Kernel,
    wsk::{Network, Synthetic},
};

/// The control code that binds a handle.
const BIND: u32 = 0x0012_6000;

fn machine() -> Machine {
    let kernel = Kernel::builder().build().expect("the kernel starts");
    Machine::on(kernel, driver_file("borrowed_irp"))
}

/// Binds a handle to any port, and tells which it is.
fn bind(file: &File) -> u16 {
    let mut port = [0; 2];
    let completion = file.ioctl(BIND, &[0, 0], &mut port);
    assert_eq!(completion.ok(), Ok(2));
    u16::from_le_bytes(port)
}

#[test]
fn datagrams_go_into_the_buffers_of_reads() {
    let machine = machine();
    let file = machine.open();
    let socket = sender(Family::V4, ([127, 0, 0, 1], bind(&file)).into());
    for number in 0..200 {
        let read = file.start_read(9000);
        let sent = payload(number * 40, number);
        socket.send(&sent).unwrap();
        let (completion, data) = read.wait();
        assert_eq!(&data[..completion.ok().unwrap()], sent);
    }
    file.close();
    machine.finish();
}

#[test]
fn what_does_not_fit_is_cut_off_and_said_so() {
    let machine = machine();
    let file = machine.open();
    let socket = sender(Family::V4, ([127, 0, 0, 1], bind(&file)).into());
    socket.send(b"longer").unwrap();
    let mut buffer = [0; 4];
    let completion = file.read(&mut buffer);
    assert_eq!(completion.status.name(), Some("STATUS_BUFFER_OVERFLOW"));
    assert_eq!(completion.information, 4);
    assert_eq!(&buffer, b"long");
    file.close();
    machine.finish();
}

#[test]
fn reads_can_be_cancelled_and_end_with_the_handle() {
    let machine = machine();
    let file = machine.open();
    assert_eq!(
        file.read(&mut [0; 100]).status.name(),
        Some("STATUS_INVALID_DEVICE_STATE"),
        "it is not bound"
    );
    let socket = sender(Family::V4, ([127, 0, 0, 1], bind(&file)).into());
    let [first, second] = [(); 2].map(|()| file.start_read(100));
    first.cancel();
    assert_eq!(first.wait().0.status.name(), Some("STATUS_CANCELLED"));
    socket.send(b"for the other one").unwrap();
    assert_eq!(second.wait().0.ok(), Ok(17));
    let waiting = file.start_read(100);
    file.close();
    assert!(waiting.wait().0.ok().is_err());
    machine.finish();
}

#[test]
fn what_it_does_not_know_is_refused() {
    let machine = machine();
    let file = machine.open();
    for (code, input, refusal) in [
        (BIND + 4, &[0, 0][..], "STATUS_INVALID_DEVICE_REQUEST"),
        (BIND, &[0], "STATUS_INVALID_BUFFER_SIZE"),
        (BIND, &[0, 0, 0], "STATUS_INVALID_BUFFER_SIZE"),
    ] {
        assert_eq!(file.ioctl(code, input, &mut [0; 2]).status.name(), Some(refusal));
    }
    bind(&file);
    assert_eq!(
        file.ioctl(BIND, &[0, 0], &mut [0; 2]).status.name(),
        Some("STATUS_INVALID_DEVICE_STATE")
    );
    let other = machine.open();
    assert_eq!(
        other.ioctl(BIND, &[0, 0], &mut [0; 1]).status.name(),
        Some("STATUS_BUFFER_TOO_SMALL")
    );
    // It was not bound for nothing.
    bind(&other);
    drop((file, other));
    machine.finish();
}

#[test]
fn a_socket_that_is_given_up_is_closed_with_the_next_read() {
    let network = Synthetic::new();
    let kernel = Kernel::builder().network(Network::Synthetic(network.clone())).build();
    let machine = Machine::on(kernel.expect("the kernel starts"), driver_file("borrowed_irp"));
    let file = machine.open();
    let port = bind(&file);
    let waiting = file.start_read(100);
    assert!(network.kill(port));
    assert_eq!(waiting.wait().0.status.name(), Some("STATUS_FILE_FORCED_CLOSED"));
    assert_eq!(file.read(&mut [0; 100]).status.name(), Some("STATUS_FILE_FORCED_CLOSED"));
    assert_eq!(network.addresses(), [], "the handle is still open");
    file.close();
    machine.finish();
}
