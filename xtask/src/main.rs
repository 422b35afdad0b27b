//! `cargo xtask …`: every command that a developer of winrx needs.

use std::{ffi::OsString, path::PathBuf, process::ExitCode};

use clap::{Parser, Subcommand};
use xtask::{arch::Arch, drivers, error::Result, fuzz, hlk, inf, lint, pe, programs, run, test};

/// The developer commands of winrx.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Build wskrx.sys and ndisrx.sys into target/drivers/<arch>
    Build {
        /// Content root of a WDK to build with, in place of the distribution's headers
        #[arg(long, value_name = "PATH")]
        wdk: Option<PathBuf>,
        /// Processor architecture; arm64 needs --wdk
        #[arg(long, default_value_t = Arch::X64, value_name = "ARCH")]
        arch: Arch,
        /// Build this driver package of the workspace, such as own_irp, in place of both; may be repeated
        #[arg(short, long = "package", value_name = "NAME")]
        packages: Vec<String>,
        /// Build what tests run too: the examples, and broken.sys, which breaks rules on purpose
        #[arg(long, conflicts_with_all = ["wdk", "arch", "packages"])]
        tests: bool,
    },
    /// Build winrx.exe and hlk.exe for Windows into target/programs/<arch>
    Exe {
        /// Which of them; all without a name
        #[arg(value_name = "PROGRAM", value_parser = programs::PROGRAMS)]
        names: Vec<String>,
        /// Processor architecture
        #[arg(long, default_value_t = Arch::X64, value_name = "ARCH")]
        arch: Arch,
    },
    /// Build the drivers and winrx, and run winrx; without arguments for it, a short demonstration
    Run {
        /// What winrx gets, such as `udp 5000`
        #[arg(trailing_var_arg = true, allow_hyphen_values = true, value_name = "ARGS")]
        arguments: Vec<OsString>,
    },
    /// Run all tests, build the drivers, check their files and have the witnesses load them
    Test,
    /// Build the drivers and measure wskrx in the hosted kernel
    Bench,
    /// Build the drivers and do to them what the Hardware Lab Kit does; `cargo xtask hlk --help` tells how
    #[command(disable_help_flag = true)]
    Hlk {
        /// What hlk gets, such as `--driver wskrx --test ChaosTest --minutes 5`
        #[arg(trailing_var_arg = true, allow_hyphen_values = true, value_name = "ARGS")]
        arguments: Vec<OsString>,
    },
    /// Build the drivers and look for what breaks them in the hosted kernel
    #[command(disable_help_flag = true)]
    Verify {
        /// What it is to look for, and for how long: `--help` tells
        #[arg(trailing_var_arg = true, allow_hyphen_values = true, value_name = "ARGS")]
        arguments: Vec<OsString>,
    },
    /// Feed random input to whatever takes bytes from outside, and look for what breaks
    Fuzz {
        /// One of the targets in fuzz/targets; all of them, one after the other, without it
        target: Option<String>,
        /// How long each target runs
        #[arg(long, default_value_t = 60, value_name = "SECONDS")]
        seconds: u32,
    },
    /// Check formatting and the INF files, run clippy and build the documentation, with warnings as errors
    Lint,
    /// Check driver files for what Windows demands of them
    LintPe {
        /// The .sys files, each with its .map beside it
        #[arg(required = true)]
        files: Vec<PathBuf>,
    },
    /// Check INF files for what Windows demands of them
    LintInf {
        /// The .inf files, each in its package, or .inx files
        #[arg(required = true)]
        files: Vec<PathBuf>,
    },
    /// Make a package for Windows: drivers, INF files, catalogs and programs, signed, and a zip file of it
    #[cfg(not(windows))]
    Package(xtask::package::Options),
    /// Check that a package is whole, and its signatures right
    #[cfg(not(windows))]
    VerifyPackage {
        /// The folder of the package
        folder: PathBuf,
        /// PEM file of certificates that signatures may lead to
        #[arg(long, value_name = "FILE")]
        ca: Option<PathBuf>,
    },
    /// Make a package for Windows, on Linux
    #[cfg(windows)]
    #[command(disable_help_flag = true)]
    Package {
        #[arg(trailing_var_arg = true, allow_hyphen_values = true, hide = true)]
        _arguments: Vec<OsString>,
    },
    /// Check that a package is whole, and its signatures right, on Linux
    #[cfg(windows)]
    #[command(disable_help_flag = true)]
    VerifyPackage {
        #[arg(trailing_var_arg = true, allow_hyphen_values = true, hide = true)]
        _arguments: Vec<OsString>,
    },
    /// Build the drivers and load each in Wine and in the Speakeasy emulator
    Witness,
    /// Build the drivers, winrx.exe and hlk.exe and run them in Wine 10, which is fetched from Debian
    Wine,
}

