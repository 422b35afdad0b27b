//! Installing and uninstalling. What cannot be done is undone.

use std::{
    fmt,
    path::{Path, PathBuf},
};

use windows_sys::Win32::Foundation::{
    ERROR_SERVICE_MARKED_FOR_DELETE, ERROR_SUCCESS_REBOOT_REQUIRED,
};

use super::{
    codes::NETCFG_S_STILL_REFERENCED,
    product::Product,
    service::{self, NotStopped},
    system::{System, SystemError},
};

/// Whether Windows has to be restarted before all is done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Restart {
    /// It has not.
    #[default]
    No,
    /// It has.
    Needed,
}

impl Restart {
    /// Needed if one of both is.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        if self == Self::Needed { self } else { other }
    }
}

/// Why drivers were not installed or uninstalled. The text is sentences with cause and cure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// The package has not all that a driver needs. Nothing was changed.
    Incomplete(PathBuf),
    /// The driver is there already, or a part of it. Nothing was changed.
    Present(&'static str),
    /// This process may not remove drivers. Nothing was changed.
    NotAdministrator,
    /// There is nothing of these drivers. Nothing was changed.
    Absent,
    /// A driver that is to be removed is in use. Nothing was removed, and what ran before runs, but for what the
    /// second lists.
    InUse(NotStopped, Vec<SystemError>),
    /// Windows does not tell what there is. Nothing was changed.
    Unknown(SystemError),
    /// Windows did not do it. All that had been done is undone, but for what the second lists.
    System(SystemError, Vec<SystemError>),
    /// Windows says it did it, and it is not so: there is no such service. What had been done is undone,
    /// but for what the second lists.
    NoService(&'static str, Vec<SystemError>),
    /// The driver is removed, but for what failed.
    Rest(Vec<SystemError>),
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Incomplete(file) => write!(
                f,
                "There is no {}. Name the folder of a whole package with --package.",
                file.display()
            ),
            Self::Present(driver) => write!(
                f,
                "{driver} is installed already, or a part of it is. Remove it first with `winrx \
                 uninstall {driver}`."
            ),
            Self::NotAdministrator => f.write_str(
                "Removing drivers takes the rights of an administrator: open a terminal with \"Run as \
                 administrator\" and start again.",
            ),
            Self::Absent => f.write_str("Nothing of it is installed, so nothing was removed."),
            Self::InUse(error, left) => {
                write!(f, "{error} Nothing was removed.")?;
                write_all(f, left, " ")
            }
            Self::Unknown(error) => write!(f, "{error} Nothing was changed."),
            Self::System(error, left) => {
                write!(f, "{error}")?;
                undone(f, left)
            }
            Self::NoService(driver, left) => {
                write!(
                    f,
                    "Windows took the package of {driver} and made no service of it. See \
                     %windir%\\INF\\setupapi.dev.log for why."
                )?;
                undone(f, left)
            }
            Self::Rest(left) => write_all(f, left, ""),
        }
    }
}

fn undone(f: &mut fmt::Formatter<'_>, left: &[SystemError]) -> fmt::Result {
    if left.is_empty() {
        return f.write_str(" All that had been done before was undone.");
    }
    f.write_str(" Undoing what had been done before failed, too:")?;
    write_all(f, left, " ")?;
    f.write_str(" Restart Windows, then run `winrx uninstall`.")
}

fn write_all(f: &mut fmt::Formatter<'_>, errors: &[SystemError], before: &str) -> fmt::Result {
    for (number, error) in errors.iter().enumerate() {
        let space = if number == 0 { before } else { " " };
        write!(f, "{space}{error}")?;
    }
    Ok(())
}

impl std::error::Error for Failure {}

/// Installs `products` out of the package in the folder.
///
/// # Errors
///
/// Why they are not installed. Nothing of them is then, unless undoing failed, too.
pub fn install(
    system: &impl System,
    products: &[Product],
    package: &Path,
) -> Result<Restart, Failure> {
    for product in products {
        for file in product.files().map(|name| package.join(name)) {
            if !file.is_file() {
                return Err(Failure::Incomplete(file));
            }
        }
        let present = is_present(system, product);
        if present.map_err(Failure::Unknown)? {
            return Err(Failure::Present(product.name));
        }
    }
    let mut restart = Restart::No;
    for (number, product) in products.iter().enumerate() {
        let inf = package.join(product.inf());
        let result = install_one(system, product, &inf);
        let there = result.and_then(|one| Ok((one, system.service(product.name)?.is_some())));
        match there {
            Ok((one, true)) => restart = restart.or(one),
            failed => {
                let begun = products.get(..=number).unwrap_or_default();
                let left = begun.iter().rev().flat_map(|product| remove(system, product).1);
                let left = left.collect();
                return Err(match failed {
                    Err(error) => Failure::System(error, left),
                    Ok(_) => Failure::NoService(product.name, left),
                });
            }
        }
    }
    Ok(restart)
}

fn install_one(
    system: &impl System,
    product: &Product,
    inf: &Path,
) -> Result<Restart, SystemError> {
    match product.component {
        None => system.install_primitive(inf),
        Some(id) => {
            system.add_package(inf)?;
            system.install_component(id)
        }
    }
}

