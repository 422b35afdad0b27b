//! What a routine of a driver has to heed when it returns.

use super::{
    record::{Left, Record},
    rules,
};
use crate::{
    Status,
    ke::{irql, region::Regions},
    nt::{DEVICE_OBJECT, IRP, KIRQL, NTSTATUS, STATUS_PENDING},
    thread,
    verifier::Check,
};

/// What a routine leaves as it found it.
pub(super) struct Before {
    level: KIRQL,
    regions: Regions,
}

impl Before {
    pub fn now() -> Self {
        thread::current(|thread| Self { level: irql::current(), regions: thread.regions.get() })
    }

    /// Puts the level back, and returns the one that the routine left if it is another.
    fn level_left(&self) -> Option<KIRQL> {
        let now = irql::current();
        irql::lower(self.level);
        irql::raise(self.level);
        (now != self.level).then_some(now)
    }

    /// A dispatch routine has returned.
    pub fn check_dispatch(self, routine: usize, device: *mut DEVICE_OBJECT, irp: *mut IRP) {
        let level = self.level;
        if let Some(now) = self.level_left() {
            let name = thread::system().describe(routine);
            let parameters = [0x05, device as u64, level.into(), now.into()];
            let text = format!("{name} was called at IRQL {level} and returned at {now}");
            rules::with(rules::DISPATCH_LEVEL, irp, parameters, text);
        }
        self.check_regions(rules::DISPATCH_REGIONS, 0xC5, routine, irp);
    }

    /// A completion routine has returned.
    pub fn check_completion(self, routine: usize, irp: *mut IRP) {
        let level = self.level;
        if let Some(now) = self.level_left() {
            let name = thread::system().describe(routine);
            let parameters = [0xFA, routine as u64, level.into(), now.into()];
            let text = format!("{name} was called at IRQL {level} and returned at {now}");
            rules::with(rules::COMPLETION_LEVEL, irp, parameters, text);
        }
        self.check_regions(rules::COMPLETION_REGIONS, 0xFB, routine, irp);
    }

    fn check_regions(self, check: &'static Check, first: u64, routine: usize, irp: *mut IRP) {
        let now = thread::current(|thread| thread.regions.replace(self.regions));
        if now == self.regions {
            return;
        }
        let name = thread::system().describe(routine);
        let counts = [now, self.regions].map(|regions| u64::from(regions.count()));
        let text = format!(
            "{name} was called in {} critical and guarded regions and returned in {}",
            counts[1], counts[0]
        );
        rules::with(check, irp, [first, routine as u64, counts[0], counts[1]], text);
    }
}

/// A call of a dispatch routine, for an IRP that has a record.
#[derive(Clone, Copy)]
pub(super) struct Call<'a> {
    pub record: &'a Record,
    /// The stack location of the routine.
    pub location: i8,
    /// The number of the call.
    pub number: u64,
    pub routine: usize,
}

impl Call<'_> {
    fn broken(self, check: &'static Check, text: &str) {
        rules::by(check, self.record.irp(), self.routine, text);
    }

    /// What a dispatch routine returns must fit what it has done with the IRP.
    pub fn check(self, status: NTSTATUS) {
        let Self { record, location, number, .. } = self;
        match (record.outcome(location, number), status) {
            (Left::Yes { pending: false }, STATUS_PENDING) => self.pending_not_marked(),
            (Left::Not, STATUS_PENDING) => {
                // A driver that has passed the IRP on leaves it to those below.
                let is_fine = record.is_marked_pending(location) || record.is_passed_on(location);
                // Completion may have begun meanwhile, and cleared the mark.
                if !is_fine && record.outcome(location, number) == Left::Not {
                    self.pending_not_marked();
                }
            }
            (Left::Not, _) => {
                let status = Status::new(status);
                let text = format!("returned {status} for an IRP that it had not completed");
                self.broken(rules::NOT_COMPLETED, &text);
            }
            (Left::Yes { pending: true }, status) if status != STATUS_PENDING => self.broken(
                rules::PENDING_NOT_RETURNED,
                "marked an IRP pending and did not return STATUS_PENDING",
            ),
            (Left::Yes { pending: false }, status) => self.check_status(status),
            _ => {}
        }
    }

    fn pending_not_marked(self) {
        self.broken(
            rules::PENDING_NOT_MARKED,
            "returned STATUS_PENDING for an IRP that it had not marked",
        );
    }

    /// The status that a routine returns is the one that the IRP was completed with, and is one.
    fn check_status(self, status: NTSTATUS) {
        let completed = self.record.status(self.location);
        let [returned, ended] = [status, completed].map(Status::new);
        if status == -1 {
            self.broken(rules::NO_STATUS, "returned 0xffffffff, which is no status");
        } else if is_suspicious(status) {
            let text = format!("returned {returned}, which no status can be");
            self.broken(rules::SUSPICIOUS_STATUS, &text);
        } else if status != completed {
            let name = thread::system().describe(self.routine);
            let irp = self.record.irp();
            let text = format!("{name} returned {returned} for an IRP completed with {ended}");
            let parameters =
                [0x224, self.routine as u64, irp as u64, completed.cast_unsigned().into()];
            rules::with(rules::STATUS_DIFFERS, irp, parameters, text);
        }
    }
}

/// The bit that no status has.
fn is_suspicious(status: NTSTATUS) -> bool {
    status & 0x1000_0000 != 0
}
