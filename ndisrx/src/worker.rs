//! The thread that makes all requests (OIDs) of adapters, one after the other.

use core::sync::atomic::{AtomicBool, Ordering};

use wdm::{Event, Mutex, Passive, PoolArc, PoolVec, Reset, Result, Thread};

use crate::{TAG, capture::Capture};

/// Has requests made.
pub struct Worker {
    wake: Event,
    stopping: AtomicBool,
    /// Those who wait until what they want has been tried.
    waiting: Mutex<PoolVec<PoolArc<Event>>>,
}

impl Worker {
    pub fn new() -> Result<Self> {
        Ok(Self {
            wake: Event::new(Reset::ByWait, TAG)?,
            stopping: AtomicBool::new(false),
            waiting: Mutex::new(PoolVec::new(TAG), TAG)?,
        })
    }

    /// Has what adapters are wanted to be asked asked soon. IRQL: `DISPATCH_LEVEL` or below.
    pub fn wake(&self) {
        self.wake.set();
    }

    /// As [`wake`](Self::wake), and waits until it was tried, so many milliseconds at most: an adapter may
    /// take long to answer.
    pub fn settle(&self, milliseconds: u32, irql: &Passive) {
        let tried = self.wait_in_line(irql);
        self.wake.set();
        if let Ok(tried) = tried {
            // Whoever asked goes on whether it was tried or not.
            let _: bool = tried.wait_for(milliseconds, irql);
        }
    }

    fn wait_in_line(&self, irql: &Passive) -> Result<PoolArc<Event>> {
        let tried = PoolArc::try_new(Event::new(Reset::ByCall, TAG)?, TAG)?;
        self.waiting.lock(irql).try_push(tried.clone())?;
        Ok(tried)
    }

    fn run(&self, capture: &Capture, irql: &Passive) {
        while !self.stopping.load(Ordering::Acquire) {
            self.wake.wait(irql);
            let waiting = core::mem::replace(&mut *self.waiting.lock(irql), PoolVec::new(TAG));
            for index in 0.. {
                let Some(adapter) = capture.adapter_at(index, irql) else { break };
                adapter.do_requests(irql);
            }
            for tried in waiting.iter() {
                tried.set();
            }
        }
    }
}

/// The thread, which ends when this is dropped.
pub struct Running {
    capture: PoolArc<Capture>,
    _thread: Thread,
}

impl Running {
    pub fn start(capture: PoolArc<Capture>, irql: &Passive) -> Result<Self> {
        let its = capture.clone();
        let thread = Thread::spawn(move |irql| its.worker.run(&its, irql), TAG, irql)?;
        Ok(Self { capture, _thread: thread })
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // The thread is waited for after this.
        self.capture.worker.stopping.store(true, Ordering::Release);
        self.capture.worker.wake.set();
    }
}
