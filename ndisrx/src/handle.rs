//! A handle to the device.

use core::sync::atomic::{AtomicU8, Ordering};

use rx_abi::{FrameMode, FrameStats, InvalidOpen, OpenFrames, Opened, RecordHeader};
use wdm::{
    Answer, ControlRequest, Once, Passive, PoolArc, PoolBox, ReadRequest, Result, SpinLock, Status,
    Thread, Written,
};
use zerocopy::IntoBytes;

use crate::{TAG, capture::Capture, events, reader::Reader, retain, wants::Wants};

/// The states of a handle. It is opened as a reader at most once.
const NEW: u8 = 0;
const OPENING: u8 = 1;
const OPEN: u8 = 2;
const CLOSED: u8 = 3;

/// The state of one handle.
pub struct Handle {
    capture: PoolArc<Capture>,
    state: AtomicU8,
    opened: Once<Reception>,
}

/// What a handle has once it is a reader.
struct Reception {
    reader: PoolArc<Reader>,
    /// The thread that works for it, if the mode has one. It ends when reception has.
    pump: SpinLock<Option<Thread>>,
}

impl Handle {
    pub const fn new(capture: PoolArc<Capture>) -> Self {
        Self { capture, state: AtomicU8::new(NEW), opened: Once::new() }
    }

    /// The reader that the handle is.
    fn reader(&self) -> Result<&PoolArc<Reader>> {
        let open = self.state.load(Ordering::Acquire) == OPEN;
        let opened = self.opened.get().filter(|_| open);
        opened.map(|opened| &opened.reader).ok_or(Status::INVALID_DEVICE_STATE)
    }

    fn change(&self, from: u8, to: u8) -> Result {
        let changed = self.state.compare_exchange(from, to, Ordering::AcqRel, Ordering::Relaxed);
        changed.map(drop).map_err(|_| Status::INVALID_DEVICE_STATE)
    }

    pub fn open(&self, request: &mut ControlRequest<'_>, irql: &mut Passive) -> Result<Written> {
        let (settings, program) = OpenFrames::parse(request.input()).map_err(refusal)?;
        let checked = settings.check().map_err(refusal)?;
        if request.room() < size_of::<Opened>() {
            return Err(Status::BUFFER_TOO_SMALL);
        }
        self.change(NEW, OPENING)?;
        let made = Wants::new(&settings, &checked, program).and_then(|wants| {
            let retains = checked.mode == FrameMode::Retain;
            let retention = if retains { Some(retain::new(&settings)?) } else { None };
            let bytes = settings.queue_bytes;
            let bytes = if bytes == 0 { self.capture.queue_bytes } else { bytes };
            self.keep(&Reader::new(wants, bytes, retention)?, irql)
        });
        match made {
            Ok(opened) => request.reply(opened.as_bytes()),
            Err(error) => {
                events::open_failed(error);
                // A handle that was closed meanwhile stays closed.
                let _: Result = self.change(OPENING, NEW);
                Err(error)
            }
        }
    }

    /// Makes the handle that reader.
    fn keep(&self, reader: &PoolArc<Reader>, irql: &mut Passive) -> Result<Opened> {
        let reception = Reception { reader: reader.clone(), pump: SpinLock::new(None) };
        let reception = PoolBox::try_new(reception, TAG)?;
        let pump = Reader::start_pump(reader, irql)?;
        *reception.pump.lock(irql) = pump;
        if let Err(error) = self.capture.attach(reader, irql) {
            self.abandon(&reception, irql);
            return Err(error);
        }
        if let Err(reception) = self.opened.set(reception) {
            self.abandon(&reception, irql);
            return Err(Status::INVALID_DEVICE_STATE);
        }
        if self.change(OPENING, OPEN).is_ok() {
            let count = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
            let opened = Opened {
                queue_bytes: count(reader.outlet.ring.capacity()),
                adapters: count(self.capture.adapters_of(reader, irql)),
            };
            events::opened(reader, opened);
            return Ok(opened);
        }
        if let Some(reception) = self.opened.get() {
            self.abandon(reception, irql);
        }
        Err(Status::FILE_CLOSED)
    }

    pub fn stats(&self, request: &mut ControlRequest<'_>, irql: &Passive) -> Result<Written> {
        let reader = self.reader()?;
        let adapters = self.capture.adapters_of(reader, irql) as u64;
        request.reply(FrameStats { adapters, ..reader.stats() }.as_bytes())
    }

    /// Ends reception; what is held can be read.
    pub fn end(&self, irql: &Passive) -> Result<Written> {
        let reader = self.reader()?;
        self.capture.detach(reader, irql);
        reader.end(Status::END_OF_FILE);
        Ok(Written::NOTHING)
    }

    pub fn read(&self, request: ReadRequest<'_>) -> Answer {
        let reader = match self.reader() {
            Ok(reader) => reader,
            Err(error) => return request.fail(error),
        };
        if request.length() < usize::from(RecordHeader::FRAME_OFFSET) {
            return request.fail(Status::BUFFER_TOO_SMALL);
        }
        let answer = request.pend(&reader.outlet.reads);
        reader.outlet.serve(&**reader);
        answer
    }

    pub fn cleanup(&self, irql: &mut Passive) {
        let before = self.state.swap(CLOSED, Ordering::AcqRel);
        // Whoever is opening the handle finds it closed, and ends what it made.
        if let Some(reception) = self.opened.get().filter(|_| before == OPEN) {
            self.abandon(reception, irql);
            events::closed(&reception.reader);
        }
    }

    /// Ends reception and what works for it; nobody wants what is held.
    ///
    /// This is not left to the drop: the last one who uses the reader may be that thread, which cannot wait for
    /// itself.
    fn abandon(&self, reception: &Reception, irql: &mut Passive) {
        self.capture.detach(&reception.reader, irql);
        reception.reader.abandon();
        let pump = reception.pump.lock(irql).take();
        drop(pump);
    }
}

/// What a program gets for settings that are not valid.
const fn refusal(invalid: InvalidOpen) -> Status {
    match invalid {
        InvalidOpen::Version => Status::REVISION_MISMATCH,
        InvalidOpen::Length => Status::INVALID_BUFFER_SIZE,
        _ => Status::INVALID_PARAMETER,
    }
}
