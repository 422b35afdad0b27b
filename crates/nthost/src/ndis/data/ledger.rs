//! The pools of drivers, and what they have allocated from them.

use std::{
    ops::Range,
    sync::atomic::{AtomicU32, Ordering::Relaxed},
};

use rustc_hash::FxHashMap;

use super::{memory::Memory, rules};
use crate::{
    low_resources::denies,
    ndis::{handle, settings::Failures},
    sched::Mutex,
    system::System,
    thread, verifier,
    verifier::Check,
};

/// A pool.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pool {
    /// Its lists are of this protocol. Nothing for a pool of net buffers.
    pub protocol: Option<u8>,
    /// Each list comes with a net buffer.
    pub with_buffer: bool,
    /// Each list comes with so many bytes of context.
    pub context: u16,
    /// Each net buffer comes with so many bytes of data.
    pub data: u32,
    /// Its lists or net buffers that are allocated.
    used: usize,
    /// Where it was allocated.
    caller: usize,
}

impl Pool {
    pub fn new(protocol: Option<u8>, with_buffer: bool, context: u16, data: u32) -> Self {
        let caller = thread::current(|thread| thread.caller.get());
        Self { protocol, with_buffer, context, data, used: 0, caller }
    }

    /// A sentence that it was not freed.
    fn left(&self, system: &System) -> String {
        let (kind, caller) = (self.kind(), system.describe(self.caller));
        format!("the pool of {kind} that {caller} has made was not freed")
    }

    fn kind(&self) -> &'static str {
        if self.protocol.is_some() { "lists" } else { "net buffers" }
    }
}

/// What something was allocated as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A list.
    List,
    /// A net buffer.
    Buffer,
    /// A list over the data of another.
    Clone,
    /// A list with a net buffer for each part of the data of another.
    Fragment,
    /// A list with one net buffer for the data of all of another's.
    Reassembled,
    /// An MDL and its bytes, before the data of a net buffer.
    Retreat,
    /// An MDL of the driver's own, before the data of a net buffer.
    ForeignRetreat,
    /// A context area of a list.
    Context,
}

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Self::List => "a list",
            Self::Buffer => "a net buffer",
            Self::Clone => "a clone of a list",
            Self::Fragment => "a fragmented list",
            Self::Reassembled => "a reassembled list",
            Self::Retreat | Self::ForeignRetreat => "the space of a retreat",
            Self::Context => "the context of a list",
        }
    }
}

/// Something that is allocated.
pub(super) struct Item {
    pub kind: Kind,
    /// The pool that it came from, or 0.
    pub pool: usize,
    /// Its memory, unless that is the driver's own.
    pub memory: Option<Memory>,
    caller: usize,
}

impl Item {
    /// A sentence that it was not freed.
    fn left(&self, system: &System) -> String {
        let (name, caller) = (self.kind.name(), system.describe(self.caller));
        format!("{name} that {caller} has allocated was not freed")
    }
}

/// All pools of a kernel, and all that is allocated.
#[derive(Default)]
pub(in crate::ndis) struct Ledger {
    pools: Mutex<FxHashMap<usize, Pool>>,
    items: Mutex<FxHashMap<usize, Item>>,
    allocations: AtomicU32,
}

fn caller() -> usize {
    thread::current(|thread| thread.caller.get())
}

/// Makes a pool for the driver that calls; returns its handle.
pub(super) fn add_pool(owner: usize, function: &str, pool: Pool) -> usize {
    if owner != 0 {
        handle::check(owner, function);
    }
    let system = thread::system();
    if is_to_fail(&system) {
        return 0;
    }
    let number = system.ndis.handles.number();
    system.ndis.data.pools.lock().insert(number, pool);
    number
}

/// Frees a pool.
pub(super) fn free_pool(number: usize, is_for_lists: bool) {
    let system = thread::system();
    let mut pools = system.ndis.data.pools.lock();
    let found = pools.get(&number).copied();
    let kind = if is_for_lists { "lists" } else { "net buffers" };
    let right = found.filter(|pool| pool.protocol.is_some() == is_for_lists);
    if let Some(pool) = right {
        pools.remove(&number);
        drop(pools);
        if pool.used > 0 {
            let text =
                format!("{} frees a pool with {} {kind} in use", verifier::caller(), pool.used);
            rules::POOL.broken(text);
        }
        return;
    }
    drop(pools);
    let text = format!(
        "{} frees the pool {number:#x}, which is no pool of {kind}, or was freed before",
        verifier::caller()
    );
    rules::POOL.broken(text);
}

