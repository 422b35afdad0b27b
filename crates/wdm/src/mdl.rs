//! Memory descriptor lists (MDLs).

use core::{marker::PhantomData, ptr::NonNull};

use wdk_sys::{
    MDL, MDL_MAPPED_TO_SYSTEM_VA, MDL_SOURCE_IS_NONPAGED_POOL,
    ntddk::{IoAllocateMdl, IoFreeMdl, MmBuildMdlForNonPagedPool},
};

use crate::{PoolBytes, Result, Status, Tag, chain, ffi};

/// One MDL, perhaps the first of a chain.
///
/// # Invariants
///
/// It is valid for `'a`, as are those behind it, and describes locked or nonpaged memory. While it is
/// used nobody else maps it.
#[derive(Clone, Copy)]
pub struct Mdl<'a>(NonNull<MDL>, PhantomData<&'a MDL>);

impl<'a> Mdl<'a> {
    /// The MDL at an address; `None` for null.
    ///
    /// # Safety
    ///
    /// `mdl` is null, or the invariants hold for it.
    #[must_use]
    pub unsafe fn from_raw(mdl: *mut MDL) -> Option<Self> {
        NonNull::new(mdl).map(|mdl| Self(mdl, PhantomData))
    }

    fn get(self) -> &'a MDL {
        // SAFETY: by the invariant it is valid.
        unsafe { self.0.as_ref() }
    }

    /// The next one of the chain.
    #[must_use]
    pub fn next(self) -> Option<Self> {
        // INVARIANT: those behind it are like it.
        NonNull::new(self.get().Next).map(|mdl| Self(mdl, PhantomData))
    }

    /// How many bytes it describes.
    #[must_use]
    pub fn byte_count(self) -> usize {
        self.get().ByteCount as usize
    }

    /// The system address of its memory, if it has one already.
    #[must_use]
    pub fn mapped(self) -> Option<NonNull<u8>> {
        const MAPPED: u32 = MDL_MAPPED_TO_SYSTEM_VA | MDL_SOURCE_IS_NONPAGED_POOL;
        let mdl = self.get();
        let mapped = u32::from(mdl.MdlFlags.cast_unsigned()) & MAPPED != 0;
        NonNull::new(mdl.MappedSystemVa.cast()).filter(|_| mapped)
    }

    /// The system address of its memory, which is mapped if it was not: what
    /// `MmGetSystemAddressForMdlSafe` does, which is a macro. `None` if there is no address space left.
    ///
    /// Whoever locked the pages unmaps them when they are unlocked.
    ///
    /// IRQL: `DISPATCH_LEVEL` or below.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-mmgetsystemaddressformdlsafe)
    #[must_use]
    pub fn map(self) -> Option<NonNull<u8>> {
        let mapped = self.mapped();
        if mapped.is_some() {
            return mapped;
        }
        let priority = wdk_sys::_MM_PAGE_PRIORITY::NormalPagePriority.cast_unsigned()
            | ffi::MDL_MAPPING_NO_EXECUTE;
        // SAFETY: by the invariant the MDL describes locked pages, and nobody else maps it. A mapping
        // into system space does not raise an exception, and returns null where it fails.
        let address = unsafe {
            ffi::MmMapLockedPagesSpecifyCache(
                self.0.as_ptr(),
                ffi::KERNEL_MODE,
                wdk_sys::_MEMORY_CACHING_TYPE::MmCached,
                core::ptr::null_mut(),
                0,
                priority,
            )
        };
        NonNull::new(address.cast())
    }
}

impl chain::Mdl for Mdl<'_> {
    fn next(self) -> Option<Self> {
        Self::next(self)
    }

    fn byte_count(self) -> usize {
        Self::byte_count(self)
    }

    fn bytes(self) -> Option<*const [u8]> {
        let start = self.map()?;
        Some(core::ptr::slice_from_raw_parts(start.as_ptr(), Self::byte_count(self)))
    }
}

/// Bytes in nonpaged pool, with an MDL that describes them.
///
/// IRQL: `DISPATCH_LEVEL` or below, also for the drop.
///
/// # Invariants
///
/// `mdl` came from `IoAllocateMdl`, is nobody else's to free, and describes `bytes`.
pub struct DescribedBytes {
    bytes: PoolBytes,
    mdl: NonNull<MDL>,
}

// SAFETY: an MDL may be used and freed on any thread; so may the bytes.
unsafe impl Send for DescribedBytes {}
// SAFETY: as above.
unsafe impl Sync for DescribedBytes {}

impl DescribedBytes {
    /// Allocates `length` bytes and their MDL.
    ///
    /// IRQL: `DISPATCH_LEVEL` or below.
    ///
    /// # Errors
    ///
    /// As [`PoolBytes::try_new`]; `STATUS_INVALID_PARAMETER` also for 4 GiB or more.
    pub fn try_new(length: usize, tag: Tag) -> Result<Self> {
        let count = u32::try_from(length).map_err(|_| Status::INVALID_PARAMETER)?;
        let bytes = PoolBytes::try_new(length, tag)?;
        let start = bytes.start().as_ptr().cast();
        // SAFETY: the bytes exist, and no IRP is to have the MDL.
        let mdl = unsafe { IoAllocateMdl(start, count, 0, 0, core::ptr::null_mut()) };
        let mdl = NonNull::new(mdl).ok_or(Status::INSUFFICIENT_RESOURCES)?;
        // SAFETY: the MDL is new and describes nonpaged pool.
        unsafe { MmBuildMdlForNonPagedPool(mdl.as_ptr()) };
        // INVARIANT: both were just made for each other.
        Ok(Self { bytes, mdl })
    }

    /// The MDL.
    #[must_use]
    pub fn mdl(&self) -> *mut MDL {
        self.mdl.as_ptr()
    }

    /// How many bytes there are.
    #[must_use]
    pub fn length(&self) -> usize {
        self.bytes.length()
    }

    /// The first `length` bytes, or all if there are fewer.
    ///
    /// # Safety
    ///
    /// Nobody writes to them for as long as they are borrowed.
    #[must_use]
    pub unsafe fn first(&self, length: usize) -> &[u8] {
        let length = length.min(self.bytes.length());
        // SAFETY: so many bytes are there, and all were set to zero when they were allocated. By the
        // contract nobody writes to them.
        unsafe { core::slice::from_raw_parts(self.bytes.start().as_ptr(), length) }
    }
}

impl Drop for DescribedBytes {
    fn drop(&mut self) {
        // SAFETY: by the invariant it came from IoAllocateMdl, and nobody else frees it.
        unsafe { IoFreeMdl(self.mdl.as_ptr()) };
    }
}
