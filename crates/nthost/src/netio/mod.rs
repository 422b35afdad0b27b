//! Winsock Kernel: the module NETIO.SYS.
//!
//! A provider of datagram sockets, over the UDP sockets of this machine or over a synthetic network.
//! It takes every freedom that the documentation leaves to it, as [`Settings`] say, and watches what
//! drivers do: see [`rules`].

mod address;
mod buffer;
mod client;
mod close;
mod context;
mod control;
mod control_client;
mod control_socket;
mod counters;
mod datagram;
mod deliver;
mod events;
mod flicker;
mod host;
mod names;
mod network;
mod options;
mod provider;
mod receive;
mod registration;
mod request;
mod rules;
mod security;
mod send;
mod settings;
mod slots;
mod socket;
mod state;
mod synthetic;

use crate::{
    export::{Export, exports},
    nt::{DISPATCH_LEVEL, PASSIVE_LEVEL},
};

pub(crate) use context::check_wait;
pub use counters::SocketReport;
pub use network::Network;
pub use settings::{
    Ancillary, Available, CallbackLevel, Cancelling, Coalescing, Completion, Disabling, Failing,
    Level, Mapping, Precedence, Settings, Shape, Truncation,
};
pub(crate) use state::State;
pub use synthetic::{
    Control, ControlMessage, Datagram, Delivered, List, Load, Mdls, Measurement, Sent, Synthetic,
};

use registration::{
    WskCaptureProviderNPI, WskDeregister, WskQueryProviderCharacteristics, WskRegister,
    WskReleaseProviderNPI,
};

pub(crate) const EXPORTS: &[Export] = exports! {
    WskCaptureProviderNPI: PASSIVE_LEVEL..=DISPATCH_LEVEL;
    WskDeregister: PASSIVE_LEVEL..=PASSIVE_LEVEL;
    WskQueryProviderCharacteristics: PASSIVE_LEVEL..=DISPATCH_LEVEL;
    WskRegister: PASSIVE_LEVEL..=PASSIVE_LEVEL;
    WskReleaseProviderNPI: PASSIVE_LEVEL..=DISPATCH_LEVEL;
};

#[cfg(test)]
mod tests;
