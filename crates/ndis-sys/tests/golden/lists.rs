//! Lists, net buffers and what goes with them.

use golden::Struct;
use ndis_sys::*;

pub fn all() -> Vec<Struct> {
    [nbl(), nb(), oob(), pool()].concat()
}

fn nbl() -> Vec<Struct> {
    golden::layouts! {
        NET_BUFFER_LIST {
            Next => u.s.Next, FirstNetBuffer => u.s.FirstNetBuffer, Link => u.Link,
            NetBufferListHeader => u, Context, ParentNetBufferList, NdisPoolHandle, NdisReserved,
            ProtocolReserved, MiniportReserved, Scratch, SourceHandle, NblFlags, ChildRefCount,
            Flags, Status, NdisReserved2 => Status, NetBufferListInfo,
        }
        NET_BUFFER_LIST_DATA { Next, FirstNetBuffer }
        NET_BUFFER_LIST_HEADER { Next => s.Next, FirstNetBuffer => s.FirstNetBuffer, Link }
        NET_BUFFER_LIST_CONTEXT { Next, Size, Offset, ContextData }
    }
}

fn nb() -> Vec<Struct> {
    golden::layouts! {
        NET_BUFFER {
            Next => u.s.Next, CurrentMdl => u.s.CurrentMdl,
            CurrentMdlOffset => u.s.CurrentMdlOffset, DataLength => u.s.u.DataLength,
            stDataLength => u.s.u.stDataLength, MdlChain => u.s.MdlChain,
            DataOffset => u.s.DataOffset, Link => u.Link, NetBufferHeader => u, ChecksumBias,
            Reserved, NdisPoolHandle, NdisReserved, ProtocolReserved, MiniportReserved,
            DataPhysicalAddress, SharedMemoryInfo => u2.SharedMemoryInfo,
            ScatterGatherList => u2.ScatterGatherList,
        }
        NET_BUFFER_HEADER {
            Next => s.Next, CurrentMdl => s.CurrentMdl, CurrentMdlOffset => s.CurrentMdlOffset,
            DataLength => s.u.DataLength, stDataLength => s.u.stDataLength, MdlChain => s.MdlChain,
            DataOffset => s.DataOffset, Link,
        }
        NET_BUFFER_DATA {
            Next, CurrentMdl, CurrentMdlOffset, DataLength => u.DataLength,
            stDataLength => u.stDataLength, MdlChain, DataOffset,
        }
        NET_BUFFER_DATA_LENGTH { DataLength, stDataLength }
        NET_BUFFER_SHARED_MEMORY {
            NextSharedMemorySegment, SharedMemoryFlags, SharedMemoryHandle, SharedMemoryOffset,
            SharedMemoryLength,
        }
    }
}

