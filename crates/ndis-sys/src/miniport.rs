//! Registration and life of miniport drivers and their adapters.

use crate::{
    BOOLEAN, DRIVER_OBJECT, MINIPORT_CANCEL_DIRECT_OID_REQUEST_HANDLER,
    MINIPORT_CANCEL_OID_REQUEST_HANDLER, MINIPORT_CANCEL_SEND_HANDLER,
    MINIPORT_DEVICE_PNP_EVENT_NOTIFY_HANDLER, MINIPORT_DIRECT_OID_REQUEST_HANDLER,
    MINIPORT_OID_REQUEST_HANDLER, MINIPORT_RETURN_NET_BUFFER_LISTS_HANDLER,
    MINIPORT_SEND_NET_BUFFER_LISTS_HANDLER, MINIPORT_SYNCHRONOUS_OID_REQUEST_HANDLER, NDIS_HANDLE,
    NDIS_MINIPORT_INIT_PARAMETERS, NDIS_OBJECT_HEADER, NDIS_RESTART_ATTRIBUTES, NDIS_STATUS,
    SET_OPTIONS, SET_OPTIONS_HANDLER, UNICODE_STRING,
};

/// The driver registers the miniport edge of an intermediate driver.
pub const NDIS_INTERMEDIATE_DRIVER: u32 = 0x1;
/// The driver calls the drivers of a bus below.
pub const NDIS_WDM_DRIVER: u32 = 0x2;
/// Reserved. From NDIS 6.30.
pub const NDIS_DRIVER_FLAGS_RESERVED: u32 = 0x8;

/// [`NDIS_MINIPORT_DRIVER_CHARACTERISTICS`] of NDIS 6.0: ends with cancelling requests.
pub const NDIS_MINIPORT_DRIVER_CHARACTERISTICS_REVISION_1: u8 = 1;
/// [`NDIS_MINIPORT_DRIVER_CHARACTERISTICS`] of NDIS 6.1: adds direct requests.
pub const NDIS_MINIPORT_DRIVER_CHARACTERISTICS_REVISION_2: u8 = 2;
/// [`NDIS_MINIPORT_DRIVER_CHARACTERISTICS`] of NDIS 6.80: adds synchronous requests.
pub const NDIS_MINIPORT_DRIVER_CHARACTERISTICS_REVISION_3: u8 = 3;
/// Bytes of revision 1 of [`NDIS_MINIPORT_DRIVER_CHARACTERISTICS`].
pub const NDIS_SIZEOF_MINIPORT_DRIVER_CHARACTERISTICS_REVISION_1: u16 = 136;
/// Bytes of revision 2 of [`NDIS_MINIPORT_DRIVER_CHARACTERISTICS`].
pub const NDIS_SIZEOF_MINIPORT_DRIVER_CHARACTERISTICS_REVISION_2: u16 = 152;
/// Bytes of revision 3 of [`NDIS_MINIPORT_DRIVER_CHARACTERISTICS`].
pub const NDIS_SIZEOF_MINIPORT_DRIVER_CHARACTERISTICS_REVISION_3: u16 = 160;
/// First and only revision of [`NDIS_MINIPORT_PAUSE_PARAMETERS`].
pub const NDIS_MINIPORT_PAUSE_PARAMETERS_REVISION_1: u8 = 1;
/// Bytes of [`NDIS_MINIPORT_PAUSE_PARAMETERS`].
pub const NDIS_SIZEOF_MINIPORT_PAUSE_PARAMETERS_REVISION_1: u16 = 12;
/// First and only revision of [`NDIS_MINIPORT_RESTART_PARAMETERS`].
pub const NDIS_MINIPORT_RESTART_PARAMETERS_REVISION_1: u8 = 1;
/// Bytes of [`NDIS_MINIPORT_RESTART_PARAMETERS`].
pub const NDIS_SIZEOF_MINIPORT_RESTART_PARAMETERS_REVISION_1: u16 = 20;

/// Why an adapter is halted.
pub type NDIS_HALT_ACTION = i32;

