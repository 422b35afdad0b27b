//! Unique identifiers.

use rustix::rand::{GetRandomFlags, getrandom};

use crate::{
    export::{Export, exports},
    nt::{GUID, NTSTATUS, PASSIVE_LEVEL, STATUS_RETRY, STATUS_SUCCESS},
};

/// An identifier of random numbers, as RFC 9562 has it.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-exuuidcreate)
unsafe extern "efiapi" fn ExUuidCreate(uuid: *mut GUID) -> NTSTATUS {
    let mut bytes = [0; 16];
    if getrandom(&mut bytes, GetRandomFlags::empty()) != Ok(bytes.len()) {
        return STATUS_RETRY;
    }
    // SAFETY: any bytes are an identifier.
    let mut value = unsafe { core::mem::transmute::<[u8; 16], GUID>(bytes) };
    value.Data3 = value.Data3 & 0x0fff | 0x4000;
    value.Data4[0] = value.Data4[0] & 0x3f | 0x80;
    // SAFETY: the driver passes a place for it.
    unsafe { uuid.write(value) };
    STATUS_SUCCESS
}

pub(super) const EXPORTS: &[Export] = exports! {
    ExUuidCreate: PASSIVE_LEVEL..=PASSIVE_LEVEL;
};
