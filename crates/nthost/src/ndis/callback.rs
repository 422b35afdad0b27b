//! Calling the handlers of drivers.

use std::cell::Cell;

use crate::{
    ke::{self, thread::Role},
    verifier::catalogue::ndis::support as rules,
};

/// A handler of a driver.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Handler {
    SetOptions,
    Bind,
    Unbind,
    OpenComplete,
    CloseComplete,
    /// An event of a binding.
    Event,
    /// A power event of a binding.
    PowerEvent,
    /// An event of the driver.
    DriverEvent,
    OidComplete,
    Status,
    Receive,
    SendComplete,
}

impl Handler {
    /// What it is called in reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::SetOptions => "the set options handler",
            Self::Bind => "the bind handler",
            Self::Unbind => "the unbind handler",
            Self::OpenComplete => "the open completion handler",
            Self::CloseComplete => "the close completion handler",
            Self::Event | Self::PowerEvent | Self::DriverEvent => "the event handler",
            Self::OidComplete => "the request completion handler",
            Self::Status => "the status handler",
            Self::Receive => "the receive handler",
            Self::SendComplete => "the send completion handler",
        }
    }
}

thread_local! {
    static CURRENT: Cell<Option<Handler>> = const { Cell::new(None) };
}

/// Calls a handler of a driver, at `address`. All calls of drivers by NDIS go through here.
///
/// # Safety
///
/// `code` calls the handler as it is to be called, and has nothing to drop.
pub(super) unsafe fn call(handler: Handler, address: usize, code: impl FnOnce()) {
    let outer = CURRENT.replace(Some(handler));
    // SAFETY: by the contract there is nothing to drop.
    unsafe { ke::thread::call(Role::Callback(handler.name()), address, code) };
    CURRENT.set(outer);
}

/// Reports a driver that asks for its IRQL in a handler whose flags say it.
pub(crate) fn check_irql_query() {
    if let Some(handler @ (Handler::Receive | Handler::SendComplete)) = current() {
        let does = format!("asks for its IRQL inside of {}", handler.name());
        rules::FLAGS.broken_by_caller(&does);
    }
}

/// The handler that this thread is inside of: the innermost one.
pub(super) fn current() -> Option<Handler> {
    CURRENT.get()
}
