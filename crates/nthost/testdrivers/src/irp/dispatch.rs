//! Faults of what dispatch routines return, and of how they leave the thread.

use wdk_sys::{DISPATCH_LEVEL, IRP, NTSTATUS, STATUS_PENDING, STATUS_SUCCESS};

use crate::{
    fault::{Fault, done, entry},
    kernel::{
        complete,
        irp::{
            KeEnterCriticalRegion, KeLeaveCriticalRegion, lower_level, mark_pending, raise_level,
        },
    },
};

/// All of them.
pub(crate) const FAULTS: &[Fault] = &[
    Fault::at_request("irp-dispatch-irql", return_at_dispatch),
    Fault::at_entry("irql-at-return", entry!(enter_at_dispatch)),
    Fault::at_request("irp-not-completed", neither),
    Fault::at_request("irp-pending-not-marked", unmarked),
    Fault::at_request("irp-pending-not-returned", marked),
    Fault::at_request("irp-status-differs", |irp, wrong| other_status(irp, wrong, ALERTED)),
    Fault::at_request("irp-returned-no-status", |irp, wrong| other_status(irp, wrong, -1)),
    Fault::at_request("irp-suspicious-status", |irp, wrong| other_status(irp, wrong, SUSPICIOUS)),
    Fault::at_request("irp-dispatch-regions", stay_in_region),
];

/// `STATUS_ALERTED`, which is no error.
const ALERTED: NTSTATUS = 0x101;

/// What no status can be.
const SUSPICIOUS: NTSTATUS = 0xDDDD_DDDD_u32.cast_signed();

/// Raises the level, and goes back if it is to.
fn raise(back: bool) {
    let before = raise_level(DISPATCH_LEVEL);
    if back {
        lower_level(before);
    }
}

fn return_at_dispatch(irp: *mut IRP, wrong: bool) -> NTSTATUS {
    raise(!wrong);
    done(irp)
}

fn enter_at_dispatch(wrong: bool) {
    raise(!wrong);
}

/// Neither completes a request nor pends it.
fn neither(irp: *mut IRP, wrong: bool) -> NTSTATUS {
    if wrong { STATUS_SUCCESS } else { done(irp) }
}

/// Pends a request without marking it.
fn unmarked(irp: *mut IRP, wrong: bool) -> NTSTATUS {
    if !wrong {
        mark_pending(irp);
    }
    done(irp);
    STATUS_PENDING
}

/// Marks a request, and returns that it is completed.
fn marked(irp: *mut IRP, wrong: bool) -> NTSTATUS {
    mark_pending(irp);
    let status = done(irp);
    if wrong { status } else { STATUS_PENDING }
}

/// Returns another status than that of the IRP.
fn other_status(irp: *mut IRP, wrong: bool, other: NTSTATUS) -> NTSTATUS {
    complete(irp, STATUS_SUCCESS, 0);
    if wrong { other } else { STATUS_SUCCESS }
}

fn stay_in_region(irp: *mut IRP, wrong: bool) -> NTSTATUS {
    KeEnterCriticalRegion();
    if !wrong {
        KeLeaveCriticalRegion();
    }
    done(irp)
}
