//! Registration and life of filter drivers and their modules.

use crate::{
    BOOLEAN, DEVICE_OBJECT, DRIVER_OBJECT, FILTER_CANCEL_DIRECT_OID_REQUEST_HANDLER,
    FILTER_CANCEL_OID_REQUEST_HANDLER, FILTER_CANCEL_SEND_HANDLER,
    FILTER_DEVICE_PNP_EVENT_NOTIFY_HANDLER, FILTER_DIRECT_OID_REQUEST_COMPLETE_HANDLER,
    FILTER_DIRECT_OID_REQUEST_HANDLER, FILTER_NET_PNP_EVENT_HANDLER,
    FILTER_OID_REQUEST_COMPLETE_HANDLER, FILTER_OID_REQUEST_HANDLER,
    FILTER_RECEIVE_NET_BUFFER_LISTS_HANDLER, FILTER_RETURN_NET_BUFFER_LISTS_HANDLER,
    FILTER_SEND_NET_BUFFER_LISTS_COMPLETE_HANDLER, FILTER_SEND_NET_BUFFER_LISTS_HANDLER,
    FILTER_STATUS_HANDLER, FILTER_SYNCHRONOUS_OID_REQUEST_COMPLETE_HANDLER,
    FILTER_SYNCHRONOUS_OID_REQUEST_HANDLER, NDIS_HANDLE, NDIS_HD_SPLIT_CURRENT_CONFIG,
    NDIS_MAX_PHYS_ADDRESS_LENGTH, NDIS_MEDIA_CONNECT_STATE, NDIS_MEDIUM,
    NDIS_NIC_SWITCH_CAPABILITIES, NDIS_NIC_SWITCH_INFO_ARRAY, NDIS_OBJECT_HEADER, NDIS_OFFLOAD,
    NDIS_PHYSICAL_MEDIUM, NDIS_RECEIVE_FILTER_CAPABILITIES, NDIS_RESTART_ATTRIBUTES,
    NDIS_SRIOV_CAPABILITIES, NDIS_STATUS, NDIS_STRING, NET_IF_MEDIA_DUPLEX_STATE, NET_IFINDEX,
    NET_LUID, SET_OPTIONS, SET_OPTIONS_HANDLER,
};

/// The stack must not work without the filter.
pub const NDIS_FILTER_DRIVER_MANDATORY: u32 = 0x1;
/// The filter copes with a change of the adapter's current address. From NDIS 6.50.
pub const NDIS_FILTER_DRIVER_SUPPORTS_CURRENT_MAC_ADDRESS_CHANGE: u32 = 0x2;
/// The filter copes with a change of the adapter's MTU. From NDIS 6.50.
pub const NDIS_FILTER_DRIVER_SUPPORTS_L2_MTU_SIZE_CHANGE: u32 = 0x4;
/// Set by a mandatory filter that cannot attach, to let the stack work without it.
pub const NDIS_FILTER_ATTACH_FLAGS_IGNORE_MANDATORY: u32 = 0x1;

