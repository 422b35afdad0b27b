//! Lists of slots.

use wsk_sys::WSK_DATAGRAM_INDICATION;

use super::slot::Slot;

/// A list of slots with datagrams in them.
#[derive(Default)]
pub(in super::super) struct Chain {
    head: Option<Box<Slot>>,
    count: usize,
}

impl Chain {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.count
    }

    pub fn is_empty(&self) -> bool {
        self.head.is_none()
    }

    /// The first one.
    pub fn first(&self) -> Option<&Slot> {
        self.head.as_deref()
    }

    pub fn push_front(&mut self, mut slot: Box<Slot>) {
        slot.next = self.head.take();
        self.head = Some(slot);
        self.count += 1;
    }

    pub fn pop_front(&mut self) -> Option<Box<Slot>> {
        let mut slot = self.head.take()?;
        self.head = slot.next.take();
        self.count -= 1;
        Some(slot)
    }

    /// Takes the first ones for which `keep` holds, at most `limit`.
    pub fn take_while(&mut self, limit: usize, keep: impl Fn(&Slot) -> bool) -> Self {
        let taken = self.iter().take(limit).take_while(|slot| keep(slot)).count();
        let mut place = &mut self.head;
        for _ in 0..taken {
            place = &mut place.as_mut().expect("so many were counted").next;
        }
        let rest = place.take();
        let head = std::mem::replace(&mut self.head, rest);
        self.count -= taken;
        Self { head, count: taken }
    }

    /// Puts another list in front.
    pub fn prepend(&mut self, mut other: Self) {
        let mut place = &mut other.head;
        while let Some(slot) = place {
            place = &mut slot.next;
        }
        *place = self.head.take();
        self.head = other.head.take();
        self.count += std::mem::take(&mut other.count);
    }

    /// Does something to each.
    pub fn for_each(&mut self, mut act: impl FnMut(&mut Slot)) {
        let mut place = &mut self.head;
        while let Some(slot) = place {
            act(slot);
            place = &mut slot.next;
        }
    }

    /// Bytes of all datagrams.
    pub fn bytes(&self) -> usize {
        self.iter().map(|slot| slot.length).sum()
    }

    pub fn iter(&self) -> impl Iterator<Item = &Slot> {
        std::iter::successors(self.first(), |slot| slot.next.as_deref())
    }

    /// Writes what the driver sees of the list, and returns where that begins.
    pub fn link(&mut self) -> *mut WSK_DATAGRAM_INDICATION {
        let mut place = &mut self.head;
        while let Some(slot) = place {
            let next = slot.next.as_ref().map_or(std::ptr::null_mut(), |next| next.indication());
            slot.describe(next);
            place = &mut slot.next;
        }
        self.head.as_ref().map_or(std::ptr::null_mut(), |head| head.indication())
    }
}

impl Drop for Chain {
    /// One after the other: the list may be long.
    fn drop(&mut self) {
        while self.pop_front().is_some() {}
    }
}

impl FromIterator<Box<Slot>> for Chain {
    /// The datagrams in the opposite order.
    fn from_iter<I: IntoIterator<Item = Box<Slot>>>(slots: I) -> Self {
        let mut chain = Self::default();
        for slot in slots {
            chain.push_front(slot);
        }
        chain
    }
}
