//! Measures the drivers in the hosted kernel.
//!
//! `cargo xtask bench` builds the drivers and runs it. Its arguments are the folder for the figures, and a
//! part of the name of what to measure, if not everything.

mod copies;
mod driver_time;
mod end_to_end;
mod frame_rate;
mod frame_time;
mod measure;
mod memory;
mod table;

use std::{env, error::Error, fs, path::Path};

use serde::Serialize;
use table::Table;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = env::args_os().skip(1);
    let folder = arguments.next().ok_or("Name the folder for the figures.")?;
    let folder = Path::new(&folder);
    let part = arguments.next().and_then(|part| part.into_string().ok()).unwrap_or_default();
    fs::create_dir_all(folder)?;
    let clock = measure::clock();
    println!(
        "Median of rounds. Reading the clock takes {clock:.1} ns, once in each call of the driver."
    );
    let report = |name: &str, measure: &dyn Fn() -> Result<Box<dyn Figures>, Box<dyn Error>>| {
        if name.contains(&part) { report(folder, name, &*measure()?) } else { Ok(()) }
    };
    report("driver_time", &|| Ok(Box::new((driver_time::ABOUT, driver_time::run()))))?;
    report("end_to_end", &|| Ok(Box::new((end_to_end::ABOUT, end_to_end::run()?))))?;
    report("memory", &|| Ok(Box::new((memory::ABOUT, memory::run()))))?;
    report("frame_time", &|| Ok(Box::new((frame_time::ABOUT, frame_time::run()))))?;
    report("frame_rate", &|| Ok(Box::new((frame_rate::ABOUT, frame_rate::run()?))))
}

/// Figures, and what they are.
trait Figures {
    fn print(&self);
    fn json(&self) -> serde_json::Result<Vec<u8>>;
}

impl<R: Table + Serialize> Figures for (&str, Vec<R>) {
    fn print(&self) {
        println!("\n{}\n", self.0);
        table::print(&self.1);
    }

    fn json(&self) -> serde_json::Result<Vec<u8>> {
        serde_json::to_vec_pretty(&self.1)
    }
}

/// Prints figures, and writes them to a file.
fn report(folder: &Path, name: &str, figures: &dyn Figures) -> Result<(), Box<dyn Error>> {
    figures.print();
    fs::write(folder.join(name).with_extension("json"), figures.json()?)?;
    Ok(())
}
