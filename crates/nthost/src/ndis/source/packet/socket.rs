//! Options of packet sockets, which no crate has.

use std::{
    io,
    mem::MaybeUninit,
    os::fd::{AsFd, AsRawFd},
};

/// Sets an option of `SOL_PACKET`.
pub(super) fn set<T>(socket: impl AsFd, option: libc::c_int, value: &T) -> io::Result<()> {
    let socket = socket.as_fd().as_raw_fd();
    let length = libc::socklen_t::try_from(size_of::<T>()).unwrap_or_default();
    let value = std::ptr::from_ref(value).cast();
    // SAFETY: `value` is so many bytes.
    let result = unsafe { libc::setsockopt(socket, libc::SOL_PACKET, option, value, length) };
    if result == 0 { Ok(()) } else { Err(io::Error::last_os_error()) }
}

/// Frames that the kernel has dropped since this was asked last.
pub(super) fn dropped(socket: impl AsFd) -> io::Result<u64> {
    let socket = socket.as_fd().as_raw_fd();
    let mut statistics = MaybeUninit::<libc::tpacket_stats_v3>::zeroed();
    let mut length = libc::socklen_t::try_from(size_of_val(&statistics)).unwrap_or_default();
    let room = statistics.as_mut_ptr().cast();
    // SAFETY: there is room for so many bytes.
    let result = unsafe {
        libc::getsockopt(socket, libc::SOL_PACKET, libc::PACKET_STATISTICS, room, &raw mut length)
    };
    if result != 0 {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: it is zeroed and then filled in; any bits are a value.
    let statistics = unsafe { statistics.assume_init() };
    Ok(statistics.tp_drops.into())
}

/// Binds the socket to an interface. If it listens, frames of all protocols come from now on, and none
/// otherwise.
pub(super) fn bind(socket: impl AsFd, interface: i32, listens: bool) -> io::Result<()> {
    let socket = socket.as_fd().as_raw_fd();
    // SAFETY: all of its members may be zero.
    let mut address = unsafe { std::mem::zeroed::<libc::sockaddr_ll>() };
    address.sll_family = u16::try_from(libc::AF_PACKET).unwrap_or_default();
    if listens {
        address.sll_protocol = u16::try_from(libc::ETH_P_ALL).unwrap_or_default().to_be();
    }
    address.sll_ifindex = interface;
    let length = libc::socklen_t::try_from(size_of_val(&address)).unwrap_or_default();
    // SAFETY: it is an address of so many bytes.
    let result = unsafe { libc::bind(socket, (&raw const address).cast(), length) };
    if result == 0 { Ok(()) } else { Err(io::Error::last_os_error()) }
}

/// Joins or leaves all frames of one kind, `PACKET_MR_PROMISC` or `PACKET_MR_ALLMULTI`.
pub(super) fn join(socket: impl AsFd, interface: i32, kind: i32, join: bool) -> io::Result<()> {
    let request = libc::packet_mreq {
        mr_ifindex: interface,
        mr_type: u16::try_from(kind).unwrap_or_default(),
        mr_alen: 0,
        mr_address: [0; 8],
    };
    let option = if join { libc::PACKET_ADD_MEMBERSHIP } else { libc::PACKET_DROP_MEMBERSHIP };
    set(socket, option, &request)
}