/// The device is disabled, or its driver replaced.
pub const NdisHaltDeviceDisabled: NDIS_HALT_ACTION = 0;
/// An intermediate driver took its virtual miniport back.
pub const NdisHaltDeviceInstanceDeInitialized: NDIS_HALT_ACTION = 1;
/// The device goes to low power.
pub const NdisHaltDevicePoweredDown: NDIS_HALT_ACTION = 2;
/// The device is gone.
pub const NdisHaltDeviceSurpriseRemoved: NDIS_HALT_ACTION = 3;
/// The device failed.
pub const NdisHaltDeviceFailed: NDIS_HALT_ACTION = 4;
/// NDIS could not complete the initialisation.
pub const NdisHaltDeviceInitializationFailed: NDIS_HALT_ACTION = 5;
/// The device is stopped, as to get other hardware resources.
pub const NdisHaltDeviceStopped: NDIS_HALT_ACTION = 6;

/// Why the system shuts down.
pub type NDIS_SHUTDOWN_ACTION = i32;

/// Power off or restart.
pub const NdisShutdownPowerOff: NDIS_SHUTDOWN_ACTION = 0;
/// Bug check.
pub const NdisShutdownBugCheck: NDIS_SHUTDOWN_ACTION = 1;

/// Version and entry points of a miniport driver.
///
/// The driver fills it for `NdisMRegisterMiniportDriver`, which copies it.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/ns-ndis-_ndis_miniport_driver_characteristics)
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct NDIS_MINIPORT_DRIVER_CHARACTERISTICS {
    /// Type [`NDIS_OBJECT_TYPE_MINIPORT_DRIVER_CHARACTERISTICS`](crate::NDIS_OBJECT_TYPE_MINIPORT_DRIVER_CHARACTERISTICS).
    pub Header: NDIS_OBJECT_HEADER,
    /// 6.
    pub MajorNdisVersion: u8,
    /// Minor version of the NDIS contract that the driver keeps, in decimal as it is spoken.
    pub MinorNdisVersion: u8,
    /// The driver's own version.
    pub MajorDriverVersion: u8,
    /// The driver's own version.
    pub MinorDriverVersion: u8,
    /// [`NDIS_INTERMEDIATE_DRIVER`], [`NDIS_WDM_DRIVER`] or 0.
    pub Flags: u32,
    /// Registers optional services. May be NULL.
    pub SetOptionsHandler: SET_OPTIONS_HANDLER,
    /// Initialises an adapter.
    pub InitializeHandlerEx: MINIPORT_INITIALIZE_HANDLER,
    /// Halts an adapter.
    pub HaltHandlerEx: MINIPORT_HALT_HANDLER,
    /// Unloads the driver.
    pub UnloadHandler: MINIPORT_DRIVER_UNLOAD,
    /// Pauses an adapter.
    pub PauseHandler: MINIPORT_PAUSE_HANDLER,
    /// Lets an adapter run.
    pub RestartHandler: MINIPORT_RESTART_HANDLER,
    /// A request comes from above.
    pub OidRequestHandler: MINIPORT_OID_REQUEST_HANDLER,
    /// Lists are to be sent.
    pub SendNetBufferListsHandler: MINIPORT_SEND_NET_BUFFER_LISTS_HANDLER,
    /// Indicated lists come back.
    pub ReturnNetBufferListsHandler: MINIPORT_RETURN_NET_BUFFER_LISTS_HANDLER,
    /// Sends are to be cancelled.
    pub CancelSendHandler: MINIPORT_CANCEL_SEND_HANDLER,
    /// Does the adapter still work? May be NULL.
    pub CheckForHangHandlerEx: MINIPORT_CHECK_FOR_HANG_HANDLER,
    /// Resets an adapter. May be NULL.
    pub ResetHandlerEx: MINIPORT_RESET_HANDLER,
    /// An event of the device.
    pub DevicePnPEventNotifyHandler: MINIPORT_DEVICE_PNP_EVENT_NOTIFY_HANDLER,
    /// The system shuts down.
    pub ShutdownHandlerEx: MINIPORT_SHUTDOWN_HANDLER,
    /// A request is to be cancelled.
    pub CancelOidRequestHandler: MINIPORT_CANCEL_OID_REQUEST_HANDLER,
    /// A direct request comes from above. From revision 2.
    pub DirectOidRequestHandler: MINIPORT_DIRECT_OID_REQUEST_HANDLER,
    /// A direct request is to be cancelled. From revision 2.
    pub CancelDirectOidRequestHandler: MINIPORT_CANCEL_DIRECT_OID_REQUEST_HANDLER,
    /// A synchronous request comes from above. From revision 3.
    pub SynchronousOidRequestHandler: MINIPORT_SYNCHRONOUS_OID_REQUEST_HANDLER,
}

