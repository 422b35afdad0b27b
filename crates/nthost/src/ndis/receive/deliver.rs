//! NDIS: which binding gets which lists, and how.
//!
//! [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/network/receiving-network-data)

use std::sync::{Arc, atomic::Ordering::Relaxed};

use ndis_sys::{
    NDIS_PACKET_TYPE_ALL_MULTICAST, NDIS_PACKET_TYPE_BROADCAST, NDIS_PACKET_TYPE_DIRECTED,
    NDIS_PACKET_TYPE_MULTICAST, NDIS_PACKET_TYPE_PROMISCUOUS, NdisMedium802_3, NdisMedium802_5,
};

use super::{
    call::{give_to, lend_now, lend_to},
    copy,
    descriptor::{Descriptor, Lists},
    returns::go_down,
};
use crate::ndis::{
    adapter::Adapter,
    binding::Binding,
    frame::Frame,
    settings::{Lent, Sharing},
};

/// NDIS gets lists that it gives to the bindings that want them. What nobody wants goes back.
pub(in crate::ndis) fn give(adapter: &Arc<Adapter>, lists: Lists) {
    let bindings = adapter.bindings();
    if let [only] = &*bindings {
        let (wanted, unwanted) = if wants_all(adapter, only) {
            (lists, Lists::new())
        } else {
            lists.into_iter().partition(|list| wants(adapter, only, list))
        };
        give_to(adapter, only, wanted);
        return drop_unwanted(adapter, unwanted);
    }
    give_to_several(adapter, &bindings, lists);
}

fn give_to_several(adapter: &Arc<Adapter>, bindings: &[Arc<Binding>], lists: Lists) {
    let wants_of = |binding: &Arc<Binding>| {
        let wants = lists.iter().map(|list| wants(adapter, binding, list));
        wants.collect::<Vec<_>>()
    };
    let wanted: Vec<_> = bindings.iter().map(wants_of).collect();
    let last_of = |index: usize| (0..bindings.len()).rev().find(|&binding| wanted[binding][index]);
    let last: Vec<_> = (0..lists.len()).map(last_of).collect();
    let mut lists: Vec<_> = lists.into_iter().map(Some).collect();
    for (number, binding) in bindings.iter().enumerate() {
        let mut indices = (0..lists.len()).filter(|&index| wanted[number][index]).peekable();
        while let Some(first) = indices.next() {
            // Lists that the binding gets in the same way, one behind the other.
            let is_last = |index: usize| last[index] == Some(number);
            let mut run = vec![first];
            while let Some(next) = indices.next_if(|&next| is_last(next) == is_last(first)) {
                run.push(next);
            }
            if is_last(first) {
                let run = run.into_iter().filter_map(|index| lists[index].take()).collect();
                give_to(adapter, binding, run);
            } else {
                let run = run.into_iter().filter_map(|index| lists[index].clone());
                share(adapter, binding, &run.collect::<Vec<_>>());
            }
        }
    }
    drop_unwanted(adapter, lists.into_iter().flatten().collect());
}

/// A binding gets lists that another one gets, too.
fn share(adapter: &Arc<Adapter>, binding: &Binding, lists: &[Arc<Descriptor>]) {
    let sharing = match adapter.settings().sharing {
        Sharing::Any => {
            let choices = [Sharing::Lent, Sharing::Copied, Sharing::Cloned];
            choices[adapter.receive.chance(|rng| rng.usize(..choices.len()))]
        }
        sharing => sharing,
    };
    let others = match sharing {
        Sharing::Lent | Sharing::Any => None,
        Sharing::Copied => copy::by_ndis(adapter, lists),
        Sharing::Cloned => copy::clones(adapter, lists),
    };
    match others {
        Some(others) => give_to(adapter, binding, others),
        None => lend_to(adapter, binding, lists),
    }
}

