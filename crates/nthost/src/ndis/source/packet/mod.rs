//! Frames of a network interface of the machine, by a packet socket.

mod frame;
mod ring;
mod socket;
mod spec;

use std::{
    io,
    os::fd::{AsFd, OwnedFd},
    time::{Duration, Instant},
};

use ndis_sys::{NDIS_PACKET_TYPE_ALL_MULTICAST, NDIS_PACKET_TYPE_PROMISCUOUS};
use rustix::{
    event::{PollFd, PollFlags, Timespec, poll},
    net::{AddressFamily, SocketFlags, SocketType, socket_with},
};

use self::ring::Ring;
use super::{
    super::{Adapter, Frame, LinkState},
    Progress, Sink, Source, SourceError, Statistics,
    interface::Interface,
    pace::now,
};

pub use spec::Packet;

/// The most frames handed over at once.
const BATCH: usize = 64;

/// How long to wait for frames.
const PATIENCE: Timespec = Timespec { tv_sec: 0, tv_nsec: 50_000_000 };

/// How often to look whether the link is still there.
const LINK_INTERVAL: Duration = Duration::from_millis(500);

/// A packet socket with a ring.
pub(super) struct PacketSource {
    spec: Packet,
    interface: Interface,
    index: i32,
    socket: OwnedFd,
    ring: Ring,
    filter: u32,
    /// Frames before that time, in nanoseconds since 1970, are not wanted.
    since: u64,
    dropped: u64,
    looked: Option<Instant>,
    /// What was told last of the link.
    link: LinkState,
}

impl Packet {
    /// The adapter that the interface is, and its frames from now on.
    pub(super) fn open(&self, adapter: Adapter) -> Result<(Adapter, PacketSource), SourceError> {
        let failed = |error| self.explain(&error);
        let interface = Interface::new(&self.interface).map_err(failed)?;
        let index = interface.index().map_err(failed)?;
        let mac = interface.mac().map_err(failed)?;
        let mac = mac.ok_or_else(|| self.not_ethernet())?;
        let socket = open_socket().map_err(failed)?;
        let ring = Ring::new(&socket, self.buffer, self.hash).map_err(failed)?;
        socket::bind(&socket, index, false).map_err(failed)?;
        let link = link(&interface).map_err(failed)?;
        let adapter = Adapter {
            mac,
            mtu: interface.mtu().map_err(failed)?,
            speed: link.speed.unwrap_or(UNKNOWN_SPEED),
            ..adapter
        };
        let source = PacketSource {
            spec: self.clone(),
            interface,
            index,
            socket,
            ring,
            filter: 0,
            since: 0,
            dropped: 0,
            looked: None,
            // Adapters begin with a link.
            link: LinkState::up(adapter.speed),
        };
        Ok((adapter, source))
    }

    fn not_ethernet(&self) -> SourceError {
        let name = &self.interface;
        SourceError(format!("{name} has no Ethernet frames; choose an interface that has"))
    }

    /// An error with its cause and cure.
    fn explain(&self, error: &io::Error) -> SourceError {
        let name = &self.interface;
        SourceError(match error.raw_os_error() {
            Some(libc::ENODEV | libc::ENXIO) => {
                format!("there is no network interface {name}; `ip link` lists those that exist")
            }
            Some(libc::EPERM | libc::EACCES) => format!(
                "receiving all frames of {name} is not permitted; run as root, or with the \
                 capability CAP_NET_RAW"
            ),
            Some(libc::ENOMEM) => format!(
                "there is no memory for {} bytes of frames of {name}; choose a smaller buffer=",
                self.buffer
            ),
            _ => format!("frames of {name} cannot be received: {error}"),
        })
    }
}

/// What an adapter says that does not know its speed.
const UNKNOWN_SPEED: u64 = 1_000_000_000;

fn link(interface: &Interface) -> io::Result<LinkState> {
    if !interface.is_connected()? {
        return Ok(LinkState::down());
    }
    Ok(LinkState::up(interface.speed().unwrap_or(UNKNOWN_SPEED)))
}

