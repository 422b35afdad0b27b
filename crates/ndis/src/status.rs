//! Status indications.

use core::{marker::PhantomData, ptr::NonNull, slice};

use ndis_sys as sys;

use crate::link::Link;

/// A change of status that NDIS tells a binding of, in the callback that it is told to.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/ns-ndis-_ndis_status_indication)
///
/// # Invariants
///
/// All members of revision 1 are valid for `'a`, with what they point to.
#[derive(Clone, Copy)]
pub struct StatusIndication<'a> {
    raw: NonNull<sys::NDIS_STATUS_INDICATION>,
    callback: PhantomData<&'a sys::NDIS_STATUS_INDICATION>,
}

impl<'a> StatusIndication<'a> {
    /// What a status handler got; `None` if it is not of revision 1 or a later one.
    ///
    /// # Safety
    ///
    /// `raw` is null, or NDIS passed it to a status handler, which does not return while this is used.
    #[must_use]
    pub unsafe fn from_raw(raw: *const sys::NDIS_STATUS_INDICATION) -> Option<Self> {
        let raw = NonNull::new(raw.cast_mut())?;
        // SAFETY: by the contract it is valid, and all revisions begin with a header.
        let header = unsafe { raw.cast::<sys::NDIS_OBJECT_HEADER>().read() };
        let known = header.Type == sys::NDIS_OBJECT_TYPE_STATUS_INDICATION
            && header.Revision >= sys::NDIS_STATUS_INDICATION_REVISION_1
            && header.Size >= sys::NDIS_SIZEOF_STATUS_INDICATION_REVISION_1;
        // INVARIANT: whoever indicated it filled as much of it as its header says.
        known.then_some(Self { raw, callback: PhantomData })
    }

    /// What has changed, `NDIS_STATUS_…`.
    #[must_use]
    pub fn code(&self) -> sys::NDIS_STATUS {
        // SAFETY: by the invariant it is there.
        unsafe { (*self.raw.as_ptr()).StatusCode }
    }

    /// What is to be known of it, by code.
    #[must_use]
    pub fn payload(&self) -> &'a [u8] {
        // SAFETY: by the invariant it is there.
        let start = unsafe { (*self.raw.as_ptr()).StatusBuffer };
        // SAFETY: as above.
        let length = unsafe { (*self.raw.as_ptr()).StatusBufferSize };
        if start.is_null() {
            return &[];
        }
        // SAFETY: by the invariant so many bytes are there.
        unsafe { slice::from_raw_parts(start.cast(), length as usize) }
    }

    /// The state of the link, if that is what has changed, or may have.
    ///
    /// The same state may come several times.
    #[must_use]
    pub fn link(&self) -> Option<Link> {
        if self.code() == sys::NDIS_STATUS_LINK_STATE { Link::parse(self.payload()) } else { None }
    }

    /// The MTU, if that is what has changed.
    #[must_use]
    pub fn mtu(&self) -> Option<u32> {
        if self.code() != sys::NDIS_STATUS_L2_MTU_SIZE_CHANGE {
            return None;
        }
        self.payload().first_chunk().copied().map(u32::from_le_bytes)
    }
}
