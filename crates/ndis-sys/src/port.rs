//! Ports: subdivisions of an adapter.

use core::ffi::c_void;

use crate::{
    NDIS_HANDLE, NDIS_MEDIA_CONNECT_STATE, NDIS_OBJECT_HEADER, NDIS_STATUS, NET_IF_DIRECTION_TYPE,
};

/// Number of a port of an adapter.
pub type NDIS_PORT_NUMBER = u32;
/// Number of a switch in an adapter.
pub type NDIS_NIC_SWITCH_ID = u32;
/// Number of a virtual port of such a switch.
pub type NDIS_NIC_SWITCH_VPORT_ID = u32;

/// The port that every adapter has.
pub const NDIS_DEFAULT_PORT_NUMBER: NDIS_PORT_NUMBER = 0;
/// Number of ports that an adapter has at most.
pub const NDIS_MAXIMUM_PORTS: u32 = 0x0100_0000;

/// What a port is for.
pub type NDIS_PORT_TYPE = i32;

/// Not told.
pub const NdisPortTypeUndefined: NDIS_PORT_TYPE = 0;
/// Bridge.
pub const NdisPortTypeBridge: NDIS_PORT_TYPE = 1;
/// Remote access.
pub const NdisPortTypeRasConnection: NDIS_PORT_TYPE = 2;
/// Supplicant of 802.1X.
pub const NdisPortType8021xSupplicant: NDIS_PORT_TYPE = 3;
/// Member of a team of adapters. From NDIS 6.30.
pub const NdisPortTypeNdisImPlatform: NDIS_PORT_TYPE = 4;
/// Number of types; 4 before NDIS 6.30.
pub const NdisPortTypeMax: NDIS_PORT_TYPE = 5;

/// Whether a port lets only those through who are authorized.
pub type NDIS_PORT_CONTROL_STATE = i32;

/// Not known.
pub const NdisPortControlStateUnknown: NDIS_PORT_CONTROL_STATE = 0;
/// It does.
pub const NdisPortControlStateControlled: NDIS_PORT_CONTROL_STATE = 1;
/// It does not.
pub const NdisPortControlStateUncontrolled: NDIS_PORT_CONTROL_STATE = 2;

/// Whether somebody is authorized to use a port.
pub type NDIS_PORT_AUTHORIZATION_STATE = i32;

/// Not known.
pub const NdisPortAuthorizationUnknown: NDIS_PORT_AUTHORIZATION_STATE = 0;
/// Somebody is.
pub const NdisPortAuthorized: NDIS_PORT_AUTHORIZATION_STATE = 1;
/// Nobody is.
pub const NdisPortUnauthorized: NDIS_PORT_AUTHORIZATION_STATE = 2;
/// Somebody is, for as long as it takes to authorize again.
pub const NdisPortReauthorizing: NDIS_PORT_AUTHORIZATION_STATE = 3;

/// The port has the authorization states that the adapter has by default.
pub const NDIS_PORT_CHAR_USE_DEFAULT_AUTH_SETTINGS: u32 = 0x1;

/// First and only revision of [`NDIS_PORT_CHARACTERISTICS`].
pub const NDIS_PORT_CHARACTERISTICS_REVISION_1: u8 = 1;
/// Bytes of [`NDIS_PORT_CHARACTERISTICS`].
pub const NDIS_SIZEOF_PORT_CHARACTERISTICS_REVISION_1: u16 = 60;
/// First and only revision of [`NDIS_PORT_ARRAY`].
pub const NDIS_PORT_ARRAY_REVISION_1: u8 = 1;
/// Bytes of an [`NDIS_PORT_ARRAY`] with one port.
pub const NDIS_SIZEOF_PORT_ARRAY_REVISION_1: u16 = 80;
/// First and only revision of [`NDIS_PORT_STATE`].
pub const NDIS_PORT_STATE_REVISION_1: u8 = 1;
/// Bytes of [`NDIS_PORT_STATE`].
pub const NDIS_SIZEOF_PORT_STATE_REVISION_1: u16 = 48;
/// First and only revision of [`NDIS_PORT_AUTHENTICATION_PARAMETERS`].
pub const NDIS_PORT_AUTHENTICATION_PARAMETERS_REVISION_1: u8 = 1;
/// Bytes of [`NDIS_PORT_AUTHENTICATION_PARAMETERS`].
pub const NDIS_SIZEOF_PORT_AUTHENTICATION_PARAMETERS_REVISION_1: u16 = 20;

/// Properties of a port.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ntddndis/ns-ntddndis-_ndis_port_characteristics)
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct NDIS_PORT_CHARACTERISTICS {
    /// Type [`NDIS_OBJECT_TYPE_DEFAULT`](crate::NDIS_OBJECT_TYPE_DEFAULT).
    pub Header: NDIS_OBJECT_HEADER,
    /// Number, which NDIS gives.
    pub PortNumber: NDIS_PORT_NUMBER,
    /// [`NDIS_PORT_CHAR_USE_DEFAULT_AUTH_SETTINGS`] or 0.
    pub Flags: u32,
    /// What it is for.
    pub Type: NDIS_PORT_TYPE,
    /// Whether there is a link.
    pub MediaConnectState: NDIS_MEDIA_CONNECT_STATE,
    /// Bits per second to send.
    pub XmitLinkSpeed: u64,
    /// Bits per second to receive.
    pub RcvLinkSpeed: u64,
    /// Directions that it works in.
    pub Direction: NET_IF_DIRECTION_TYPE,
    /// Whether it controls who sends.
    pub SendControlState: NDIS_PORT_CONTROL_STATE,
    /// Whether it controls who receives.
    pub RcvControlState: NDIS_PORT_CONTROL_STATE,
    /// Whether somebody may send.
    pub SendAuthorizationState: NDIS_PORT_AUTHORIZATION_STATE,
    /// Whether somebody may receive.
    pub RcvAuthorizationState: NDIS_PORT_AUTHORIZATION_STATE,
}