/// A socket that gets nothing before it is bound.
fn open_socket() -> io::Result<OwnedFd> {
    let flags = SocketFlags::CLOEXEC | SocketFlags::NONBLOCK;
    Ok(socket_with(AddressFamily::PACKET, SocketType::RAW, flags, None)?)
}

impl Source for PacketSource {
    fn next(&mut self, frames: &mut Vec<Frame>) -> Result<Progress, SourceError> {
        if self.take(frames) == 0 && self.wait()? {
            self.take(frames);
        }
        Ok(Progress::More)
    }

    fn listen(&mut self, filter: u32) -> Result<(), SourceError> {
        let changed = self.filter ^ filter;
        let memberships = [
            (NDIS_PACKET_TYPE_PROMISCUOUS, libc::PACKET_MR_PROMISC),
            (NDIS_PACKET_TYPE_ALL_MULTICAST, libc::PACKET_MR_ALLMULTI),
        ];
        for (bit, kind) in memberships {
            if changed & bit != 0 {
                let joined = socket::join(&self.socket, self.index, kind, filter & bit != 0);
                joined.map_err(|error| self.spec.explain(&error))?;
            }
        }
        if (filter == 0) != (self.filter == 0) {
            self.since = now();
            let bound = socket::bind(&self.socket, self.index, filter != 0);
            bound.map_err(|error| self.spec.explain(&error))?;
        }
        self.filter = filter;
        Ok(())
    }

    fn link(&mut self) -> Option<LinkState> {
        if self.looked.is_some_and(|looked| looked.elapsed() < LINK_INTERVAL) {
            return None;
        }
        self.looked = Some(Instant::now());
        let link = link(&self.interface).unwrap_or(LinkState::down());
        let changed = link != self.link;
        self.link = link;
        changed.then_some(link)
    }

    fn statistics(&mut self) -> Statistics {
        self.dropped += socket::dropped(&self.socket).unwrap_or_default();
        Statistics { dropped: self.dropped, ..Statistics::default() }
    }

    fn sink(&mut self) -> Option<Box<dyn Sink>> {
        let socket = self.socket.try_clone().ok()?;
        Some(Box::new(PacketSink { socket }))
    }
}

impl PacketSource {
    /// Takes frames out of the ring. Returns how many.
    fn take(&mut self, frames: &mut Vec<Frame>) -> usize {
        let before = frames.len();
        while frames.len() - before < BATCH {
            let Some(slot) = self.ring.next() else { break };
            let frame = frame::read(&slot);
            // The last block can still have frames of the time before.
            if frame.timestamp >= Some(self.since) {
                self.since = 0;
                frames.push(frame);
            }
        }
        frames.len() - before
    }

    /// Waits for a block of the ring. False if none came.
    fn wait(&self) -> Result<bool, SourceError> {
        let mut polled = [PollFd::new(&self.socket, PollFlags::IN)];
        match poll(&mut polled, Some(&PATIENCE)) {
            Ok(_) => {}
            Err(rustix::io::Errno::INTR) => return Ok(false),
            Err(error) => return Err(self.spec.explain(&error.into())),
        }
        let [polled] = polled;
        if polled.revents().contains(PollFlags::ERR) {
            // A link that goes down says so once; an interface that is gone is the end.
            let _ = rustix::net::sockopt::socket_error(&self.socket);
            self.interface.index().map_err(|_| self.gone())?;
        }
        Ok(polled.revents().contains(PollFlags::IN))
    }

    fn gone(&self) -> SourceError {
        SourceError(format!("the network interface {} is gone", self.spec.interface))
    }
}

/// Sends frames on the interface.
struct PacketSink {
    socket: OwnedFd,
}

impl Sink for PacketSink {
    fn send(&mut self, frame: &[u8]) -> io::Result<()> {
        let flags = rustix::net::SendFlags::empty();
        rustix::net::send(self.socket.as_fd(), frame, flags)?;
        Ok(())
    }
}
