//! What becomes of the frames of an adapter.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use crate::ndis::api::AdapterReport;

macro_rules! counters {
    ($( $(#[$doc:meta])* $name:ident; )*) => {
        /// What becomes of the frames of an adapter.
        #[derive(Default)]
        pub(in crate::ndis) struct Counters {
            $( $(#[$doc])* pub $name: Counter, )*
        }

        impl Counters {
            /// Adds them to a report.
            pub fn report(&self, report: &mut AdapterReport) {
                $( report.$name += self.$name.get(); )*
            }
        }
    };
}

counters! {
    /// Frames that were indicated to protocols.
    frames;
    /// Lists that were indicated to protocols.
    lists;
    /// Of those, the ones that were lent.
    loaned;
    /// Of those, the ones that were given.
    owned;
    /// Lists that protocols have returned.
    returned;
    /// Lists that NDIS copied.
    copies;
    /// Frames that no protocol wanted.
    unwanted;
    /// Frames that a protocol got without having asked for them.
    strays;
    /// Frames that the adapter dropped.
    dropped;
    /// Frames that a filter dropped.
    filtered;
    /// Frames that a filter made up.
    injected;
    /// Frames that protocols have sent.
    sent;
    /// Of those, the ones that were indicated to protocols of this machine.
    looped_back;
    /// Indications in which the miniport lent lists.
    low;
    /// Calls of receive handlers.
    callbacks;
    /// Nanoseconds in them.
    receive_time_ns;
    /// Nanoseconds in the longest of them.
    longest_receive_ns;
}

/// A number that never falls.
#[derive(Default)]
pub(in crate::ndis) struct Counter(AtomicU64);

impl Counter {
    pub fn add(&self, count: usize) {
        self.0.fetch_add(count as u64, Relaxed);
    }

    /// Takes a value where that is greater.
    pub fn raise(&self, value: usize) {
        self.0.fetch_max(value as u64, Relaxed);
    }

    pub fn get(&self) -> u64 {
        self.0.load(Relaxed)
    }
}
