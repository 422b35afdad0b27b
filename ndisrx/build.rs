//! Configures the build of a driver.

fn main() -> Result<(), driver_build::Error> {
    driver_build::configure("ndisrx.sys", "Frame receiver (NDIS protocol)")
}
