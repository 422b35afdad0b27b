//! How frames get from an adapter to protocols and back.
//!
//! The miniport fills lists ([`miniport`](super::miniport)), which go up through an intermediate driver
//! and a filter ([`filter`](super::filter)). What comes out there is *given* or *lent* to NDIS, which hands
//! it on to the bindings that want it: [`give`] and [`lend`]. What protocols return comes in at
//! [`NdisReturnNetBufferLists`], and goes back the same way: [`go_down`]. The lists that are on their way
//! are [`Descriptor`]s here, and linked only while a driver has them; each knows who has it, so that
//! whatever a driver returns can be told apart.
//!
//! What the rest of NDIS needs of this is [`indicate`]; [`pause_below`] and [`restart_below`] while the
//! bindings above are paused; [`held`], to know what a binding owes, and [`forget`] for what it will
//! never give back; [`wait_idle`] and [`report`].

mod call;
mod copy;
mod counters;
mod deliver;
mod descriptor;
mod gate;
mod gather;
mod later;
mod ledger;
mod measure;
mod pool;
pub(super) mod raw;
mod returns;
pub(super) mod rules;
mod state;
mod touched;
mod wait;

use std::sync::atomic::Ordering::Relaxed;

use super::{adapter::Adapter, api::AdapterReport, frame::Frame, settings::ReceiveLevel};
use crate::{
    export::{Export, exports},
    ke,
    nt::{DISPATCH_LEVEL, PASSIVE_LEVEL},
};

pub(super) use super::miniport::indicate;
pub(super) use copy::copy;
pub(super) use deliver::{give, give_frame, is_filtered, lend, passes, stray};
pub(super) use descriptor::{Descriptor, Lists, Origin};
pub(super) use gather::frame as gather;
pub(super) use later::Later;
pub(super) use ledger::Event;
pub(super) use measure::measure;
pub use measure::{Load, Measurement};
pub(super) use pool::Pool;
pub(super) use returns::go_down;
pub(crate) use state::{PerAdapter, PerBinding};
pub(crate) use touched::find_touched;
pub(super) use touched::reclaim;
pub(super) use wait::{forget, held, leftovers, owes, pass, pause_below, restart_below, wait_idle};

use returns::NdisReturnNetBufferLists;

pub(super) const EXPORTS: &[Export] = exports! {
    NdisReturnNetBufferLists: PASSIVE_LEVEL..=DISPATCH_LEVEL;
};

/// Does something as the handler of a device's interrupt does it, or at the level of the caller.
pub(super) fn at_level<R>(adapter: &Adapter, code: impl FnOnce() -> R) -> R {
    let level = match adapter.settings().level {
        ReceiveLevel::Dispatch | ReceiveLevel::Unflagged => DISPATCH_LEVEL,
        ReceiveLevel::Passive => PASSIVE_LEVEL,
    };
    ke::irql::at_least(level, code)
}

/// Puts frames into lists of somebody with this handle.
pub(super) fn fill(adapter: &Adapter, lists: &Lists, frames: &[&Frame], handle: usize) {
    let mut rng = adapter.receive.chance(fastrand::Rng::fork);
    for (list, frame) in lists.iter().zip(frames) {
        reclaim(adapter, list);
        list.memory().list.fill(frame, &adapter.data_settings().geometry, &mut rng);
        list.is_filled(frame);
        list.set_source(handle);
        list.entry.note(Event::Filled, 0, 0);
    }
}

/// Adds the counters of frames and lists.
pub(super) fn report(adapter: &Adapter, report: &mut AdapterReport) {
    adapter.receive.counters.report(report);
    let bindings = adapter.bindings();
    let held = bindings.iter().map(|binding| binding.receive.held.load(Relaxed) as u64);
    report.held_now = held.sum();
}
