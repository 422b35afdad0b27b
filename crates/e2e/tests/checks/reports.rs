//! What reports say beside the rule that was broken.

use libtest_mimic::{Failed, Trial};

use crate::life;

/// A rule, what happened before that its report tells, and a function that is in it or in the stack.
const REPORTS: &[(&str, &str, &str)] = &[
    ("irp-completed-twice", "the IRP was completed with ", "broken!"),
    ("pool-double-free", "the block was freed by ", "broken!"),
    ("ndis-double-return", "the list was returned by ", "broken!"),
    ("lock-order", " was acquired with ", "broken!"),
    ("unload-hang", " has waited for the object at ", "unload::hang"),
    ("unload-hang-in-a-loop", "no thread of a driver waits for an object", ""),
    ("dpc-time", "", "loops::work"),
    ("dispatch-time", "", "loops::work"),
];

/// A test for each.
pub fn trials() -> impl Iterator<Item = Trial> {
    REPORTS.iter().map(|&(fault, before, function)| {
        Trial::test(format!("report_of_{fault}"), move || look(fault, before, function))
    })
}

fn look(fault: &str, before: &str, function: &str) -> Result<(), Failed> {
    let stop = life::live(fault, true)?.stop.ok_or("the kernel has not stopped")?;
    let tells = before.is_empty() || stop.history.iter().any(|event| event.contains(before));
    if tells && stop.to_string().contains(function) {
        return Ok(());
    }
    Err(format!("it does not say {before:?} and {function:?}: {stop}").into())
}