/// Why an adapter is to pause.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/ns-ndis-_ndis_miniport_pause_parameters)
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct NDIS_MINIPORT_PAUSE_PARAMETERS {
    /// Type [`NDIS_OBJECT_TYPE_DEFAULT`](crate::NDIS_OBJECT_TYPE_DEFAULT).
    pub Header: NDIS_OBJECT_HEADER,
    /// Reserved.
    pub Flags: u32,
    /// `NDIS_PAUSE_…`.
    pub PauseReason: u32,
}

/// How an adapter is to run again.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/ns-ndis-_ndis_miniport_restart_parameters)
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct NDIS_MINIPORT_RESTART_PARAMETERS {
    /// Type [`NDIS_OBJECT_TYPE_DEFAULT`](crate::NDIS_OBJECT_TYPE_DEFAULT).
    pub Header: NDIS_OBJECT_HEADER,
    /// Attributes of the adapter, which the miniport may change, or NULL.
    pub RestartAttributes: *mut NDIS_RESTART_ATTRIBUTES,
    /// Reserved.
    pub Flags: u32,
}

callbacks! {
    /// Called to initialise an adapter, whose attributes the driver sets with
    /// `NdisMSetMiniportAttributes`.
    ///
    /// `NdisMiniportHandle` stands for the adapter in all later calls. Returns success or an error,
    /// which leaves nothing behind. The adapter is paused afterwards. IRQL: `PASSIVE_LEVEL`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nc-ndis-miniport_initialize)
    MINIPORT_INITIALIZE, MINIPORT_INITIALIZE_HANDLER = fn(
        NdisMiniportHandle: NDIS_HANDLE,
        MiniportDriverContext: NDIS_HANDLE,
        MiniportInitParameters: *mut NDIS_MINIPORT_INIT_PARAMETERS,
    ) -> NDIS_STATUS;

    /// Called to halt an adapter and free all that belongs to it. Cannot fail.
    ///
    /// IRQL: `PASSIVE_LEVEL`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nc-ndis-miniport_halt)
    MINIPORT_HALT, MINIPORT_HALT_HANDLER = fn(
        MiniportAdapterContext: NDIS_HANDLE,
        HaltAction: NDIS_HALT_ACTION,
    );

    /// Called to unload the driver, which calls `NdisMDeregisterMiniportDriver`.
    ///
    /// IRQL: `PASSIVE_LEVEL`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nc-ndis-miniport_unload)
    MINIPORT_UNLOAD, MINIPORT_UNLOAD_HANDLER, MINIPORT_DRIVER_UNLOAD = fn(
        DriverObject: *mut DRIVER_OBJECT,
    );

    /// Called to pause an adapter: it indicates nothing any more, waits until every indicated list
    /// is back, and completes its sends. Cannot fail.
    ///
    /// Returns success, or pending, and then `NdisMPauseComplete` follows. IRQL: `PASSIVE_LEVEL`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nc-ndis-miniport_pause)
    MINIPORT_PAUSE, MINIPORT_PAUSE_HANDLER = fn(
        MiniportAdapterContext: NDIS_HANDLE,
        PauseParameters: *mut NDIS_MINIPORT_PAUSE_PARAMETERS,
    ) -> NDIS_STATUS;

    /// Called to let a paused adapter run.
    ///
    /// Returns success; pending, and then `NdisMRestartComplete` follows; or an error, and the
    /// adapter stays paused. IRQL: `PASSIVE_LEVEL`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nc-ndis-miniport_restart)
    MINIPORT_RESTART, MINIPORT_RESTART_HANDLER = fn(
        MiniportAdapterContext: NDIS_HANDLE,
        RestartParameters: *mut NDIS_MINIPORT_RESTART_PARAMETERS,
    ) -> NDIS_STATUS;

    /// Called every few seconds to ask whether an adapter has to be reset.
    ///
    /// IRQL: `PASSIVE_LEVEL`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nc-ndis-miniport_check_for_hang)
    MINIPORT_CHECK_FOR_HANG, MINIPORT_CHECK_FOR_HANG_HANDLER = fn(
        MiniportAdapterContext: NDIS_HANDLE,
    ) -> BOOLEAN;

    /// Called to reset an adapter. True at `AddressingReset` makes NDIS set packet filter and
    /// multicast list again.
    ///
    /// Returns its status; pending, and then `NdisMResetComplete` follows. IRQL: at most
    /// `DISPATCH_LEVEL`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nc-ndis-miniport_reset)
    MINIPORT_RESET, MINIPORT_RESET_HANDLER = fn(
        MiniportAdapterContext: NDIS_HANDLE,
        AddressingReset: *mut BOOLEAN,
    ) -> NDIS_STATUS;

    /// Called when the system shuts down, to bring the hardware into a known state. Nothing is
    /// freed.
    ///
    /// IRQL: `PASSIVE_LEVEL`, or `HIGH_LEVEL` with [`NdisShutdownBugCheck`].
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nc-ndis-miniport_shutdown)
    MINIPORT_SHUTDOWN, MINIPORT_SHUTDOWN_HANDLER = fn(
        MiniportAdapterContext: NDIS_HANDLE,
        ShutdownAction: NDIS_SHUTDOWN_ACTION,
    );
}

