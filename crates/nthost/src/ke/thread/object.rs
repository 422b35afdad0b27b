//! What drivers know a thread by.

use std::{
    cell::UnsafeCell,
    sync::{
        Arc,
        atomic::{AtomicI32, Ordering},
    },
};

use super::super::{deadlock::HeldLocks, event, object::Object};
use crate::nt::{DISPATCHER_HEADER, KPRIORITY, ThreadObject as THREAD_OBJECT};

/// Priority of a system thread that has not been given another one.
const NORMAL_PRIORITY: KPRIORITY = 8;

/// The KTHREAD of a thread, at whose beginning is an object that is signaled when the thread has ended.
#[repr(C, align(16))]
pub(crate) struct ThreadObject {
    header: UnsafeCell<DISPATCHER_HEADER>,
    /// A number that no other thread of the process has.
    id: usize,
    /// Priority, which nothing depends on.
    pub priority: AtomicI32,
    /// The locks that it holds.
    pub held: HeldLocks,
}

// SAFETY: the header is used as objects are, whose state is shared by threads.
unsafe impl Send for ThreadObject {}
// SAFETY: as above.
unsafe impl Sync for ThreadObject {}

impl ThreadObject {
    pub fn new(id: usize) -> Arc<Self> {
        let object = Arc::new(Self {
            header: UnsafeCell::default(),
            id,
            priority: AtomicI32::new(NORMAL_PRIORITY),
            held: HeldLocks::default(),
        });
        // SAFETY: the header stays where it is, and nobody knows it yet.
        unsafe { Object::initialize(object.header.get(), THREAD_OBJECT, 0) };
        object
    }

    /// The address that drivers know it by.
    pub fn address(&self) -> usize {
        (&raw const *self).addr()
    }

    /// What `PsGetCurrentThreadId` returns.
    pub const fn id(&self) -> usize {
        self.id
    }

    /// True if the thread owns a mutex.
    pub fn owns_mutex(&self) -> bool {
        self.held.has_mutex()
    }

    /// Signals that the thread has ended.
    pub fn end(&self) {
        // SAFETY: the header is a part of this.
        event::signal(unsafe { Object::new(self.header.get()) });
    }

    /// True if the thread has ended.
    pub fn has_ended(&self) -> bool {
        // SAFETY: the header is a part of this.
        let object = unsafe { Object::new(self.header.get()) };
        object.state().load(Ordering::SeqCst) > 0
    }
}
