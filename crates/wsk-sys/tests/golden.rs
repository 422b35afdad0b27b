//! Compares every struct and constant of this crate with the tables in `tests/facts`.

use golden::{ConstantRow, LayoutRow, check_constants, check_layouts, read};
use wsk_sys::*;

fn facts(file: &str) -> String {
    format!("{}/tests/facts/{file}", env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn layouts_are_those_of_c() {
    let rows: Vec<LayoutRow> = read(facts("wsk-layout.csv"));
    let mut structs = wsk_structs();
    structs.extend(winsock_structs());
    let report = check_layouts(&rows, &structs, None);
    report.assert_complete();
    assert_eq!(report.checked, rows.len());
}

#[test]
fn constants_are_those_of_c() {
    let rows: Vec<ConstantRow> = read(facts("wsk-constants.csv"));
    let (guids, numbers): (Vec<_>, Vec<_>) =
        rows.iter().cloned().partition(|row| row.value.starts_with('{'));
    let mut constants = wsk_constants();
    constants.extend(winsock_constants());
    constants.extend(option_constants());
    constants.extend(control_code_constants());
    let report = check_constants(&numbers, &constants, None);
    report.assert_complete();
    assert_eq!(report.checked + guids.len(), rows.len());
    assert_eq!(constants.len(), numbers.len(), "a constant is listed twice");
}

#[test]
fn interface_identifier_is_that_of_c() {
    let rows: Vec<ConstantRow> = read(facts("wsk-constants.csv"));
    let guids: Vec<_> = rows
        .iter()
        .filter(|row| row.value.starts_with('{'))
        .map(|row| (row.name.as_str(), guid(&row.value)))
        .collect();
    assert_eq!(guids, [("NPI_WSK_INTERFACE_ID", NPI_WSK_INTERFACE_ID)]);
    println!("{} rows checked", guids.len());
}

/// Reads `{00000000-0000-0000-0000-000000000000}`.
fn guid(text: &str) -> GUID {
    let digits = text.trim_matches(['{', '}']).replace('-', "");
    assert_eq!((text.len(), digits.len()), (38, 32), "{text:?} is no GUID");
    let value = u128::from_str_radix(&digits, 16).expect("a GUID is made of hexadecimal digits");
    let bytes = value.to_be_bytes();
    GUID {
        Data1: u32::from_be_bytes(bytes[..4].try_into().unwrap()),
        Data2: u16::from_be_bytes(bytes[4..6].try_into().unwrap()),
        Data3: u16::from_be_bytes(bytes[6..8].try_into().unwrap()),
        Data4: bytes[8..].try_into().unwrap(),
    }
}

/// What the tables leave out because C has it as macros, or because the interface only borrows it.
#[test]
fn the_rest_is_as_c_defines_it() {
    assert_eq!(MAKE_WSK_VERSION(1, 2), 0x0102);
    assert_eq!(WSK_MAJOR_VERSION(0x0102), 1);
    assert_eq!(WSK_MINOR_VERSION(0x0102), 2);

    let aligned = [0, 1, 8, 9].map(|n| (WSA_CMSGHDR_ALIGN(n), WSA_CMSGDATA_ALIGN(n)));
    assert_eq!(aligned, [(0, 0), (8, 8), (8, 8), (16, 16)]);
    assert_eq!([0, 4, 20].map(WSA_CMSG_LEN), [16, 20, 36]);
    assert_eq!([0, 4, 20].map(WSA_CMSG_SPACE), [16, 24, 40]);

    assert_eq!(size_of::<UNICODE_STRING>(), 16);
    assert_eq!(core::mem::offset_of!(UNICODE_STRING, MaximumLength), 2);
    assert_eq!(core::mem::offset_of!(UNICODE_STRING, Buffer), 8);
}

fn wsk_structs() -> Vec<golden::Struct> {
    golden::layouts! {
        WSK_SOCKET { Dispatch }
        WSK_PROVIDER_CHARACTERISTICS { HighestVersion, LowestVersion }
        WSK_TRANSPORT { Version, SocketType, Protocol, AddressFamily, ProviderId }
        WSK_BUF { Mdl, Offset, Length }
        WSK_BUF_LIST { Next, Buffer }
        WSK_DATA_INDICATION { Next, Buffer }
        WSK_DATAGRAM_INDICATION { Next, Buffer, ControlInfo, ControlInfoLength, RemoteAddress }
        WSK_INSPECT_ID { Key, SerialNumber }
        WSK_TDI_MAP { SocketType, AddressFamily, Protocol, TdiDeviceName }
        WSK_TDI_MAP_INFO { ElementCount, Map }
        WSK_EVENT_CALLBACK_CONTROL { NpiId, EventMask }
        WSK_EXTENSION_CONTROL_IN { NpiId, ClientContext, ClientDispatch }
        WSK_EXTENSION_CONTROL_OUT { ProviderContext, ProviderDispatch }
        WSK_CLIENT_DISPATCH { Version, Reserved, WskClientEvent }
        WSK_CLIENT_LISTEN_DISPATCH { WskAcceptEvent, WskInspectEvent, WskAbortEvent }
        WSK_CLIENT_DATAGRAM_DISPATCH { WskReceiveFromEvent }
        WSK_CLIENT_CONNECTION_DISPATCH { WskReceiveEvent, WskDisconnectEvent, WskSendBacklogEvent }
        WSK_CLIENT_STREAM_DISPATCH { Listen, Connect }
        WSK_PROVIDER_DISPATCH {
            Version, Reserved, WskSocket, WskSocketConnect, WskControlClient,
            WskGetAddressInfo, WskFreeAddressInfo, WskGetNameInfo,
        }
        WSK_PROVIDER_BASIC_DISPATCH { WskControlSocket, WskCloseSocket }
        WSK_PROVIDER_LISTEN_DISPATCH {
            WskControlSocket, WskCloseSocket, WskBind, WskAccept, WskInspectComplete,
            WskGetLocalAddress,
        }
        WSK_PROVIDER_DATAGRAM_DISPATCH {
            WskControlSocket, WskCloseSocket, WskBind, WskSendTo, WskReceiveFrom, WskRelease,
            WskGetLocalAddress, WskSendMessages,
        }
        WSK_PROVIDER_CONNECTION_DISPATCH {
            WskControlSocket, WskCloseSocket, WskBind, WskConnect, WskGetLocalAddress,
            WskGetRemoteAddress, WskSend, WskReceive, WskDisconnect, WskRelease, WskConnectEx,
            WskSendEx, WskReceiveEx,
        }
        WSK_PROVIDER_STREAM_DISPATCH {
            WskControlSocket, WskCloseSocket, WskBind, WskAccept, WskConnect, WskListen, WskSend,
            WskReceive, WskDisconnect, WskRelease, WskGetLocalAddress, WskGetRemoteAddress,
            WskConnectEx, WskSendEx, WskReceiveEx,
        }
        WSK_CLIENT_NPI { ClientContext, Dispatch }
        WSK_PROVIDER_NPI { Client, Dispatch }
        WSK_REGISTRATION {
            ReservedRegistrationState, ReservedRegistrationContext, ReservedRegistrationLock,
        }
        NPIID { Data1, Data2, Data3, Data4 }
    }
}

fn winsock_structs() -> Vec<golden::Struct> {
    golden::layouts! {
        SOCKADDR { sa_family, sa_data }
        SOCKADDR_IN { sin_family, sin_port, sin_addr, sin_zero }
        SOCKADDR_IN6 {
            sin6_family, sin6_port, sin6_flowinfo, sin6_addr, sin6_scope_id => u.sin6_scope_id,
            sin6_scope_struct => u.sin6_scope_struct,
        }
        SOCKADDR_IN6_LH {
            sin6_family, sin6_port, sin6_flowinfo, sin6_addr, sin6_scope_id => u.sin6_scope_id,
            sin6_scope_struct => u.sin6_scope_struct,
        }
        SOCKADDR_STORAGE { ss_family, __ss_pad1, __ss_align, __ss_pad2 }
        SOCKADDR_STORAGE_LH { ss_family, __ss_pad1, __ss_align, __ss_pad2 }
        SOCKADDR_INET { Ipv4, Ipv6, si_family }
        SOCKET_ADDRESS { lpSockaddr, iSockaddrLength }
        IN_ADDR {
            S_un, S_un.S_un_b, S_un.S_un_b.s_b1, S_un.S_un_b.s_b2, S_un.S_un_b.s_b3,
            S_un.S_un_b.s_b4, S_un.S_un_w, S_un.S_un_w.s_w1, S_un.S_un_w.s_w2, S_un.S_addr,
        }
        IN6_ADDR { u, u.Byte, u.Word }
        SCOPE_ID { Zone => Value & ZONE_MASK, Level => Value & LEVEL_MASK, Value }
        CMSGHDR { cmsg_len, cmsg_level, cmsg_type }
        WSACMSGHDR { cmsg_len, cmsg_level, cmsg_type }
        WSAMSG { name, namelen, lpBuffers, dwBufferCount, Control, dwFlags }
        WSABUF { len, buf }
        IN_PKTINFO { ipi_addr, ipi_ifindex }
        IN_PKTINFO_EX { pkt_info, scope_id }
        IN6_PKTINFO { ipi6_addr, ipi6_ifindex }
        IN6_PKTINFO_EX { pkt_info, scope_id }
        IP_MREQ { imr_multiaddr, imr_interface }
        IP_MREQ_SOURCE { imr_multiaddr, imr_sourceaddr, imr_interface }
        IPV6_MREQ { ipv6mr_multiaddr, ipv6mr_interface }
        GROUP_REQ { gr_interface, gr_group }
        GROUP_SOURCE_REQ { gsr_interface, gsr_group, gsr_source }
        ADDRINFOW {
            ai_flags, ai_family, ai_socktype, ai_protocol, ai_addrlen, ai_canonname, ai_addr,
            ai_next,
        }
        ADDRINFOEXW {
            ai_flags, ai_family, ai_socktype, ai_protocol, ai_addrlen, ai_canonname, ai_addr,
            ai_blob, ai_bloblen, ai_provider, ai_next,
        }
        TIMESTAMPING_CONFIG { Flags, TxTimestampsBuffered }
        IN_RECVERR { protocol, info, r#type, code }
    }
}

fn wsk_constants() -> Vec<golden::Constant> {
    golden::constants! {
        SO_WSK_EVENT_CALLBACK, SO_WSK_SECURITY, WSK_CACHE_SD, WSK_EVENT_ACCEPT, WSK_EVENT_DISABLE,
        WSK_EVENT_DISCONNECT, WSK_EVENT_RECEIVE, WSK_EVENT_RECEIVE_FROM, WSK_EVENT_SEND_BACKLOG,
        WSK_FLAG_ABORTIVE, WSK_FLAG_AT_DISPATCH_LEVEL, WSK_FLAG_BASIC_SOCKET,
        WSK_FLAG_CONNECTION_SOCKET, WSK_FLAG_DATAGRAM_SOCKET, WSK_FLAG_DRAIN,
        WSK_FLAG_ENTIRE_MESSAGE, WSK_FLAG_LISTEN_SOCKET, WSK_FLAG_NODELAY, WSK_FLAG_OOB,
        WSK_FLAG_RELEASE_ASAP, WSK_FLAG_STREAM_SOCKET, WSK_FLAG_WAITALL, WSK_INFINITE_WAIT,
        WSK_NO_WAIT, WSK_RELEASE_SD, WSK_SET_STATIC_EVENT_CALLBACKS, WSK_SO_BASE, WSK_TDI_BEHAVIOR,
        WSK_TDI_BEHAVIOR_BYPASS_TDI, WSK_TDI_DEVICENAME_MAPPING, WSK_TRANSPORT_LIST_CHANGE,
        WSK_TRANSPORT_LIST_QUERY, WskInspectAccept, WskInspectMax, WskInspectPend, WskInspectReject,
    }
}

fn winsock_constants() -> Vec<golden::Constant> {
    golden::constants! {
        AF_INET, AF_INET6, AF_UNSPEC, AI_ADDRCONFIG, AI_ALL, AI_NUMERICHOST, AI_NUMERICSERV,
        AI_PASSIVE, AI_V4MAPPED, INADDR_ANY, INADDR_BROADCAST, INADDR_LOOPBACK, INADDR_NONE,
        IPPROTO_ICMP, IPPROTO_ICMPV6, IPPROTO_IP, IPPROTO_IPV6, IPPROTO_RAW, IPPROTO_TCP,
        IPPROTO_UDP, IPV6_ADDRESS_BITS, IPV6_ECN_MASK, IPV6_ECN_SHIFT, IPV6_FLOW_LABEL_MASK,
        IPV6_FULL_TRAFFIC_CLASS_MASK, IPV6_MINIMUM_MTU, IPV6_MINIMUM_ULMTU,
        IPV6_ROUTER_ALERT_LENGTH, IPV6_TRAFFIC_CLASS_MASK, IPV6_VERSION,
        IP_OPTION_TIMESTAMP_ADDRESS, IP_OPTION_TIMESTAMP_ONLY, IP_OPTION_TIMESTAMP_SPECIFIC_ADDRESS,
        IP_OPT_EOL, IP_OPT_LSRR, IP_OPT_MULTIDEST, IP_OPT_NOP, IP_OPT_ROUTER_ALERT, IP_OPT_RR,
        IP_OPT_SECURITY, IP_OPT_SID, IP_OPT_SSRR, IP_OPT_TS, IP_VER_MASK, MSG_BCAST, MSG_CTRUNC,
        MSG_ERRQUEUE, MSG_MCAST, MSG_TRUNC, NI_DGRAM, NI_MAXHOST, NI_MAXSERV, NI_NAMEREQD,
        NI_NOFQDN, NI_NUMERICHOST, NI_NUMERICSERV, SCOPE_SECURITY_INFORMATION, SOCK_DGRAM, SOCK_RAW,
        SOCK_RDM, SOCK_SEQPACKET, SOCK_STREAM, SOL_IP, SOL_IPV6, SOL_SOCKET, SO_TIMESTAMP,
        SO_TIMESTAMP_ID, TIMESTAMPING_FLAG_RX, TIMESTAMPING_FLAG_TX, UDP_COALESCED_INFO,
    }
}

fn option_constants() -> Vec<golden::Constant> {
    golden::constants! {
        IPV6_ADD_IFLIST, IPV6_ADD_MEMBERSHIP, IPV6_CHECKSUM, IPV6_DEL_IFLIST, IPV6_DONTFRAG,
        IPV6_DROP_MEMBERSHIP, IPV6_ECN, IPV6_GET_IFLIST, IPV6_HDRINCL, IPV6_HOPLIMIT, IPV6_HOPOPTS,
        IPV6_IFLIST, IPV6_JOIN_GROUP, IPV6_LEAVE_GROUP, IPV6_MTU, IPV6_MTU_DISCOVER,
        IPV6_MULTICAST_HOPS, IPV6_MULTICAST_IF, IPV6_MULTICAST_LOOP, IPV6_NRT_INTERFACE,
        IPV6_PKTINFO, IPV6_PKTINFO_EX, IPV6_PROTECTION_LEVEL, IPV6_RECVDSTADDR, IPV6_RECVECN,
        IPV6_RECVERR, IPV6_RECVIF, IPV6_RECVRTHDR, IPV6_RECVTCLASS, IPV6_RTHDR, IPV6_TCLASS,
        IPV6_UNICAST_HOPS, IPV6_UNICAST_IF, IPV6_USER_MTU, IPV6_V6ONLY, IPV6_WFP_REDIRECT_CONTEXT,
        IPV6_WFP_REDIRECT_RECORDS, IP_ADD_IFLIST, IP_ADD_MEMBERSHIP, IP_ADD_SOURCE_MEMBERSHIP,
        IP_BLOCK_SOURCE, IP_DEL_IFLIST, IP_DONTFRAGMENT, IP_DROP_MEMBERSHIP,
        IP_DROP_SOURCE_MEMBERSHIP, IP_ECN, IP_GET_IFLIST, IP_HDRINCL, IP_HOPLIMIT, IP_IFLIST,
        IP_MTU, IP_MTU_DISCOVER, IP_MULTICAST_IF, IP_MULTICAST_LOOP, IP_MULTICAST_TTL,
        IP_NRT_INTERFACE, IP_OPTIONS, IP_ORIGINAL_ARRIVAL_IF, IP_PKTINFO, IP_PKTINFO_EX,
        IP_PMTUDISC_DO, IP_PMTUDISC_DONT, IP_PMTUDISC_MAX, IP_PMTUDISC_NOT_SET, IP_PMTUDISC_PROBE,
        IP_PROTECTION_LEVEL, IP_RECEIVE_BROADCAST, IP_RECVDSTADDR, IP_RECVECN, IP_RECVERR,
        IP_RECVIF, IP_RECVRTHDR, IP_RECVTCLASS, IP_RECVTOS, IP_RECVTTL, IP_RTHDR, IP_TCLASS, IP_TOS,
        IP_TTL, IP_UNBLOCK_SOURCE, IP_UNICAST_IF, IP_UNSPECIFIED_HOP_LIMIT,
        IP_UNSPECIFIED_TYPE_OF_SERVICE, IP_UNSPECIFIED_USER_MTU, IP_USER_MTU,
        IP_WFP_REDIRECT_CONTEXT, IP_WFP_REDIRECT_RECORDS, MCAST_BLOCK_SOURCE, MCAST_EXCLUDE,
        MCAST_INCLUDE, MCAST_JOIN_GROUP, MCAST_JOIN_SOURCE_GROUP, MCAST_LEAVE_GROUP,
        MCAST_LEAVE_SOURCE_GROUP, MCAST_UNBLOCK_SOURCE, SO_ACCEPTCONN, SO_BROADCAST, SO_BSP_STATE,
        SO_COMPARTMENT_ID, SO_CONDITIONAL_ACCEPT, SO_DEBUG, SO_DONTLINGER, SO_DONTROUTE, SO_ERROR,
        SO_EXCLUSIVEADDRUSE, SO_GROUP_ID, SO_GROUP_PRIORITY, SO_KEEPALIVE, SO_LINGER,
        SO_MAX_MSG_SIZE, SO_OOBINLINE, SO_ORIGINAL_DST, SO_PAUSE_ACCEPT, SO_PORT_SCALABILITY,
        SO_RANDOMIZE_PORT, SO_RCVBUF, SO_RCVLOWAT, SO_RCVTIMEO, SO_REUSEADDR,
        SO_REUSE_MULTICASTPORT, SO_REUSE_UNICASTPORT, SO_SNDBUF, SO_SNDLOWAT, SO_SNDTIMEO, SO_TYPE,
        SO_USELOOPBACK, UDP_RECV_MAX_COALESCED_SIZE, UDP_SEND_MSG_SIZE,
    }
}

fn control_code_constants() -> Vec<golden::Constant> {
    golden::constants! {
        IOC_IN, IOC_INOUT, IOC_OUT, IOC_PROTOCOL, IOC_UNIX, IOC_VENDOR, IOC_VOID, IOC_WS2, IOC_WSK,
        SIO_ABSORB_RTRALERT, SIO_ACQUIRE_PORT_RESERVATION, SIO_ADDRESS_LIST_CHANGE,
        SIO_ADDRESS_LIST_QUERY, SIO_ADDRESS_LIST_SORT, SIO_APPLY_TRANSPORT_SETTING,
        SIO_ASSOCIATE_HANDLE, SIO_ASSOCIATE_PORT_RESERVATION, SIO_CPU_AFFINITY,
        SIO_DELETE_PEER_TARGET_NAME, SIO_ENABLE_CIRCULAR_QUEUEING, SIO_FIND_ROUTE, SIO_FLUSH,
        SIO_GET_BROADCAST_ADDRESS, SIO_GET_EXTENSION_FUNCTION_POINTER, SIO_GET_GROUP_QOS,
        SIO_GET_INTERFACE_LIST, SIO_GET_INTERFACE_LIST_EX, SIO_GET_MULTICAST_FILTER,
        SIO_GET_MULTIPLE_EXTENSION_FUNCTION_POINTER, SIO_GET_QOS, SIO_GET_TX_TIMESTAMP,
        SIO_IDEAL_SEND_BACKLOG_CHANGE, SIO_IDEAL_SEND_BACKLOG_QUERY, SIO_INDEX_ADD_MCAST,
        SIO_INDEX_BIND, SIO_INDEX_DEL_MCAST, SIO_INDEX_MCASTIF, SIO_KEEPALIVE_VALS,
        SIO_LIMIT_BROADCASTS, SIO_LOOPBACK_FAST_PATH, SIO_MULTICAST_SCOPE, SIO_MULTIPOINT_LOOPBACK,
        SIO_PRIORITY_HINT, SIO_QUERY_RSS_PROCESSOR_INFO, SIO_QUERY_RSS_SCALABILITY_INFO,
        SIO_QUERY_SECURITY, SIO_QUERY_TARGET_PNP_HANDLE, SIO_QUERY_TRANSPORT_SETTING,
        SIO_QUERY_WFP_ALE_ENDPOINT_HANDLE, SIO_QUERY_WFP_CONNECTION_REDIRECT_CONTEXT,
        SIO_QUERY_WFP_CONNECTION_REDIRECT_RECORDS, SIO_RCVALL, SIO_RCVALL_IF, SIO_RCVALL_IGMPMCAST,
        SIO_RCVALL_MCAST, SIO_RCVALL_MCAST_IF, SIO_RELEASE_PORT_RESERVATION, SIO_RESERVED_1,
        SIO_RESERVED_2, SIO_ROUTING_INTERFACE_CHANGE, SIO_ROUTING_INTERFACE_QUERY,
        SIO_SET_COMPATIBILITY_MODE, SIO_SET_GROUP_QOS, SIO_SET_MULTICAST_FILTER,
        SIO_SET_PEER_TARGET_NAME, SIO_SET_PRIORITY_HINT, SIO_SET_QOS, SIO_SET_SECURITY,
        SIO_SET_WFP_CONNECTION_REDIRECT_RECORDS, SIO_SOCKET_USAGE_NOTIFICATION, SIO_TCP_INFO,
        SIO_TCP_INITIAL_RTO, SIO_TCP_SET_ACK_FREQUENCY, SIO_TCP_SET_ICW, SIO_TIMESTAMPING,
        SIO_TRANSLATE_HANDLE, SIO_UCAST_IF, SIO_WSK_QUERY_IDEAL_SEND_BACKLOG,
        SIO_WSK_QUERY_INSPECT_ID, SIO_WSK_QUERY_RECEIVE_BACKLOG, SIO_WSK_REGISTER_EXTENSION,
        SIO_WSK_SET_RECEIVE_EX_CALLBACK, SIO_WSK_SET_REMOTE_ADDRESS, SIO_WSK_SET_SENDTO_ADDRESS,
        SIO_WSK_SET_TCP_SILENT_MODE,
    }
}
