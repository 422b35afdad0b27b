//! Objects: references and handles.
//!
//! Other components [`insert`] what they make. An object goes when its last reference does: the one
//! that it is made with, those of handles, and those that drivers take.

mod exports;
mod kind;
mod table;

use std::{sync::Arc, thread::JoinHandle};

use crate::{
    ke,
    nt::{ACCESS_MASK, HANDLE, PASSIVE_LEVEL, PSECURITY_DESCRIPTOR},
    rtl::security::Descriptor,
    sched::Ticket,
    system::System,
    thread,
    verifier::{self, catalogue::object as rules},
};

pub(crate) use exports::EXPORTS;
pub(crate) use kind::{Kind, TYPES};
pub(crate) use table::{Handle, State};
use table::{OnDelete, Unbalanced};

/// Makes what lies at `address` an object, with one reference.
///
/// `on_delete` runs when the last reference has gone, at `PASSIVE_LEVEL`, on this or another thread of
/// the kernel.
///
/// # Panics
///
/// If there is an object at the address already.
pub(crate) fn insert(kind: Kind, address: usize, on_delete: impl FnOnce() + Send + 'static) {
    thread::system().ob.table.lock().insert(address, kind, Box::new(on_delete));
}

/// What the object at `address` is, if there is one.
pub(crate) fn kind(address: usize) -> Option<Kind> {
    thread::system().ob.table.lock().kind(address)
}

/// Adds a reference of the kernel's own.
///
/// # Panics
///
/// If there is no object.
pub(crate) fn reference(address: usize) {
    let count = thread::system().ob.table.lock().reference(address, false);
    assert!(count.is_some(), "there is no object at {address:#x}");
}

/// Adds a reference for a driver, which it gives back with `ObDereferenceObject`. Returns how many
/// references there are, or `None` if there is no such object.
pub(crate) fn lend(address: usize) -> Option<usize> {
    thread::system().ob.table.lock().reference(address, true)
}

/// Takes a reference of the kernel's own away.
///
/// # Panics
///
/// If there is no object.
pub(crate) fn dereference(address: usize) {
    let system = thread::system();
    let result = system.ob.table.lock().dereference(address, false);
    let Ok((_, on_delete)) = result else { panic!("there is no object at {address:#x}") };
    delete(&system, on_delete, ke::irql::current() > PASSIVE_LEVEL);
}

/// Takes a reference of a driver away. Returns how many references are left.
pub(crate) fn give_back(address: usize, defer: bool) -> usize {
    let system = thread::system();
    let result = system.ob.table.lock().dereference(address, true);
    match result {
        Ok((left, on_delete)) => {
            delete(&system, on_delete, defer || ke::irql::current() > PASSIVE_LEVEL);
            left
        }
        Err(unbalanced) => {
            report_unbalanced(address, &unbalanced);
            0
        }
    }
}

fn report_unbalanced(address: usize, unbalanced: &Unbalanced) {
    let caller = verifier::caller();
    let text = match unbalanced {
        Unbalanced::Unknown => format!("{caller} dereferences {address:#x}, where no object is"),
        Unbalanced::NotTaken(kind) => {
            format!(
                "{caller} dereferences the {kind} at {address:#x} more often than it was referenced"
            )
        }
    };
    rules::REFERENCE.broken_with([address as u64, u64::MAX, 0], text);
}

fn delete(system: &Arc<System>, on_delete: Option<OnDelete>, defer: bool) {
    let Some(on_delete) = on_delete else { return };
    if !defer {
        on_delete();
        return;
    }
    let inside = Arc::clone(system);
    let ticket = Ticket::new(system, "deletion", false);
    let ending = ticket.ending();
    let run = move || ticket.run(|| thread::enter(&inside, |_| on_delete()));
    let thread = std::thread::spawn(run);
    system.ob.deleting.lock().push((thread, ending));
}

/// Waits until all objects are deleted whose last reference has gone.
pub(crate) fn settle(system: &System) {
    let take = || system.ob.deleting.lock().pop();
    // A deletion may begin another one.
    while let Some((thread, ending)) = take() {
        ending.wait();
        JoinHandle::join(thread).expect("no deletion panics");
    }
}

/// Changes the security of an object, and returns where its descriptor is until the next change.
pub(crate) fn change_security(
    address: usize,
    change: impl FnOnce(Descriptor) -> Descriptor,
) -> Option<PSECURITY_DESCRIPTOR> {
    thread::system().ob.table.lock().change_security(address, change)
}

/// Makes a handle of the kernel for an object, or `None` if there is no such object.
pub(crate) fn open(address: usize, access: ACCESS_MASK) -> Option<HANDLE> {
    let number = thread::system().ob.table.lock().open(address, access);
    number.map(|number| number as HANDLE)
}

/// What a handle stands for.
pub(crate) fn find(handle: HANDLE) -> Option<Handle> {
    thread::system().ob.table.lock().handle(handle as usize)
}

/// Closes a handle. Returns whether there was one; if not, that is noted as a broken rule.
pub(crate) fn close(handle: HANDLE) -> bool {
    let closed = thread::system().ob.table.lock().close(handle as usize);
    if let Some(Handle { address, .. }) = closed {
        dereference(address);
    } else {
        let text = format!("{} closes {handle:?}, which is no handle", verifier::caller());
        rules::HANDLE_CLOSED.broken_at([handle as u64, 0, 0, 0], text);
    }
    closed.is_some()
}

/// What drivers have not given back, in sentences.
pub(crate) fn leftovers(system: &System) -> Vec<String> {
    settle(system);
    system.ob.table.lock().leftovers()
}