fn oob() -> Vec<Struct> {
    golden::layouts! {
        NDIS_NET_BUFFER_LIST_8021Q_INFO {
            TagHeader, TagHeader.UserPriority => TagHeader & USER_PRIORITY_MASK,
            TagHeader.CanonicalFormatId => TagHeader & CANONICAL_FORMAT_ID_MASK,
            TagHeader.VlanId => TagHeader & VLAN_ID_MASK,
            TagHeader.Reserved => TagHeader & RESERVED_MASK, WLanTagHeader,
            WLanTagHeader.UserPriority => WLanTagHeader & USER_PRIORITY_MASK,
            WLanTagHeader.CanonicalFormatId => WLanTagHeader & CANONICAL_FORMAT_ID_MASK,
            WLanTagHeader.VlanId => WLanTagHeader & VLAN_ID_MASK,
            WLanTagHeader.WMMInfo => WLanTagHeader & WMM_INFO_MASK,
            WLanTagHeader.Reserved => WLanTagHeader & WLAN_RESERVED_MASK, Value,
        }
        NDIS_TCP_IP_CHECKSUM_NET_BUFFER_LIST_INFO {
            Transmit, Transmit.IsIPv4 => Transmit & IS_IPV4_MASK,
            Transmit.IsIPv6 => Transmit & IS_IPV6_MASK,
            Transmit.TcpChecksum => Transmit & TCP_CHECKSUM_MASK,
            Transmit.UdpChecksum => Transmit & UDP_CHECKSUM_MASK,
            Transmit.IpHeaderChecksum => Transmit & IP_HEADER_CHECKSUM_MASK,
            Transmit.Reserved => Transmit & RESERVED_MASK,
            Transmit.TcpHeaderOffset => Transmit & TCP_HEADER_OFFSET_MASK, Receive,
            Receive.TcpChecksumFailed => Receive & TCP_CHECKSUM_FAILED_MASK,
            Receive.UdpChecksumFailed => Receive & UDP_CHECKSUM_FAILED_MASK,
            Receive.IpChecksumFailed => Receive & IP_CHECKSUM_FAILED_MASK,
            Receive.TcpChecksumSucceeded => Receive & TCP_CHECKSUM_SUCCEEDED_MASK,
            Receive.UdpChecksumSucceeded => Receive & UDP_CHECKSUM_SUCCEEDED_MASK,
            Receive.IpChecksumSucceeded => Receive & IP_CHECKSUM_SUCCEEDED_MASK,
            Receive.Loopback => Receive & LOOPBACK_MASK,
            Receive.TcpChecksumValueInvalid => Receive & TCP_CHECKSUM_VALUE_INVALID_MASK,
            Receive.IpChecksumValueInvalid => Receive & IP_CHECKSUM_VALUE_INVALID_MASK, Value,
        }
        NDIS_RSC_NBL_INFO { Info, Info.CoalescedSegCount, Info.DupAckCount, Value }
        NDIS_UDP_RSC_OFFLOAD_NET_BUFFER_LIST_INFO {
            Receive, Receive.SegCount, Receive.SegSize, Value,
        }
        NDIS_NET_BUFFER_LIST_FILTERING_INFO {
            FilteringInfo, FilteringInfo.FilterId, FilteringInfo.QueueVPortInfo,
            FilteringInfo.QueueVPortInfo.QueueId, FilteringInfo.QueueVPortInfo.VPortId, Value,
        }
        NDIS_TCP_LARGE_SEND_OFFLOAD_NET_BUFFER_LIST_INFO {
            Transmit, Transmit.Unused => Transmit & RESERVED_MASK,
            Transmit.Type => Transmit & TYPE_MASK, Transmit.Reserved2 => Transmit & RESERVED2_MASK,
            LsoV1Transmit, LsoV1Transmit.MSS => LsoV1Transmit & MSS_MASK,
            LsoV1Transmit.TcpHeaderOffset => LsoV1Transmit & TCP_HEADER_OFFSET_MASK,
            LsoV1Transmit.Type => LsoV1Transmit & TYPE_MASK,
            LsoV1Transmit.Reserved2 => LsoV1Transmit & RESERVED2_MASK, LsoV1TransmitComplete,
            LsoV1TransmitComplete.TcpPayload => LsoV1TransmitComplete & TCP_PAYLOAD_MASK,
            LsoV1TransmitComplete.Type => LsoV1TransmitComplete & TYPE_MASK,
            LsoV1TransmitComplete.Reserved2 => LsoV1TransmitComplete & RESERVED2_MASK,
            LsoV2Transmit, LsoV2Transmit.MSS => LsoV2Transmit & MSS_MASK,
            LsoV2Transmit.TcpHeaderOffset => LsoV2Transmit & TCP_HEADER_OFFSET_MASK,
            LsoV2Transmit.Type => LsoV2Transmit & TYPE_MASK,
            LsoV2Transmit.IPVersion => LsoV2Transmit & IP_VERSION_MASK, LsoV2TransmitComplete,
            LsoV2TransmitComplete.Reserved => LsoV2TransmitComplete & RESERVED_MASK,
            LsoV2TransmitComplete.Type => LsoV2TransmitComplete & TYPE_MASK,
            LsoV2TransmitComplete.Reserved2 => LsoV2TransmitComplete & RESERVED2_MASK, Value,
        }
        NDIS_UDP_SEGMENTATION_OFFLOAD_NET_BUFFER_LIST_INFO {
            Transmit, Transmit.MSS => Transmit & MSS_MASK,
            Transmit.UdpHeaderOffset => Transmit & UDP_HEADER_OFFSET_MASK,
            Transmit.Reserved => Transmit & RESERVED_MASK,
            Transmit.IPVersion => Transmit & IP_VERSION_MASK, Value,
        }
        NET_BUFFER_LIST_TIMESTAMP { Timestamp }
    }
}

fn pool() -> Vec<Struct> {
    golden::layouts! {
        NET_BUFFER_LIST_POOL_PARAMETERS {
            Header, ProtocolId, fAllocateNetBuffer, ContextSize, PoolTag, DataSize,
        }
        NET_BUFFER_POOL_PARAMETERS { Header, PoolTag, DataSize }
    }
}
