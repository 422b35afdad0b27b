//! Memory descriptor lists, and other memory than pool.
//!
//! There is one address space here: the pages of a buffer are where the buffer is, and the number of a
//! page is its address divided by its size. A mapping into the system's space has the address of the
//! buffer itself, but exists only from when it is made to when it is unmapped. Only memory that a program
//! has asked the kernel for has another address in the system's space.

mod contiguous;
mod image;
mod left;
mod map;
mod mdl;
#[cfg(test)]
mod tests;
mod user;

use std::{
    collections::HashMap,
    sync::atomic::{AtomicI64, Ordering},
};

use crate::{export::Export, image::Stub, nt::MDL, sched::Mutex, system::System, thread};

use left::{Allocated, Locked};
pub(crate) use left::{check_unloaded, leftovers};
pub(crate) use map::system_address;
pub(crate) use mdl::{allocate, free, lock, number_pages, size, unlock};
pub use user::Protection;
pub(crate) use user::{Region, Regions, Want};

/// Bytes of a page.
pub(crate) const PAGE: usize = 4096;

/// The state of this component.
#[derive(Default)]
pub(crate) struct State {
    /// The MDLs that drivers and the kernel have allocated.
    mdls: Mutex<HashMap<usize, Allocated>>,
    /// Memory that drivers have allocated in whole pages.
    pages: Mutex<HashMap<usize, Allocated>>,
    /// The MDLs whose pages drivers have locked.
    locked: Mutex<HashMap<usize, Locked>>,
    /// The functions that drivers have looked up by name.
    looked_up: Mutex<HashMap<&'static str, Stub>>,
    /// Memory of programs that is not simply theirs.
    pub users: Regions,
    /// How many mappings are made before one fails; negative if none does.
    mappings_left: AtomicI64,
}

impl State {
    /// Has the mapping fail that comes after `mappings` others; those after it do not.
    pub fn fail_mapping_after(&self, mappings: u32) {
        self.mappings_left.store(i64::from(mappings) + 1, Ordering::Relaxed);
    }

    /// True if the next mapping is to fail.
    fn is_mapping_to_fail(&self) -> bool {
        self.mappings_left.load(Ordering::Relaxed) > 0
            && self.mappings_left.fetch_sub(1, Ordering::Relaxed) == 1
    }
}

/// The address of the bytes that an MDL describes, where their owner sees them.
pub(crate) fn address(mdl: &MDL) -> usize {
    mdl.StartVa as usize + mdl.ByteOffset as usize
}

/// The address of the bytes that an MDL describes, where the system sees them if it maps them.
pub(crate) fn system_view(mdl: &MDL) -> usize {
    let view = |system: &System| system.mm.users.system_view(address(mdl), mdl.ByteCount as usize);
    thread::current(|thread| view(&thread.system))
}

/// The tables of what drivers import.
pub(crate) const TABLES: &[&[Export]] =
    &[contiguous::EXPORTS, image::EXPORTS, map::EXPORTS, mdl::EXPORTS];
