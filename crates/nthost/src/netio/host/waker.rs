//! Waking a thread that waits for a socket.

use std::{
    io,
    os::fd::OwnedFd,
    sync::atomic::{AtomicBool, Ordering},
};

use rustix::event::{EventfdFlags, PollFd, PollFlags, eventfd, poll};

/// Wakes one thread that waits for a socket.
pub(super) struct Waker {
    event: OwnedFd,
    parked: AtomicBool,
    starving: AtomicBool,
}

impl Waker {
    pub fn new() -> io::Result<Self> {
        Ok(Self {
            event: eventfd(0, EventfdFlags::CLOEXEC | EventfdFlags::NONBLOCK)?,
            parked: AtomicBool::new(false),
            starving: AtomicBool::new(false),
        })
    }

    /// Wakes the thread if it waits.
    pub fn wake(&self) {
        if self.parked.swap(false, Ordering::SeqCst) {
            // It cannot fail: the counter is never full.
            rustix::io::write(&self.event, &1_u64.to_ne_bytes()).ok();
        }
    }

    /// Wakes the thread if it waits for free slots.
    pub fn freed(&self) {
        if self.starving.swap(false, Ordering::SeqCst) {
            self.wake();
        }
    }

    /// The thread finds no free slot.
    pub fn starve(&self) {
        self.starving.store(true, Ordering::SeqCst);
    }

    /// Waits until [`wake`](Self::wake) is called or, if there is a socket, until it has something.
    ///
    /// `still` is asked whether to wait after everybody can see that the thread waits.
    pub fn park(&self, socket: Option<&socket2::Socket>, still: impl FnOnce() -> bool) {
        self.parked.store(true, Ordering::SeqCst);
        if still() {
            let event = PollFd::new(&self.event, PollFlags::IN);
            let other = socket.map(|socket| PollFd::new(socket, PollFlags::IN));
            // An interrupted wait is a short one.
            match other {
                Some(other) => poll(&mut [event, other], None).ok(),
                None => poll(&mut [event], None).ok(),
            };
        }
        self.parked.store(false, Ordering::SeqCst);
        // There is nothing to read if nobody has woken it.
        rustix::io::read(&self.event, &mut [0; 8]).ok();
    }
}
