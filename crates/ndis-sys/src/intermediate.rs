//! Intermediate drivers: a protocol below, a miniport above.

use crate::{NDIS_HANDLE, NDIS_STATUS, NDIS_STRING};

imports! {
    /// Tells NDIS that the two edges belong to the same driver.
    ///
    /// IRQL: `PASSIVE_LEVEL`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisimassociateminiport)
    fn NdisIMAssociateMiniport as FN_NDIS_IM_ASSOCIATE_MINIPORT(
        DriverHandle: NDIS_HANDLE,
        ProtocolHandle: NDIS_HANDLE,
    );

    /// Starts a virtual miniport; NDIS calls the initialise handler with `DeviceContext`, which
    /// stays the driver's.
    ///
    /// IRQL: `PASSIVE_LEVEL`. Error: `NDIS_STATUS_NOT_ACCEPTED`, where it has been started already.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisiminitializedeviceinstanceex)
    fn NdisIMInitializeDeviceInstanceEx as FN_NDIS_IM_INITIALIZE_DEVICE_INSTANCE_EX(
        DriverHandle: NDIS_HANDLE,
        DriverInstance: *mut NDIS_STRING,
        DeviceContext: NDIS_HANDLE,
    ) -> NDIS_STATUS;

    /// Takes back the start of a virtual miniport that has not been initialised yet.
    ///
    /// IRQL: `PASSIVE_LEVEL`. Error: `NDIS_STATUS_FAILURE`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisimcancelinitializedeviceinstance)
    fn NdisIMCancelInitializeDeviceInstance as FN_NDIS_IM_CANCEL_INITIALIZE_DEVICE_INSTANCE(
        DriverHandle: NDIS_HANDLE,
        DeviceInstance: *mut NDIS_STRING,
    ) -> NDIS_STATUS;

    /// Ends a virtual miniport: NDIS unbinds what is above it and calls the halt handler.
    ///
    /// IRQL: `PASSIVE_LEVEL`. Error: `NDIS_STATUS_FAILURE`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisimdeinitializedeviceinstance)
    fn NdisIMDeInitializeDeviceInstance as FN_NDIS_IM_DE_INITIALIZE_DEVICE_INSTANCE(
        NdisMiniportHandle: NDIS_HANDLE,
    ) -> NDIS_STATUS;

    /// Device context of the virtual miniport below a binding, to be read only, or NULL.
    ///
    /// IRQL: below `DISPATCH_LEVEL`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisimgetbindingcontext)
    fn NdisIMGetBindingContext as FN_NDIS_IM_GET_BINDING_CONTEXT(
        NdisBindingHandle: NDIS_HANDLE,
    ) -> NDIS_HANDLE;
}
