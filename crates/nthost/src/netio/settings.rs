//! What the provider does where the documentation leaves it a choice.

use std::{ops::RangeInclusive, time::Duration};

use fastrand::Rng;

use crate::Status;

/// How the provider behaves where the documentation leaves it a choice, or says nothing.
///
/// A driver is right only if it is right under every value. The default is what Windows does most
/// of the time, where that is known; [`seeded`](Self::seeded) chooses.
#[derive(Clone, Debug)]
pub struct Settings {
    /// When requests that can be done at once are completed.
    pub completion: Completion,
    /// The IRQL at which requests are completed that are not completed inside of the call.
    pub completion_level: Level,
    /// Which requests fail for want of resources.
    pub failing: Failing,
    /// The status of a datagram that is longer than the buffer of its request.
    pub truncation: Truncation,
    /// Which control messages come with a datagram, of those that were asked for.
    pub ancillary: Ancillary,
    /// How the bytes of a datagram lie in MDLs.
    pub shape: Shape,
    /// Whether MDLs are mapped when they are indicated.
    pub mapping: Mapping,
    /// The most datagrams in one indication.
    pub list: usize,
    /// The most callbacks of one socket at once. With 1, they come one after the other, in order.
    pub parallel: u32,
    /// The IRQL of callbacks.
    pub callback_level: CallbackLevel,
    /// Who gets a datagram while requests wait and the callback is enabled.
    pub precedence: Precedence,
    /// What disabling a callback returns.
    pub disabling: Disabling,
    /// How long closing takes at least.
    pub closing: Duration,
    /// When a request that is cancelled ends.
    pub cancelling: Cancelling,
    /// The number of datagrams after which a socket stops working, if it does.
    pub lifetime: Option<u64>,
    /// When the provider is there.
    pub available: Available,
    /// The versions of the interface that it speaks, as `MAKE_WSK_VERSION` makes them.
    pub versions: RangeInclusive<u16>,
    /// How it joins datagrams for sockets that ask for that.
    pub coalescing: Coalescing,
    /// How long `WskDeregister` waits for what a driver has not given back, before it reports that it
    /// would wait for ever.
    pub patience: Duration,
    /// The most datagrams that a socket holds, received or indicated or retained.
    pub datagrams: usize,
    /// Where chance begins. The same seed gives the same decisions in the same order.
    pub seed: u64,
    /// The seed that all of it was chosen by, if one was: for reports.
    pub chosen_by: Option<u64>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            completion: Completion::Inline,
            completion_level: Level::Dispatch,
            failing: Failing::Never,
            truncation: Truncation::Overflow,
            ancillary: Ancillary::Present,
            shape: Shape::Single,
            mapping: Mapping::Mapped,
            list: 64,
            parallel: 1,
            callback_level: CallbackLevel::Dispatch,
            precedence: Precedence::Requests,
            disabling: Disabling::Natural,
            closing: Duration::ZERO,
            cancelling: Cancelling::AtOnce,
            lifetime: None,
            available: Available::AtOnce,
            versions: 0x0100..=0x0101,
            coalescing: Coalescing::Supported,
            patience: Duration::from_secs(10),
            datagrams: 1024,
            seed: 0,
            chosen_by: None,
        }
    }
}

impl Settings {
    /// Chooses behaviours, the same for the same seed.
    ///
    /// It does not choose those that keep a right driver from working at all: failing requests, the
    /// end of a socket, or a provider that never comes or speaks another version.
    #[must_use]
    pub fn seeded(seed: u64) -> Self {
        let mut rng = Rng::with_seed(seed);
        let late = Completion::Late(Duration::from_millis(rng.u64(1..10)));
        let completions = [
            Completion::Inline,
            Completion::Pending,
            Completion::BeforeReturn,
            late,
            Completion::Random,
        ];
        let shapes = [Shape::Single, Shape::Pieces(rng.u8(2..=8)), Shape::Random];
        let levels = [CallbackLevel::Dispatch, CallbackLevel::Unflagged, CallbackLevel::Passive];
        let ancillaries =
            [Ancillary::Present, Ancillary::Shuffled, Ancillary::Unknown, Ancillary::Random];
        Self {
            completion: pick(&mut rng, &completions),
            completion_level: pick(&mut rng, &[Level::Passive, Level::Dispatch]),
            truncation: pick(&mut rng, &[Truncation::Success, Truncation::Overflow]),
            ancillary: pick(&mut rng, &ancillaries),
            shape: pick(&mut rng, &shapes),
            mapping: pick(&mut rng, &[Mapping::Mapped, Mapping::Unmapped]),
            list: rng.usize(1..=64),
            parallel: rng.u32(1..=4),
            callback_level: pick(&mut rng, &levels),
            precedence: pick(&mut rng, &[Precedence::Requests, Precedence::Race]),
            disabling: pick(&mut rng, &[Disabling::Natural, Disabling::Pending]),
            closing: Duration::from_millis(rng.u64(0..20)),
            cancelling: pick(
                &mut rng,
                &[Cancelling::AtOnce, Cancelling::Late(Duration::from_millis(5))],
            ),
            available: pick(
                &mut rng,
                &[Available::AtOnce, Available::After(Duration::from_millis(5))],
            ),
            coalescing: pick(&mut rng, &[Coalescing::Supported, Coalescing::Unsupported]),
            seed: rng.u64(..),
            chosen_by: Some(seed),
            ..Self::default()
        }
    }
}

