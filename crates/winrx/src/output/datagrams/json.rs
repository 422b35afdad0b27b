//! Datagrams as lines of JSON.

use std::{
    io::{self, Write},
    net::SocketAddr,
};

use rx_abi::RecordFlags;
use serde::{Serialize, Serializer};

use crate::{Datagram, Stamp, output::Sink};

/// Writes an object a line: `time`, `from`, `to`, `length`, `original`, `flags`, `data`.
#[derive(Debug)]
pub struct JsonLines<W> {
    writer: W,
    stamp: Stamp,
    hex: Vec<u8>,
}

#[derive(Serialize)]
struct Line<'a> {
    /// RFC 3339, in UTC, with nanoseconds.
    time: &'a str,
    from: SocketAddr,
    to: Option<SocketAddr>,
    /// Bytes of payload that are here.
    length: usize,
    /// Bytes of payload that there were.
    original: u32,
    #[serde(serialize_with = "names")]
    flags: RecordFlags,
    /// Hexadecimal digits, lower case.
    data: &'a str,
}

// Serde wants a reference.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands out references")]
fn names<S: Serializer>(flags: &RecordFlags, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(flags.names())
}

impl<W: Write> JsonLines<W> {
    /// Writes to `writer`, which should be buffered.
    #[must_use]
    pub fn new(writer: W) -> Self {
        Self { writer, stamp: Stamp::default(), hex: Vec::new() }
    }
}

impl<W: Write> Sink for JsonLines<W> {
    fn take(&mut self, datagram: &Datagram<'_>) -> io::Result<()> {
        self.hex.resize(datagram.payload.len() * 2, 0);
        let data = const_hex::encode_to_str(&datagram.payload, &mut self.hex);
        let line = Line {
            time: self.stamp.nanoseconds(datagram.time),
            from: datagram.from,
            to: datagram.to,
            length: datagram.payload.len(),
            original: datagram.original,
            flags: datagram.flags,
            data: data.map_err(io::Error::other)?,
        };
        serde_json::to_writer(&mut self.writer, &line)?;
        self.writer.write_all(b"\n")
    }

    fn flush(&mut self) -> io::Result<()> {
        self.writer.flush()
    }
}
