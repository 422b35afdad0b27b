//! What became of an IRP, for reports.

use parking_lot::Mutex;

use crate::{Status, nt::NTSTATUS, system::System};

/// So many events of each IRP are remembered.
const KEPT: usize = 16;

/// Something that happened to an IRP. Addresses are in the code of drivers.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Event {
    Allocated {
        by: usize,
    },
    Reused {
        by: usize,
    },
    /// It was sent to a dispatch routine.
    Sent {
        to: usize,
        by: usize,
    },
    /// It was given to a function of a provider.
    Given {
        to: &'static str,
        by: usize,
    },
    /// The provider does not let the driver have it.
    Pending,
    Cancelled {
        by: usize,
    },
    Completed {
        status: NTSTATUS,
        by: usize,
    },
    /// The provider completed it.
    Ended {
        status: NTSTATUS,
    },
    /// A completion routine was called.
    Told {
        routine: usize,
    },
    Freed {
        by: usize,
    },
}

/// The last events of an IRP.
#[derive(Debug, Default)]
pub(super) struct History(Mutex<Events>);

#[derive(Debug, Default)]
struct Events {
    last: [Option<Event>; KEPT],
    count: usize,
}

impl History {
    pub fn add(&self, event: Event) {
        let mut events = self.0.lock();
        if matches!(event, Event::Allocated { .. }) {
            events.count = 0;
        }
        let place = events.count % KEPT;
        events.last[place] = Some(event);
        events.count += 1;
    }

    /// The events, the oldest first, in words.
    pub fn describe(&self, system: &System) -> Vec<String> {
        // Where a driver faults, whoever adds to this may be the one that looks.
        let Some(events) = self.0.try_lock() else { return Vec::new() };
        let first = events.count.saturating_sub(KEPT);
        let kept = (first..events.count).filter_map(|number| events.last[number % KEPT]);
        kept.map(|event| event.describe(system)).collect()
    }
}

impl Event {
    fn describe(self, system: &System) -> String {
        let at = |address: usize| match address {
            0 => "the kernel".to_owned(),
            address => system.describe(address),
        };
        match self {
            Self::Allocated { by } => format!("allocated by {}", at(by)),
            Self::Reused { by } => format!("reused by {}", at(by)),
            Self::Sent { to, by } => format!("sent to {} by {}", at(to), at(by)),
            Self::Given { to, by } => format!("given to {to} by {}", at(by)),
            Self::Pending => "pending there".to_owned(),
            Self::Cancelled { by } => format!("cancelled by {}", at(by)),
            Self::Completed { status, by } => {
                format!("completed with {} by {}", Status::new(status), at(by))
            }
            Self::Ended { status } => format!("completed there with {}", Status::new(status)),
            Self::Told { routine } => format!("given to its completion routine {}", at(routine)),
            Self::Freed { by } => format!("freed by {}", at(by)),
        }
    }
}
