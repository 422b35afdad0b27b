//! What NDIS does in other threads than that of the caller.

use crate::{ke, thread};

/// Has `task`, which may wait, done in a thread of its own.
pub(super) fn spawn(task: impl FnOnce() + Send + 'static) {
    ke::thread::spawn(&thread::system(), "ndis", task)
        .expect("the machine has room for another thread");
}
