//! How a value reaches the driver that asked for it.

use core::{ffi::c_void, ptr, slice};

use super::units;
use crate::{
    ke,
    nt::{
        NTSTATUS, REG_EXPAND_SZ, REG_MULTI_SZ, REG_NONE, REG_SZ, RTL_QUERY_REGISTRY_DIRECT,
        RTL_QUERY_REGISTRY_NOEXPAND, RTL_QUERY_REGISTRY_TABLE, RTL_QUERY_REGISTRY_TYPECHECK,
        RTL_QUERY_REGISTRY_TYPECHECK_SHIFT, STATUS_BUFFER_TOO_SMALL, STATUS_INVALID_PARAMETER,
        STATUS_NO_MEMORY, STATUS_OBJECT_TYPE_MISMATCH, STATUS_UNSUCCESSFUL, UNICODE_STRING,
    },
    rtl::{buffer, case::same},
    verifier::{self, catalogue::object as rules},
    zw::registry::{Entry, Key},
};

/// Below this key is what only the system and administrators write.
const MACHINE: &str = r"\Registry\Machine\";

/// An entry of a table, and the context of the call.
pub(super) struct Request<'a> {
    pub entry: &'a RTL_QUERY_REGISTRY_TABLE,
    pub context: *mut c_void,
}

fn is_text(kind: u32) -> bool {
    matches!(kind, REG_SZ | REG_EXPAND_SZ | REG_MULTI_SZ)
}

/// Whether a key belongs to a hive that programs cannot change.
fn is_trusted(key: &Key) -> bool {
    let machine: Vec<_> = MACHINE.encode_utf16().collect();
    key.path().get(..machine.len()).is_some_and(|start| same(start, &machine))
}

