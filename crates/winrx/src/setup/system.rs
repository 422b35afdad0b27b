//! What installing and starting needs of Windows.

use std::{
    fmt,
    path::{Path, PathBuf},
};

use super::{codes, install::Restart, product::Product};

/// A service, as the service control manager knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Service {
    /// What it does.
    pub state: State,
    /// The Win32 error that its last start ended with; 0 if it succeeded, 1077 if there was none.
    pub exit_code: u32,
}

/// What a service does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Nothing: the driver is not loaded.
    Stopped,
    /// The driver is loaded.
    Running,
    /// It was told to stop and has not yet, since handles of its device are open.
    Stopping,
    /// None of these; holds the number.
    Other(u32),
}

impl State {
    /// The state that `SERVICE_STATUS_PROCESS` has this number for.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows/win32/api/winsvc/ns-winsvc-service_status_process)
    #[must_use]
    pub fn from_number(number: u32) -> Self {
        match number {
            1 => Self::Stopped,
            3 => Self::Stopping,
            4 => Self::Running,
            other => Self::Other(other),
        }
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Stopped => f.write_str("stopped"),
            Self::Running => f.write_str("running"),
            Self::Stopping => f.write_str("stopping"),
            Self::Other(number) => write!(f, "in state {number}"),
        }
    }
}

/// Windows refused to do something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SystemError {
    /// What it was asked for: goes on after `Windows cannot`.
    pub doing: String,
    /// A Win32 error, or an HRESULT with its highest bit set.
    pub code: u32,
}

impl SystemError {
    /// An error.
    pub fn new(doing: impl Into<String>, code: u32) -> Self {
        Self { doing: doing.into(), code }
    }
}

/// A sentence with cause and cure.
impl fmt::Display for SystemError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Windows cannot {}: {}", self.doing, codes::explain(self.code))
    }
}

impl std::error::Error for SystemError {}

/// Result of a call to the system.
pub type Result<T> = std::result::Result<T, SystemError>;

/// What installing and starting needs of Windows. Each call does one thing.
pub trait System {
    /// Whether this process has the rights of an administrator.
    fn is_administrator(&self) -> bool;

    /// The service `name`, if there is one.
    ///
    /// # Errors
    ///
    /// If that cannot be found out.
    fn service(&self, name: &str) -> Result<Option<Service>>;

    /// The INF files by which the driver store has packages of the driver.
    ///
    /// # Errors
    ///
    /// If they cannot be listed.
    fn packages(&self, product: &Product) -> Result<Vec<PathBuf>>;

    /// Whether the network component `id` is installed.
    ///
    /// # Errors
    ///
    /// If that cannot be found out.
    fn has_component(&self, id: &str) -> Result<bool>;

    /// Takes the package of a primitive driver into the driver store and makes its service.
    ///
    /// # Errors
    ///
    /// If it does not; parts of it may be done then.
    fn install_primitive(&self, inf: &Path) -> Result<Restart>;

    /// Undoes [`System::install_primitive`]; `inf` is one of [`System::packages`].
    ///
    /// # Errors
    ///
    /// If it does not.
    fn uninstall_primitive(&self, inf: &Path) -> Result<Restart>;

    /// Takes a package into the driver store.
    ///
    /// # Errors
    ///
    /// If it does not.
    fn add_package(&self, inf: &Path) -> Result<()>;

    /// Takes a package, one of [`System::packages`], out of the driver store.
    ///
    /// # Errors
    ///
    /// If it does not.
    fn remove_package(&self, inf: &Path) -> Result<()>;

    /// Installs the network component `id`, whose package is in the driver store.
    ///
    /// # Errors
    ///
    /// If it does not; parts of it may be done then.
    fn install_component(&self, id: &str) -> Result<Restart>;

    /// Undoes [`System::install_component`].
    ///
    /// # Errors
    ///
    /// If it does not.
    fn remove_component(&self, id: &str) -> Result<Restart>;

    /// Deletes a service that is stopped.
    ///
    /// # Errors
    ///
    /// If it does not.
    fn delete_service(&self, name: &str) -> Result<()>;

    /// Starts a service and returns when it runs.
    ///
    /// # Errors
    ///
    /// Why it does not.
    fn start_service(&self, name: &str) -> Result<()>;

    /// Tells a service to stop, waits a while until it has, and returns its last state.
    ///
    /// # Errors
    ///
    /// If it cannot be told.
    fn stop_service(&self, name: &str) -> Result<State>;

    /// The programs that have the device of a driver open, each in words, as far as this account can see
    /// them.
    fn users(&self, product: &Product) -> Vec<String>;
}