/// [`NDIS_FILTER_DRIVER_CHARACTERISTICS`] of NDIS 6.0: ends with the status handler.
pub const NDIS_FILTER_CHARACTERISTICS_REVISION_1: u8 = 1;
/// [`NDIS_FILTER_DRIVER_CHARACTERISTICS`] of NDIS 6.1: adds direct requests.
pub const NDIS_FILTER_CHARACTERISTICS_REVISION_2: u8 = 2;
/// [`NDIS_FILTER_DRIVER_CHARACTERISTICS`] of NDIS 6.80: adds synchronous requests.
pub const NDIS_FILTER_CHARACTERISTICS_REVISION_3: u8 = 3;
/// Bytes of revision 1 of [`NDIS_FILTER_DRIVER_CHARACTERISTICS`].
pub const NDIS_SIZEOF_FILTER_DRIVER_CHARACTERISTICS_REVISION_1: u16 = 200;
/// Bytes of revision 2 of [`NDIS_FILTER_DRIVER_CHARACTERISTICS`].
pub const NDIS_SIZEOF_FILTER_DRIVER_CHARACTERISTICS_REVISION_2: u16 = 224;
/// Bytes of revision 3 of [`NDIS_FILTER_DRIVER_CHARACTERISTICS`].
pub const NDIS_SIZEOF_FILTER_DRIVER_CHARACTERISTICS_REVISION_3: u16 = 240;
/// First and only revision of [`NDIS_FILTER_PARTIAL_CHARACTERISTICS`].
pub const NDIS_FILTER_PARTIAL_CHARACTERISTICS_REVISION_1: u8 = 1;
/// Bytes of [`NDIS_FILTER_PARTIAL_CHARACTERISTICS`].
pub const NDIS_SIZEOF_FILTER_PARTIAL_CHARACTERISTICS_REVISION_1: u16 = 48;
/// First and only revision of [`NDIS_FILTER_ATTRIBUTES`].
pub const NDIS_FILTER_ATTRIBUTES_REVISION_1: u8 = 1;
/// Bytes of [`NDIS_FILTER_ATTRIBUTES`].
pub const NDIS_SIZEOF_FILTER_ATTRIBUTES_REVISION_1: u16 = 8;
/// [`NDIS_FILTER_ATTACH_PARAMETERS`] of NDIS 6.0: ends with the flags.
pub const NDIS_FILTER_ATTACH_PARAMETERS_REVISION_1: u8 = 1;
/// [`NDIS_FILTER_ATTACH_PARAMETERS`] of NDIS 6.1: adds header-data split.
pub const NDIS_FILTER_ATTACH_PARAMETERS_REVISION_2: u8 = 2;
/// [`NDIS_FILTER_ATTACH_PARAMETERS`] of NDIS 6.20: adds receive filters, device and switch.
pub const NDIS_FILTER_ATTACH_PARAMETERS_REVISION_3: u8 = 3;
/// [`NDIS_FILTER_ATTACH_PARAMETERS`] of NDIS 6.30: adds connector and virtual functions.
pub const NDIS_FILTER_ATTACH_PARAMETERS_REVISION_4: u8 = 4;
/// Bytes of revision 1 of [`NDIS_FILTER_ATTACH_PARAMETERS`].
pub const NDIS_SIZEOF_FILTER_ATTACH_PARAMETERS_REVISION_1: u16 = 164;
/// Bytes of revision 2 of [`NDIS_FILTER_ATTACH_PARAMETERS`].
pub const NDIS_SIZEOF_FILTER_ATTACH_PARAMETERS_REVISION_2: u16 = 176;
/// Bytes of revision 3 of [`NDIS_FILTER_ATTACH_PARAMETERS`].
pub const NDIS_SIZEOF_FILTER_ATTACH_PARAMETERS_REVISION_3: u16 = 200;
/// Bytes of revision 4 of [`NDIS_FILTER_ATTACH_PARAMETERS`].
pub const NDIS_SIZEOF_FILTER_ATTACH_PARAMETERS_REVISION_4: u16 = 224;
/// First and only revision of [`NDIS_FILTER_RESTART_PARAMETERS`].
pub const NDIS_FILTER_RESTART_PARAMETERS_REVISION_1: u8 = 1;
/// Bytes of [`NDIS_FILTER_RESTART_PARAMETERS`]; spelt with two underscores in C.
pub const NDIS_SIZEOF__FILTER_RESTART_PARAMETERS_REVISION_1: u16 = 44;
/// First and only revision of [`NDIS_FILTER_PAUSE_PARAMETERS`].
pub const NDIS_FILTER_PAUSE_PARAMETERS_REVISION_1: u8 = 1;
/// Bytes of [`NDIS_FILTER_PAUSE_PARAMETERS`].
pub const NDIS_SIZEOF_FILTER_PAUSE_PARAMETERS_REVISION_1: u16 = 12;

