//! Loads a driver, opens one of its devices, and unloads the driver again.
//!
//! `cargo run -p nthost --example load -- FILE.sys [NAME]`, with a name such as `\\.\example`.

use std::{env, error::Error};

use nthost::Kernel;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = env::args().skip(1);
    let path = arguments.next().ok_or("give the path of a driver")?;
    let kernel = Kernel::builder().build()?;

    let driver = kernel.load(path)?;
    println!("{} imports {} functions", driver.name(), driver.imports().len());
    for device in driver.devices() {
        println!(
            "device {}: {:?}",
            device.name.as_deref().unwrap_or("without a name"),
            device.links
        );
    }
    if let Some(name) = arguments.next() {
        kernel.open(&name)?.close();
        println!("{name} was opened and closed");
    }
    let unloaded = driver.unload()?;

    for line in kernel.debug_lines() {
        println!("printed: {}", line.text);
    }
    for (function, calls) in unloaded.calls() {
        println!("{function} was called {calls} times");
    }
    for sentence in unloaded.leftovers() {
        println!("left behind: {sentence}");
    }
    for violation in kernel.violations() {
        println!("{}: {} ({})", violation.rule, violation.text, violation.page);
    }
    Ok(())
}
