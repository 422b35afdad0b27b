//! What can be set.

use std::sync::atomic::Ordering;

use ndis_sys::{
    NDIS_OID, NDIS_PACKET_TYPE_NO_LOCAL, NDIS_SIZEOF_LINK_PARAMETERS_REVISION_1,
    NDIS_SIZEOF_TIMESTAMP_CAPABILITIES_REVISION_1, NDIS_STATUS, NDIS_STATUS_INVALID_DATA,
    NDIS_STATUS_MULTICAST_EXISTS, NDIS_STATUS_MULTICAST_FULL, NDIS_STATUS_MULTICAST_NOT_FOUND,
    NDIS_STATUS_NOT_SUPPORTED, OID_802_3_ADD_MULTICAST_ADDRESS, OID_802_3_DELETE_MULTICAST_ADDRESS,
    OID_802_3_MULTICAST_LIST, OID_GEN_CURRENT_LOOKAHEAD, OID_GEN_CURRENT_PACKET_FILTER,
    OID_GEN_INTERRUPT_MODERATION, OID_GEN_LINK_PARAMETERS, OID_GEN_NETWORK_LAYER_ADDRESSES,
    OID_GEN_PROTOCOL_OPTIONS, OID_TIMESTAMP_CURRENT_CONFIG,
};

use crate::ndis::binding::Binding;

/// Bytes of an address.
const ADDRESS: usize = 6;

/// Why something is not set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// So many bytes are needed.
    Length(usize),
    /// This status.
    Status(NDIS_STATUS),
}

impl From<NDIS_STATUS> for Refusal {
    fn from(status: NDIS_STATUS) -> Self {
        Self::Status(status)
    }
}

/// Sets an identifier for a binding.
///
/// # Errors
///
/// Why not.
pub fn set(binding: &Binding, oid: NDIS_OID, value: &[u8]) -> Result<(), Refusal> {
    match oid {
        OID_GEN_CURRENT_PACKET_FILTER => {
            let filter = number(value)?;
            let known = binding.adapter.attributes.lock().packet_filters;
            if filter & !(known | NDIS_PACKET_TYPE_NO_LOCAL) != 0 {
                return Err(NDIS_STATUS_NOT_SUPPORTED.into());
            }
            binding.packet_filter.store(filter, Ordering::Relaxed);
            binding.adapter.feed.wake();
        }
        OID_GEN_CURRENT_LOOKAHEAD => {
            let lookahead = number(value)?;
            if lookahead > binding.adapter.attributes.lock().mtu {
                return Err(NDIS_STATUS_INVALID_DATA.into());
            }
            binding.lookahead.store(lookahead, Ordering::Relaxed);
        }
        OID_802_3_MULTICAST_LIST => *binding.groups.lock() = groups(binding, value)?,
        OID_802_3_ADD_MULTICAST_ADDRESS => add(binding, group(value)?)?,
        OID_802_3_DELETE_MULTICAST_ADDRESS => remove(binding, group(value)?)?,
        OID_GEN_PROTOCOL_OPTIONS | OID_GEN_INTERRUPT_MODERATION => drop(number(value)?),
        OID_GEN_LINK_PARAMETERS => at_least(value, NDIS_SIZEOF_LINK_PARAMETERS_REVISION_1)?,
        OID_TIMESTAMP_CURRENT_CONFIG => {
            at_least(value, NDIS_SIZEOF_TIMESTAMP_CAPABILITIES_REVISION_1)?;
        }
        OID_GEN_NETWORK_LAYER_ADDRESSES => {}
        _ => return Err(NDIS_STATUS_NOT_SUPPORTED.into()),
    }
    Ok(())
}

fn number(value: &[u8]) -> Result<u32, Refusal> {
    let bytes = value.try_into().map_err(|_| Refusal::Length(size_of::<u32>()))?;
    Ok(u32::from_le_bytes(bytes))
}

fn at_least(value: &[u8], length: u16) -> Result<(), Refusal> {
    let length = usize::from(length);
    if value.len() < length { Err(Refusal::Length(length)) } else { Ok(()) }
}

/// The address of a group.
fn group(value: &[u8]) -> Result<[u8; ADDRESS], Refusal> {
    let address: [u8; ADDRESS] = value.try_into().map_err(|_| Refusal::Length(ADDRESS))?;
    if address[0] & 1 == 0 { Err(NDIS_STATUS_INVALID_DATA.into()) } else { Ok(address) }
}

fn groups(binding: &Binding, value: &[u8]) -> Result<Vec<[u8; ADDRESS]>, Refusal> {
    let groups: Vec<_> = value.chunks(ADDRESS).map(group).collect::<Result<_, _>>()?;
    let most = binding.adapter.description.multicast_list as usize;
    if groups.len() > most { Err(NDIS_STATUS_MULTICAST_FULL.into()) } else { Ok(groups) }
}

fn add(binding: &Binding, group: [u8; ADDRESS]) -> Result<(), Refusal> {
    let mut groups = binding.groups.lock();
    if groups.contains(&group) {
        return Err(NDIS_STATUS_MULTICAST_EXISTS.into());
    }
    if groups.len() >= binding.adapter.description.multicast_list as usize {
        return Err(NDIS_STATUS_MULTICAST_FULL.into());
    }
    groups.push(group);
    Ok(())
}

fn remove(binding: &Binding, group: [u8; ADDRESS]) -> Result<(), Refusal> {
    let mut groups = binding.groups.lock();
    let found = groups.iter().position(|known| *known == group);
    groups.remove(found.ok_or(NDIS_STATUS_MULTICAST_NOT_FOUND)?);
    Ok(())
}
