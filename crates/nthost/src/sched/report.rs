//! Reports of schedules in which nobody gets anywhere.

use std::sync::Arc;

use super::state::Slot;
use crate::{
    system::System,
    thread,
    verifier::{Check, catalogue::schedule},
};

/// How a schedule has come to nothing.
pub(super) struct How {
    check: &'static Check,
    text: &'static str,
}

/// Nobody can run, and nobody ever will.
pub(super) const DEADLOCK: How =
    How { check: schedule::DEADLOCK, text: "no thread can go on, and no time will change that" };

/// Some run, and nobody gets anywhere.
pub(super) const ENDLESS: How =
    How { check: schedule::ENDLESS, text: "threads run, and no program ever goes on" };

/// Keys of waits that are addresses.
const ADDRESSES: std::ops::Range<usize> = 1..1 << 47;

/// Reports it, with what each thread waits for.
pub(super) fn report(system: &Arc<System>, how: &How, slots: &[Slot]) {
    let threads: Vec<_> = slots.iter().map(|slot| describe(system, slot)).collect();
    let text = format!("{}: {}", how.text, threads.join("; "));
    thread::enter(system, |_| how.check.ends([0; 4], text));
}

fn describe(system: &System, slot: &Slot) -> String {
    let (point, caller) = slot.last;
    let place = match caller {
        0 => String::new(),
        caller => format!(" of {}", system.describe(caller)),
    };
    let does = match slot.wait {
        Some(wait) if ADDRESSES.contains(&wait.key) => {
            format!("waits for {} at {:#x}", wait.what, wait.key)
        }
        Some(wait) => format!("waits for {}", wait.what),
        None => "can run".to_owned(),
    };
    format!("{} ({}) {does} since {point}{place}", slot.name, slot.number)
}
