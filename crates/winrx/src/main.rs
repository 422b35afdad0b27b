//! The `winrx` command.

use std::process::ExitCode;

use clap::Parser;
use winrx::{
    command::{self, Cli},
    device,
};

fn main() -> ExitCode {
    match command::run(Cli::parse()) {
        // The driver's kernel has told why.
        Ok(()) if device::driver_was_stopped() => ExitCode::FAILURE,
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("error: {failure}");
            failure.exit_code()
        }
    }
}
