//! Network Plug and Play events, which go up the stack.

use core::ffi::c_void;

use crate::{
    NDIS_HANDLE, NDIS_NIC_SWITCH_ID, NDIS_NIC_SWITCH_VPORT_ID, NDIS_OBJECT_HEADER,
    NDIS_PORT_NUMBER, NDIS_RESTART_ATTRIBUTES, NDIS_STATUS, NET_IFINDEX, NET_LUID,
};

/// What has happened; see `NetEvent…`.
pub type NET_PNP_EVENT_CODE = i32;

/// The adapter goes to another power state; `Buffer` holds a [`NET_DEVICE_POWER_STATE`].
pub const NetEventSetPower: NET_PNP_EVENT_CODE = 0;
/// May the adapter go to another power state? `Buffer` holds a [`NET_DEVICE_POWER_STATE`]. The
/// answer is always yes.
pub const NetEventQueryPower: NET_PNP_EVENT_CODE = 1;
/// May the adapter be removed? An error says no.
pub const NetEventQueryRemoveDevice: NET_PNP_EVENT_CODE = 2;
/// The removal that was asked about does not take place.
pub const NetEventCancelRemoveDevice: NET_PNP_EVENT_CODE = 3;
/// The configuration of the driver or, with a binding context, of the binding has changed.
pub const NetEventReconfigure: NET_PNP_EVENT_CODE = 4;
/// Order in which the driver should treat its bindings, as a list of device names.
pub const NetEventBindList: NET_PNP_EVENT_CODE = 5;
/// The driver has been offered every adapter that was there when it registered.
pub const NetEventBindsComplete: NET_PNP_EVENT_CODE = 6;
/// What the adapter can do in low power has been enabled or disabled.
pub const NetEventPnPCapabilities: NET_PNP_EVENT_CODE = 7;
/// The binding is to pause; `Buffer` holds an [`NDIS_PROTOCOL_PAUSE_PARAMETERS`]. Cannot be
/// refused.
pub const NetEventPause: NET_PNP_EVENT_CODE = 8;
/// The binding is to run again; `Buffer` holds an [`NDIS_PROTOCOL_RESTART_PARAMETERS`] or is NULL.
pub const NetEventRestart: NET_PNP_EVENT_CODE = 9;
/// Ports become active; `Buffer` holds a list of [`NDIS_PORT`](crate::NDIS_PORT).
pub const NetEventPortActivation: NET_PNP_EVENT_CODE = 10;
/// Ports become inactive; `Buffer` holds an array of port numbers.
pub const NetEventPortDeactivation: NET_PNP_EVENT_CODE = 11;
/// A virtual miniport of an intermediate driver is enabled again.
pub const NetEventIMReEnableDevice: NET_PNP_EVENT_CODE = 12;
/// Network direct is enabled.
pub const NetEventNDKEnable: NET_PNP_EVENT_CODE = 13;
/// Network direct is disabled.
pub const NetEventNDKDisable: NET_PNP_EVENT_CODE = 14;
/// A filter module is about to detach.
pub const NetEventFilterPreDetach: NET_PNP_EVENT_CODE = 15;
/// A bind has failed; `Buffer` holds an [`NDIS_BIND_FAILED_NOTIFICATION`].
pub const NetEventBindFailed: NET_PNP_EVENT_CODE = 16;
/// An extensible switch is ready for its extensions.
pub const NetEventSwitchActivate: NET_PNP_EVENT_CODE = 17;
/// From a miniport only: other drivers may bind to the adapter again.
pub const NetEventAllowBindsAbove: NET_PNP_EVENT_CODE = 18;
/// From a miniport only: unbinds all drivers above and keeps others from binding.
pub const NetEventInhibitBindsAbove: NET_PNP_EVENT_CODE = 19;
/// From a miniport only: the stack need not be paused any longer.
pub const NetEventAllowStart: NET_PNP_EVENT_CODE = 20;
/// From a miniport only: the stack has to be paused, and is when the call returns.
pub const NetEventRequirePause: NET_PNP_EVENT_CODE = 21;
/// Flow entries of a generic flow table have to be taken back from the hardware.
pub const NetEventUploadGftFlowEntries: NET_PNP_EVENT_CODE = 22;
/// Number of codes.
pub const NetEventMaximum: NET_PNP_EVENT_CODE = 23;

/// Power state of a network device, as PnP events tell it.
pub type NET_DEVICE_POWER_STATE = i32;

