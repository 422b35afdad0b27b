//! Security descriptors that drivers have cached for sockets.
//!
//! A cached one is known by the address of the one that it was made from; it says nothing here about
//! who may share an address, since all drivers of a hosted kernel are one user of the machine.

use wsk_sys::PSECURITY_DESCRIPTOR;

use super::rules;
use crate::thread;

/// Caches a security descriptor.
pub(super) fn cache(descriptor: PSECURITY_DESCRIPTOR) -> PSECURITY_DESCRIPTOR {
    let system = thread::system();
    *system.netio.descriptors.lock().entry(descriptor as usize).or_default() += 1;
    descriptor
}

/// Releases a cached security descriptor. False if it is not one.
pub(super) fn release(descriptor: PSECURITY_DESCRIPTOR) -> bool {
    let system = thread::system();
    let mut descriptors = system.netio.descriptors.lock();
    match descriptors.get_mut(&(descriptor as usize)) {
        Some(1) => drop(descriptors.remove(&(descriptor as usize))),
        Some(times) => *times -= 1,
        None => {
            drop(descriptors);
            rules::SECURITY.broken("a security descriptor was released that is not cached");
            return false;
        }
    }
    true
}

/// Checks what a driver passes as a cached security descriptor. False if it is not one.
pub(super) fn check(descriptor: PSECURITY_DESCRIPTOR) -> bool {
    let system = thread::system();
    let known = descriptor.is_null()
        || system.netio.descriptors.lock().contains_key(&(descriptor as usize));
    if !known {
        rules::SECURITY.broken("a socket was given a security descriptor that is not cached");
    }
    known
}
