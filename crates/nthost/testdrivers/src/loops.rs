//! Faults of code that does not come to an end.

use core::{
    hint::{black_box, spin_loop},
    sync::atomic::{AtomicBool, Ordering},
};

use crate::{
    fault::{Fault, entry},
    kernel::{
        at_dispatch,
        locks::{At, run_dpc},
        ndis::level,
    },
};

/// All of them.
pub(crate) const FAULTS: &[Fault] = &[
    Fault::at_entry("dpc-time", entry!(in_dpc)),
    Fault::at_entry("dispatch-time", entry!(at_dispatch_level)),
    Fault::at_entry("dispatch-time-with-calls", entry!(with_calls)),
    Fault::at_unload("unload-hang-in-a-loop", work),
];

/// Works for a moment, or for ever.
fn work(for_ever: bool) {
    let mut steps = 0_u32;
    while black_box(for_ever) || steps < 1000 {
        steps = steps.wrapping_add(1);
        spin_loop();
    }
}

static FOR_EVER: AtomicBool = AtomicBool::new(false);

unsafe extern "C" fn routine(_dpc: At, _context: At, _first: At, _second: At) {
    work(FOR_EVER.load(Ordering::Relaxed));
}

fn in_dpc(wrong: bool) {
    FOR_EVER.store(wrong, Ordering::Relaxed);
    run_dpc(routine);
}

fn at_dispatch_level(wrong: bool) {
    at_dispatch(|| work(wrong));
}

/// Calls the kernel again and again, which lets nobody else go on.
fn with_calls(wrong: bool) {
    at_dispatch(|| {
        let mut calls = 0;
        while black_box(wrong) || calls < 10 {
            calls += u32::from(level() != 0);
        }
    });
}
