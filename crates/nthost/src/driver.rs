//! A loaded driver, as programs see it.

use std::{
    fmt,
    path::{Path, PathBuf},
    sync::Arc,
};

use crate::{
    DeviceInfo, Status, ex,
    image::Image,
    io::{LoadedDriver, Refusal},
    kernel::Inner,
    leftovers, ndis, thread,
    verifier::catalogue::unload::LEFT_BEHIND,
};

/// A driver that is loaded.
///
/// Dropping it unloads it, if that is possible; otherwise it stays loaded as long as its kernel is there.
pub struct Driver {
    kernel: Arc<Inner>,
    /// Gone once it is unloaded.
    loaded: Option<LoadedDriver>,
    name: String,
    path: PathBuf,
}

/// What is known of a driver that was unloaded.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Unloaded {
    calls: Vec<(&'static str, u64)>,
    leftovers: Vec<String>,
}

/// A driver that was not unloaded, and why.
#[derive(Debug, thiserror::Error)]
#[error("{} cannot be unloaded: {reason}", driver.name())]
pub struct UnloadError {
    /// The driver, which is still loaded.
    pub driver: Driver,
    /// Why.
    pub reason: UnloadRefusal,
}

/// Why a driver cannot be unloaded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UnloadRefusal {
    /// It set no `DriverUnload`.
    #[error("it has no unload routine")]
    NoUnloadRoutine,
    /// Files are open, or closed but still in use by requests or references.
    #[error("{0} of its files are open")]
    Open(usize),
}

impl From<Refusal> for UnloadRefusal {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::NoRoutine => Self::NoUnloadRoutine,
            Refusal::Open(count) => Self::Open(count),
        }
    }
}

impl Driver {
    pub(crate) fn new(kernel: Arc<Inner>, loaded: LoadedDriver) -> Self {
        let name = loaded.name().to_owned();
        let path = loaded.image.as_ref().map(|image| image.path().to_owned()).unwrap_or_default();
        Self { kernel, loaded: Some(loaded), name, path }
    }

    /// Its name: that of its file, without the extension.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The file that it was loaded from.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Its devices.
    #[must_use]
    pub fn devices(&self) -> Vec<DeviceInfo> {
        let loaded = self.loaded.as_ref();
        loaded.map(|loaded| loaded.devices(&self.kernel.system)).unwrap_or_default()
    }

    /// The functions that it imports.
    #[must_use]
    pub fn imports(&self) -> Vec<&'static str> {
        self.calls().into_iter().map(|(name, _)| name).collect()
    }

    /// The functions that it imports, and how often it has called each.
    #[must_use]
    pub fn calls(&self) -> Vec<(&'static str, u64)> {
        let image = self.loaded.as_ref().and_then(|loaded| loaded.image.as_ref());
        image.map(|image| image.calls().collect()).unwrap_or_default()
    }

    /// Unloads it: calls its unload routine, looks for what it has left behind, and makes its memory
    /// inaccessible.
    ///
    /// # Errors
    ///
    /// If a file is open, or the driver has no unload routine, it is given back, unchanged.
    pub fn unload(mut self) -> Result<Unloaded, UnloadError> {
        match self.unload_now() {
            Ok(unloaded) => Ok(unloaded),
            Err(reason) => Err(UnloadError { driver: self, reason }),
        }
    }

    /// Leaves it loaded for good: it is as if the machine stopped without unloading it.
    pub fn abandon(mut self) {
        self.loaded = None;
    }

    fn unload_now(&mut self) -> Result<Unloaded, UnloadRefusal> {
        let Some(loaded) = self.loaded.take() else { return Ok(Unloaded::default()) };
        let system = &self.kernel.system;
        thread::enter(system, |_| {
            if let Some(refusal) = loaded.refusal(system) {
                self.loaded = Some(loaded);
                return Err(refusal.into());
            }
            let image = loaded.image.clone();
            let mut leftovers = loaded.unload(system);
            let calls = image.as_ref().map(|image| image.calls().collect()).unwrap_or_default();
            // With others still loaded, what there is may be theirs.
            let is_its_own =
                |known: &Arc<Image>| image.as_ref().is_some_and(|image| Arc::ptr_eq(known, image));
            let is_last = system.images.read().iter().all(is_its_own);
            if let Some(image) = &image {
                system.netio.check_unload(&image.range());
            }
            if is_last {
                leftovers.extend(leftovers::all(system));
            }
            if !leftovers.is_empty() {
                let text = format!("{} left behind: {}", self.name, leftovers.join(", "));
                LEFT_BEHIND.broken(text);
            }
            if let Some(image) = &image {
                ndis::forget_driver(system, &image.range());
                ex::pool::forget(system, &image.range());
            }
            // Only now: the leftovers name places in it.
            system.images.write().retain(|known| !is_its_own(known));
            Ok(Unloaded { calls, leftovers })
        })
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        // What the driver leaves behind is still told by the kernel.
        let _ = self.unload_now();
    }
}

impl fmt::Debug for Driver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Driver").field("name", &self.name).finish_non_exhaustive()
    }
}

impl Unloaded {
    /// The functions that it imported, and how often it called each.
    #[must_use]
    pub fn calls(&self) -> &[(&'static str, u64)] {
        &self.calls
    }

    /// What it has not given back, in sentences. While other drivers are loaded, only what is certainly
    /// its own.
    #[must_use]
    pub fn leftovers(&self) -> &[String] {
        &self.leftovers
    }
}

impl UnloadError {
    /// The closest status of Windows.
    #[must_use]
    pub const fn status(&self) -> Status {
        Status::new(crate::nt::STATUS_INVALID_DEVICE_REQUEST)
    }
}
