//! A handle to the device.

use rx_abi::{FrameMode, FrameStats, InvalidOpen, OpenFrames, Opened, RecordHeader};
use wdm::{
    Answer, ControlRequest, Opening, Passive, PoolArc, ReadRequest, Result, SpinLock, Status,
    Thread, Written,
};
use zerocopy::IntoBytes;

use crate::{capture::Capture, events, reader::Reader, retain, wants::Wants};

/// The state of one handle. It is opened as a reader at most once.
pub struct Handle {
    capture: PoolArc<Capture>,
    reception: Opening<Reception>,
}

/// What a handle has once it is a reader.
struct Reception {
    reader: PoolArc<Reader>,
    /// The thread that works for it, if the mode has one. It ends when reception has.
    pump: SpinLock<Option<Thread>>,
}

impl Handle {
    pub const fn new(capture: PoolArc<Capture>) -> Self {
        Self { capture, reception: Opening::new() }
    }

    /// The reader that the handle is.
    fn reader(&self) -> Result<&PoolArc<Reader>> {
        self.reception.get().map(|reception| &reception.reader)
    }

    pub fn open(&self, request: &mut ControlRequest<'_>, irql: &mut Passive) -> Result<Written> {
        let (settings, program) = OpenFrames::parse(request.input()).map_err(refusal)?;
        let checked = settings.check().map_err(refusal)?;
        if request.room() < size_of::<Opened>() {
            return Err(Status::BUFFER_TOO_SMALL);
        }
        let begun = self.reception.begin()?;
        let reception = Wants::new(&settings, &checked, program)
            .and_then(|wants| self.receive(wants, &settings, checked.mode, irql))
            .inspect_err(|error| events::open_failed(*error))?;
        let opened = self.opened(&reception.reader, irql);
        match begun.finish(reception) {
            Ok(_) => request.reply(opened.as_bytes()),
            Err(closed) => {
                self.close(closed, irql);
                Err(Status::FILE_CLOSED)
            }
        }
    }

    /// Begins to receive.
    fn receive(
        &self,
        wants: Wants,
        settings: &OpenFrames,
        mode: FrameMode,
        irql: &mut Passive,
    ) -> Result<Reception> {
        let retention = if mode == FrameMode::Retain { Some(retain::new(settings)?) } else { None };
        let bytes = settings.queue_bytes;
        let bytes = if bytes == 0 { self.capture.queue_bytes } else { bytes };
        let reader = Reader::new(wants, bytes, retention)?;
        let pump = Reader::start_pump(&reader, irql)?;
        let reception = Reception { reader, pump: SpinLock::new(pump) };
        if let Err(error) = self.capture.attach(&reception.reader, irql) {
            self.abandon(&reception, irql);
            return Err(error);
        }
        Ok(reception)
    }

    /// What the program is told, and those who trace.
    fn opened(&self, reader: &PoolArc<Reader>, irql: &Passive) -> Opened {
        let count = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        let opened = Opened {
            queue_bytes: count(reader.outlet.ring.capacity()),
            adapters: count(self.capture.adapters_of(reader, irql)),
        };
        events::opened(reader, opened);
        opened
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
        if let Some(reception) = self.reception.close() {
            self.close(reception, irql);
        }
    }

    fn close(&self, reception: &Reception, irql: &mut Passive) {
        self.abandon(reception, irql);
        events::closed(&reception.reader);
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
