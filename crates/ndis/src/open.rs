//! Using an adapter that a driver is bound to.

use ndis_sys as sys;
use wdm::{Event, PoolArc, Result, Status};

use crate::{counters::Unseen, handle::InUse, shared::Core, state::State};

/// A binding's side of NDIS. It may be kept for as long as one likes: what is done through it is refused when the
/// binding is not open.
#[derive(Clone)]
pub struct Open(pub(crate) PoolArc<Core>);

impl Open {
    /// Starts to use the binding, which is not closed while the guard exists.
    ///
    /// IRQL: `DISPATCH_LEVEL` or below, also for the drop of the guard.
    ///
    /// # Errors
    ///
    /// `STATUS_FILE_CLOSED` if it is not open yet, or no more.
    pub fn enter(&self) -> Result<Bound<'_>> {
        let user = self.0.handle.enter().ok_or(Status::FILE_CLOSED)?;
        Ok(Bound { core: &self.0, user, last: false })
    }

    /// Its state at this moment.
    #[must_use]
    pub fn state(&self) -> State {
        self.0.machine.state()
    }

    /// What happened to it that the driver did not see.
    #[must_use]
    pub fn unseen(&self) -> Unseen {
        self.0.counters.read()
    }
}

/// One who uses a binding, which therefore is open.
///
/// # Invariants
///
/// `user` is that of the handle in `core`.
#[must_use]
pub struct Bound<'a> {
    core: &'a Core,
    user: InUse<'a, Event>,
    /// It may make requests although the binding is about to be closed.
    last: bool,
}

impl<'a> Bound<'a> {
    /// For the driver to take back what it has set, when nobody else may make requests any more.
    pub(crate) fn last(core: &'a Core) -> Option<Self> {
        core.handle.enter().map(|user| Self { core, user, last: true })
    }

    pub(crate) const fn is_last(&self) -> bool {
        self.last
    }

    pub(crate) const fn core(&self) -> &'a Core {
        self.core
    }

    pub(crate) fn handle(&self) -> sys::NDIS_HANDLE {
        self.user.raw()
    }
}
