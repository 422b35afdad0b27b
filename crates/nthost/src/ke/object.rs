//! What all objects have in common that threads wait for.

use std::sync::atomic::{AtomicI32, Ordering};

use super::thread::ThreadObject;
use crate::{
    ex::pool,
    nt::{
        DISPATCHER_HEADER, EventNotificationObject, EventSynchronizationObject, KEVENT, KMUTANT,
        KOBJECTS, KSEMAPHORE, MutantObject, SemaphoreObject, ThreadObject as THREAD_OBJECT,
        TimerNotificationObject, TimerSynchronizationObject, initialize_list_head,
    },
    thread,
    verifier::{
        self,
        catalogue::locks::{OBJECT_UNINITIALIZED, PAGEABLE},
    },
};

/// Looks at whether the memory that a driver makes an object or a lock of stays where it is.
pub(super) fn check_resident(address: usize) {
    if thread::is(|thread| pool::is_pageable(&thread.system, address)) {
        let text = format!(
            "{} initialises an object or a lock at {address:#x}, which is pageable memory",
            verifier::caller()
        );
        PAGEABLE.broken_with([address as u64, 0, 0], text);
    }
}

/// An object that threads wait for.
///
/// # Invariants
///
/// The object is valid as long as the value is used.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Object(*mut DISPATCHER_HEADER);

// SAFETY: objects are shared by threads; their state is atomic, or changed under the lock of those who
// wait for it.
unsafe impl Send for Object {}
// SAFETY: as above.
unsafe impl Sync for Object {}

impl Object {
    /// # Safety
    ///
    /// `header` is the head of an object that is valid as long as the value is used.
    pub const unsafe fn new(header: *mut DISPATCHER_HEADER) -> Self {
        Self(header)
    }

    /// Makes an object of the memory.
    ///
    /// # Safety
    ///
    /// As for [`new`](Self::new), and nobody else uses the memory yet.
    pub unsafe fn initialize(header: *mut DISPATCHER_HEADER, kind: KOBJECTS, state: i32) -> Self {
        let mut value = DISPATCHER_HEADER { SignalState: state, ..DISPATCHER_HEADER::default() };
        value.u.s.Type = kind;
        value.u.s.Size = size(kind).unwrap_or_default();
        // SAFETY: by the contract.
        unsafe { header.write(value) };
        // SAFETY: by the contract.
        let list = unsafe { &raw mut (*header).WaitListHead };
        // SAFETY: it is a part of the object.
        unsafe { initialize_list_head(list) };
        Self(header)
    }

    /// Does the same as [`initialize`](Self::initialize) for a driver.
    ///
    /// # Safety
    ///
    /// As for that.
    pub unsafe fn initialize_for_driver(
        header: *mut DISPATCHER_HEADER,
        kind: KOBJECTS,
        state: i32,
    ) {
        check_resident(header as usize);
        // SAFETY: the contract is the same.
        unsafe { Self::initialize(header, kind, state) };
    }

    pub fn address(self) -> usize {
        self.0 as usize
    }

    pub fn kind(self) -> KOBJECTS {
        // SAFETY: the object is valid, and its first bytes are not changed.
        let [kind, ..] = unsafe { self.0.cast::<[u8; 4]>().read() };
        kind
    }

    /// True for an initialized event.
    pub fn is_event(self) -> bool {
        // SAFETY: the object is valid for reads.
        let [kind, _, measured, _] = unsafe { self.0.cast::<[u8; 4]>().read() };
        matches!(kind, EventNotificationObject | EventSynchronizationObject)
            && size(kind) == Some(measured)
    }

    /// False, and a rule broken, if `user` gave something else than an initialized object.
    pub fn is_initialized(self, user: &str) -> bool {
        // SAFETY: the object is valid, and its first bytes are not changed.
        let [kind, _, measured, _] = unsafe { self.0.cast::<[u8; 4]>().read() };
        // What tells a timer or a thread from other memory is its kind alone.
        let known = match kind {
            TimerNotificationObject | TimerSynchronizationObject | THREAD_OBJECT => true,
            kind => size(kind) == Some(measured),
        };
        if !known {
            OBJECT_UNINITIALIZED.broken_by_caller(&format!(
                "called {user} with {:#x}, which is no initialised object",
                self.address()
            ));
        }
        known
    }

    /// What drivers read as the state: positive while the object is signaled.
    pub fn state(&self) -> &AtomicI32 {
        // SAFETY: the object is valid.
        let state = unsafe { &raw mut (*self.0).SignalState };
        // SAFETY: the object is valid, and all change its state in this way.
        unsafe { AtomicI32::from_ptr(state) }
    }

    /// True if the object stays signaled however many threads it releases.
    pub fn stays_signaled(self) -> bool {
        matches!(self.kind(), EventNotificationObject | TimerNotificationObject | THREAD_OBJECT)
    }

    /// True if the object lets `thread` go on.
    pub fn is_signaled_for(self, thread: &ThreadObject) -> bool {
        self.state().load(Ordering::SeqCst) > 0
            || self.kind() == MutantObject && self.owner() == thread.address()
    }

    /// Changes the state as an object does that lets `thread` go on. Only under the lock of those who
    /// wait for it.
    pub fn release(self, thread: &ThreadObject) {
        match self.kind() {
            EventSynchronizationObject | TimerSynchronizationObject => {
                self.state().store(0, Ordering::SeqCst);
            }
            SemaphoreObject => {
                self.state().fetch_sub(1, Ordering::SeqCst);
            }
            MutantObject => {
                self.state().fetch_sub(1, Ordering::SeqCst);
                self.set_owner(thread.address());
            }
            _ => {}
        }
    }

    /// The owner of a mutex, or zero.
    pub fn owner(self) -> usize {
        let mutex = self.0.cast::<KMUTANT>();
        // SAFETY: only called for mutexes, and under their lock or by who may be the owner.
        let owner = unsafe { &raw const (*mutex).OwnerThread };
        // SAFETY: as above.
        unsafe { owner.read_volatile() as usize }
    }

    /// Notes the owner of a mutex, or that it has none.
    pub fn set_owner(self, thread: usize) {
        let mutex = self.0.cast::<KMUTANT>();
        // SAFETY: only called for mutexes, and under their lock.
        let owner = unsafe { &raw mut (*mutex).OwnerThread };
        // SAFETY: as above.
        unsafe { owner.write_volatile(std::ptr::without_provenance_mut(thread)) };
    }
}

/// What an initialized object has for a size: that of its structure, in units of four bytes.
fn size(kind: KOBJECTS) -> Option<u8> {
    let bytes = match kind {
        EventNotificationObject | EventSynchronizationObject => size_of::<KEVENT>(),
        MutantObject => size_of::<KMUTANT>(),
        SemaphoreObject => size_of::<KSEMAPHORE>(),
        _ => return None,
    };
    u8::try_from(bytes / 4).ok()
}
