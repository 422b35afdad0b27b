//! Forms of datagrams.

mod json;
mod packet;
mod pcapng;
mod plain;

use rx_abi::Stats;

pub use json::JsonLines;
pub use packet::Packet;
pub use pcapng::Pcapng;
pub use plain::{PlainLines, Width};

use super::listed;

/// How many datagrams were dropped for which cause, such as `queue-full 3, closed 1`; `None` if none were.
pub(crate) fn causes(stats: &Stats) -> Option<String> {
    listed(stats.drops())
}
