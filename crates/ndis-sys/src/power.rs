//! Power management of adapters.

use crate::{NDIS_OBJECT_HEADER, NDIS_OID};

/// Power state of an adapter.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ntddndis/ne-ntddndis-_ndis_device_power_state)
pub type NDIS_DEVICE_POWER_STATE = i32;

/// Not told, or not supported.
pub const NdisDeviceStateUnspecified: NDIS_DEVICE_POWER_STATE = 0;
/// Working.
pub const NdisDeviceStateD0: NDIS_DEVICE_POWER_STATE = 1;
/// Light sleep.
pub const NdisDeviceStateD1: NDIS_DEVICE_POWER_STATE = 2;
/// Sleep.
pub const NdisDeviceStateD2: NDIS_DEVICE_POWER_STATE = 3;
/// Off, or nearly so.
pub const NdisDeviceStateD3: NDIS_DEVICE_POWER_STATE = 4;
/// Number of states.
pub const NdisDeviceStateMaximum: NDIS_DEVICE_POWER_STATE = 5;

/// What an adapter can do in low power, [`NDIS_PNP_CAPABILITIES`].
pub const OID_PNP_CAPABILITIES: NDIS_OID = 0xFD01_0100;
/// Puts an adapter into a power state, [`NDIS_DEVICE_POWER_STATE`]; set.
pub const OID_PNP_SET_POWER: NDIS_OID = 0xFD01_0101;
/// Whether an adapter can go to a power state, [`NDIS_DEVICE_POWER_STATE`].
pub const OID_PNP_QUERY_POWER: NDIS_OID = 0xFD01_0102;
/// Adds a pattern of frames that wake the computer, older form; set.
pub const OID_PNP_ADD_WAKE_UP_PATTERN: NDIS_OID = 0xFD01_0103;
/// Removes such a pattern; set.
pub const OID_PNP_REMOVE_WAKE_UP_PATTERN: NDIS_OID = 0xFD01_0104;
/// Patterns that are there; answered by NDIS.
pub const OID_PNP_WAKE_UP_PATTERN_LIST: NDIS_OID = 0xFD01_0105;
/// What may wake the computer, `NDIS_PNP_WAKE_UP_…`; query and set.
pub const OID_PNP_ENABLE_WAKE_UP: NDIS_OID = 0xFD01_0106;
/// How power management is set, [`NDIS_PM_CAPABILITIES`]; answered by NDIS.
pub const OID_PM_CURRENT_CAPABILITIES: NDIS_OID = 0xFD01_0107;
/// What the hardware can do in low power, [`NDIS_PM_CAPABILITIES`]; answered by NDIS.
pub const OID_PM_HARDWARE_CAPABILITIES: NDIS_OID = 0xFD01_0108;
/// What is to be done in low power, [`NDIS_PM_PARAMETERS`]; query and set.
pub const OID_PM_PARAMETERS: NDIS_OID = 0xFD01_0109;
/// Adds a pattern of frames that wake the computer; set.
pub const OID_PM_ADD_WOL_PATTERN: NDIS_OID = 0xFD01_010A;
/// Removes such a pattern; set.
pub const OID_PM_REMOVE_WOL_PATTERN: NDIS_OID = 0xFD01_010B;
/// Patterns that are there; answered by NDIS.
pub const OID_PM_WOL_PATTERN_LIST: NDIS_OID = 0xFD01_010C;
/// Lets the adapter answer a protocol in low power; set.
pub const OID_PM_ADD_PROTOCOL_OFFLOAD: NDIS_OID = 0xFD01_010D;
/// A protocol that the adapter answers in low power.
pub const OID_PM_GET_PROTOCOL_OFFLOAD: NDIS_OID = 0xFD01_010E;
/// Ends that; set.
pub const OID_PM_REMOVE_PROTOCOL_OFFLOAD: NDIS_OID = 0xFD01_010F;
/// Protocols that the adapter answers in low power; answered by NDIS.
pub const OID_PM_PROTOCOL_OFFLOAD_LIST: NDIS_OID = 0xFD01_0110;

/// A magic packet may wake the computer.
pub const NDIS_PNP_WAKE_UP_MAGIC_PACKET: u32 = 0x1;
/// A frame that fits a pattern may wake the computer.
pub const NDIS_PNP_WAKE_UP_PATTERN_MATCH: u32 = 0x2;
/// A change of the link may wake the computer.
pub const NDIS_PNP_WAKE_UP_LINK_CHANGE: u32 = 0x4;

/// The adapter may wake the computer.
pub const NDIS_DEVICE_WAKE_UP_ENABLE: u32 = 0x1;
/// It may do so when a frame fits a pattern.
pub const NDIS_DEVICE_WAKE_ON_PATTERN_MATCH_ENABLE: u32 = 0x2;
/// It may do so for a magic packet.
pub const NDIS_DEVICE_WAKE_ON_MAGIC_PACKET_ENABLE: u32 = 0x4;

/// The adapter can tell which frame woke the computer. From NDIS 6.30.
pub const NDIS_PM_WAKE_PACKET_INDICATION_SUPPORTED: u32 = 0x1;
/// The adapter can be suspended while it is idle. From NDIS 6.30.
pub const NDIS_PM_SELECTIVE_SUSPEND_SUPPORTED: u32 = 0x2;

