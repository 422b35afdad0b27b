//! The parameters of a driver, which the registry keeps.

use core::{
    ffi::c_void,
    mem,
    ops::RangeInclusive,
    ptr::{self, NonNull},
};

use wdk_sys::{
    ACCESS_MASK, DRIVER_OBJECT, HANDLE, KEY_QUERY_VALUE, NTSTATUS, OBJ_CASE_INSENSITIVE,
    OBJ_KERNEL_HANDLE, OBJECT_ATTRIBUTES, ULONG,
    ntddk::{ZwClose, ZwOpenKey, ZwQueryValueKey},
};

use crate::{
    Passive, Result, Status, UnicodeStr, debug_print, ffi,
    parameter::{self, HEADER, LONGEST_TEXT, Unfit},
    routine,
    security::{Descriptor, SYSTEM_AND_ADMINISTRATORS},
    unicode,
};

/// `DriverRegKeyParameters`
const PARAMETERS: i32 = 0;

/// `KeyValuePartialInformation`
const PARTIAL_INFORMATION: i32 = 2;

/// Characters behind a text.
const TERMINATOR: usize = 1;

type IoOpenDriverRegistryKey =
    unsafe extern "C" fn(*mut DRIVER_OBJECT, i32, ACCESS_MASK, ULONG, *mut HANDLE) -> NTSTATUS;

/// What the administrator has set for a driver, below the key `Parameters` of its service.
///
/// IRQL: `PASSIVE_LEVEL` for everything, also for the drop.
///
/// Nothing that is there, and nothing that is missing, keeps a driver from starting: a value that cannot be
/// used has its default, and a line for the debugger says so. Only administrators can write there.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/develop/driver-isolation#service-registry-state)
pub struct Parameters(Option<Key>);

/// An open key.
///
/// # Invariants
///
/// The handle is an open one, in the table of the kernel, and this value's.
struct Key(HANDLE);

/// Where Windows writes a value with its header.
#[repr(C, align(4))]
struct Buffer<const SIZE: usize>([u8; SIZE]);

impl Parameters {
    /// Opens them.
    pub(crate) fn open(
        driver: NonNull<DRIVER_OBJECT>,
        service: UnicodeStr<'_>,
        irql: &Passive,
    ) -> Self {
        let key = Key::of_driver(driver, irql).or_else(|error| match error {
            Status::OBJECT_NAME_NOT_FOUND => Err(error),
            // An older Windows has no function for it.
            _ => Key::open(Some(&Key::open(None, service, irql)?), unicode!("Parameters"), irql),
        });
        match key {
            Ok(key) => Self(Some(key)),
            Err(Status::OBJECT_NAME_NOT_FOUND) => Self(None),
            Err(error) => {
                debug_print!(Warning, "the parameters cannot be read: ", error);
                Self(None)
            }
        }
    }

    /// A number (`REG_DWORD`); `otherwise` if there is none, or none within the bounds.
    #[must_use]
    pub fn number(
        &self,
        name: UnicodeStr<'_>,
        bounds: &RangeInclusive<u32>,
        otherwise: u32,
        irql: &Passive,
    ) -> u32 {
        let read = |information: &[u8]| parameter::number(information, bounds);
        let number = self.read::<{ HEADER + 4 }, _>(name, read, Unfit::Type, irql);
        number.unwrap_or(otherwise)
    }

    /// The security descriptor that a text (`REG_SZ`) describes, as [`parse`](crate::security::parse) reads
    /// it. [`SYSTEM_AND_ADMINISTRATORS`] if there is none: what cannot be read opens nothing.
    #[must_use]
    pub fn security(&self, name: UnicodeStr<'_>, irql: &Passive) -> Descriptor {
        const SIZE: usize = HEADER + 2 * (LONGEST_TEXT + TERMINATOR);
        let read = parameter::security;
        let found = self.read::<SIZE, _>(name, read, Unfit::Descriptor, irql);
        found.unwrap_or(SYSTEM_AND_ADMINISTRATORS)
    }

