//! Those who read.

use std::{
    ops::Deref,
    sync::Arc,
    thread::{self, Scope, ScopedJoinHandle},
};

use e2e::Machine;
use fastrand::Rng;
use nthost::File;
use rx_abi::{FrameMode, PacketFilter};
use winrx::{Capture, CaptureSettings};

use super::table::Table;

/// What has been read.
#[derive(Clone, Copy, Default)]
pub struct Read {
    pub frames: u64,
    /// Frames that were dropped before others, as those tell.
    pub lost: u64,
}

/// Opens a reader of all frames of all adapters.
pub fn open(machine: &Machine, mode: FrameMode, snap_length: u32) -> Capture<File> {
    let capture = Capture::new(machine.open()).expect("the driver answers");
    let settings = CaptureSettings {
        mode: Some(mode),
        packet_filter: Some(PacketFilter::PROMISCUOUS),
        snap_length: Some(snap_length).filter(|length| *length > 0),
        ..CaptureSettings::default()
    };
    capture.open(&settings).expect("the driver opens a reader");
    capture
}

/// Reads until reception ends, or is cancelled.
pub fn read_all(capture: &Capture<File>, table: &Table) -> Read {
    let (mut read, mut reader) = (Read::default(), capture.reader());
    while let Ok(Some(batch)) = reader.next_batch() {
        for frame in batch {
            let frame = frame.expect("a valid record");
            table.check(&frame);
            read.frames += 1;
            read.lost += u64::from(frame.lost);
        }
    }
    read
}

/// Ends reception when a test fails, so that nobody waits for frames.
pub struct Ending<C: Deref<Target = Capture<File>>>(pub C);

impl<C: Deref<Target = Capture<File>>> Drop for Ending<C> {
    fn drop(&mut self) {
        if thread::panicking() {
            let _: Result<(), winrx::Error> = self.0.unbind();
        }
    }
}

/// A reader that comes and goes.
pub struct Guest<'scope> {
    capture: Ending<Arc<Capture<File>>>,
    thread: ScopedJoinHandle<'scope, Read>,
}

impl<'scope> Guest<'scope> {
    pub fn come<'env>(
        scope: &'scope Scope<'scope, 'env>,
        machine: &Machine,
        table: &'env Table,
        rng: &mut Rng,
    ) -> Self {
        let mode = FrameMode::ALL[rng.usize(..2)];
        let capture = Arc::new(open(machine, mode, [0, 40, 100][rng.usize(..3)]));
        let its = Arc::clone(&capture);
        Self { capture: Ending(capture), thread: scope.spawn(move || read_all(&its, table)) }
    }

    /// Reads the rest and goes, or goes at once.
    pub fn go(self, rng: &mut Rng) {
        if rng.bool() {
            self.capture.0.unbind().expect("reception ends");
            let read = self.thread.join().expect("all is read");
            let stats = self.capture.0.stats().expect("the driver tells");
            assert!(stats.adds_up(), "{stats:?}");
            assert_eq!((stats.delivered, stats.held, stats.retained), (read.frames, 0, 0));
            assert!(read.lost <= stats.dropped(), "{stats:?}");
            return;
        }
        while !self.thread.is_finished() {
            self.capture.0.cancel();
            thread::yield_now();
        }
        self.thread.join().expect("what was read was right");
    }
}