fn pick<T: Clone>(rng: &mut Rng, choices: &[T]) -> T {
    choices[rng.usize(..choices.len())].clone()
}

/// When a request that can be done at once is completed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Completion {
    /// Inside of the call, which then returns the status of the request.
    Inline,
    /// Later, in another thread; the call returns `STATUS_PENDING`.
    Pending,
    /// In another thread, but before the call returns `STATUS_PENDING`, unless the completion routine
    /// waits for the caller.
    BeforeReturn,
    /// After so long, in another thread; the call returns `STATUS_PENDING`.
    Late(Duration),
    /// One of these.
    Random,
}

/// An IRQL at which drivers are called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// `PASSIVE_LEVEL`.
    Passive,
    /// `DISPATCH_LEVEL`.
    Dispatch,
}

/// The IRQL of event callbacks, and what the flags say about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CallbackLevel {
    /// `DISPATCH_LEVEL`, with `WSK_FLAG_AT_DISPATCH_LEVEL`.
    Dispatch,
    /// `DISPATCH_LEVEL`, without the flag.
    Unflagged,
    /// `PASSIVE_LEVEL`, without the flag.
    Passive,
}

/// Which requests fail. They are counted over all sockets, without those that close a socket or disable a
/// callback: these do not fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failing {
    /// None.
    Never,
    /// The one with this number, from 0, with this status.
    Nth(u64, Status),
    /// One in so many, by chance, with this status.
    OneIn(u32, Status),
}

/// The status of a datagram that is longer than the buffer of its request. It has `MSG_TRUNC` in its
/// flags in any case, and what fits is there.
///
/// The documentation does not say which it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Truncation {
    /// `STATUS_SUCCESS`.
    Success,
    /// `STATUS_BUFFER_OVERFLOW`.
    Overflow,
}

/// Which control messages come with a datagram, of those that were asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ancillary {
    /// All.
    Present,
    /// None, as when memory is low.
    Missing,
    /// All, in any order.
    Shuffled,
    /// All, and between them some that nobody knows.
    Unknown,
    /// One of these for each datagram.
    Random,
}

/// How the bytes of a datagram lie in MDLs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// In one MDL.
    Single,
    /// In a chain of so many MDLs, at most eight. The datagram begins inside of the first; one is empty
    /// where there are more than two; the chain may be longer than the datagram.
    Pieces(u8),
    /// One of these for each datagram.
    Random,
}

/// Whether MDLs are mapped when they are indicated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mapping {
    /// They are.
    Mapped,
    /// They are not: their pages are locked, and who wants an address maps them.
    Unmapped,
}

/// Who gets a datagram while requests wait and the callback is enabled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Precedence {
    /// The requests, as is documented.
    Requests,
    /// Now and then the callback, as is documented too: a race.
    Race,
}

/// What disabling a callback returns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Disabling {
    /// `STATUS_SUCCESS` if no callback is running.
    Natural,
    /// Always as if one were running.
    Pending,
}

/// When a request that is cancelled ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cancelling {
    /// At once, with `STATUS_CANCELLED`.
    AtOnce,
    /// After so long; or with a datagram, if one comes before that.
    Late(Duration),
}

/// When the provider is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Available {
    /// From the beginning.
    AtOnce,
    /// Some time after the kernel was built.
    After(Duration),
    /// Never.
    Never,
}

/// How datagrams are joined for sockets that set `UDP_RECV_MAX_COALESCED_SIZE`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Coalescing {
    /// As the transport does.
    Supported,
    /// As the transport does, without the control message that tells the size.
    Untold,
    /// The option fails.
    Unsupported,
}