/// Not known.
pub const NetDeviceStateUnspecified: NET_DEVICE_POWER_STATE = 0;
/// Working.
pub const NetDeviceStateD0: NET_DEVICE_POWER_STATE = 1;
/// Light sleep.
pub const NetDeviceStateD1: NET_DEVICE_POWER_STATE = 2;
/// Sleep.
pub const NetDeviceStateD2: NET_DEVICE_POWER_STATE = 3;
/// Off, or nearly so.
pub const NetDeviceStateD3: NET_DEVICE_POWER_STATE = 4;
/// Number of states.
pub const NetDeviceStateMaximum: NET_DEVICE_POWER_STATE = 5;

/// The miniport is halted when the adapter goes to low power; set with [`NetEventSetPower`].
pub const NET_EVENT_HALT_MINIPORT_ON_LOW_POWER: u32 = 0x1;
/// `SwitchId` and `VPortId` of a notification are valid.
pub const NET_EVENT_FLAGS_VPORT_ID_VALID: u32 = 0x2;

/// NDIS itself needs the pause.
pub const NDIS_PAUSE_NDIS_INTERNAL: u32 = 0x01;
/// The adapter goes to low power.
pub const NDIS_PAUSE_LOW_POWER: u32 = 0x02;
/// A protocol is bound.
pub const NDIS_PAUSE_BIND_PROTOCOL: u32 = 0x04;
/// A protocol is unbound.
pub const NDIS_PAUSE_UNBIND_PROTOCOL: u32 = 0x08;
/// A filter module attaches.
pub const NDIS_PAUSE_ATTACH_FILTER: u32 = 0x10;
/// A filter module detaches.
pub const NDIS_PAUSE_DETACH_FILTER: u32 = 0x20;
/// A filter driver asked for a restart of the stack.
pub const NDIS_PAUSE_FILTER_RESTART_STACK: u32 = 0x40;
/// The device of the adapter is removed.
pub const NDIS_PAUSE_MINIPORT_DEVICE_REMOVE: u32 = 0x80;

/// [`NET_PNP_EVENT_NOTIFICATION`] that ends with `Flags`.
pub const NET_PNP_EVENT_NOTIFICATION_REVISION_1: u8 = 1;
/// [`NET_PNP_EVENT_NOTIFICATION`] of NDIS 6.50: adds switch and virtual port.
pub const NET_PNP_EVENT_NOTIFICATION_REVISION_2: u8 = 2;
/// Bytes of revision 1 of [`NET_PNP_EVENT_NOTIFICATION`].
pub const NDIS_SIZEOF_NET_PNP_EVENT_NOTIFICATION_REVISION_1: u16 = 164;
/// Bytes of revision 2 of [`NET_PNP_EVENT_NOTIFICATION`].
pub const NDIS_SIZEOF_NET_PNP_EVENT_NOTIFICATION_REVISION_2: u16 = 172;
/// First and only revision of [`NDIS_PROTOCOL_PAUSE_PARAMETERS`].
pub const NDIS_PROTOCOL_PAUSE_PARAMETERS_REVISION_1: u8 = 1;
/// Bytes of [`NDIS_PROTOCOL_PAUSE_PARAMETERS`].
pub const NDIS_SIZEOF_PROTOCOL_PAUSE_PARAMETERS_REVISION_1: u16 = 12;
/// First and only revision of [`NDIS_PROTOCOL_RESTART_PARAMETERS`].
pub const NDIS_PROTOCOL_RESTART_PARAMETERS_REVISION_1: u8 = 1;
/// Bytes of [`NDIS_PROTOCOL_RESTART_PARAMETERS`].
pub const NDIS_SIZEOF_PROTOCOL_RESTART_PARAMETERS_REVISION_1: u16 = 52;
/// First and only revision of [`NDIS_BIND_FAILED_NOTIFICATION`].
pub const NDIS_BIND_FAILED_NOTIFICATION_REVISION_1: u8 = 1;
/// Bytes of [`NDIS_BIND_FAILED_NOTIFICATION`].
pub const NDIS_SIZEOF_NDIS_BIND_FAILED_NOTIFICATION_REVISION_1: u16 = 16;

/// An event and its data.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/netpnp/ns-netpnp-_net_pnp_event)
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct NET_PNP_EVENT {
    /// What has happened.
    pub NetEvent: NET_PNP_EVENT_CODE,
    /// What is to be known of it, by code. Owned by whoever sends the event.
    pub Buffer: *mut c_void,
    /// Bytes at `Buffer`.
    pub BufferLength: u32,
    /// For NDIS.
    pub NdisReserved: [usize; 4],
    /// For the protocol driver.
    pub TransportReserved: [usize; 4],
    /// For the transport driver interface.
    pub TdiReserved: [usize; 4],
    /// For clients of the transport driver interface.
    pub TdiClientReserved: [usize; 4],
}

