//! The `winrx` command.

use std::process::ExitCode;

use clap::Parser;
use winrx::command::{self, Cli};

fn main() -> ExitCode {
    match command::run(Cli::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("error: {failure}");
            failure.exit_code()
        }
    }
}
