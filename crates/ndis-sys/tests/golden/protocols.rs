//! Structures of protocol drivers.

use golden::Struct;
use ndis_sys::*;

pub fn all() -> Vec<Struct> {
    [
        object(),
        nt(),
        protocol(),
        bind(),
        open(),
        pnp(),
        restart(),
        oid(),
        indication(),
        interface(),
        port(),
        power(),
        rss(),
        offload(),
        timestamp(),
        statistics(),
    ]
    .concat()
}

fn object() -> Vec<Struct> {
    golden::layouts! {
        NDIS_OBJECT_HEADER { Type, Revision, Size }
        NDIS_GENERIC_OBJECT { Header, Caller, CallersCaller, DriverObject }
    }
}

fn nt() -> Vec<Struct> {
    golden::layouts! {
        GUID { Data1, Data2, Data3, Data4 }
        UNICODE_STRING { Length, MaximumLength, Buffer }
        LARGE_INTEGER {
            LowPart => u.LowPart, HighPart => u.HighPart, u, u.LowPart, u.HighPart, QuadPart,
        }
        LIST_ENTRY { Flink, Blink }
        SLIST_HEADER { Alignment, Region }
        DISPATCHER_HEADER { Lock, SignalState, WaitListHead }
        KEVENT { Header }
    }
}

fn protocol() -> Vec<Struct> {
    golden::layouts! {
        NDIS_PROTOCOL_DRIVER_CHARACTERISTICS {
            Header, MajorNdisVersion, MinorNdisVersion, MajorDriverVersion, MinorDriverVersion,
            Flags, Name, SetOptionsHandler, BindAdapterHandlerEx, UnbindAdapterHandlerEx,
            OpenAdapterCompleteHandlerEx, CloseAdapterCompleteHandlerEx, NetPnPEventHandler,
            UninstallHandler, OidRequestCompleteHandler, StatusHandlerEx,
            ReceiveNetBufferListsHandler, SendNetBufferListsCompleteHandler,
            DirectOidRequestCompleteHandler,
        }
        NDIS_DRIVER_OPTIONAL_HANDLERS { Header }
    }
}

fn bind() -> Vec<Struct> {
    golden::layouts! {
        NDIS_BIND_PARAMETERS {
            Header, ProtocolSection, AdapterName, PhysicalDeviceObject, MediaType, MtuSize,
            MaxXmitLinkSpeed, XmitLinkSpeed, MaxRcvLinkSpeed, RcvLinkSpeed, MediaConnectState,
            MediaDuplexState, LookaheadSize, PowerManagementCapabilities, SupportedPacketFilters,
            MaxMulticastListSize, MacAddressLength, CurrentMacAddress, PhysicalMediumType,
            RcvScaleCapabilities, BoundIfNetluid, BoundIfIndex, LowestIfNetluid, LowestIfIndex,
            AccessType, DirectionType, ConnectionType, IfType, IfConnectorPresent, ActivePorts,
            DataBackFillSize, ContextBackFillSize, MacOptions, CompartmentId,
            DefaultOffloadConfiguration, TcpConnectionOffloadCapabilities, BoundAdapterName,
            HDSplitCurrentConfig, ReceiveFilterCapabilities, PowerManagementCapabilitiesEx,
            NicSwitchCapabilities, NDKEnabled, NDKCapabilities, SriovCapabilities, NicSwitchArray,
        }
    }
}

fn open() -> Vec<Struct> {
    golden::layouts! {
        NDIS_OPEN_PARAMETERS {
            Header, AdapterName, MediumArray, MediumArraySize, SelectedMediumIndex, FrameTypeArray,
            FrameTypeArraySize,
        }
    }
}

fn pnp() -> Vec<Struct> {
    golden::layouts! {
        NET_PNP_EVENT {
            NetEvent, Buffer, BufferLength, NdisReserved, TransportReserved, TdiReserved,
            TdiClientReserved,
        }
        NET_PNP_EVENT_NOTIFICATION { Header, PortNumber, NetPnPEvent, Flags, SwitchId, VPortId }
        NDIS_PROTOCOL_PAUSE_PARAMETERS { Header, Flags, PauseReason }
        NDIS_PROTOCOL_RESTART_PARAMETERS {
            Header, FilterModuleNameBuffer, FilterModuleNameBufferLength, RestartAttributes,
            BoundIfIndex, BoundIfNetluid, Flags,
        }
        NDIS_BIND_FAILED_NOTIFICATION { Header, MiniportNetLuid }
    }
}

