//! Using an adapter that a driver is bound to.

use ndis_sys as sys;
use wdm::{PoolArc, Result, Status};

use crate::{counters::Unseen, shared::Core, state::State};

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
        // INVARIANT: it was let in.
        if self.0.users.enter(1) { Ok(Bound(&self.0)) } else { Err(Status::FILE_CLOSED) }
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
/// A handle cannot be kept when its use has ended:
///
/// ```compile_fail,E0597
/// fn late(open: ndis::Open) -> ndis::Bound<'static> {
///     open.enter().unwrap()
/// }
/// ```
///
/// # Invariants
///
/// It is counted among the users.
#[must_use]
pub struct Bound<'a>(&'a Core);

impl<'a> Bound<'a> {
    pub(crate) const fn core(&self) -> &'a Core {
        self.0
    }

    pub(crate) fn handle(&self) -> sys::NDIS_HANDLE {
        self.0.handle()
    }
}

impl Drop for Bound<'_> {
    fn drop(&mut self) {
        self.0.users.leave(1);
    }
}
