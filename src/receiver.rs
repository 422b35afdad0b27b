//! A handle to the device.

use rx_abi::{ABI_VERSION, Bind, Bound, InvalidBind, RecordHeader};
use wdm::{
    Answer, ControlRequest, Device, Opening, Passive, PoolArc, PoolBox, ReadRequest, Result,
    SpinLock, Status, Thread, Written,
};
use zerocopy::{FromBytes, IntoBytes};

use crate::{bind, events, list::List, session::Session};

/// The state of one handle. It is bound at most once.
pub struct Receiver {
    device: Device,
    /// Size of the queue in bytes where the program leaves it to the driver.
    queue_bytes: u32,
    reception: Opening<Reception>,
}

/// What a handle has once it is bound.
pub struct Reception {
    session: PoolArc<Session>,
    /// The thread that works for it, if the mode has one. It ends when reception has.
    pump: SpinLock<Option<Thread>>,
}

impl Reception {
    pub const fn new(session: PoolArc<Session>, pump: Option<Thread>) -> Self {
        Self { session, pump: SpinLock::new(pump) }
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
        Self { device, queue_bytes, reception: Opening::new() }
    }

    /// What the handle is bound to.
    fn session(&self) -> Result<&Session> {
        self.reception.get().map(|reception| &*reception.session)
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
        let begun = self.reception.begin()?;
        let (reception, bound) =
            bind::bind(&settings, &checked, self.queue_bytes, self.device, irql)?;
        if let Err(error) = list.add(&reception.session, irql) {
            reception.end(irql);
            return Err(error);
        }
        match begun.finish(reception) {
            Ok(_) => request.reply(bound.as_bytes()),
            // The handle was closed meanwhile.
            Err(reception) => {
                reception.end(irql);
                Err(Status::FILE_CLOSED)
            }
        }
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
        if let Some(reception) = self.reception.close() {
            reception.end(irql);
        }
    }

    /// No request is under way any more, so that what is counted is final.
    pub fn close(mut receiver: PoolBox<Self>, list: &List, irql: &Passive) {
        if let Some(reception) = receiver.reception.get_mut() {
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
