//! A network whose datagrams a program makes up.

mod generator;
mod inject;
mod list;

use std::{
    collections::VecDeque,
    fmt,
    io::IoSlice,
    net::SocketAddr,
    sync::{Arc, Weak},
    time::Duration,
};

use super::{
    address::Family,
    options::Options,
    socket::{Core, Socket},
};
use crate::{
    nt::{NTSTATUS, STATUS_ADDRESS_ALREADY_EXISTS},
    sched::{self, Condvar, Mutex},
};

pub use generator::{Load, Measurement};
pub use inject::Delivered;
pub use list::{Control, ControlMessage, Datagram, List, Mdls};

/// The first port for sockets that do not ask for one.
const FIRST_PORT: u16 = 49_152;

/// How many datagrams that drivers have sent are kept.
const SENT: usize = 10_000;

/// A network whose datagrams a program makes up. Clones are the same network.
///
/// Give it to the kernel as [`Network::Synthetic`](super::Network::Synthetic) and keep a clone. Nothing
/// that happens in it takes time or is lost, but for what the documentation of WSK lets be lost.
#[derive(Clone, Default)]
pub struct Synthetic {
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    sockets: Mutex<Vec<Bound>>,
    changed: Condvar,
    sent: Mutex<VecDeque<Sent>>,
    early: Mutex<Option<List>>,
}

/// A socket with an address.
struct Bound {
    address: SocketAddr,
    shares: bool,
    socket: Weak<Socket>,
}

/// A datagram that a driver has sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sent {
    /// Where it came from.
    pub from: Option<SocketAddr>,
    /// Where it went to.
    pub to: SocketAddr,
    /// Its bytes.
    pub payload: Vec<u8>,
}

impl fmt::Debug for Synthetic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Synthetic").field("sockets", &self.addresses()).finish()
    }
}

impl Synthetic {
    /// A network with nobody in it.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The addresses of all sockets.
    #[must_use]
    pub fn addresses(&self) -> Vec<SocketAddr> {
        self.shared.sockets.lock().iter().map(|bound| bound.address).collect()
    }

    /// Waits until a socket has this port, at most for so long. True if there is one.
    #[must_use]
    pub fn wait_for(&self, port: u16, limit: Duration) -> bool {
        let deadline = sched::now() + limit;
        let mut sockets = self.shared.sockets.lock();
        while !sockets.iter().any(|bound| bound.address.port() == port) {
            if self.shared.changed.wait_until(&mut sockets, deadline).timed_out() {
                return false;
            }
        }
        true
    }

    /// Lets `list` arrive when the next socket is bound, before the request to bind it is completed.
    pub fn inject_at_bind(&self, list: List) {
        *self.shared.early.lock() = Some(list);
    }

    /// Takes what drivers have sent so far; of very much, the newest.
    #[must_use]
    pub fn take_sent(&self) -> Vec<Sent> {
        self.shared.sent.lock().drain(..).collect()
    }

    /// Makes the socket with this port stop working, as when its network goes away: requests end with
    /// `STATUS_FILE_FORCED_CLOSED`, and an enabled callback is told once. False if there is no such
    /// socket.
    #[expect(clippy::must_use_candidate, reason = "it is a command")]
    pub fn kill(&self, port: u16) -> bool {
        let Some(socket) = self.socket(port) else { return false };
        let Some(system) = socket.system.upgrade() else { return false };
        crate::thread::enter(&system, |_| socket.die());
        true
    }

    /// The socket with this port.
    fn socket(&self, port: u16) -> Option<Arc<Socket>> {
        let sockets = self.shared.sockets.lock();
        sockets.iter().find(|bound| bound.address.port() == port)?.socket.upgrade()
    }
}

/// The part of a socket that belongs to a synthetic network.
pub(super) struct Endpoint {
    network: Synthetic,
    address: Mutex<Option<SocketAddr>>,
    family: Family,
}

impl Endpoint {
    pub fn new(network: Synthetic, family: Family) -> Self {
        Self { network, address: Mutex::default(), family }
    }

    pub fn bind(
        &self,
        socket: &Socket,
        wanted: SocketAddr,
        options: &Options,
    ) -> Result<SocketAddr, NTSTATUS> {
        let mut sockets = self.network.shared.sockets.lock();
        let mut address = wanted;
        if address.port() == 0 {
            let used = |port: &u16| sockets.iter().any(|bound| bound.address.port() == *port);
            let free = (FIRST_PORT..=u16::MAX).find(|port| !used(port));
            address.set_port(free.ok_or(STATUS_ADDRESS_ALREADY_EXISTS)?);
        }
        let shares = options.shares_address();
        let overlaps = |bound: &&Bound| {
            let (one, other) = (bound.address.ip(), address.ip());
            bound.address.port() == address.port()
                && (one == other || one.is_unspecified() || other.is_unspecified())
        };
        if sockets.iter().filter(overlaps).any(|bound| !(shares && bound.shares)) {
            return Err(STATUS_ADDRESS_ALREADY_EXISTS);
        }
        sockets.push(Bound { address, shares, socket: Arc::downgrade(&socket.keep()) });
        *self.address.lock() = Some(address);
        Ok(address)
    }

    /// Lets arrive what was to arrive at once.
    pub fn start(&self, socket: &Arc<Socket>) {
        self.network.shared.changed.notify_all();
        let early = self.network.shared.early.lock().take();
        if let Some(list) = early {
            inject::deliver(socket, &list);
        }
    }

    pub fn stop(&self) {
        let Some(address) = self.address.lock().take() else { return };
        let mut sockets = self.network.shared.sockets.lock();
        sockets.retain(|bound| {
            let own = bound.socket.upgrade().is_none_or(|socket| self.is_of(&socket));
            !(bound.address == address && own)
        });
    }

    fn is_of(&self, socket: &Socket) -> bool {
        matches!(&socket.endpoint, super::network::Endpoint::Synthetic(own) if std::ptr::eq(own, self))
    }

    pub fn send(&self, pieces: &[IoSlice], to: SocketAddr) -> usize {
        let payload: Vec<u8> = pieces.iter().flat_map(|piece| piece.iter().copied()).collect();
        let bytes = payload.len();
        let mut sent = self.network.shared.sent.lock();
        if sent.len() >= SENT {
            sent.pop_front();
        }
        sent.push_back(Sent { from: *self.address.lock(), to, payload });
        bytes
    }

    /// The address family of the socket.
    pub fn family(&self) -> Family {
        self.family
    }
}

/// How many more datagrams the backlog of a socket may have: one more, as long as its bytes are fewer
/// than the receive buffer.
pub(super) fn backlog_room(core: &Core) -> usize {
    let bytes: usize = core.backlog.iter().map(super::slots::Chain::bytes).sum();
    usize::from(bytes < core.options.receive_buffer() as usize)
}
