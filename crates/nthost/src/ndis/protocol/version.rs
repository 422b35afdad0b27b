//! What a driver has to say of itself, by the version of NDIS that it is made for.

use ndis_sys::{
    NDIS_OBJECT_HEADER, NDIS_OBJECT_TYPE_PROTOCOL_DRIVER_CHARACTERISTICS,
    NDIS_PROTOCOL_DRIVER_CHARACTERISTICS, NDIS_PROTOCOL_DRIVER_CHARACTERISTICS_REVISION_1,
    NDIS_PROTOCOL_DRIVER_CHARACTERISTICS_REVISION_2,
    NDIS_SIZEOF_PROTOCOL_DRIVER_CHARACTERISTICS_REVISION_1,
    NDIS_SIZEOF_PROTOCOL_DRIVER_CHARACTERISTICS_REVISION_2, NDIS_STATUS,
    NDIS_STATUS_BAD_CHARACTERISTICS, NDIS_STATUS_BAD_VERSION,
};

/// The minor versions of NDIS 6.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/network/overview-of-ndis-versions)
const MINORS: [u8; 19] = [0, 1, 20, 30, 40, 50, 51, 60, 70, 80, 81, 82, 83, 84, 85, 86, 87, 88, 89];

/// A version, as `NDIS_RUNTIME_VERSION_…`.
pub fn version(major: u8, minor: u8) -> u32 {
    u32::from(major) << 16 | u32::from(minor)
}

/// Checks what a driver registers with an NDIS of version `newest`. Copies it: of revision 1, with the
/// members that came later empty.
///
/// # Errors
///
/// `NDIS_STATUS_BAD_VERSION` or `NDIS_STATUS_BAD_CHARACTERISTICS`.
///
/// # Safety
///
/// It is valid, as long as its header says.
pub unsafe fn check(
    characteristics: *const NDIS_PROTOCOL_DRIVER_CHARACTERISTICS,
    newest: u32,
) -> Result<NDIS_PROTOCOL_DRIVER_CHARACTERISTICS, NDIS_STATUS> {
    // SAFETY: by the contract there is a header at least.
    let header = unsafe { characteristics.cast::<NDIS_OBJECT_HEADER>().read() };
    let least = usize::from(NDIS_SIZEOF_PROTOCOL_DRIVER_CHARACTERISTICS_REVISION_1);
    let size = usize::from(header.Size);
    if header.Type != NDIS_OBJECT_TYPE_PROTOCOL_DRIVER_CHARACTERISTICS || size < least {
        return Err(NDIS_STATUS_BAD_CHARACTERISTICS);
    }
    let mut copy = NDIS_PROTOCOL_DRIVER_CHARACTERISTICS::default();
    let length = size.min(size_of_val(&copy));
    // SAFETY: so many bytes are there, by the contract and by the type.
    unsafe { (&raw mut copy).cast::<u8>().copy_from(characteristics.cast(), length) };
    let (major, minor) = (copy.MajorNdisVersion, copy.MinorNdisVersion);
    if major != 6 || !MINORS.contains(&minor) || version(major, minor) > newest {
        return Err(NDIS_STATUS_BAD_VERSION);
    }
    let (revision, size) = match minor {
        0 => (
            NDIS_PROTOCOL_DRIVER_CHARACTERISTICS_REVISION_1,
            NDIS_SIZEOF_PROTOCOL_DRIVER_CHARACTERISTICS_REVISION_1,
        ),
        _ => (
            NDIS_PROTOCOL_DRIVER_CHARACTERISTICS_REVISION_2,
            NDIS_SIZEOF_PROTOCOL_DRIVER_CHARACTERISTICS_REVISION_2,
        ),
    };
    if header.Revision != revision || header.Size < size || !is_whole(&copy) {
        return Err(NDIS_STATUS_BAD_CHARACTERISTICS);
    }
    Ok(copy)
}

/// Whether there is a name and each handler that is required.
fn is_whole(given: &NDIS_PROTOCOL_DRIVER_CHARACTERISTICS) -> bool {
    !given.Name.Buffer.is_null()
        && given.Name.Length > 0
        && given.BindAdapterHandlerEx.is_some()
        && given.UnbindAdapterHandlerEx.is_some()
        && given.OpenAdapterCompleteHandlerEx.is_some()
        && given.CloseAdapterCompleteHandlerEx.is_some()
        && given.NetPnPEventHandler.is_some()
        && given.OidRequestCompleteHandler.is_some()
        && given.ReceiveNetBufferListsHandler.is_some()
        && given.SendNetBufferListsCompleteHandler.is_some()
}
