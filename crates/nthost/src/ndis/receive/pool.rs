//! A number of lists.

use std::{collections::VecDeque, sync::Arc};

use rustc_hash::FxHashMap;

use super::{
    descriptor::{Descriptor, Lists, Origin},
    ledger::{Event, Owner},
};
use crate::{
    ndis::frame::{List, Poison, Style},
    sched::{Mutex, RwLock},
};

/// The bytes that a list has room for at first.
const ROOM: usize = 2048;

/// A number of lists, which are made when they are needed first.
pub(in crate::ndis) struct Pool {
    origin: Origin,
    /// The most lists that there are.
    count: usize,
    style: Style,
    poison: Poison,
    by_address: RwLock<FxHashMap<usize, Arc<Descriptor>>>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    free: VecDeque<Arc<Descriptor>>,
    /// How many have been made.
    made: usize,
    /// Lists that a driver has not returned before it closed its binding.
    lost: usize,
}

impl Pool {
    pub fn new(origin: Origin, count: usize, style: Style, poison: Poison) -> Self {
        let (by_address, state) = (RwLock::default(), Mutex::default());
        Self { origin, count, style, poison, by_address, state }
    }

    /// The list with this address.
    pub fn find(&self, address: usize) -> Option<Arc<Descriptor>> {
        self.by_address.read().get(&address).cloned()
    }

    /// Takes up to so many lists; returns how many are left, too.
    pub fn take(&self, count: usize) -> (Lists, usize) {
        let mut state = self.state.lock();
        let missing = count.saturating_sub(state.free.len()).min(self.count - state.made);
        if missing > 0 {
            self.make(&mut state, missing);
        }
        let count = count.min(state.free.len());
        let taken = state.free.drain(..count).collect();
        (taken, state.free.len() + self.count - state.made)
    }

    fn make(&self, state: &mut State, count: usize) {
        let mut by_address = self.by_address.write();
        for _ in 0..count {
            let list = List::new(self.style, state.made, ROOM);
            let descriptor = Arc::new(Descriptor::new(self.origin, list));
            by_address.insert(descriptor.address() as usize, Arc::clone(&descriptor));
            state.free.push_back(descriptor);
            state.made += 1;
        }
    }

    /// They are back.
    pub fn put(&self, lists: impl IntoIterator<Item = Arc<Descriptor>>) {
        let retire = |list: Arc<Descriptor>| {
            list.entry.give(Owner::Pool);
            list.entry.note(Event::Home, 0, 0);
            list.memory().list.retire(self.poison);
            list
        };
        let back: Vec<_> = lists.into_iter().map(retire).collect();
        self.state.lock().free.extend(back);
    }

    /// So many do not come back any more.
    pub fn lose(&self, count: usize) {
        self.state.lock().lost += count;
    }

    /// Whether all are there that can be.
    pub fn is_complete(&self) -> bool {
        let state = self.state.lock();
        state.free.len() + state.lost >= state.made
    }

    /// All lists that a choice finds.
    pub fn select(&self, choose: impl Fn(&Descriptor) -> bool) -> Lists {
        let by_address = self.by_address.read();
        by_address.values().filter(|list| choose(list)).cloned().collect()
    }
}
