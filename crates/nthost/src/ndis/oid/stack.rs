//! Requests that are on the stack of the thread that makes them.

use std::{
    cell::RefCell,
    sync::{Arc, Weak},
};

use ndis_sys::NDIS_OID_REQUEST;

use super::request;
use crate::ndis::binding::Binding;

/// More than the frames of any driver have.
const DEEPEST: usize = 1 << 20;

/// A request that is on the stack of this thread.
struct OnStack {
    address: usize,
    binding: Weak<Binding>,
    number: u64,
}

thread_local! {
    static REQUESTS: RefCell<Vec<OnStack>> = const { RefCell::new(Vec::new()) };
}

/// A request is pending: remembers it if it is on the stack of this thread.
pub fn note(binding: &Arc<Binding>, request: *mut NDIS_OID_REQUEST, number: u64) {
    let here = (&raw const number) as usize;
    let address = request as usize;
    if address.checked_sub(here).is_some_and(|above| above < DEEPEST) {
        let binding = Arc::downgrade(binding);
        REQUESTS.with_borrow_mut(|requests| requests.push(OnStack { address, binding, number }));
    }
}

/// A driver has returned to a frame at this address: what is below is gone.
pub(crate) fn returned_to(frame: usize) {
    let gone = REQUESTS.with_borrow_mut(|requests| -> Vec<_> {
        requests.extract_if(.., |request| request.address < frame).collect()
    });
    for OnStack { binding, number, .. } in gone {
        if let Some(binding) = binding.upgrade() {
            request::unwound(&binding, number);
        }
    }
}
