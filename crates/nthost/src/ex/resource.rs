//! Executive resources: locks for one writer or many readers, who may acquire them again.
//!
//! What a resource is in is kept outside of it, from its initialization until it is deleted.

use std::{
    collections::{HashMap, VecDeque},
    ops::Range,
    sync::Arc,
};

use crate::{
    export::{Export, exports},
    ke::{
        deadlock::{self, Access, Kind, Lock},
        irql, region,
        thread::ThreadObject,
    },
    nt::{
        APC_LEVEL, BOOLEAN, DISPATCH_LEVEL, ERESOURCE, ERESOURCE_THREAD, NTSTATUS, PASSIVE_LEVEL,
        STATUS_SUCCESS,
    },
    sched::{Condvar, Mutex},
    stop,
    system::System,
    thread,
    verifier::{
        self, Check,
        catalogue::locks::{
            FREED_HELD, RESOURCE_APCS_ENABLED, RESOURCE_DELETED, RESOURCE_INITIALIZED,
            RESOURCE_RELEASED_WITH_APCS, RESOURCE_UNINITIALIZED,
        },
        catalogue::unload::RESOURCE_LEFT,
    },
};

/// The resources of a kernel that are initialized, by address.
#[derive(Default)]
pub(super) struct Resources(Mutex<HashMap<usize, Arc<Resource>>>);

impl Resources {
    /// A resource that is initialized and lies between two addresses.
    pub fn within(&self, range: &Range<usize>) -> Option<usize> {
        self.0.lock().keys().copied().find(|resource| range.contains(resource))
    }
}

/// A resource.
#[derive(Default)]
struct Resource {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    writer: Option<ERESOURCE_THREAD>,
    /// How often the owners have it: the writer, or each reader.
    owners: HashMap<ERESOURCE_THREAD, Owner>,
    /// Who waits, in this order.
    waiting: VecDeque<(u64, Way)>,
    waits_so_far: u64,
}

/// A thread that has a resource.
struct Owner {
    thread: Arc<ThreadObject>,
    times: u32,
}

/// How a resource is acquired.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    Exclusive,
    /// Behind writers that wait, unless the thread has it already.
    Shared,
    /// Before writers that wait.
    SharedStarvingExclusive,
    /// Behind writers that wait, even if the thread has it already.
    SharedBehindExclusive,
}

impl Way {
    fn lock(self, address: usize) -> Lock {
        let access = match self {
            Self::Exclusive => Access::Exclusive,
            _ => Access::Shared,
        };
        Lock { address, kind: Kind::Resource, access }
    }
}

impl State {
    /// Acquires the resource for a thread if that need not wait for those in `before`.
    fn try_acquire(&mut self, owner: &Arc<ThreadObject>, way: Way, before: usize) -> bool {
        let thread = owner.address();
        let has_it = self.owners.contains_key(&thread);
        let writer_waits =
            || self.waiting.iter().take(before).any(|&(_, way)| way == Way::Exclusive);
        let is_free = match (self.writer, way) {
            (Some(writer), _) => writer == thread,
            (None, Way::Exclusive) => self.owners.is_empty() && before == 0,
            (None, Way::Shared) => has_it || !writer_waits(),
            (None, Way::SharedStarvingExclusive) => true,
            (None, Way::SharedBehindExclusive) => !writer_waits(),
        };
        if is_free {
            let new = || Owner { thread: Arc::clone(owner), times: 0 };
            self.owners.entry(thread).or_insert_with(new).times += 1;
            if way == Way::Exclusive {
                self.writer = Some(thread);
            }
        }
        is_free
    }

    fn waiting(&self, is_writer: bool) -> u32 {
        let count = self.waiting.iter().filter(|(_, way)| (*way == Way::Exclusive) == is_writer);
        u32::try_from(count.count()).unwrap_or(u32::MAX)
    }
}

impl Resource {
    fn acquire(&self, way: Way, waits: bool) -> bool {
        let me = thread::current(|thread| Arc::clone(&thread.object));
        let mut state = self.state.lock();
        let before = state.waiting.len();
        if state.try_acquire(&me, way, before) {
            return true;
        }
        if !waits {
            return false;
        }
        state.waits_so_far += 1;
        let number = state.waits_so_far;
        state.waiting.push_back((number, way));
        loop {
            if !stop::wait(&self.changed, &mut state) {
                state.waiting.retain(|&(other, _)| other != number);
                return false;
            }
            let place = state.waiting.iter().position(|&(other, _)| other == number);
            let place = place.unwrap_or_default();
            if state.try_acquire(&me, way, place) {
                state.waiting.remove(place);
                // Those behind may go on too.
                self.changed.notify_all();
                return true;
            }
        }
    }

