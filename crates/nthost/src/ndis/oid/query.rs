//! What adapters answer to queries.

use ndis_sys::{
    NDIS_HARDWARE_CROSSTIMESTAMP, NDIS_HARDWARE_CROSSTIMESTAMP_REVISION_1, NDIS_LINK_SPEED,
    NDIS_LINK_SPEED_UNKNOWN, NDIS_LINK_STATE, NDIS_LINK_STATE_REVISION_1, NDIS_OBJECT_HEADER,
    NDIS_OBJECT_TYPE_DEFAULT, NDIS_OID, NDIS_PACKET_TYPE_PROMISCUOUS,
    NDIS_SIZEOF_HARDWARE_CROSSTIMESTAMP_REVISION_1, NDIS_SIZEOF_LINK_STATE_REVISION_1,
    NDIS_SIZEOF_TIMESTAMP_CAPABILITIES_REVISION_1, NDIS_STATUS, NDIS_STATUS_NOT_SUPPORTED,
    NDIS_TIMESTAMP_CAPABILITIES, NDIS_TIMESTAMP_CAPABILITIES_REVISION_1,
    NDIS_TIMESTAMP_CAPABILITY_FLAGS, NdisHardwareStatusReady, NdisMediaStateConnected,
    NdisMediaStateDisconnected, NdisPauseFunctionsUnsupported, NdisPhysicalMedium802_3,
    NdisPhysicalMediumUnspecified, OID_802_3_CURRENT_ADDRESS, OID_802_3_MAXIMUM_LIST_SIZE,
    OID_802_3_MULTICAST_LIST, OID_802_3_PERMANENT_ADDRESS, OID_GEN_CURRENT_LOOKAHEAD,
    OID_GEN_CURRENT_PACKET_FILTER, OID_GEN_DRIVER_VERSION, OID_GEN_HARDWARE_STATUS,
    OID_GEN_INTERRUPT_MODERATION, OID_GEN_LINK_SPEED, OID_GEN_LINK_SPEED_EX, OID_GEN_LINK_STATE,
    OID_GEN_MAC_OPTIONS, OID_GEN_MAX_LINK_SPEED, OID_GEN_MAXIMUM_FRAME_SIZE,
    OID_GEN_MAXIMUM_LOOKAHEAD, OID_GEN_MAXIMUM_TOTAL_SIZE, OID_GEN_MEDIA_CONNECT_STATUS,
    OID_GEN_MEDIA_CONNECT_STATUS_EX, OID_GEN_MEDIA_DUPLEX_STATE, OID_GEN_MEDIA_IN_USE,
    OID_GEN_MEDIA_SUPPORTED, OID_GEN_PHYSICAL_MEDIUM, OID_GEN_PHYSICAL_MEDIUM_EX,
    OID_GEN_PROMISCUOUS_MODE, OID_GEN_RCV_LINK_SPEED, OID_GEN_RECEIVE_BLOCK_SIZE,
    OID_GEN_RECEIVE_BUFFER_SPACE, OID_GEN_SUPPORTED_LIST, OID_GEN_TRANSMIT_BLOCK_SIZE,
    OID_GEN_TRANSMIT_BUFFER_SPACE, OID_GEN_VENDOR_DESCRIPTION, OID_GEN_VENDOR_DRIVER_VERSION,
    OID_GEN_VENDOR_ID, OID_GEN_XMIT_LINK_SPEED, OID_TIMESTAMP_CAPABILITY,
    OID_TIMESTAMP_CURRENT_CONFIG, OID_TIMESTAMP_GET_CROSSTIMESTAMP,
};

use super::statistics;
use crate::{
    ke,
    ndis::{
        Medium,
        binding::{Binding, MAC_OPTIONS, connect_state, duplex_state},
    },
    sched,
};

/// Bytes of the link header of Ethernet.
const HEADER: u32 = 14;
/// Ticks of the adapter's clock in a second: it counts nanoseconds.
const CLOCK: u64 = 1_000_000_000;

