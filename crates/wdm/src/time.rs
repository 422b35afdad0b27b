//! The time of day.

use wdk_sys::LARGE_INTEGER;

use crate::ffi;

/// From 1601-01-01, at which Windows begins to count, to 1970-01-01, in units of 100 nanoseconds.
const UNIX_EPOCH: u64 = 116_444_736_000_000_000;

/// The time in nanoseconds since 1970-01-01 00:00 UTC.
///
/// IRQL: any.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-kequerysystemtimeprecise)
#[must_use]
pub fn now() -> u64 {
    let mut time = LARGE_INTEGER { QuadPart: 0 };
    // SAFETY: the place for the time is valid.
    unsafe { ffi::KeQuerySystemTimePrecise(&raw mut time) };
    // SAFETY: the call set the whole value.
    let time = unsafe { time.QuadPart }.cast_unsigned();
    time.saturating_sub(UNIX_EPOCH).saturating_mul(100)
}
