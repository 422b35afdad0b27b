//! Configures the build of a driver.

fn main() -> Result<(), driver_build::Error> {
    driver_build::configure(
        "borrowed_irp.sys",
        "Example: receives datagrams with the IRPs of reads",
    )
}
