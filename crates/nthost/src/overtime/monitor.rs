//! The thread that looks at the others.

use std::{
    collections::HashMap,
    sync::{Arc, Weak},
    thread::{Builder, JoinHandle},
    time::Duration,
};

use parking_lot::{Condvar, Mutex};

use super::{Kind, TimeLimits, turn};
use crate::{stop, system::System};

/// How often it looks, where the limits are as usual.
const SELDOM: Duration = Duration::from_secs(1);

/// The thread that looks at those of a kernel, until this is dropped.
pub(crate) struct Monitor {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Default)]
struct Shared {
    ends: Mutex<bool>,
    changed: Condvar,
}

/// Where a thread was seen: its word, and the time that the processor had spent on it.
type Seen = HashMap<usize, (u64, Duration)>;

impl Monitor {
    /// Looks at the threads of a kernel.
    pub fn start(system: &Arc<System>) -> Self {
        let shared = Arc::new(Shared::default());
        let (inside, system) = (Arc::clone(&shared), Arc::downgrade(system));
        let run = move || inside.run(&system);
        // Without it drivers are not interrupted.
        let thread = Builder::new().name("time limits".into()).spawn(run).ok();
        Self { shared, thread }
    }
}

impl Drop for Monitor {
    fn drop(&mut self) {
        *self.shared.ends.lock() = true;
        self.shared.changed.notify_all();
        if let Some(thread) = self.thread.take() {
            // It does not panic.
            let _ = thread.join();
        }
    }
}

impl Shared {
    fn run(&self, system: &Weak<System>) {
        let mut seen = Seen::new();
        let mut ends = self.ends.lock();
        while !*ends {
            let Some(system) = system.upgrade() else { return };
            let pause = look(&system, &mut seen);
            drop(system);
            self.changed.wait_for(&mut ends, pause);
        }
    }
}

/// Interrupts those threads of a kernel for which it is time. Returns when to look again.
fn look(system: &Arc<System>, seen: &mut Seen) -> Duration {
    let address = Arc::as_ptr(system) as usize;
    if system.stop.is_stopped() {
        turn::interrupt(address, |turn| turn.kind() != Kind::None);
        return stop::TICK;
    }
    let TimeLimits { dpc, dispatch } = system.time_limits;
    let mut now = Seen::new();
    turn::interrupt(address, |turn| {
        let (word, kind) = turn.word();
        let limit = match kind {
            Kind::None | Kind::Driver => return false,
            Kind::Dispatch => dispatch,
            Kind::Dpc => dpc,
        };
        let key = Arc::as_ptr(turn) as usize;
        let first = seen.get(&key).filter(|(known, _)| *known == word);
        let time = turn.time();
        let since = first.map_or(time, |(_, since)| *since);
        now.insert(key, (word, since));
        let is_over = time.saturating_sub(since) > limit;
        if is_over {
            turn.end(word);
        }
        is_over
    });
    *seen = now;
    SELDOM.min(dpc.min(dispatch) / 8).max(Duration::from_millis(1))
}
