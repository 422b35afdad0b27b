//! Access masks.
//!
//! [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/kernel/access-mask)

/// Rights to an object: its own in the lower half, those of all objects in the upper.
pub type ACCESS_MASK = u32;

/// Delete the object.
pub const DELETE: ACCESS_MASK = 0x0001_0000;
/// Read the security descriptor, without the audit part.
pub const READ_CONTROL: ACCESS_MASK = 0x0002_0000;
/// Change who may do what.
pub const WRITE_DAC: ACCESS_MASK = 0x0004_0000;
/// Change the owner.
pub const WRITE_OWNER: ACCESS_MASK = 0x0008_0000;
/// Wait for the object.
pub const SYNCHRONIZE: ACCESS_MASK = 0x0010_0000;
/// All of these but [`SYNCHRONIZE`].
pub const STANDARD_RIGHTS_REQUIRED: ACCESS_MASK = 0x000f_0000;
/// What reading always includes.
pub const STANDARD_RIGHTS_READ: ACCESS_MASK = READ_CONTROL;
/// What writing always includes.
pub const STANDARD_RIGHTS_WRITE: ACCESS_MASK = READ_CONTROL;
/// What executing always includes.
pub const STANDARD_RIGHTS_EXECUTE: ACCESS_MASK = READ_CONTROL;
/// All rights that every object has.
pub const STANDARD_RIGHTS_ALL: ACCESS_MASK = 0x001f_0000;
/// All rights that depend on the kind of object.
pub const SPECIFIC_RIGHTS_ALL: ACCESS_MASK = 0xffff;
/// The audit part of the security descriptor.
pub const ACCESS_SYSTEM_SECURITY: ACCESS_MASK = 0x0100_0000;
/// As much as is allowed.
pub const MAXIMUM_ALLOWED: ACCESS_MASK = 0x0200_0000;
/// All rights.
pub const GENERIC_ALL: ACCESS_MASK = 0x1000_0000;
/// What executing means for this kind of object.
pub const GENERIC_EXECUTE: ACCESS_MASK = 0x2000_0000;
/// What writing means for this kind of object.
pub const GENERIC_WRITE: ACCESS_MASK = 0x4000_0000;
/// What reading means for this kind of object.
pub const GENERIC_READ: ACCESS_MASK = 0x8000_0000;

/// Read from a file.
pub const FILE_READ_DATA: ACCESS_MASK = 0x0001;
/// List a directory.
pub const FILE_LIST_DIRECTORY: ACCESS_MASK = 0x0001;
/// Write to a file.
pub const FILE_WRITE_DATA: ACCESS_MASK = 0x0002;
/// Make a file in a directory.
pub const FILE_ADD_FILE: ACCESS_MASK = 0x0002;
/// Write to the end of a file.
pub const FILE_APPEND_DATA: ACCESS_MASK = 0x0004;
/// Make a directory in a directory.
pub const FILE_ADD_SUBDIRECTORY: ACCESS_MASK = 0x0004;
/// Make an instance of a named pipe.
pub const FILE_CREATE_PIPE_INSTANCE: ACCESS_MASK = 0x0004;
/// Read extended attributes.
pub const FILE_READ_EA: ACCESS_MASK = 0x0008;
/// Write extended attributes.
pub const FILE_WRITE_EA: ACCESS_MASK = 0x0010;
/// Run a file.
pub const FILE_EXECUTE: ACCESS_MASK = 0x0020;
/// Pass through a directory.
pub const FILE_TRAVERSE: ACCESS_MASK = 0x0020;
/// Delete what is in a directory.
pub const FILE_DELETE_CHILD: ACCESS_MASK = 0x0040;
/// Read attributes.
pub const FILE_READ_ATTRIBUTES: ACCESS_MASK = 0x0080;
/// Write attributes.
pub const FILE_WRITE_ATTRIBUTES: ACCESS_MASK = 0x0100;
/// All rights to a file.
pub const FILE_ALL_ACCESS: ACCESS_MASK = STANDARD_RIGHTS_REQUIRED | SYNCHRONIZE | 0x1ff;
/// What [`GENERIC_READ`] means for a file.
pub const FILE_GENERIC_READ: ACCESS_MASK =
    STANDARD_RIGHTS_READ | FILE_READ_DATA | FILE_READ_ATTRIBUTES | FILE_READ_EA | SYNCHRONIZE;
/// What [`GENERIC_WRITE`] means for a file.
pub const FILE_GENERIC_WRITE: ACCESS_MASK = STANDARD_RIGHTS_WRITE
    | FILE_WRITE_DATA
    | FILE_WRITE_ATTRIBUTES
    | FILE_WRITE_EA
    | FILE_APPEND_DATA
    | SYNCHRONIZE;
/// What [`GENERIC_EXECUTE`] means for a file.
pub const FILE_GENERIC_EXECUTE: ACCESS_MASK =
    STANDARD_RIGHTS_EXECUTE | FILE_READ_ATTRIBUTES | FILE_EXECUTE | SYNCHRONIZE;

/// Read the state of an event.
pub const EVENT_QUERY_STATE: ACCESS_MASK = 0x0001;
/// Change the state of an event.
pub const EVENT_MODIFY_STATE: ACCESS_MASK = 0x0002;
/// All rights to an event.
pub const EVENT_ALL_ACCESS: ACCESS_MASK = STANDARD_RIGHTS_REQUIRED | SYNCHRONIZE | 0x3;
/// All rights to a thread.
pub const THREAD_ALL_ACCESS: ACCESS_MASK = STANDARD_RIGHTS_REQUIRED | SYNCHRONIZE | 0xffff;

/// Read values of a registry key.
pub const KEY_QUERY_VALUE: ACCESS_MASK = 0x0001;
/// Write values of a registry key.
pub const KEY_SET_VALUE: ACCESS_MASK = 0x0002;
/// Make a key below a registry key.
pub const KEY_CREATE_SUB_KEY: ACCESS_MASK = 0x0004;
/// List the keys below a registry key.
pub const KEY_ENUMERATE_SUB_KEYS: ACCESS_MASK = 0x0008;
/// Be told of changes to a registry key.
pub const KEY_NOTIFY: ACCESS_MASK = 0x0010;
/// Make a symbolic link in the registry.
pub const KEY_CREATE_LINK: ACCESS_MASK = 0x0020;
/// What [`GENERIC_READ`] means for a registry key.
pub const KEY_READ: ACCESS_MASK =
    STANDARD_RIGHTS_READ | KEY_QUERY_VALUE | KEY_ENUMERATE_SUB_KEYS | KEY_NOTIFY;
/// What [`GENERIC_WRITE`] means for a registry key.
pub const KEY_WRITE: ACCESS_MASK = STANDARD_RIGHTS_WRITE | KEY_SET_VALUE | KEY_CREATE_SUB_KEY;
/// All rights to a registry key.
pub const KEY_ALL_ACCESS: ACCESS_MASK = 0x000f_003f;