/// [`NDIS_PM_CAPABILITIES`] of NDIS 6.20.
pub const NDIS_PM_CAPABILITIES_REVISION_1: u8 = 1;
/// [`NDIS_PM_CAPABILITIES`] of NDIS 6.30: adds wake-up events.
pub const NDIS_PM_CAPABILITIES_REVISION_2: u8 = 2;
/// Bytes of revision 1 of [`NDIS_PM_CAPABILITIES`].
pub const NDIS_SIZEOF_NDIS_PM_CAPABILITIES_REVISION_1: u16 = 52;
/// Bytes of revision 2 of [`NDIS_PM_CAPABILITIES`].
pub const NDIS_SIZEOF_NDIS_PM_CAPABILITIES_REVISION_2: u16 = 60;
/// [`NDIS_PM_PARAMETERS`] of NDIS 6.20.
pub const NDIS_PM_PARAMETERS_REVISION_1: u8 = 1;
/// [`NDIS_PM_PARAMETERS`] of NDIS 6.30: adds events of the medium.
pub const NDIS_PM_PARAMETERS_REVISION_2: u8 = 2;
/// Bytes of revision 1 of [`NDIS_PM_PARAMETERS`].
pub const NDIS_SIZEOF_NDIS_PM_PARAMETERS_REVISION_1: u16 = 16;
/// Bytes of revision 2 of [`NDIS_PM_PARAMETERS`].
pub const NDIS_SIZEOF_NDIS_PM_PARAMETERS_REVISION_2: u16 = 20;

/// What an adapter can do in low power. From NDIS 6.20.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ntddndis/ns-ntddndis-_ndis_pm_capabilities)
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct NDIS_PM_CAPABILITIES {
    /// Type [`NDIS_OBJECT_TYPE_DEFAULT`](crate::NDIS_OBJECT_TYPE_DEFAULT).
    pub Header: NDIS_OBJECT_HEADER,
    /// [`NDIS_PM_WAKE_PACKET_INDICATION_SUPPORTED`] and the like.
    pub Flags: u32,
    /// Kinds of frames that can wake the computer.
    pub SupportedWoLPacketPatterns: u32,
    /// Patterns that the adapter can hold.
    pub NumTotalWoLPatterns: u32,
    /// Bytes that a pattern has at most.
    pub MaxWoLPatternSize: u32,
    /// Bytes of a frame that are compared with a pattern at most.
    pub MaxWoLPatternOffset: u32,
    /// Bytes of the frame that woke the computer that are kept at most.
    pub MaxWoLPacketSaveBuffer: u32,
    /// Protocols that the adapter can answer.
    pub SupportedProtocolOffloads: u32,
    /// IPv4 addresses that it can answer for.
    pub NumArpOffloadIPv4Addresses: u32,
    /// Requests for IPv6 neighbours that it can answer.
    pub NumNSOffloadIPv6Addresses: u32,
    /// Deepest state that a magic packet wakes from.
    pub MinMagicPacketWakeUp: NDIS_DEVICE_POWER_STATE,
    /// Deepest state that a pattern wakes from.
    pub MinPatternWakeUp: NDIS_DEVICE_POWER_STATE,
    /// Deepest state that a change of the link wakes from.
    pub MinLinkChangeWakeUp: NDIS_DEVICE_POWER_STATE,
    /// Events that can wake the computer. From revision 2.
    pub SupportedWakeUpEvents: u32,
    /// Events of the medium that can wake the computer. From revision 2.
    pub MediaSpecificWakeUpEvents: u32,
}

/// What an adapter is to do in low power. From NDIS 6.20.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ntddndis/ns-ntddndis-_ndis_pm_parameters)
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct NDIS_PM_PARAMETERS {
    /// Type [`NDIS_OBJECT_TYPE_DEFAULT`](crate::NDIS_OBJECT_TYPE_DEFAULT).
    pub Header: NDIS_OBJECT_HEADER,
    /// Kinds of frames that wake the computer.
    pub EnabledWoLPacketPatterns: u32,
    /// Protocols that the adapter answers.
    pub EnabledProtocolOffloads: u32,
    /// Events that wake the computer.
    pub WakeUpFlags: u32,
    /// Events of the medium that wake the computer. From revision 2.
    pub MediaSpecificWakeUpEvents: u32,
}

/// Deepest power states that an adapter wakes from, older form.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/network/oid-pnp-capabilities)
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct NDIS_PM_WAKE_UP_CAPABILITIES {
    /// For a magic packet.
    pub MinMagicPacketWakeUp: NDIS_DEVICE_POWER_STATE,
    /// For a pattern.
    pub MinPatternWakeUp: NDIS_DEVICE_POWER_STATE,
    /// For a change of the link.
    pub MinLinkChangeWakeUp: NDIS_DEVICE_POWER_STATE,
}

/// What an adapter can do in low power, older form.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/network/oid-pnp-capabilities)
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct NDIS_PNP_CAPABILITIES {
    /// `NDIS_DEVICE_WAKE_…_ENABLE`.
    pub Flags: u32,
    /// Power states.
    pub WakeUpCapabilities: NDIS_PM_WAKE_UP_CAPABILITIES,
}
