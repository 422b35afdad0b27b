//! The thread that works for a receiver in the background.

use rx_sink::Counter;
use wdm::{Passive, PoolArc, Result, Status, Thread, irp::SyncIrp};

use crate::{TAG, queue::Queue, session::Session};

/// How long to wait, in milliseconds, before trying again what failed.
const PAUSE: u32 = 10;

/// Starts the thread for modes that refuse lists: it asks for them again once there is room.
pub fn start(session: PoolArc<Session>, irp: SyncIrp, irql: &Passive) -> Result<Thread> {
    Thread::spawn(move |irql| run(&session, irp, irql), TAG, irql)
}

fn run(session: &Session, mut irp: SyncIrp, irql: &Passive) {
    let Some(queue) = &session.inbox.queue else { return };
    let mut failed = false;
    while session.inbox.reason().is_none() {
        if failed {
            // Whether woken or not, it is tried again.
            let _: bool = queue.wake.wait_for(PAUSE, irql);
        } else {
            queue.wake.wait(irql);
        }
        if queue.take_room() {
            failed = session.resume(queue, &mut irp, irql).is_err();
        }
    }
}

impl Session {
    /// Asks for lists again.
    fn resume(&self, queue: &Queue, irp: &mut SyncIrp, irql: &Passive) -> Result {
        let resumed = self.socket.resume(irp, irql);
        match resumed {
            Ok(()) => self.inbox.counters.add(Counter::Resumed, 1),
            Err(Status::FILE_FORCED_CLOSED) => self.inbox.lose_socket(),
            Err(_) => queue.starve(0),
        }
        resumed
    }
}
