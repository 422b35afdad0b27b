//! Datagram sockets over the UDP sockets of this machine.

mod batch;
mod messages;
mod options;
mod receive;
mod status;
mod waker;

use std::{
    io::IoSlice,
    net::{IpAddr, SocketAddr},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
};

use socket2::{Domain, Protocol, SockAddr, Type};

use super::{address::Family, settings::Settings, socket::Socket};
use crate::{
    ke,
    nt::{NTSTATUS, STATUS_CANCELLED},
    sched::Mutex,
};
use waker::Waker;

/// A socket of this machine, and the threads that receive from it.
pub(super) struct Endpoint {
    socket: Mutex<Option<Arc<socket2::Socket>>>,
    family: Family,
    wakers: Box<[Waker]>,
    running: AtomicUsize,
    stopping: AtomicBool,
}

impl Endpoint {
    pub fn new(family: Family, settings: &Settings) -> Result<Self, NTSTATUS> {
        let domain = match family {
            Family::V4 => Domain::IPV4,
            Family::V6 => Domain::IPV6,
        };
        let socket = socket2::Socket::new(domain, Type::DGRAM, Some(Protocol::UDP));
        let socket = socket.map_err(|error| status::of(&error))?;
        options::prepare(&socket, family).map_err(|error| status::of(&error))?;
        let wakers = (0..settings.parallel.max(1)).map(|_| Waker::new()).collect::<Result<_, _>>();
        Ok(Self {
            socket: Mutex::new(Some(Arc::new(socket))),
            family,
            wakers: wakers.map_err(|error| status::of(&error))?,
            running: AtomicUsize::new(0),
            stopping: AtomicBool::new(false),
        })
    }

    pub fn bind(&self, wanted: SocketAddr) -> Result<SocketAddr, NTSTATUS> {
        let socket = self.socket()?;
        socket.bind(&SockAddr::from(wanted)).map_err(|error| status::of(&error))?;
        let local = socket.local_addr().map_err(|error| status::of(&error))?;
        Ok(local.as_socket().unwrap_or(wanted))
    }

    /// Starts the threads.
    pub fn start(&self, socket: &Arc<Socket>) {
        let Ok(own) = self.socket() else { return };
        for index in 0..self.wakers.len() {
            self.running.fetch_add(1, Ordering::AcqRel);
            let (kept, own) = (Arc::clone(socket), Arc::clone(&own));
            let run = move || receive::run(&kept, own, index);
            ke::thread::spawn(&socket.system(), "wsk receive", run)
                .expect("the machine has room for another thread");
        }
    }

    pub fn wake(&self) {
        self.wakers.iter().for_each(Waker::wake);
    }

    pub fn freed(&self) {
        self.wakers.iter().for_each(Waker::freed);
    }

    pub fn stop(&self) {
        self.stopping.store(true, Ordering::SeqCst);
        self.wake();
    }

    pub fn running(&self) -> bool {
        self.running.load(Ordering::Acquire) > 0
    }

    pub fn close(&self) {
        self.socket.lock().take();
    }

    pub fn send(&self, pieces: &[IoSlice], to: SocketAddr) -> Result<usize, NTSTATUS> {
        let to = match (self.family, to.ip()) {
            (Family::V6, IpAddr::V4(ip)) => SocketAddr::new(ip.to_ipv6_mapped().into(), to.port()),
            _ => to,
        };
        let socket = self.socket()?;
        let sent = socket.send_to_vectored(pieces, &SockAddr::from(to));
        sent.map_err(|error| status::of(&error))
    }

    /// The machine's socket, unless it is closed.
    fn socket(&self) -> Result<Arc<socket2::Socket>, NTSTATUS> {
        self.socket.lock().clone().ok_or(STATUS_CANCELLED)
    }
}
