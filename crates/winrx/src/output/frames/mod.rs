//! Forms of frames.

mod accounts;
mod adapters;
mod json;
mod lines;
mod pcapng;
mod summary;

use rx_abi::FrameStats;

pub use accounts::Accounts;
pub(crate) use accounts::adapter_rows;
pub use json::FrameJson;
pub use lines::FrameLines;
pub use pcapng::FramePcapng;

use super::listed;

/// How many frames were dropped for which cause, such as `queue-full 3, lost 1`; `None` if none were.
fn causes(stats: &FrameStats) -> Option<String> {
    listed(stats.drops())
}
