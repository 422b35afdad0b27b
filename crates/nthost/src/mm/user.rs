//! Memory of programs, whose protection may change while requests use it.
//!
//! Each region is mapped twice: where its program sees it, with the protection that the program wants,
//! and where the system sees it, which can always be written. So the pages of a locked buffer stay what
//! they are whatever the program does with its own mapping, as on Windows.

use std::{
    collections::BTreeMap,
    io, ptr,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use parking_lot::{RwLock, RwLockReadGuard};
use rustix::{
    fs::{MemfdFlags, ftruncate, memfd_create},
    mm::{MapFlags, MprotectFlags, ProtFlags, mmap, mprotect, munmap},
};

use super::PAGE;
use crate::nt::{NTSTATUS, STATUS_ACCESS_VIOLATION};

/// What a program may do with memory of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Protection {
    /// Nothing.
    NoAccess,
    /// Read it.
    ReadOnly,
    /// Read and write it.
    ReadWrite,
}

impl Protection {
    const fn flags(self) -> MprotectFlags {
        match self {
            Self::NoAccess => MprotectFlags::empty(),
            Self::ReadOnly => MprotectFlags::READ,
            Self::ReadWrite => MprotectFlags::READ.union(MprotectFlags::WRITE),
        }
    }
}

/// Whole pages that belong to a program.
///
/// # Invariants
///
/// `view` and `alias` are mappings of the same `length` bytes. `alias` can be read and written.
#[derive(Debug)]
pub(crate) struct Region {
    view: *mut u8,
    alias: *mut u8,
    length: usize,
    protection: RwLock<Protection>,
}

// SAFETY: the mappings may be used on any thread; what is in them changes under no lock, as with all
// memory of programs.
unsafe impl Send for Region {}
// SAFETY: as above.
unsafe impl Sync for Region {}

impl Region {
    fn new(length: usize) -> io::Result<Self> {
        let length = length.max(1).next_multiple_of(PAGE);
        let file = memfd_create("user", MemfdFlags::CLOEXEC)?;
        ftruncate(&file, length as u64)?;
        let access = ProtFlags::READ | ProtFlags::WRITE;
        let map = || {
            // SAFETY: the system chooses where the new mapping is.
            unsafe { mmap(ptr::null_mut(), length, access, MapFlags::SHARED, &file, 0) }
        };
        let view = map()?;
        let alias = map().inspect_err(|_| {
            // SAFETY: it was mapped just now, and nobody knows it.
            let _ = unsafe { munmap(view, length) };
        })?;
        // INVARIANT: they were mapped just now.
        Ok(Self {
            view: view.cast(),
            alias: alias.cast(),
            length,
            protection: RwLock::new(Protection::ReadWrite),
        })
    }

    pub fn address(&self) -> usize {
        self.view as usize
    }

    pub fn len(&self) -> usize {
        self.length
    }

    pub fn protect(&self, protection: Protection) -> io::Result<()> {
        let mut current = self.protection.write();
        // SAFETY: the pages are those of the region, and programs' memory is used by its address.
        unsafe { mprotect(self.view.cast(), self.length, protection.flags()) }?;
        *current = protection;
        Ok(())
    }

    /// Where the system sees an address, of which `length` bytes are in the region.
    fn alias_of(&self, address: usize, length: usize) -> Option<*mut u8> {
        let offset = address.checked_sub(self.address())?;
        let end = offset.checked_add(length)?;
        (end <= self.length).then(|| self.alias.wrapping_add(offset))
    }

    /// Copies bytes out of the region, whatever its program may do.
    pub fn copy_to(&self, offset: usize, into: &mut [u8]) {
        let from = self.alias_of(self.address() + offset, into.len()).expect("it is in the region");
        // SAFETY: by the invariant so many bytes can be read there.
        unsafe { from.copy_to_nonoverlapping(into.as_mut_ptr(), into.len()) };
    }

