//! Values of the registry, and how it is asked.

use core::ffi::c_void;

use crate::nt::NTSTATUS;

/// No type.
pub const REG_NONE: u32 = 0;
/// UTF-16 string with its terminator.
pub const REG_SZ: u32 = 1;
/// String with names of environment variables in it.
pub const REG_EXPAND_SZ: u32 = 2;
/// Bytes.
pub const REG_BINARY: u32 = 3;
/// 32-bit number.
pub const REG_DWORD: u32 = 4;
/// 32-bit number with the highest byte first.
pub const REG_DWORD_BIG_ENDIAN: u32 = 5;
/// Symbolic link.
pub const REG_LINK: u32 = 6;
/// Terminated strings, and a terminator.
pub const REG_MULTI_SZ: u32 = 7;
/// 64-bit number.
pub const REG_QWORD: u32 = 11;

/// The key was made.
pub const REG_CREATED_NEW_KEY: u32 = 1;
/// The key was there.
pub const REG_OPENED_EXISTING_KEY: u32 = 2;

/// What is asked of a value.
pub type KEY_VALUE_INFORMATION_CLASS = i32;

/// Type and name.
pub const KeyValueBasicInformation: KEY_VALUE_INFORMATION_CLASS = 0;
/// Type, name and data.
pub const KeyValueFullInformation: KEY_VALUE_INFORMATION_CLASS = 1;
/// Type and data.
pub const KeyValuePartialInformation: KEY_VALUE_INFORMATION_CLASS = 2;

/// What is asked of a key.
pub type KEY_INFORMATION_CLASS = i32;

/// Time and name.
pub const KeyBasicInformation: KEY_INFORMATION_CLASS = 0;
/// Time, name and class.
pub const KeyNodeInformation: KEY_INFORMATION_CLASS = 1;
/// Time, class, and what is in it.
pub const KeyFullInformation: KEY_INFORMATION_CLASS = 2;
/// Path.
pub const KeyNameInformation: KEY_INFORMATION_CLASS = 3;

/// The path begins at the root.
pub const RTL_REGISTRY_ABSOLUTE: u32 = 0;
/// The path begins at the keys of services.
pub const RTL_REGISTRY_SERVICES: u32 = 1;
/// The path begins at the key of the control set.
pub const RTL_REGISTRY_CONTROL: u32 = 2;
/// The path begins at the key of Windows NT.
pub const RTL_REGISTRY_WINDOWS_NT: u32 = 3;
/// The path begins at the device map.
pub const RTL_REGISTRY_DEVICEMAP: u32 = 4;
/// The path begins at the key of the user.
pub const RTL_REGISTRY_USER: u32 = 5;
/// The path is a handle.
pub const RTL_REGISTRY_HANDLE: u32 = 0x4000_0000;
/// The key need not exist.
pub const RTL_REGISTRY_OPTIONAL: u32 = 0x8000_0000;

/// The name is that of a key, which the next entries are about.
pub const RTL_QUERY_REGISTRY_SUBKEY: u32 = 0x1;
/// The next entries are about the first key again.
pub const RTL_QUERY_REGISTRY_TOPKEY: u32 = 0x2;
/// The value has to exist.
pub const RTL_QUERY_REGISTRY_REQUIRED: u32 = 0x4;
/// The routine is called without a value.
pub const RTL_QUERY_REGISTRY_NOVALUE: u32 = 0x8;
/// Strings are left as they are.
pub const RTL_QUERY_REGISTRY_NOEXPAND: u32 = 0x10;
/// The value is stored, and no routine is called.
pub const RTL_QUERY_REGISTRY_DIRECT: u32 = 0x20;
/// The value is deleted once it was read.
pub const RTL_QUERY_REGISTRY_DELETE: u32 = 0x40;
/// The type has to be that in the highest byte of `DefaultType`.
pub const RTL_QUERY_REGISTRY_TYPECHECK: u32 = 0x100;
/// Where that type begins.
pub const RTL_QUERY_REGISTRY_TYPECHECK_SHIFT: u32 = 24;

callbacks! {
    /// Takes a value, at `PASSIVE_LEVEL`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nc-wdm-rtl_query_registry_routine)
    RTL_QUERY_REGISTRY_ROUTINE, PRTL_QUERY_REGISTRY_ROUTINE = fn(
        ValueName: *mut u16,
        ValueType: u32,
        ValueData: *mut c_void,
        ValueLength: u32,
        Context: *mut c_void,
        EntryContext: *mut c_void,
    ) -> NTSTATUS;
}

/// What `RtlQueryRegistryValues` is asked; the last entry has neither routine nor name.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct RTL_QUERY_REGISTRY_TABLE {
    /// Takes the value.
    pub QueryRoutine: PRTL_QUERY_REGISTRY_ROUTINE,
    /// [`RTL_QUERY_REGISTRY_DIRECT`] and so on.
    pub Flags: u32,
    /// Terminated name of the value, or null for all.
    pub Name: *mut u16,
    /// For the routine, or where the value goes.
    pub EntryContext: *mut c_void,
    /// Type of the default, and in the highest byte the type that the value has to have.
    pub DefaultType: u32,
    /// What counts if there is no such value.
    pub DefaultData: *mut c_void,
    /// Bytes of it; zero for strings that end with a terminator.
    pub DefaultLength: u32,
}
