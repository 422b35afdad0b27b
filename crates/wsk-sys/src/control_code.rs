//! Codes of socket control requests, passed to WSK with [`WskIoctl`](crate::WskIoctl).
//!
//! The top bits say whether input and output belong to the code, the next ones who defined it.
//! Which codes a WSK socket knows depends on its transport; several are for user mode only.
//!
//! [Microsoft's page](https://learn.microsoft.com/en-us/windows/win32/winsock/winsock-ioctls)

/// The code has neither input nor output.
pub const IOC_VOID: u32 = 0x2000_0000;
/// The code has output.
pub const IOC_OUT: u32 = 0x4000_0000;
/// The code has input.
pub const IOC_IN: u32 = 0x8000_0000;
/// The code has both.
pub const IOC_INOUT: u32 = IOC_IN | IOC_OUT;

/// Code in the numbering of BSD sockets.
pub const IOC_UNIX: u32 = 0x0000_0000;
/// Code that all Winsock 2 transports may know.
pub const IOC_WS2: u32 = 0x0800_0000;
/// Code of one address family.
pub const IOC_PROTOCOL: u32 = 0x1000_0000;
/// Code of one vendor; Microsoft's own carry no vendor number.
pub const IOC_VENDOR: u32 = 0x1800_0000;
/// Code that only WSK knows.
pub const IOC_WSK: u32 = IOC_WS2 | 0x0700_0000;

/// `_WSAIO` in C.
const fn plain(owner: u32, number: u32) -> u32 {
    IOC_VOID | owner | number
}

/// `_WSAIOR` in C.
const fn output(owner: u32, number: u32) -> u32 {
    IOC_OUT | owner | number
}

/// `_WSAIOW` in C.
const fn input(owner: u32, number: u32) -> u32 {
    IOC_IN | owner | number
}

/// `_WSAIORW` in C.
const fn both(owner: u32, number: u32) -> u32 {
    IOC_INOUT | owner | number
}

/// `_IO`, `_IOR` and `_IOW` in C, for the group `t` and with the size of the argument.
const fn bsd(direction: u32, argument_size: u32, number: u32) -> u32 {
    direction | argument_size << 16 | 0x7400 | number
}

/// Accepts datagrams from, and sends to, one address only; input is that address, none clears it.
/// Needs an IRP, after binding.
pub const SIO_WSK_SET_REMOTE_ADDRESS: u32 = input(IOC_WSK, 1);
/// Registers an extension of a socket:
/// [`WSK_EXTENSION_CONTROL_IN`](crate::WSK_EXTENSION_CONTROL_IN) gives,
/// [`WSK_EXTENSION_CONTROL_OUT`](crate::WSK_EXTENSION_CONTROL_OUT) receives.
pub const SIO_WSK_REGISTER_EXTENSION: u32 = both(IOC_WSK, 2);
/// Bytes that are best kept in flight on a connection, as `usize`.
pub const SIO_WSK_QUERY_IDEAL_SEND_BACKLOG: u32 = output(IOC_WSK, 3);
/// Bytes that a connection has received and that nobody has taken yet, as `usize`.
pub const SIO_WSK_QUERY_RECEIVE_BACKLOG: u32 = output(IOC_WSK, 4);
/// The [`WSK_INSPECT_ID`](crate::WSK_INSPECT_ID) of an accepted connection.
pub const SIO_WSK_QUERY_INSPECT_ID: u32 = output(IOC_WSK, 5);
/// Address to send to where a send names none; input is that address, none clears it. Does not
/// restrict receiving. Needs an IRP, after binding.
pub const SIO_WSK_SET_SENDTO_ADDRESS: u32 = input(IOC_WSK, 6);
/// Keeps TCP from sending anything more on the connection.
pub const SIO_WSK_SET_TCP_SILENT_MODE: u32 = plain(IOC_WSK, 7);
/// Sets the [`PFN_WSK_RECEIVE_EX_EVENT`](crate::PFN_WSK_RECEIVE_EX_EVENT) of a connection; none
/// clears it.
pub const SIO_WSK_SET_RECEIVE_EX_CALLBACK: u32 = input(IOC_WSK, 8);