/// Names, version and entry points of a filter driver.
///
/// The driver fills it for `NdisFRegisterFilterDriver`, which copies it. Required are the handlers
/// for attach, detach, restart and pause; without one of the others NDIS passes the module by.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/ns-ndis-_ndis_filter_driver_characteristics)
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct NDIS_FILTER_DRIVER_CHARACTERISTICS {
    /// Type [`NDIS_OBJECT_TYPE_FILTER_DRIVER_CHARACTERISTICS`](crate::NDIS_OBJECT_TYPE_FILTER_DRIVER_CHARACTERISTICS).
    pub Header: NDIS_OBJECT_HEADER,
    /// 6.
    pub MajorNdisVersion: u8,
    /// Minor version of the NDIS contract that the driver keeps, in decimal as it is spoken.
    pub MinorNdisVersion: u8,
    /// The driver's own version.
    pub MajorDriverVersion: u8,
    /// The driver's own version.
    pub MinorDriverVersion: u8,
    /// `NDIS_FILTER_DRIVER_…`.
    pub Flags: u32,
    /// Description of the filter.
    pub FriendlyName: NDIS_STRING,
    /// Identifier of the filter, a GUID in braces.
    pub UniqueName: NDIS_STRING,
    /// Name of the driver's service.
    pub ServiceName: NDIS_STRING,
    /// Registers optional services. May be NULL.
    pub SetOptionsHandler: SET_OPTIONS_HANDLER,
    /// Changes entry points of a module. May be NULL.
    pub SetFilterModuleOptionsHandler: FILTER_SET_FILTER_MODULE_OPTIONS_HANDLER,
    /// Attaches a module.
    pub AttachHandler: FILTER_ATTACH_HANDLER,
    /// Detaches a module.
    pub DetachHandler: FILTER_DETACH_HANDLER,
    /// Lets a module run.
    pub RestartHandler: FILTER_RESTART_HANDLER,
    /// Pauses a module.
    pub PauseHandler: FILTER_PAUSE_HANDLER,
    /// Lists are sent from above.
    pub SendNetBufferListsHandler: FILTER_SEND_NET_BUFFER_LISTS_HANDLER,
    /// Sent lists come back from below.
    pub SendNetBufferListsCompleteHandler: FILTER_SEND_NET_BUFFER_LISTS_COMPLETE_HANDLER,
    /// Sends are to be cancelled.
    pub CancelSendNetBufferListsHandler: FILTER_CANCEL_SEND_HANDLER,
    /// Lists are indicated from below.
    pub ReceiveNetBufferListsHandler: FILTER_RECEIVE_NET_BUFFER_LISTS_HANDLER,
    /// Indicated lists come back from above.
    pub ReturnNetBufferListsHandler: FILTER_RETURN_NET_BUFFER_LISTS_HANDLER,
    /// A request comes from above.
    pub OidRequestHandler: FILTER_OID_REQUEST_HANDLER,
    /// A request of the module has ended.
    pub OidRequestCompleteHandler: FILTER_OID_REQUEST_COMPLETE_HANDLER,
    /// A request is to be cancelled.
    pub CancelOidRequestHandler: FILTER_CANCEL_OID_REQUEST_HANDLER,
    /// An event of the device goes down.
    pub DevicePnPEventNotifyHandler: FILTER_DEVICE_PNP_EVENT_NOTIFY_HANDLER,
    /// A network PnP event goes up.
    pub NetPnPEventHandler: FILTER_NET_PNP_EVENT_HANDLER,
    /// A status indication goes up.
    pub StatusHandler: FILTER_STATUS_HANDLER,
    /// A direct request comes from above. From revision 2.
    pub DirectOidRequestHandler: FILTER_DIRECT_OID_REQUEST_HANDLER,
    /// A direct request of the module has ended. From revision 2.
    pub DirectOidRequestCompleteHandler: FILTER_DIRECT_OID_REQUEST_COMPLETE_HANDLER,
    /// A direct request is to be cancelled. From revision 2.
    pub CancelDirectOidRequestHandler: FILTER_CANCEL_DIRECT_OID_REQUEST_HANDLER,
    /// A synchronous request passes on its way down. From revision 3.
    pub SynchronousOidRequestHandler: FILTER_SYNCHRONOUS_OID_REQUEST_HANDLER,
    /// A synchronous request passes on its way back. From revision 3.
    pub SynchronousOidRequestCompleteHandler: FILTER_SYNCHRONOUS_OID_REQUEST_COMPLETE_HANDLER,
}