/// Those of `products` that are not installed.
///
/// # Errors
///
/// If Windows does not tell.
pub fn missing(system: &impl System, products: &[Product]) -> Result<Vec<Product>, SystemError> {
    let mut missing = Vec::new();
    for product in products {
        let has_component = product.component.map_or(Ok(true), |id| system.has_component(id))?;
        if !has_component || system.service(product.name)?.is_none() {
            missing.push(*product);
        }
    }
    Ok(missing)
}

/// Whether there is anything of a driver.
fn is_present(system: &impl System, product: &Product) -> Result<bool, SystemError> {
    if system.service(product.name)?.is_some() || !system.packages(product)?.is_empty() {
        return Ok(true);
    }
    product.component.map_or(Ok(false), |id| system.has_component(id))
}

/// What was removed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Removed {
    /// The drivers.
    pub drivers: Vec<&'static str>,
    /// Whether Windows has to be restarted before all of it is gone.
    pub restart: Restart,
}

/// Stops `products` and removes all that there is of them.
///
/// # Errors
///
/// Why something is still there.
pub fn uninstall(system: &impl System, products: &[Product]) -> Result<Removed, Failure> {
    if !system.is_administrator() {
        return Err(Failure::NotAdministrator);
    }
    let mut present = Vec::new();
    for product in products {
        if is_present(system, product).map_err(Failure::Unknown)? {
            present.push(product);
        }
    }
    if present.is_empty() {
        return Err(Failure::Absent);
    }
    stop_all(system, &present)?;
    let (mut restart, mut left) = (Restart::No, Vec::new());
    for product in present.iter().rev() {
        let (one, errors) = remove(system, product);
        restart = restart.or(one);
        left.extend(errors);
    }
    let drivers = present.iter().map(|product| product.name).collect();
    if left.is_empty() { Ok(Removed { drivers, restart }) } else { Err(Failure::Rest(left)) }
}

/// Stops all of `products` that run, or none: if one stays, those that were stopped before it are started again.
fn stop_all(system: &impl System, products: &[&Product]) -> Result<(), Failure> {
    let mut running = Vec::new();
    for product in products {
        let runs = service::may_be_stopped(system, product);
        if runs.map_err(|error| Failure::InUse(error, Vec::new()))? {
            running.push(product);
        }
    }
    for (number, product) in running.iter().enumerate() {
        if let Err(error) = service::stop(system, product) {
            let stopped = running.iter().take(number);
            let left = stopped.filter_map(|product| service::start(system, product).err());
            return Err(Failure::InUse(error, left.collect()));
        }
    }
    Ok(())
}

/// Removes what there is of a driver. What fails ends it, so that nothing is left without what it needs:
/// no network component without its package, no package without its service. What waits for a restart of
/// Windows is Windows' to end.
fn remove(system: &impl System, product: &Product) -> (Restart, Vec<SystemError>) {
    let mut restart = match product.component.map(|id| remove_component(system, id)) {
        None => Restart::No,
        Some(Ok(one)) => one,
        Some(Err(error)) => return (Restart::No, vec![error]),
    };
    let mut errors = Vec::new();
    let mut done = |result: Result<Restart, SystemError>| match result {
        Ok(one) => restart = restart.or(one),
        Err(error) => errors.push(error),
    };
    match system.packages(product) {
        Ok(packages) => {
            for inf in packages {
                done(if product.component.is_some() {
                    system.remove_package(&inf).map(|()| Restart::No)
                } else {
                    system.uninstall_primitive(&inf)
                });
            }
        }
        Err(error) => done(Err(error)),
    }
    if errors.is_empty() && restart == Restart::No {
        match remove_service(system, product) {
            Ok(one) => restart = one,
            Err(error) => errors.push(error),
        }
    }
    (restart, errors)
}

/// Removes the network component `id`, if it is there, and looks whether it is gone.
fn remove_component(system: &impl System, id: &str) -> Result<Restart, SystemError> {
    if !system.has_component(id)? {
        return Ok(Restart::No);
    }
    let restart = system.remove_component(id)?;
    if !system.has_component(id)? {
        return Ok(restart);
    }
    let code = match restart {
        Restart::No => NETCFG_S_STILL_REFERENCED,
        Restart::Needed => ERROR_SUCCESS_REBOOT_REQUIRED,
    };
    Err(SystemError::new(format!("remove the network component {id}"), code))
}

/// Deletes the service of what was installed in another way, or not wholly.
fn remove_service(system: &impl System, product: &Product) -> Result<Restart, SystemError> {
    if system.service(product.name)?.is_none() {
        return Ok(Restart::No);
    }
    match system.delete_service(product.name) {
        // It goes when nobody has it open any more, at the latest when Windows restarts.
        Err(error) if error.code == ERROR_SERVICE_MARKED_FOR_DELETE => Ok(Restart::Needed),
        deleted => deleted.map(|()| Restart::No),
    }
}

#[cfg(test)]
mod tests;
