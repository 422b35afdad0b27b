//! Frames as lines for people.

use std::{
    fmt::Write as _,
    io::{self, Write},
    mem,
};

use super::{adapters::Adapters, summary::Summary};
use crate::{Adapter, Capture, Device, Frame, Frames, Stamp, output::Sink};

/// Writes a line a frame as tcpdump does: time in UTC, the adapter if there are several, what the frame is.
pub struct FrameLines<'c, W, D> {
    writer: W,
    adapters: Adapters<'c, D>,
    /// Lines tell the adapter.
    several: bool,
    stamp: Stamp,
    line: String,
}

impl<'c, W: Write, D: Device> FrameLines<'c, W, D> {
    /// Writes to `writer`, which should be buffered, what comes of these and other adapters. Lines tell the
    /// adapter if frames can be of `several`.
    #[must_use]
    pub fn new(writer: W, capture: &'c Capture<D>, adapters: Vec<Adapter>, several: bool) -> Self {
        let adapters = Adapters::new(capture, adapters);
        Self { writer, adapters, several, stamp: Stamp::default(), line: String::new() }
    }
}

impl<W: Write, D: Device> Sink<Frames> for FrameLines<'_, W, D> {
    fn take(&mut self, frame: &Frame<'_>) -> io::Result<()> {
        let mut line = mem::take(&mut self.line);
        line.clear();
        line.push_str(self.stamp.microseconds(frame.time));
        line.push(' ');
        let (_, adapter) = self.adapters.find(frame.adapter)?;
        if self.several {
            line.push_str(&adapter.friendly_name);
            line.push_str(if frame.is_sent() { " Out " } else { " In " });
        }
        Summary::new(frame, adapter.medium).write(&mut line).map_err(io::Error::other)?;
        if frame.lost > 0 {
            write!(line, " ({} lost before)", frame.lost).map_err(io::Error::other)?;
        }
        line.push('\n');
        let written = self.writer.write_all(line.as_bytes());
        self.line = line;
        written
    }

    fn flush(&mut self) -> io::Result<()> {
        self.writer.flush()
    }
}
