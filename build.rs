//! Configures the build of a driver.

fn main() -> Result<(), driver_build::Error> {
    driver_build::configure("wskrx.sys", "UDP receiver (Winsock Kernel)")
}
