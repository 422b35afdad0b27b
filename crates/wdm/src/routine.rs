//! Functions that not every Windows has.

use core::{ffi::c_void, ptr::NonNull};

use wdk_sys::ntddk::MmGetSystemRoutineAddress;

use crate::{Passive, UnicodeStr};

/// The function of the kernel that has this name, if there is one.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-mmgetsystemroutineaddress)
pub fn look_up(name: UnicodeStr<'_>, _irql: &Passive) -> Option<NonNull<c_void>> {
    // SAFETY: the name is valid for the call, and the caller proved PASSIVE_LEVEL.
    NonNull::new(unsafe { MmGetSystemRoutineAddress(name.as_ptr()) })
}