    /// Reads a value that takes `SIZE` bytes at most, and is `too_long` otherwise.
    fn read<const SIZE: usize, T>(
        &self,
        name: UnicodeStr<'_>,
        read: impl FnOnce(&[u8]) -> core::result::Result<T, Unfit>,
        too_long: Unfit,
        irql: &Passive,
    ) -> Option<T> {
        let mut buffer = Buffer([0; SIZE]);
        let value = match self.0.as_ref()?.query(name, &mut buffer, irql) {
            Ok(information) => read(information),
            Err(Status::OBJECT_NAME_NOT_FOUND) => return None,
            Err(Status::BUFFER_OVERFLOW) => Err(too_long),
            Err(error) => Err(Unfit::Unreadable(error)),
        };
        value
            .inspect_err(|unfit| {
                debug_print!(Warning, "the parameter ", name, " ", *unfit, "; its default is used");
            })
            .ok()
    }
}

impl Key {
    /// The key of a driver's parameters.
    fn of_driver(driver: NonNull<DRIVER_OBJECT>, irql: &Passive) -> Result<Self> {
        let function = routine::look_up(unicode!("IoOpenDriverRegistryKey"), irql);
        let function = function.ok_or(Status::NOT_SUPPORTED)?;
        // SAFETY: the function that Windows has under this name is of this type.
        let open = unsafe { mem::transmute::<NonNull<c_void>, IoOpenDriverRegistryKey>(function) };
        let mut handle: HANDLE = ptr::null_mut();
        // SAFETY: the driver object is the caller's own, and the caller proved PASSIVE_LEVEL.
        let status =
            unsafe { open(driver.as_ptr(), PARAMETERS, KEY_QUERY_VALUE, 0, &raw mut handle) };
        Status::check(status)?;
        Ok(Self(handle))
    }

    /// A key below another, or from the root on.
    fn open(root: Option<&Self>, name: UnicodeStr<'_>, _irql: &Passive) -> Result<Self> {
        let mut attributes = OBJECT_ATTRIBUTES {
            Length: ffi::size_of_u32::<OBJECT_ATTRIBUTES>(),
            RootDirectory: root.map_or(ptr::null_mut(), |root| root.0),
            ObjectName: name.as_ptr(),
            Attributes: OBJ_KERNEL_HANDLE | OBJ_CASE_INSENSITIVE,
            SecurityDescriptor: ptr::null_mut(),
            SecurityQualityOfService: ptr::null_mut(),
        };
        let mut handle: HANDLE = ptr::null_mut();
        // SAFETY: the name is valid for the call, the handle is open, and the caller proved PASSIVE_LEVEL.
        let status = unsafe { ZwOpenKey(&raw mut handle, KEY_QUERY_VALUE, &raw mut attributes) };
        Status::check(status)?;
        Ok(Self(handle))
    }

    /// A value as a `KEY_VALUE_PARTIAL_INFORMATION`.
    fn query<'b, const SIZE: usize>(
        &self,
        name: UnicodeStr<'_>,
        buffer: &'b mut Buffer<SIZE>,
        _irql: &Passive,
    ) -> Result<&'b [u8]> {
        let mut length = 0;
        // SAFETY: the handle is open, the name is valid for the call, the buffer has so many bytes, and the
        // caller proved PASSIVE_LEVEL.
        let status = unsafe {
            ZwQueryValueKey(
                self.0,
                name.as_ptr(),
                PARTIAL_INFORMATION,
                buffer.0.as_mut_ptr().cast(),
                ffi::size_of_u32::<Buffer<SIZE>>(),
                &raw mut length,
            )
        };
        Status::check(status)?;
        Ok(buffer.0.get(..length as usize).unwrap_or(&buffer.0))
    }
}

impl Drop for Key {
    fn drop(&mut self) {
        // SAFETY: by the invariant the handle is open and not used again. The drop of what holds a key is
        // documented to need PASSIVE_LEVEL.
        let _: NTSTATUS = unsafe { ZwClose(self.0) };
    }
}