/// Ties a handle of another interface to the socket.
pub const SIO_ASSOCIATE_HANDLE: u32 = input(IOC_WS2, 1);
/// Drops the oldest message instead of the newest when the queue is full.
pub const SIO_ENABLE_CIRCULAR_QUEUEING: u32 = plain(IOC_WS2, 2);
/// Asks for the route to an address to be found.
pub const SIO_FIND_ROUTE: u32 = output(IOC_WS2, 3);
/// Throws away what is queued for sending.
pub const SIO_FLUSH: u32 = plain(IOC_WS2, 4);
/// Address for broadcasts.
pub const SIO_GET_BROADCAST_ADDRESS: u32 = output(IOC_WS2, 5);
/// Pointer to an extension function, by GUID.
pub const SIO_GET_EXTENSION_FUNCTION_POINTER: u32 = both(IOC_WS2, 6);
/// Quality of service of the socket.
pub const SIO_GET_QOS: u32 = both(IOC_WS2, 7);
/// Quality of service of the socket's group.
pub const SIO_GET_GROUP_QOS: u32 = both(IOC_WS2, 8);
/// Receives multicast that this machine sends.
pub const SIO_MULTIPOINT_LOOPBACK: u32 = input(IOC_WS2, 9);
/// Number of routers that multicast may cross.
pub const SIO_MULTICAST_SCOPE: u32 = input(IOC_WS2, 10);
/// Sets the quality of service of the socket.
pub const SIO_SET_QOS: u32 = input(IOC_WS2, 11);
/// Sets the quality of service of the socket's group.
pub const SIO_SET_GROUP_QOS: u32 = input(IOC_WS2, 12);
/// Handle of the socket for another interface.
pub const SIO_TRANSLATE_HANDLE: u32 = both(IOC_WS2, 13);
/// Local address for sending to the address given.
pub const SIO_ROUTING_INTERFACE_QUERY: u32 = both(IOC_WS2, 20);
/// Completes when that local address has changed.
pub const SIO_ROUTING_INTERFACE_CHANGE: u32 = input(IOC_WS2, 21);
/// Local addresses that a socket may bind to. At `PASSIVE_LEVEL` only.
pub const SIO_ADDRESS_LIST_QUERY: u32 = output(IOC_WS2, 22);
/// Completes when that list has changed. At `PASSIVE_LEVEL` only.
pub const SIO_ADDRESS_LIST_CHANGE: u32 = plain(IOC_WS2, 23);
/// Plug-and-play handle of the device below the socket.
pub const SIO_QUERY_TARGET_PNP_HANDLE: u32 = output(IOC_WS2, 24);
/// Sorts a list of addresses by preference. At `PASSIVE_LEVEL` only.
pub const SIO_ADDRESS_LIST_SORT: u32 = both(IOC_WS2, 25);
/// Reserved.
pub const SIO_RESERVED_1: u32 = input(IOC_WS2, 26);
/// Reserved.
pub const SIO_RESERVED_2: u32 = input(IOC_WS2, 33);
/// Pointers to several extension functions, by GUID.
pub const SIO_GET_MULTIPLE_EXTENSION_FUNCTION_POINTER: u32 = both(IOC_WS2, 36);
/// Processor and NUMA node that receive-side scaling gives the socket.
pub const SIO_QUERY_RSS_PROCESSOR_INFO: u32 = output(IOC_WS2, 37);

