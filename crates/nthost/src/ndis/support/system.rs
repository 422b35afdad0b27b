//! What drivers ask of NDIS and tell the system.

use std::{ffi::c_void, ptr};

use ndis_sys::{
    NDIS_MAX_EVENT_LOG_DATA_SIZE, NDIS_STATUS, NDIS_STATUS_BUFFER_TOO_SHORT, NDIS_STATUS_SUCCESS,
    NDIS_STRING,
};

use crate::{
    DebugLine, Status,
    export::{self, Export, exports},
    nt::{DISPATCH_LEVEL, PASSIVE_LEVEL, UNICODE_STRING},
    thread,
};

/// `DPFLTR_NDIS_ID` and `DPFLTR_ERROR_LEVEL`.
const SOURCE: (u32, u32) = (17, 0);

/// The text of a string.
///
/// # Safety
///
/// The string is valid.
pub(super) unsafe fn text(string: *const NDIS_STRING) -> String {
    // SAFETY: by the contract; it is the same structure.
    let string = unsafe { string.cast::<UNICODE_STRING>().read() };
    // SAFETY: by the contract.
    unsafe { string.to_string_lossy() }
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisgetversion)
unsafe extern "efiapi" fn NdisGetVersion() -> u32 {
    thread::current(|thread| thread.system.ndis.version)
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisgetroutineaddress)
unsafe extern "efiapi" fn NdisGetRoutineAddress(name: *mut NDIS_STRING) -> *mut c_void {
    // SAFETY: the driver passes a valid string.
    let name = unsafe { text(name) };
    let found = export::find("ndis.sys", &name);
    found.map_or(ptr::null_mut(), |export| export.address.cast_mut().cast())
}

/// Events are told as lines that drivers print.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nf-ndis-ndiswriteeventlogentry)
unsafe extern "efiapi" fn NdisWriteEventLogEntry(
    _object: *mut c_void,
    code: NDIS_STATUS,
    unique: u32,
    count: u16,
    strings: *mut c_void,
    size: u32,
    _data: *mut c_void,
) -> NDIS_STATUS {
    if size > NDIS_MAX_EVENT_LOG_DATA_SIZE {
        return NDIS_STATUS_BUFFER_TOO_SHORT;
    }
    let texts = (0..usize::from(count)).map(|index| {
        let place = strings.cast::<*const u16>().wrapping_add(index);
        // SAFETY: the driver passes as many strings.
        let string = unsafe { place.read() };
        // SAFETY: they are terminated.
        unsafe { terminated(string) }
    });
    let texts: Vec<_> = texts.collect();
    let text = format!("event log: {} ({unique:#x}) {texts:?}", Status::new(code));
    let (component, level) = SOURCE;
    thread::current(|thread| thread.system.debug.add(DebugLine { component, level, text }));
    NDIS_STATUS_SUCCESS
}

/// The text of a terminated string.
///
/// # Safety
///
/// The string is terminated.
unsafe fn terminated(string: *const u16) -> String {
    let mut units = Vec::new();
    loop {
        // SAFETY: by the contract, as all units before are not zero.
        let unit = unsafe { string.wrapping_add(units.len()).read_unaligned() };
        if unit == 0 {
            return String::from_utf16_lossy(&units);
        }
        units.push(unit);
    }
}

pub(super) const EXPORTS: &[Export] = exports! {
    NdisGetRoutineAddress: PASSIVE_LEVEL..=PASSIVE_LEVEL;
    NdisGetVersion: PASSIVE_LEVEL..=DISPATCH_LEVEL;
    NdisWriteEventLogEntry: PASSIVE_LEVEL..=DISPATCH_LEVEL;
};