fn restart() -> Vec<Struct> {
    golden::layouts! {
        NDIS_RESTART_ATTRIBUTES { Next, Oid, DataLength, Data }
        NDIS_RESTART_GENERAL_ATTRIBUTES {
            Header, MtuSize, MaxXmitLinkSpeed, MaxRcvLinkSpeed, LookaheadSize, MacOptions,
            SupportedPacketFilters, MaxMulticastListSize, RecvScaleCapabilities, AccessType, Flags,
            ConnectionType, SupportedStatistics, DataBackFillSize, ContextBackFillSize,
            SupportedOidList, SupportedOidListLength, MaxLookaheadSizeAccessed,
        }
    }
}

fn oid() -> Vec<Struct> {
    golden::layouts! {
        NDIS_OID_REQUEST {
            Header, RequestType, PortNumber, Timeout, RequestId, RequestHandle, DATA, DATA.Oid,
            DATA.QUERY_INFORMATION, DATA.QUERY_INFORMATION.Oid,
            DATA.QUERY_INFORMATION.InformationBuffer,
            DATA.QUERY_INFORMATION.InformationBufferLength, DATA.QUERY_INFORMATION.BytesWritten,
            DATA.QUERY_INFORMATION.BytesNeeded, DATA.SET_INFORMATION, DATA.SET_INFORMATION.Oid,
            DATA.SET_INFORMATION.InformationBuffer, DATA.SET_INFORMATION.InformationBufferLength,
            DATA.SET_INFORMATION.BytesRead, DATA.SET_INFORMATION.BytesNeeded,
            DATA.METHOD_INFORMATION, DATA.METHOD_INFORMATION.Oid,
            DATA.METHOD_INFORMATION.InformationBuffer, DATA.METHOD_INFORMATION.InputBufferLength,
            DATA.METHOD_INFORMATION.OutputBufferLength, DATA.METHOD_INFORMATION.MethodId,
            DATA.METHOD_INFORMATION.BytesWritten, DATA.METHOD_INFORMATION.BytesRead,
            DATA.METHOD_INFORMATION.BytesNeeded, NdisReserved, MiniportReserved, SourceReserved,
            SupportedRevision, Reserved1, Reserved2, SwitchId, VPortId, Flags,
        }
    }
}

fn indication() -> Vec<Struct> {
    golden::layouts! {
        NDIS_STATUS_INDICATION {
            Header, SourceHandle, PortNumber, StatusCode, Flags, DestinationHandle, RequestId,
            StatusBuffer, StatusBufferSize, Guid, NdisReserved,
        }
        NDIS_LINK_STATE {
            Header, MediaConnectState, MediaDuplexState, XmitLinkSpeed, RcvLinkSpeed,
            PauseFunctions, AutoNegotiationFlags,
        }
        NDIS_LINK_PARAMETERS {
            Header, MediaDuplexState, XmitLinkSpeed, RcvLinkSpeed, PauseFunctions,
            AutoNegotiationFlags,
        }
        NDIS_LINK_SPEED { XmitLinkSpeed, RcvLinkSpeed }
    }
}

fn interface() -> Vec<Struct> {
    golden::layouts! {
        NET_LUID {
            Value, Info, Info.Reserved => Info & RESERVED_MASK,
            Info.NetLuidIndex => Info & NET_LUID_INDEX_MASK, Info.IfType => Info & IF_TYPE_MASK,
        }
        NDIS_INTERFACE_INFORMATION {
            ifOperStatus, ifOperStatusFlags, MediaConnectState, MediaDuplexState, ifMtu,
            ifPromiscuousMode, ifDeviceWakeUpEnable, XmitLinkSpeed, RcvLinkSpeed, ifLastChange,
            ifCounterDiscontinuityTime, ifInUnknownProtos, ifInDiscards, ifInErrors, ifHCInOctets,
            ifHCInUcastPkts, ifHCInMulticastPkts, ifHCInBroadcastPkts, ifHCOutOctets,
            ifHCOutUcastPkts, ifHCOutMulticastPkts, ifHCOutBroadcastPkts, ifOutErrors,
            ifOutDiscards, ifHCInUcastOctets, ifHCInMulticastOctets, ifHCInBroadcastOctets,
            ifHCOutUcastOctets, ifHCOutMulticastOctets, ifHCOutBroadcastOctets, CompartmentId,
            SupportedStatistics,
        }
        NDIS_OPER_STATE { Header, OperationalStatus, OperationalStatusFlags }
    }
}

