//! The names of adapters.

use ndis_sys::{
    NDIS_HANDLE, NDIS_STATUS, NDIS_STATUS_FAILURE, NDIS_STATUS_RESOURCES, NDIS_STATUS_SUCCESS,
    NDIS_STRING,
};

use super::Adapter;
use crate::{
    ex::pool,
    export::{Export, exports},
    low_resources::denies,
    ndis::handle,
    nt::{DISPATCH_LEVEL, PASSIVE_LEVEL},
};

/// The tag of names.
const TAG: u32 = u32::from_le_bytes(*b"NDnm");

impl Adapter {
    /// What it is known by, as registry and device names have it.
    pub fn guid_text(&self) -> String {
        let guid = self.description.guid;
        let part = |shift: u32, digits: usize| {
            let mask = (1 << (4 * digits)) - 1;
            format!("{:0digits$X}", guid >> shift & mask)
        };
        let parts = [part(96, 8), part(80, 4), part(64, 4), part(48, 4), part(0, 12)];
        format!("{{{}}}", parts.join("-"))
    }

    /// The name that protocols open it by.
    pub fn device_name(&self) -> String {
        format!(r"\DEVICE\{}", self.guid_text())
    }
}

/// Gives a driver the friendly name of an adapter in pool, which it frees with `NdisFreeMemory`.
///
/// # Safety
///
/// `string` is null or valid.
unsafe fn give(adapter: &Adapter, string: *mut NDIS_STRING) -> NDIS_STATUS {
    // SAFETY: by the contract.
    let Some(string) = (unsafe { string.as_mut() }) else { return NDIS_STATUS_FAILURE };
    let name: Vec<u16> = adapter.description.name.encode_utf16().collect();
    let memory = pool::allocate(
        size_of_val(&*name) + 2,
        TAG,
        pool::Wanted { is_zeroed: true, ..pool::Wanted::default() },
    );
    let memory: *mut u16 = memory.cast();
    if memory.is_null() {
        return NDIS_STATUS_RESOURCES;
    }
    // SAFETY: there is room for the characters, and for a terminator behind them.
    unsafe { memory.copy_from_nonoverlapping(name.as_ptr(), name.len()) };
    let length = u16::try_from(size_of_val(&*name)).unwrap_or_default();
    *string = NDIS_STRING { Length: length, MaximumLength: length + 2, Buffer: memory };
    NDIS_STATUS_SUCCESS
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisqueryadapterinstancename)
unsafe extern "efiapi" fn NdisQueryAdapterInstanceName(
    name: *mut NDIS_STRING,
    binding: NDIS_HANDLE,
) -> NDIS_STATUS {
    if denies("NdisQueryAdapterInstanceName") {
        return NDIS_STATUS_RESOURCES;
    }
    let Some(binding) = handle::binding(binding, "NdisQueryAdapterInstanceName") else {
        return NDIS_STATUS_FAILURE;
    };
    // SAFETY: the driver passes a string.
    unsafe { give(&binding.adapter, name) }
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisquerybindinstancename)
unsafe extern "efiapi" fn NdisQueryBindInstanceName(
    name: *mut NDIS_STRING,
    bind: NDIS_HANDLE,
) -> NDIS_STATUS {
    if denies("NdisQueryBindInstanceName") {
        return NDIS_STATUS_RESOURCES;
    }
    let Some(bind) = handle::bind(bind, "NdisQueryBindInstanceName") else {
        return NDIS_STATUS_FAILURE;
    };
    // SAFETY: the driver passes a string.
    unsafe { give(&bind.adapter, name) }
}

pub(in crate::ndis) const EXPORTS: &[Export] = exports! {
    NdisQueryAdapterInstanceName: PASSIVE_LEVEL..=DISPATCH_LEVEL;
    NdisQueryBindInstanceName: PASSIVE_LEVEL..=DISPATCH_LEVEL;
};
