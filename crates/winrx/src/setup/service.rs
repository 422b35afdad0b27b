//! Starting and stopping the drivers.

use std::fmt;

use super::{
    product::Product,
    system::{Service, State, System, SystemError},
};

/// Why a driver still runs. The text is a sentence with cause and cure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotStopped {
    /// Programs have it open. It was not told to stop.
    InUse(&'static str, Vec<String>),
    /// It was told to stop, and will when the last handle is closed.
    Stopping(&'static str),
    /// Windows refused, or does not tell.
    System(SystemError),
}

impl fmt::Display for NotStopped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::InUse(driver, users) => {
                let (has, them) = if users.len() == 1 { ("has", "it") } else { ("have", "them") };
                write!(
                    f,
                    "{driver} cannot be stopped while it is open: {} {has} it. End {them}, then start \
                     again.",
                    users.join(", ")
                )
            }
            Self::Stopping(driver) => write!(
                f,
                "{driver} has been told to stop, and does when the last program that has it open ends. \
                 End those programs, or restart Windows."
            ),
            Self::System(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for NotStopped {}

/// What became of a request to start or to stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// It was done.
    Done,
    /// It was so already.
    Already,
}

/// Starts a driver.
///
/// # Errors
///
/// Why it does not run.
pub fn start(system: &impl System, product: &Product) -> Result<Change, SystemError> {
    if let Some(Service { state: State::Running, .. }) = system.service(product.name)? {
        return Ok(Change::Already);
    }
    system.start_service(product.name).map(|()| Change::Done)
}

/// Stops a driver, unless a program has it open.
///
/// # Errors
///
/// Why it still runs.
pub fn stop(system: &impl System, product: &Product) -> Result<Change, NotStopped> {
    let service = system.service(product.name).map_err(NotStopped::System)?;
    // Windows says what there is to say of a service that does not exist.
    if service.is_some() && !may_be_stopped(system, product)? {
        return Ok(Change::Already);
    }
    match system.stop_service(product.name).map_err(NotStopped::System)? {
        State::Stopped => Ok(Change::Done),
        _ => Err(NotStopped::Stopping(product.name)),
    }
}

/// Whether a driver runs, and nothing is known that keeps it from being stopped.
///
/// # Errors
///
/// What keeps it from being stopped.
pub(super) fn may_be_stopped(system: &impl System, product: &Product) -> Result<bool, NotStopped> {
    match system.service(product.name).map_err(NotStopped::System)?.map(|service| service.state) {
        None | Some(State::Stopped) => return Ok(false),
        Some(State::Stopping) => return Err(NotStopped::Stopping(product.name)),
        Some(State::Running | State::Other(_)) => {}
    }
    let users = system.users(product);
    if users.is_empty() { Ok(true) } else { Err(NotStopped::InUse(product.name, users)) }
}