/// An event as it is told to a driver.
///
/// NDIS owns it; a driver that answers pending keeps the pointer for `NdisCompleteNetPnPEvent`.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/ns-ndis-_net_pnp_event_notification)
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct NET_PNP_EVENT_NOTIFICATION {
    /// Type [`NDIS_OBJECT_TYPE_DEFAULT`](crate::NDIS_OBJECT_TYPE_DEFAULT).
    pub Header: NDIS_OBJECT_HEADER,
    /// Port that the event is about; 0 for the default port or for all.
    pub PortNumber: NDIS_PORT_NUMBER,
    /// The event.
    pub NetPnPEvent: NET_PNP_EVENT,
    /// `NET_EVENT_…`.
    pub Flags: u32,
    /// Switch that the event is about. From revision 2.
    pub SwitchId: NDIS_NIC_SWITCH_ID,
    /// Virtual port that the event is about. From revision 2.
    pub VPortId: NDIS_NIC_SWITCH_VPORT_ID,
}

/// Why a binding is to pause: data of [`NetEventPause`].
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/ns-ndis-_ndis_protocol_pause_parameters)
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct NDIS_PROTOCOL_PAUSE_PARAMETERS {
    /// Type [`NDIS_OBJECT_TYPE_DEFAULT`](crate::NDIS_OBJECT_TYPE_DEFAULT).
    pub Header: NDIS_OBJECT_HEADER,
    /// Reserved.
    pub Flags: u32,
    /// `NDIS_PAUSE_…`.
    pub PauseReason: u32,
}

/// The stack as a binding finds it when it runs again: data of [`NetEventRestart`].
///
/// NDIS owns it and what it points to, until the event is answered.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/ns-ndis-_ndis_protocol_restart_parameters)
#[repr(C)]
#[derive(Clone, Copy)]
pub struct NDIS_PROTOCOL_RESTART_PARAMETERS {
    /// Type [`NDIS_OBJECT_TYPE_PROTOCOL_RESTART_PARAMETERS`](crate::NDIS_OBJECT_TYPE_PROTOCOL_RESTART_PARAMETERS).
    pub Header: NDIS_OBJECT_HEADER,
    /// Names of the filter modules in the stack: for each its bytes as 16 bits, then its characters
    /// without a terminator.
    pub FilterModuleNameBuffer: *mut u8,
    /// Bytes at `FilterModuleNameBuffer`.
    pub FilterModuleNameBufferLength: u32,
    /// Attributes of the stack that may have changed, or NULL.
    pub RestartAttributes: *mut NDIS_RESTART_ATTRIBUTES,
    /// Topmost interface of the stack.
    pub BoundIfIndex: NET_IFINDEX,
    /// Its identifier.
    pub BoundIfNetluid: NET_LUID,
    /// Reserved.
    pub Flags: u32,
}

default_is_zero!(NDIS_PROTOCOL_RESTART_PARAMETERS, NDIS_BIND_FAILED_NOTIFICATION);

/// Adapter of a bind that failed: data of [`NetEventBindFailed`].
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/ns-ndis-_ndis_bind_failed_notification)
#[repr(C)]
#[derive(Clone, Copy)]
pub struct NDIS_BIND_FAILED_NOTIFICATION {
    /// Type [`NDIS_OBJECT_TYPE_DEFAULT`](crate::NDIS_OBJECT_TYPE_DEFAULT).
    pub Header: NDIS_OBJECT_HEADER,
    /// The adapter.
    pub MiniportNetLuid: NET_LUID,
}

callbacks! {
    /// Called with network PnP and power events.
    ///
    /// The context is NULL for events of the whole driver, so that the event has to be looked at
    /// first. Returns success, also for events it does not know; pending, and then
    /// `NdisCompleteNetPnPEvent` follows exactly once; an error only where the event asks for
    /// leave. It never returns `NDIS_STATUS_NOT_SUPPORTED`. IRQL: `PASSIVE_LEVEL`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nc-ndis-protocol_net_pnp_event)
    PROTOCOL_NET_PNP_EVENT, PROTOCOL_NET_PNP_EVENT_HANDLER, NET_PNP_EVENT_HANDLER = fn(
        ProtocolBindingContext: NDIS_HANDLE,
        NetPnPEventNotification: *mut NET_PNP_EVENT_NOTIFICATION,
    ) -> NDIS_STATUS;
}

imports! {
    /// Completes an event for which the handler returned `NDIS_STATUS_PENDING`.
    ///
    /// The notification is the one that the handler was called with, and NDIS' again from here on.
    /// IRQL: `PASSIVE_LEVEL`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nf-ndis-ndiscompletenetpnpevent)
    fn NdisCompleteNetPnPEvent as FN_NDIS_COMPLETE_NET_PNP_EVENT(
        NdisBindingHandle: NDIS_HANDLE,
        NetPnPEventNotification: *mut NET_PNP_EVENT_NOTIFICATION,
        Status: NDIS_STATUS,
    );
}
