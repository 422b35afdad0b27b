//! A structure that is longer than the driver knows is ignored.

use std::sync::Arc;

use ndis_sys::{
    MediaConnectStateDisconnected, NDIS_LINK_STATE, NDIS_SIZEOF_STATUS_INDICATION_REVISION_1,
    NDIS_STATUS_INDICATION, NDIS_STATUS_LINK_STATE,
};
use parking_lot::Mutex;

use super::sample::{Lab, Sample};
use crate::ndis::{LinkState, Settings};

/// The driver: it follows the state of the link.
#[derive(Default)]
struct Follows {
    wrong: bool,
    connected: Mutex<Option<bool>>,
}

impl Sample for Follows {
    fn status(&self, indication: &NDIS_STATUS_INDICATION) {
        let size = indication.Header.Size;
        let known = NDIS_SIZEOF_STATUS_INDICATION_REVISION_1;
        let accepted = if self.wrong { size == known } else { size >= known };
        let whole = indication.StatusBufferSize as usize >= size_of::<NDIS_LINK_STATE>();
        if !accepted || indication.StatusCode != NDIS_STATUS_LINK_STATE || !whole {
            return;
        }
        // SAFETY: the payload of this code is at least that long.
        let state = unsafe { indication.StatusBuffer.cast::<NDIS_LINK_STATE>().read_unaligned() };
        *self.connected.lock() = Some(state.MediaConnectState != MediaConnectStateDisconnected);
    }
}

/// What the driver knows of a link that has gone down, on a system that is newer than the driver.
fn knows(wrong: bool) -> Option<bool> {
    let driver = Arc::new(Follows { wrong, ..Follows::default() });
    let mut settings = Settings::default();
    settings.control.long_status = true;
    let lab = Lab::with(&driver, settings, |_| {});
    lab.link.set_link(LinkState::down());
    assert_eq!(lab.finish(), (vec![], vec![]));
    *driver.connected.lock()
}

#[test]
fn the_change_is_missed() {
    assert_eq!(knows(true), None);
}

#[test]
fn longer_ones_are_read_as_far_as_they_are_known() {
    assert_eq!(knows(false), Some(false));
}
