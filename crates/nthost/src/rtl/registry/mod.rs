//! Reading the registry by a table of what is wanted.

mod deliver;

use core::{ffi::c_void, slice};
use std::sync::Arc;

use super::strings::length;
use crate::{
    export::{Export, exports},
    low_resources::denies,
    nt::{
        HANDLE, KEY_QUERY_VALUE, NTSTATUS, PASSIVE_LEVEL, REG_NONE, RTL_QUERY_REGISTRY_DELETE,
        RTL_QUERY_REGISTRY_DIRECT, RTL_QUERY_REGISTRY_NOVALUE, RTL_QUERY_REGISTRY_REQUIRED,
        RTL_QUERY_REGISTRY_SUBKEY, RTL_QUERY_REGISTRY_TABLE, RTL_QUERY_REGISTRY_TOPKEY,
        RTL_REGISTRY_ABSOLUTE, RTL_REGISTRY_CONTROL, RTL_REGISTRY_DEVICEMAP, RTL_REGISTRY_HANDLE,
        RTL_REGISTRY_OPTIONAL, RTL_REGISTRY_SERVICES, RTL_REGISTRY_USER, RTL_REGISTRY_WINDOWS_NT,
        STATUS_INSUFFICIENT_RESOURCES, STATUS_INVALID_PARAMETER, STATUS_OBJECT_NAME_NOT_FOUND,
        STATUS_SUCCESS,
    },
    thread,
    zw::{
        self,
        registry::{Entry, Key},
    },
};

use deliver::Request;

/// Where relative paths begin.
const STARTS: [(u32, &str); 5] = [
    (RTL_REGISTRY_SERVICES, r"\Registry\Machine\System\CurrentControlSet\Services"),
    (RTL_REGISTRY_CONTROL, r"\Registry\Machine\System\CurrentControlSet\Control"),
    (RTL_REGISTRY_WINDOWS_NT, r"\Registry\Machine\Software\Microsoft\Windows NT\CurrentVersion"),
    (RTL_REGISTRY_DEVICEMAP, r"\Registry\Machine\Hardware\DeviceMap"),
    (RTL_REGISTRY_USER, r"\Registry\User\.Default"),
];

/// The units of a terminated text; none if it is null.
///
/// # Safety
///
/// `text` is null, or valid for reads up to and with a terminator during the life of the result.
unsafe fn units<'a>(text: *const u16) -> &'a [u16] {
    if text.is_null() {
        return &[];
    }
    // SAFETY: the caller says so.
    let count = unsafe { length(text) };
    // SAFETY: that is how long it is.
    unsafe { slice::from_raw_parts(text, count) }
}

/// Finds the key that a driver names.
///
/// # Safety
///
/// `path` is a handle where `relative_to` says so, and otherwise null or a terminated text.
unsafe fn key(relative_to: u32, path: *const u16) -> Result<Arc<Key>, NTSTATUS> {
    if relative_to & RTL_REGISTRY_HANDLE != 0 {
        return zw::opened(path.cast_mut().cast::<c_void>() as HANDLE, KEY_QUERY_VALUE);
    }
    // SAFETY: the caller says so.
    let path = unsafe { units(path) };
    let system = thread::system();
    let registry = &system.zw.registry;
    let relative_to = relative_to & !RTL_REGISTRY_OPTIONAL;
    if relative_to == RTL_REGISTRY_ABSOLUTE {
        return registry.find(None, path);
    }
    let start = STARTS.iter().find(|(start, _)| *start == relative_to);
    let (_, start) = start.ok_or(STATUS_INVALID_PARAMETER)?;
    let start: Vec<_> = start.encode_utf16().collect();
    registry.find(Some(&registry.find(None, &start)?), path)
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-rtlcheckregistrykey)
unsafe extern "efiapi" fn RtlCheckRegistryKey(relative_to: u32, path: *const u16) -> NTSTATUS {
    // SAFETY: the driver passes what belongs together.
    unsafe { key(relative_to, path) }.err().unwrap_or(STATUS_SUCCESS)
}

/// A key that need not be there.
type MaybeKey = Option<Arc<Key>>;

/// Where the entries of a table look for values.
struct Place {
    /// The key that the driver named.
    top: MaybeKey,
    /// The key that the last entry chose.
    current: MaybeKey,
}

