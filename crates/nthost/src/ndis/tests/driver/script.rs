//! What the driver does in its handlers.

use std::time::Duration;

use ndis_sys::{NDIS_MEDIUM, NDIS_STATUS, NDIS_STATUS_SUCCESS, NET_FRAME_TYPE, NdisMedium802_3};

/// When something is done that can be pending.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    /// Inside of the handler.
    #[default]
    Inline,
    /// In another thread.
    Pending,
    /// In another thread, and twice.
    Twice,
    /// Never.
    Never,
}

/// What the driver does in its handlers. The default keeps all rules.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "they do not depend on each other")]
pub struct Script {
    /// The media that it knows.
    pub media: Vec<NDIS_MEDIUM>,
    /// The types of frames that it would like; none for all.
    pub frame_types: Vec<NET_FRAME_TYPE>,
    /// How it ends a bind.
    pub bind: Mode,
    /// It opens no adapter.
    pub opens_nothing: bool,
    /// It opens the adapter with a wrong structure.
    pub opens_wrongly: bool,
    /// It opens the adapter twice.
    pub opens_twice: bool,
    /// It asks for an adapter of another name.
    pub other_name: bool,
    /// The status of a bind after the adapter was opened.
    pub bind_status: NDIS_STATUS,
    /// It does not close what it opened in a bind that fails.
    pub leaves_open: bool,
    /// It asks to be unbound inside of the bind.
    pub unbinds_itself: bool,
    /// The packet filter that it sets when it is restarted.
    pub filter: u32,
    /// How it ends an unbind.
    pub unbind: Mode,
    /// What it answers to an unbind.
    pub unbind_status: NDIS_STATUS,
    /// It does not take its filter back.
    pub keeps_filter: bool,
    /// It does not close the binding.
    pub closes_nothing: bool,
    /// How it answers events.
    pub event: Mode,
    /// It does not complete this event.
    pub forgets: Option<i32>,
    /// What it answers to this event.
    pub event_status: Option<(i32, NDIS_STATUS)>,
    /// How long its status handler takes.
    pub status_takes: Duration,
    /// Its status handler does not return before the binding is closed.
    pub status_until_closed: bool,
    /// While it is told that the power is set, it waits for a request that is pending.
    pub waits_in_power_event: bool,
    /// What it does inside of this event.
    pub in_event: Option<(i32, InEvent)>,
}

/// What the driver does inside of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InEvent {
    /// Makes a request that is on its stack, and does not wait for it.
    AskFromStack,
    Deregister,
    Enumerate,
    Nothing,
    /// Waits for another thread, which makes it wait a moment.
    WaitForThread,
}

impl Default for Script {
    fn default() -> Self {
        Self {
            media: vec![NdisMedium802_3],
            frame_types: Vec::new(),
            bind: Mode::Inline,
            opens_nothing: false,
            opens_wrongly: false,
            opens_twice: false,
            other_name: false,
            bind_status: NDIS_STATUS_SUCCESS,
            leaves_open: false,
            unbinds_itself: false,
            filter: 0,
            unbind: Mode::Inline,
            unbind_status: NDIS_STATUS_SUCCESS,
            keeps_filter: false,
            closes_nothing: false,
            event: Mode::Inline,
            forgets: None,
            event_status: None,
            status_takes: Duration::ZERO,
            status_until_closed: false,
            waits_in_power_event: false,
            in_event: None,
        }
    }
}
