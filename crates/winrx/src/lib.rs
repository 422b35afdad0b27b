//! Receives UDP datagrams through the wskrx driver, and whole frames through ndisrx.
//!
//! A [`Receiver`] is an open handle of wskrx: it is bound to an address by [`Settings`], and then hands out
//! each [`Datagram`] with the time of its arrival, its addresses and what else the driver knows. A
//! [`Capture`] is one of ndisrx: it lists the [`Adapter`]s, is opened by [`CaptureSettings`], and hands out
//! each [`Frame`]. Module [`device`] opens the drivers that Windows runs or, on Linux, loads `wskrx.sys` or
//! `ndisrx.sys` into a kernel of its own; any other [`Device`] will do, too.
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
//!
//! And frames:
//!
//! ```no_run
//! use winrx::{Capture, CaptureSettings, Device, Error, Filter};
//!
//! fn show_dns(device: impl Device, filter: &Filter) -> Result<(), Error> {
//!     let capture = Capture::new(device)?;
//!     let program = filter.program().instructions().to_vec();
//!     capture.open(&CaptureSettings { program, ..CaptureSettings::default() })?;
//!     for frame in capture.frames() {
//!         let frame = frame?;
//!         println!("{} bytes from adapter {}", frame.wire_length(), frame.adapter);
//!     }
//!     Ok(())
//! }
//! ```

pub mod address;
mod capture;
pub mod command;
mod datagram;
pub mod device;
mod error;
mod filter;
mod handle;
pub mod interface;
pub mod output;
pub mod parse;
mod receiver;
mod receivers;
pub mod session;
mod settings;
pub mod setup;
mod stamp;

pub use capture::{
    Adapter, Capture, CaptureSettings, Frame, Frames, Guid, Hash, InvalidAdapter, InvalidCapture,
    InvalidFrame, Medium, NoSuchAdapter, Opened, Segments, choose,
};
pub use datagram::{Datagram, InvalidDatagram};
pub use device::{Device, DeviceError, ErrorKind, OpenError};
pub use error::Error;
pub use filter::{Filter, FilterError};
pub use handle::{Batch, Handle, Items, Reader, Service};
pub use receiver::{Bound, Datagrams, Receiver};
pub use receivers::{BoundReceiver, InvalidReceiver, Receivers};
pub use rx_abi::{
    AdapterState, AdapterStats, BindOptions, Checksums, Connection, Direction, FrameMode,
    FrameStats, Mode, OpenOptions, PacketFilter, RecordFlags, Stats,
};
pub use settings::{Group, InvalidSettings, Settings};
pub use stamp::Stamp;
