//! `NdisCloseAdapterEx`.

use std::{
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use ndis_sys::{
    NDIS_HANDLE, NDIS_STATUS, NDIS_STATUS_FAILURE, NDIS_STATUS_PENDING,
    NDIS_STATUS_REQUEST_ABORTED, NDIS_STATUS_SUCCESS, NdisMedium802_3, NdisMedium802_5,
};

use super::{Binding, BindingState};
use crate::{
    ndis::{
        Frame, handle, oid, outcome::Outcome, receive, rules, send, settings::Completion, status,
        tasks,
    },
    sched, thread,
};

/// How long a call waits for a completion that is to come before its return.
const BEFORE_RETURN: Duration = Duration::from_secs(1);

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nf-ndis-ndiscloseadapterex)
pub(super) unsafe extern "efiapi" fn NdisCloseAdapterEx(handle: NDIS_HANDLE) -> NDIS_STATUS {
    let Some(binding) = handle::binding(handle, "NdisCloseAdapterEx") else {
        return NDIS_STATUS_FAILURE;
    };
    binding.history.note_call("closed");
    // The handle is invalid as soon as this is called.
    thread::system().ndis.handles.kill(binding.handle);
    binding.check_close();
    binding.set_state(BindingState::Closing);
    let closing = binding.adapter.description.settings.control.closing;
    if closing == Completion::Inline {
        binding.close();
        binding.finished.set(NDIS_STATUS_SUCCESS);
        return NDIS_STATUS_SUCCESS;
    }
    let done = Arc::new(Outcome::default());
    let told = Arc::clone(&done);
    tasks::spawn(move || {
        binding.close();
        if binding.has_context() {
            binding.protocol.close_complete(binding.context());
        }
        told.set(NDIS_STATUS_SUCCESS);
        binding.finished.set(NDIS_STATUS_SUCCESS);
    });
    if closing == Completion::BeforeReturn {
        done.wait(sched::now() + BEFORE_RETURN);
    }
    NDIS_STATUS_PENDING
}

/// Closes a binding that its driver has not closed.
pub(super) fn force(binding: &Arc<Binding>) {
    thread::system().ndis.handles.kill(binding.handle);
    binding.set_state(BindingState::Closing);
    binding.close();
    binding.finished.set(NDIS_STATUS_SUCCESS);
}

/// Ends a binding whose driver is gone.
pub(in crate::ndis) fn abandon(binding: &Arc<Binding>) {
    thread::system().ndis.handles.kill(binding.handle);
    binding.set_state(BindingState::Closing);
    receive::forget(binding);
    binding.requests.lock().clear();
    binding.end();
    binding.finished.set(NDIS_STATUS_SUCCESS);
}

impl Binding {
    /// Reports what the driver should have done before it closes the binding.
    fn check_close(&self) {
        if !matches!(self.state(), BindingState::Closing | BindingState::Opening) {
            rules::CLOSE_OUTSIDE_UNBIND.broken(format!(
                "{} was closed while it was neither unbound nor bound",
                self.story()
            ));
        }
        let filter = self.packet_filter.load(Ordering::Relaxed);
        // A driver that has tried to clear it can do no more.
        let filter = if self.filter_refused.load(Ordering::Relaxed) { 0 } else { filter };
        let is_filtered = matches!(self.medium, NdisMedium802_3 | NdisMedium802_5);
        let groups = self.groups.lock().len();
        if self.adapter.is_present() && is_filtered && (filter != 0 || groups > 0) {
            rules::CLOSE_WITH_FILTER.broken(format!(
                "{} was closed with the packet filter {filter:#x} and {groups} groups",
                self.story()
            ));
        }
        let requests = self.requests.lock().len();
        if requests > 0 {
            rules::CLOSE_WITH_REQUESTS.broken(format!(
                "{} was closed while {requests} requests had not ended",
                self.story()
            ));
        }
        let sends = send::pending(self);
        if sends > 0 {
            rules::CLOSE_WITH_SENDS.broken(format!(
                "{} was closed while {sends} of its lists were being sent",
                self.story()
            ));
        }
        receive::forget(self);
    }

    /// Ends all calls of it and closes it.
    fn close(self: &Arc<Self>) {
        let settings = &self.adapter.description.settings.control;
        if settings.calls_while_closing && self.has_context() {
            status::tell_of_nothing(self);
            receive::stray(self, &Frame::from(vec![0; 60]));
        }
        oid::abort(self, NDIS_STATUS_REQUEST_ABORTED);
        self.end();
    }

    /// Waits for the calls of it that run, and lets none begin any more.
    fn end(self: &Arc<Self>) {
        let settings = &self.adapter.description.settings.control;
        if !self.calls.close(sched::now() + settings.patience) {
            rules::CLOSE_WAITS.broken(format!(
                "{} is closed while a handler of it does not return",
                self.story()
            ));
        }
        self.adapter.remove(self);
        self.set_state(BindingState::Unbound);
        self.closed.set(NDIS_STATUS_SUCCESS);
    }
}
