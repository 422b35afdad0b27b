//! Forms in which datagrams and frames are put out.

mod amounts;
mod columns;
mod counters;
mod datagrams;
mod frames;
mod section;

use std::io;

use rx_abi::AdapterState;

use crate::{Adapter, Datagrams, handle::Service};

pub(crate) use amounts::{amount, rate};
pub(crate) use columns::columns;
pub use counters::{Counted, Counters};
pub(crate) use datagrams::causes;
pub use datagrams::{JsonLines, Packet, Pcapng, PlainLines, Width};
pub(crate) use frames::adapter_rows;
pub use frames::{Accounts, FrameJson, FrameLines, FramePcapng};

/// Something that takes datagrams or frames one after the other.
pub trait Sink<S: Service = Datagrams> {
    /// Takes one.
    ///
    /// # Errors
    ///
    /// If it cannot be written.
    fn take(&mut self, item: &S::Item<'_>) -> io::Result<()>;

    /// Passes on what has been held back. Called whenever there are no more for now.
    ///
    /// # Errors
    ///
    /// If it cannot be written.
    fn flush(&mut self) -> io::Result<()>;

    /// Ends the output, with the counters of the handle if they are known.
    ///
    /// # Errors
    ///
    /// If it cannot be written.
    fn finish(&mut self, _stats: Option<&S::Stats>) -> io::Result<()> {
        self.flush()
    }
}

/// Whether an adapter is there, in a word.
pub(crate) fn state_name(adapter: &Adapter) -> &'static str {
    match adapter.state {
        AdapterState::Gone => "gone",
        AdapterState::Paused => "paused",
        AdapterState::Running => "running",
    }
}

/// The causes of drops that there were, such as `queue-full 3, closed 1`; `None` if there were none.
pub(crate) fn listed<const N: usize>(drops: [(&'static str, u64); N]) -> Option<String> {
    let causes = drops.into_iter().filter(|&(_, count)| count > 0);
    let causes: Vec<_> = causes.map(|(cause, count)| format!("{cause} {count}")).collect();
    (!causes.is_empty()).then(|| causes.join(", "))
}
