//! The kernel's own threads.

use std::{
    io, ptr,
    sync::Arc,
    thread::{Builder, JoinHandle, current, sleep},
    time::{Duration, Instant},
};

use crate::{
    guest::{Exit, Left},
    ke::irql,
    nt::PASSIVE_LEVEL,
    sched::{Ending, Mutex, Ticket},
    stop,
    system::System,
    thread,
};

/// How long to wait for a thread that may be in a driver's code when the kernel has stopped.
const PATIENCE: Duration = Duration::from_secs(1);

/// The kernel's own threads.
#[derive(Default)]
pub(in crate::ke) struct Workers(Mutex<Vec<(JoinHandle<()>, Ending)>>);

/// Starts a thread of the kernel's own, which runs `code` inside of the kernel.
///
/// [`State::shutdown`](super::super::State::shutdown) waits for it: the component that starts it tells
/// it to end before.
///
/// # Errors
///
/// What the host says if it makes no thread.
pub(crate) fn spawn(
    system: &Arc<System>,
    name: &str,
    code: impl FnOnce() + Send + 'static,
) -> io::Result<()> {
    let inside = Arc::clone(system);
    let ticket = Ticket::new(system, name, false);
    let ending = ticket.ending();
    let run = move || ticket.run(|| thread::enter(&inside, |_| with_exit(code)));
    let handle = Builder::new().name(name.to_owned()).spawn(run)?;
    let mut workers = system.ke.workers.0.lock();
    workers.retain(|(worker, _)| !worker.is_finished());
    workers.push((handle, ending));
    Ok(())
}

/// Runs what a thread of the kernel does. If that faults, as on an object of a driver that is gone, the kernel
/// stops and the thread ends.
fn with_exit(code: impl FnOnce()) {
    let mut exit = Exit::default();
    let exit = &raw mut exit;
    thread::current(|thread| thread.exit.set(exit));
    // SAFETY: it is valid and used by nobody else but through `Exit::leave`.
    let exit = unsafe { &mut *exit };
    // SAFETY: what is not dropped is lost, with a kernel that has stopped then.
    let left = unsafe { exit.call(code) };
    thread::current(|thread| thread.exit.set(ptr::null()));
    if left == Left::Exited {
        irql::lower(PASSIVE_LEVEL);
    }
}

/// True if a thread ends some time.
fn ends(worker: &JoinHandle<()>) -> bool {
    let start = Instant::now();
    while stop::is_stopped() && !worker.is_finished() {
        if start.elapsed() >= PATIENCE {
            return false;
        }
        sleep(stop::TICK);
    }
    true
}

impl Workers {
    /// Waits until all have ended; if the kernel has stopped, not for those that do not leave the driver.
    pub fn join(&self) {
        let take = || self.0.lock().pop();
        while let Some((worker, ending)) = take() {
            // The last one to let go of the kernel can be one of them.
            if worker.thread().id() == current().id() {
                continue;
            }
            ending.wait();
            if ends(&worker) {
                worker.join().expect("no thread of the kernel panics");
            }
        }
    }
}
