//! Services that are about registry keys.

use core::ffi::c_void;
use std::sync::Arc;

use super::{
    OpenKey, done, query,
    registry::Key,
    string::{check_address, check_string},
};
use crate::{
    low_resources::denies,
    nt::{
        ACCESS_MASK, DELETE, GENERIC_ALL, GENERIC_EXECUTE, GENERIC_READ, GENERIC_WRITE, HANDLE,
        KEY_ALL_ACCESS, KEY_CREATE_SUB_KEY, KEY_ENUMERATE_SUB_KEYS, KEY_INFORMATION_CLASS,
        KEY_QUERY_VALUE, KEY_READ, KEY_WRITE, KeyNameInformation, MAXIMUM_ALLOWED, NTSTATUS,
        OBJECT_ATTRIBUTES, REG_CREATED_NEW_KEY, REG_OPENED_EXISTING_KEY, STATUS_ACCESS_DENIED,
        STATUS_INSUFFICIENT_RESOURCES, STATUS_INVALID_HANDLE, STATUS_INVALID_PARAMETER,
        STATUS_NO_MORE_ENTRIES, STATUS_OBJECT_NAME_INVALID, STATUS_OBJECT_PATH_SYNTAX_BAD,
        STATUS_OBJECT_TYPE_MISMATCH, STATUS_SUCCESS, UNICODE_STRING,
    },
    ob::{self, Kind},
    thread,
};

/// What the general rights mean for keys.
const MEANINGS: [(ACCESS_MASK, ACCESS_MASK); 5] = [
    (GENERIC_READ, KEY_READ),
    (GENERIC_WRITE, KEY_WRITE),
    (GENERIC_EXECUTE, KEY_READ),
    (GENERIC_ALL, KEY_ALL_ACCESS),
    (MAXIMUM_ALLOWED, KEY_ALL_ACCESS),
];

/// The rights to keys that are asked for.
fn rights(asked: ACCESS_MASK) -> ACCESS_MASK {
    MEANINGS.into_iter().fold(asked, |rights, (general, meaning)| {
        if asked & general == 0 { rights } else { (rights & !general) | meaning }
    })
}

/// The key that a handle stands for, if it was opened for `access`.
pub(crate) fn opened(handle: HANDLE, access: ACCESS_MASK) -> Result<Arc<Key>, NTSTATUS> {
    let found = ob::find(handle).ok_or(STATUS_INVALID_HANDLE)?;
    if found.kind != Kind::Key {
        return Err(STATUS_OBJECT_TYPE_MISMATCH);
    }
    if found.access & access != access {
        return Err(STATUS_ACCESS_DENIED);
    }
    let system = thread::system();
    let open = system.zw.open.lock();
    open.get(&found.address).map(|open| Arc::clone(&open.0)).ok_or(STATUS_INVALID_HANDLE)
}

/// Makes a key object and a handle to it.
pub(super) fn open(key: Arc<Key>, access: ACCESS_MASK) -> Result<HANDLE, NTSTATUS> {
    let object = Box::new(OpenKey(key));
    let address = &raw const *object as usize;
    thread::system().zw.open.lock().insert(address, object);
    ob::insert(Kind::Key, address, move || {
        thread::system().zw.open.lock().remove(&address);
    });
    let handle = ob::open(address, rights(access)).ok_or(STATUS_INVALID_HANDLE);
    ob::dereference(address);
    handle
}

/// What names a key: the one that the path begins at, if any, and the path.
struct Named<'a> {
    start: Option<Arc<Key>>,
    path: &'a [u16],
}

