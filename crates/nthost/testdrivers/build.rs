//! Configures the build of a driver.

fn main() -> Result<(), driver_build::Error> {
    driver_build::configure("broken.sys", "Breaks rules on purpose, for tests of verifiers")
}
