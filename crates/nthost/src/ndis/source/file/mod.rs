//! Frames of a capture file, pcap or pcapng.

mod capture;
mod pcapng;
mod spec;

use std::{io, time::Duration};

use ndis_sys::NDIS_NBL_FLAGS_IS_LOOPBACK_PACKET;

use self::capture::{Capture, Captured, Problem};
use super::{
    super::{Adapter, Frame},
    Progress, Source, SourceError, Statistics,
    pace::{self, Pace},
    vlan,
};

pub use spec::{File, Loops, Speed, Tags};

/// The most frames handed over at once.
const BATCH: usize = 64;

/// A file that is being read.
pub(super) struct FileSource {
    spec: File,
    capture: Capture,
    /// A frame whose time has not come.
    early: Option<Captured>,
    pace: Pace,
    /// How often the file has been read to its end.
    rounds: u64,
    /// Whether this round has had a frame.
    found: bool,
    truncated: u64,
}

impl File {
    /// The name of the file.
    pub(super) fn name(&self) -> String {
        let name = self.path.file_name().unwrap_or(self.path.as_os_str());
        name.to_string_lossy().into_owned()
    }

    /// The adapter that the file is of, and its frames.
    pub(super) fn open(&self, adapter: Adapter) -> Result<(Adapter, FileSource), SourceError> {
        let mut source = FileSource {
            spec: self.clone(),
            capture: self.capture()?,
            early: None,
            pace: Pace::default(),
            rounds: 0,
            found: false,
            truncated: 0,
        };
        // What the file tells of its interface comes before the first frame.
        source.early = source.read()?;
        let mut adapter = adapter;
        if let Some(interface) = source.capture.interface() {
            adapter.mac = interface.mac.unwrap_or(adapter.mac);
            adapter.speed = interface.speed.unwrap_or(adapter.speed);
        }
        Ok((adapter, source))
    }

    fn capture(&self) -> Result<Capture, SourceError> {
        let opened = Capture::open(&self.path, self.interface.as_deref());
        opened.map_err(|problem| self.explain(&problem))
    }

    /// An error with its cause and cure.
    fn explain(&self, problem: &Problem) -> SourceError {
        let path = self.path.display();
        SourceError(match problem {
            Problem::Io(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
                format!("{path} ends in the middle; copy or write it again")
            }
            Problem::Io(error) => format!("{path} cannot be read: {error}"),
            Problem::Format(what) => {
                format!("{path} is no proper pcap or pcapng file ({what}); write it again")
            }
            Problem::LinkType { interface, kind } => format!(
                "interface {interface} of {path} has frames of link type {kind}, and adapters are \
                 Ethernet, which is 1; choose another one with interface="
            ),
            Problem::NoInterface => format!(
                "{path} has frames, but none of interface {}; `capinfos -I` lists those it has",
                self.interface.as_deref().unwrap_or("0")
            ),
        })
    }
}

impl Source for FileSource {
    fn next(&mut self, frames: &mut Vec<Frame>) -> Result<Progress, SourceError> {
        let before = frames.len();
        while frames.len() - before < BATCH {
            let Some(captured) = self.read()? else { return Ok(Progress::End) };
            let remaining = self.remaining(&captured);
            if !remaining.is_zero() {
                self.early = Some(captured);
                if frames.len() == before {
                    pace::wait(remaining);
                }
                break;
            }
            frames.push(self.frame(captured));
        }
        Ok(Progress::More)
    }

    fn statistics(&mut self) -> Statistics {
        Statistics { truncated: self.truncated, ..Statistics::default() }
    }
}

impl FileSource {
    /// The next frame, of this round or another one. `None` at the end.
    fn read(&mut self) -> Result<Option<Captured>, SourceError> {
        if let Some(captured) = self.early.take() {
            return Ok(Some(captured));
        }
        loop {
            let next = self.capture.next().map_err(|problem| self.spec.explain(&problem))?;
            if let Some(captured) = next {
                self.found = true;
                return Ok(Some(captured));
            }
            self.rounds += 1;
            if !self.found || !self.spec.repeat.goes_on_after(self.rounds) {
                return Ok(None);
            }
            self.found = false;
            self.pace.restart();
            self.capture = self.spec.capture()?;
        }
    }

    /// How long it is until the frame is due.
    fn remaining(&mut self, captured: &Captured) -> Duration {
        match (self.spec.speed, captured.timestamp) {
            (Speed::Original, Some(time)) => self.pace.until(time),
            _ => Duration::ZERO,
        }
    }

    fn frame(&mut self, captured: Captured) -> Frame {
        let Captured { mut data, original, timestamp, outbound } = captured;
        self.truncated += u64::from(original > data.len());
        let vlan = match self.spec.tags {
            Tags::Strip => vlan::strip(&mut data),
            Tags::Keep => None,
        };
        let flags = if outbound { NDIS_NBL_FLAGS_IS_LOOPBACK_PACKET } else { 0 };
        Frame { data, vlan, timestamp, flags, ..Frame::default() }
    }
}
