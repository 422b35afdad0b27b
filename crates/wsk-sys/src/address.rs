//! Address families, addresses, and the structs that carry them.
//!
//! Ports and addresses are in network byte order inside of structs.

/// What kind of address a struct holds; the first member of every `SOCKADDR` type.
pub type ADDRESS_FAMILY = u16;

/// No family: whichever there is.
pub const AF_UNSPEC: ADDRESS_FAMILY = 0;
/// IPv4.
pub const AF_INET: ADDRESS_FAMILY = 2;
/// IPv6; also IPv4, mapped, where [`IPV6_V6ONLY`](crate::IPV6_V6ONLY) is off.
pub const AF_INET6: ADDRESS_FAMILY = 23;

/// Every local IPv4 address. In host byte order, as all `INADDR_` values.
pub const INADDR_ANY: u32 = 0;
/// The loopback address 127.0.0.1.
pub const INADDR_LOOPBACK: u32 = 0x7f00_0001;
/// The limited broadcast address 255.255.255.255.
pub const INADDR_BROADCAST: u32 = 0xffff_ffff;
/// The answer for text that is no address.
pub const INADDR_NONE: u32 = 0xffff_ffff;

/// Bits of an IPv6 address.
pub const IPV6_ADDRESS_BITS: u32 = 128;

/// IPv4 address, in the order of the wire.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows/win32/api/inaddr/ns-inaddr-in_addr)
#[repr(C)]
#[derive(Clone, Copy)]
pub struct IN_ADDR {
    /// The address as bytes, as halves or as a whole.
    pub S_un: IN_ADDR_S_un,
}

/// The three views of an [`IN_ADDR`].
#[repr(C)]
#[derive(Clone, Copy)]
pub union IN_ADDR_S_un {
    /// Bytes.
    pub S_un_b: IN_ADDR_S_un_b,
    /// Halves in network byte order.
    pub S_un_w: IN_ADDR_S_un_w,
    /// Whole in network byte order.
    pub S_addr: u32,
}

/// Bytes of an [`IN_ADDR`], in the order in which they are written with dots.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct IN_ADDR_S_un_b {
    /// First byte.
    pub s_b1: u8,
    /// Second byte.
    pub s_b2: u8,
    /// Third byte.
    pub s_b3: u8,
    /// Fourth byte.
    pub s_b4: u8,
}

/// Halves of an [`IN_ADDR`].
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct IN_ADDR_S_un_w {
    /// First two bytes.
    pub s_w1: u16,
    /// Last two bytes.
    pub s_w2: u16,
}

/// IPv6 address, in the order of the wire.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows/win32/api/in6addr/ns-in6addr-in6_addr)
#[repr(C)]
#[derive(Clone, Copy)]
pub struct IN6_ADDR {
    /// The address as bytes or as groups.
    pub u: IN6_ADDR_u,
}

/// The two views of an [`IN6_ADDR`].
#[repr(C)]
#[derive(Clone, Copy)]
pub union IN6_ADDR_u {
    /// Bytes.
    pub Byte: [u8; 16],
    /// The eight groups, each in network byte order.
    pub Word: [u16; 8],
}

/// Scope of an IPv6 address: a level and, within it, a zone.
///
/// C declares two bit-fields over `Value`; here they are the masks below.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SCOPE_ID {
    /// Both parts; zero is unspecified.
    pub Value: u32,
}

impl SCOPE_ID {
    /// Bits of `Zone`: which link, site or other region of that level.
    pub const ZONE_MASK: u32 = 0x0fff_ffff;
    /// Bits of `Level`: how far the scope reaches, from 1 (interface) to 14 (global).
    pub const LEVEL_MASK: u32 = 0xf000_0000;
}

/// Address of any family, of which only the start is declared.
///
/// Functions take pointers to this type and expect, behind it, the struct of the socket's family.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows/win32/api/ws2def/ns-ws2def-sockaddr)
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct SOCKADDR {
    /// Family, which says what follows.
    pub sa_family: ADDRESS_FAMILY,
    /// The address, or its first 14 bytes.
    pub sa_data: [i8; 14],
}

/// IPv4 address and port.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows/win32/api/ws2def/ns-ws2def-sockaddr_in)
#[repr(C)]
#[derive(Clone, Copy)]
pub struct SOCKADDR_IN {
    /// [`AF_INET`].
    pub sin_family: ADDRESS_FAMILY,
    /// Port in network byte order.
    pub sin_port: u16,
    /// Address.
    pub sin_addr: IN_ADDR,
    /// Zero.
    pub sin_zero: [i8; 8],
}

/// IPv6 address and port.
pub type SOCKADDR_IN6 = SOCKADDR_IN6_LH;

/// IPv6 address and port, in the form of Windows Vista and later.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows/win32/api/ws2ipdef/ns-ws2ipdef-sockaddr_in6_lh)
#[repr(C)]
#[derive(Clone, Copy)]
pub struct SOCKADDR_IN6_LH {
    /// [`AF_INET6`].
    pub sin6_family: ADDRESS_FAMILY,
    /// Port in network byte order.
    pub sin6_port: u16,
    /// Flow label.
    pub sin6_flowinfo: u32,
    /// Address.
    pub sin6_addr: IN6_ADDR,
    /// Scope; unnamed in C.
    pub u: SOCKADDR_IN6_LH_u,
}

/// The two views of the scope in a [`SOCKADDR_IN6_LH`].
#[repr(C)]
#[derive(Clone, Copy)]
pub union SOCKADDR_IN6_LH_u {
    /// As a number: the interface index for a link-local address, otherwise mostly zero.
    pub sin6_scope_id: u32,
    /// As level and zone.
    pub sin6_scope_struct: SCOPE_ID,
}

/// IPv4 or IPv6 address with port: room enough for what any socket of this crate's families writes.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows/win32/api/ws2ipdef/ns-ws2ipdef-sockaddr_inet)
#[repr(C)]
#[derive(Clone, Copy)]
pub union SOCKADDR_INET {
    /// Where `si_family` is [`AF_INET`].
    pub Ipv4: SOCKADDR_IN,
    /// Where `si_family` is [`AF_INET6`].
    pub Ipv6: SOCKADDR_IN6,
    /// Family, which says which of the others to read.
    pub si_family: ADDRESS_FAMILY,
}

/// Room for an address of any family.
pub type SOCKADDR_STORAGE = SOCKADDR_STORAGE_LH;

/// Room for an address of any family, in the form of Windows Vista and later.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows/win32/api/ws2def/ns-ws2def-sockaddr_storage_lh)
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct SOCKADDR_STORAGE_LH {
    /// Family, which says what follows.
    pub ss_family: ADDRESS_FAMILY,
    /// Fills up to the next member.
    pub __ss_pad1: [i8; 6],
    /// Aligns the struct to 8 bytes.
    pub __ss_align: i64,
    /// Fills up to 128 bytes.
    pub __ss_pad2: [i8; 112],
}

/// Pointer to an address, with its length.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows/win32/api/ws2def/ns-ws2def-socket_address)
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct SOCKET_ADDRESS {
    /// The address; whoever made this struct owns it.
    pub lpSockaddr: *mut SOCKADDR,
    /// Its bytes.
    pub iSockaddrLength: i32,
}