/// NDIS gets lists that it has to give back when this returns.
pub(in crate::ndis) fn lend(adapter: &Arc<Adapter>, lists: &[Arc<Descriptor>]) {
    let mut anybody = vec![false; lists.len()];
    for binding in &*adapter.bindings() {
        let mut wanted = Lists::new();
        for (list, anybody) in lists.iter().zip(&mut anybody) {
            if wants(adapter, binding, list) {
                *anybody = true;
                wanted.push(Arc::clone(list));
            }
        }
        let copies = match adapter.settings().lent {
            Lent::AsTheyAre => false,
            Lent::Copied => true,
            Lent::Any => adapter.receive.chance(fastrand::Rng::bool),
        };
        match copies.then(|| copy::by_ndis(adapter, &wanted)).flatten() {
            Some(others) => give_to(adapter, binding, others),
            None => lend_to(adapter, binding, &wanted),
        }
    }
    let unwanted = lists.iter().zip(anybody).filter(|(_, anybody)| !anybody);
    let frames = unwanted.map(|(list, _)| list.frames() as usize).sum();
    adapter.receive.counters.unwanted.add(frames);
}

/// Gives a frame to a binding in a list of NDIS' own, if there is one.
pub(in crate::ndis) fn give_frame(binding: &Arc<Binding>, frame: &Frame) {
    let adapter = &binding.adapter;
    let own = adapter.own();
    let (lists, _) = own.pool.take(1);
    super::fill(adapter, &lists, &[frame], own.handle);
    give_to(adapter, binding, lists);
}

/// Lends a frame to a binding whatever its state and its packet filter are, as long as it is not closed.
/// False if there was no list for it.
pub(in crate::ndis) fn stray(binding: &Binding, frame: &Frame) -> bool {
    let adapter = &binding.adapter;
    let own = adapter.own();
    let (lists, _) = own.pool.take(1);
    super::fill(adapter, &lists, &[frame], own.handle);
    if !lists.is_empty()
        && let Some(_call) = binding.begin_call()
    {
        adapter.receive.counters.strays.add(lists.len());
        lend_now(adapter, binding, &lists);
    }
    let lent = !lists.is_empty();
    own.pool.put(lists);
    lent
}

fn drop_unwanted(adapter: &Arc<Adapter>, lists: Lists) {
    if !lists.is_empty() {
        let frames = lists.iter().map(|list| list.frames() as usize).sum();
        adapter.receive.counters.unwanted.add(frames);
        go_down(adapter, lists);
    }
}

/// Whether packet filters keep frames away, as they do with some media only.
pub(in crate::ndis) fn is_filtered(binding: &Binding) -> bool {
    matches!(binding.medium, NdisMedium802_3 | NdisMedium802_5)
}

/// Whether a binding gets all frames.
fn wants_all(_adapter: &Adapter, binding: &Binding) -> bool {
    let promiscuous = binding.packet_filter.load(Relaxed) & NDIS_PACKET_TYPE_PROMISCUOUS != 0;
    binding.frame_types.is_empty() && (promiscuous || !is_filtered(binding))
}

/// Whether a binding gets a list: by the type of the frame, by its packet filter, or astray.
fn wants(adapter: &Adapter, binding: &Binding, list: &Descriptor) -> bool {
    let kind = u16::from_be(list.frame_type());
    if !binding.frame_types.is_empty() && !binding.frame_types.contains(&kind) {
        return false;
    }
    if !is_filtered(binding) || passes(adapter, binding, list.destination()) {
        return true;
    }
    let strays = adapter.settings().strays;
    let stray = strays > 0 && adapter.receive.chance(|rng| rng.u32(..strays) == 0);
    if stray {
        adapter.receive.counters.strays.add(list.frames() as usize);
    }
    stray
}

/// Whether the packet filter of a binding lets frames to this address through.
pub(in crate::ndis) fn passes(adapter: &Adapter, binding: &Binding, destination: [u8; 6]) -> bool {
    let filter = binding.packet_filter.load(Relaxed);
    let asks = |bits: u32| filter & bits != 0;
    if asks(NDIS_PACKET_TYPE_PROMISCUOUS) {
        return true;
    }
    match destination {
        [0xff, 0xff, 0xff, 0xff, 0xff, 0xff] => asks(NDIS_PACKET_TYPE_BROADCAST),
        [first, ..] if first & 1 != 0 => {
            asks(NDIS_PACKET_TYPE_ALL_MULTICAST)
                || asks(NDIS_PACKET_TYPE_MULTICAST) && has_joined(binding, destination)
        }
        own => asks(NDIS_PACKET_TYPE_DIRECTED) && own == adapter.description.mac,
    }
}

/// Whether a binding has asked for the frames of this group.
fn has_joined(binding: &Binding, group: [u8; 6]) -> bool {
    binding.groups.lock().contains(&group)
}
