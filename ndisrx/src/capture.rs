//! All adapters and all readers, and who gets whose frames.

use rx_abi::Guid;
use wdm::{Mutex, Passive, PoolArc, PoolVec, Result, Status};

use crate::{TAG, adapter::Adapter, reader::Reader, requests::Todo, worker::Worker};

/// How long who opens a reader waits until the adapters were asked for frames, in milliseconds.
const OPEN_PATIENCE: u32 = 5000;

/// How long who closes one waits until they were asked for fewer.
const CLOSE_PATIENCE: u32 = 1000;

/// All that the driver knows.
pub struct Capture {
    known: Mutex<Known>,
    pub worker: Worker,
    /// Size of a queue in bytes where the program leaves it to the driver.
    pub queue_bytes: u32,
}

/// Neither bindings nor handles come and go while somebody has this.
struct Known {
    /// Each has its place for good; the one at index zero has the number one.
    adapters: PoolVec<PoolArc<Adapter>>,
    readers: PoolVec<PoolArc<Reader>>,
}

impl Known {
    fn find(&self, guid: &Guid) -> Option<&PoolArc<Adapter>> {
        self.adapters.iter().find(|adapter| adapter.guid == *guid)
    }

    /// The adapters that a reader gets the frames of.
    fn of<'a>(&'a self, reader: &'a Reader) -> impl Iterator<Item = &'a PoolArc<Adapter>> + 'a {
        self.adapters.iter().filter(|adapter| reader.wants.names(&adapter.guid))
    }

    fn attach(&self, reader: &PoolArc<Reader>, irql: &Passive) -> Result {
        for adapter in self.of(reader) {
            adapter.attach(reader, irql)?;
        }
        Ok(())
    }

    fn detach(&self, reader: &Reader, irql: &Passive) {
        for adapter in self.of(reader) {
            adapter.detach(reader, irql);
            adapter.requests.want(Todo::FILTER);
        }
    }

    /// An adapter that was not known before, for those readers that get the frames of all.
    fn add(&mut self, guid: Guid) -> Result<PoolArc<Adapter>> {
        let mut readers = PoolVec::with_room(self.readers.len(), TAG)?;
        for reader in self.readers.iter().filter(|reader| reader.wants.names(&guid)) {
            readers.try_push(reader.clone())?;
        }
        let number = u32::try_from(self.adapters.len()).unwrap_or(u32::MAX).saturating_add(1);
        let adapter = Adapter::new(guid, number, readers)?;
        self.adapters.try_push(adapter.clone())?;
        Ok(adapter)
    }
}

impl Capture {
    pub fn new(queue_bytes: u32) -> Result<PoolArc<Self>> {
        let known = Known { adapters: PoolVec::new(TAG), readers: PoolVec::new(TAG) };
        let (known, worker) = (Mutex::new(known, TAG)?, Worker::new()?);
        PoolArc::try_new(Self { known, worker, queue_bytes }, TAG)
    }

    /// The adapter with this GUID, which may be new.
    pub fn adapter(&self, guid: Guid, irql: &Passive) -> Result<PoolArc<Adapter>> {
        let mut known = self.known.lock(irql);
        match known.find(&guid) {
            Some(adapter) => Ok(adapter.clone()),
            None => known.add(guid),
        }
    }

    /// The adapter with this GUID, if it was ever there.
    pub fn find(&self, guid: &Guid, irql: &Passive) -> Option<PoolArc<Adapter>> {
        self.known.lock(irql).find(guid).cloned()
    }

    /// The adapters by number, from zero on.
    pub fn adapter_at(&self, index: usize, irql: &Passive) -> Option<PoolArc<Adapter>> {
        self.known.lock(irql).adapters.get(index).cloned()
    }

    /// How many adapters there are.
    pub fn count(&self, irql: &Passive) -> usize {
        self.known.lock(irql).adapters.len()
    }

    /// How many adapters the reader gets frames of now.
    pub fn adapters_of(&self, reader: &Reader, irql: &Passive) -> usize {
        if !reader.is_attached() {
            return 0;
        }
        self.known.lock(irql).of(reader).filter(|adapter| adapter.is_there()).count()
    }

    /// Lets a reader have frames, and asks the adapters for them.
    ///
    /// # Errors
    ///
    /// `STATUS_NOT_FOUND` if an adapter that it names was never there, `STATUS_INSUFFICIENT_RESOURCES` if there is
    /// no memory.
    pub fn attach(&self, reader: &PoolArc<Reader>, irql: &Passive) -> Result {
        let mut known = self.known.lock(irql);
        if !reader.wants.adapters().iter().all(|guid| known.find(guid).is_some()) {
            return Err(Status::NOT_FOUND);
        }
        known.readers.try_push(reader.clone())?;
        if let Err(error) = known.attach(reader, irql) {
            reader.detach();
            known.forget(reader, irql);
            return Err(error);
        }
        for adapter in known.of(reader) {
            adapter.requests.want(Todo::FILTER);
        }
        drop(known);
        self.worker.settle(OPEN_PATIENCE, irql);
        Ok(())
    }

    /// Lets a reader have no more frames, of which all are in its queue when this returns.
    pub fn detach(&self, reader: &Reader, irql: &Passive) {
        let mut known = self.known.lock(irql);
        if reader.detach() {
            known.forget(reader, irql);
            drop(known);
            self.worker.settle(CLOSE_PATIENCE, irql);
        }
    }
}

impl Known {
    fn forget(&mut self, reader: &Reader, irql: &Passive) {
        self.detach(reader, irql);
        self.readers.retain(|one| !core::ptr::eq(reader, &raw const **one));
    }
}
