//! Sessions that listen to providers.

use std::{collections::VecDeque, mem};

use super::{
    Found, Provider, State,
    describe::{self, TraceValue},
};
use crate::{
    ke::thread::{Role, call},
    nt::{EVENT_DATA_DESCRIPTOR, GUID},
    verifier::catalogue::unload::EVENT_DESCRIPTION,
};

/// An event that a driver wrote and a session wanted: see [`Kernel::listen`](crate::Kernel::listen).
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct TraceEvent {
    /// The name of its provider; empty if the event does not tell.
    pub provider: String,
    /// The identifier of its provider, as its digits.
    pub id: u128,
    /// Its name; empty if the event does not tell.
    pub name: String,
    /// Its level: 2 is an error, 5 is verbose.
    pub level: u8,
    /// Its keywords.
    pub keywords: u64,
    /// The names of its fields, with their values; empty if one is of a type that is not read.
    pub fields: Vec<(String, TraceValue)>,
}

impl TraceEvent {
    /// The value of the field with this name.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&TraceValue> {
        self.fields.iter().find(|(known, _)| known == name).map(|(_, value)| value)
    }
}

/// The most events that are kept for those who ask; the oldest goes first.
const MOST_EVENTS: usize = 65_536;

/// `EVENT_CONTROL_CODE_DISABLE_PROVIDER` and `EVENT_CONTROL_CODE_ENABLE_PROVIDER`
const DISABLE: u32 = 0;
const ENABLE: u32 = 1;

/// The callback of a provider.
type Callback = unsafe extern "efiapi" fn(
    source: *const GUID,
    control: u32,
    level: u8,
    any: u64,
    all: u64,
    filter: *const u8,
    context: usize,
);

/// What a session wants of a provider.
#[derive(Clone, Copy, Debug)]
pub(super) struct Session {
    pub id: u128,
    pub level: u8,
    pub keywords: u64,
}

impl Session {
    /// True for events that it wants.
    pub fn wants(self, level: u8, keywords: u64) -> bool {
        let is_wanted = keywords == 0 || self.keywords == 0 || keywords & self.keywords != 0;
        (self.level == 0 || level <= self.level) && is_wanted
    }
}

/// A call of a callback, which is made without any lock on providers.
#[derive(Clone, Copy)]
pub(super) struct Notice {
    callback: usize,
    context: usize,
    session: Option<Session>,
}

impl Notice {
    /// Tells a provider who listens to it, if it wants to know.
    pub fn new(provider: &Provider, session: Option<Session>) -> Self {
        Self { callback: provider.callback, context: provider.context, session }
    }

    /// Makes the call, at `PASSIVE_LEVEL`.
    pub fn send(self) {
        let Self { callback, context, session } = self;
        if callback == 0 {
            return;
        }
        let source = GUID::default();
        let (control, level, any) =
            session.map_or((DISABLE, 0, 0), |session| (ENABLE, session.level, session.keywords));
        let code = || {
            // SAFETY: the driver registered it as a callback of this type.
            let routine = unsafe { mem::transmute::<usize, Callback>(callback) };
            // SAFETY: it gets what it is documented to get, with its own context.
            unsafe {
                routine(&raw const source, control, level, any, 0, std::ptr::null(), context);
            };
        };
        // SAFETY: there is nothing to drop.
        unsafe { call(Role::Callback("the callback of an event provider"), callback, code) };
    }
}

/// What was written and not asked for yet.
#[derive(Default)]
pub(super) struct Log(VecDeque<TraceEvent>);

impl Log {
    fn add(&mut self, event: TraceEvent) {
        if self.0.len() == MOST_EVENTS {
            self.0.pop_front();
        }
        self.0.push_back(event);
    }
}

impl State {
    /// Has a session listen to a provider, in place of the one that does.
    pub fn listen(&self, id: u128, level: u8, keywords: u64) {
        let session = Session { id, level, keywords };
        self.change(id, Some(session));
    }

    /// Has nobody listen to a provider.
    pub fn stop_listening(&self, id: u128) {
        self.change(id, None);
    }

    fn change(&self, id: u128, session: Option<Session>) {
        let _one_at_a_time = self.calling.lock();
        let notices: Vec<_> = {
            let mut providers = self.providers.lock();
            providers.sessions.retain(|session| session.id != id);
            providers.sessions.extend(session);
            let told = providers.registered.values().filter(|provider| provider.id == id);
            told.map(|provider| Notice::new(provider, session)).collect()
        };
        for notice in notices {
            notice.send();
        }
    }

    /// Takes the events that were written.
    pub fn take_events(&self) -> Vec<TraceEvent> {
        mem::take(&mut self.providers.lock().events.0).into()
    }

    /// Keeps an event of a provider that a session listens to.
    pub(super) fn keep(
        &self,
        found: &Found,
        level: u8,
        keywords: u64,
        parts: &[EVENT_DATA_DESCRIPTOR],
    ) {
        let Parts { provider, event, data } = Parts::read(parts, found.has_kinds);
        let id = found.id;
        let provider = provider.map(|description| describe::provider(&description)).transpose();
        let described = event.map(|event| describe::event(&event, &data)).transpose();
        match provider.and_then(|provider| Ok((provider, described?))) {
            Ok((provider, described)) => {
                let provider = provider.unwrap_or_default();
                let (name, fields) = described.unwrap_or_default();
                let event = TraceEvent { provider, id, name, level, keywords, fields };
                self.providers.lock().events.add(event);
            }
            Err(cause) => EVENT_DESCRIPTION.broken_by_caller(&format!("writes an event: {cause}")),
        }
    }
}

/// The bytes of the parts of an event.
#[derive(Default)]
struct Parts {
    provider: Option<Vec<u8>>,
    event: Option<Vec<u8>>,
    data: Vec<u8>,
}

impl Parts {
    /// Reads them. Windows looks at their kinds only for providers that said so.
    fn read(parts: &[EVENT_DATA_DESCRIPTOR], has_kinds: bool) -> Self {
        const OF_EVENT: u32 = 1;
        const OF_PROVIDER: u32 = 2;
        let mut this = Self::default();
        for part in parts {
            let (start, length) = (part.Ptr as *const u8, part.Size as usize);
            let bytes = if length == 0 {
                &[]
            } else {
                // SAFETY: the driver passes as many bytes.
                unsafe { std::slice::from_raw_parts(start, length) }
            };
            // SAFETY: all members are numbers.
            match unsafe { part.u.Reserved } {
                _ if !has_kinds => this.data.extend(bytes),
                OF_PROVIDER => this.provider = Some(bytes.to_vec()),
                OF_EVENT => this.event = Some(bytes.to_vec()),
                _ => this.data.extend(bytes),
            }
        }
        this
    }
}
