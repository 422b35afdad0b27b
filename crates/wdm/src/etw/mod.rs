//! Event tracing (ETW) with events that describe themselves, in the format of TraceLogging.
//!
//! Each event carries the name of its provider, its own name, and the names and types of its fields, so that
//! tools show it without a manifest. An [`Event`] is a static that says all that once, and `Provider::write`
//! takes values of those types. What describes an event is put together when the driver is compiled; while
//! nobody listens an event costs one load and one comparison.
//!
//! [Microsoft's page](https://learn.microsoft.com/en-us/windows/win32/tracelogging/trace-logging-portal)

#![cfg_attr(not(windows), allow(dead_code, reason = "providers are for Windows only"))]

mod event;
mod filter;
mod metadata;
#[cfg(windows)]
mod provider;
#[cfg(windows)]
mod routines;
mod value;

#[cfg(windows)]
pub use provider::Provider;
#[cfg(windows)]
pub(crate) use provider::Registered;
pub use {
    event::{Event, Level},
    value::{Guid, Kind, Part, Parts, SocketAddress, Text, Value, Values},
};
