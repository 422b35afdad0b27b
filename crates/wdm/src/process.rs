//! Processes.

use wdk_sys::ntddk::PsGetCurrentProcessId;

/// The id of the process that the current thread belongs to: in a handler of a
/// [`ControlDevice`](crate::ControlDevice) the one that makes the request.
///
/// IRQL: any.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ntddk/nf-ntddk-psgetcurrentprocessid)
#[must_use]
pub fn current_id() -> u32 {
    // SAFETY: it may be called at any level, on any thread.
    let id = unsafe { PsGetCurrentProcessId() };
    // Ids have 32 bits wherever they are not handles.
    u32::try_from(id.addr()).unwrap_or_default()
}
