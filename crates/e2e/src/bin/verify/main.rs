//! Looks for what breaks the drivers in the hosted kernel.
//!
//! `cargo xtask verify` builds the drivers and runs it.

mod schedules;
mod sweep;

use std::{
    process::ExitCode,
    time::{Duration, Instant},
};

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
    minutes: u32,
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
    match look(command.unwrap_or(Command::All), &options) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::from(2)
        }
    }
}

impl Options {
    /// When it has gone on for long enough.
    fn end(&self) -> Instant {
        Instant::now() + Duration::from_secs(60 * u64::from(self.minutes))
    }
}

/// True if nothing broke a driver.
///
/// # Errors
///
/// A sentence on why there is nothing to look for.
fn look(command: Command, options: &Options) -> Result<bool, String> {
    match command {
        Command::Schedules { strategy, replay: true } => schedules::replay(options, strategy),
        Command::Schedules { strategy, replay: false } => schedules::run(options, strategy),
        Command::Sweep { stacks } if !stacks.is_empty() => sweep::repeat(options, &stacks),
        Command::Sweep { .. } => sweep::run(options),
        Command::Chance => sweep::by_chance(options),
        Command::All if options.mode.is_some() => Err(
            "--mode goes with a command, since the commands have modes of their own. Name one, such as sweep."
                .to_owned(),
        ),
        Command::All => {
            // All of them, whatever the others find.
            Ok(sweep::run(options)?
                & sweep::by_chance(options)?
                & schedules::run(options, None)?)
        }
    }
}

/// What `--driver` and `--mode` leave of all that there is.
///
/// # Errors
///
/// A sentence if that is nothing.
fn chosen<T>(
    all: impl IntoIterator<Item = T>,
    options: &Options,
    names: impl Fn(&T) -> (&str, &str),
) -> Result<Vec<T>, String> {
    let fits = |wanted: &Option<String>, is: &str| wanted.as_ref().is_none_or(|one| one == is);
    let fit = |one: &T| {
        let (driver, mode) = names(one);
        fits(&options.driver, driver) && fits(&options.mode, mode)
    };
    let chosen: Vec<_> = all.into_iter().filter(fit).collect();
    if chosen.is_empty() {
        return Err("There is no such driver, or no such mode for it. Without --driver and --mode all of them \
                    are shown."
            .to_owned());
    }
    Ok(chosen)
}
