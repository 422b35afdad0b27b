//! Clients: drivers that have registered.

use std::{
    ops::Range,
    sync::Arc,
    time::{Duration, Instant},
};

use wsk_sys::{PWSK_CLIENT, WSK_REGISTRATION};

use super::{context, rules};
use crate::{
    nt::{KIRQL, NTSTATUS, STATUS_DEVICE_NOT_READY, STATUS_NOINTERFACE},
    sched::{self, Condvar, Mutex},
    stop, thread,
};

/// A driver that has registered.
pub(super) struct Client {
    registration: usize,
    /// Where the driver called that registered.
    by: usize,
    version: u16,
    state: Mutex<ClientState>,
    changed: Condvar,
}

#[derive(Default)]
struct ClientState {
    deregistering: bool,
    deregistered: bool,
    /// How often the provider was captured and not released.
    captures: usize,
    /// Calls of the provider's functions that have not returned, and their requests.
    calls: usize,
    sockets: usize,
    /// There has been a socket.
    had_sockets: bool,
    /// Events that are enabled for all sockets.
    events: u32,
}

impl ClientState {
    fn idle(&self) -> bool {
        self.captures == 0 && self.calls == 0 && self.sockets == 0
    }
}

impl Client {
    pub fn new(registration: *mut WSK_REGISTRATION, version: u16) -> Self {
        Self {
            registration: registration as usize,
            by: thread::current(|thread| thread.caller.get()),
            version,
            state: Mutex::default(),
            changed: Condvar::new(),
        }
    }

    /// The client that registered with `registration` and has not deregistered.
    pub fn registered(registration: *mut WSK_REGISTRATION) -> Option<Arc<Self>> {
        let system = thread::system();
        let clients = system.netio.clients.lock();
        let found = clients.iter().find(|client| {
            client.registration == registration as usize && !client.state.lock().deregistered
        });
        if found.is_none() {
            rules::REGISTRATION.broken("a registration was used that is not registered");
        }
        found.cloned()
    }

    /// Captures the provider, waiting for it until `deadline` or, without one, for ever.
    pub fn capture(&self, deadline: Option<Instant>) -> Result<(), NTSTATUS> {
        let system = thread::system();
        let available = system.netio.available_from();
        let mut state = self.state.lock();
        loop {
            let now = sched::now();
            if state.deregistering {
                return Err(STATUS_DEVICE_NOT_READY);
            }
            if available.is_some_and(|time| time <= now) {
                if !system.netio.settings.versions.contains(&self.version) {
                    return Err(STATUS_NOINTERFACE);
                }
                state.captures += 1;
                return Ok(());
            }
            if deadline.is_some_and(|deadline| deadline <= now) {
                return Err(STATUS_DEVICE_NOT_READY);
            }
            match [available, deadline].into_iter().flatten().min() {
                Some(time) => drop(stop::wait_until(&self.changed, &mut state, time)),
                None => drop(stop::wait(&self.changed, &mut state)),
            }
            if stop::is_stopped() {
                return Err(STATUS_DEVICE_NOT_READY);
            }
        }
    }

    /// Undoes a capture.
    pub fn release(&self) {
        let mut state = self.state.lock();
        match state.captures.checked_sub(1) {
            Some(captures) => state.captures = captures,
            None => rules::RELEASE_NPI
                .broken("the provider was released more often than it was captured"),
        }
        drop(state);
        self.changed.notify_all();
    }

    /// Waits until nothing of the client is left, at most for `patience`. Tells what is left then.
    pub fn deregister(&self, patience: Duration) -> Result<(), String> {
        let deadline = sched::now() + patience;
        let mut state = self.state.lock();
        state.deregistering = true;
        self.changed.notify_all();
        while !state.idle() {
            if !stop::wait_until(&self.changed, &mut state, deadline) && !state.idle() {
                state.deregistered = true;
                return Err(state.describe());
            }
        }
        state.deregistered = true;
        Ok(())
    }

    /// What the client has not given back.
    pub fn leftover(&self) -> Option<String> {
        let state = self.state.lock();
        (!state.deregistered).then(|| format!("a registration with WSK: {}", state.describe()))
    }

    /// Reports a client that has not deregistered, if its driver is the one in this range.
    pub fn check_unload(&self, driver: &Range<usize>) {
        if let Some(left) = self.leftover().filter(|_| driver.contains(&self.by)) {
            rules::REGISTRATION_LEFT.broken(format!("a driver was unloaded and left {left}"));
        }
    }

    /// Enables events for all sockets. False if there are sockets already.
    pub fn enable_for_all(&self, events: u32) -> bool {
        let mut state = self.state.lock();
        if !state.had_sockets {
            state.events |= events;
        }
        !state.had_sockets
    }

    /// Counts a new socket. Returns the events that are enabled for all sockets.
    pub fn add_socket(&self) -> u32 {
        let mut state = self.state.lock();
        state.sockets += 1;
        state.had_sockets = true;
        state.events
    }

    /// A socket is closed.
    pub fn remove_socket(&self) {
        self.state.lock().sockets -= 1;
        self.changed.notify_all();
    }
}

impl ClientState {
    fn describe(&self) -> String {
        format!(
            "{} captures of the provider, {} calls or requests, {} sockets",
            self.captures, self.calls, self.sockets
        )
    }
}

/// A call of one of the provider's functions, until its request is completed.
pub(super) struct Call(pub Arc<Client>);

impl Call {
    /// Begins a call by `client` of a function that is for this level and those below.
    pub fn begin(client: PWSK_CLIENT, function: &'static str, most: KIRQL) -> Option<Self> {
        context::check_level(function, most);
        let system = thread::system();
        let clients = system.netio.clients.lock();
        let found = clients.iter().find(|known| Arc::as_ptr(known).cast() == client.cast_const());
        let Some(found) = found else {
            rules::CALL_AFTER_RELEASE.broken(format!("{function} was called for no known client"));
            return None;
        };
        let mut state = found.state.lock();
        if state.captures == 0 {
            rules::CALL_AFTER_RELEASE
                .broken(format!("{function} was called after the provider was released"));
        }
        state.calls += 1;
        drop(state);
        Some(Self(Arc::clone(found)))
    }
}

impl Drop for Call {
    fn drop(&mut self) {
        self.0.state.lock().calls -= 1;
        self.0.changed.notify_all();
    }
}
