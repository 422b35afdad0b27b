//! Adapters as network interfaces.

use std::sync::Arc;

use ndis_sys::{
    IF_TYPE_ETHERNET_CSMACD, IF_TYPE_IEEE80211, IF_TYPE_PROP_VIRTUAL, IF_TYPE_SOFTWARE_LOOPBACK,
    IF_TYPE_TUNNEL, IF_TYPE_WWANPP, NDIS_HANDLE, NDIS_STATUS, NDIS_STATUS_INTERFACE_NOT_FOUND,
    NDIS_STATUS_SUCCESS, NET_IFINDEX, NET_IFTYPE, NET_LUID,
};

use super::Adapter;
use crate::{
    export::{Export, exports},
    ndis::{Medium, handle},
    nt::PASSIVE_LEVEL,
    thread,
};

impl Adapter {
    /// The kind of its interface.
    pub fn interface_type(&self) -> NET_IFTYPE {
        match self.description.medium {
            Medium::Ethernet => IF_TYPE_ETHERNET_CSMACD,
            Medium::Ip => IF_TYPE_TUNNEL,
            Medium::Native80211 => IF_TYPE_IEEE80211,
            Medium::WirelessWan => IF_TYPE_WWANPP,
            Medium::Loopback => IF_TYPE_SOFTWARE_LOOPBACK,
            Medium::Other(_) => IF_TYPE_PROP_VIRTUAL,
        }
    }

    /// The identifier of its interface.
    pub fn luid(&self) -> NET_LUID {
        let kind = u64::from(self.interface_type()) << 48;
        NET_LUID { Value: kind | u64::from(self.index) << 24 }
    }
}

/// The adapter that fits.
fn find(fits: impl Fn(&Adapter) -> bool) -> Option<Arc<Adapter>> {
    let system = thread::system();
    let adapters = system.ndis.adapters.read();
    adapters.iter().find(|adapter| adapter.is_present() && fits(adapter)).cloned()
}

/// # Safety
///
/// `place` is null or valid for writes.
unsafe fn store<T>(place: *mut T, value: T) {
    if !place.is_null() {
        // SAFETY: by the contract.
        unsafe { place.write(value) };
    }
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisifquerybindingifindex)
unsafe extern "efiapi" fn NdisIfQueryBindingIfIndex(
    binding: NDIS_HANDLE,
    bound_index: *mut NET_IFINDEX,
    bound_luid: *mut NET_LUID,
    lowest_index: *mut NET_IFINDEX,
    lowest_luid: *mut NET_LUID,
) -> NDIS_STATUS {
    let Some(binding) = handle::binding(binding, "NdisIfQueryBindingIfIndex") else {
        return NDIS_STATUS_INTERFACE_NOT_FOUND;
    };
    let adapter = &binding.adapter;
    for place in [bound_index, lowest_index] {
        // SAFETY: the driver passes a place, or null.
        unsafe { store(place, adapter.index) };
    }
    for place in [bound_luid, lowest_luid] {
        // SAFETY: as above.
        unsafe { store(place, adapter.luid()) };
    }
    NDIS_STATUS_SUCCESS
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisifgetinterfaceindexfromnetluid)
unsafe extern "efiapi" fn NdisIfGetInterfaceIndexFromNetLuid(
    luid: NET_LUID,
    index: *mut NET_IFINDEX,
) -> NDIS_STATUS {
    // SAFETY: all bytes are a number.
    let wanted = unsafe { luid.Value };
    // SAFETY: as above.
    let Some(adapter) = find(|adapter| unsafe { adapter.luid().Value } == wanted) else {
        return NDIS_STATUS_INTERFACE_NOT_FOUND;
    };
    // SAFETY: the driver passes a place.
    unsafe { store(index, adapter.index) };
    NDIS_STATUS_SUCCESS
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisifgetnetluidfrominterfaceindex)
unsafe extern "efiapi" fn NdisIfGetNetLuidFromInterfaceIndex(
    index: NET_IFINDEX,
    luid: *mut NET_LUID,
) -> NDIS_STATUS {
    let Some(adapter) = find(|adapter| adapter.index == index) else {
        return NDIS_STATUS_INTERFACE_NOT_FOUND;
    };
    // SAFETY: the driver passes a place.
    unsafe { store(luid, adapter.luid()) };
    NDIS_STATUS_SUCCESS
}

pub(in crate::ndis) const EXPORTS: &[Export] = exports! {
    NdisIfGetInterfaceIndexFromNetLuid: PASSIVE_LEVEL..=PASSIVE_LEVEL;
    NdisIfGetNetLuidFromInterfaceIndex: PASSIVE_LEVEL..=PASSIVE_LEVEL;
    NdisIfQueryBindingIfIndex: PASSIVE_LEVEL..=PASSIVE_LEVEL;
};
