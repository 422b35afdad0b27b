//! The thread that works for a receiver in the background.

use rx_sink::Counter;
use wdm::{Passive, PoolArc, Result, Status, Thread, irp::SyncIrp};

use crate::{TAG, session::Session};

/// How long to wait, in milliseconds, before trying again what failed.
const PAUSE: u32 = 10;

/// Starts the thread for modes that refuse lists, which it asks for again once there is room, and that keep
/// them, which it has copied when they are old.
pub fn start(session: PoolArc<Session>, irp: SyncIrp, irql: &Passive) -> Result<Thread> {
    Thread::spawn(move |irql| run(&session, irp, irql), TAG, irql)
}

fn run(session: &Session, mut irp: SyncIrp, irql: &Passive) {
    let Some(queue) = &session.inbox.queue else { return };
    let kept = || queue.retention.as_ref().filter(|retention| retention.is_keeping());
    let mut failed = false;
    while session.inbox.reason().is_none() || kept().is_some() {
        let pause = if failed { Some(PAUSE) } else { None };
        // Whether the time is over or not, it looks what there is to do.
        match pause.or(kept().map(|retention| retention.interval())) {
            Some(milliseconds) => {
                let _: bool = queue.wake.wait_for(milliseconds, irql);
            }
            None => queue.wake.wait(irql),
        }
        if let Some(retention) = kept() {
            retention.copy_old();
            session.inbox.serve();
        }
        let has_room = queue.take_room();
        if has_room || failed {
            failed = !session.resume(&mut irp, irql);
        }
    }
}

impl Session {
    /// Asks for lists again. False if that failed and is to be tried again.
    fn resume(&self, irp: &mut SyncIrp, irql: &Passive) -> bool {
        match self.socket.resume(irp, irql) {
            Ok(()) => self.inbox.counters.add(Counter::Resumed, 1),
            Err(Status::FILE_FORCED_CLOSED) => self.inbox.lose_socket(),
            // There is room all the time, so that nothing but time is to be waited for.
            Err(_) => return false,
        }
        true
    }
}
