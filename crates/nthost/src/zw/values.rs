//! Services that are about registry values.

use core::{ffi::c_void, slice};

use super::{done, key::opened, query};
use crate::{
    low_resources::denies,
    nt::{
        HANDLE, KEY_QUERY_VALUE, KEY_SET_VALUE, KEY_VALUE_INFORMATION_CLASS, NTSTATUS,
        STATUS_INSUFFICIENT_RESOURCES, STATUS_NO_MORE_ENTRIES, UNICODE_STRING,
    },
};

/// The name of a value; the nameless one is null or empty.
///
/// # Safety
///
/// `name` is null or a valid string.
unsafe fn name_of<'a>(name: *const UNICODE_STRING) -> &'a [u16] {
    // SAFETY: the caller says so.
    let name = unsafe { name.as_ref() };
    // SAFETY: the caller says so.
    name.map_or(&[], |name| unsafe { name.units() })
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-zwqueryvaluekey)
pub(super) unsafe extern "efiapi" fn ZwQueryValueKey(
    handle: HANDLE,
    name: *const UNICODE_STRING,
    class: KEY_VALUE_INFORMATION_CLASS,
    buffer: *mut c_void,
    length: u32,
    needed: *mut u32,
) -> NTSTATUS {
    if denies("ZwQueryValueKey") {
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    // SAFETY: the driver passes a valid name.
    let name = unsafe { name_of(name) };
    let entry = opened(handle, KEY_QUERY_VALUE).and_then(|key| key.value(name));
    match entry.and_then(|entry| query::value(&entry, class)) {
        // SAFETY: the driver passes a buffer of that length, and a place for the other length.
        Ok(answer) => unsafe { answer.give(buffer, length, needed) },
        Err(status) => status,
    }
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-zwenumeratevaluekey)
pub(super) unsafe extern "efiapi" fn ZwEnumerateValueKey(
    handle: HANDLE,
    index: u32,
    class: KEY_VALUE_INFORMATION_CLASS,
    buffer: *mut c_void,
    length: u32,
    needed: *mut u32,
) -> NTSTATUS {
    if denies("ZwEnumerateValueKey") {
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    let values = opened(handle, KEY_QUERY_VALUE).and_then(|key| key.values());
    let entry = values
        .and_then(|values| values.into_iter().nth(index as usize).ok_or(STATUS_NO_MORE_ENTRIES));
    match entry.and_then(|entry| query::value(&entry, class)) {
        // SAFETY: the driver passes a buffer of that length, and a place for the other length.
        Ok(answer) => unsafe { answer.give(buffer, length, needed) },
        Err(status) => status,
    }
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-zwsetvaluekey)
pub(super) unsafe extern "efiapi" fn ZwSetValueKey(
    handle: HANDLE,
    name: *const UNICODE_STRING,
    _title_index: u32,
    kind: u32,
    data: *const c_void,
    size: u32,
) -> NTSTATUS {
    if denies("ZwSetValueKey") {
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    // SAFETY: the driver passes a valid name.
    let name = unsafe { name_of(name) };
    let data = if data.is_null() || size == 0 {
        Vec::new()
    } else {
        // SAFETY: the driver passes that many bytes.
        unsafe { slice::from_raw_parts(data.cast::<u8>(), size as usize) }.to_vec()
    };
    done(opened(handle, KEY_SET_VALUE).and_then(|key| key.set(name, kind, data)))
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-zwdeletevaluekey)
pub(super) unsafe extern "efiapi" fn ZwDeleteValueKey(
    handle: HANDLE,
    name: *const UNICODE_STRING,
) -> NTSTATUS {
    if denies("ZwDeleteValueKey") {
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    // SAFETY: the driver passes a valid name.
    let name = unsafe { name_of(name) };
    done(opened(handle, KEY_SET_VALUE).and_then(|key| key.unset(name)))
}
