//! Configures the build of a driver.

fn main() -> Result<(), driver_build::Error> {
    driver_build::configure("own_irp.sys", "Example: receives datagrams with an IRP of its own")
}
