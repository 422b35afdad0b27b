//! The functions of the kernel that faults are made of.
//!
//! They look safe, and are not: a fault does what the documentation of the function forbids, and a
//! verifier is to notice it. Nothing but this driver, which breaks rules on purpose, may use them.

pub(crate) mod irp;
pub(crate) mod locks;
mod memory;
pub(crate) mod ndis;
mod pool;
mod stop;
pub(crate) mod wsk;

use wdk_sys::{
    ACCESS_MASK, BOOLEAN, DEVICE_OBJECT, DRIVER_OBJECT, HANDLE, IO_NO_INCREMENT, IRP,
    KEY_VALUE_INFORMATION_CLASS, NTSTATUS, OBJECT_ATTRIBUTES, PVOID, UNICODE_STRING, ntddk,
};
use widestring::U16Str;

pub(crate) use memory::*;
pub(crate) use pool::*;
pub(crate) use stop::*;

/// Declares a function for each of the kernel's, with the same name.
macro_rules! calls {
    ($( $name:ident($($arg:ident: $ty:ty),*) $(-> $ret:ty)?; )*) => {$(
        #[allow(
            non_snake_case,
            clippy::too_many_arguments,
            reason = "it has its name and its parameters of C"
        )]
        pub(crate) fn $name($($arg: $ty),*) $(-> $ret)? {
            // SAFETY: the caller keeps the rules of the function's page, or breaks one of them because
            // that is the purpose of this driver.
            unsafe { wdk_sys::ntddk::$name($($arg),*) }
        }
    )*};
}
use calls;

calls! {
    IoCreateDevice(
        driver: *mut DRIVER_OBJECT, extension: u32, name: *mut UNICODE_STRING, kind: u32,
        characteristics: u32, exclusive: BOOLEAN, device: *mut *mut DEVICE_OBJECT
    ) -> NTSTATUS;
    IoDeleteDevice(device: *mut DEVICE_OBJECT);
    IoCreateSymbolicLink(link: *mut UNICODE_STRING, device: *mut UNICODE_STRING) -> NTSTATUS;
    IoDeleteSymbolicLink(link: *mut UNICODE_STRING) -> NTSTATUS;
    ZwOpenKey(key: *mut HANDLE, access: ACCESS_MASK, attributes: *mut OBJECT_ATTRIBUTES) -> NTSTATUS;
    ZwQueryValueKey(
        key: HANDLE, name: *mut UNICODE_STRING, class: KEY_VALUE_INFORMATION_CLASS, value: PVOID,
        size: u32, used: *mut u32
    ) -> NTSTATUS;
    ZwClose(handle: HANDLE) -> NTSTATUS;
}

/// A string of the kernel.
pub(crate) fn unicode(text: &'static U16Str) -> UNICODE_STRING {
    let bytes = u16::try_from(size_of_val(text.as_slice())).unwrap_or_default();
    UNICODE_STRING { Length: bytes, MaximumLength: bytes, Buffer: text.as_ptr().cast_mut() }
}

/// Completes a request.
pub(crate) fn complete(irp: *mut IRP, status: NTSTATUS, information: u64) {
    // SAFETY: as for `calls`.
    let packet = unsafe { &mut *irp };
    packet.IoStatus.__bindgen_anon_1.Status = status;
    packet.IoStatus.Information = information;
    // SAFETY: as for `calls`.
    unsafe { ntddk::IofCompleteRequest(irp, i8::try_from(IO_NO_INCREMENT).unwrap_or_default()) };
}