/// Data path entry points of one module, for `NdisSetOptionalHandlers`.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/ns-ndis-_ndis_filter_partial_characteristics)
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct NDIS_FILTER_PARTIAL_CHARACTERISTICS {
    /// Type [`NDIS_OBJECT_TYPE_FILTER_PARTIAL_CHARACTERISTICS`](crate::NDIS_OBJECT_TYPE_FILTER_PARTIAL_CHARACTERISTICS).
    pub Header: NDIS_OBJECT_HEADER,
    /// Reserved.
    pub Flags: u32,
    /// Lists are sent from above.
    pub SendNetBufferListsHandler: FILTER_SEND_NET_BUFFER_LISTS_HANDLER,
    /// Sent lists come back from below.
    pub SendNetBufferListsCompleteHandler: FILTER_SEND_NET_BUFFER_LISTS_COMPLETE_HANDLER,
    /// Sends are to be cancelled.
    pub CancelSendNetBufferListsHandler: FILTER_CANCEL_SEND_HANDLER,
    /// Lists are indicated from below.
    pub ReceiveNetBufferListsHandler: FILTER_RECEIVE_NET_BUFFER_LISTS_HANDLER,
    /// Indicated lists come back from above.
    pub ReturnNetBufferListsHandler: FILTER_RETURN_NET_BUFFER_LISTS_HANDLER,
}

/// Attributes of a module, which it sets while it attaches.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/ns-ndis-_ndis_filter_attributes)
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct NDIS_FILTER_ATTRIBUTES {
    /// Type [`NDIS_OBJECT_TYPE_FILTER_ATTRIBUTES`](crate::NDIS_OBJECT_TYPE_FILTER_ATTRIBUTES).
    pub Header: NDIS_OBJECT_HEADER,
    /// Reserved.
    pub Flags: u32,
}

/// What a filter driver learns of the stack that a module attaches to. NDIS owns it and what it
/// points to, during the call. Link speeds are in bits per second.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/ns-ndis-_ndis_filter_attach_parameters)
#[repr(C)]
#[derive(Clone, Copy)]
pub struct NDIS_FILTER_ATTACH_PARAMETERS {
    /// Type [`NDIS_OBJECT_TYPE_FILTER_ATTACH_PARAMETERS`](crate::NDIS_OBJECT_TYPE_FILTER_ATTACH_PARAMETERS).
    pub Header: NDIS_OBJECT_HEADER,
    /// Interface of the module.
    pub IfIndex: NET_IFINDEX,
    /// Its identifier.
    pub NetLuid: NET_LUID,
    /// Name of the module.
    pub FilterModuleGuidName: *mut NDIS_STRING,
    /// Interface of the adapter.
    pub BaseMiniportIfIndex: NET_IFINDEX,
    /// Friendly name of the adapter.
    pub BaseMiniportInstanceName: *mut NDIS_STRING,
    /// Name of the adapter.
    pub BaseMiniportName: *mut NDIS_STRING,
    /// Whether there is a link.
    pub MediaConnectState: NDIS_MEDIA_CONNECT_STATE,
    /// Whether it goes both ways at once.
    pub MediaDuplexState: NET_IF_MEDIA_DUPLEX_STATE,
    /// Speed that the link sends at.
    pub XmitLinkSpeed: u64,
    /// Speed that the link receives at.
    pub RcvLinkSpeed: u64,
    /// Medium of the adapter; the filter may change it.
    pub MiniportMediaType: NDIS_MEDIUM,
    /// Physical medium of the adapter; the filter may change it.
    pub MiniportPhysicalMediaType: NDIS_PHYSICAL_MEDIUM,
    /// Attributes of the medium, beginning with an object header, or NULL.
    pub MiniportMediaSpecificAttributes: NDIS_HANDLE,
    /// Task offloads as they are set; the filter may take some away.
    pub DefaultOffloadConfiguration: *mut NDIS_OFFLOAD,
    /// Bytes of a link address.
    pub MacAddressLength: u16,
    /// Current link address.
    pub CurrentMacAddress: [u8; NDIS_MAX_PHYS_ADDRESS_LENGTH],
    /// Identifier of the adapter's interface.
    pub BaseMiniportNetLuid: NET_LUID,
    /// Interface right below the module.
    pub LowerIfIndex: NET_IFINDEX,
    /// Its identifier.
    pub LowerIfNetLuid: NET_LUID,
    /// [`NDIS_FILTER_ATTACH_FLAGS_IGNORE_MANDATORY`] or 0, which the filter may set.
    pub Flags: u32,
    /// Header-data split as it is set, or NULL. From revision 2.
    pub HDSplitCurrentConfig: *mut NDIS_HD_SPLIT_CURRENT_CONFIG,
    /// Receive filters, or NULL. From revision 3.
    pub ReceiveFilterCapabilities: *mut NDIS_RECEIVE_FILTER_CAPABILITIES,
    /// Physical device object of the adapter. From revision 3.
    pub MiniportPhysicalDeviceObject: *mut DEVICE_OBJECT,
    /// Switch inside the adapter, or NULL. From revision 3.
    pub NicSwitchCapabilities: *mut NDIS_NIC_SWITCH_CAPABILITIES,
    /// Whether the adapter has a physical connector. From revision 4.
    pub BaseMiniportIfConnectorPresent: BOOLEAN,
    /// Virtual functions, or NULL. From revision 4.
    pub SriovCapabilities: *mut NDIS_SRIOV_CAPABILITIES,
    /// Switches that exist in the adapter, or NULL. From revision 4.
    pub NicSwitchArray: *mut NDIS_NIC_SWITCH_INFO_ARRAY,
}

