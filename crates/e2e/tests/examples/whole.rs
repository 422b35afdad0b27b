//! Whole tests of a driver with nothing but nthost, as docs/driver-authors.md shows them.

use std::{error::Error, net::UdpSocket};

use e2e::driver_file;
use nthost::{
    Kernel, LowResources, Schedule, Strategy,
    wsk::{Datagram, List, Network, Synthetic},
};

#[test]
fn a_datagram_reaches_a_read() -> Result<(), Box<dyn Error>> {
    let kernel = Kernel::builder().build()?;
    let driver = kernel.load(driver_file("borrowed_irp"))?;
    let file = kernel.open(r"\\.\borrowed_irp")?;

    let mut port = [0; 2];
    file.ioctl(0x0012_6000, &[0, 0], &mut port).ok()?;
    let read = file.start_read(100);
    let port = u16::from_le_bytes(port);
    UdpSocket::bind("127.0.0.1:0")?.send_to(b"hello", ("127.0.0.1", port))?;
    let (completion, data) = read.wait();
    assert_eq!(&data[..completion.ok()?], b"hello");

    file.close();
    assert_eq!(driver.unload()?.leftovers(), [""; 0]);
    assert_eq!(kernel.violations(), []);
    Ok(())
}

#[test]
fn calls_fail_by_chance() -> Result<(), Box<dyn Error>> {
    for seed in 0..50 {
        let which = LowResources::Random { seed, percent: 6 };
        let kernel = Kernel::builder().low_resources(which).build()?;
        // Each of these may fail. Whatever does, nothing stays behind.
        if let Ok(driver) = kernel.load(driver_file("borrowed_irp")) {
            if let Ok(file) = kernel.open(r"\\.\borrowed_irp") {
                let bound = file.ioctl(0x0012_6000, &[0, 0], &mut [0; 2]);
                let read = bound.ok().map(|_| file.start_read(100));
                file.close();
                drop(read);
            }
            assert_eq!(driver.unload()?.leftovers(), [""; 0], "seed {seed}");
        }
        assert_eq!(kernel.violations(), [], "seed {seed}");
    }
    Ok(())
}

#[test]
fn a_datagram_comes_while_the_handle_is_closed() -> Result<(), Box<dyn Error>> {
    for seed in 0..50 {
        let network = Synthetic::new();
        let kernel = Kernel::builder()
            .schedule(Schedule::Seeded { seed, strategy: Strategy::Pct { depth: 3 } })
            .network(Network::Synthetic(network.clone()))
            .build()?;
        let driver = kernel.load(driver_file("own_irp"))?;
        let file = kernel.open(r"\\.\own_irp")?;
        let read = file.start_read(100);
        let sender = kernel.spawn("sender", move || {
            let hello = Datagram::new(([10, 0, 0, 1], 9).into(), b"hello");
            network.inject(5000, &List::new(vec![hello]));
        });
        file.close();
        drop(read);
        sender.join();
        assert_eq!(driver.unload()?.leftovers(), [""; 0], "seed {seed}");
        assert_eq!(kernel.violations(), [], "seed {seed}");
    }
    Ok(())
}
