//! In which order threads acquire locks.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use parking_lot::Mutex;

use super::{Access, held::Held};
use crate::{stack, system::System};

/// The most locks of a cycle that is looked for.
const LONGEST: usize = 16;

/// Which locks were acquired while which others were held, by all threads together.
#[derive(Default)]
pub(super) struct Graph(Mutex<Orders>);

/// By the lock that was held, and the one that was acquired then.
type Orders = HashMap<usize, HashMap<usize, Order>>;

/// A lock was acquired while another one was held.
#[derive(Clone, Debug)]
struct Order {
    /// Where the one that was held had been acquired.
    held_since: usize,
    /// Where the other one was acquired, and the calls that led there.
    stack: Arc<[usize]>,
    /// Locks that were held for writing every time: threads that have to have the same one do not meet.
    gates: HashSet<usize>,
}

/// Locks that were acquired in a circle.
#[derive(Debug)]
pub(super) struct Cycle(Vec<(usize, usize, Order)>);

impl Cycle {
    /// What was acquired in which order, with the stack of each.
    pub fn describe(&self, system: &System) -> Vec<String> {
        let step = |(held, acquired, order): &(usize, usize, Order)| {
            let since = system.describe(order.held_since);
            let frames = system.lines(&order.stack);
            format!("{acquired:#x} was acquired with {held:#x} held since {since}, by{frames}")
        };
        self.0.iter().map(step).collect()
    }
}

impl Graph {
    /// Notes that a thread which holds some locks is about to acquire another one. Returns a cycle if
    /// there is a new one.
    pub fn acquiring(&self, held: &[Held], address: usize) -> Option<Cycle> {
        let mut orders = self.0.lock();
        let mut found = None;
        for holder in held {
            let from = holder.lock.address;
            let gates = gates(held, from);
            if note(&mut orders, holder, address, gates) && found.is_none() {
                found = search(&orders, from, address);
            }
        }
        found
    }

    /// Takes away what is known of some locks.
    pub fn forget(&self, locks: &[usize]) {
        if locks.is_empty() {
            return;
        }
        let mut orders = self.0.lock();
        for lock in locks {
            orders.remove(lock);
        }
        for order in orders.values_mut() {
            order.retain(|acquired, _| !locks.contains(acquired));
        }
    }
}

/// What a thread holds for writing besides a lock.
fn gates(held: &[Held], from: usize) -> HashSet<usize> {
    let others = held.iter().map(|held| held.lock).filter(|lock| lock.address != from);
    others.filter(|lock| lock.access == Access::Exclusive).map(|lock| lock.address).collect()
}

/// Adds an order, or what is new about it. False if nothing is.
fn note(orders: &mut Orders, holder: &Held, address: usize, gates: HashSet<usize>) -> bool {
    let from = orders.entry(holder.lock.address).or_default();
    let Some(order) = from.get_mut(&address) else {
        let stack = stack::walk().into();
        from.insert(address, Order { held_since: holder.caller, stack, gates });
        return true;
    };
    let before = order.gates.len();
    order.gates.retain(|gate| gates.contains(gate));
    order.gates.len() < before
}

/// Looks for a way back from the lock that is acquired to the one that is held.
fn search(orders: &Orders, from: usize, to: usize) -> Option<Cycle> {
    let order = orders.get(&from)?.get(&to)?;
    let mut path = vec![(from, to, order.clone())];
    find_way(orders, from, &order.gates.clone(), &mut path).then_some(Cycle(path))
}

/// Goes on with a path, along orders that have no gate in common with all before.
fn find_way(
    orders: &Orders,
    end: usize,
    gates: &HashSet<usize>,
    path: &mut Vec<(usize, usize, Order)>,
) -> bool {
    let Some(&(_, last, _)) = path.last() else { return false };
    if last == end {
        return gates.is_empty();
    }
    let Some(next) = orders.get(&last).filter(|_| path.len() < LONGEST) else { return false };
    for (&acquired, order) in next {
        if path.iter().any(|&(_, known, _)| known == acquired) {
            continue;
        }
        let common = gates.intersection(&order.gates).copied().collect();
        path.push((last, acquired, order.clone()));
        if find_way(orders, end, &common, path) {
            return true;
        }
        path.pop();
    }
    false
}
