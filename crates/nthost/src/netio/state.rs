//! The state of the provider in one hosted kernel.

use std::{
    collections::{HashMap, VecDeque},
    ops::Range,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Instant,
};

use fastrand::Rng;
use wsk_sys::WSK_PROVIDER_DISPATCH;

use super::{
    client::Client,
    control::Messages,
    counters::SocketReport,
    network::Network,
    provider,
    settings::{Ancillary, Available, Completion, Failing, Settings},
    slots::CONTROL,
    socket::Socket,
};
use crate::{
    Guards,
    ke::thread::Tasks,
    nt::NTSTATUS,
    sched::{self, Mutex},
    verifier::Check,
};

/// Sockets that are closed are remembered, so that it can be seen if a driver uses them. So many.
const REMEMBERED: usize = 1000;

/// The state of the provider in one hosted kernel.
pub(crate) struct State {
    pub(super) settings: Settings,
    /// Whether drivers can use only those indications that they have.
    pub guards: Guards,
    pub(super) network: Network,
    /// The table that clients get.
    pub(super) dispatch: WSK_PROVIDER_DISPATCH,
    pub(super) completer: Tasks,
    pub(super) clients: Mutex<Vec<Arc<Client>>>,
    /// Cached security descriptors, and how often each was cached.
    pub(super) descriptors: Mutex<HashMap<usize, usize>>,
    sockets: Mutex<VecDeque<Arc<Socket>>>,
    rng: Mutex<Rng>,
    requests: AtomicU64,
    born: Instant,
}

impl Default for State {
    fn default() -> Self {
        Self::new(Network::Host, Settings::default())
    }
}

impl State {
    /// A provider over `network` that behaves as `settings` say.
    pub fn new(network: Network, settings: Settings) -> Self {
        Self {
            rng: Mutex::new(Rng::with_seed(settings.seed)),
            dispatch: provider::dispatch(*settings.versions.end()),
            settings,
            guards: Guards::On,
            network,
            completer: Tasks::new("wsk completions"),
            clients: Mutex::default(),
            descriptors: Mutex::default(),
            sockets: Mutex::default(),
            requests: AtomicU64::new(0),
            born: sched::now(),
        }
    }

    /// Ends all threads of the provider. Nothing is called after that.
    pub fn shut_down(&self) {
        for socket in self.sockets.lock().iter() {
            socket.abandon();
        }
        self.completer.stop();
    }

    /// Checks that a driver that is unloaded has deregistered.
    pub fn check_unload(&self, driver: &Range<usize>) {
        let clients = self.clients.lock().clone();
        for client in clients {
            client.check_unload(driver);
        }
    }

    /// What of sockets that are open is in a range of memory, if something is: the rule against giving it
    /// away, where it is, and what.
    pub fn within(&self, range: &Range<usize>) -> Option<(&'static Check, usize, &'static str)> {
        let sockets = self.sockets.lock();
        sockets.iter().filter(|socket| !socket.is_closed()).find_map(|socket| socket.within(range))
    }

    /// What drivers have not given back.
    pub fn leftovers(&self) -> Vec<String> {
        let sockets = self.sockets.lock();
        let open = sockets.iter().filter(|socket| !socket.is_closed());
        let mut found: Vec<_> = open.map(ToString::to_string).collect();
        found.extend(self.clients.lock().iter().filter_map(|client| client.leftover()));
        let descriptors = self.descriptors.lock().values().sum::<usize>();
        if descriptors > 0 {
            found.push(format!("{descriptors} cached security descriptors"));
        }
        found
    }

    /// What the sockets of drivers have done so far, the oldest first.
    pub fn sockets(&self) -> Vec<SocketReport> {
        self.sockets.lock().iter().map(|socket| socket.report()).collect()
    }

    /// When the provider is there, or `None` if never.
    pub(super) fn available_from(&self) -> Option<Instant> {
        match self.settings.available {
            Available::AtOnce => Some(self.born),
            Available::After(time) => Some(self.born + time),
            Available::Never => None,
        }
    }

    /// When the next request is completed.
    pub(super) fn completion(&self) -> Completion {
        match self.settings.completion {
            Completion::Random => {
                let choices = [Completion::Inline, Completion::Pending, Completion::BeforeReturn];
                choices[self.chance(|rng| rng.usize(..choices.len()))]
            }
            completion => completion,
        }
    }

    /// Counts a request. The status that it fails with, if it is to fail.
    pub(super) fn fails(&self) -> Option<NTSTATUS> {
        let number = self.requests.fetch_add(1, Ordering::Relaxed);
        match self.settings.failing {
            Failing::Never => None,
            Failing::Nth(nth, status) => (nth == number).then_some(status.value()),
            Failing::OneIn(several, status) => {
                (self.chance(|rng| rng.u32(..several.max(1))) == 0).then_some(status.value())
            }
        }
    }

    /// Lets chance decide.
    pub(super) fn chance<R>(&self, decide: impl FnOnce(&mut Rng) -> R) -> R {
        decide(&mut self.rng.lock())
    }

    /// Writes the control messages of a datagram. Returns the number of bytes.
    pub(super) fn write_control(&self, messages: &mut Messages, into: &mut [u8; CONTROL]) -> usize {
        match self.settings.ancillary {
            Ancillary::Present => messages.write(into),
            ancillary => self.chance(|rng| {
                messages.change(ancillary, rng);
                messages.write(into)
            }),
        }
    }

    /// Remembers a new socket.
    pub(super) fn add(&self, socket: Arc<Socket>) {
        let mut sockets = self.sockets.lock();
        if sockets.len() >= REMEMBERED
            && let Some(index) = sockets.iter().position(|socket| socket.is_closed())
        {
            sockets.remove(index);
        }
        sockets.push_back(socket);
    }

    /// The sockets of a client that are open.
    pub(super) fn sockets_of(&self, client: &Arc<Client>) -> Vec<Arc<Socket>> {
        let sockets = self.sockets.lock();
        let open = sockets.iter().filter(|socket| !socket.is_closed());
        open.filter(|socket| Arc::ptr_eq(&socket.client, client)).cloned().collect()
    }
}
