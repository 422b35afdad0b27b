//! Network Plug and Play: pause, restart, power, removal and return.

mod event;
mod plug;
mod power;
mod restart;
mod stack;

use crate::{
    export::{Export, exports},
    nt::PASSIVE_LEVEL,
};

use event::NdisCompleteNetPnPEvent;
pub(super) use event::{Event, tell, tell_bindings};
pub(crate) use plug::plug;
pub(super) use plug::{query_removal, remove, replug};
pub(crate) use power::PowerWait;
pub(super) use power::look_at_wait;
pub(super) use power::set_power;
pub(super) use stack::{
    pause, pause_adapter, pause_stack, restart, restart_adapter, restart_stack,
};

pub(super) const EXPORTS: &[Export] = exports! {
    NdisCompleteNetPnPEvent: PASSIVE_LEVEL..=PASSIVE_LEVEL;
};
