//! Options of a socket of this machine.

use std::{io, net::IpAddr, os::fd::AsRawFd};

use socket2::{InterfaceIndexOrAddress, Socket};
use wsk_sys::{SO_RCVBUF, SO_SNDBUF, SOL_SOCKET};

use super::{
    super::{
        address::Family,
        options::{Group, Interface, Setting, Wanted},
    },
    Endpoint, status,
};
use crate::nt::NTSTATUS;

/// Sets what every socket has: packet information, which tells broadcasts and multicasts; how many
/// datagrams were dropped; and one family only, as on Windows.
pub(super) fn prepare(socket: &Socket, family: Family) -> io::Result<()> {
    if family == Family::V6 {
        socket.set_only_v6(true)?;
        set(socket, libc::IPPROTO_IPV6, libc::IPV6_RECVPKTINFO, 1)?;
    }
    set(socket, libc::IPPROTO_IP, libc::IP_PKTINFO, 1)?;
    set(socket, libc::SOL_SOCKET, libc::SO_RXQ_OVFL, 1)
}

impl Endpoint {
    pub fn set(&self, setting: &Setting) -> Result<(), NTSTATUS> {
        let socket = self.socket()?;
        apply(&socket, setting).map_err(|error| status::of(&error))
    }

    pub fn get(&self, level: i32, name: i32) -> Option<u32> {
        let socket = self.socket().ok()?;
        let size = match (level, name) {
            (SOL_SOCKET, SO_RCVBUF) => socket.recv_buffer_size(),
            (SOL_SOCKET, SO_SNDBUF) => socket.send_buffer_size(),
            _ => return None,
        };
        // This machine doubles what is set, for its own needs.
        u32::try_from(size.ok()? / 2).ok()
    }
}

fn apply(socket: &Socket, setting: &Setting) -> io::Result<()> {
    match *setting {
        Setting::ReceiveBuffer(bytes) => {
            // Beyond the machine's limit, if this process may.
            let bytes = i32::try_from(bytes).unwrap_or(i32::MAX);
            set(socket, libc::SOL_SOCKET, libc::SO_RCVBUFFORCE, bytes)
                .or_else(|_| set(socket, libc::SOL_SOCKET, libc::SO_RCVBUF, bytes))
        }
        Setting::SendBuffer(bytes) => socket.set_send_buffer_size(bytes as usize),
        Setting::ReuseAddress(on) => socket.set_reuse_address(on),
        Setting::SendBroadcasts(on) => socket.set_broadcast(on),
        Setting::V6Only(on) => socket.set_only_v6(on),
        Setting::Message(one, on) => want(socket, one, on),
        Setting::Tos(tos) => socket.set_tos_v4(tos),
        Setting::Ttl(ttl) => socket.set_ttl_v4(ttl),
        Setting::Hops(hops) => socket.set_unicast_hops_v6(hops),
        Setting::MulticastTtl(ttl) => socket.set_multicast_ttl_v4(ttl),
        Setting::MulticastHops(hops) => socket.set_multicast_hops_v6(hops),
        Setting::MulticastLoopV4(on) => socket.set_multicast_loop_v4(on),
        Setting::MulticastLoopV6(on) => socket.set_multicast_loop_v6(on),
        Setting::MulticastInterfaceV4(bytes) => {
            socket.set_multicast_if_v4(&bytes.to_ne_bytes().into())
        }
        Setting::MulticastInterfaceV6(index) => socket.set_multicast_if_v6(index),
        Setting::Coalesce(bytes) => set(socket, libc::SOL_UDP, libc::UDP_GRO, i32::from(bytes > 0)),
        Setting::Group(group) => change_group(socket, &group),
        // The first is what sockets of this machine do anyway, the second is done elsewhere.
        Setting::ExclusiveAddress(_) | Setting::ReceiveBroadcasts(_) => Ok(()),
    }
}

fn want(socket: &Socket, one: Wanted, on: bool) -> io::Result<()> {
    let on = i32::from(on);
    match one {
        Wanted::TOS_V4 | Wanted::ECN_V4 => set(socket, libc::IPPROTO_IP, libc::IP_RECVTOS, on),
        Wanted::HOPS_V4 => set(socket, libc::IPPROTO_IP, libc::IP_RECVTTL, on),
        Wanted::TCLASS_V6 | Wanted::ECN_V6 => {
            set(socket, libc::IPPROTO_IPV6, libc::IPV6_RECVTCLASS, on)
        }
        Wanted::HOPS_V6 => set(socket, libc::IPPROTO_IPV6, libc::IPV6_RECVHOPLIMIT, on),
        Wanted::TIMESTAMP => set(socket, libc::SOL_SOCKET, libc::SO_TIMESTAMPNS, on),
        // Packet information is always on.
        _ => Ok(()),
    }
}

fn change_group(socket: &Socket, group: &Group) -> io::Result<()> {
    let (address, join) = (group.address.to_canonical(), group.join);
    match (address, group.source, group.interface) {
        (IpAddr::V4(address), None, interface) => {
            let interface = match interface {
                Interface::Index(index) => InterfaceIndexOrAddress::Index(index),
                Interface::Address(address) => InterfaceIndexOrAddress::Address(address),
            };
            if join {
                socket.join_multicast_v4_n(&address, &interface)
            } else {
                socket.leave_multicast_v4_n(&address, &interface)
            }
        }
        (IpAddr::V4(address), Some(IpAddr::V4(source)), Interface::Address(interface)) => {
            if join {
                socket.join_ssm_v4(&source, &address, &interface)
            } else {
                socket.leave_ssm_v4(&source, &address, &interface)
            }
        }
        (IpAddr::V6(address), None, Interface::Index(index)) => {
            if join {
                socket.join_multicast_v6(&address, index)
            } else {
                socket.leave_multicast_v6(&address, index)
            }
        }
        _ => Err(io::Error::from_raw_os_error(libc::EOPNOTSUPP)),
    }
}

/// Sets an option whose value is a number.
fn set(socket: &Socket, level: i32, name: i32, value: i32) -> io::Result<()> {
    let size = libc::socklen_t::try_from(size_of::<i32>()).unwrap_or(0);
    let value = (&raw const value).cast();
    // SAFETY: the value is as large as it says.
    match unsafe { libc::setsockopt(socket.as_raw_fd(), level, name, value, size) } {
        0 => Ok(()),
        _ => Err(io::Error::last_os_error()),
    }
}
