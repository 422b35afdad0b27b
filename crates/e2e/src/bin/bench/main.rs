//! Measures the driver in the hosted kernel.
//!
//! `cargo xtask bench` builds the drivers and runs it. Its argument is the folder for the figures.

mod driver_time;
mod end_to_end;
mod measure;
mod memory;
mod table;

use std::{env, error::Error, fs, path::Path};

use serde::Serialize;
use table::Table;

fn main() -> Result<(), Box<dyn Error>> {
    let folder = env::args_os().nth(1).ok_or("Name the folder for the figures.")?;
    let folder = Path::new(&folder);
    fs::create_dir_all(folder)?;
    let clock = measure::clock();
    println!(
        "Median of rounds. Reading the clock takes {clock:.1} ns, once in each call of the driver."
    );
    report(folder, "driver_time", driver_time::ABOUT, &driver_time::run())?;
    report(folder, "end_to_end", end_to_end::ABOUT, &end_to_end::run()?)?;
    report(folder, "memory", memory::ABOUT, &memory::run())?;
    Ok(())
}

/// Prints figures, and writes them to a file.
fn report<R: Table + Serialize>(
    folder: &Path,
    name: &str,
    about: &str,
    rows: &[R],
) -> Result<(), Box<dyn Error>> {
    println!("\n{about}\n");
    table::print(rows);
    fs::write(folder.join(name).with_extension("json"), serde_json::to_vec_pretty(rows)?)?;
    Ok(())
}
