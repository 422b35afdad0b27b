//! Forms in which datagrams are put out.

mod json;
mod packet;
mod pcapng;
mod plain;

use std::io;

use rx_abi::Stats;

pub use json::JsonLines;
pub use packet::Packet;
pub use pcapng::Pcapng;
pub use plain::{PlainLines, Width};

use crate::Datagram;

/// Something that takes datagrams one after the other.
pub trait Sink {
    /// Takes a datagram.
    ///
    /// # Errors
    ///
    /// If it cannot be written.
    fn datagram(&mut self, datagram: &Datagram<'_>) -> io::Result<()>;

    /// Passes on what has been held back. Called whenever no more datagrams are there for now.
    ///
    /// # Errors
    ///
    /// If it cannot be written.
    fn flush(&mut self) -> io::Result<()>;

    /// Ends the output, with the counters of the receiver if they are known.
    ///
    /// # Errors
    ///
    /// If it cannot be written.
    fn finish(&mut self, _stats: Option<&Stats>) -> io::Result<()> {
        self.flush()
    }
}

/// How many datagrams were dropped for which cause, such as `queue-full 3, closed 1`; `None` if none were.
pub(crate) fn causes(stats: &Stats) -> Option<String> {
    let causes = stats.drops().into_iter().filter(|&(_, count)| count > 0);
    let causes: Vec<_> = causes.map(|(cause, count)| format!("{cause} {count}")).collect();
    (!causes.is_empty()).then(|| causes.join(", "))
}
