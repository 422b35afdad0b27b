//! Letting datagrams arrive.

use std::sync::atomic::Ordering;

use wsk_sys::{IPPROTO_UDP, UDP_COALESCED_INFO};

use super::{Control, Datagram, List, Mdls, Synthetic};
use crate::{
    Status,
    netio::{
        address,
        control::Messages,
        counters::Delivery,
        network,
        settings::{Coalescing, Shape},
        slots::{Layout, Slot, SlotBox},
        socket::Socket,
        state::State,
    },
    thread,
};

/// What happened to datagrams that arrived.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Delivered {
    /// How many went to requests of `WskReceiveFrom`.
    pub requested: usize,
    /// How many went to the event callback, and were not refused.
    pub indicated: usize,
    /// What the event callback returned the last time, if it was called.
    pub answer: Option<Status>,
    /// How many the socket keeps for later.
    pub kept: usize,
    /// How many are lost: there was no room, the socket takes none from there, or it refused them for
    /// good.
    pub lost: usize,
}

impl From<Delivery> for Delivered {
    fn from(delivery: Delivery) -> Self {
        let Delivery { requested, indicated, answer, kept, lost, .. } = delivery;
        Self { requested, indicated, answer: answer.map(Status::new), kept, lost }
    }
}

impl Synthetic {
    /// Lets datagrams arrive at the socket with this port, in this thread. `None` if there is no such
    /// socket.
    ///
    /// Event callbacks and completion routines run in this thread before this returns; several threads
    /// may do this at once.
    ///
    /// # Panics
    ///
    /// If a datagram does not fit into its MDLs.
    #[expect(clippy::must_use_candidate, reason = "what happens to datagrams need not matter")]
    pub fn inject(&self, port: u16, list: &List) -> Option<Delivered> {
        let socket = self.socket(port)?;
        let system = socket.system.upgrade()?;
        Some(thread::enter(&system, |_| deliver(&socket, list).into()))
    }
}

/// Lets datagrams arrive at a socket.
pub(super) fn deliver(socket: &Socket, list: &List) -> Delivery {
    let mut slots: Vec<SlotBox> = Vec::with_capacity(list.datagrams.len());
    socket.pool.take_several(&mut slots, list.datagrams.len());
    let system = socket.system();
    for (slot, datagram) in slots.iter_mut().zip(&list.datagrams) {
        fill(slot, datagram, list.flags, socket, &system.netio);
    }
    let missing = list.datagrams.len() - slots.len();
    let mut delivery = socket.deliver(slots.into_iter().rev().collect());
    let without_room = Delivery { lost: missing, ..Delivery::default() };
    socket.counters.received.fetch_add(missing as u64, Ordering::Relaxed);
    socket.counters.add(&without_room);
    delivery += without_room;
    delivery
}

fn fill(slot: &mut Slot, datagram: &Datagram, flags: u32, socket: &Socket, state: &State) {
    let settings = &state.settings;
    let layout = match &datagram.mdls {
        Mdls::None => Layout::of(0, &[0]),
        Mdls::AsSettings if settings.shape == Shape::Single => None,
        Mdls::AsSettings => {
            Some(state.chance(|rng| Layout::shaped(settings.shape, slot.index(), rng)))
        }
        Mdls::Lengths { offset, lengths } => {
            Some(Layout::of(*offset, lengths).expect("the MDLs fit into a slot"))
        }
    };
    slot.prepare(layout, settings.mapping);
    slot.bare = datagram.mdls == Mdls::None;
    slot.changing = datagram.changing;
    assert!(datagram.payload.len() <= slot.capacity(), "a datagram fits into its MDLs");
    let mut rest = datagram.payload.as_slice();
    for mut piece in slot.room() {
        let (now, later) = rest.split_at(rest.len().min(piece.len()));
        piece[..now.len()].copy_from_slice(now);
        rest = later;
    }
    slot.length = datagram.payload.len();
    slot.flags = flags;
    if let network::Endpoint::Synthetic(endpoint) = &socket.endpoint {
        *slot.sender() = address::encode(datagram.from, endpoint.family());
    }
    slot.control_length = match &datagram.control {
        Control::Raw(bytes) => {
            let control = slot.control();
            let bytes = &bytes[..bytes.len().min(control.len())];
            control[..bytes.len()].copy_from_slice(bytes);
            bytes.len()
        }
        Control::Messages(messages) => {
            let mut translated = Messages::default();
            for message in messages {
                let coalesced = (message.level, message.kind) == (IPPROTO_UDP, UDP_COALESCED_INFO);
                if !(coalesced && settings.coalescing == Coalescing::Untold) {
                    translated.push(message.level, message.kind, &message.data);
                }
            }
            state.write_control(&mut translated, slot.control())
        }
    };
}
