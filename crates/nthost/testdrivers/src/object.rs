//! Faults of objects, handles and strings.

use core::ptr;

use wdk_sys::{
    DRIVER_OBJECT, HANDLE, KEY_READ, NTSTATUS, OBJ_KERNEL_HANDLE, OBJECT_ATTRIBUTES,
    STATUS_SUCCESS, UNICODE_STRING,
};
use widestring::u16str;

use crate::{
    fault::{Fault, entry},
    kernel::{
        ObReferenceObjectByHandle, ObfDereferenceObject, ObfReferenceObject, ZwClose, ZwOpenKey,
        unicode,
    },
};

/// All of them.
pub(crate) const FAULTS: &[Fault] = &[
    Fault::at_entry("object-reference", reference),
    Fault::at_entry("handle-none", entry!(no_handle)),
    Fault::at_entry("handle-null", entry!(null_handle)),
    Fault::at_entry("handle-of-program", entry!(handle_of_program)),
    Fault::at_entry("handle-of-kernel", entry!(handle_of_kernel)),
    Fault::at_entry("handle", entry!(closed_twice)),
    Fault::at_entry("zw-string", entry!(half_a_character)),
];

/// Gives back a reference that was not taken.
fn reference(driver: *mut DRIVER_OBJECT, wrong: bool) -> NTSTATUS {
    if !wrong {
        ObfReferenceObject(driver.cast());
    }
    ObfDereferenceObject(driver.cast());
    STATUS_SUCCESS
}

/// Opens a key with a name that is cut off.
fn open(cut: u16) -> HANDLE {
    let name = unicode(u16str!(r"\Registry\Machine"));
    let mut name = UNICODE_STRING { Length: name.Length - cut, ..name };
    let mut attributes = OBJECT_ATTRIBUTES {
        Length: u32::try_from(size_of::<OBJECT_ATTRIBUTES>()).unwrap_or_default(),
        ObjectName: &raw mut name,
        Attributes: OBJ_KERNEL_HANDLE,
        ..OBJECT_ATTRIBUTES::default()
    };
    let mut key = ptr::null_mut();
    match ZwOpenKey(&raw mut key, KEY_READ, &raw mut attributes) {
        STATUS_SUCCESS => key,
        _ => ptr::null_mut(),
    }
}

fn close(handle: HANDLE) {
    let _ = ZwClose(handle);
}

/// Looks a handle up.
fn look_up(handle: HANDLE, mode: i8) {
    let mut object = ptr::null_mut();
    let (kind, information) = (ptr::null_mut(), ptr::null_mut());
    let place = &raw mut object;
    if ObReferenceObjectByHandle(handle, KEY_READ, kind, mode, place, information) == STATUS_SUCCESS
    {
        ObfDereferenceObject(object);
    }
}

/// Looks up a handle, or another if the rule is to be broken.
fn look_up_other(wrong: bool, other: HANDLE) {
    let key = open(0);
    look_up(if wrong { other } else { key }, 0);
    close(key);
}

fn no_handle(wrong: bool) {
    look_up_other(wrong, ptr::without_provenance_mut(usize::MAX - 3));
}

fn null_handle(wrong: bool) {
    look_up_other(wrong, ptr::null_mut());
}

fn handle_of_program(wrong: bool) {
    look_up_other(wrong, ptr::without_provenance_mut(0x44));
}

fn handle_of_kernel(wrong: bool) {
    let key = open(0);
    look_up(key, i8::from(wrong));
    close(key);
}

fn closed_twice(wrong: bool) {
    let key = open(0);
    close(key);
    if wrong {
        close(key);
    }
}

/// Passes a name that ends in the middle of a character.
fn half_a_character(wrong: bool) {
    let key = open(u16::from(wrong));
    if !key.is_null() {
        close(key);
    }
}
