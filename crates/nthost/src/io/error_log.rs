//! The error log, whose entries are told as lines that drivers print.
//!
//! [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/kernel/logging-errors)

use core::{ffi::c_void, ptr};

use crate::{
    DebugLine, Status,
    ex::pool,
    export::{Export, exports},
    low_resources::denies,
    nt::{DISPATCH_LEVEL, NTSTATUS, PASSIVE_LEVEL},
    thread,
};

/// The beginning of an entry, which a driver fills in.
#[repr(C)]
struct Entry {
    major_function: u8,
    retry_count: u8,
    dump_data_size: u16,
    number_of_strings: u16,
    string_offset: u16,
    event_category: u16,
    error_code: NTSTATUS,
    unique_error_value: u32,
    final_status: NTSTATUS,
}

/// The most bytes of an entry.
const MOST: u8 = 240;

/// The tag of entries that are not written yet.
const TAG: u32 = u32::from_le_bytes(*b"IoEr");

/// `DPFLTR_IHVDRIVER_ID` and `DPFLTR_ERROR_LEVEL`.
const SOURCE: (u32, u32) = (77, 0);

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-ioallocateerrorlogentry)
pub(super) unsafe extern "efiapi" fn IoAllocateErrorLogEntry(
    _object: *mut c_void,
    size: u8,
) -> *mut c_void {
    if denies("IoAllocateErrorLogEntry") {
        return ptr::null_mut();
    }
    if usize::from(size) < size_of::<Entry>() || size > MOST {
        return ptr::null_mut();
    }
    let wanted = pool::Wanted { is_zeroed: true, ..pool::Wanted::default() };
    pool::allocate(size.into(), TAG, wanted)
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-iowriteerrorlogentry)
pub(super) unsafe extern "efiapi" fn IoWriteErrorLogEntry(entry: *mut c_void) {
    // SAFETY: the driver passes an entry that it was given.
    let Entry { error_code, unique_error_value, final_status, .. } =
        unsafe { entry.cast::<Entry>().read() };
    let text = format!(
        "error log: {} ({unique_error_value:#x}), final status {}",
        Status::new(error_code),
        Status::new(final_status),
    );
    let (component, level) = SOURCE;
    thread::current(|thread| thread.system.debug.add(DebugLine { component, level, text }));
    // SAFETY: as above; the entry is the kernel's now.
    unsafe { pool::free(entry, Some(TAG)) };
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-iofreeerrorlogentry)
unsafe extern "efiapi" fn IoFreeErrorLogEntry(entry: *mut c_void) {
    // SAFETY: the driver passes an entry that it was given.
    unsafe { pool::free(entry, Some(TAG)) };
}

pub(super) const EXPORTS: &[Export] = exports! {
    IoAllocateErrorLogEntry: PASSIVE_LEVEL..=DISPATCH_LEVEL;
    IoFreeErrorLogEntry: PASSIVE_LEVEL..=DISPATCH_LEVEL;
    IoWriteErrorLogEntry: PASSIVE_LEVEL..=DISPATCH_LEVEL;
};
