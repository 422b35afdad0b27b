//! The handles that drivers get.
//!
//! A handle is a number that is no address, so that a driver that looks behind it faults. No number is
//! given out twice, so that a handle that is used too late is known.

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicU8, AtomicUsize, Ordering},
    },
};

use ndis_sys::NDIS_HANDLE;
use rustc_hash::FxHashMap;

use super::{
    binding::{Bind, Binding, Unbind},
    protocol::Protocol,
    rules,
};
use crate::{
    sched::RwLock,
    thread,
    verifier::{self, Check},
};

/// Where handles begin: no address on x64, as bits 47 to 63 differ.
const FIRST: usize = 0x8d15_0000_0000_0000;
/// The distance from one handle to the next.
const STEP: usize = 0x100;

/// What a handle stands for.
#[derive(Clone)]
pub(super) enum Object {
    /// A driver's registration.
    Protocol(Arc<Protocol>),
    /// A bind that is under way.
    Bind(Arc<Bind>),
    /// A driver's binding.
    Binding(Arc<Binding>),
    /// An unbind that is under way.
    Unbind(Arc<Unbind>),
    /// Something that is gone; it was one of these.
    Dead(&'static str),
}

impl fmt::Display for Object {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.kind())
    }
}

impl Object {
    fn kind(&self) -> &'static str {
        match self {
            Self::Protocol(_) => "a protocol",
            Self::Bind(_) => "a bind",
            Self::Binding(_) => "a binding",
            Self::Unbind(_) => "an unbind",
            Self::Dead(kind) => kind,
        }
    }
}

/// All handles.
pub(super) struct Handles {
    next: AtomicUsize,
    cancel_ids: AtomicU8,
    objects: RwLock<FxHashMap<usize, Object>>,
}

impl Default for Handles {
    fn default() -> Self {
        Self {
            next: AtomicUsize::new(FIRST),
            cancel_ids: AtomicU8::new(0),
            objects: RwLock::default(),
        }
    }
}

impl Handles {
    /// A number that no other handle has.
    pub fn number(&self) -> usize {
        self.next.fetch_add(STEP, Ordering::Relaxed)
    }

    /// What distinguishes the cancel identifiers of a driver from those of others, as far as there are so
    /// many.
    pub fn partial_cancel_id(&self) -> u8 {
        self.cancel_ids.fetch_add(1, Ordering::Relaxed).wrapping_add(1)
    }

    /// From now on the number stands for this.
    pub fn insert(&self, number: usize, object: Object) {
        self.objects.write().insert(number, object);
    }

    /// From now on it stands for nothing.
    pub fn kill(&self, number: usize) {
        if let Some(object) = self.objects.write().get_mut(&number) {
            *object = Object::Dead(object.kind());
        }
    }

    fn find(&self, handle: NDIS_HANDLE) -> Option<Object> {
        self.objects.read().get(&(handle as usize)).cloned()
    }
}

/// What a driver's handle stands for, if `choose` finds it right. Otherwise a report says that `function`
/// was called with a wrong one.
fn find<T>(
    handle: NDIS_HANDLE,
    function: &str,
    wanted: &str,
    choose: impl FnOnce(Object) -> Result<T, Object>,
) -> Option<T> {
    let found = thread::system().ndis.handles.find(handle);
    let handle = handle as usize;
    let (rule, what) = match found.map(choose) {
        Some(Ok(right)) => return Some(right),
        Some(Err(Object::Dead(kind))) => {
            (too_late(function), format!("the handle {handle:#x} of {kind} that is gone"))
        }
        Some(Err(other)) => {
            (rules::DEAD_HANDLE, format!("the handle {handle:#x} of {other}, not of {wanted}"))
        }
        None => (rules::DEAD_HANDLE, format!("{handle:#x}, which is no handle")),
    };
    let text = format!("{} called {function} with {what}", verifier::caller());
    rule.broken_with([0, handle as u64, 0], text);
    None
}

/// The rule that a driver breaks that calls `function` for something that is gone.
fn too_late(function: &str) -> &'static Check {
    match function {
        "NdisCloseAdapterEx" => rules::CLOSED_TWICE,
        "NdisDeregisterProtocolDriver" => rules::DEREGISTERED_TWICE,
        _ => rules::DEAD_HANDLE,
    }
}

/// The binding that a driver calls `function` for. Reports a handle that is not that of one.
pub(super) fn binding(handle: NDIS_HANDLE, function: &str) -> Option<Arc<Binding>> {
    find(handle, function, "a binding", |object| match object {
        Object::Binding(binding) => Ok(binding),
        other => Err(other),
    })
}

/// The registration that a driver calls `function` for. Reports a handle that is not that of one.
pub(super) fn protocol(handle: NDIS_HANDLE, function: &str) -> Option<Arc<Protocol>> {
    find(handle, function, "a protocol", |object| match object {
        Object::Protocol(protocol) => Ok(protocol),
        other => Err(other),
    })
}

/// Reports a handle that a driver calls `function` with and that stands for nothing. The address of a
/// generic object is one, too.
pub(super) fn check(handle: usize, function: &str) {
    if thread::current(|thread| thread.system.ndis.objects.has(handle)) {
        return;
    }
    find(handle as NDIS_HANDLE, function, "anything", |object| match object {
        Object::Dead(_) => Err(object),
        _ => Ok(()),
    });
}

/// The bind that a driver calls `function` for. Reports a handle that is not that of one.
pub(super) fn bind(handle: NDIS_HANDLE, function: &str) -> Option<Arc<Bind>> {
    find(handle, function, "a bind", |object| match object {
        Object::Bind(bind) => Ok(bind),
        other => Err(other),
    })
}

/// The bind with this handle, if it is under way.
pub(super) fn look_for_bind(handle: NDIS_HANDLE) -> Option<Arc<Bind>> {
    match thread::system().ndis.handles.find(handle) {
        Some(Object::Bind(bind)) => Some(bind),
        _ => None,
    }
}

/// The unbind that a driver calls `function` for. Reports a handle that is not that of one.
pub(super) fn unbind(handle: NDIS_HANDLE, function: &str) -> Option<Arc<Unbind>> {
    find(handle, function, "an unbind", |object| match object {
        Object::Unbind(unbind) => Ok(unbind),
        other => Err(other),
    })
}

/// Whether a handle is that of a protocol.
pub(super) fn is_protocol(handle: NDIS_HANDLE) -> bool {
    matches!(thread::system().ndis.handles.find(handle), Some(Object::Protocol(_)))
}
