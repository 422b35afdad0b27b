//! Chains of MDLs that the kernel made.

use crate::chain;

impl chain::Mdl for wdm::Mdl<'_> {
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
