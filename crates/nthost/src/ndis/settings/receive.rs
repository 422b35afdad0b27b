//! How frames get to protocols and back.

use std::time::Duration;

use fastrand::Rng;

use super::pick;

/// How frames get to protocols and back.
#[derive(Clone, Debug)]
#[non_exhaustive]
#[expect(clippy::struct_excessive_bools, reason = "each is a choice of its own")]
pub struct ReceiveSettings {
    /// The IRQL of receive handlers, and what the flags say about it.
    pub level: ReceiveLevel,
    /// Whether the flags say what all lists of an indication have in common.
    pub hints: bool,
    /// Whether the flags have bits that nobody knows.
    pub unknown_flags: bool,
    /// The most lists in one indication.
    pub list: usize,
    /// Which lists the miniport only lends.
    pub lending: Lending,
    /// What becomes of lists that the miniport or a filter only lends.
    pub lent: Lent,
    /// What protocols get of a list that several of them want.
    pub sharing: Sharing,
    /// One in so many of the frames that the packet filter of a binding keeps away it gets nevertheless.
    /// With zero it gets none of them.
    pub strays: u32,
    /// Whether the miniport takes the headers of lists back that are split from the data, and overwrites
    /// them, as soon as its indication returns.
    pub headers: Headers,
    /// How many threads indicate at once, each for the frames of its receive queues.
    pub parallel: u32,
    /// In which order and combination lists come back to the miniport.
    pub returns: Returns,
    /// Whether the miniport indicates frames from within its return handler.
    pub nested: bool,
    /// What a filter between the miniport and NDIS does.
    pub filter: FilterKind,
    /// Whether an intermediate driver is between the miniport and the filter.
    pub intermediate: bool,
    /// Whether lists that were lent or given are compared afterwards with what they were before. Only to
    /// be switched off to measure.
    pub compare: bool,
    /// When sends are completed.
    pub sends: Sends,
}

impl Default for ReceiveSettings {
    fn default() -> Self {
        Self {
            level: ReceiveLevel::Dispatch,
            hints: true,
            unknown_flags: false,
            list: 64,
            lending: Lending::LowMark,
            lent: Lent::AsTheyAre,
            sharing: Sharing::Lent,
            strays: 0,
            headers: Headers::Overwritten,
            parallel: 1,
            returns: Returns::AsTheyCome,
            nested: false,
            filter: FilterKind::None,
            intermediate: false,
            compare: true,
            sends: Sends::Inline,
        }
    }
}

impl ReceiveSettings {
    /// Chooses behaviours. It chooses none that drops frames, or makes some up.
    pub(super) fn random(rng: &mut Rng) -> Self {
        let filters = [
            FilterKind::None,
            FilterKind::Pass,
            FilterKind::Hold,
            FilterKind::OneByOne,
            FilterKind::Lend,
            FilterKind::Replace,
            FilterKind::Any,
        ];
        Self {
            level: pick(
                rng,
                &[ReceiveLevel::Dispatch, ReceiveLevel::Unflagged, ReceiveLevel::Passive],
            ),
            hints: rng.bool(),
            unknown_flags: rng.bool(),
            list: rng.usize(1..=64),
            lending: pick(rng, &[Lending::LowMark, Lending::LowMark, Lending::Any]),
            lent: pick(rng, &[Lent::AsTheyAre, Lent::Copied, Lent::Any]),
            sharing: pick(rng, &[Sharing::Lent, Sharing::Copied, Sharing::Cloned, Sharing::Any]),
            strays: pick(rng, &[0, 1, 10]),
            headers: Headers::Overwritten,
            parallel: rng.u32(1..=3),
            returns: pick(
                rng,
                &[Returns::AsTheyCome, Returns::OneByOne, Returns::Shuffled, Returns::Mixed],
            ),
            nested: rng.bool(),
            filter: pick(rng, &filters),
            intermediate: rng.bool(),
            compare: true,
            sends: pick(rng, &[Sends::Inline, Sends::Later, Sends::OneByOne, Sends::Any]),
        }
    }
}

/// The IRQL of receive handlers, and what the flags say about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReceiveLevel {
    /// `DISPATCH_LEVEL`, with `NDIS_RECEIVE_FLAGS_DISPATCH_LEVEL`.
    Dispatch,
    /// `DISPATCH_LEVEL`, without the flag.
    Unflagged,
    /// `PASSIVE_LEVEL`, without the flag.
    Passive,
}

/// Which lists the miniport only lends: it sets `NDIS_RECEIVE_FLAGS_RESOURCES`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lending {
    /// Those of indications that leave it with fewer lists than its low mark.
    LowMark,
    /// All.
    Always,
    /// Those, and others by chance.
    Any,
}

/// What becomes of lists that the miniport or a filter only lends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lent {
    /// NDIS lends them to protocols.
    AsTheyAre,
    /// NDIS gives copies to protocols, as long as it has memory.
    Copied,
    /// One of these for each indication.
    Any,
}

/// What protocols get of a list that several of them want. The last one gets the list itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sharing {
    /// The list, lent.
    Lent,
    /// A copy.
    Copied,
    /// Another list with the same data. The first one goes back once all are back.
    Cloned,
    /// One of these for each indication.
    Any,
}

/// What the miniport does with headers that are split from the data, when its indication returns and the
/// list is still a protocol's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Headers {
    /// It leaves them.
    Kept,
    /// It overwrites them.
    Overwritten,
}

/// In which order and combination lists come back to the miniport.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Returns {
    /// As protocols return them.
    AsTheyCome,
    /// Each by itself.
    OneByOne,
    /// Those of one return in any order.
    Shuffled,
    /// Those of several returns together, in any order.
    Mixed,
}

/// What a filter between the miniport and NDIS does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FilterKind {
    /// There is none.
    None,
    /// It passes all on, up and down.
    Pass,
    /// It drops one in so many frames.
    Drop(u32),
    /// It keeps lists and indicates them later, in another thread. What was lent it copies.
    Hold,
    /// It lends each list by itself.
    OneByOne,
    /// It lends all lists.
    Lend,
    /// It indicates lists of its own with the same frames, and returns the others at once.
    Replace,
    /// It indicates a frame of its own between others.
    Inject,
    /// One of these for each indication, but for those that drop frames or make some up.
    Any,
}

/// When sends are completed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sends {
    /// Before the call returns.
    Inline,
    /// Later, in another thread.
    Later,
    /// Later, each list by itself, the last one first.
    OneByOne,
    /// After so long.
    After(Duration),
    /// One of these for each send.
    Any,
}
