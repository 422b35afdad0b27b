//! Datagrams as lines for people.

use std::{
    fmt::Write as _,
    io::{self, Write},
    mem,
};

use rx_abi::RecordFlags;

use crate::{Datagram, Stamp, output::Sink};

/// How long lines may get.
#[derive(Clone, Copy, Debug)]
pub enum Width {
    /// 64 bytes of payload each.
    Bytes64,
    /// As wide as this function says, in characters; it is asked now and then.
    Terminal(fn() -> usize),
}

/// Bytes of payload in a line that may be of any width.
const BYTES: usize = 64;

/// Columns for payload in a line that would have fewer left.
const COLUMNS_LEAST: usize = 16;

/// Flags that lines tell in other ways: by an address that is known, and not at all.
const UNSAID: RecordFlags = RecordFlags::PACKET_INFO.with(RecordFlags::TRAFFIC_CLASS);

/// Writes a line a datagram: time in UTC, sender, destination, length, flags, and the first bytes as text
/// if they are some, else in hexadecimal.
#[derive(Debug)]
pub struct PlainLines<W> {
    writer: W,
    width: Width,
    /// What `width` said last.
    columns: usize,
    stamp: Stamp,
    line: String,
}

impl<W: Write> PlainLines<W> {
    /// Writes to `writer`, which should be buffered.
    #[must_use]
    pub fn new(writer: W, width: Width) -> Self {
        let mut lines =
            Self { writer, width, columns: 0, stamp: Stamp::default(), line: String::new() };
        lines.measure();
        lines
    }

    fn measure(&mut self) {
        if let Width::Terminal(columns) = self.width {
            self.columns = columns();
        }
    }

    /// How much payload fits behind what the line has already.
    fn limit(&self, line: &str) -> Limit {
        match self.width {
            Width::Bytes64 => Limit { bytes: BYTES, columns: usize::MAX },
            Width::Terminal(_) => {
                // A blank comes before it and perhaps an ellipsis after it.
                let columns = self.columns.saturating_sub(line.chars().count() + 2);
                Limit { bytes: usize::MAX, columns: columns.max(COLUMNS_LEAST) }
            }
        }
    }
}

impl<W: Write> Sink for PlainLines<W> {
    fn take(&mut self, datagram: &Datagram<'_>) -> io::Result<()> {
        let mut line = mem::take(&mut self.line);
        line.clear();
        line.push_str(self.stamp.microseconds(datagram.time));
        heading(&mut line, datagram).map_err(io::Error::other)?;
        if !datagram.payload.is_empty() {
            let limit = self.limit(&line);
            excerpt(&mut line, &datagram.payload, limit);
        }
        line.push('\n');
        let written = self.writer.write_all(line.as_bytes());
        self.line = line;
        written
    }

    fn flush(&mut self) -> io::Result<()> {
        self.measure();
        self.writer.flush()
    }
}

/// Addresses, length and flags.
fn heading(line: &mut String, datagram: &Datagram<'_>) -> std::fmt::Result {
    write!(line, " {} > ", datagram.from)?;
    match datagram.to {
        Some(to) => write!(line, "{to}")?,
        None => line.push('?'),
    }
    let (length, original) = (datagram.payload.len(), datagram.original);
    if original as usize == length {
        write!(line, " {length} bytes")?;
    } else {
        write!(line, " {length} of {original} bytes")?;
    }
    let said = RecordFlags::from_bits(datagram.flags.bits() & !UNSAID.bits());
    for name in said.names() {
        write!(line, " {name}")?;
    }
    if datagram.lost > 0 {
        write!(line, " {}-lost-before", datagram.lost)?;
    }
    Ok(())
}

/// How much of a payload a line shows.
#[derive(Clone, Copy)]
struct Limit {
    bytes: usize,
    columns: usize,
}

/// Appends a blank and the first bytes: as text in quotes if they are some, else in hexadecimal; with an
/// ellipsis where they are not all.
fn excerpt(line: &mut String, payload: &[u8], limit: Limit) {
    line.push(' ');
    let start = line.len();
    let shown = text(line, payload, limit).unwrap_or_else(|| {
        line.truncate(start);
        hexadecimal(line, payload, limit)
    });
    if shown < payload.len() {
        line.push('…');
    }
}

/// Appends the first bytes as text and returns how many they were, if text they are. Nothing gets through
/// that could move the cursor of a terminal or turn its lines around.
fn text(line: &mut String, payload: &[u8], limit: Limit) -> Option<usize> {
    let part = payload.get(..limit.bytes).unwrap_or(payload);
    let text = match str::from_utf8(part) {
        Ok(text) => text,
        // The limit may lie within a character.
        Err(error) if error.error_len().is_none() && part.len() < payload.len() => {
            str::from_utf8(part.get(..error.valid_up_to())?).ok()?
        }
        Err(_) => return None,
    };
    let (mut shown, mut columns) = (0, "\"\"".len());
    line.push('"');
    for character in text.chars() {
        let escaped = character.escape_debug();
        let plain = character == '\'' || escaped.len() == 1;
        // Such as \n and \t; all else that has to be escaped is not text.
        let short = escaped.len() == 2 && character != '\0';
        columns += if plain { 1 } else { 2 };
        if columns > limit.columns {
            break;
        }
        if plain {
            line.push(character);
        } else if short {
            line.extend(escaped);
        } else {
            return None;
        }
        shown += character.len_utf8();
    }
    line.push('"');
    Some(shown)
}

/// Appends the first bytes in hexadecimal and returns how many they were.
fn hexadecimal(line: &mut String, payload: &[u8], limit: Limit) -> usize {
    let bytes = payload.len().min(limit.bytes).min(limit.columns / 2);
    let digits = payload.iter().take(bytes).flat_map(|byte| [byte >> 4, byte & 15]);
    line.extend(digits.filter_map(|digit| char::from_digit(digit.into(), 16)));
    bytes
}

#[cfg(test)]
mod tests {
    use super::{Limit, excerpt};

    fn shown(payload: &[u8], limit: Limit) -> String {
        let mut line = String::new();
        excerpt(&mut line, payload, limit);
        line
    }

    #[test]
    fn text_is_shown_as_text() {
        let limit = Limit { bytes: 64, columns: usize::MAX };
        assert_eq!(shown(b"it's \"so\"\r\n", limit), r#" "it's \"so\"\r\n""#);
        assert_eq!(shown("Grüße".as_bytes(), limit), " \"Grüße\"");
        assert_eq!(shown(b"a\x1b[2J", limit), " 611b5b324a");
        assert_eq!(shown(b"\0", limit), " 00");
        assert_eq!(shown("a\u{202e}b".as_bytes(), limit), " 61e280ae62");
        assert_eq!(shown(&[b'a', 0xc3], limit), " 61c3");
    }

    #[test]
    fn what_does_not_fit_is_cut() {
        let bytes = Limit { bytes: 4, columns: usize::MAX };
        assert_eq!(shown(b"abcd", bytes), " \"abcd\"");
        assert_eq!(shown(b"abcde", bytes), " \"abcd\"…");
        assert_eq!(shown("abcü".as_bytes(), bytes), " \"abc\"…");
        assert_eq!(shown(&[0xff; 5], bytes), " ffffffff…");
        let columns = Limit { bytes: usize::MAX, columns: 6 };
        assert_eq!(shown(b"abcd", columns), " \"abcd\"");
        assert_eq!(shown(b"abc\n", columns), " \"abc\"…");
        assert_eq!(shown(&[0xff; 3], columns), " ffffff");
        assert_eq!(shown(&[0xff; 4], columns), " ffffff…");
    }
}
