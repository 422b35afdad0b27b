//! Datagram sockets.

use std::{
    collections::VecDeque,
    ffi::c_void,
    fmt,
    net::SocketAddr,
    ops::Range,
    sync::{
        Arc, Weak,
        atomic::{AtomicBool, AtomicU32, Ordering},
    },
};

use wsk_sys::{
    PFN_WSK_RECEIVE_FROM_EVENT, WSK_CLIENT_DATAGRAM_DISPATCH, WSK_EVENT_RECEIVE_FROM, WSK_SOCKET,
};

use super::{
    address::Family,
    client::Client,
    context,
    counters::{Counters, SocketReport},
    datagram,
    events::Events,
    network::Endpoint,
    options::Options,
    receive::Waiting,
    request::Request,
    rules,
    slots::{Chain, Pool},
    state::State,
};
use crate::{
    nt::{DISPATCH_LEVEL, NTSTATUS},
    sched::Mutex,
    system::System,
    thread,
    verifier::Check,
};

/// What a socket is made from.
pub(super) struct Plan {
    pub family: Family,
    pub context: *mut c_void,
    pub dispatch: *const WSK_CLIENT_DATAGRAM_DISPATCH,
}

// SAFETY: the pointers are only handed to the driver, or read as the documentation allows: at any time
// until the socket is closed.
unsafe impl Send for Plan {}

/// A datagram socket. Drivers know it by the address of its first member.
#[repr(C)]
pub(super) struct Socket {
    wsk: WSK_SOCKET,
    me: Weak<Self>,
    pub system: Weak<System>,
    pub client: Arc<Client>,
    pub plan: Plan,
    pub endpoint: Endpoint,
    pub pool: Pool,
    pub core: Mutex<Core>,
    /// Held while datagrams are handed out, where that is done one list after the other.
    pub turn: Mutex<()>,
    pub counters: Counters,
    /// Requests to receive that are not completed.
    pub requests: AtomicU32,
    /// Functions of the socket that are in progress.
    calls: AtomicU32,
    closed: AtomicBool,
}

// SAFETY: the dispatch table is a static; the rest is made for several threads.
unsafe impl Send for Socket {}
// SAFETY: as above.
unsafe impl Sync for Socket {}

/// What changes in a socket.
pub(super) struct Core {
    pub options: Options,
    pub local: Option<SocketAddr>,
    /// The only address that datagrams may come from, and go to.
    pub remote: Option<SocketAddr>,
    /// Where datagrams go to that are sent to nobody.
    pub destination: Option<SocketAddr>,
    pub events: Events,
    /// Requests that wait for a datagram.
    pub waiting: VecDeque<Waiting>,
    /// Datagrams that wait for a request or an enabled callback.
    pub backlog: VecDeque<Chain>,
    pub closing: Closing,
    /// It does not work any more.
    pub dead: bool,
}

/// How far a socket is closed.
pub(super) enum Closing {
    /// It is open.
    Open,
    /// It will be closed when its callbacks and threads have ended; then this is completed.
    Waiting(Option<Request>),
    /// It is closed.
    Closed,
}

impl Socket {
    /// Makes a socket, which its client can use from here on.
    pub fn create(client: &Arc<Client>, plan: Plan) -> Result<Arc<Self>, NTSTATUS> {
        let system = thread::system();
        let State { network, settings, .. } = &system.netio;
        let endpoint = Endpoint::new(network, plan.family, settings)?;
        let events = client.add_socket();
        let socket = Arc::new_cyclic(|me| Self {
            wsk: WSK_SOCKET { Dispatch: (&raw const datagram::DISPATCH).cast() },
            me: Weak::clone(me),
            system: Arc::downgrade(&system),
            client: Arc::clone(client),
            plan,
            endpoint,
            pool: Pool::new(settings.datagrams, system.netio.guards),
            core: Mutex::new(Core::new(events & WSK_EVENT_RECEIVE_FROM != 0)),
            turn: Mutex::new(()),
            counters: Counters::default(),
            requests: AtomicU32::new(0),
            calls: AtomicU32::new(0),
            closed: AtomicBool::new(false),
        });
        system.netio.add(Arc::clone(&socket));
        Ok(socket)
    }

