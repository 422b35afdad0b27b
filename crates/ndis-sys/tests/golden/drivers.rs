//! Structures of filters and miniports, and of services for all drivers.

use golden::Struct;
use ndis_sys::*;

pub fn all() -> Vec<Struct> {
    [filter(), miniport(), miniport_path(), adapter(), sync(), timer(), config(), device()].concat()
}

fn filter() -> Vec<Struct> {
    golden::layouts! {
        NDIS_FILTER_DRIVER_CHARACTERISTICS {
            Header, MajorNdisVersion, MinorNdisVersion, MajorDriverVersion, MinorDriverVersion,
            Flags, FriendlyName, UniqueName, ServiceName, SetOptionsHandler,
            SetFilterModuleOptionsHandler, AttachHandler, DetachHandler, RestartHandler,
            PauseHandler, SendNetBufferListsHandler, SendNetBufferListsCompleteHandler,
            CancelSendNetBufferListsHandler, ReceiveNetBufferListsHandler,
            ReturnNetBufferListsHandler, OidRequestHandler, OidRequestCompleteHandler,
            CancelOidRequestHandler, DevicePnPEventNotifyHandler, NetPnPEventHandler, StatusHandler,
            DirectOidRequestHandler, DirectOidRequestCompleteHandler, CancelDirectOidRequestHandler,
            SynchronousOidRequestHandler, SynchronousOidRequestCompleteHandler,
        }
        NDIS_FILTER_PARTIAL_CHARACTERISTICS {
            Header, Flags, SendNetBufferListsHandler, SendNetBufferListsCompleteHandler,
            CancelSendNetBufferListsHandler, ReceiveNetBufferListsHandler,
            ReturnNetBufferListsHandler,
        }
        NDIS_FILTER_ATTRIBUTES { Header, Flags }
        NDIS_FILTER_ATTACH_PARAMETERS {
            Header, IfIndex, NetLuid, FilterModuleGuidName, BaseMiniportIfIndex,
            BaseMiniportInstanceName, BaseMiniportName, MediaConnectState, MediaDuplexState,
            XmitLinkSpeed, RcvLinkSpeed, MiniportMediaType, MiniportPhysicalMediaType,
            MiniportMediaSpecificAttributes, DefaultOffloadConfiguration, MacAddressLength,
            CurrentMacAddress, BaseMiniportNetLuid, LowerIfIndex, LowerIfNetLuid, Flags,
            HDSplitCurrentConfig, ReceiveFilterCapabilities, MiniportPhysicalDeviceObject,
            NicSwitchCapabilities, BaseMiniportIfConnectorPresent, SriovCapabilities,
            NicSwitchArray,
        }
        NDIS_FILTER_RESTART_PARAMETERS {
            Header, MiniportMediaType, MiniportPhysicalMediaType, RestartAttributes, LowerIfIndex,
            LowerIfNetLuid, Flags,
        }
        NDIS_FILTER_PAUSE_PARAMETERS { Header, Flags, PauseReason }
    }
}

fn miniport() -> Vec<Struct> {
    golden::layouts! {
        NDIS_MINIPORT_DRIVER_CHARACTERISTICS {
            Header, MajorNdisVersion, MinorNdisVersion, MajorDriverVersion, MinorDriverVersion,
            Flags, SetOptionsHandler, InitializeHandlerEx, HaltHandlerEx, UnloadHandler,
            PauseHandler, RestartHandler, OidRequestHandler, SendNetBufferListsHandler,
            ReturnNetBufferListsHandler, CancelSendHandler, CheckForHangHandlerEx, ResetHandlerEx,
            DevicePnPEventNotifyHandler, ShutdownHandlerEx, CancelOidRequestHandler,
            DirectOidRequestHandler, CancelDirectOidRequestHandler, SynchronousOidRequestHandler,
        }
        NDIS_MINIPORT_PAUSE_PARAMETERS { Header, Flags, PauseReason }
        NDIS_MINIPORT_RESTART_PARAMETERS { Header, RestartAttributes, Flags }
    }
}

fn miniport_path() -> Vec<Struct> {
    golden::layouts! {
        NET_DEVICE_PNP_EVENT {
            Header, PortNumber, DevicePnPEvent, InformationBuffer, InformationBufferLength,
            NdisReserved,
        }
    }
}