/// Reads how a key is named.
///
/// # Safety
///
/// `attributes` is null or valid, and with it the name that it points at.
unsafe fn named<'a>(
    attributes: *const OBJECT_ATTRIBUTES,
    access: ACCESS_MASK,
) -> Result<Named<'a>, NTSTATUS> {
    // SAFETY: the caller says so.
    let attributes = unsafe { attributes.as_ref() }.ok_or(STATUS_INVALID_PARAMETER)?;
    if attributes.Length as usize != size_of::<OBJECT_ATTRIBUTES>() {
        return Err(STATUS_INVALID_PARAMETER);
    }
    let start = match attributes.RootDirectory {
        root if root.is_null() => None,
        root => Some(opened(root, access)?),
    };
    // SAFETY: the caller says so.
    let name = unsafe { attributes.ObjectName.as_ref() }.ok_or(STATUS_OBJECT_PATH_SYNTAX_BAD)?;
    check_address(&raw const *attributes as usize);
    if !check_string(name) {
        return Err(STATUS_OBJECT_NAME_INVALID);
    }
    // SAFETY: the caller says so.
    Ok(Named { start, path: unsafe { name.units() } })
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-zwopenkey)
pub(super) unsafe extern "efiapi" fn ZwOpenKey(
    handle: *mut HANDLE,
    desired_access: ACCESS_MASK,
    attributes: *const OBJECT_ATTRIBUTES,
) -> NTSTATUS {
    if denies("ZwOpenKey") {
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    // SAFETY: the driver passes valid attributes.
    let named = unsafe { named(attributes, 0) };
    let found =
        named.and_then(|named| thread::system().zw.registry.find(named.start.as_ref(), named.path));
    match found.and_then(|key| open(key, desired_access)) {
        Ok(opened) => {
            // SAFETY: the driver passes a place for the handle.
            unsafe { handle.write(opened) };
            STATUS_SUCCESS
        }
        Err(status) => status,
    }
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-zwcreatekey)
pub(super) unsafe extern "efiapi" fn ZwCreateKey(
    handle: *mut HANDLE,
    desired_access: ACCESS_MASK,
    attributes: *const OBJECT_ATTRIBUTES,
    _title_index: u32,
    class: *const UNICODE_STRING,
    _create_options: u32,
    disposition: *mut u32,
) -> NTSTATUS {
    if denies("ZwCreateKey") {
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    // SAFETY: the driver passes a valid string or null.
    let class = unsafe { class.as_ref() };
    // SAFETY: as before.
    let class = class.map_or(&[][..], |class| unsafe { class.units() });
    // SAFETY: the driver passes valid attributes.
    let named = unsafe { named(attributes, KEY_CREATE_SUB_KEY) };
    let made = named.and_then(|named| {
        thread::system().zw.registry.create(named.start.as_ref(), named.path, class)
    });
    let opened = made.and_then(|(key, new)| Ok((open(key, desired_access)?, new)));
    match opened {
        Ok((opened, new)) => {
            // SAFETY: the driver passes a place for the handle.
            unsafe { handle.write(opened) };
            if !disposition.is_null() {
                let what = if new { REG_CREATED_NEW_KEY } else { REG_OPENED_EXISTING_KEY };
                // SAFETY: the driver passes a place for it, or null.
                unsafe { disposition.write(what) };
            }
            STATUS_SUCCESS
        }
        Err(status) => status,
    }
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-zwdeletekey)
pub(super) unsafe extern "efiapi" fn ZwDeleteKey(handle: HANDLE) -> NTSTATUS {
    if denies("ZwDeleteKey") {
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    done(opened(handle, DELETE).and_then(|key| key.delete()))
}

/// There is nothing to write back.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-zwflushkey)
pub(super) unsafe extern "efiapi" fn ZwFlushKey(handle: HANDLE) -> NTSTATUS {
    if denies("ZwFlushKey") {
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    done(opened(handle, 0).map(|_| ()))
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-zwquerykey)
pub(super) unsafe extern "efiapi" fn ZwQueryKey(
    handle: HANDLE,
    class: KEY_INFORMATION_CLASS,
    buffer: *mut c_void,
    length: u32,
    needed: *mut u32,
) -> NTSTATUS {
    if denies("ZwQueryKey") {
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    let access = if class == KeyNameInformation { 0 } else { KEY_QUERY_VALUE };
    match opened(handle, access).and_then(|key| query::key(&key, class)) {
        // SAFETY: the driver passes a buffer of that length, and a place for the other length.
        Ok(answer) => unsafe { answer.give(buffer, length, needed) },
        Err(status) => status,
    }
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-zwenumeratekey)
pub(super) unsafe extern "efiapi" fn ZwEnumerateKey(
    handle: HANDLE,
    index: u32,
    class: KEY_INFORMATION_CLASS,
    buffer: *mut c_void,
    length: u32,
    needed: *mut u32,
) -> NTSTATUS {
    if denies("ZwEnumerateKey") {
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    if class == KeyNameInformation {
        return STATUS_INVALID_PARAMETER;
    }
    let content = opened(handle, KEY_ENUMERATE_SUB_KEYS).and_then(|key| key.content());
    let key = content.and_then(|content| {
        content.keys.get(index as usize).cloned().ok_or(STATUS_NO_MORE_ENTRIES)
    });
    match key.and_then(|key| query::key(&key, class)) {
        // SAFETY: the driver passes a buffer of that length, and a place for the other length.
        Ok(answer) => unsafe { answer.give(buffer, length, needed) },
        Err(status) => status,
    }
}