/// The pool of a handle that a driver uses, if there is such a pool for lists or for net buffers.
pub(super) fn pool(number: usize, is_for_lists: bool) -> Option<Pool> {
    let found = thread::system().ndis.data.pools.lock().get(&number).copied();
    let right = found.filter(|pool| pool.protocol.is_some() == is_for_lists);
    if right.is_none() {
        let kind = if is_for_lists { "lists" } else { "net buffers" };
        rules::POOL.broken(format!(
            "{} allocates from {number:#x}, which is no pool of {kind}",
            verifier::caller()
        ));
    }
    right
}

/// Whether the next allocation of NDIS is to fail.
pub(in crate::ndis) fn is_to_fail(system: &System) -> bool {
    let failures = system.ndis.settings.data.allocations;
    let by_count = failures != Failures::Never
        && failures.happens(system.ndis.data.allocations.fetch_add(1, Relaxed));
    denies("an allocation of NDIS") || by_count
}

/// Memory for something; `None` if there is none.
pub(in crate::ndis) fn memory(bytes: usize) -> Option<Memory> {
    if is_to_fail(&thread::system()) { None } else { Memory::new(bytes) }
}

/// Notes that something was allocated from a pool, or from none.
pub(super) fn add(kind: Kind, pool: usize, memory: Memory) {
    add_at(kind, pool, memory.address(), Some(memory));
}

/// Notes that something was allocated by a driver itself.
pub(super) fn add_foreign(kind: Kind, address: usize) {
    add_at(kind, 0, address, None);
}

fn add_at(kind: Kind, pool: usize, address: usize, memory: Option<Memory>) {
    let system = thread::system();
    let ledger = &system.ndis.data;
    if let Some(pool) = ledger.pools.lock().get_mut(&pool) {
        pool.used += 1;
    }
    ledger.items.lock().insert(address, Item { kind, pool, memory, caller: caller() });
}

/// The kind of what is allocated at an address.
pub(super) fn kind(address: usize) -> Option<Kind> {
    thread::system().ndis.data.items.lock().get(&address).map(|item| item.kind)
}

/// Takes out something that a driver frees as a `kind`. Reports what is none; what is of another kind is
/// taken out all the same.
pub(super) fn take(address: usize, kind: Kind, rule: &'static Check) -> Option<Item> {
    let system = thread::system();
    let ledger = &system.ndis.data;
    let Some(item) = ledger.items.lock().remove(&address) else {
        let name = kind.name();
        rule.broken(format!(
            "{} frees {address:#x} as {name}, which it is not, or was freed before",
            verifier::caller()
        ));
        return None;
    };
    if let Some(pool) = ledger.pools.lock().get_mut(&item.pool) {
        pool.used -= 1;
    }
    if item.kind != kind {
        let (is, not) = (item.kind.name(), kind.name());
        rule.broken(format!("{} frees {is} as if it was {not}", verifier::caller()));
    }
    if item.memory.as_ref().is_some_and(|memory| !memory.is_intact()) {
        report_overrun(item.kind.name());
    }
    Some(item)
}

/// Reports that something was written behind what a driver frees.
pub(in crate::ndis) fn report_overrun(what: &str) {
    let caller = verifier::caller();
    rules::OVERRUN.broken(format!("{caller} frees {what}, behind which something was written"));
}

/// A driver has been unloaded whose code is there: reports the pools that it has not freed, and what it has
/// allocated.
pub(in crate::ndis) fn check_unloaded(system: &System, code: &Range<usize>) {
    let ledger = &system.ndis.data;
    let left = |pool: &Pool| code.contains(&pool.caller).then(|| pool.left(system));
    let pools: Vec<_> = ledger.pools.lock().values().filter_map(left).collect();
    let left = |item: &Item| code.contains(&item.caller).then(|| item.left(system));
    let items: Vec<_> = ledger.items.lock().values().filter_map(left).collect();
    for item in items {
        rules::LIST_LEFT.broken(item);
    }
    let count = pools.len() as u64;
    for pool in pools {
        rules::POOL_LEFT.broken_with([0, 0, count], pool);
    }
}

/// What drivers have not freed, in sentences.
pub(in crate::ndis) fn leftovers(system: &System) -> Vec<String> {
    let ledger = &system.ndis.data;
    let mut all = Vec::new();
    all.extend(ledger.items.lock().values().map(|item| item.left(system)));
    all.extend(ledger.pools.lock().values().map(|pool| pool.left(system)));
    all.sort();
    all
}
