//! Values of requests.

use ndis_sys as sys;

/// A value that can be asked for or set.
///
/// # Safety
///
/// Its bytes may have any values.
pub unsafe trait Information: Copy {}

/// Says that types are made of numbers alone.
macro_rules! numbers {
    ($($name:ty),* $(,)?) => {$(
        // SAFETY: it is made of numbers, whose bytes may have any values.
        unsafe impl Information for $name {}
    )*};
}

numbers!(
    u32,
    u64,
    sys::NDIS_HARDWARE_CROSSTIMESTAMP,
    sys::NDIS_LINK_STATE,
    sys::NDIS_STATISTICS_INFO,
    sys::NDIS_TIMESTAMP_CAPABILITIES,
);

// SAFETY: bytes may have any values.
unsafe impl<const N: usize> Information for [u8; N] {}