fn main() -> ExitCode {
    match execute(Cli::parse().command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            error.exit_code()
        }
    }
}

fn execute(command: Command) -> Result {
    match command {
        Command::Build { wdk, arch, packages, tests } => {
            let files = if tests {
                drivers::build_for_tests()
            } else if packages.is_empty() {
                drivers::build(arch, wdk.as_deref())
            } else {
                drivers::build_named(&packages, arch, wdk.as_deref())
            };
            for file in files? {
                println!("{}", file.display());
            }
            Ok(())
        }
        Command::Exe { names, arch } => {
            let all = programs::PROGRAMS.map(str::to_owned);
            for name in if names.is_empty() { &all[..] } else { &names } {
                println!("{}", programs::build(name, arch)?.display());
            }
            Ok(())
        }
        Command::Run { arguments } => run::run(&arguments),
        Command::Witness => witness(),
        Command::Wine => wine(),
        Command::Test => test::run(),
        Command::Bench => bench(),
        Command::Hlk { arguments } => hlk::run(&arguments),
        Command::Verify { arguments } => verify(&arguments),
        Command::Fuzz { target, seconds } => {
            fuzz::run(target.as_deref(), fuzz::Limit::Seconds(seconds))
        }
        Command::Lint => lint::run(),
        Command::LintPe { files } => pe::run(&files),
        Command::LintInf { files } => inf::run(&files),
        #[cfg(not(windows))]
        Command::Package(options) => xtask::package::run(&options),
        #[cfg(not(windows))]
        Command::VerifyPackage { folder, ca } => xtask::package::verify(&folder, ca.as_deref()),
        #[cfg(windows)]
        Command::Package { .. } | Command::VerifyPackage { .. } => Err(xtask::error::Error::setup(
            "Packages are made and verified on Linux. Here use `cargo make`, which has Microsoft's tools do \
                 both.",
        )),
    }
}

/// Builds the drivers and has the witnesses load them.
#[cfg(not(windows))]
fn witness() -> Result {
    xtask::witness::run(&drivers::build(Arch::X64, None)?)
}

/// There is a better witness on Windows.
#[cfg(windows)]
fn witness() -> Result {
    Err(xtask::error::Error::setup(
        "The witnesses load the drivers on Linux. On Windows load them into the system itself: `sc \
         create wskrx type= kernel binPath= <path>`, then `sc start wskrx`, on a machine for tests.",
    ))
}

/// Builds the drivers and the programs, and runs them in Wine.
#[cfg(not(windows))]
fn wine() -> Result {
    let drivers = drivers::build(Arch::X64, None)?;
    let (winrx, hlk) = (programs::winrx_exe(Arch::X64)?, programs::hlk_exe(Arch::X64)?);
    xtask::witness::program::run(&drivers, &winrx, &hlk)
}

/// There is no need for it on Windows.
#[cfg(windows)]
fn wine() -> Result {
    Err(xtask::error::Error::setup(
        "Wine stands in for Windows on Linux. Here install the package and run winrx itself.",
    ))
}

/// Builds the drivers and looks for what breaks them.
#[cfg(target_os = "linux")]
fn verify(arguments: &[OsString]) -> Result {
    xtask::verify::run(arguments)
}

/// The hosted kernel is for Linux.
#[cfg(not(target_os = "linux"))]
fn verify(_: &[OsString]) -> Result {
    Err(xtask::error::Error::setup("The hosted kernel runs on Linux. Verify the drivers there."))
}

/// Builds the drivers and measures one.
#[cfg(target_os = "linux")]
fn bench() -> Result {
    xtask::bench::run()
}

/// The hosted kernel is not for this system.
#[cfg(not(target_os = "linux"))]
fn bench() -> Result {
    Err(xtask::error::Error::setup("The hosted kernel needs Linux. Measure there."))
}