/// The stack as a module finds it when it runs again.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/ns-ndis-_ndis_filter_restart_parameters)
#[repr(C)]
#[derive(Clone, Copy)]
pub struct NDIS_FILTER_RESTART_PARAMETERS {
    /// Type [`NDIS_OBJECT_TYPE_FILTER_RESTART_PARAMETERS`](crate::NDIS_OBJECT_TYPE_FILTER_RESTART_PARAMETERS).
    pub Header: NDIS_OBJECT_HEADER,
    /// Medium of the adapter.
    pub MiniportMediaType: NDIS_MEDIUM,
    /// Physical medium of the adapter.
    pub MiniportPhysicalMediaType: NDIS_PHYSICAL_MEDIUM,
    /// Attributes of the stack, which the filter may change and add to, or NULL.
    pub RestartAttributes: *mut NDIS_RESTART_ATTRIBUTES,
    /// Interface right below the module.
    pub LowerIfIndex: NET_IFINDEX,
    /// Its identifier.
    pub LowerIfNetLuid: NET_LUID,
    /// Reserved.
    pub Flags: u32,
}

/// Why a module is to pause.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/ns-ndis-_ndis_filter_pause_parameters)
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct NDIS_FILTER_PAUSE_PARAMETERS {
    /// Type [`NDIS_OBJECT_TYPE_FILTER_PAUSE_PARAMETERS`](crate::NDIS_OBJECT_TYPE_FILTER_PAUSE_PARAMETERS).
    pub Header: NDIS_OBJECT_HEADER,
    /// Reserved.
    pub Flags: u32,
    /// `NDIS_PAUSE_…`.
    pub PauseReason: u32,
}

default_is_zero!(NDIS_FILTER_ATTACH_PARAMETERS, NDIS_FILTER_RESTART_PARAMETERS);

callbacks! {
    /// Called to attach a module of the filter to a stack. It calls `NdisFSetAttributes` once.
    ///
    /// Returns success or an error, which leaves nothing attached. The module is paused afterwards.
    /// IRQL: `PASSIVE_LEVEL`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nc-ndis-filter_attach)
    FILTER_ATTACH, FILTER_ATTACH_HANDLER = fn(
        NdisFilterHandle: NDIS_HANDLE,
        FilterDriverContext: NDIS_HANDLE,
        AttachParameters: *mut NDIS_FILTER_ATTACH_PARAMETERS,
    ) -> NDIS_STATUS;

    /// Called to detach a paused module, and to free its context. Cannot fail.
    ///
    /// IRQL: `PASSIVE_LEVEL`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nc-ndis-filter_detach)
    FILTER_DETACH, FILTER_DETACH_HANDLER = fn(FilterModuleContext: NDIS_HANDLE);

    /// Called before a module runs again, to change its data path entry points with
    /// `NdisSetOptionalHandlers`.
    ///
    /// IRQL: `PASSIVE_LEVEL`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nc-ndis-filter_set_module_options)
    FILTER_SET_MODULE_OPTIONS, FILTER_SET_MODULE_OPTIONS_HANDLER,
    FILTER_SET_FILTER_MODULE_OPTIONS_HANDLER = fn(
        FilterModuleContext: NDIS_HANDLE,
    ) -> NDIS_STATUS;

    /// Called to let a paused module run.
    ///
    /// Returns success; pending, and then `NdisFRestartComplete` follows; or an error, and the
    /// module stays paused. IRQL: `PASSIVE_LEVEL`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nc-ndis-filter_restart)
    FILTER_RESTART, FILTER_RESTART_HANDLER = fn(
        FilterModuleContext: NDIS_HANDLE,
        RestartParameters: *mut NDIS_FILTER_RESTART_PARAMETERS,
    ) -> NDIS_STATUS;

    /// Called to pause a running module, which gives back every list that it holds and waits for
    /// its own. Cannot fail.
    ///
    /// Returns success, or pending, and then `NdisFPauseComplete` follows. IRQL: `PASSIVE_LEVEL`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nc-ndis-filter_pause)
    FILTER_PAUSE, FILTER_PAUSE_HANDLER = fn(
        FilterModuleContext: NDIS_HANDLE,
        PauseParameters: *mut NDIS_FILTER_PAUSE_PARAMETERS,
    ) -> NDIS_STATUS;
}

