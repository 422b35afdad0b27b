//! A handle to the device.

use core::sync::atomic::{AtomicU8, Ordering};

use rx_abi::{ABI_VERSION, Bind, Bound, InvalidBind, RecordHeader};
use wdm::{
    Answer, ControlRequest, Device, Once, Passive, PoolArc, PoolBox, ReadRequest, Result, SpinLock,
    Status, Thread, Written,
};
use zerocopy::{FromBytes, IntoBytes};

use crate::{bind, events, list::List, session::Session};

/// The states of a handle. It is bound at most once.
const NEW: u8 = 0;
const BINDING: u8 = 1;
const BOUND: u8 = 2;
const CLOSED: u8 = 3;

/// The state of one handle.
pub struct Receiver {
    device: Device,
    /// Size of the queue in bytes where the program leaves it to the driver.
    queue_bytes: u32,
    state: AtomicU8,
    bound: Once<Reception>,
}

/// What a handle has once it is bound.
pub struct Reception {
    session: PoolArc<Session>,
    /// The thread that works for it, if the mode has one. It ends when reception has.
    pump: SpinLock<Option<Thread>>,
}

impl Reception {
    pub const fn new(session: PoolArc<Session>) -> Self {
        Self { session, pump: SpinLock::new(None) }
    }

    pub fn set_pump(&self, pump: Option<Thread>, irql: &mut Passive) {
        *self.pump.lock(irql) = pump;
    }

    /// Ends reception and all that works for it; nobody wants what is held.
    ///
    /// This is not left to the drop: the last one who uses the handle may be that thread, which cannot wait
    /// for itself.
    pub fn end(&self, irql: &mut Passive) {
        self.session.abandon(irql);
        let pump = self.pump.lock(irql).take();
        drop(pump);
        events::closed(&self.session.inbox);
    }
}

impl Receiver {
    pub const fn new(device: Device, queue_bytes: u32) -> Self {
        Self { device, queue_bytes, state: AtomicU8::new(NEW), bound: Once::new() }
    }

    /// What the handle is bound to.
    fn session(&self) -> Result<&Session> {
        let bound = self.state.load(Ordering::Acquire) == BOUND;
        let reception = self.bound.get().filter(|_| bound);
        reception.map(|reception| &*reception.session).ok_or(Status::INVALID_DEVICE_STATE)
    }

    fn change(&self, from: u8, to: u8) -> Result {
        let changed = self.state.compare_exchange(from, to, Ordering::AcqRel, Ordering::Relaxed);
        changed.map(drop).map_err(|_| Status::INVALID_DEVICE_STATE)
    }

    pub fn bind(
        &self,
        list: &List,
        request: &mut ControlRequest<'_>,
        irql: &mut Passive,
    ) -> Result<Written> {
        let settings = parse(request.input())?;
        let checked = settings.check().map_err(|invalid| match invalid {
            InvalidBind::Version => Status::REVISION_MISMATCH,
            _ => Status::INVALID_PARAMETER,
        })?;
        if request.room() < size_of::<Bound>() {
            return Err(Status::BUFFER_TOO_SMALL);
        }
        self.change(NEW, BINDING)?;
        let made = bind::bind(&settings, &checked, self.queue_bytes, self.device, irql);
        match made.and_then(|(reception, bound)| self.keep(list, reception, irql).map(|()| bound)) {
            Ok(bound) => request.reply(bound.as_bytes()),
            Err(error) => {
                // A handle that was closed meanwhile stays closed.
                let _: Result = self.change(BINDING, NEW);
                Err(error)
            }
        }
    }

    /// Makes the handle bound.
    fn keep(&self, list: &List, reception: PoolBox<Reception>, irql: &mut Passive) -> Result {
        if let Err(error) = list.add(&reception.session, irql) {
            reception.end(irql);
            return Err(error);
        }
        if let Err(reception) = self.bound.set(reception) {
            reception.end(irql);
            list.end(&reception.session, irql);
            return Err(Status::INVALID_DEVICE_STATE);
        }
        if self.change(BINDING, BOUND).is_ok() {
            return Ok(());
        }
        if let Some(reception) = self.bound.get() {
            reception.end(irql);
        }
        Err(Status::FILE_CLOSED)
    }

    pub fn stats(&self, request: &mut ControlRequest<'_>) -> Result<Written> {
        let stats = self.session()?.inbox.stats();
        request.reply(stats.as_bytes())
    }

    pub fn unbind(&self, irql: &Passive) -> Result<Written> {
        self.session()?.end(Status::END_OF_FILE, irql);
        Ok(Written::NOTHING)
    }

    pub fn read(&self, request: ReadRequest<'_>, irql: &Passive) -> Answer {
        let session = match self.session() {
            Ok(session) => session,
            Err(error) => return request.fail(error),
        };
        if request.length() < usize::from(RecordHeader::DATAGRAM_OFFSET) {
            return request.fail(Status::BUFFER_TOO_SMALL);
        }
        match &session.inbox.queue {
            Some(queue) => {
                let answer = request.pend(&queue.outlet.reads);
                session.inbox.serve();
                answer
            }
            None => session.read_directly(request, irql),
        }
    }

    pub fn cleanup(&self, irql: &mut Passive) {
        let before = self.state.swap(CLOSED, Ordering::AcqRel);
        // Whoever is binding the handle finds it closed, and ends what it made.
        if let Some(reception) = self.bound.get().filter(|_| before == BOUND) {
            reception.end(irql);
        }
    }

    /// No request is under way any more, so that what is counted is final.
    pub fn close(&self, list: &List, irql: &Passive) {
        if let Some(reception) = self.bound.get() {
            list.end(&reception.session, irql);
        }
    }
}

/// What a program sent to be bound.
fn parse(input: &[u8]) -> Result<Bind> {
    // Another version may have another size.
    match u32::read_from_prefix(input) {
        Ok((ABI_VERSION, _)) => {}
        Ok(_) => return Err(Status::REVISION_MISMATCH),
        Err(_) => return Err(Status::INVALID_BUFFER_SIZE),
    }
    Bind::read_from_bytes(input).map_err(|_| Status::INVALID_BUFFER_SIZE)
}