    /// Copies bytes into the region, whatever its program may do.
    pub fn copy_from(&self, offset: usize, bytes: &[u8]) {
        let to = self.alias_of(self.address() + offset, bytes.len()).expect("it is in the region");
        // SAFETY: by the invariant so many bytes can be written there.
        unsafe { to.copy_from_nonoverlapping(bytes.as_ptr(), bytes.len()) };
    }
}

impl Drop for Region {
    fn drop(&mut self) {
        for mapping in [self.view, self.alias] {
            // SAFETY: by the invariant it is a mapping, which nobody uses any more.
            let unmapped = unsafe { munmap(mapping.cast(), self.length) };
            debug_assert!(unmapped.is_ok());
        }
    }
}

/// What a service wants to do with memory of a program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Want {
    Read,
    Write,
}

/// The memory of all programs.
#[derive(Default)]
pub(crate) struct Regions {
    by_address: RwLock<BTreeMap<usize, Arc<Region>>>,
    /// There was one, so that looking for it is worth while.
    any: AtomicBool,
}

impl Regions {
    pub fn add(&self, length: usize) -> io::Result<Arc<Region>> {
        let region = Arc::new(Region::new(length)?);
        self.by_address.write().insert(region.address(), Arc::clone(&region));
        self.any.store(true, Ordering::Release);
        Ok(region)
    }

    /// The program has no such memory any more; requests that use it may still be under way.
    pub fn remove(&self, region: &Region) {
        self.by_address.write().remove(&region.address());
    }

    /// True if a byte is one of a program's.
    pub fn contains(&self, address: usize) -> bool {
        self.find(address, 1).is_some()
    }

    fn find(&self, address: usize, length: usize) -> Option<Arc<Region>> {
        if !self.any.load(Ordering::Acquire) {
            return None;
        }
        let regions = self.by_address.read();
        let (_, region) = regions.range(..=address).next_back()?;
        region.alias_of(address, length)?;
        Some(Arc::clone(region))
    }

    /// Looks whether a program may do that with its memory, and keeps the memory for the service.
    ///
    /// # Errors
    ///
    /// `STATUS_ACCESS_VIOLATION`
    pub fn pin(&self, address: usize, length: usize, want: Want) -> Result<Arc<Region>, NTSTATUS> {
        let region = self.find(address, length).ok_or(STATUS_ACCESS_VIOLATION)?;
        drop(region.permits(want)?);
        Ok(region)
    }

    /// What a program has there.
    ///
    /// # Errors
    ///
    /// `STATUS_ACCESS_VIOLATION`
    pub fn fetch(&self, address: usize, length: usize) -> Result<Vec<u8>, NTSTATUS> {
        if length == 0 {
            return Ok(Vec::new());
        }
        let region = self.find(address, length).ok_or(STATUS_ACCESS_VIOLATION)?;
        let _held = region.permits(Want::Read)?;
        let mut bytes = vec![0; length];
        region.copy_to(address - region.address(), &mut bytes);
        Ok(bytes)
    }

    /// Where the system sees an address of a program; where it is not such an address, that itself.
    pub fn system_view(&self, address: usize, length: usize) -> usize {
        let region = self.find(address, length);
        let alias = region.and_then(|region| region.alias_of(address, length));
        alias.map_or(address, |alias| alias as usize)
    }
}

impl Region {
    /// The protection, which stays as long as the result, if it permits that.
    fn permits(&self, want: Want) -> Result<RwLockReadGuard<'_, Protection>, NTSTATUS> {
        let protection = self.protection.read();
        match (*protection, want) {
            (Protection::ReadWrite, _) | (Protection::ReadOnly, Want::Read) => Ok(protection),
            _ => Err(STATUS_ACCESS_VIOLATION),
        }
    }

    /// Copies a result to where a program wants it.
    ///
    /// # Errors
    ///
    /// `STATUS_ACCESS_VIOLATION`, if the program does not let itself write there.
    pub fn deliver(&self, address: usize, bytes: &[u8]) -> Result<(), NTSTATUS> {
        let _held = self.permits(Want::Write)?;
        self.copy_from(address - self.address(), bytes);
        Ok(())
    }
}