/// Port in a list of ports that become active.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ntddndis/ns-ntddndis-_ndis_port)
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct NDIS_PORT {
    /// Next port, or NULL.
    pub Next: *mut Self,
    /// For NDIS.
    pub NdisReserved: *mut c_void,
    /// For the miniport.
    pub MiniportReserved: *mut c_void,
    /// For the protocol.
    pub ProtocolReserved: *mut c_void,
    /// The port.
    pub PortCharacteristics: NDIS_PORT_CHARACTERISTICS,
}

/// Active ports of an adapter, from [`OID_GEN_ENUMERATE_PORTS`](crate::OID_GEN_ENUMERATE_PORTS).
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ntddndis/ns-ntddndis-_ndis_port_array)
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct NDIS_PORT_ARRAY {
    /// Type [`NDIS_OBJECT_TYPE_DEFAULT`](crate::NDIS_OBJECT_TYPE_DEFAULT).
    pub Header: NDIS_OBJECT_HEADER,
    /// Number of ports.
    pub NumberOfPorts: u32,
    /// Bytes from the beginning of the structure to the first port.
    pub OffsetFirstPort: u32,
    /// Bytes from one port to the next.
    pub ElementSize: u32,
    /// The ports, as many as there are.
    pub Ports: [NDIS_PORT_CHARACTERISTICS; 1],
}

/// State of a port: data of [`NDIS_STATUS_PORT_STATE`](crate::NDIS_STATUS_PORT_STATE).
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ntddndis/ns-ntddndis-_ndis_port_state)
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct NDIS_PORT_STATE {
    /// Type [`NDIS_OBJECT_TYPE_PORT_STATE`](crate::NDIS_OBJECT_TYPE_PORT_STATE).
    pub Header: NDIS_OBJECT_HEADER,
    /// Whether there is a link.
    pub MediaConnectState: NDIS_MEDIA_CONNECT_STATE,
    /// Bits per second to send.
    pub XmitLinkSpeed: u64,
    /// Bits per second to receive.
    pub RcvLinkSpeed: u64,
    /// Directions that it works in.
    pub Direction: NET_IF_DIRECTION_TYPE,
    /// Whether it controls who sends.
    pub SendControlState: NDIS_PORT_CONTROL_STATE,
    /// Whether it controls who receives.
    pub RcvControlState: NDIS_PORT_CONTROL_STATE,
    /// Whether somebody may send.
    pub SendAuthorizationState: NDIS_PORT_AUTHORIZATION_STATE,
    /// Whether somebody may receive.
    pub RcvAuthorizationState: NDIS_PORT_AUTHORIZATION_STATE,
    /// Reserved.
    pub Flags: u32,
}

/// Who may use a port.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ntddndis/ns-ntddndis-_ndis_port_authentication_parameters)
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct NDIS_PORT_AUTHENTICATION_PARAMETERS {
    /// Type [`NDIS_OBJECT_TYPE_DEFAULT`](crate::NDIS_OBJECT_TYPE_DEFAULT).
    pub Header: NDIS_OBJECT_HEADER,
    /// Whether it controls who sends.
    pub SendControlState: NDIS_PORT_CONTROL_STATE,
    /// Whether it controls who receives.
    pub RcvControlState: NDIS_PORT_CONTROL_STATE,
    /// Whether somebody may send.
    pub SendAuthorizationState: NDIS_PORT_AUTHORIZATION_STATE,
    /// Whether somebody may receive.
    pub RcvAuthorizationState: NDIS_PORT_AUTHORIZATION_STATE,
}

imports! {
    /// Allocates a port of an adapter, which the miniport activates with
    /// [`NetEventPortActivation`](crate::NetEventPortActivation) and frees before the adapter
    /// halts.
    ///
    /// NDIS sets `PortNumber`. IRQL: at most `DISPATCH_LEVEL`. Errors: `NDIS_STATUS_RESOURCES`,
    /// `NDIS_STATUS_CLOSING`, `NDIS_STATUS_INVALID_DATA`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nf-ndis-ndismallocateport)
    fn NdisMAllocatePort as FN_NDIS_M_ALLOCATE_PORT(
        NdisMiniportHandle: NDIS_HANDLE,
        PortCharacteristics: *mut NDIS_PORT_CHARACTERISTICS,
    ) -> NDIS_STATUS;

    /// Frees a port that is not active.
    ///
    /// IRQL: at most `DISPATCH_LEVEL`. Errors: `NDIS_STATUS_INVALID_PORT`,
    /// `NDIS_STATUS_INVALID_PORT_STATE`, `NDIS_STATUS_INVALID_DATA`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nf-ndis-ndismfreeport)
    fn NdisMFreePort as FN_NDIS_M_FREE_PORT(
        NdisMiniportHandle: NDIS_HANDLE,
        PortNumber: NDIS_PORT_NUMBER,
    ) -> NDIS_STATUS;
}
