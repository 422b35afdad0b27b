//! Where datagrams come from and go to.

use std::{io::IoSlice, net::SocketAddr, sync::Arc};

use super::{
    address::Family,
    host,
    options::{Options, Setting},
    settings::Settings,
    socket::{Core, Socket},
    synthetic::{self, Synthetic},
};
use crate::nt::NTSTATUS;

/// Where the datagrams of a hosted kernel come from and go to.
#[derive(Clone, Debug, Default)]
pub enum Network {
    /// The UDP sockets of this machine.
    #[default]
    Host,
    /// What a program makes up.
    Synthetic(Synthetic),
}

/// The part of a socket that belongs to its network.
pub(super) enum Endpoint {
    Host(host::Endpoint),
    Synthetic(synthetic::Endpoint),
}

impl Endpoint {
    pub fn new(network: &Network, family: Family, settings: &Settings) -> Result<Self, NTSTATUS> {
        Ok(match network {
            Network::Host => Self::Host(host::Endpoint::new(family, settings)?),
            Network::Synthetic(network) => {
                Self::Synthetic(synthetic::Endpoint::new(network.clone(), family))
            }
        })
    }

    /// Gives the socket an address, and returns it.
    pub fn bind(
        &self,
        socket: &Socket,
        wanted: SocketAddr,
        options: &Options,
    ) -> Result<SocketAddr, NTSTATUS> {
        match self {
            Self::Host(host) => host.bind(wanted),
            Self::Synthetic(synthetic) => synthetic.bind(socket, wanted, options),
        }
    }

    /// The socket is bound: datagrams may come.
    pub fn start(&self, socket: &Arc<Socket>) {
        match self {
            Self::Host(host) => host.start(socket),
            Self::Synthetic(synthetic) => synthetic.start(socket),
        }
    }

    /// Datagrams may be wanted that were not before.
    pub fn wake(&self) {
        if let Self::Host(host) = self {
            host.wake();
        }
    }

    /// Slots are free again.
    pub fn freed(&self) {
        if let Self::Host(host) = self {
            host.freed();
        }
    }

    /// No more datagrams are wanted.
    pub fn stop(&self) {
        match self {
            Self::Host(host) => host.stop(),
            Self::Synthetic(synthetic) => synthetic.stop(),
        }
    }

    /// Whether threads of it run.
    pub fn running(&self) -> bool {
        match self {
            Self::Host(host) => host.running(),
            Self::Synthetic(_) => false,
        }
    }

    /// Gives the address back.
    pub fn close(&self) {
        match self {
            Self::Host(host) => host.close(),
            Self::Synthetic(synthetic) => synthetic.stop(),
        }
    }

    /// Sets an option.
    pub fn set(&self, setting: &Setting) -> Result<(), NTSTATUS> {
        match self {
            Self::Host(host) => host.set(setting),
            Self::Synthetic(_) => Ok(()),
        }
    }

    /// Reads an option that the network knows better than the socket.
    pub fn get(&self, level: i32, name: i32) -> Option<u32> {
        match self {
            Self::Host(host) => host.get(level, name),
            Self::Synthetic(_) => None,
        }
    }

    /// Sends a datagram. Returns its bytes.
    pub fn send(&self, pieces: &[IoSlice], to: SocketAddr) -> Result<usize, NTSTATUS> {
        match self {
            Self::Host(host) => host.send(pieces, to),
            Self::Synthetic(synthetic) => Ok(synthetic.send(pieces, to)),
        }
    }

    /// How many more datagrams the backlog of the socket may have.
    pub fn backlog_room(&self, core: &Core) -> usize {
        match self {
            // The machine's own socket has the buffer; what was taken out of it stays.
            Self::Host(_) => usize::MAX,
            Self::Synthetic(_) => synthetic::backlog_room(core),
        }
    }
}
