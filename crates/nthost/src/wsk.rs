//! The network of a hosted kernel, and how its Winsock Kernel behaves.
//!
//! Drivers see a WSK provider of datagram sockets. Its [`Network`] is that of this machine, or a
//! [`Synthetic`] one, whose datagrams a program makes up. The documentation of WSK leaves the provider
//! much freedom; [`Settings`] say how it uses that.

pub use crate::netio::{
    Ancillary, Available, CallbackLevel, Cancelling, Coalescing, Completion, Control,
    ControlMessage, Datagram, Delivered, Disabling, Failing, Level, List, Load, Mapping, Mdls,
    Measurement, Network, Precedence, Sent, Settings, Shape, SocketReport, Synthetic, Truncation,
};
