//! The `winrx` command.

mod adapters;
mod args;
mod capture;
mod capture_args;
mod common;
mod demo;
mod error;
mod live;
mod machine;
mod setup;
mod stats;
mod sums;
mod udp;

use rx_abi::ABI_VERSION;

pub use args::{Cli, Command, DriverArgs, UdpArgs};
pub use capture_args::{AdaptersArgs, CaptureArgs, Clock, MachineArgs};
pub use error::CommandError;
pub use setup::{DoctorArgs, InstallArgs, ProductArgs, SetupCommand, StatusArgs, UninstallArgs};
pub use stats::StatsArgs;

use crate::{Device, Receiver, device};

/// Does what the arguments say.
///
/// # Errors
///
/// A sentence for the person at the terminal, with the exit status that goes with it.
pub fn run(cli: Cli) -> Result<(), CommandError> {
    match cli.command {
        Command::Udp(args) => udp::run(&args),
        Command::Adapters(args) => adapters::run(&args),
        Command::Capture(args) => capture::run(&args),
        Command::Stats(args) => stats::run(&args),
        Command::Info(args) => info(&args),
        Command::Demo(args) => demo::run(&args),
        Command::Setup(command) => setup::run(&command),
    }
}

/// Opens the driver that the arguments name.
fn open(args: &DriverArgs) -> Result<Receiver<Box<dyn Device>>, CommandError> {
    let device = device::open(args.driver.as_deref()).map_err(crate::Error::from);
    device.and_then(Receiver::new).map_err(CommandError::before_receiving)
}

fn info(args: &DriverArgs) -> Result<(), CommandError> {
    let receiver = open(args)?;
    let info = receiver.info();
    let [major, minor, patch, _] = info.version;
    let origin = device::origin(args.driver.as_deref()).map_err(CommandError::setup)?;
    let text = format!(
        "driver    {} {major}.{minor}.{patch}\n\
         protocol  version {}, as in this winrx ({ABI_VERSION})\n\
         origin    {origin}\n",
        info.name().unwrap_or_default(),
        info.abi_version,
    );
    common::print(&text)
}
