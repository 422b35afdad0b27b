//! Configures the build of a driver.

fn main() -> Result<(), driver_build::Error> {
    driver_build::configure("frames.sys", "Example: receives frames as an NDIS protocol")
}
