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
    /// Frames that no protocol wanted, or that came while one that wanted them did not run.
    pub unwanted: u64,
    /// Frames that a protocol got without having asked for them.
    pub strays: u64,
    /// Frames that a filter dropped.
    pub filtered: u64,
    /// Frames that a filter made up.
    pub injected: u64,
    /// Frames that protocols have sent.
    pub sent: u64,
    /// Of those, the ones that were indicated to protocols of this machine.
    pub looped_back: u64,
    /// Indications in which the miniport lent lists.
    pub low: u64,
    /// Calls of the receive handlers of protocols.
    pub callbacks: u64,
    /// Nanoseconds in the receive handlers of protocols.
    pub receive_time_ns: u64,
    /// Nanoseconds in the longest call of one of them. On Windows, 100 µs is too long.
    pub longest_receive_ns: u64,
    /// The source of its frames, if it has one.
    pub source: Option<SourceReport>,
}

/// What has become of the source of an adapter's frames.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct SourceReport {
    /// It has come to its end.
    pub ended: bool,
    /// Why it came to its end too soon, if it did.
    pub failure: Option<String>,
    /// Frames that were lost before the adapter could have them.
    pub dropped: u64,
    /// Frames that are shorter than they once were, because whoever captured them cut them.
    pub truncated: u64,
}
