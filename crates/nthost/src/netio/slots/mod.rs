//! Memory for received datagrams: all of a socket's, made with the socket and used again and again.

mod arena;
mod chain;
mod layout;
mod slot;

use rustix::mm::MprotectFlags;
use wsk_sys::WSK_DATAGRAM_INDICATION;

pub(super) use arena::CONTROL;
pub(super) use chain::Chain;
pub(super) use layout::{Layout, PIECES};
pub(super) use slot::{Slot, SlotBox};

use crate::Guards;

use arena::Arena;
use slot::Memory;

use crate::sched::Mutex;

/// The slots of a socket, each for one datagram, and the lists that the driver has.
pub(super) struct Pool {
    free: Mutex<Vec<SlotBox>>,
    /// Under the number of its first slot: the list that the driver was called with.
    held: Mutex<Box<[Option<Held>]>>,
    /// Whether drivers can use only what was indicated to them.
    guards: bool,
    /// Behind all slots, which point into it.
    arena: Arena,
}

/// A list that the driver was called with.
enum Held {
    /// The callback has not returned.
    Indicated(Chain),
    /// The callback has not returned, but the driver has released the list.
    Released(Chain),
    /// The callback has returned `STATUS_PENDING`.
    Retained(Chain),
}

/// What a driver did to a list until the callback returned.
pub(super) enum Returned {
    /// Nothing: here it is.
    Kept(Chain),
    /// It has released it.
    Released(Chain),
}

impl Pool {
    /// Room for so many datagrams.
    pub fn new(count: usize, guards: Guards) -> Self {
        let count = count.max(1);
        let arena = Arena::new(count);
        // The last one first, so that the first one is on top.
        let free = (0..count).rev().map(|index| Box::new(Slot::new(&arena, index))).collect();
        let held = (0..count).map(|_| None).collect();
        let guards = guards == Guards::On;
        Self { free: Mutex::new(free), held: Mutex::new(held), guards, arena }
    }

    /// Takes slots until `into` has `wanted`, as far as there are any.
    pub fn take_several(&self, into: &mut Vec<SlotBox>, wanted: usize) {
        let mut free = self.free.lock();
        let from = free.len().saturating_sub(wanted.saturating_sub(into.len()));
        let had = into.len();
        into.extend(free.drain(from..).rev());
        drop(free);
        let taken = into[had..].iter_mut();
        for slot in taken.filter(|slot| slot.memory == Memory::Hidden) {
            slot.memory = Memory::Usable;
            self.arena.protect(slot.index(), MprotectFlags::READ | MprotectFlags::WRITE);
        }
    }

    /// Whether there is a free slot.
    pub fn has_free(&self) -> bool {
        !self.free.lock().is_empty()
    }

    /// Gives slots back that no driver has seen.
    pub fn give_back(&self, slot: Box<Slot>) {
        self.free.lock().push(slot);
    }

    /// Gives back what a driver has seen, and makes it unusable for it.
    pub fn recycle(&self, mut chain: Chain) {
        chain.for_each(|slot| {
            slot.check();
            slot.poison();
            if self.guards {
                self.arena.protect(slot.index(), MprotectFlags::empty());
                slot.memory = Memory::Hidden;
            }
        });
        let mut free = self.free.lock();
        while let Some(slot) = chain.pop_front() {
            free.push(slot);
        }
    }

    /// Notes that the driver is going to be called with this list.
    pub fn indicate(&self, mut chain: Chain) -> *mut WSK_DATAGRAM_INDICATION {
        let address = chain.link();
        let index = self.index(address).expect("the list begins with a slot");
        self.held.lock()[index] = Some(Held::Indicated(chain));
        address
    }

    /// The callback has returned, and the driver does not keep the list.
    pub fn returned(&self, address: *mut WSK_DATAGRAM_INDICATION) -> Returned {
        let index = self.index(address).expect("the list begins with a slot");
        match self.held.lock()[index].take() {
            Some(Held::Indicated(chain) | Held::Retained(chain)) => Returned::Kept(chain),
            Some(Held::Released(chain)) => Returned::Released(chain),
            None => unreachable!("the list was noted when it was indicated"),
        }
    }

    /// The callback has returned, and the driver keeps the list. Gives the list back if the driver has
    /// released it already.
    pub fn retained(&self, address: *mut WSK_DATAGRAM_INDICATION) -> Option<Chain> {
        let index = self.index(address).expect("the list begins with a slot");
        let held = &mut self.held.lock()[index];
        match held.take() {
            Some(Held::Released(chain)) => Some(chain),
            Some(Held::Indicated(chain) | Held::Retained(chain)) => {
                *held = Some(Held::Retained(chain));
                None
            }
            None => unreachable!("the list was noted when it was indicated"),
        }
    }

    /// The driver releases a list. True if it may.
    pub fn release(&self, address: *mut WSK_DATAGRAM_INDICATION) -> bool {
        let Some(index) = self.index(address) else { return false };
        let mut all = self.held.lock();
        let held = &mut all[index];
        let chain = match held.take() {
            Some(Held::Retained(chain)) => chain,
            Some(Held::Indicated(chain)) => {
                *held = Some(Held::Released(chain));
                return true;
            }
            other => {
                *held = other;
                return false;
            }
        };
        drop(all);
        self.recycle(chain);
        true
    }

    /// Gives the memory back, unless somebody still has a slot: the driver, or who fills one for a socket
    /// that is closed meanwhile.
    pub fn clear(&self) {
        let free = std::mem::take(&mut *self.free.lock());
        if free.len() == self.held.lock().len() {
            self.arena.clear();
            if self.guards {
                self.arena.close();
            }
        }
    }

    /// How many lists are retained.
    pub fn retained_lists(&self) -> usize {
        let held = self.held.lock();
        held.iter().filter(|held| matches!(held, Some(Held::Retained(_)))).count()
    }

    /// The number of the slot whose indication has this address.
    fn index(&self, address: *mut WSK_DATAGRAM_INDICATION) -> Option<usize> {
        self.arena.index(address.cast())
    }
}