/// The identifiers that are supported.
const SUPPORTED: &[NDIS_OID] = &[
    OID_GEN_SUPPORTED_LIST,
    OID_GEN_HARDWARE_STATUS,
    OID_GEN_MEDIA_SUPPORTED,
    OID_GEN_MEDIA_IN_USE,
    OID_GEN_PHYSICAL_MEDIUM,
    OID_GEN_PHYSICAL_MEDIUM_EX,
    OID_GEN_MAXIMUM_LOOKAHEAD,
    OID_GEN_CURRENT_LOOKAHEAD,
    OID_GEN_MAXIMUM_FRAME_SIZE,
    OID_GEN_MAXIMUM_TOTAL_SIZE,
    OID_GEN_TRANSMIT_BUFFER_SPACE,
    OID_GEN_RECEIVE_BUFFER_SPACE,
    OID_GEN_TRANSMIT_BLOCK_SIZE,
    OID_GEN_RECEIVE_BLOCK_SIZE,
    OID_GEN_LINK_SPEED,
    OID_GEN_LINK_SPEED_EX,
    OID_GEN_MAX_LINK_SPEED,
    OID_GEN_LINK_STATE,
    OID_GEN_MEDIA_CONNECT_STATUS,
    OID_GEN_MEDIA_CONNECT_STATUS_EX,
    OID_GEN_MEDIA_DUPLEX_STATE,
    OID_GEN_XMIT_LINK_SPEED,
    OID_GEN_RCV_LINK_SPEED,
    OID_GEN_VENDOR_ID,
    OID_GEN_VENDOR_DESCRIPTION,
    OID_GEN_VENDOR_DRIVER_VERSION,
    OID_GEN_DRIVER_VERSION,
    OID_GEN_CURRENT_PACKET_FILTER,
    OID_GEN_PROMISCUOUS_MODE,
    OID_GEN_MAC_OPTIONS,
    OID_GEN_INTERRUPT_MODERATION,
    OID_802_3_PERMANENT_ADDRESS,
    OID_802_3_CURRENT_ADDRESS,
    OID_802_3_MULTICAST_LIST,
    OID_802_3_MAXIMUM_LIST_SIZE,
    OID_TIMESTAMP_CAPABILITY,
    OID_TIMESTAMP_CURRENT_CONFIG,
    OID_TIMESTAMP_GET_CROSSTIMESTAMP,
];

/// The value of an identifier, as bytes, for a buffer of `room` bytes.
///
/// # Errors
///
/// The status of a query of it.
pub fn value(binding: &Binding, oid: NDIS_OID, room: usize) -> Result<Vec<u8>, NDIS_STATUS> {
    let found = number(binding, oid).map(|number| number.to_le_bytes().to_vec());
    let found = found.or_else(|| link(binding, oid)).or_else(|| text(binding, oid));
    let found = found.or_else(|| clock(oid)).or_else(|| statistics::value(binding, oid, room));
    found.ok_or(NDIS_STATUS_NOT_SUPPORTED)
}

/// Values of 32 bits.
fn number(binding: &Binding, oid: NDIS_OID) -> Option<u32> {
    let adapter = &binding.adapter;
    let description = &adapter.description;
    let now = adapter.attributes.lock().clone();
    let speed = now.link.speed.map_or(u64::MAX, |speed| speed / 100);
    let set = |value: u32, unset: u32| if value == 0 { unset } else { value };
    let space = description.descriptors.saturating_mul(2048);
    Some(match oid {
        OID_GEN_HARDWARE_STATUS => NdisHardwareStatusReady.cast_unsigned(),
        OID_GEN_MEDIA_SUPPORTED | OID_GEN_MEDIA_IN_USE => {
            description.medium.number().cast_unsigned()
        }
        OID_GEN_PHYSICAL_MEDIUM => NdisPhysicalMediumUnspecified.cast_unsigned(),
        OID_GEN_PHYSICAL_MEDIUM_EX => match description.medium {
            Medium::Ethernet => NdisPhysicalMedium802_3.cast_unsigned(),
            _ => NdisPhysicalMediumUnspecified.cast_unsigned(),
        },
        OID_GEN_CURRENT_LOOKAHEAD => {
            set(binding.lookahead.load(std::sync::atomic::Ordering::Relaxed), now.mtu)
        }
        OID_GEN_MAXIMUM_LOOKAHEAD | OID_GEN_MAXIMUM_FRAME_SIZE => now.mtu,
        OID_GEN_MAXIMUM_TOTAL_SIZE => now.mtu + HEADER,
        OID_GEN_TRANSMIT_BUFFER_SPACE | OID_GEN_RECEIVE_BUFFER_SPACE => space,
        OID_GEN_TRANSMIT_BLOCK_SIZE | OID_GEN_RECEIVE_BLOCK_SIZE => 2048,
        OID_GEN_LINK_SPEED => u32::try_from(speed).unwrap_or(u32::MAX),
        OID_GEN_MEDIA_CONNECT_STATUS => match now.link.connected {
            Some(false) => NdisMediaStateDisconnected.cast_unsigned(),
            _ => NdisMediaStateConnected.cast_unsigned(),
        },
        OID_GEN_MEDIA_CONNECT_STATUS_EX => connect_state(now.link).cast_unsigned(),
        OID_GEN_MEDIA_DUPLEX_STATE => duplex_state(now.link).cast_unsigned(),
        OID_GEN_VENDOR_ID => 0x00ff_ffff,
        OID_GEN_VENDOR_DRIVER_VERSION => 0x0001_0000,
        OID_GEN_CURRENT_PACKET_FILTER => adapter.packet_filter(),
        OID_GEN_PROMISCUOUS_MODE => {
            u32::from(adapter.packet_filter() & NDIS_PACKET_TYPE_PROMISCUOUS != 0)
        }
        OID_GEN_MAC_OPTIONS => MAC_OPTIONS,
        OID_GEN_INTERRUPT_MODERATION => 0,
        OID_802_3_MAXIMUM_LIST_SIZE => description.multicast_list,
        _ => return None,
    })
}

