//! Installing the drivers on Windows, starting and stopping them, and finding out what stands in the way.
//!
//! What is decided here is decided from what a [`System`] says, so that it can be tested on any host; on
//! Windows that is `Windows`.

pub mod codes;
pub mod doctor;
mod install;
pub mod product;
pub mod report;
mod service;
mod system;
pub mod verifier;
#[cfg(windows)]
mod windows;

pub use doctor::{Facts, Finding, diagnose};
pub use install::{Failure, Removed, Restart, install, missing, uninstall};
pub use product::{NDISRX, PRODUCTS, Product, WSKRX};
pub use service::{Change, NotStopped, start, stop};
pub use system::{Service, State, System, SystemError};
pub use verifier::Verifier;
#[cfg(windows)]
pub use windows::{Windows, facts, verifier as ask_verifier};
