//! Datagrams as fast as a driver takes them.

use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};

use super::Synthetic;
use crate::{
    netio::{
        address,
        counters::Delivery,
        network,
        slots::{Slot, SlotBox},
        socket::Socket,
    },
    sched, stop, thread,
};

/// What a generator sends.
#[derive(Clone, Copy, Debug)]
pub struct Load {
    /// How many datagrams.
    pub datagrams: u64,
    /// The bytes of each, at most 65,535.
    pub size: usize,
    /// How many arrive together.
    pub list: usize,
    /// Who sends them.
    pub from: SocketAddr,
}

/// What a driver did with the datagrams of a generator.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Measurement {
    /// How many went to the event callback, and were not refused.
    pub indicated: u64,
    /// How many went to requests of `WskReceiveFrom`.
    pub requested: u64,
    /// How many the socket kept for later, and did not hand out.
    pub kept: u64,
    /// How many are lost.
    pub lost: u64,
    /// Calls of the event callback.
    pub callbacks: u64,
    /// Time that the generator's thread spent in the event callback.
    pub in_callbacks: Duration,
    /// Time from the first datagram to the last, with the making of them.
    pub elapsed: Duration,
}

impl Synthetic {
    /// Lets datagrams arrive at the socket with this port, in this thread, as fast as possible. Their
    /// first eight bytes, as far as they have so many, are the number of each, from 0, in the order of
    /// this machine. `None` if there is no such socket, or it goes away.
    ///
    /// Waits while the driver retains all memory of the socket. Allocates nothing on the way.
    #[expect(clippy::must_use_candidate, reason = "it is a command")]
    pub fn generate(&self, port: u16, load: &Load) -> Option<Measurement> {
        let socket = self.socket(port)?;
        let system = socket.system.upgrade()?;
        thread::enter(&system, |_| run(&socket, load))
    }
}

fn run(socket: &Socket, load: &Load) -> Option<Measurement> {
    let mut slots: Vec<SlotBox> = Vec::with_capacity(load.list.max(1));
    let mut total = Delivery::default();
    let mut number = 0;
    let start = Instant::now();
    while number < load.datagrams {
        let left = usize::try_from(load.datagrams - number).unwrap_or(usize::MAX);
        let wanted = load.list.max(1).min(left);
        socket.pool.take_several(&mut slots, wanted);
        if slots.len() < wanted && slots.is_empty() {
            if socket.is_closed() || stop::is_stopped() {
                return None;
            }
            sched::yield_now();
            continue;
        }
        for slot in &mut slots {
            fill(slot, load, number, socket);
            number += 1;
        }
        total += socket.deliver(slots.drain(..).rev().collect());
    }
    Some(Measurement {
        indicated: total.indicated as u64,
        requested: total.requested as u64,
        kept: total.kept as u64,
        lost: total.lost as u64,
        callbacks: total.callbacks,
        in_callbacks: total.time,
        elapsed: start.elapsed(),
    })
}

fn fill(slot: &mut Slot, load: &Load, number: u64, socket: &Socket) {
    slot.prepare(None, socket.system().netio.settings.mapping);
    slot.length = load.size.min(slot.capacity());
    let number = number.to_ne_bytes();
    let size = slot.length;
    if let Some(mut piece) = slot.room().next() {
        piece[..size].fill(0x5a);
        let head = size.min(number.len());
        piece[..head].copy_from_slice(&number[..head]);
    }
    if let network::Endpoint::Synthetic(endpoint) = &socket.endpoint {
        *slot.sender() = address::encode(load.from, endpoint.family());
    }
}
