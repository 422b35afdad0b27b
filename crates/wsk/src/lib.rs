//! Safe Winsock Kernel (WSK) datagram sockets for drivers.
//!
//! The rules of WSK that a type can carry are carried by types here:
//!
//! - A client registers in static memory, and deregisters when its guard is dropped (`Registration`).
//! - A list of indicated datagrams is answered once, by consuming the `Indication`; one that is kept is
//!   released once, when the `Retained` is dropped, and always before the socket is closed.
//! - WSK functions that receive ask for `wdm::Passive`, which no callback and no completion
//!   routine has: they cannot be called from there.
//! - A `Socket` closes in the one order that is safe, however often and from where it is asked to.
//!
//! What can be broken by a driver that uses this crate are things that are forgotten (`core::mem::forget`), or kept in a
//! static, which is never dropped: a `Retained` keeps its socket from being closed for ever, and a `Registered` leaves WSK
//! with the addresses of a driver that is gone.
//!
//! [`control`] is plain code, which any host compiles and tests; the rest exists for Windows targets only.
#![no_std]

pub mod control;

#[cfg(windows)]
mod address;
#[cfg(windows)]
mod close;
#[cfg(windows)]
mod details;
#[cfg(windows)]
mod indication;
#[cfg(windows)]
mod option;
#[cfg(windows)]
mod receive;
#[cfg(windows)]
mod registration;
#[cfg(windows)]
mod socket;

#[cfg(windows)]
pub use {
    address::Family,
    details::Details,
    indication::{Answered, Datagram, Datagrams, Indication, Retained},
    option::SocketOption,
    receive::{Borrower, Envelope, Lent, Place, Received, Slot, SlotOwner, Went},
    registration::{EventCallbacks, Registered, Registration},
    socket::{Handler, Socket},
};
