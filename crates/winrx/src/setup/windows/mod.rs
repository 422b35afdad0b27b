//! The calls to Windows that install, start and look.

mod certificates;
mod facts;
mod network;
mod packages;
mod services;
mod users;
mod verifier;

use std::{
    ffi::OsStr,
    os::windows::ffi::OsStrExt,
    path::{Path, PathBuf},
};

use windows_sys::Win32::Foundation::GetLastError;

use super::{
    install::Restart,
    product::Product,
    system::{Result, Service, State, System, SystemError},
};

pub use facts::facts;
pub use verifier::verifier;

/// The Windows that this program runs on.
#[derive(Clone, Copy, Debug)]
pub struct Windows;

impl System for Windows {
    fn is_administrator(&self) -> bool {
        facts::is_administrator()
    }

    fn service(&self, name: &str) -> Result<Option<Service>> {
        services::query(name)
    }

    fn packages(&self, product: &Product) -> Result<Vec<PathBuf>> {
        packages::list(product)
    }

    fn has_component(&self, id: &str) -> Result<bool> {
        network::has(id)
    }

    fn install_primitive(&self, inf: &Path) -> Result<Restart> {
        packages::install_primitive(inf)
    }

    fn uninstall_primitive(&self, inf: &Path) -> Result<Restart> {
        packages::uninstall_primitive(inf)
    }

    fn add_package(&self, inf: &Path) -> Result<()> {
        packages::add(inf)
    }

    fn remove_package(&self, inf: &Path) -> Result<()> {
        packages::remove(inf)
    }

    fn install_component(&self, id: &str) -> Result<Restart> {
        network::install(id)
    }

    fn remove_component(&self, id: &str) -> Result<Restart> {
        network::remove(id)
    }

    fn delete_service(&self, name: &str) -> Result<()> {
        services::delete(name)
    }

    fn start_service(&self, name: &str) -> Result<()> {
        services::start(name)
    }

    fn stop_service(&self, name: &str) -> Result<State> {
        services::stop(name)
    }

    fn users(&self, product: &Product) -> Vec<String> {
        users::of(product)
    }
}

/// Text as Windows takes it.
fn wide(text: impl AsRef<OsStr>) -> Vec<u16> {
    text.as_ref().encode_wide().chain([0]).collect()
}

/// Text that ends with a zero, or with the buffer.
fn text(units: &[u16]) -> String {
    let text = units.split(|&unit| unit == 0).next().unwrap_or_default();
    String::from_utf16_lossy(text)
}

/// The error of the last call of this thread.
fn last_error(doing: impl Into<String>) -> SystemError {
    // SAFETY: it reads a value of this thread.
    let code = unsafe { GetLastError() };
    SystemError::new(doing, code)
}
