//! Prints each datagram that comes to port 5000.

use winrx::{Receiver, Settings, device};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let receiver = Receiver::new(device::open(None)?)?;
    receiver.bind(&Settings::new("0.0.0.0:5000".parse()?))?;
    for datagram in receiver.records() {
        let datagram = datagram?;
        println!("{} bytes from {}", datagram.payload.len(), datagram.from);
    }
    Ok(())
}
