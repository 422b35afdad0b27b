//! Protocol drivers that have registered.

use ndis_sys::NDIS_PROTOCOL_DRIVER_CHARACTERISTICS;

/// A protocol driver that has registered.
pub(crate) struct Protocol {
    /// What the driver knows it by.
    pub handle: usize,
    /// Its name.
    pub name: String,
    /// What it registered. `Name` is not to be used.
    pub characteristics: NDIS_PROTOCOL_DRIVER_CHARACTERISTICS,
    /// What it wants to be called with, for events of the driver.
    pub context: usize,
}

// SAFETY: the only pointers of the characteristics are functions, and a string that is not used.
unsafe impl Send for Protocol {}
// SAFETY: as above.
unsafe impl Sync for Protocol {}