/// Receives every IP packet of an interface.
pub const SIO_RCVALL: u32 = input(IOC_VENDOR, 1);
/// Receives every multicast packet of an interface.
pub const SIO_RCVALL_MCAST: u32 = input(IOC_VENDOR, 2);
/// Receives every IGMP packet of an interface.
pub const SIO_RCVALL_IGMPMCAST: u32 = input(IOC_VENDOR, 3);
/// Times of TCP's keep-alive probes.
pub const SIO_KEEPALIVE_VALS: u32 = input(IOC_VENDOR, 4);
/// Takes packets with a router alert instead of forwarding them.
pub const SIO_ABSORB_RTRALERT: u32 = input(IOC_VENDOR, 5);
/// Interface for sending unicast, by index.
pub const SIO_UCAST_IF: u32 = input(IOC_VENDOR, 6);
/// Sends broadcasts on one interface only.
pub const SIO_LIMIT_BROADCASTS: u32 = input(IOC_VENDOR, 7);
/// Binds the socket to an interface, by index.
pub const SIO_INDEX_BIND: u32 = input(IOC_VENDOR, 8);
/// Interface for sending multicast, by index.
pub const SIO_INDEX_MCASTIF: u32 = input(IOC_VENDOR, 9);
/// Joins a group on an interface, by index.
pub const SIO_INDEX_ADD_MCAST: u32 = input(IOC_VENDOR, 10);
/// Leaves a group on an interface, by index.
pub const SIO_INDEX_DEL_MCAST: u32 = input(IOC_VENDOR, 11);
/// [`SIO_RCVALL_MCAST`] with the interface given by index.
pub const SIO_RCVALL_MCAST_IF: u32 = input(IOC_VENDOR, 13);
/// [`SIO_RCVALL`] with the interface given by index.
pub const SIO_RCVALL_IF: u32 = input(IOC_VENDOR, 14);
/// Short path for TCP within the machine.
pub const SIO_LOOPBACK_FAST_PATH: u32 = input(IOC_VENDOR, 16);
/// TCP's first retransmission time and number of connection attempts.
pub const SIO_TCP_INITIAL_RTO: u32 = input(IOC_VENDOR, 17);
/// Applies a transport setting, named by GUID.
pub const SIO_APPLY_TRANSPORT_SETTING: u32 = input(IOC_VENDOR, 19);
/// State of a transport setting, named by GUID.
pub const SIO_QUERY_TRANSPORT_SETTING: u32 = input(IOC_VENDOR, 20);
/// Processor, as a `u16` index, to which receive-side scaling assigns this one of several UDP
/// sockets that share an address. Before binding.
pub const SIO_CPU_AFFINITY: u32 = input(IOC_VENDOR, 21);
/// TCP's initial congestion window.
pub const SIO_TCP_SET_ICW: u32 = input(IOC_VENDOR, 22);
/// Number of segments that TCP acknowledges at once.
pub const SIO_TCP_SET_ACK_FREQUENCY: u32 = input(IOC_VENDOR, 23);
/// Priority of the socket's traffic.
pub const SIO_SET_PRIORITY_HINT: u32 = input(IOC_VENDOR, 24);
/// Another name of [`SIO_SET_PRIORITY_HINT`].
pub const SIO_PRIORITY_HINT: u32 = SIO_SET_PRIORITY_HINT;
/// Statistics of a TCP connection.
pub const SIO_TCP_INFO: u32 = both(IOC_VENDOR, 39);
/// Reserves a block of ports.
pub const SIO_ACQUIRE_PORT_RESERVATION: u32 = input(IOC_VENDOR, 100);
/// Gives up a reservation of ports.
pub const SIO_RELEASE_PORT_RESERVATION: u32 = input(IOC_VENDOR, 101);
/// Takes the socket's port from a reservation. Before binding.
pub const SIO_ASSOCIATE_PORT_RESERVATION: u32 = input(IOC_VENDOR, 102);
/// Security requirements of a connection.
pub const SIO_SET_SECURITY: u32 = input(IOC_VENDOR, 200);
/// Security that a connection has.
pub const SIO_QUERY_SECURITY: u32 = both(IOC_VENDOR, 201);
/// Name that the peer has to prove.
pub const SIO_SET_PEER_TARGET_NAME: u32 = input(IOC_VENDOR, 202);
/// Removes that name.
pub const SIO_DELETE_PEER_TARGET_NAME: u32 = input(IOC_VENDOR, 203);
/// Marks a socket that the system cannot do without.
pub const SIO_SOCKET_USAGE_NOTIFICATION: u32 = input(IOC_VENDOR, 204);
/// Handle of the endpoint in the Windows Filtering Platform.
pub const SIO_QUERY_WFP_ALE_ENDPOINT_HANDLE: u32 = output(IOC_VENDOR, 205);
/// Whether any interface has receive-side scaling.
pub const SIO_QUERY_RSS_SCALABILITY_INFO: u32 = output(IOC_VENDOR, 210);
/// Redirect records of an accepted connection.
pub const SIO_QUERY_WFP_CONNECTION_REDIRECT_RECORDS: u32 = input(IOC_VENDOR, 220);
/// Redirect context of an accepted connection.
pub const SIO_QUERY_WFP_CONNECTION_REDIRECT_CONTEXT: u32 = input(IOC_VENDOR, 221);
/// Redirect records for a connection that continues a redirected one.
pub const SIO_SET_WFP_CONNECTION_REDIRECT_RECORDS: u32 = input(IOC_VENDOR, 222);
/// Time at which a sent datagram left, by its [`SO_TIMESTAMP_ID`](crate::SO_TIMESTAMP_ID).
pub const SIO_GET_TX_TIMESTAMP: u32 = input(IOC_VENDOR, 234);
/// Turns timestamps of datagrams on and off: [`TIMESTAMPING_CONFIG`](crate::TIMESTAMPING_CONFIG).
pub const SIO_TIMESTAMPING: u32 = input(IOC_VENDOR, 235);
/// Asks for the behaviour of an older Windows version.
pub const SIO_SET_COMPATIBILITY_MODE: u32 = input(IOC_VENDOR, 300);

/// Completes when the ideal send backlog of a connection has changed; for user mode.
pub const SIO_IDEAL_SEND_BACKLOG_CHANGE: u32 = bsd(IOC_VOID, 0, 122);
/// Ideal send backlog of a connection; for user mode.
pub const SIO_IDEAL_SEND_BACKLOG_QUERY: u32 = bsd(IOC_OUT, 4, 123);
/// Senders that a socket hears or ignores in a group.
pub const SIO_GET_MULTICAST_FILTER: u32 = bsd(IOC_IN, 4, 124);
/// Sets the senders that a socket hears or ignores in a group.
pub const SIO_SET_MULTICAST_FILTER: u32 = bsd(IOC_IN, 4, 125);
/// Interfaces with their addresses, in a form that holds any address.
pub const SIO_GET_INTERFACE_LIST_EX: u32 = bsd(IOC_OUT, 4, 126);
/// Interfaces with their IPv4 addresses.
pub const SIO_GET_INTERFACE_LIST: u32 = bsd(IOC_OUT, 4, 127);
