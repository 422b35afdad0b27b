//! An event that the driver does not know is refused.

use std::sync::Arc;

use ndis_sys::{NDIS_STATUS, NDIS_STATUS_NOT_SUPPORTED, NDIS_STATUS_SUCCESS};

use super::sample::{Lab, Sample};

/// An event that no driver knows.
const UNKNOWN: i32 = 0x7777;

/// The driver.
struct Answers(NDIS_STATUS);

impl Sample for Answers {
    fn event(&self, code: i32) -> NDIS_STATUS {
        if code == UNKNOWN { self.0 } else { NDIS_STATUS_SUCCESS }
    }
}

fn broken_by(answer: NDIS_STATUS) -> Vec<&'static str> {
    let lab = Lab::new(&Arc::new(Answers(answer)));
    lab.link.event(UNKNOWN);
    let (broken, left) = lab.finish();
    assert_eq!(left, [""; 0]);
    broken
}

#[test]
fn an_unknown_event_may_not_be_refused() {
    assert_eq!(broken_by(NDIS_STATUS_NOT_SUPPORTED), ["ndis-event-answer"]);
}

#[test]
fn an_unknown_event_is_answered_with_success() {
    assert_eq!(broken_by(NDIS_STATUS_SUCCESS), [""; 0]);
}
