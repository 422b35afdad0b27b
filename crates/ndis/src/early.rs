//! Lists that wait until they can be returned.

use core::{
    ptr::{self, NonNull},
    sync::atomic::{AtomicPtr, Ordering},
};

use ndis_sys::NET_BUFFER_LIST;

use crate::chain::{self, Chain, List};

/// Owned lists that came before there was a handle to return them to. Media other than Ethernet may bring some while
/// the adapter is being opened.
///
/// Takes neither memory nor a lock.
///
/// # Invariants
///
/// The lists that the pointer leads to belong to this value.
pub struct Early(AtomicPtr<NET_BUFFER_LIST>);

impl Early {
    /// Without lists.
    #[must_use]
    pub const fn new() -> Self {
        Self(AtomicPtr::new(ptr::null_mut()))
    }

    /// Adds the lists that `first` leads to; they are lost if there are more than `limit`.
    ///
    /// # Safety
    ///
    /// They are valid and belong to the caller, who gives them up.
    pub unsafe fn push(&self, first: List, limit: usize) {
        // SAFETY: by the contract.
        let Some(chain) = (unsafe { Chain::from_raw(first, limit) }) else { return };
        let Some(last) = chain.last() else { return };
        let mut before = self.0.load(Ordering::Relaxed);
        loop {
            // SAFETY: it is ours until the lists are added.
            unsafe { chain::set_next(last, NonNull::new(before)) };
            let added = self.0.compare_exchange_weak(
                before,
                first.as_ptr(),
                Ordering::Release,
                Ordering::Relaxed,
            );
            match added {
                Ok(_) => return,
                Err(now) => before = now,
            }
        }
    }

    /// Takes all lists, as the first of them.
    #[must_use]
    pub fn take(&self) -> Option<List> {
        NonNull::new(self.0.swap(ptr::null_mut(), Ordering::Acquire))
    }
}

impl Default for Early {
    fn default() -> Self {
        Self::new()
    }
}
