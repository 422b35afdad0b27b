//! Safe NDIS 6 protocol drivers: bindings to network adapters, the lists of net buffers that arrive through them,
//! and requests.
//!
//! The rules of NDIS that a type can carry are carried by types here:
//!
//! - Lists that NDIS lends to the receive callback (`NDIS_RECEIVE_FLAGS_RESOURCES`) and lists that it hands over are
//!   different types, [`Loaned`] and [`Owned`], told apart in one place. Lent ones can be read, and nothing else.
//! - Owned lists are returned when the callback is over, all at once, whatever the driver does; those that it
//!   [retains](Owned::retain) are returned once, when the [`Retained`] is dropped, and always before the binding is
//!   paused or closed. Lists whose headers are gone after the callback cannot be retained.
//! - A slot of out-of-band information that newer versions of NDIS brought is read with a [proof](version::Since) that
//!   such a version runs.
//! - The handle of a binding is used inside of a guard (`Bound`), and closing waits until there is none.
//! - What waits asks for `wdm::Passive`, which the callbacks that may run at `DISPATCH_LEVEL` do not have.
//!
//! What can be broken by a driver that uses this crate are things that are forgotten (`core::mem::forget`), or kept in a
//! static, which is never dropped: a `Retained` keeps its binding from being paused for ever, a `Bound` keeps it from
//! being closed, and a `Registered` leaves NDIS with the addresses of a driver that is gone.
//!
//! The lists, what reads all that NDIS passes, and the modules that are public are plain code, which any host compiles
//! and tests; the rest exists for Windows targets only.
#![no_std]

pub mod bind;
pub mod chain;
pub mod door;
pub mod early;
pub mod gate;
pub mod handle;
pub mod link;
mod lists;
#[cfg(not(windows))]
pub mod mdl;
pub mod oob;
pub mod pnp;
mod restart;
pub mod state;
mod status;
pub mod version;
mod view;

#[cfg(windows)]
mod binding;
#[cfg(windows)]
mod counters;
#[cfg(windows)]
mod events;
#[cfg(windows)]
mod frame;
#[cfg(windows)]
mod information;
#[cfg(windows)]
mod oid;
#[cfg(windows)]
mod open;
#[cfg(windows)]
mod protocol;
#[cfg(windows)]
mod registration;
#[cfg(windows)]
mod shared;

pub use bind::BindParameters;
pub use lists::{Arrival, Home, Loaned, Owned, Received, Retained, indicate};
pub use restart::{Attributes, Restart};
pub use status::StatusIndication;
pub use view::{BufferView, Buffers, ListView, Lists};
pub use wdm::chain::ChainError;

#[cfg(windows)]
pub use {
    counters::{Refused, Unseen},
    frame::Frame,
    information::Information,
    open::{Bound, Open},
    protocol::{Binding, Offer, Protocol},
    registration::{Registered, Registration},
};