impl Request<'_> {
    fn has(&self, flag: u32) -> bool {
        self.entry.Flags & flag != 0
    }

    /// Gives a value that was found.
    ///
    /// # Safety
    ///
    /// The entry is valid.
    pub unsafe fn give(&self, key: Option<&Key>, value: &Entry) -> Result<(), NTSTATUS> {
        if !self.has(RTL_QUERY_REGISTRY_DIRECT) {
            // SAFETY: the caller says so.
            return unsafe { self.call_for(value) };
        }
        if self.has(RTL_QUERY_REGISTRY_TYPECHECK) {
            if self.entry.DefaultType >> RTL_QUERY_REGISTRY_TYPECHECK_SHIFT != value.kind {
                return Err(STATUS_OBJECT_TYPE_MISMATCH);
            }
        } else if !key.is_some_and(is_trusted) {
            let name = String::from_utf16_lossy(&value.name);
            let text = format!("{} stores {name} without a check of its type", verifier::caller());
            rules::REGISTRY_TYPE.broken(text);
        }
        // SAFETY: the caller says so.
        unsafe { self.store(value) }
    }

    /// Gives the default of a value that was not found, if there is one.
    ///
    /// # Safety
    ///
    /// The entry is valid.
    pub unsafe fn give_default(&self, name: &[u16]) -> Result<(), NTSTATUS> {
        let kind = self.entry.DefaultType & 0xff;
        if kind == REG_NONE {
            return Ok(());
        }
        let data = self.entry.DefaultData;
        let length = match self.entry.DefaultLength {
            0 if is_text(kind) => {
                // SAFETY: the caller says so; without a length a text is terminated.
                size_of_val(unsafe { units(data.cast()) }) + size_of::<u16>()
            }
            length => length as usize,
        };
        let data = if data.is_null() {
            Vec::new()
        } else {
            // SAFETY: the caller says so.
            unsafe { slice::from_raw_parts(data.cast::<u8>(), length) }.to_vec()
        };
        let value = Entry { name: name.to_vec(), kind, data };
        if self.has(RTL_QUERY_REGISTRY_DIRECT) {
            // SAFETY: the caller says so.
            unsafe { self.store(&value) }
        } else {
            // SAFETY: the caller says so.
            unsafe { self.call_for(&value) }
        }
    }

    /// Calls the routine, for a list of strings once for each of them.
    ///
    /// # Safety
    ///
    /// The entry is valid.
    unsafe fn call_for(&self, value: &Entry) -> Result<(), NTSTATUS> {
        if self.has(RTL_QUERY_REGISTRY_NOEXPAND) {
            // SAFETY: the caller says so.
            return unsafe { self.call(value) };
        }
        if value.kind == REG_EXPAND_SZ {
            let name = String::from_utf16_lossy(&value.name);
            let text =
                format!("{} lets {name} be expanded, which drivers must not", verifier::caller());
            rules::REGISTRY_EXPAND.broken(text);
        }
        if value.kind != REG_MULTI_SZ {
            // SAFETY: the caller says so.
            return unsafe { self.call(value) };
        }
        let words: Vec<_> =
            value.data.as_chunks().0.iter().map(|&unit| u16::from_le_bytes(unit)).collect();
        for text in words.split(|&unit| unit == 0).take_while(|text| !text.is_empty()) {
            let data = text.iter().chain(&[0]).flat_map(|unit| unit.to_le_bytes()).collect();
            let one = Entry { name: value.name.clone(), kind: REG_SZ, data };
            // SAFETY: the caller says so.
            unsafe { self.call(&one) }?;
        }
        Ok(())
    }

    /// Calls the routine once.
    ///
    /// # Safety
    ///
    /// The entry is valid.
    pub unsafe fn call(&self, value: &Entry) -> Result<(), NTSTATUS> {
        let Some(routine) = self.entry.QueryRoutine else { return Err(STATUS_INVALID_PARAMETER) };
        let mut name: Vec<_> = value.name.iter().copied().chain([0]).collect();
        let mut data = value.data.clone();
        let start = if data.is_empty() { ptr::null_mut() } else { data.as_mut_ptr().cast() };
        let length = u32::try_from(data.len()).unwrap_or(u32::MAX);
        let entry_context = self.entry.EntryContext;
        // SAFETY: the caller says so, and the routine gets what it is documented to.
        let code = || unsafe {
            routine(name.as_mut_ptr(), value.kind, start, length, self.context, entry_context)
        };
        // SAFETY: there is nothing to drop.
        let status = unsafe { ke::thread::ask(STATUS_UNSUCCESSFUL, code) };
        if status < 0 && status != STATUS_BUFFER_TOO_SMALL { Err(status) } else { Ok(()) }
    }

    /// Stores a value where the entry says.
    ///
    /// # Safety
    ///
    /// The entry is valid, and the place that it names is right for the type of the value.
    unsafe fn store(&self, value: &Entry) -> Result<(), NTSTATUS> {
        let place = self.entry.EntryContext;
        if value.kind == REG_MULTI_SZ && !self.has(RTL_QUERY_REGISTRY_NOEXPAND) {
            return Err(STATUS_INVALID_PARAMETER);
        }
        if is_text(value.kind) {
            // SAFETY: the caller says so.
            let string = unsafe { &mut *place.cast() };
            // SAFETY: the caller says so.
            return unsafe { store_text(string, &value.data) };
        }
        if value.data.len() <= size_of::<u32>() {
            // SAFETY: the caller says so.
            unsafe { copy(place, &value.data) };
            return Ok(());
        }
        // SAFETY: the caller says so: a place for that much begins with its size.
        let size = unsafe { place.cast::<i32>().read_unaligned() };
        let length = u32::try_from(value.data.len()).map_err(|_| STATUS_BUFFER_TOO_SMALL)?;
        let head = [length.to_le_bytes(), value.kind.to_le_bytes()];
        let head = if size < 0 { &[] } else { head.as_flattened() };
        if head.len() + value.data.len() > size.unsigned_abs() as usize {
            return Err(STATUS_BUFFER_TOO_SMALL);
        }
        // SAFETY: it is large enough.
        unsafe { copy(place, head) };
        // SAFETY: as before.
        unsafe { copy(place.wrapping_byte_add(head.len()), &value.data) };
        Ok(())
    }
}

/// # Safety
///
/// `place` is valid for writes of so many bytes.
unsafe fn copy(place: *mut c_void, bytes: &[u8]) {
    // SAFETY: the caller says so.
    unsafe { place.cast::<u8>().copy_from_nonoverlapping(bytes.as_ptr(), bytes.len()) };
}

/// Stores text in the buffer of a string, or in a new one if it has none.
///
/// # Safety
///
/// The string is valid.
unsafe fn store_text(string: &mut UNICODE_STRING, data: &[u8]) -> Result<(), NTSTATUS> {
    const TERMINATOR: u16 = 2;
    let length = u16::try_from(data.len()).map_err(|_| STATUS_BUFFER_TOO_SMALL)?;
    if string.Buffer.is_null() {
        string.Buffer = buffer::allocate(data.len().max(TERMINATOR.into())).cast();
        string.MaximumLength = length;
        if string.Buffer.is_null() {
            return Err(STATUS_NO_MEMORY);
        }
    } else if length > string.MaximumLength {
        return Err(STATUS_BUFFER_TOO_SMALL);
    }
    string.Length = length.saturating_sub(TERMINATOR);
    // SAFETY: the caller says so, or it was allocated just now; it is large enough.
    unsafe { copy(string.Buffer.cast(), data) };
    Ok(())
}
