//! NDIS 6 as C declares it: layouts, constants and signatures, and nothing else.
//!
//! NDIS is the interface of the Windows kernel between network adapters and protocols (`ndis.h`,
//! provided by NDIS.SYS). The declarations cover NDIS 6.0 to 6.86 for protocol drivers, miniports,
//! filters and intermediate drivers; of 6.87 there are the version and some status codes. They are
//! written by hand for 64-bit Windows, where they are the same on x64 and ARM64, and they compile
//! on every host: a driver uses them to call NDIS, and a program that plays NDIS for tests uses
//! them to be called. Sizes, offsets and values are compared with tables measured from the WDK's
//! headers.
//!
//! # Conventions
//!
//! - Names are those of C, and everything is in the root of the crate, as it is after including the
//!   header. The modules below only sort it.
//! - Scalars are Rust's: `ULONG` is `u32`, `SIZE_T` is `usize`, `BOOLEAN` is `u8`. Pointer types
//!   are spelled out, `*mut NET_BUFFER_LIST` for `PNET_BUFFER_LIST`, with `const` exactly where C
//!   has it.
//! - A callback has two types. `PROTOCOL_BIND_ADAPTER_EX` is the function that a driver writes;
//!   `PROTOCOL_BIND_ADAPTER_EX_HANDLER` is the nullable pointer to it that structures hold, an
//!   `Option` where `None` is NULL. Where C's pointer has another name it is there as well
//!   (`BIND_HANDLER_EX`).
//! - Functions of callbacks are `unsafe extern "efiapi" fn`. `"efiapi"` is the Windows x64
//!   convention on every x86-64 host, and C's on ARM64, so that the same type is right in a driver
//!   and in a hosted kernel. The functions that NDIS.SYS exports can be called on Windows only;
//!   everywhere there is the type of each, such as [`FN_NDIS_REGISTER_PROTOCOL_DRIVER`], for who
//!   provides it. What NDIS 6 has as a macro or an inline function (spin locks, strings, the time)
//!   is not here.
//! - An enumeration of C is an alias of `i32` with constants, except [`NDIS_NET_BUFFER_LIST_INFO`],
//!   which is a `usize`: it indexes an array and nothing else.
//! - Constants that C leaves untyped have the type of the member or parameter that they are for, so
//!   that few casts are needed: `u32` for flags and object identifiers, `u8` for object types and
//!   revisions and `u16` for `NDIS_SIZEOF_…`, as in [`NDIS_OBJECT_HEADER`], `i32` for statuses,
//!   `usize` for lengths of arrays.
//! - A member that has no name in C is called `u` if it is a union (`u2` if it is the second one)
//!   and `s` if it is a struct; a type that has none is named after the one that holds it
//!   ([`NDIS_OID_REQUEST_DATA`]). A bit-field is the number that holds it, and its masks are
//!   associated constants (`VLAN_ID_MASK`).
//! - Structures have the members of the newest version; older versions of NDIS have fewer, and
//!   never others. `Header` says how many are there. `Default`, where there is one, is all zeros.
//!
//! The array at the end of a [`NET_BUFFER_LIST`] is an exception: no header tells its length, which
//! is that of the NDIS version that *runs*. See [`MaxNetBufferListInfo`].
//!
//! What a function requires is part of its description: the IRQL, who owns what is passed and for
//! how long, and the statuses. A status named as an error is one that the function is documented to
//! return; others are to be expected.
//!
//! # Example
//!
//! What a protocol driver registers, here with one of its handlers:
//!
//! ```
//! use ndis_sys::*;
//!
//! /// Returns all lists at once, for a driver that wants none of them.
//! unsafe extern "efiapi" fn receive(
//!     _binding: NDIS_HANDLE,
//!     lists: *mut NET_BUFFER_LIST,
//!     _port: NDIS_PORT_NUMBER,
//!     _count: u32,
//!     flags: u32,
//! ) {
//!     if flags & NDIS_RECEIVE_FLAGS_RESOURCES == 0 {
//!         // NdisReturnNetBufferLists(…, lists, 0) on Windows.
//! #       assert!(lists.is_null());
//!     }
//! }
//!
//! let characteristics = NDIS_PROTOCOL_DRIVER_CHARACTERISTICS {
//!     Header: NDIS_OBJECT_HEADER {
//!         Type: NDIS_OBJECT_TYPE_PROTOCOL_DRIVER_CHARACTERISTICS,
//!         Revision: NDIS_PROTOCOL_DRIVER_CHARACTERISTICS_REVISION_2,
//!         Size: NDIS_SIZEOF_PROTOCOL_DRIVER_CHARACTERISTICS_REVISION_2,
//!     },
//!     MajorNdisVersion: 6,
//!     MinorNdisVersion: 30,
//!     ReceiveNetBufferListsHandler: Some(receive),
//!     ..Default::default()
//! };
//! # let handler = characteristics.ReceiveNetBufferListsHandler.unwrap();
//! # // SAFETY: the handler uses none of its pointers.
//! # unsafe { handler(core::ptr::null_mut(), core::ptr::null_mut(), 0, 0, 0) };
//! ```

#![no_std]
#![expect(
    non_camel_case_types,
    non_snake_case,
    non_upper_case_globals,
    reason = "types, fields, parameters and enumerators have their names of C"
)]

#[macro_use]
mod macros;

pub mod nt;
pub mod object;
pub mod status;
pub mod version;

pub mod bind;
pub mod open;
pub mod pnp;
pub mod protocol;
pub mod receive;
pub mod restart;
pub mod send;

pub mod clone;
pub mod data;
pub mod nb;
pub mod nbl;
pub mod nbl_info;
pub mod oob;
pub mod pool;

pub mod indication;
pub mod interface;
pub mod medium;
pub mod offload;
pub mod oid;
pub mod oids;
pub mod port;
pub mod power;
pub mod rss;
pub mod statistics;
pub mod timestamp;

pub mod config;
pub mod device;
pub mod memory;
pub mod sync;
pub mod timer;

pub mod adapter;
pub mod filter;
pub mod filter_path;
pub mod intermediate;
pub mod miniport;
pub mod miniport_path;

pub use adapter::*;
pub use bind::*;
pub use clone::*;
pub use config::*;
pub use data::*;
pub use device::*;
pub use filter::*;
pub use filter_path::*;
pub use indication::*;
pub use interface::*;
pub use intermediate::*;
pub use medium::*;
pub use memory::*;
pub use miniport::*;
pub use miniport_path::*;
pub use nb::*;
pub use nbl::*;
pub use nbl_info::*;
pub use nt::*;
pub use object::*;
pub use offload::*;
pub use oid::*;
pub use oids::*;
pub use oob::*;
pub use open::*;
pub use pnp::*;
pub use pool::*;
pub use port::*;
pub use power::*;
pub use protocol::*;
pub use receive::*;
pub use restart::*;
pub use rss::*;
pub use send::*;
pub use statistics::*;
pub use status::*;
pub use sync::*;
pub use timer::*;
pub use timestamp::*;
pub use version::*;
