//! How files and devices are opened.
//!
//! [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-zwcreatefile)

/// Others may read at the same time.
pub const FILE_SHARE_READ: u16 = 0x1;
/// Others may write at the same time.
pub const FILE_SHARE_WRITE: u16 = 0x2;
/// Others may delete at the same time.
pub const FILE_SHARE_DELETE: u16 = 0x4;
/// All that a share access may consist of.
pub const FILE_SHARE_VALID_FLAGS: u16 = 0x7;

/// Cannot be written.
pub const FILE_ATTRIBUTE_READONLY: u16 = 0x1;
/// Not shown.
pub const FILE_ATTRIBUTE_HIDDEN: u16 = 0x2;
/// Of the system.
pub const FILE_ATTRIBUTE_SYSTEM: u16 = 0x4;
/// Is a directory.
pub const FILE_ATTRIBUTE_DIRECTORY: u16 = 0x10;
/// To be archived.
pub const FILE_ATTRIBUTE_ARCHIVE: u16 = 0x20;
/// Is a device.
pub const FILE_ATTRIBUTE_DEVICE: u16 = 0x40;
/// No other attribute.
pub const FILE_ATTRIBUTE_NORMAL: u16 = 0x80;
/// To be kept in memory.
pub const FILE_ATTRIBUTE_TEMPORARY: u16 = 0x100;

/// Replace it, or make it. The disposition of a request is the upper byte of its options.
pub const FILE_SUPERSEDE: u32 = 0;
/// Open it, or fail.
pub const FILE_OPEN: u32 = 1;
/// Make it, or fail.
pub const FILE_CREATE: u32 = 2;
/// Open it, or make it.
pub const FILE_OPEN_IF: u32 = 3;
/// Open and empty it, or fail.
pub const FILE_OVERWRITE: u32 = 4;
/// Open and empty it, or make it.
pub const FILE_OVERWRITE_IF: u32 = 5;
/// Highest disposition.
pub const FILE_MAXIMUM_DISPOSITION: u32 = 5;

/// Only if it is a directory.
pub const FILE_DIRECTORY_FILE: u32 = 0x1;
/// What is written is there when the write is done.
pub const FILE_WRITE_THROUGH: u32 = 0x2;
/// Will be read from the beginning to the end.
pub const FILE_SEQUENTIAL_ONLY: u32 = 0x4;
/// Without a cache.
pub const FILE_NO_INTERMEDIATE_BUFFERING: u32 = 0x8;
/// Requests are synchronous, and alerts end their waits.
pub const FILE_SYNCHRONOUS_IO_ALERT: u32 = 0x10;
/// Requests are synchronous, and alerts do not end their waits.
pub const FILE_SYNCHRONOUS_IO_NONALERT: u32 = 0x20;
/// Only if it is no directory.
pub const FILE_NON_DIRECTORY_FILE: u32 = 0x40;
/// Connect to a share.
pub const FILE_CREATE_TREE_CONNECTION: u32 = 0x80;
/// Do not wait where an opportunistic lock is to be broken.
pub const FILE_COMPLETE_IF_OPLOCKED: u32 = 0x100;
/// Only if the caller need not know extended attributes.
pub const FILE_NO_EA_KNOWLEDGE: u32 = 0x200;
/// Will be read here and there.
pub const FILE_RANDOM_ACCESS: u32 = 0x800;
/// Delete it when the last handle is closed.
pub const FILE_DELETE_ON_CLOSE: u32 = 0x1000;
/// The name is an identifier.
pub const FILE_OPEN_BY_FILE_ID: u32 = 0x2000;
/// For a backup.
pub const FILE_OPEN_FOR_BACKUP_INTENT: u32 = 0x4000;
/// All options.
pub const FILE_VALID_OPTION_FLAGS: u32 = 0x00ff_ffff;

/// Result of an open: it was replaced. In the `Information` of a request.
pub const FILE_SUPERSEDED: usize = 0;
/// Result of an open: it was there.
pub const FILE_OPENED: usize = 1;
/// Result of an open: it was made.
pub const FILE_CREATED: usize = 2;
/// Result of an open: it was emptied.
pub const FILE_OVERWRITTEN: usize = 3;
/// Result of an open: it was there, but should not have been.
pub const FILE_EXISTS: usize = 4;
/// Result of an open: it was not there.
pub const FILE_DOES_NOT_EXIST: usize = 5;
