//! Clones of requests, for drivers that pass them on.

use std::{ptr, sync::Arc};

use ndis_sys::{
    NDIS_HANDLE, NDIS_OID_REQUEST, NDIS_STATUS, NDIS_STATUS_FAILURE, NDIS_STATUS_RESOURCES,
    NDIS_STATUS_SUCCESS,
};

use super::objects::{self, Kind, Object};
use crate::{
    export::{Export, exports},
    ndis::{
        data::{self, Memory},
        handle, header,
    },
    nt::{DISPATCH_LEVEL, PASSIVE_LEVEL},
};

/// A clone of a request.
pub(super) struct Clone(Memory);

// SAFETY: it is memory; the driver uses it on any thread.
unsafe impl Sync for Clone {}

const CLONE: Kind<Clone> = Kind {
    name: "a clone of a request",
    of: |object| match object {
        Object::Request(request) => Some(request),
        _ => None,
    },
};

/// The clone has the buffers of the original.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisallocatecloneoidrequest)
unsafe extern "efiapi" fn NdisAllocateCloneOidRequest(
    handle: NDIS_HANDLE,
    request: *mut NDIS_OID_REQUEST,
    _tag: u32,
    place: *mut *mut NDIS_OID_REQUEST,
) -> NDIS_STATUS {
    handle::check(handle as usize, "NdisAllocateCloneOidRequest");
    if !header::check(&header::OID_REQUEST, request.cast(), handle as usize) {
        return NDIS_STATUS_FAILURE;
    }
    let Some(mut memory) = data::memory(size_of::<NDIS_OID_REQUEST>()) else {
        // SAFETY: the driver passes a place for it.
        unsafe { place.write(ptr::null_mut()) };
        return NDIS_STATUS_RESOURCES;
    };
    // SAFETY: the driver passes a request.
    let mut clone = unsafe { request.read() };
    clone.RequestHandle = ptr::null_mut();
    clone.NdisReserved.fill(0);
    clone.SourceReserved.fill(0);
    memory.write(0, clone);
    let address = memory.at::<NDIS_OID_REQUEST>(0);
    objects::add_at(address as usize, Object::Request(Arc::new(Clone(memory))));
    // SAFETY: the driver passes a place for it.
    unsafe { place.write(address) };
    NDIS_STATUS_SUCCESS
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisfreecloneoidrequest)
unsafe extern "efiapi" fn NdisFreeCloneOidRequest(
    handle: NDIS_HANDLE,
    request: *mut NDIS_OID_REQUEST,
) {
    handle::check(handle as usize, "NdisFreeCloneOidRequest");
    let taken = objects::take(request as usize, &CLONE, "NdisFreeCloneOidRequest");
    if taken.is_some_and(|clone| !clone.0.is_intact()) {
        data::report_overrun("a clone of a request");
    }
}

pub(super) const EXPORTS: &[Export] = exports! {
    NdisAllocateCloneOidRequest: PASSIVE_LEVEL..=DISPATCH_LEVEL;
    NdisFreeCloneOidRequest: PASSIVE_LEVEL..=DISPATCH_LEVEL;
};
