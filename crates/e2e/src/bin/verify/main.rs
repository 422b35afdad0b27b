//! Looks for what breaks the drivers in the hosted kernel.
//!
//! `cargo xtask verify` builds the drivers and runs it.

mod schedules;
mod sweep;

use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};

/// Looks for what breaks the drivers in the hosted kernel.
#[derive(Parser)]
#[command(name = "cargo xtask verify", bin_name = "cargo xtask verify")]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    options: Options,
}

#[derive(Subcommand)]
enum Command {
    /// Let threads get in each other's way, each time in another order
    Schedules {
        /// Only this strategy: walk, or pct and a depth, such as pct3
        #[arg(long, value_name = "STRATEGY")]
        strategy: Option<nthost::Strategy>,
        /// Only the schedule of the seed, with every decision
        #[arg(long, requires_all = ["strategy", "mode", "driver"])]
        replay: bool,
    },
    /// Fail each call that can fail, one distinct stack at a time
    Sweep {
        /// Fail only the call with this stack; several times for several stacks
        #[arg(long = "stack", requires = "mode", value_name = "STACK")]
        stacks: Vec<nthost::StackId>,
    },
    /// Let calls fail by chance, 6 of 100, with providers and adapters as chance has them
    Chance,
    /// All of that
    All,
}

/// What all of them can be told.
#[derive(Args)]
struct Options {
    /// How long to go on with what chance decides
    #[arg(long, global = true, default_value_t = 0, value_name = "MINUTES")]
    minutes: u64,
    /// Where chance begins
    #[arg(long, global = true, default_value_t = 1)]
    seed: u64,
    /// Only this driver
    #[arg(long, global = true, value_parser = ["wskrx", "ndisrx"])]
    driver: Option<String>,
    /// Only this way to use it, such as retain-pending
    #[arg(long, global = true)]
    mode: Option<String>,
}

fn main() -> ExitCode {
    let Cli { command, options } = Cli::parse();
    let is_well = match command.unwrap_or(Command::All) {
        Command::Schedules { strategy, replay: true } => schedules::replay(&options, strategy),
        Command::Schedules { strategy, replay: false } => schedules::run(&options, strategy),
        Command::Sweep { stacks } if !stacks.is_empty() => sweep::repeat(&options, &stacks),
        Command::Sweep { .. } => sweep::run(&options),
        Command::Chance => sweep::by_chance(&options),
        Command::All if options.mode.is_some() => {
            println!("--mode goes with a command: the commands have modes of their own.");
            false
        }
        Command::All => {
            // All of them, whatever the others find.
            sweep::run(&options) & sweep::by_chance(&options) & schedules::run(&options, None)
        }
    };
    if is_well { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Says that there is nothing to do, which is not what was wanted.
fn nothing_fits() -> bool {
    println!("There is no such mode for this driver. Without --mode all of them are shown.");
    false
}
