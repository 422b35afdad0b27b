//! The structures that the kernel shares with drivers, as C declares them.
//!
//! They are written by hand for 64-bit Windows, where they are the same on x64 and ARM64 but for the
//! alignment of [`GENERAL_LOOKASIDE`], and they compile on every host. Sizes, offsets, bits and
//! values are compared with tables measured from the headers of the Windows Driver Kit.
//!
//! # Conventions
//!
//! - Names are those of C, and everything is in this module, as it is after including the headers.
//!   The modules below only sort it.
//! - Scalars are Rust's: `ULONG` is `u32`, `SIZE_T` is `usize`, `CHAR` is `i8`, `PVOID` is
//!   `*mut c_void`. Pointer types are spelled out, `*mut IRP` for `PIRP`.
//! - A callback has two types. [`DRIVER_DISPATCH`] is the function that a driver writes;
//!   [`PDRIVER_DISPATCH`] is the nullable pointer to it that structures hold, where `None` is NULL.
//!   `"efiapi"` is the Windows x64 convention on every x86-64 host, and C's on ARM64.
//! - An enumeration of C is an alias of `i32` with constants, except [`KOBJECTS`], which is the byte
//!   that holds it. Constants that C leaves untyped have the type of the member that they are for.
//! - A member that has no name in C is called `u` if it is a union (`u2` if it is the second one) and
//!   `s` if it is a struct in a union. Members of other unnamed structs belong to the surrounding
//!   struct directly, as in C. A type that has no name is named after the one that holds it.
//! - A bit-field is the number that holds it, and its masks are associated constants
//!   (`ABSOLUTE_MASK`).
//! - `Default` is all zeros.
//!
//! What C has as macros and inline functions over these structures are functions here, where
//! something of this crate needs them.

#![expect(
    non_camel_case_types,
    non_snake_case,
    non_upper_case_globals,
    reason = "types, fields, parameters and enumerators have their names of C"
)]

#[macro_use]
mod macros;

pub mod status;
pub mod string;
pub mod types;

pub mod lists;
pub mod lookaside;
pub mod pool;

pub mod dispatcher;
pub mod dpc;
pub mod irql;
pub mod locks;
pub mod thread;
pub mod wait;
pub mod work;

pub mod access;
pub mod create;
pub mod object;
pub mod security;

pub mod csq;
pub mod device;
pub mod device_flags;
pub mod device_type;
pub mod driver;
pub mod fast_io;
pub mod file;
pub mod file_parameters;
pub mod ioctl;
pub mod irp;
pub mod irp_codes;
pub mod mdl;
pub mod pnp_parameters;
pub mod power;
pub mod queue;
pub mod registry;
pub mod stack_location;
pub mod stack_parameters;

pub mod system;

pub use access::*;
pub use create::*;
pub use csq::*;
pub use device::*;
pub use device_flags::*;
pub use device_type::*;
pub use dispatcher::*;
pub use dpc::*;
pub use driver::*;
pub use fast_io::*;
pub use file::*;
pub use file_parameters::*;
pub use ioctl::*;
pub use irp::*;
pub use irp_codes::*;
pub use irql::*;
pub use lists::*;
pub use locks::*;
pub use lookaside::*;
pub use mdl::*;
pub use object::*;
pub use pnp_parameters::*;
pub use pool::*;
pub use power::*;
pub use queue::*;
pub use registry::*;
pub use security::*;
pub use stack_location::*;
pub use stack_parameters::*;
pub use status::codes::*;
pub use string::*;
pub use system::*;
pub use thread::*;
pub use types::*;
pub use wait::*;
pub use work::*;
