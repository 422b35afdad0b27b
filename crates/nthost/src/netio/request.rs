//! IRPs that drivers hand to the provider.
//!
//! The provider is the driver below: it uses the next stack location, and completes each IRP once,
//! whatever the call returns.

use std::time::Duration;

use wsk_sys::IRP as WSK_IRP;

use super::{
    context, rules,
    settings::{Completion, Level},
};
use crate::{
    io::{self, irp::rules::by_caller},
    ke,
    low_resources::denies,
    nt::{
        DISPATCH_LEVEL, IRP, IRP_MJ_INTERNAL_DEVICE_CONTROL, NTSTATUS, PASSIVE_LEVEL,
        SL_INVOKE_ON_CANCEL, SL_INVOKE_ON_ERROR, SL_INVOKE_ON_SUCCESS,
        STATUS_INSUFFICIENT_RESOURCES, STATUS_INVALID_PARAMETER, STATUS_PENDING, irp_next,
    },
    sched::{self, Latch},
    system::System,
    thread,
};

/// The completion routine is called in any case.
const ALWAYS: u8 = SL_INVOKE_ON_CANCEL | SL_INVOKE_ON_ERROR | SL_INVOKE_ON_SUCCESS;

/// How long a call waits for a completion routine that runs in another thread.
const BEFORE_RETURN: Duration = Duration::from_millis(20);

/// What a request is completed with.
#[derive(Clone, Copy, Debug)]
pub(super) struct Outcome {
    pub status: NTSTATUS,
    pub information: usize,
}

impl From<NTSTATUS> for Outcome {
    fn from(status: NTSTATUS) -> Self {
        Self { status, information: 0 }
    }
}

impl From<Result<usize, NTSTATUS>> for Outcome {
    fn from(result: Result<usize, NTSTATUS>) -> Self {
        match result {
            Ok(information) => Self { status: 0, information },
            Err(status) => status.into(),
        }
    }
}

/// An IRP that the provider has and must complete.
#[must_use = "it has to be completed"]
pub(super) struct Request {
    irp: *mut IRP,
    /// What was called with it.
    function: &'static str,
    /// The driver allocated it, and nobody above waits for it.
    own: bool,
}

// SAFETY: an IRP belongs to the provider until it is completed, on whatever thread.
unsafe impl Send for Request {}

/// What was wrong with an IRP.
pub(super) enum Refused {
    /// There is none.
    Missing,
    /// The driver does not have it, or it is none.
    Kept,
    /// It has been completed with `STATUS_INVALID_PARAMETER`.
    Completed,
}

impl Refused {
    /// What the function returns.
    #[expect(clippy::unused_self, reason = "both have the same status")]
    pub fn status(self) -> NTSTATUS {
        STATUS_INVALID_PARAMETER
    }
}

impl Request {
    /// Takes the IRP that a driver passed to `function`.
    ///
    /// # Safety
    ///
    /// `irp` is null or a valid IRP that the driver hands over.
    pub unsafe fn take(function: &'static str, irp: *mut WSK_IRP) -> Result<Self, Refused> {
        context::check_request(function);
        let irp: *mut IRP = irp.cast();
        if irp.is_null() {
            rules::NO_IRP.broken_by_caller(&format!("calls {function} without an IRP"));
            return Err(Refused::Missing);
        }
        // SAFETY: the caller says so.
        if !unsafe { io::irp::can_take(irp) } {
            return Err(Refused::Kept);
        }
        // SAFETY: as above.
        let header = unsafe { &*irp };
        let own = header.CurrentLocation == header.StackCount + 1;
        if header.CurrentLocation <= 1 {
            let text = format!(
                "calls {function} with an IRP that has {} stack locations, and none is left",
                header.StackCount
            );
            by_caller(rules::NO_STACK_LOCATION, irp, &text);
            let request = Self { irp, function, own };
            request.complete(STATUS_INVALID_PARAMETER.into());
            return Err(Refused::Completed);
        }
        // SAFETY: the IRP is valid and has another location.
        let next = unsafe { irp_next(irp) };
        // SAFETY: as above.
        let next = unsafe { &mut *next };
        if own && (next.CompletionRoutine.is_none() || next.Control & ALWAYS != ALWAYS) {
            let text = format!(
                "calls {function} with an IRP of its own that has no completion routine for all \
                 outcomes"
            );
            by_caller(rules::NO_COMPLETION_ROUTINE, irp, &text);
        }
        next.MajorFunction = IRP_MJ_INTERNAL_DEVICE_CONTROL;
        next.Control &= ALWAYS;
        // SAFETY: the IRP is valid, has another location, and is the provider's now.
        unsafe { io::irp::take_for_provider(function, irp) };
        Ok(Self { irp, function, own })
    }

