//! What reports say beside the rule that was broken.

use libtest_mimic::{Failed, Trial};
use nthost::Stop;

use crate::life;

/// A rule, what happened before that its report tells, and where that names which function of the driver.
const REPORTS: &[(&str, &str, Place)] = &[
    ("irp-completed-twice", "the IRP was completed with ", Place::Stack("irp::complete::twice")),
    ("pool-double-free", "the block was freed by ", Place::Stack("pool::twice")),
    // The function's last call takes the place of its frame.
    (
        "ndis-double-return",
        "the list was returned by broken at broken!broken::ndis::receive::returned_twice",
        Place::Stack("ndis::handlers::receive"),
    ),
    ("lock-order", " was acquired with ", Place::Stack("locks::nest")),
    ("unload-hang", " has waited for the object at ", Place::History("unload::hang")),
    ("unload-hang-in-a-loop", "no thread of a driver waits for an object", Place::Nowhere),
    ("dpc-time", "", Place::Stack("loops::work")),
    ("dispatch-time", "", Place::Stack("loops::work")),
];

/// Where a report names a function of the driver.
#[derive(Clone, Copy, Debug)]
enum Place {
    /// In the stack, as the innermost one that does more than to call a library or the kernel.
    Stack(&'static str),
    /// In what happened before.
    History(&'static str),
    Nowhere,
}

impl Place {
    fn is_in(self, stop: &Stop) -> bool {
        match self {
            Self::Stack(wanted) => {
                let names = stop.stack.iter().filter_map(|frame| frame.function.as_deref());
                let mut own = names.filter_map(|name| name.strip_prefix("broken::"));
                own.find(|name| !name.starts_with("kernel::")) == Some(wanted)
            }
            Self::History(wanted) => stop.history.iter().any(|event| event.contains(wanted)),
            Self::Nowhere => true,
        }
    }
}

/// A test for each.
pub fn trials() -> impl Iterator<Item = Trial> {
    REPORTS.iter().map(|&(fault, before, place)| {
        Trial::test(format!("report_of_{fault}"), move || look(fault, before, place))
    })
}

fn look(fault: &str, before: &str, place: Place) -> Result<(), Failed> {
    let stop = life::live(fault, true)?.stop.ok_or("the kernel has not stopped")?;
    let tells = before.is_empty() || stop.history.iter().any(|event| event.contains(before));
    if tells && place.is_in(&stop) {
        return Ok(());
    }
    Err(format!("it does not say {before:?} and {place:?}: {stop}").into())
}
