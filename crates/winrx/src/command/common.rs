//! What receiving of all kinds has in common.

use std::{
    fs::File,
    io::{self, BufWriter, Write},
    path::Path,
    process,
    sync::atomic::{AtomicBool, Ordering},
};

use super::CommandError;
use crate::session::Stopper;

/// Bytes that are collected before they are written, as long as there is more.
const BUFFER: usize = 256 << 10;

/// The exit status of a program that a second Ctrl-C ended.
const INTERRUPTED: i32 = 130;

/// What messages call standard output.
pub const STDOUT: &str = "standard output";

/// Standard output, buffered.
pub fn stdout() -> impl Write + 'static {
    BufWriter::with_capacity(BUFFER, io::stdout())
}

/// A capture file, or standard output for `-`, and what messages call it.
pub fn create(file: &Path) -> Result<(String, Box<dyn Write>), CommandError> {
    if file.as_os_str() == "-" {
        return Ok((STDOUT.to_owned(), Box::new(stdout())));
    }
    let name = file.display().to_string();
    let file = File::create(file).map_err(|error| cannot_write(&name, &error))?;
    Ok((name, Box::new(BufWriter::with_capacity(BUFFER, file))))
}

/// A place cannot be written to from the beginning.
pub fn cannot_write(name: &str, error: &io::Error) -> CommandError {
    CommandError::setup(format!(
        "Cannot write to {name}: {error}. Choose a place that can be written to."
    ))
}

/// Writes to standard output all at once.
pub fn print(text: &str) -> Result<(), CommandError> {
    print_or_end(text).map(drop)
}

/// As [`print`]. False if whoever was reading has gone, and wants to hear no more.
pub fn print_or_end(text: &str) -> Result<bool, CommandError> {
    match io::stdout().write_all(text.as_bytes()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(false),
        result => result.map(|()| true).map_err(|error| {
            CommandError::failed(format!("Cannot write to {STDOUT}: {error}. Start it again."))
        }),
    }
}

/// The two outputs that would both be standard output.
pub fn refuse_two_on_stdout(json: bool, writes_to_stdout: bool) -> Result<(), CommandError> {
    if json && writes_to_stdout {
        return Err(CommandError::setup(
            "--json and -w - would both write to standard output. Name a file for -w.",
        ));
    }
    Ok(())
}

/// The first Ctrl-C ends the run cleanly, the second one at once.
pub fn stop_on_interrupt(stopper: Stopper) -> Result<(), CommandError> {
    let asked = AtomicBool::new(false);
    let handler = move || {
        if asked.swap(true, Ordering::Relaxed) {
            process::exit(INTERRUPTED);
        }
        stopper.stop();
    };
    on_ctrl_c(handler)
}

/// Has Ctrl-C do something else than end the program.
pub fn on_ctrl_c(handler: impl FnMut() + Send + 'static) -> Result<(), CommandError> {
    ctrlc::set_handler(handler).map_err(|error| {
        CommandError::failed(format!("Cannot listen for Ctrl-C: {error}. Start winrx again."))
    })
}