    /// What drivers know it by.
    pub fn address(&self) -> *mut WSK_SOCKET {
        (&raw const self.wsk).cast_mut()
    }

    /// Itself, to be kept.
    pub fn keep(&self) -> Arc<Self> {
        self.me.upgrade().expect("who has a reference has one that counts")
    }

    /// The driver's callback, if it has one.
    pub fn callback(&self) -> PFN_WSK_RECEIVE_FROM_EVENT {
        // SAFETY: the driver gave null or a table that outlives the socket.
        unsafe { self.plan.dispatch.as_ref() }.and_then(|table| table.WskReceiveFromEvent)
    }

    /// Whether the driver has closed it.
    pub fn is_closed(&self) -> bool {
        self.closed.load(Ordering::Acquire)
    }

    /// The driver closes it. Returns whether it had not before.
    pub fn set_closed(&self) -> bool {
        !self.closed.swap(true, Ordering::AcqRel)
    }

    /// Functions that are in progress.
    pub fn calls(&self) -> u32 {
        self.calls.load(Ordering::Acquire)
    }

    /// What it has done so far.
    pub fn report(&self) -> SocketReport {
        self.counters.report(self.core.lock().local, !self.is_closed())
    }

    /// What of it is in a range of memory of its driver, if something is.
    pub fn within(&self, range: &Range<usize>) -> Option<(&'static Check, usize, &'static str)> {
        let of_socket = [self.plan.context as usize, self.plan.dispatch as usize];
        let used = |check, what| move |address| (check, address, what);
        let context = of_socket.into_iter().find(|address| range.contains(address));
        let what = "the context or the table of an open socket";
        context.map(used(rules::CONTEXT_FREED, what)).or_else(|| {
            let core = self.core.lock();
            let argument = core.waiting.iter().find_map(|waiting| waiting.within(range));
            argument.map(used(rules::ARGUMENT_FREED, "a parameter of a request that is pending"))
        })
    }

    /// The provider that it belongs to.
    pub fn system(&self) -> Arc<System> {
        self.system.upgrade().expect("a kernel outlives what its threads do in it")
    }
}

impl fmt::Display for Socket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.core.lock().local {
            Some(local) => write!(f, "an open socket bound to {local}"),
            None => f.write_str("an open socket that is not bound"),
        }
    }
}

impl Core {
    fn new(events: bool) -> Self {
        Self {
            options: Options::default(),
            local: None,
            remote: None,
            destination: None,
            events: Events::new(events),
            waiting: VecDeque::new(),
            backlog: VecDeque::new(),
            closing: Closing::Open,
            dead: false,
        }
    }

    /// Whether it is open and works.
    pub fn lives(&self) -> bool {
        matches!(self.closing, Closing::Open) && !self.dead
    }

    /// Whether datagrams are wanted from the network now.
    pub fn wants(&self) -> bool {
        self.backlog.is_empty() && self.takes()
    }

    /// Whether datagrams are wanted now, wherever they come from.
    pub fn takes(&self) -> bool {
        self.lives() && (self.events.enabled() || !self.waiting.is_empty())
    }
}

/// A function of a socket that is in progress.
pub(super) struct Use {
    socket: Arc<Socket>,
}

impl Use {
    /// Begins a function of the socket that a driver passed to it.
    ///
    /// # Safety
    ///
    /// `socket` is a socket that the provider made in this kernel, and remembers.
    pub unsafe fn begin(socket: *mut WSK_SOCKET, function: &'static str) -> Self {
        context::check_level(function, DISPATCH_LEVEL);
        // SAFETY: the caller says so, and a driver knows a socket by the address of its first member.
        let socket = unsafe { &*socket.cast::<Socket>() }.keep();
        if socket.is_closed() {
            rules::CLOSED_SOCKET.broken(format!("{function} was called on a closed socket"));
        }
        socket.calls.fetch_add(1, Ordering::AcqRel);
        Self { socket }
    }
}

impl std::ops::Deref for Use {
    type Target = Arc<Socket>;

    fn deref(&self) -> &Arc<Socket> {
        &self.socket
    }
}

impl Drop for Use {
    fn drop(&mut self) {
        self.socket.calls.fetch_sub(1, Ordering::AcqRel);
    }
}
