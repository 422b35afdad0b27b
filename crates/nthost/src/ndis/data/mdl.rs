//! MDLs of drivers.

use std::ffi::c_void;

use ndis_sys::{MDL, NDIS_HANDLE};

use crate::{
    export::{Export, exports},
    mm,
    nt::{self, DISPATCH_LEVEL, MDL_SOURCE_IS_NONPAGED_POOL, PASSIVE_LEVEL},
};

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/mdlapi/nf-mdlapi-ndisallocatemdl)
unsafe extern "efiapi" fn NdisAllocateMdl(
    _handle: NDIS_HANDLE,
    address: *mut c_void,
    length: u32,
) -> *mut MDL {
    let mdl = mm::allocate(address as usize, length);
    if mdl.is_null() {
        return mdl.cast();
    }
    // SAFETY: it was just allocated for these bytes.
    unsafe { mm::number_pages(mdl) };
    // SAFETY: as above.
    let described: &mut nt::MDL = unsafe { &mut *mdl };
    described.MdlFlags |= MDL_SOURCE_IS_NONPAGED_POOL;
    described.MappedSystemVa = address;
    mdl.cast()
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/mdlapi/nf-mdlapi-ndisfreemdl)
unsafe extern "efiapi" fn NdisFreeMdl(mdl: *mut MDL) {
    // SAFETY: the caller is done with it.
    unsafe { mm::free(mdl.cast()) };
}

pub(super) const EXPORTS: &[Export] = exports! {
    NdisAllocateMdl: PASSIVE_LEVEL..=DISPATCH_LEVEL;
    NdisFreeMdl: PASSIVE_LEVEL..=DISPATCH_LEVEL;
};