/// [`SET_OPTIONS`] of a miniport driver.
pub type MINIPORT_SET_OPTIONS = SET_OPTIONS;

imports! {
    /// Registers a miniport driver.
    ///
    /// IRQL: `PASSIVE_LEVEL`. Errors: `NDIS_STATUS_BAD_VERSION`, `NDIS_STATUS_BAD_CHARACTERISTICS`,
    /// `NDIS_STATUS_RESOURCES`, `NDIS_STATUS_FAILURE`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nf-ndis-ndismregisterminiportdriver)
    fn NdisMRegisterMiniportDriver as FN_NDIS_M_REGISTER_MINIPORT_DRIVER(
        DriverObject: *mut DRIVER_OBJECT,
        RegistryPath: *mut UNICODE_STRING,
        MiniportDriverContext: NDIS_HANDLE,
        MiniportDriverCharacteristics: *mut NDIS_MINIPORT_DRIVER_CHARACTERISTICS,
        NdisMiniportDriverHandle: *mut NDIS_HANDLE,
    ) -> NDIS_STATUS;

    /// Undoes the registration of a miniport driver, from its unload handler or a `DriverEntry`
    /// that fails after it has registered.
    ///
    /// IRQL: `PASSIVE_LEVEL`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nf-ndis-ndismderegisterminiportdriver)
    fn NdisMDeregisterMiniportDriver as FN_NDIS_M_DEREGISTER_MINIPORT_DRIVER(
        NdisMiniportDriverHandle: NDIS_HANDLE,
    );

    /// Completes a pause for which the handler returned `NDIS_STATUS_PENDING`.
    ///
    /// IRQL: at most `DISPATCH_LEVEL`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nf-ndis-ndismpausecomplete)
    fn NdisMPauseComplete as FN_NDIS_M_PAUSE_COMPLETE(MiniportAdapterHandle: NDIS_HANDLE);

    /// Completes a restart for which the handler returned `NDIS_STATUS_PENDING`.
    ///
    /// IRQL: at most `DISPATCH_LEVEL`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nf-ndis-ndismrestartcomplete)
    fn NdisMRestartComplete as FN_NDIS_M_RESTART_COMPLETE(
        MiniportAdapterHandle: NDIS_HANDLE,
        Status: NDIS_STATUS,
    );

    /// Completes a reset for which the handler returned `NDIS_STATUS_PENDING`.
    ///
    /// IRQL: `DISPATCH_LEVEL`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nf-ndis-ndismresetcomplete)
    fn NdisMResetComplete as FN_NDIS_M_RESET_COMPLETE(
        MiniportAdapterHandle: NDIS_HANDLE,
        Status: NDIS_STATUS,
        AddressingReset: BOOLEAN,
    );

    /// Asks NDIS to reset an adapter, later and from another thread.
    ///
    /// IRQL: at most `DISPATCH_LEVEL`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nf-ndis-ndismresetminiport)
    fn NdisMResetMiniport as FN_NDIS_M_RESET_MINIPORT(MiniportAdapterHandle: NDIS_HANDLE);

    /// Asks NDIS to remove an adapter that is beyond recovery.
    ///
    /// IRQL: at most `DISPATCH_LEVEL`. Error: `NDIS_STATUS_FAILURE`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nf-ndis-ndismremoveminiport)
    fn NdisMRemoveMiniport as FN_NDIS_M_REMOVE_MINIPORT(MiniportHandle: NDIS_HANDLE) -> NDIS_STATUS;
}