fn adapter() -> Vec<Struct> {
    golden::layouts! {
        NDIS_MINIPORT_INIT_PARAMETERS {
            Header, Flags, AllocatedResources, IMDeviceInstanceContext, MiniportAddDeviceContext,
            IfIndex, NetLuid, DefaultPortAuthStates, PciDeviceCustomProperties,
        }
        NDIS_MINIPORT_ADD_DEVICE_REGISTRATION_ATTRIBUTES { Header, MiniportAddDeviceContext, Flags }
        NDIS_MINIPORT_ADAPTER_REGISTRATION_ATTRIBUTES {
            Header, MiniportAdapterContext, AttributeFlags, CheckForHangTimeInSeconds,
            InterfaceType,
        }
        NDIS_MINIPORT_ADAPTER_GENERAL_ATTRIBUTES {
            Header, Flags, MediaType, PhysicalMediumType, MtuSize, MaxXmitLinkSpeed, XmitLinkSpeed,
            MaxRcvLinkSpeed, RcvLinkSpeed, MediaConnectState, MediaDuplexState, LookaheadSize,
            PowerManagementCapabilities, MacOptions, SupportedPacketFilters, MaxMulticastListSize,
            MacAddressLength, PermanentMacAddress, CurrentMacAddress, RecvScaleCapabilities,
            AccessType, DirectionType, ConnectionType, IfType, IfConnectorPresent,
            SupportedStatistics, SupportedPauseFunctions, DataBackFillSize, ContextBackFillSize,
            SupportedOidList, SupportedOidListLength, AutoNegotiationFlags,
            PowerManagementCapabilitiesEx,
        }
        NDIS_MINIPORT_ADAPTER_OFFLOAD_ATTRIBUTES {
            Header, DefaultOffloadConfiguration, HardwareOffloadCapabilities,
            DefaultTcpConnectionOffloadConfiguration, TcpConnectionOffloadHardwareCapabilities,
        }
        NDIS_MINIPORT_ADAPTER_HARDWARE_ASSIST_ATTRIBUTES {
            Header, HDSplitAttributes, HardwareReceiveFilterCapabilities,
            CurrentReceiveFilterCapabilities, HardwareNicSwitchCapabilities,
            CurrentNicSwitchCapabilities, HardwareSriovCapabilities, CurrentSriovCapabilities,
            HardwareQosCapabilities, CurrentQosCapabilities, HardwareGftOffloadCapabilities,
            CurrentGftOffloadCapabilities,
        }
        NDIS_MINIPORT_ADAPTER_ATTRIBUTES {
            Header, AddDeviceRegistrationAttributes, RegistrationAttributes, GeneralAttributes,
            OffloadAttributes, HardwareAssistAttributes,
        }
    }
}

fn sync() -> Vec<Struct> {
    golden::layouts! {
        NDIS_SPIN_LOCK { SpinLock, OldIrql }
        NDIS_EVENT { Event }
        LOCK_STATE_EX { OldIrql, LockState, Flags }
        NDIS_RW_LOCK {
            SpinLock => u.s.SpinLock, Context => u.s.Context, Reserved => u.Reserved,
            RefCount => u2.RefCount, RefCountEx => u2.RefCountEx, RefCountLock => u2.s.RefCountLock,
            SharedRefCount => u2.s.SharedRefCount, WriterWaiting => u2.s.WriterWaiting,
        }
        NDIS_RW_LOCK_REFCOUNT { RefCount, cacheLine }
        LOCK_STATE { LockState, OldIrql }
    }
}

fn timer() -> Vec<Struct> {
    golden::layouts! {
        NDIS_TIMER_CHARACTERISTICS { Header, AllocationTag, TimerFunction, FunctionContext }
    }
}

fn config() -> Vec<Struct> {
    golden::layouts! {
        NDIS_CONFIGURATION_OBJECT { Header, NdisHandle, Flags }
        BINARY_DATA { Length, Buffer }
        NDIS_CONFIGURATION_PARAMETER {
            ParameterType, ParameterData, ParameterData.IntegerData, ParameterData.StringData,
            ParameterData.BinaryData,
        }
    }
}

fn device() -> Vec<Struct> {
    golden::layouts! {
        NDIS_DEVICE_OBJECT_ATTRIBUTES {
            Header, DeviceName, SymbolicName, MajorFunctions, ExtensionSize, DefaultSDDLString,
            DeviceClassGuid,
        }
    }
}
