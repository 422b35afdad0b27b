//! Compares `#[repr(C)]` declarations and constants with tables that were measured from C headers.
//!
//! A test names its structs once with [`layouts!`] and its constants with [`constants!`], reads the
//! tables and calls [`check_layouts`], [`check_version_sizes`] or [`check_constants`]. Every row of a
//! table is either compared or listed in [`Report::unmatched`]; none is passed over.
//!
//! Columns are described in the `README.md` beside the tables. Both architectures of a table are
//! compared with the values of the machine that runs the test: all declarations are fixed-width with
//! 64-bit pointers, which makes their layout the same on x64 and ARM64, and the tables agree.

mod layout;
mod report;
mod table;

pub use layout::{Bits, Constant, Field, Struct, Version, c_path, element_size, field_size};
pub use report::{Report, check_constants, check_layouts, check_version_sizes};
pub use table::{ConstantRow, LayoutRow, VersionSizeRow, read};
