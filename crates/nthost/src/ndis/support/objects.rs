//! Objects of NDIS that drivers have.

use std::{ops::Range, sync::Arc};

use rustc_hash::FxHashMap;

use super::{
    configuration::Configuration, device::Device, generic::Generic, lock::Lock,
    request::Clone as Request, rules, timer::Timer, work::WorkItem,
};
use crate::{ndis::data, sched::RwLock, system::System, thread, verifier, verifier::Check};

/// An object of NDIS that a driver has.
#[derive(Clone)]
pub(super) enum Object {
    Configuration(Arc<Configuration>),
    Device(Arc<Device>),
    Generic(Arc<Generic>),
    Lock(Arc<Lock>),
    Request(Arc<Request>),
    Timer(Arc<Timer>),
    WorkItem(Arc<WorkItem>),
}

impl Object {
    fn kind(&self) -> &'static str {
        match self {
            Self::Configuration(_) => "a configuration",
            Self::Device(_) => "a device",
            Self::Generic(_) => "a generic object",
            Self::Lock(_) => "a reader/writer lock",
            Self::Request(_) => "a clone of a request",
            Self::Timer(_) => "a timer",
            Self::WorkItem(_) => "a work item",
        }
    }
}

/// What kind of object a function is for, and how to tell.
pub(super) struct Kind<T> {
    pub name: &'static str,
    pub of: fn(&Object) -> Option<&Arc<T>>,
}

#[derive(Clone)]
struct Entry {
    object: Object,
    caller: usize,
}

impl Entry {
    /// A sentence that it was not freed.
    fn left(&self, system: &System) -> String {
        let caller = system.describe(self.caller);
        format!("{} that {caller} has allocated was not freed", self.object.kind())
    }
}

/// All objects of NDIS that drivers have, by what they know them by.
#[derive(Default)]
pub(in crate::ndis) struct Objects(RwLock<FxHashMap<usize, Entry>>);

impl Objects {
    /// Whether drivers know an object by this.
    pub fn has(&self, handle: usize) -> bool {
        self.0.read().contains_key(&handle)
    }
}

/// Adds an object that drivers know by a number; zero if allocations are to fail.
pub(super) fn add(make: impl FnOnce() -> Object) -> usize {
    let system = thread::system();
    if data::is_to_fail(&system) {
        return 0;
    }
    let number = system.ndis.handles.number();
    add_at(number, make());
    number
}

/// Adds an object that drivers know by its address.
pub(super) fn add_at(address: usize, object: Object) {
    thread::current(|thread| {
        let entry = Entry { object, caller: thread.caller.get() };
        thread.system.ndis.objects.0.write().insert(address, entry);
    });
}

fn wrong<T>(handle: usize, kind: &Kind<T>, function: &str) {
    rules::OBJECT.broken(format!(
        "{} called {function} with {handle:#x}, which is not {}, or was freed before",
        verifier::caller(),
        kind.name
    ));
}

/// The object of a handle, if there is one of this kind.
pub(super) fn look<T>(handle: usize, kind: &Kind<T>) -> Option<Arc<T>> {
    thread::current(|thread| {
        let objects = thread.system.ndis.objects.0.read();
        objects.get(&handle).and_then(|entry| (kind.of)(&entry.object)).cloned()
    })
}

/// The first object of this kind that `is_it` is true for.
pub(super) fn search<T>(kind: &Kind<T>, is_it: impl Fn(&T) -> bool) -> Option<Arc<T>> {
    thread::current(|thread| {
        let objects = thread.system.ndis.objects.0.read();
        let mut all = objects.values().filter_map(|entry| (kind.of)(&entry.object));
        all.find(|object| is_it(object)).cloned()
    })
}

/// The object of a handle that `function` is called with. Reports what is none of this kind.
pub(super) fn find<T>(handle: usize, kind: &Kind<T>, function: &str) -> Option<Arc<T>> {
    let found = look(handle, kind);
    if found.is_none() {
        wrong(handle, kind, function);
    }
    found
}

/// Takes an object out that `function` frees. Reports what is none of this kind.
pub(super) fn take<T>(handle: usize, kind: &Kind<T>, function: &str) -> Option<Arc<T>> {
    let found = find(handle, kind, function)?;
    let entry = thread::system().ndis.objects.0.write().remove(&handle);
    if entry.is_none() {
        wrong(handle, kind, function);
        return None;
    }
    Some(found)
}

/// Reports `does` if it is true that an object is in use.
pub(super) fn report_use(is_used: bool, rule: &'static Check, does: &str) {
    if is_used {
        rule.broken(format!("{} {does}", verifier::caller()));
    }
}

/// A driver has been unloaded whose code is there: reports the objects that it has not freed. Timers do not run
/// any more.
pub(in crate::ndis) fn check_unloaded(system: &System, code: &Range<usize>) {
    let is_its_own = |entry: &&Entry| code.contains(&entry.caller);
    let objects = system.ndis.objects.0.read();
    let left: Vec<_> = objects.values().filter(is_its_own).map(Entry::clone).collect();
    drop(objects);
    for entry in left {
        if let Object::Timer(timer) = &entry.object {
            timer.stop();
        }
        rules::OBJECT_LEFT.broken(entry.left(system));
    }
}

/// What drivers have not freed, in sentences.
pub(in crate::ndis) fn leftovers(system: &System) -> Vec<String> {
    let objects = system.ndis.objects.0.read();
    let mut all: Vec<_> = objects.values().map(|entry| entry.left(system)).collect();
    all.sort();
    all
}
