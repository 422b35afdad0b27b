//! What a frame is, in the words of tcpdump.

mod icmp;
mod ip;
mod link;
mod transport;

use std::fmt::{self, Write};

use crate::{Frame, Medium};

/// What a frame is, for a line.
pub struct Summary<'f> {
    frame: &'f Frame<'f>,
    medium: Medium,
}

impl<'f> Summary<'f> {
    pub fn new(frame: &'f Frame<'f>, medium: Medium) -> Self {
        Self { frame, medium }
    }

    /// Appends it to a line.
    pub fn write(&self, line: &mut String) -> fmt::Result {
        let data = &self.frame.data;
        if let Some(tag) = self.frame.vlan {
            link::tag(line, tag)?;
        }
        match self.medium {
            Medium::IP | Medium::WIRELESS_WAN => match data.first().map(|first| first >> 4) {
                Some(4) => ip::v4(line, data),
                Some(6) => ip::v6(line, data),
                _ => write!(line, "no IP packet, length {}", self.frame.original),
            },
            Medium::WIFI => write!(line, "802.11, length {}", self.frame.original),
            _ => link::ethernet(line, data, self.frame.original),
        }
    }
}

/// Two bytes of a header, in network order, if they are there.
fn number(bytes: &[u8], offset: usize) -> Option<u16> {
    bytes.get(offset..)?.first_chunk().copied().map(u16::from_be_bytes)
}

#[cfg(test)]
mod tests;
