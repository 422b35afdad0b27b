//! Receives UDP datagrams through the wskrx driver.
//!
//! A [`Receiver`] is an open handle of the driver: it is bound to an address by [`Settings`], and then
//! hands out each [`Datagram`] with the time of its arrival, its addresses and what else the driver
//! knows. [`device::open`] opens the driver that Windows runs or, elsewhere, loads `wskrx.sys` into a kernel
//! of its own; any other [`Device`] will do, too.
//!
//! ```no_run
//! use std::net::Ipv4Addr;
//! use winrx::{Receiver, Settings, device};
//!
//! # fn main() -> Result<(), winrx::Error> {
//! let receiver = Receiver::new(device::open(None)?)?;
//! let bound = receiver.bind(&Settings::new((Ipv4Addr::UNSPECIFIED, 5000).into()))?;
//! println!("receiving at {}", bound.local);
//! for datagram in receiver.records() {
//!     let datagram = datagram?;
//!     println!("{} bytes from {}", datagram.payload.len(), datagram.from);
//! }
//! # Ok(())
//! # }
//! ```

pub mod address;
pub mod command;
mod datagram;
pub mod device;
mod error;
pub mod interface;
pub mod output;
pub mod parse;
mod receiver;
pub mod session;
mod settings;
mod stamp;

pub use datagram::{Datagram, InvalidDatagram};
pub use device::{Device, DeviceError, ErrorKind, OpenError};
pub use error::Error;
pub use receiver::{Batch, Bound, Datagrams, Reader, Receiver};
pub use rx_abi::{BindOptions, Mode, RecordFlags, Stats};
pub use settings::{Group, InvalidSettings, Settings};
pub use stamp::Stamp;
