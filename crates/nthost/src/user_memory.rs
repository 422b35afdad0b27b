//! Memory that programs give to requests, right or wrong.

use std::{io, sync::Arc};

use crate::{
    io::request::Buffer,
    kernel::Inner,
    mm::{Protection, Region},
};

/// Memory of a program, in whole pages, whose protection it may change while requests use it.
///
/// A [`Call`](crate::Call) names it by its address; the kernel looks whether it is there and what the
/// program may do with it, as it does for the whole memory of a program on Windows. Locked pages stay what
/// they are: a driver sees them at another address, which does not change. Dropping it takes it from the
/// program; requests that use it keep what they have locked.
pub struct UserMemory {
    kernel: Arc<Inner>,
    region: Arc<Region>,
}

impl UserMemory {
    pub(crate) fn new(kernel: Arc<Inner>, length: usize) -> io::Result<Self> {
        let region = kernel.system.mm.users.add(length)?;
        Ok(Self { kernel, region })
    }

    /// Where it begins.
    #[must_use]
    pub fn address(&self) -> usize {
        self.region.address()
    }

    /// Bytes, which are whole pages.
    #[must_use]
    pub fn len(&self) -> usize {
        self.region.len()
    }

    /// False: there is always a page.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The buffer of `length` bytes from `offset` on, which may reach out of the memory.
    #[must_use]
    pub fn buffer(&self, offset: usize, length: u32) -> Buffer {
        Buffer { address: self.address().wrapping_add(offset), length }
    }

    /// Changes what the program may do with it.
    ///
    /// # Errors
    ///
    /// What the host's system returns.
    pub fn protect(&self, protection: Protection) -> io::Result<()> {
        self.region.protect(protection)
    }

    /// Writes to it, whatever its protection.
    ///
    /// # Panics
    ///
    /// If that is not inside of it.
    pub fn write(&self, offset: usize, bytes: &[u8]) {
        self.region.copy_from(offset, bytes);
    }

    /// Reads from it, whatever its protection.
    ///
    /// # Panics
    ///
    /// If that is not inside of it.
    pub fn read(&self, offset: usize, into: &mut [u8]) {
        self.region.copy_to(offset, into);
    }
}

impl Drop for UserMemory {
    fn drop(&mut self) {
        self.kernel.system.mm.users.remove(&self.region);
    }
}

impl std::fmt::Debug for UserMemory {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("UserMemory").field("region", &self.region).finish_non_exhaustive()
    }
}