fn port() -> Vec<Struct> {
    golden::layouts! {
        NDIS_PORT_CHARACTERISTICS {
            Header, PortNumber, Flags, Type, MediaConnectState, XmitLinkSpeed, RcvLinkSpeed,
            Direction, SendControlState, RcvControlState, SendAuthorizationState,
            RcvAuthorizationState,
        }
        NDIS_PORT { Next, NdisReserved, MiniportReserved, ProtocolReserved, PortCharacteristics }
        NDIS_PORT_ARRAY { Header, NumberOfPorts, OffsetFirstPort, ElementSize, Ports }
        NDIS_PORT_STATE {
            Header, MediaConnectState, XmitLinkSpeed, RcvLinkSpeed, Direction, SendControlState,
            RcvControlState, SendAuthorizationState, RcvAuthorizationState, Flags,
        }
        NDIS_PORT_AUTHENTICATION_PARAMETERS {
            Header, SendControlState, RcvControlState, SendAuthorizationState,
            RcvAuthorizationState,
        }
    }
}

fn power() -> Vec<Struct> {
    golden::layouts! {
        NDIS_PM_CAPABILITIES {
            Header, Flags, SupportedWoLPacketPatterns, NumTotalWoLPatterns, MaxWoLPatternSize,
            MaxWoLPatternOffset, MaxWoLPacketSaveBuffer, SupportedProtocolOffloads,
            NumArpOffloadIPv4Addresses, NumNSOffloadIPv6Addresses, MinMagicPacketWakeUp,
            MinPatternWakeUp, MinLinkChangeWakeUp, SupportedWakeUpEvents, MediaSpecificWakeUpEvents,
        }
        NDIS_PM_PARAMETERS {
            Header, EnabledWoLPacketPatterns, EnabledProtocolOffloads, WakeUpFlags,
            MediaSpecificWakeUpEvents,
        }
        NDIS_PM_WAKE_UP_CAPABILITIES { MinMagicPacketWakeUp, MinPatternWakeUp, MinLinkChangeWakeUp }
        NDIS_PNP_CAPABILITIES { Flags, WakeUpCapabilities }
    }
}

fn rss() -> Vec<Struct> {
    golden::layouts! {
        NDIS_RECEIVE_SCALE_CAPABILITIES {
            Header, CapabilitiesFlags, NumberOfInterruptMessages, NumberOfReceiveQueues,
            NumberOfIndirectionTableEntries,
        }
    }
}

fn offload() -> Vec<Struct> {
    golden::layouts! {
        NDIS_HD_SPLIT_CURRENT_CONFIG {
            Header, HardwareCapabilities, CurrentCapabilities, HDSplitFlags, HDSplitCombineFlags,
            BackfillSize, MaxHeaderSize,
        }
        NDIS_HD_SPLIT_ATTRIBUTES {
            Header, HardwareCapabilities, CurrentCapabilities, HDSplitFlags, BackfillSize,
            MaxHeaderSize,
        }
    }
}

fn timestamp() -> Vec<Struct> {
    golden::layouts! {
        NDIS_TIMESTAMP_CAPABILITY_FLAGS {
            PtpV2OverUdpIPv4EventMsgReceiveHw, PtpV2OverUdpIPv4AllMsgReceiveHw,
            PtpV2OverUdpIPv4EventMsgTransmitHw, PtpV2OverUdpIPv4AllMsgTransmitHw,
            PtpV2OverUdpIPv6EventMsgReceiveHw, PtpV2OverUdpIPv6AllMsgReceiveHw,
            PtpV2OverUdpIPv6EventMsgTransmitHw, PtpV2OverUdpIPv6AllMsgTransmitHw, AllReceiveHw,
            AllTransmitHw, TaggedTransmitHw, AllReceiveSw, AllTransmitSw, TaggedTransmitSw,
        }
        NDIS_TIMESTAMP_CAPABILITIES {
            Header, HardwareClockFrequencyHz, CrossTimestamp, Reserved1, Reserved2, TimestampFlags,
        }
        NDIS_HARDWARE_CROSSTIMESTAMP {
            Header, Flags, SystemTimestamp1, HardwareClockTimestamp, SystemTimestamp2,
        }
    }
}

fn statistics() -> Vec<Struct> {
    golden::layouts! {
        NDIS_STATISTICS_INFO {
            Header, SupportedStatistics, ifInDiscards, ifInErrors, ifHCInOctets, ifHCInUcastPkts,
            ifHCInMulticastPkts, ifHCInBroadcastPkts, ifHCOutOctets, ifHCOutUcastPkts,
            ifHCOutMulticastPkts, ifHCOutBroadcastPkts, ifOutErrors, ifOutDiscards,
            ifHCInUcastOctets, ifHCInMulticastOctets, ifHCInBroadcastOctets, ifHCOutUcastOctets,
            ifHCOutMulticastOctets, ifHCOutBroadcastOctets,
        }
    }
}