impl Place {
    /// Chooses the key that an entry is about.
    ///
    /// # Safety
    ///
    /// The entry is valid.
    unsafe fn choose(&mut self, entry: &RTL_QUERY_REGISTRY_TABLE) -> Result<(), NTSTATUS> {
        if entry.Flags & (RTL_QUERY_REGISTRY_SUBKEY | RTL_QUERY_REGISTRY_TOPKEY) != 0 {
            self.current.clone_from(&self.top);
        }
        if entry.Flags & RTL_QUERY_REGISTRY_SUBKEY != 0 {
            // SAFETY: the caller says so.
            let name = unsafe { units(entry.Name) };
            let registry = &thread::system().zw.registry;
            let top = self.top.as_ref();
            self.current = top.and_then(|top| registry.find(Some(top), name).ok());
            if self.current.is_none() && entry.Flags & RTL_QUERY_REGISTRY_REQUIRED != 0 {
                return Err(STATUS_OBJECT_NAME_NOT_FOUND);
            }
        }
        Ok(())
    }

    fn values(&self) -> Vec<Entry> {
        self.current.as_ref().and_then(|key| key.values().ok()).unwrap_or_default()
    }

    fn value(&self, name: &[u16]) -> Option<Entry> {
        self.current.as_ref()?.value(name).ok()
    }
}

/// Does what one entry of a table asks for.
///
/// # Safety
///
/// The entry is valid, and is about what the driver's context is for.
unsafe fn answer(
    entry: &RTL_QUERY_REGISTRY_TABLE,
    place: &mut Place,
    context: *mut c_void,
) -> Result<(), NTSTATUS> {
    let has = |flag| entry.Flags & flag != 0;
    let names_value = !has(RTL_QUERY_REGISTRY_SUBKEY) && !entry.Name.is_null();
    let is_wrong = if has(RTL_QUERY_REGISTRY_DIRECT) {
        entry.Name.is_null() || entry.QueryRoutine.is_some() || has(RTL_QUERY_REGISTRY_SUBKEY)
    } else if has(RTL_QUERY_REGISTRY_SUBKEY) {
        entry.Name.is_null()
    } else {
        entry.QueryRoutine.is_none()
    };
    if is_wrong {
        return Err(STATUS_INVALID_PARAMETER);
    }
    // SAFETY: the caller says so.
    unsafe { place.choose(entry) }?;
    // SAFETY: the caller says so.
    let name = unsafe { units(entry.Name) };
    let request = Request { entry, context };
    if has(RTL_QUERY_REGISTRY_NOVALUE) {
        let nothing = Entry { name: name.to_vec(), kind: REG_NONE, data: Vec::new() };
        // SAFETY: the caller says so.
        return unsafe { request.call(&nothing) };
    }
    if has(RTL_QUERY_REGISTRY_SUBKEY) && entry.QueryRoutine.is_none() {
        return Ok(());
    }
    let found = if names_value { place.value(name).into_iter().collect() } else { place.values() };
    if found.is_empty() && has(RTL_QUERY_REGISTRY_REQUIRED) {
        return Err(STATUS_OBJECT_NAME_NOT_FOUND);
    }
    if found.is_empty() && names_value {
        // SAFETY: the caller says so.
        return unsafe { request.give_default(name) };
    }
    for value in found {
        // SAFETY: the caller says so.
        unsafe { request.give(place.current.as_deref(), &value) }?;
        if has(RTL_QUERY_REGISTRY_DELETE)
            && let Some(key) = &place.current
        {
            key.unset(&value.name)?;
        }
    }
    Ok(())
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-rtlqueryregistryvalues)
unsafe extern "efiapi" fn RtlQueryRegistryValues(
    relative_to: u32,
    path: *const u16,
    table: *const RTL_QUERY_REGISTRY_TABLE,
    context: *mut c_void,
    _environment: *mut c_void,
) -> NTSTATUS {
    if denies("RtlQueryRegistryValues") {
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    // SAFETY: the driver passes what belongs together.
    let top = match unsafe { key(relative_to, path) } {
        Ok(key) => Some(key),
        Err(_) if relative_to & RTL_REGISTRY_OPTIONAL != 0 => None,
        Err(status) => return status,
    };
    let mut place = Place { current: top.clone(), top };
    let mut next = table;
    loop {
        // SAFETY: the driver passes a table that ends with an empty entry.
        let entry = unsafe { &*next };
        let goes_on = RTL_QUERY_REGISTRY_SUBKEY | RTL_QUERY_REGISTRY_DIRECT;
        let is_empty = entry.QueryRoutine.is_none() && entry.Name.is_null();
        if is_empty && entry.Flags & goes_on == 0 {
            return STATUS_SUCCESS;
        }
        // SAFETY: the driver passes valid entries.
        if let Err(status) = unsafe { answer(entry, &mut place, context) } {
            return status;
        }
        next = next.wrapping_add(1);
    }
}

pub(crate) const EXPORTS: &[Export] = exports! {
    RtlCheckRegistryKey: PASSIVE_LEVEL..=PASSIVE_LEVEL;
    RtlQueryRegistryValues: PASSIVE_LEVEL..=PASSIVE_LEVEL;
};

#[cfg(test)]
mod tests;
