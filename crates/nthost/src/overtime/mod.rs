//! Drivers that keep a processor for too long, or do not leave it at all.
//!
//! Time is what the processor spends on the thread, as the host counts it: a machine that is busy with
//! other things takes none away. A thread of each kernel looks at those that run drivers, and interrupts
//! one with a signal: when it has used up its time, and when the kernel has stopped. Its handler leaves the
//! driver as that of faults does. That is sound only where the processor is in the code of a driver;
//! where the driver has called the kernel, it leaves when that looks next.

mod code;
mod monitor;
mod turn;

use std::time::Duration;

pub(crate) use self::{
    code::{Code, is_code},
    monitor::Monitor,
    turn::{Kind, Turn},
};
use crate::{fault::Fault, ke, stack, thread, verifier::catalogue::fault as checks};

/// How much time of the processor a driver may take before it has to let others go on.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/debugger/bug-check-0x133-dpc-watchdog-violation)
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct TimeLimits {
    /// For a DPC: 20 s, as on Windows.
    pub dpc: Duration,
    /// For anything else that is done at `DISPATCH_LEVEL` or above: 2 min, as on Windows.
    pub dispatch: Duration,
}

impl Default for TimeLimits {
    fn default() -> Self {
        Self { dpc: Duration::from_secs(20), dispatch: Duration::from_mins(2) }
    }
}

impl TimeLimits {
    /// Others: for a DPC, and for anything else at `DISPATCH_LEVEL` or above.
    #[must_use]
    pub const fn new(dpc: Duration, dispatch: Duration) -> Self {
        Self { dpc, dispatch }
    }
}

/// Whether this thread is to be interrupted where it is in the code of a driver. For the handler of the
/// signal.
pub(crate) fn is_due() -> bool {
    thread::is(|thread| thread.turn.is_over() || thread.system.stop.is_stopped())
}

/// Stops the kernel if the time is over for the driver that this thread runs. For where the driver has called
/// the kernel.
#[inline]
pub(crate) fn look() {
    if thread::is(|thread| thread.turn.is_over()) {
        end(None);
    }
}

/// Says that the time of this thread is over. `fault` is where it was interrupted, or else it has called the
/// kernel.
#[cold]
pub(crate) fn end(fault: Option<&Fault>) {
    let system = thread::system();
    let kind = thread::current(|thread| thread.turn.kind());
    let limits = system.time_limits;
    let (check, limit, what) = match kind {
        Kind::Dpc => (checks::DPC_TIME, limits.dpc, "in a DPC"),
        _ => (checks::DISPATCH_TIME, limits.dispatch, "without leaving DISPATCH_LEVEL"),
    };
    let walk = fault.map_or_else(stack::walk, |fault| fault.walk(&system));
    let place = walk.first().map_or_else(|| "the driver".to_owned(), |&at| system.describe(at));
    let text = format!("{place} has run for more than {limit:?} {what}");
    let ticks = ke::time::ticks(limit);
    let parameters = match kind {
        Kind::Dpc => [0, ticks + 1, ticks, 0],
        _ => [1, ticks, 0, 0],
    };
    check.ends(parameters, text);
}
