//! `nthost`: runs a Windows kernel driver in this process, and tells what it did.

mod adapters;
mod arguments;
mod explain;
mod report;
mod run;

use std::{
    io::{self, Write},
    process::ExitCode,
};

use clap::{Parser, Subcommand};

/// Runs Windows kernel drivers on Linux.
#[derive(Parser)]
#[command(name = "nthost", version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Load a driver, send it requests, unload it, and tell what it did
    ///
    /// The exit status is 0 if all went well, 1 if the driver failed or broke a rule, and 2 if it could
    /// not be run.
    Run(arguments::Run),
    /// Say what a code of a stop is about, and how to mend a driver that caused it
    Explain(explain::Explain),
}

fn main() -> ExitCode {
    match Cli::parse().command {
        Command::Run(arguments) => run(&arguments),
        Command::Explain(arguments) => match explain::explain(&arguments) {
            Ok(text) => {
                // Who closed the output does not want it.
                let _ = writeln!(io::stdout(), "{text}");
                ExitCode::SUCCESS
            }
            Err(error) => {
                eprintln!("error: {error}");
                ExitCode::from(2)
            }
        },
    }
}

fn run(arguments: &arguments::Run) -> ExitCode {
    match run::run(arguments) {
        Ok(report) => {
            let text = if arguments.json { report.json() } else { report.text() };
            // Who closed the output does not want it.
            let _ = writeln!(io::stdout(), "{text}");
            if report.is_clean() { ExitCode::SUCCESS } else { ExitCode::from(1) }
        }
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::from(2)
        }
    }
}
