//! What has become of an adapter's frames.

use serde::Serialize;

/// What has happened at an adapter so far.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct AdapterReport {
    /// Its name.
    pub name: String,
    /// The names of the protocols that are bound to it.
    pub protocols: Vec<String>,
    /// The union of the packet filters of its bindings.
    pub packet_filter: u32,
    /// The requests of drivers that have ended, each with its status, the oldest first.
    pub oids: Vec<(u32, i32)>,
    /// Frames that were indicated to protocols.
    pub frames: u64,
    /// Lists that were indicated to protocols.
    pub lists: u64,
    /// Of those, lists that were lent for the time of the call.
    pub loaned: u64,
    /// Of those, lists that became the protocol's until it returned them.
    pub owned: u64,
    /// Lists that protocols hold now.
    pub held_now: u64,
    /// Lists that protocols have returned.
    pub returned: u64,
    /// Lists that NDIS copied.
    pub copies: u64,
    /// Frames that the adapter dropped: it had no lists left, or did not run.
    pub dropped: u64,
    /// Nanoseconds in the receive handlers of protocols.
    pub receive_time_ns: u64,
}