    /// Releases the resource for a thread; false if that does not have it.
    fn release(&self, thread: ERESOURCE_THREAD, address: usize) -> bool {
        let mut state = self.state.lock();
        let Some(owner) = state.owners.get_mut(&thread) else { return false };
        deadlock::released_for(&owner.thread, address);
        owner.times -= 1;
        if owner.times == 0 {
            state.owners.remove(&thread);
            state.writer = None;
            self.changed.notify_all();
        }
        true
    }

    /// A thread that has it, or zero.
    fn owner(&self) -> usize {
        self.state.lock().owners.keys().next().copied().unwrap_or_default()
    }
}

fn broken(check: &'static Check, resource: *mut ERESOURCE, does: &str) {
    let text = format!("{} {does} the resource at {resource:?}", verifier::caller());
    check.broken_with([resource.addr() as u64, 0, 0], text);
}

fn lookup(resource: *mut ERESOURCE) -> Option<Arc<Resource>> {
    thread::system().ex.resources.0.lock().get(&resource.addr()).cloned()
}

fn find(resource: *mut ERESOURCE) -> Option<Arc<Resource>> {
    let found = lookup(resource);
    if found.is_none() {
        let text = format!("{} uses {resource:?}, which is no resource", verifier::caller());
        RESOURCE_UNINITIALIZED.broken_with([0, 0, resource.addr() as u64], text);
    }
    found
}

/// The holder of a resource must not be interrupted by APCs.
fn check_region(check: &'static Check, resource: *mut ERESOURCE, does: &str) {
    if !region::are_apcs_disabled() {
        check.broken_with(
            [irql::current().into(), 0, resource.addr() as u64],
            format!("{} {does} a resource outside of a critical region", verifier::caller()),
        );
    }
}

fn acquire(resource: *mut ERESOURCE, way: Way, waits: BOOLEAN) -> BOOLEAN {
    check_region(RESOURCE_APCS_ENABLED, resource, "acquires");
    let Some(found) = find(resource) else { return 0 };
    let lock = way.lock(resource.addr());
    if waits != 0 && !deadlock::acquiring(lock) {
        return 0;
    }
    let is_acquired = found.acquire(way, waits != 0);
    if is_acquired {
        deadlock::acquired(lock, irql::current());
    }
    is_acquired.into()
}

fn release(resource: *mut ERESOURCE, thread: ERESOURCE_THREAD) {
    check_region(RESOURCE_RELEASED_WITH_APCS, resource, "releases");
    let Some(found) = find(resource) else { return };
    if !found.release(thread, resource.addr()) {
        deadlock::not_held(Way::Exclusive.lock(resource.addr()), found.owner());
    }
}

/// Reports resources in the image of a driver that is unloaded.
pub(super) fn check_unloaded(system: &System, image: &Range<usize>) {
    let mut left: Vec<_> = system.ex.resources.0.lock().keys().copied().collect();
    left.retain(|address| image.contains(address));
    for address in left {
        RESOURCE_LEFT.broken(format!("the resource at {address:#x} is not deleted"));
    }
}

