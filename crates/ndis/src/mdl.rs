//! MDLs where there is no Windows kernel to read them, for tests of the code that goes through them.

use core::{
    ffi::c_void,
    marker::PhantomData,
    ptr::{self, NonNull},
};

use wdm::chain;

/// The memory has a system address.
pub const MAPPED_TO_SYSTEM_VA: i16 = 0x0001;

/// An MDL as it lies in memory.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/kernel/using-mdls)
#[repr(C)]
#[derive(Clone, Copy, Debug)]
#[expect(non_snake_case, reason = "the members have their names of C")]
pub struct RawMdl {
    /// The next MDL of the chain, or null.
    pub Next: *mut Self,
    /// Bytes of the MDL with the page numbers behind it.
    pub Size: i16,
    /// [`MAPPED_TO_SYSTEM_VA`], if `MappedSystemVa` is valid.
    pub MdlFlags: i16,
    /// Owner of the memory, if it is a process.
    pub Process: *mut c_void,
    /// System address of the memory.
    pub MappedSystemVa: *mut c_void,
    /// Address of the page that the memory begins in.
    pub StartVa: *mut c_void,
    /// How many bytes there are.
    pub ByteCount: u32,
    /// Bytes from `StartVa` to the memory.
    pub ByteOffset: u32,
}

impl RawMdl {
    /// An MDL for `bytes`, without one behind it.
    #[must_use]
    pub fn new(bytes: &[u8]) -> Self {
        Self {
            Next: ptr::null_mut(),
            Size: 0,
            MdlFlags: MAPPED_TO_SYSTEM_VA,
            Process: ptr::null_mut(),
            MappedSystemVa: bytes.as_ptr().cast_mut().cast(),
            StartVa: ptr::null_mut(),
            ByteCount: u32::try_from(bytes.len()).unwrap_or(u32::MAX),
            ByteOffset: 0,
        }
    }
}

/// One MDL, perhaps the first of a chain.
///
/// # Invariants
///
/// It is valid for `'a`, as are those behind it, and those that are mapped describe memory that is, too.
#[derive(Clone, Copy)]
pub(crate) struct Mdl<'a>(NonNull<RawMdl>, PhantomData<&'a RawMdl>);

impl Mdl<'_> {
    /// The MDL at an address; `None` for null.
    ///
    /// # Safety
    ///
    /// `mdl` is null, or the invariants hold for it.
    pub(crate) unsafe fn from_raw(mdl: *mut RawMdl) -> Option<Self> {
        NonNull::new(mdl).map(|mdl| Self(mdl, PhantomData))
    }

    fn get(self) -> RawMdl {
        // SAFETY: by the invariant it is valid.
        unsafe { self.0.read() }
    }
}

impl chain::Mdl for Mdl<'_> {
    fn next(self) -> Option<Self> {
        // INVARIANT: those behind it are like it.
        NonNull::new(self.get().Next).map(|mdl| Self(mdl, PhantomData))
    }

    fn byte_count(self) -> usize {
        self.get().ByteCount as usize
    }

    fn bytes(self) -> Option<*const [u8]> {
        let mdl = self.get();
        let mapped = mdl.MdlFlags & MAPPED_TO_SYSTEM_VA != 0;
        let bytes = ptr::slice_from_raw_parts(mdl.MappedSystemVa.cast(), mdl.ByteCount as usize);
        mapped.then_some(bytes)
    }
}
