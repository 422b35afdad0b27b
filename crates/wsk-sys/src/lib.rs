//! Winsock Kernel (WSK) as C declares it: layouts, constants and signatures, and nothing else.
//!
//! WSK is the socket interface of the Windows kernel (`wsk.h`, provided by NETIO.SYS). The
//! declarations are written by hand for 64-bit Windows, where they are the same on x64 and ARM64,
//! and they compile on every host: a driver uses them to call WSK, and a program that plays WSK for
//! tests uses them to be called. Sizes, offsets and values are compared with tables measured from
//! the WDK's headers.
//!
//! # Conventions
//!
//! - Names are those of C, and everything is in the root of the crate, as it is after including the
//!   header. The modules below only sort it.
//! - Scalars are Rust's: `ULONG` is `u32`, `SIZE_T` is `usize`, `CHAR` is `i8`. Pointer types are
//!   spelled out, `*mut WSK_SOCKET` for `PWSK_SOCKET`, with `const` exactly where C has it.
//! - Function pointers are `Option<unsafe extern "efiapi" fn(…)>`, where `None` is NULL. `"efiapi"`
//!   is the Windows x64 convention on every x86-64 host, and C's on ARM64, so that the same type is
//!   right in a driver and in a hosted kernel. The functions that NETIO.SYS exports (`WskRegister`
//!   and four more) can be imported on Windows only; everywhere there is the type of each, such as
//!   [`FN_WSK_REGISTER`].
//! - An enumeration of C is an alias of `i32` with constants.
//! - Constants that C leaves untyped have the type of the field or parameter that they are for:
//!   `u16` for address families and socket types, `u32` for flags, control codes and IPv4
//!   addresses. Options, levels and protocols are `i32`, as in the header of a control message;
//!   [`PFN_WSK_CONTROL_SOCKET`] takes the same bits as `u32` (`cast_unsigned`).
//! - A member that has no name in C is called `u` if it is a union. Members of an unnamed struct
//!   belong to the surrounding struct directly, as in C. Bit-fields are masks over their storage.
//!
//! What a function requires is part of its type's description: the IRQL, who owns what is passed
//! and for how long, and the statuses. The rules that hold for every IRP are with [`IRP`].
//!
//! # Example
//!
//! The tables that a client of datagram sockets gives to WSK:
//!
//! ```
//! use core::ffi::c_void;
//! use wsk_sys::{
//!     MAKE_WSK_VERSION, NTSTATUS, STATUS_SUCCESS, WSK_CLIENT_DATAGRAM_DISPATCH,
//!     WSK_CLIENT_DISPATCH, WSK_DATAGRAM_INDICATION,
//! };
//!
//! unsafe extern "efiapi" fn receive_from(
//!     _context: *mut c_void,
//!     _flags: u32,
//!     mut next: *mut WSK_DATAGRAM_INDICATION,
//! ) -> NTSTATUS {
//!     while !next.is_null() {
//!         // SAFETY: WSK passes null or a list that is valid during the call.
//!         let datagram = unsafe { &*next };
//!         let _bytes = datagram.Buffer.Length;
//!         next = datagram.Next;
//!     }
//!     STATUS_SUCCESS
//! }
//!
//! static CLIENT: WSK_CLIENT_DISPATCH = WSK_CLIENT_DISPATCH {
//!     Version: MAKE_WSK_VERSION(1, 0),
//!     Reserved: 0,
//!     WskClientEvent: None,
//! };
//! static DATAGRAM: WSK_CLIENT_DATAGRAM_DISPATCH = WSK_CLIENT_DATAGRAM_DISPATCH {
//!     WskReceiveFromEvent: Some(receive_from),
//! };
//! # assert_eq!(CLIENT.Version, 0x0100);
//! # assert!(DATAGRAM.WskReceiveFromEvent.is_some());
//! ```

#![no_std]
#![expect(
    non_camel_case_types,
    non_snake_case,
    non_upper_case_globals,
    reason = "types, fields, parameters and enumerators have their names of C"
)]
#![expect(clippy::pub_underscore_fields, reason = "SOCKADDR_STORAGE has its padding named so in C")]

pub mod nt;
pub mod status;

pub mod address;
pub mod control_code;
pub mod control_data;
pub mod ip_header;
pub mod ip_option;
pub mod ipv6_option;
pub mod multicast;
pub mod protocol;
pub mod socket_option;

pub mod buffer;
pub mod connection;
pub mod datagram;
pub mod event;
pub mod listen;
pub mod name_resolution;
pub mod provider;
pub mod registration;
pub mod socket;
pub mod stream;

pub use address::*;
pub use buffer::*;
pub use connection::*;
pub use control_code::*;
pub use control_data::*;
pub use datagram::*;
pub use event::*;
pub use ip_header::*;
pub use ip_option::*;
pub use ipv6_option::*;
pub use listen::*;
pub use multicast::*;
pub use name_resolution::*;
pub use nt::*;
pub use protocol::*;
pub use provider::*;
pub use registration::*;
pub use socket::*;
pub use socket_option::*;
pub use status::*;
pub use stream::*;