    /// The IRP, where the provider sees it.
    pub fn irp(&self) -> *mut IRP {
        io::irp::view(self.irp)
    }

    /// Whether this is the request with an IRP, as its driver knows it.
    pub fn is(&self, irp: *mut IRP) -> bool {
        self.irp == irp
    }

    /// The request whose IRP was put aside with [`irp`](Self::irp).
    ///
    /// # Safety
    ///
    /// The request was forgotten, and nobody else brings it back.
    pub unsafe fn again(function: &'static str, irp: *mut IRP) -> Self {
        Self { irp, function, own: false }
    }

    /// The call is going to return `STATUS_PENDING`: from here on no driver may use the IRP.
    pub fn mark_pending(&self) {
        // SAFETY: the provider has the IRP, which has a location of the provider.
        unsafe { io::irp::lend(self.irp) };
    }

    /// Puts something into the provider's stack location.
    pub fn set_argument(&self, value: *mut core::ffi::c_void) {
        // SAFETY: the provider has the IRP.
        let location = unsafe { io::irp::location(self.irp) };
        // SAFETY: as above.
        let parameters = unsafe { &mut (*location).Parameters };
        parameters.Others.Argument1 = value;
    }

    /// Completes it here and now.
    pub fn complete(self, outcome: Outcome) {
        let Outcome { status, information } = outcome;
        context::in_completion(|| {
            // SAFETY: the provider has the IRP, and gives it away.
            unsafe { io::irp::complete_from_provider(self.irp, status, information) };
        });
    }

    /// Completes it in this thread, but not inside of the call that handed it over: at the level that
    /// the settings say, or at the present one if that is higher.
    pub fn complete_later(self, outcome: Outcome) {
        let level = match thread::system().netio.settings.completion_level {
            Level::Passive => PASSIVE_LEVEL,
            Level::Dispatch => DISPATCH_LEVEL,
        };
        ke::irql::at_least(level, || self.complete(outcome));
    }

    /// Does the work of a call and completes the request with its outcome, when the settings say.
    /// Returns what the call returns.
    pub fn answer<O: Into<Outcome>>(self, work: impl FnOnce() -> O + Send + 'static) -> NTSTATUS {
        match self.refuse() {
            Ok(request) => request.answer_surely(work),
            Err(status) => status,
        }
    }

    /// Fails the request for want of resources, if it is to, and returns what the call returns then.
    pub fn refuse(self) -> Result<Self, NTSTATUS> {
        if denies(self.function) {
            return Err(self.answer_surely(|| STATUS_INSUFFICIENT_RESOURCES));
        }
        match thread::system().netio.fails() {
            Some(status) => Err(self.fail(status)),
            None => Ok(self),
        }
    }

    /// Does the same as [`answer`](Self::answer) for a request that does not fail for want of resources.
    pub fn answer_surely<O: Into<Outcome>>(
        self,
        work: impl FnOnce() -> O + Send + 'static,
    ) -> NTSTATUS {
        let system = thread::system();
        match system.netio.completion() {
            Completion::Inline => {
                let outcome = work().into();
                self.complete(outcome);
                outcome.status
            }
            Completion::Pending | Completion::Random => self.answer_after(Duration::ZERO, work),
            Completion::Late(delay) => self.answer_after(delay, work),
            Completion::BeforeReturn => {
                self.mark_pending();
                let done = Latch::default();
                let hold = done.hold();
                system.netio.completer.run(&system, Duration::ZERO, move || {
                    self.complete_later(work().into());
                    drop(hold);
                });
                wait_before_return(&system, &done);
                STATUS_PENDING
            }
        }
    }

    /// Does the work of a call in another thread, after so long. Returns what the call returns.
    fn answer_after<O: Into<Outcome>>(
        self,
        delay: Duration,
        work: impl FnOnce() -> O + Send + 'static,
    ) -> NTSTATUS {
        let system = thread::system();
        self.mark_pending();
        system.netio.completer.run(&system, delay, || self.complete_later(work().into()));
        STATUS_PENDING
    }

    /// Completes the request with an error. The call returns the error, too, but if the IRP is the
    /// driver's own the completion may come after that.
    pub fn fail(self, status: NTSTATUS) -> NTSTATUS {
        let system = thread::system();
        if self.own && system.netio.completion() != Completion::Inline {
            io::irp::hold(self.irp);
            system.netio.completer.run(&system, Duration::ZERO, move || {
                self.complete_later(status.into());
            });
        } else {
            self.complete(status.into());
        }
        status
    }
}

/// Waits for a completion routine that runs in another thread, or until it seems to wait for this one.
pub(super) fn wait_before_return(system: &System, done: &Latch) {
    let only_processor = system.processors.count() == 1 && ke::irql::current() >= DISPATCH_LEVEL;
    if !only_processor {
        done.wait_until(sched::now() + BEFORE_RETURN);
    }
}
