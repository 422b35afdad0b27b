//! What Linux knows of a network interface.

use std::{
    ffi::c_ulong,
    io,
    os::fd::{AsRawFd, OwnedFd},
};

use rustix::net::{AddressFamily, SocketFlags, SocketType, socket_with};

/// The command of `SIOCETHTOOL` that asks for speed and duplex.
const ETHTOOL_GSET: u32 = 1;

/// A network interface of the network namespace that it was looked up in.
pub(super) struct Interface {
    name: String,
    socket: OwnedFd,
}

/// The answer to [`ETHTOOL_GSET`], `struct ethtool_cmd` of the kernel's interface.
#[repr(C)]
#[derive(Clone, Copy, Default)]
struct EthtoolCommand {
    cmd: u32,
    supported: u32,
    advertising: u32,
    speed: u16,
    duplex: u8,
    port: u8,
    phy_address: u8,
    transceiver: u8,
    autoneg: u8,
    mdio_support: u8,
    maxtxpkt: u32,
    maxrxpkt: u32,
    speed_hi: u16,
    eth_tp_mdix: u8,
    eth_tp_mdix_ctrl: u8,
    lp_advertising: u32,
    reserved: [u32; 2],
}

/// A request about the interface of this name.
pub(super) fn request(name: &str) -> io::Result<libc::ifreq> {
    let mut room = [0; libc::IFNAMSIZ];
    if name.is_empty() || name.len() >= room.len() {
        // That is what Linux says of names that no interface can have.
        return Err(io::Error::from_raw_os_error(libc::ENODEV));
    }
    for (to, from) in room.iter_mut().zip(name.bytes()) {
        *to = from.cast_signed();
    }
    let nothing = libc::__c_anonymous_ifr_ifru { ifru_slave: [0; libc::IFNAMSIZ] };
    Ok(libc::ifreq { ifr_name: room, ifr_ifru: nothing })
}

impl Interface {
    /// The interface of this name in the network namespace of this thread. Whether it exists shows later.
    pub fn new(name: &str) -> io::Result<Self> {
        let socket =
            socket_with(AddressFamily::INET, SocketType::DGRAM, SocketFlags::CLOEXEC, None)?;
        Ok(Self { name: name.to_owned(), socket })
    }

    /// Its number.
    pub fn index(&self) -> io::Result<i32> {
        let request = self.ask(libc::SIOCGIFINDEX)?;
        // SAFETY: the answer to this request is in this member.
        Ok(unsafe { request.ifr_ifru.ifru_ifindex })
    }

    /// Its address, if it is one of Ethernet.
    pub fn mac(&self) -> io::Result<Option<[u8; 6]>> {
        let request = self.ask(libc::SIOCGIFHWADDR)?;
        // SAFETY: the answer to this request is in this member.
        let address = unsafe { request.ifr_ifru.ifru_hwaddr };
        let mac = address.sa_data.map(libc::c_char::cast_unsigned).first_chunk().copied();
        let loopback = address.sa_family == libc::ARPHRD_LOOPBACK;
        let ethernet = address.sa_family == libc::ARPHRD_ETHER || loopback;
        Ok(mac.filter(|_| ethernet))
    }

    /// The greatest payload of a frame, in bytes.
    pub fn mtu(&self) -> io::Result<u32> {
        let request = self.ask(libc::SIOCGIFMTU)?;
        // SAFETY: the answer to this request is in this member.
        let mtu = unsafe { request.ifr_ifru.ifru_mtu };
        Ok(u32::try_from(mtu).unwrap_or_default())
    }

    /// Whether it has a link.
    pub fn is_connected(&self) -> io::Result<bool> {
        Ok(self.flags()? & libc::IFF_RUNNING != 0)
    }

    /// Its speed in bits per second, if it knows it.
    pub fn speed(&self) -> Option<u64> {
        let mut command = EthtoolCommand { cmd: ETHTOOL_GSET, ..EthtoolCommand::default() };
        let mut request = request(&self.name).ok()?;
        request.ifr_ifru.ifru_data = (&raw mut command).cast();
        self.control(libc::SIOCETHTOOL, &mut request).ok()?;
        let megabits = u32::from(command.speed_hi) << 16 | u32::from(command.speed);
        (megabits != 0 && megabits != u32::MAX).then(|| u64::from(megabits) * 1_000_000)
    }

    /// Switches it on.
    pub fn bring_up(&self) -> io::Result<()> {
        let mut request = request(&self.name)?;
        let flags = self.flags()? | libc::IFF_UP;
        request.ifr_ifru.ifru_flags = libc::c_short::try_from(flags & 0x7fff).unwrap_or_default();
        self.control(libc::SIOCSIFFLAGS, &mut request)
    }

    fn flags(&self) -> io::Result<libc::c_int> {
        let request = self.ask(libc::SIOCGIFFLAGS)?;
        // SAFETY: the answer to this request is in this member.
        Ok(unsafe { request.ifr_ifru.ifru_flags }.into())
    }

    fn ask(&self, what: c_ulong) -> io::Result<libc::ifreq> {
        let mut request = request(&self.name)?;
        self.control(what, &mut request)?;
        Ok(request)
    }

    fn control(&self, what: c_ulong, request: &mut libc::ifreq) -> io::Result<()> {
        // SAFETY: the requests used here read and write an `ifreq`, and one of them what it points to.
        let result = unsafe { libc::ioctl(self.socket.as_raw_fd(), what, request) };
        if result == 0 { Ok(()) } else { Err(io::Error::last_os_error()) }
    }
}
