//! What drivers make requests with.

use std::{ffi::c_void, sync::Arc};

use ndis_sys::{
    NDIS_HANDLE, NDIS_OID_REQUEST, NDIS_STATUS, NDIS_STATUS_FAILURE, NDIS_STATUS_REQUEST_ABORTED,
};

use super::request::{self, Kind};
use crate::{
    export::{Export, exports},
    ndis::handle,
    nt::{DISPATCH_LEVEL, PASSIVE_LEVEL},
};

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisoidrequest)
unsafe extern "efiapi" fn NdisOidRequest(
    binding: NDIS_HANDLE,
    request: *mut NDIS_OID_REQUEST,
) -> NDIS_STATUS {
    // SAFETY: the driver passes a request.
    unsafe { make(binding, request, Kind::Ordinary) }
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisdirectoidrequest)
unsafe extern "efiapi" fn NdisDirectOidRequest(
    binding: NDIS_HANDLE,
    request: *mut NDIS_OID_REQUEST,
) -> NDIS_STATUS {
    // SAFETY: the driver passes a request.
    unsafe { make(binding, request, Kind::Direct) }
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nf-ndis-ndissynchronousoidrequest)
unsafe extern "efiapi" fn NdisSynchronousOidRequest(
    binding: NDIS_HANDLE,
    request: *mut NDIS_OID_REQUEST,
) -> NDIS_STATUS {
    // SAFETY: the driver passes a request.
    unsafe { make(binding, request, Kind::Synchronous) }
}

/// # Safety
///
/// `request` is null or valid until it has ended.
unsafe fn make(binding: NDIS_HANDLE, request: *mut NDIS_OID_REQUEST, kind: Kind) -> NDIS_STATUS {
    let Some(binding) = handle::binding(binding, kind.function()) else {
        return NDIS_STATUS_FAILURE;
    };
    // SAFETY: the contract is the same.
    unsafe { request::make(&binding, request, kind) }
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nf-ndis-ndiscanceloidrequest)
unsafe extern "efiapi" fn NdisCancelOidRequest(binding: NDIS_HANDLE, id: *mut c_void) {
    cancel(binding, id, Kind::Ordinary, "NdisCancelOidRequest");
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nf-ndis-ndiscanceldirectoidrequest)
unsafe extern "efiapi" fn NdisCancelDirectOidRequest(binding: NDIS_HANDLE, id: *mut c_void) {
    cancel(binding, id, Kind::Direct, "NdisCancelDirectOidRequest");
}

fn cancel(binding: NDIS_HANDLE, id: *mut c_void, kind: Kind, function: &str) {
    let Some(binding) = handle::binding(binding, function) else { return };
    let numbers: Vec<_> = {
        let requests = binding.requests.lock();
        let fits = requests.iter().filter(|request| request.is_named(id, kind));
        fits.map(request::Pending::number).collect()
    };
    for number in numbers {
        request::end_later(Arc::clone(&binding), number, Some(NDIS_STATUS_REQUEST_ABORTED));
    }
}

pub(in crate::ndis) const EXPORTS: &[Export] = exports! {
    NdisCancelDirectOidRequest: PASSIVE_LEVEL..=DISPATCH_LEVEL;
    NdisCancelOidRequest: PASSIVE_LEVEL..=DISPATCH_LEVEL;
    NdisDirectOidRequest: PASSIVE_LEVEL..=DISPATCH_LEVEL;
    NdisOidRequest: PASSIVE_LEVEL..=DISPATCH_LEVEL;
    NdisSynchronousOidRequest: PASSIVE_LEVEL..=DISPATCH_LEVEL;
};
