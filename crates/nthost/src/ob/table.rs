//! The objects there are, who refers to them, and the handles that stand for them.

use std::{
    collections::{BTreeMap, HashMap},
    thread::JoinHandle,
};

use super::Kind;
use crate::{
    nt::{ACCESS_MASK, PSECURITY_DESCRIPTOR},
    rtl::security::Descriptor,
    sched::{Ending, Mutex},
};

/// The objects and handles of a kernel.
#[derive(Default)]
pub(crate) struct State {
    pub(super) table: Mutex<Table>,
    /// Threads that delete objects whose last reference went at a level too high for that.
    pub(super) deleting: Mutex<Vec<(JoinHandle<()>, Ending)>>,
}

/// Objects by address, and handles by number.
#[derive(Default)]
pub(super) struct Table {
    objects: HashMap<usize, Object>,
    handles: BTreeMap<usize, Handle>,
    made: usize,
}

/// What becomes of an object when nobody refers to it any more.
pub(super) type OnDelete = Box<dyn FnOnce() + Send>;

struct Object {
    kind: Kind,
    /// All references, with those of handles and of drivers.
    references: usize,
    /// References that drivers have taken and not given back.
    taken: usize,
    /// Its security descriptor, in self-relative form.
    security: Option<Box<[u32]>>,
    on_delete: OnDelete,
}

/// What a handle stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Handle {
    /// The address of the object.
    pub address: usize,
    /// What it is.
    pub kind: Kind,
    /// What may be done with it.
    pub access: ACCESS_MASK,
}

/// Why a reference could not be given back.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Unbalanced {
    /// There is no such object.
    Unknown,
    /// Drivers have given all of theirs back already.
    NotTaken(Kind),
}

impl Table {
    /// Handles of the kernel are negative, and multiples of four. A number is never used again, so
    /// that a handle that was closed does not come to stand for something else.
    fn next_handle(&mut self) -> usize {
        self.made += 1;
        0xffff_ffff_8000_0000 + 4 * self.made
    }

    pub fn insert(&mut self, address: usize, kind: Kind, on_delete: OnDelete) {
        let object = Object { kind, references: 1, taken: 0, security: None, on_delete };
        let before = self.objects.insert(address, object);
        assert!(before.is_none(), "there is an object at {address:#x} already");
    }

    pub fn kind(&self, address: usize) -> Option<Kind> {
        self.objects.get(&address).map(|object| object.kind)
    }

    /// Adds a reference, and returns how many there are.
    pub fn reference(&mut self, address: usize, by_driver: bool) -> Option<usize> {
        let object = self.objects.get_mut(&address)?;
        object.references += 1;
        object.taken += usize::from(by_driver);
        Some(object.references)
    }

    /// Takes a reference away, and returns how many are left, and what to do if there are none.
    pub fn dereference(
        &mut self,
        address: usize,
        by_driver: bool,
    ) -> Result<(usize, Option<OnDelete>), Unbalanced> {
        let object = self.objects.get_mut(&address).ok_or(Unbalanced::Unknown)?;
        if by_driver {
            object.taken = object.taken.checked_sub(1).ok_or(Unbalanced::NotTaken(object.kind))?;
        }
        object.references -= 1;
        let left = object.references;
        let gone = if left == 0 { self.objects.remove(&address) } else { None };
        Ok((left, gone.map(|object| object.on_delete)))
    }

    /// Changes the security of an object, and returns where its descriptor is until the next change.
    pub fn change_security(
        &mut self,
        address: usize,
        change: impl FnOnce(Descriptor) -> Descriptor,
    ) -> Option<PSECURITY_DESCRIPTOR> {
        let object = self.objects.get_mut(&address)?;
        let before = object.security.as_ref().and_then(|words| {
            // SAFETY: the words were made from a descriptor.
            unsafe { Descriptor::read(words.as_ptr().cast()) }.ok()
        });
        let words = object.security.insert(change(before.unwrap_or_default()).to_relative());
        Some(words.as_mut_ptr().cast())
    }

    /// Makes a handle, which is a reference too.
    pub fn open(&mut self, address: usize, access: ACCESS_MASK) -> Option<usize> {
        let kind = self.kind(address)?;
        self.reference(address, false)?;
        let number = self.next_handle();
        self.handles.insert(number, Handle { address, kind, access });
        Some(number)
    }

    pub fn handle(&self, number: usize) -> Option<Handle> {
        self.handles.get(&number).copied()
    }

    /// Takes a handle away; its reference is to be taken away next.
    pub fn close(&mut self, number: usize) -> Option<Handle> {
        self.handles.remove(&number)
    }

    /// What drivers have not given back, in sentences.
    pub fn leftovers(&self) -> Vec<String> {
        let handles = self.handles.iter().map(|(number, handle)| {
            format!("handle {number:#x} of a {} at {:#x} is open", handle.kind, handle.address)
        });
        let taken = self.objects.iter().filter(|(_, object)| object.taken > 0);
        let references = taken.map(|(address, object)| {
            format!("{} references to a {} at {address:#x} remain", object.taken, object.kind)
        });
        handles.chain(references).collect()
    }
}
