//! Sockets that send whole frames.

use std::os::fd::{AsRawFd, OwnedFd, RawFd};

use nix::sys::socket::{
    AddressFamily, LinkAddr, MsgFlags, SockFlag, SockProtocol, SockType, SockaddrLike,
    SockaddrStorage, sendto, socket,
};

use crate::netns::Namespace;

/// A socket that sends whole frames on one interface.
#[derive(Debug)]
pub struct Raw {
    socket: OwnedFd,
    address: LinkAddr,
}

impl Raw {
    /// Opens one inside of a namespace.
    ///
    /// # Panics
    ///
    /// If that is not permitted, or there is no such interface.
    #[must_use]
    pub fn new(namespace: &Namespace, interface: &str) -> Self {
        namespace.run(|| {
            let kind = SockType::Raw;
            let flags = SockFlag::SOCK_CLOEXEC;
            let socket = socket(AddressFamily::Packet, kind, flags, SockProtocol::EthAll);
            let index = nix::net::if_::if_nametoindex(interface).expect("it exists");
            Self { socket: socket.expect("a socket"), address: address(index) }
        })
    }

    /// Where frames go, for calls that send several.
    ///
    /// # Panics
    ///
    /// Never: it is an address.
    #[must_use]
    pub fn address(&self) -> SockaddrStorage {
        let length = Some(self.address.len());
        // SAFETY: the address is one of packets, of its length.
        let address = unsafe { SockaddrStorage::from_raw(self.address.as_ptr(), length) };
        address.expect("it is an address")
    }

    /// Sends a frame.
    ///
    /// # Panics
    ///
    /// If it is not sent.
    pub fn send(&self, frame: &[u8]) {
        let sent = sendto(self.socket.as_raw_fd(), frame, &self.address, MsgFlags::empty());
        assert_eq!(sent, Ok(frame.len()));
    }
}

/// The address of an interface, for sending.
fn address(index: u32) -> LinkAddr {
    let mut bytes = [0_u8; 20];
    bytes[..2].copy_from_slice(&17_u16.to_ne_bytes());
    bytes[4..8].copy_from_slice(&index.to_ne_bytes());
    // SAFETY: the bytes are those of `sockaddr_ll`, with the family of packets, and as many.
    unsafe { LinkAddr::from_raw(bytes.as_ptr().cast(), Some(20)) }.expect("it is an address")
}

impl AsRawFd for Raw {
    fn as_raw_fd(&self) -> RawFd {
        self.socket.as_raw_fd()
    }
}
