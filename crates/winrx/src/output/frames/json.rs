//! Frames as lines of JSON.

use std::io::{self, Write};

use rx_abi::{Checksums, RecordFlags};
use serde::{Serialize, Serializer};

use super::{adapters::Adapters, summary::Summary};
use crate::{Adapter, Capture, Device, Frame, Frames, Stamp, output::Sink};

/// Writes an object a line: `time`, `adapter`, `length`, `original`, `flags`, `summary`, `data` and, where
/// they are known, `vlan`, `hash`, `checksums`, `queue`, `segments`, `lost`.
pub struct FrameJson<'c, W, D> {
    writer: W,
    adapters: Adapters<'c, D>,
    stamp: Stamp,
    system_stamp: Stamp,
    hex: Vec<u8>,
    summary: String,
}

#[derive(Serialize)]
struct Line<'a> {
    /// RFC 3339, in UTC, with nanoseconds.
    time: &'a str,
    /// The same, by the system's clock.
    system_time: &'a str,
    /// Its friendly name.
    adapter: &'a str,
    sequence: u64,
    /// Frames that were dropped before it.
    lost: u32,
    /// Bytes that are here.
    length: usize,
    /// Bytes that there were.
    original: u32,
    #[serde(serialize_with = "flag_names")]
    flags: RecordFlags,
    /// The tag that the adapter took out of the frame.
    vlan: Option<Vlan>,
    hash: Option<u32>,
    #[serde(serialize_with = "checksum_names")]
    checksums: Checksums,
    queue: u16,
    /// From how many segments the adapter made it.
    segments: Option<u16>,
    /// As a line for people tells it.
    summary: &'a str,
    /// Hexadecimal digits, lower case, without the tag.
    data: &'a str,
}

#[derive(Serialize)]
struct Vlan {
    id: u16,
    priority: u16,
    drop_eligible: bool,
}

impl Vlan {
    fn new(tag: u16) -> Self {
        Self { id: tag & 0xfff, priority: tag >> 13, drop_eligible: tag & 1 << 12 != 0 }
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands out references")]
fn flag_names<S: Serializer>(flags: &RecordFlags, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(flags.names())
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands out references")]
fn checksum_names<S: Serializer>(sums: &Checksums, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(sums.names())
}

impl<'c, W: Write, D: Device> FrameJson<'c, W, D> {
    /// Writes to `writer`, which should be buffered, what comes of these and other adapters.
    #[must_use]
    pub fn new(writer: W, capture: &'c Capture<D>, adapters: Vec<Adapter>) -> Self {
        Self {
            writer,
            adapters: Adapters::new(capture, adapters),
            stamp: Stamp::default(),
            system_stamp: Stamp::default(),
            hex: Vec::new(),
            summary: String::new(),
        }
    }
}

impl<W: Write, D: Device> Sink<Frames> for FrameJson<'_, W, D> {
    fn take(&mut self, frame: &Frame<'_>) -> io::Result<()> {
        self.hex.resize(frame.data.len() * 2, 0);
        let data = const_hex::encode_to_str(&frame.data, &mut self.hex);
        let (_, adapter) = self.adapters.find(frame.adapter)?;
        self.summary.clear();
        Summary::new(frame, adapter.medium).write(&mut self.summary).map_err(io::Error::other)?;
        let line = Line {
            time: self.stamp.nanoseconds(frame.time),
            system_time: self.system_stamp.nanoseconds(frame.system_time),
            adapter: &adapter.friendly_name,
            sequence: frame.sequence,
            lost: frame.lost,
            length: frame.data.len(),
            original: frame.original,
            flags: frame.flags,
            vlan: frame.vlan.map(Vlan::new),
            hash: frame.hash.map(|hash| hash.value),
            checksums: frame.checksums,
            queue: frame.queue,
            segments: frame.segments.map(|segments| segments.count),
            summary: &self.summary,
            data: data.map_err(io::Error::other)?,
        };
        serde_json::to_writer(&mut self.writer, &line)?;
        self.writer.write_all(b"\n")
    }

    fn flush(&mut self) -> io::Result<()> {
        self.writer.flush()
    }
}