/// Values of the link that are longer than 32 bits.
fn link(binding: &Binding, oid: NDIS_OID) -> Option<Vec<u8>> {
    let adapter = &binding.adapter;
    let link = adapter.attributes.lock().link;
    let speed = link.speed.unwrap_or(NDIS_LINK_SPEED_UNKNOWN);
    Some(match oid {
        OID_GEN_XMIT_LINK_SPEED | OID_GEN_RCV_LINK_SPEED => speed.to_le_bytes().to_vec(),
        OID_GEN_LINK_SPEED_EX => {
            let speeds = NDIS_LINK_SPEED { XmitLinkSpeed: speed, RcvLinkSpeed: speed };
            bytes(&speeds, size_of_val(&speeds))
        }
        OID_GEN_MAX_LINK_SPEED => {
            let speed = adapter.description.speed;
            let speeds = NDIS_LINK_SPEED { XmitLinkSpeed: speed, RcvLinkSpeed: speed };
            bytes(&speeds, size_of_val(&speeds))
        }
        OID_GEN_LINK_STATE => {
            let size = NDIS_SIZEOF_LINK_STATE_REVISION_1;
            let state = NDIS_LINK_STATE {
                Header: header(NDIS_LINK_STATE_REVISION_1, size),
                MediaConnectState: connect_state(link),
                MediaDuplexState: duplex_state(link),
                XmitLinkSpeed: speed,
                RcvLinkSpeed: speed,
                PauseFunctions: NdisPauseFunctionsUnsupported,
                AutoNegotiationFlags: 0,
            };
            bytes(&state, usize::from(size))
        }
        _ => return None,
    })
}

/// Addresses, lists and text.
fn text(binding: &Binding, oid: NDIS_OID) -> Option<Vec<u8>> {
    let adapter = &binding.adapter;
    Some(match oid {
        OID_GEN_SUPPORTED_LIST => SUPPORTED.iter().flat_map(|oid| oid.to_le_bytes()).collect(),
        OID_GEN_VENDOR_DESCRIPTION => b"Adapter of a hosted kernel\0".to_vec(),
        // The version of NDIS that the miniport is made for, in 16 bits.
        OID_GEN_DRIVER_VERSION => 0x0650_u16.to_le_bytes().to_vec(),
        OID_802_3_PERMANENT_ADDRESS | OID_802_3_CURRENT_ADDRESS => adapter.description.mac.to_vec(),
        OID_802_3_MULTICAST_LIST => adapter.groups().concat(),
        _ => return None,
    })
}

/// The adapter's clock: it stamps all frames that it receives, where their source knows the time.
fn clock(oid: NDIS_OID) -> Option<Vec<u8>> {
    match oid {
        OID_TIMESTAMP_CAPABILITY | OID_TIMESTAMP_CURRENT_CONFIG => {
            let size = NDIS_SIZEOF_TIMESTAMP_CAPABILITIES_REVISION_1;
            let capabilities = NDIS_TIMESTAMP_CAPABILITIES {
                Header: header(NDIS_TIMESTAMP_CAPABILITIES_REVISION_1, size),
                HardwareClockFrequencyHz: CLOCK,
                CrossTimestamp: 1,
                TimestampFlags: NDIS_TIMESTAMP_CAPABILITY_FLAGS {
                    AllReceiveHw: 1,
                    ..NDIS_TIMESTAMP_CAPABILITY_FLAGS::default()
                },
                ..NDIS_TIMESTAMP_CAPABILITIES::default()
            };
            Some(bytes(&capabilities, usize::from(size)))
        }
        OID_TIMESTAMP_GET_CROSSTIMESTAMP => {
            let size = NDIS_SIZEOF_HARDWARE_CROSSTIMESTAMP_REVISION_1;
            let before = ke::time::interrupt();
            let now = nanoseconds();
            let stamps = NDIS_HARDWARE_CROSSTIMESTAMP {
                Header: header(NDIS_HARDWARE_CROSSTIMESTAMP_REVISION_1, size),
                Flags: 0,
                SystemTimestamp1: before,
                HardwareClockTimestamp: now,
                SystemTimestamp2: ke::time::interrupt(),
            };
            Some(bytes(&stamps, usize::from(size)))
        }
        _ => None,
    }
}

/// The time of the adapters' clock: nanoseconds since 1970.
fn nanoseconds() -> u64 {
    u64::try_from(sched::unix_time().as_nanos()).unwrap_or(u64::MAX)
}

pub(super) const fn header(revision: u8, size: u16) -> NDIS_OBJECT_HEADER {
    NDIS_OBJECT_HEADER { Type: NDIS_OBJECT_TYPE_DEFAULT, Revision: revision, Size: size }
}

/// The first bytes of a structure of numbers. Padding is zero.
pub(super) fn bytes<T: Copy>(value: &T, length: usize) -> Vec<u8> {
    let mut bytes = vec![0; size_of::<T>()];
    // SAFETY: there is room for it.
    unsafe { bytes.as_mut_ptr().cast::<T>().write_unaligned(*value) };
    bytes.truncate(length);
    bytes
}