/// Resources that were not deleted, in sentences.
pub(super) fn leftovers(system: &System) -> Vec<String> {
    let resources = system.ex.resources.0.lock();
    resources.keys().map(|address| format!("the resource at {address:#x} is not deleted")).collect()
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-exinitializeresourcelite)
unsafe extern "efiapi" fn ExInitializeResourceLite(resource: *mut ERESOURCE) -> NTSTATUS {
    // SAFETY: the driver passes memory for a resource.
    unsafe { resource.write(ERESOURCE::default()) };
    let system = thread::system();
    let before = system.ex.resources.0.lock().insert(resource.addr(), Arc::default());
    if before.is_some() {
        broken(RESOURCE_INITIALIZED, resource, "initialises again");
    }
    STATUS_SUCCESS
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-exreinitializeresourcelite)
unsafe extern "efiapi" fn ExReinitializeResourceLite(resource: *mut ERESOURCE) -> NTSTATUS {
    if find(resource).is_some() {
        let system = thread::system();
        system.ex.resources.0.lock().insert(resource.addr(), Arc::default());
    }
    STATUS_SUCCESS
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-exdeleteresourcelite)
unsafe extern "efiapi" fn ExDeleteResourceLite(resource: *mut ERESOURCE) -> NTSTATUS {
    let removed = thread::system().ex.resources.0.lock().remove(&resource.addr());
    match removed.map(|resource| resource.owner()) {
        Some(0) => {}
        Some(owner) => {
            let text = format!("{} deletes a resource that a thread has", verifier::caller());
            FREED_HELD.broken_with([resource.addr() as u64, owner as u64, 0], text);
        }
        None => broken(RESOURCE_DELETED, resource, "deletes what is not initialised,"),
    }
    STATUS_SUCCESS
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-exacquireresourceexclusivelite)
unsafe extern "efiapi" fn ExAcquireResourceExclusiveLite(
    resource: *mut ERESOURCE,
    waits: BOOLEAN,
) -> BOOLEAN {
    acquire(resource, Way::Exclusive, waits)
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-exacquireresourcesharedlite)
unsafe extern "efiapi" fn ExAcquireResourceSharedLite(
    resource: *mut ERESOURCE,
    waits: BOOLEAN,
) -> BOOLEAN {
    acquire(resource, Way::Shared, waits)
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-exacquiresharedstarveexclusive)
unsafe extern "efiapi" fn ExAcquireSharedStarveExclusive(
    resource: *mut ERESOURCE,
    waits: BOOLEAN,
) -> BOOLEAN {
    acquire(resource, Way::SharedStarvingExclusive, waits)
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-exacquiresharedwaitforexclusive)
unsafe extern "efiapi" fn ExAcquireSharedWaitForExclusive(
    resource: *mut ERESOURCE,
    waits: BOOLEAN,
) -> BOOLEAN {
    acquire(resource, Way::SharedBehindExclusive, waits)
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-exreleaseresourcelite)
unsafe extern "efiapi" fn ExReleaseResourceLite(resource: *mut ERESOURCE) {
    release(resource, thread::current(thread::Thread::address));
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-exreleaseresourceforthreadlite)
unsafe extern "efiapi" fn ExReleaseResourceForThreadLite(
    resource: *mut ERESOURCE,
    thread: ERESOURCE_THREAD,
) {
    release(resource, thread);
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-exconvertexclusivetosharedlite)
unsafe extern "efiapi" fn ExConvertExclusiveToSharedLite(resource: *mut ERESOURCE) {
    let Some(found) = find(resource) else { return };
    let me = thread::current(thread::Thread::address);
    let mut state = found.state.lock();
    if state.writer == Some(me) {
        state.writer = None;
        found.changed.notify_all();
        drop(state);
        deadlock::converted(Way::Shared.lock(resource.addr()));
    } else {
        drop(state);
        deadlock::not_held(Way::Exclusive.lock(resource.addr()), found.owner());
    }
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-exisresourceacquiredexclusivelite)
unsafe extern "efiapi" fn ExIsResourceAcquiredExclusiveLite(resource: *mut ERESOURCE) -> BOOLEAN {
    let me = thread::current(thread::Thread::address);
    find(resource).is_some_and(|resource| resource.state.lock().writer == Some(me)).into()
}

/// How often the thread has it.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-exisresourceacquiredsharedlite)
unsafe extern "efiapi" fn ExIsResourceAcquiredSharedLite(resource: *mut ERESOURCE) -> u32 {
    let me = thread::current(thread::Thread::address);
    let Some(resource) = find(resource) else { return 0 };
    let state = resource.state.lock();
    state.owners.get(&me).map_or(0, |owner| owner.times)
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-exgetexclusivewaitercount)
unsafe extern "efiapi" fn ExGetExclusiveWaiterCount(resource: *mut ERESOURCE) -> u32 {
    find(resource).map_or(0, |resource| resource.state.lock().waiting(true))
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-exgetsharedwaitercount)
unsafe extern "efiapi" fn ExGetSharedWaiterCount(resource: *mut ERESOURCE) -> u32 {
    find(resource).map_or(0, |resource| resource.state.lock().waiting(false))
}

pub(super) const EXPORTS: &[Export] = exports! {
    ExAcquireResourceExclusiveLite: PASSIVE_LEVEL..=APC_LEVEL;
    ExAcquireResourceSharedLite: PASSIVE_LEVEL..=APC_LEVEL;
    ExAcquireSharedStarveExclusive: PASSIVE_LEVEL..=APC_LEVEL;
    ExAcquireSharedWaitForExclusive: PASSIVE_LEVEL..=APC_LEVEL;
    ExConvertExclusiveToSharedLite: PASSIVE_LEVEL..=APC_LEVEL;
    ExDeleteResourceLite: PASSIVE_LEVEL..=APC_LEVEL;
    ExGetExclusiveWaiterCount: PASSIVE_LEVEL..=DISPATCH_LEVEL;
    ExGetSharedWaiterCount: PASSIVE_LEVEL..=DISPATCH_LEVEL;
    ExInitializeResourceLite: PASSIVE_LEVEL..=DISPATCH_LEVEL;
    ExIsResourceAcquiredExclusiveLite: PASSIVE_LEVEL..=DISPATCH_LEVEL;
    ExIsResourceAcquiredSharedLite: PASSIVE_LEVEL..=DISPATCH_LEVEL;
    ExReinitializeResourceLite: PASSIVE_LEVEL..=DISPATCH_LEVEL;
    ExReleaseResourceForThreadLite: PASSIVE_LEVEL..=DISPATCH_LEVEL;
    ExReleaseResourceLite: PASSIVE_LEVEL..=DISPATCH_LEVEL;
};
