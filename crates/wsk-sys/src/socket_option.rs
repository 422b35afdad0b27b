//! Options of every socket (level [`SOL_SOCKET`](crate::SOL_SOCKET)) and of UDP
//! (level [`IPPROTO_UDP`](crate::IPPROTO_UDP)).
//!
//! What WSK itself adds is [`SO_WSK_SECURITY`](crate::SO_WSK_SECURITY) and
//! [`SO_WSK_EVENT_CALLBACK`](crate::SO_WSK_EVENT_CALLBACK). Which of the others a WSK socket knows
//! depends on its transport; several are for user mode only.
//!
//! [Microsoft's page](https://learn.microsoft.com/en-us/windows/win32/winsock/sol-socket-socket-options)

/// Records debugging information.
pub const SO_DEBUG: i32 = 0x0001;
/// Whether the socket listens; to be read only.
pub const SO_ACCEPTCONN: i32 = 0x0002;
/// Lets the socket bind to an address that is in use.
pub const SO_REUSEADDR: i32 = 0x0004;
/// Probes a connection that has been idle.
pub const SO_KEEPALIVE: i32 = 0x0008;
/// Sends past the routing table, straight to an interface.
pub const SO_DONTROUTE: i32 = 0x0010;
/// Lets the socket send to broadcast addresses. Receiving them is
/// [`IP_RECEIVE_BROADCAST`](crate::IP_RECEIVE_BROADCAST).
pub const SO_BROADCAST: i32 = 0x0020;
/// Prefers the loopback path where there is one.
pub const SO_USELOOPBACK: i32 = 0x0040;
/// Waits, when closing, until unsent data is sent or a time has passed.
pub const SO_LINGER: i32 = 0x0080;
/// Delivers urgent data among the normal data.
pub const SO_OOBINLINE: i32 = 0x0100;

/// The opposite of [`SO_LINGER`]: does not wait when closing.
pub const SO_DONTLINGER: i32 = !SO_LINGER;
/// The opposite of [`SO_REUSEADDR`]: nobody else may bind to the same address.
pub const SO_EXCLUSIVEADDRUSE: i32 = !SO_REUSEADDR;

/// Bytes that may be buffered for sending.
pub const SO_SNDBUF: i32 = 0x1001;
/// Bytes that the transport may buffer for receiving.
pub const SO_RCVBUF: i32 = 0x1002;
/// Least number of bytes to send at once.
pub const SO_SNDLOWAT: i32 = 0x1003;
/// Least number of bytes to receive at once.
pub const SO_RCVLOWAT: i32 = 0x1004;
/// Milliseconds after which a blocking send fails.
pub const SO_SNDTIMEO: i32 = 0x1005;
/// Milliseconds after which a blocking receive fails.
pub const SO_RCVTIMEO: i32 = 0x1006;
/// Last error of the socket, which is cleared by reading it.
pub const SO_ERROR: i32 = 0x1007;
/// Socket type, such as [`SOCK_DGRAM`](crate::SOCK_DGRAM); to be read only.
pub const SO_TYPE: i32 = 0x1008;
/// Local and remote address, type and protocol of the socket in one struct; to be read only.
pub const SO_BSP_STATE: i32 = 0x1009;

/// Group that the socket belongs to.
pub const SO_GROUP_ID: i32 = 0x2001;
/// Priority of the socket within its group.
pub const SO_GROUP_PRIORITY: i32 = 0x2002;
/// Largest message in bytes that the protocol can send; to be read only.
pub const SO_MAX_MSG_SIZE: i32 = 0x2003;

/// Lets the client inspect a connection before it is acknowledged: listening sockets only, see
/// [`PFN_WSK_INSPECT_EVENT`](crate::PFN_WSK_INSPECT_EVENT).
pub const SO_CONDITIONAL_ACCEPT: i32 = 0x3002;
/// Stops accepting connections for a while.
pub const SO_PAUSE_ACCEPT: i32 = 0x3003;
/// Network compartment of the socket.
pub const SO_COMPARTMENT_ID: i32 = 0x3004;
/// Chooses a random port for a wildcard one.
pub const SO_RANDOMIZE_PORT: i32 = 0x3005;
/// Allots wildcard ports separately for each local address.
pub const SO_PORT_SCALABILITY: i32 = 0x3006;
/// Chooses the port of an outgoing connection only when it connects, so that ports can be shared.
pub const SO_REUSE_UNICASTPORT: i32 = 0x3007;
/// Shares a port for multicast, and receives no unicast.
pub const SO_REUSE_MULTICASTPORT: i32 = 0x3008;
/// Where a redirected connection was going; to be read only.
pub const SO_ORIGINAL_DST: i32 = 0x300f;

/// Largest size in bytes of a datagram that is cut out of a larger send; zero turns it off.
pub const UDP_SEND_MSG_SIZE: i32 = 2;
/// Largest number of bytes that several received datagrams of one sender may be joined to; zero,
/// the default, turns it off. [`UDP_COALESCED_INFO`](crate::UDP_COALESCED_INFO) then tells their
/// size.
pub const UDP_RECV_MAX_COALESCED_SIZE: i32 = 3;
