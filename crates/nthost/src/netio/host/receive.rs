//! The threads that receive from a socket of the machine.

use std::sync::{Arc, atomic::Ordering};

use super::{
    super::{network, socket::Socket},
    Endpoint,
    batch::Batch,
};
/// Receives until the socket stops.
pub(super) fn run(socket: &Arc<Socket>, own: Arc<socket2::Socket>, index: usize) {
    let network::Endpoint::Host(endpoint) = &socket.endpoint else { return };
    receive(socket, endpoint, &own, index);
    drop(own);
    if endpoint.running.fetch_sub(1, Ordering::AcqRel) == 1 {
        socket.close_if_idle();
    }
}

fn receive(socket: &Socket, endpoint: &Endpoint, own: &socket2::Socket, index: usize) {
    let waker = &endpoint.wakers[index];
    let system = socket.system();
    let mut batch = Batch::new();
    while !endpoint.stopping.load(Ordering::SeqCst) {
        let wants = socket.core.lock().wants();
        let ready = wants && batch.fill(&socket.pool, &system.netio);
        if ready {
            let received = batch.receive(own);
            if received > 0 {
                // What was wanted before the datagrams came is wanted now.
                let wanted = socket.core.lock().options.wanted();
                let chain = batch.take(received, wanted, socket.plan.family, &system.netio);
                let dropped = u64::from(batch.dropped);
                socket.counters.dropped.fetch_max(dropped, Ordering::Relaxed);
                socket.deliver(chain);
                continue;
            }
        } else if wants {
            waker.starve();
        }
        waker.park(ready.then_some(own), || {
            let now = socket.core.lock().wants();
            let stopping = endpoint.stopping.load(Ordering::SeqCst);
            !stopping && now == wants && (ready || !wants || !socket.pool.has_free())
        });
    }
    batch.give_back(&socket.pool);
}
