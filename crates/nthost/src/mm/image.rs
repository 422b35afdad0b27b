//! The memory of drivers' images, all of which stays where it is here.

use std::{collections::hash_map::Entry, ffi::c_void, ptr, slice};

use crate::{
    export::{self, Export, exports},
    image::Stub,
    nt::{APC_LEVEL, PASSIVE_LEVEL, UNICODE_STRING},
    thread,
};

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-mmgetsystemroutineaddress)
unsafe extern "efiapi" fn MmGetSystemRoutineAddress(name: *const UNICODE_STRING) -> *mut c_void {
    // SAFETY: the caller passed a valid string.
    let name = unsafe { &*name };
    if name.Buffer.is_null() {
        return ptr::null_mut();
    }
    // SAFETY: the buffer of a valid string has so many bytes.
    let name = unsafe { slice::from_raw_parts(name.Buffer, usize::from(name.Length) / 2) };
    let name = String::from_utf16_lossy(name);
    let found = ["ntoskrnl.exe", "hal.dll"].iter().find_map(|module| export::find(module, &name));
    found.map_or(ptr::null_mut(), look_up)
}

/// What a driver calls an export by, so that the call is looked at as those of imports are.
fn look_up(export: &'static Export) -> *mut c_void {
    let system = thread::system();
    match system.mm.looked_up.lock().entry(export.name) {
        Entry::Occupied(known) => known.get().address(),
        Entry::Vacant(new) => match Stub::new(export) {
            Ok(stub) => new.insert(stub).address(),
            Err(_) => ptr::null_mut(),
        },
    }
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-mmlockpagabledatasection)
unsafe extern "efiapi" fn MmLockPagableDataSection(address: *mut c_void) -> *mut c_void {
    address
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-mmunlockpagableimagesection)
unsafe extern "efiapi" fn MmUnlockPagableImageSection(_handle: *mut c_void) {}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-mmpageentiredriver)
unsafe extern "efiapi" fn MmPageEntireDriver(address: *mut c_void) -> *mut c_void {
    address
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-mmresetdriverpaging)
unsafe extern "efiapi" fn MmResetDriverPaging(_address: *mut c_void) {}

pub(super) const EXPORTS: &[Export] = exports! {
    MmGetSystemRoutineAddress: PASSIVE_LEVEL..=PASSIVE_LEVEL;
    MmLockPagableDataSection: PASSIVE_LEVEL..=APC_LEVEL;
    MmPageEntireDriver: PASSIVE_LEVEL..=APC_LEVEL;
    MmResetDriverPaging: PASSIVE_LEVEL..=APC_LEVEL;
    MmUnlockPagableImageSection: PASSIVE_LEVEL..=APC_LEVEL;
};
