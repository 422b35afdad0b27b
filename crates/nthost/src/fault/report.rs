//! What a thread does that has faulted.

use super::classify;
use crate::{stop, thread};

/// Where a thread goes on that has faulted, on the stack for reports.
pub(super) extern "C" fn begin() -> ! {
    let (fault, system) = thread::current(|thread| (thread.fault.get(), thread.system.clone()));
    if let Some(fault) = fault {
        let verdict = classify::classify(&system, &fault);
        verdict.check.ends_after(verdict.parameters, verdict.text, verdict.history);
    }
    drop(system);
    thread::current(|thread| thread.fault.set(None));
    crate::ex::slist::unlock();
    stop::leave();
    // Such a thread runs a driver, or else its fault is not handled.
    std::process::abort();
}
