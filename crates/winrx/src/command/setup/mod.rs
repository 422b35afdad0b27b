//! `winrx install`, `uninstall`, `start`, `stop`, `status` and `doctor`.

mod args;
#[cfg(windows)]
mod windows;

pub use args::{DoctorArgs, InstallArgs, ProductArgs, SetupCommand, StatusArgs, UninstallArgs};
#[cfg(windows)]
pub use windows::run;

/// Elsewhere there is nothing to install.
#[cfg(not(windows))]
pub fn run(command: &SetupCommand) -> Result<(), super::CommandError> {
    let name = match command {
        SetupCommand::Install(_) => "install",
        SetupCommand::Uninstall(_) => "uninstall",
        SetupCommand::Start(_) => "start",
        SetupCommand::Stop(_) => "stop",
        SetupCommand::Status(_) => "status",
        SetupCommand::Doctor(_) => "doctor",
    };
    Err(super::CommandError::setup(format!(
        "`winrx {name}` is for Windows; here winrx loads the drivers into itself, so leave it out."
    )))
}
