//! Registration, bindings, events, requests and status.

use std::time::Duration;

use fastrand::Rng;
use ndis_sys::NDIS_OID;

use super::pick;
use crate::Status;

/// Registration, bindings, events, requests and status.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "they do not depend on each other")]
pub struct ControlSettings {
    /// When a driver that registers is bound to the adapters that are there.
    pub binds: Binds,
    /// How registering fails, if it does.
    pub registering_fails: Option<Status>,
    /// When a driver is bound to all adapters, it is told the order of its bindings, that its configuration
    /// has changed, and of an event that it does not know.
    pub more_events: bool,
    /// When opening an adapter is done.
    pub opening: Completion,
    /// How opening an adapter fails, if it does.
    pub opening_fails: Option<Status>,
    /// On media without packet filters, a frame arrives while the adapter is being opened.
    pub frames_while_opening: bool,
    /// When closing a binding is done.
    pub closing: Completion,
    /// Between the call that closes a binding and the end of that, status is indicated and a frame is lent.
    pub calls_while_closing: bool,
    /// What `NdisUnbindAdapter` does.
    pub unbinding: Unbinding,
    /// The other bindings of an adapter are paused while another one is made or goes.
    pub pauses_others: bool,
    /// When requests end.
    pub requests: Answer,
    /// The IRQL at which pending requests are completed.
    pub request_level: Level,
    /// The requests that fail, by their identifier, and how.
    pub failing_requests: Vec<(NDIS_OID, Status)>,
    /// Setting something says that no bytes were read.
    pub reads_nothing: bool,
    /// The revision of structures that the adapter says that it supports, if it is not the newest.
    pub supported_revision: Option<u8>,
    /// Status is indicated while a request sets something.
    pub status_in_requests: bool,
    /// The IRQL at which status is indicated.
    pub status_level: Level,
    /// Status indications are longer than the driver knows them.
    pub long_status: bool,
    /// How long NDIS waits for a driver before it reports that it would wait for ever.
    pub patience: Duration,
}

impl Default for ControlSettings {
    fn default() -> Self {
        Self {
            binds: Binds::Racing,
            registering_fails: None,
            more_events: false,
            opening: Completion::Inline,
            opening_fails: None,
            frames_while_opening: false,
            closing: Completion::Pending,
            calls_while_closing: false,
            unbinding: Unbinding::Soon,
            pauses_others: false,
            requests: Answer::Pending,
            request_level: Level::Dispatch,
            failing_requests: Vec::new(),
            reads_nothing: false,
            supported_revision: None,
            status_in_requests: false,
            status_level: Level::Dispatch,
            long_status: false,
            patience: Duration::from_secs(30),
        }
    }
}

impl ControlSettings {
    /// Chooses behaviours that a right driver copes with.
    pub(super) fn random(rng: &mut Rng) -> Self {
        let completions = [Completion::Inline, Completion::Pending, Completion::BeforeReturn];
        let late = Answer::Late(Duration::from_millis(rng.u64(1..20)));
        let answers = [Answer::Inline, Answer::Pending, Answer::BeforeReturn, late, Answer::Random];
        let levels = [Level::Passive, Level::Dispatch];
        Self {
            binds: pick(rng, &[Binds::BeforeReturn, Binds::Racing, Binds::AfterReturn]),
            more_events: rng.bool(),
            opening: pick(rng, &completions),
            frames_while_opening: rng.bool(),
            closing: pick(rng, &completions),
            calls_while_closing: rng.bool(),
            unbinding: pick(rng, &[Unbinding::AtOnce, Unbinding::Soon]),
            pauses_others: rng.bool(),
            requests: pick(rng, &answers),
            request_level: pick(rng, &levels),
            reads_nothing: rng.bool(),
            supported_revision: pick(rng, &[None, Some(1)]),
            status_in_requests: rng.bool(),
            status_level: pick(rng, &levels),
            long_status: rng.bool(),
            ..Self::default()
        }
    }
}

/// When a driver that registers is bound to the adapters that are there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Binds {
    /// Before `NdisRegisterProtocolDriver` returns.
    BeforeReturn,
    /// In other threads, from before the call returns on.
    Racing,
    /// After `DriverEntry` has returned.
    AfterReturn,
}

/// When something is done that can be pending.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Completion {
    /// Inside of the call.
    Inline,
    /// Later, in another thread; the call returns `NDIS_STATUS_PENDING`.
    Pending,
    /// In another thread, but before the call returns `NDIS_STATUS_PENDING`.
    BeforeReturn,
}

/// When a request ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Inside of the call.
    Inline,
    /// Later, in another thread; the call returns `NDIS_STATUS_PENDING`.
    Pending,
    /// In another thread, but before the call returns `NDIS_STATUS_PENDING`.
    BeforeReturn,
    /// After so long.
    Late(Duration),
    /// When it is cancelled, or when the adapter goes.
    Never,
    /// One of `Inline`, `Pending` and `BeforeReturn`.
    Random,
}

/// What `NdisUnbindAdapter` does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unbinding {
    /// It unbinds before it returns, where that is possible.
    AtOnce,
    /// It unbinds later.
    Soon,
    /// Nothing.
    Never,
}

/// An IRQL at which drivers are called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// `PASSIVE_LEVEL`.
    Passive,
    /// `DISPATCH_LEVEL`.
    Dispatch,
}
