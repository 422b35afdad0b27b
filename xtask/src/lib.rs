//! The developer commands of winrx. `cargo xtask help` lists them.

pub mod arch;
#[cfg(target_os = "linux")]
pub mod bench;
pub mod drivers;
pub mod error;
pub mod exec;
pub mod files;
pub mod fuzz;
pub mod hlk;
pub mod inf;
#[cfg(not(windows))]
pub mod kit;
pub mod lint;
#[cfg(not(windows))]
pub mod package;
pub mod pe;
pub mod programs;
pub mod run;
#[cfg(not(windows))]
pub mod setup;
pub mod test;
pub mod ui;
#[cfg(target_os = "linux")]
pub mod verify;
#[cfg(not(windows))]
pub mod witness;
pub mod workspace;