/// [`SET_OPTIONS`] of a filter driver.
pub type FILTER_SET_OPTIONS = SET_OPTIONS;

imports! {
    /// Registers a filter driver. All that the handlers use must be ready before the call.
    ///
    /// IRQL: `PASSIVE_LEVEL`. Errors: `NDIS_STATUS_BAD_VERSION`, `NDIS_STATUS_BAD_CHARACTERISTICS`,
    /// `NDIS_STATUS_INVALID_PARAMETER`, `NDIS_STATUS_RESOURCES`, `NDIS_STATUS_FAILURE`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisfregisterfilterdriver)
    fn NdisFRegisterFilterDriver as FN_NDIS_F_REGISTER_FILTER_DRIVER(
        DriverObject: *mut DRIVER_OBJECT,
        FilterDriverContext: NDIS_HANDLE,
        FilterDriverCharacteristics: *mut NDIS_FILTER_DRIVER_CHARACTERISTICS,
        NdisFilterDriverHandle: *mut NDIS_HANDLE,
    ) -> NDIS_STATUS;

    /// Undoes the registration of a filter driver; NDIS detaches all its modules inside the call.
    ///
    /// IRQL: `PASSIVE_LEVEL`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisfderegisterfilterdriver)
    fn NdisFDeregisterFilterDriver as FN_NDIS_F_DEREGISTER_FILTER_DRIVER(
        NdisFilterDriverHandle: NDIS_HANDLE,
    );

    /// Tells NDIS the context and attributes of a module. Only inside of the attach handler.
    ///
    /// IRQL: `PASSIVE_LEVEL`. Errors: `NDIS_STATUS_RESOURCES`, `NDIS_STATUS_FAILURE`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisfsetattributes)
    fn NdisFSetAttributes as FN_NDIS_F_SET_ATTRIBUTES(
        NdisFilterHandle: NDIS_HANDLE,
        FilterModuleContext: NDIS_HANDLE,
        FilterAttributes: *mut NDIS_FILTER_ATTRIBUTES,
    ) -> NDIS_STATUS;

    /// Asks NDIS to pause and restart a module, which may then change its entry points.
    ///
    /// IRQL: at most `DISPATCH_LEVEL`. Errors: `NDIS_STATUS_RESOURCES`, `NDIS_STATUS_FAILURE`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisfrestartfilter)
    fn NdisFRestartFilter as FN_NDIS_F_RESTART_FILTER(NdisFilterHandle: NDIS_HANDLE) -> NDIS_STATUS;

    /// Completes a restart for which the handler returned `NDIS_STATUS_PENDING`.
    ///
    /// IRQL: `PASSIVE_LEVEL`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisfrestartcomplete)
    fn NdisFRestartComplete as FN_NDIS_F_RESTART_COMPLETE(
        NdisFilterHandle: NDIS_HANDLE,
        Status: NDIS_STATUS,
    );

    /// Completes a pause for which the handler returned `NDIS_STATUS_PENDING`.
    ///
    /// IRQL: at most `DISPATCH_LEVEL`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisfpausecomplete)
    fn NdisFPauseComplete as FN_NDIS_F_PAUSE_COMPLETE(NdisFilterHandle: NDIS_HANDLE);
}
