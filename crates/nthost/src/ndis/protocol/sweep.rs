//! Binding to all adapters that there are.

use std::{ptr, sync::Arc};

use ndis_sys::{
    NET_PNP_EVENT_CODE, NetEventBindList, NetEventBindsComplete, NetEventMaximum,
    NetEventReconfigure,
};

use super::Protocol;
use crate::{
    ndis::{adapter::Adapter, binding, pnp, tasks},
    sched::{Ending, Mutex, Ticket},
    thread,
};

/// An event that no driver knows.
const UNKNOWN: NET_PNP_EVENT_CODE = NetEventMaximum + 7;
/// The most adapters that are bound at once.
const WORKERS: usize = 8;

/// Binds a protocol to all adapters that are there, in other threads.
pub fn start(protocol: &Arc<Protocol>) {
    if !protocol.begin_sweep() {
        return;
    }
    let protocol = Arc::clone(protocol);
    tasks::spawn(move || {
        bind_and_tell(&protocol);
        protocol.end_sweep();
    });
}

/// Binds a protocol to all adapters that are there.
pub fn run(protocol: &Arc<Protocol>) {
    if protocol.begin_sweep() {
        bind_and_tell(protocol);
        protocol.end_sweep();
    }
}

fn bind_and_tell(protocol: &Arc<Protocol>) {
    let system = thread::system();
    let adapters = Mutex::new(system.ndis.adapters.read().clone());
    let next = || adapters.lock().pop();
    let work = || {
        while let Some(adapter) = next() {
            binding::offer(protocol, &adapter);
        }
    };
    let workers = adapters.lock().len().min(WORKERS);
    std::thread::scope(|scope| {
        let begun = (0..workers).map(|_| {
            let ticket = Ticket::new(&system, "ndis bind", false);
            let ending = ticket.ending();
            let (system, work) = (&system, &work);
            scope.spawn(move || ticket.run(|| thread::enter(system, |_| work())));
            ending
        });
        begun.collect::<Vec<_>>().into_iter().for_each(Ending::wait);
    });
    if system.ndis.settings.control.more_events {
        let mut names = names(protocol);
        let length = u32::try_from(size_of_val(&*names)).unwrap_or_default();
        pnp::tell(protocol, None, NetEventBindList, names.as_mut_ptr().cast(), length);
        pnp::tell(protocol, None, NetEventReconfigure, ptr::null_mut(), 0);
        pnp::tell(protocol, None, UNKNOWN, ptr::null_mut(), 0);
    }
    pnp::tell(protocol, None, NetEventBindsComplete, ptr::null_mut(), 0);
}

/// The names of the adapters that a protocol is bound to, each terminated, and an empty one.
fn names(protocol: &Protocol) -> Vec<u16> {
    let bindings = protocol.bindings();
    let names = bindings.iter().map(|binding| binding.adapter.device_name() + "\0");
    let mut units: Vec<_> = names.collect::<String>().encode_utf16().collect();
    units.push(0);
    units
}

/// Binds all protocols to an adapter that has come.
pub fn bind_all(adapter: &Arc<Adapter>) {
    let protocols = thread::system().ndis.protocols.read().clone();
    for protocol in protocols {
        if protocol.begin_sweep() {
            binding::offer(&protocol, adapter);
            protocol.end_sweep();
        }
    }
}
