//! Asking a protocol to give up a binding.

use std::sync::Arc;

use ndis_sys::{
    NDIS_HANDLE, NDIS_PAUSE_UNBIND_PROTOCOL, NDIS_STATUS, NDIS_STATUS_FAILURE, NDIS_STATUS_PENDING,
    NDIS_STATUS_SUCCESS,
};

use super::{Binding, BindingState, close};
use crate::{
    ke,
    ndis::{
        adapter::Operation,
        callback,
        handle::{self, Object},
        outcome::Outcome,
        pnp, rules,
        settings::Unbinding,
        tasks,
        watch::watch,
    },
    nt::PASSIVE_LEVEL,
    sched, thread,
};

/// An unbind that is under way.
pub(in crate::ndis) struct Unbind {
    handle: usize,
    binding: Arc<Binding>,
    outcome: Outcome,
}

/// Pauses a binding, and asks its protocol to close it.
pub(in crate::ndis) fn unbind(binding: &Arc<Binding>, operation: &mut Operation, reason: u32) {
    let others = binding.adapter.description.settings.control.pauses_others && operation.runs();
    if others {
        pnp::pause_stack(&binding.adapter, operation, reason);
    }
    unbind_one(binding, reason);
    if others {
        pnp::restart_stack(&binding.adapter, operation);
    }
}

fn unbind_one(binding: &Arc<Binding>, reason: u32) {
    if binding.state() == BindingState::Running {
        pnp::pause(binding, reason);
    }
    if binding.state() == BindingState::Unbound {
        return;
    }
    binding.set_state(BindingState::Closing);
    let handles = &thread::system().ndis.handles;
    let unbind = Arc::new(Unbind {
        handle: handles.number(),
        binding: Arc::clone(binding),
        outcome: Outcome::default(),
    });
    handles.insert(unbind.handle, Object::Unbind(Arc::clone(&unbind)));
    unbind.run();
    handles.kill(unbind.handle);
}

impl Unbind {
    fn run(&self) {
        let binding = &self.binding;
        let patience = binding.adapter.description.settings.control.patience;
        let late = Arc::clone(binding);
        let report = move || report_wait(&late, "its unbind handler does not return");
        // The handler waits for the close, which may wait as long for others.
        let status =
            watch(patience * 2, report, || binding.protocol.unbind(self.handle, binding.context()));
        if status != NDIS_STATUS_PENDING && !self.outcome.set(status) {
            rules::UNBIND_COMPLETE
                .broken(format!("{} was unbound, and that was not pending", binding.story()));
        }
        let until = sched::now() + patience;
        match self.outcome.wait(until) {
            Some(NDIS_STATUS_SUCCESS) => {}
            Some(status) => rules::UNBIND_ANSWER
                .broken(format!("{} answers {status:#x} to unbinding", binding.story())),
            None => report_wait(binding, "it is pending, and not completed"),
        }
        if binding.closed.get().is_none() {
            rules::UNBIND_WITHOUT_CLOSE
                .broken(format!("{} is unbound, and not closed", binding.story()));
            close::force(binding);
        }
        binding.finished.wait(until);
    }
}

/// Reports a driver that does not unbind.
fn report_wait(binding: &Binding, why: &str) {
    /// `NDIS_BUGCHECK_WATCHDOG_PROTOCOL_UNBIND`.
    const UNBIND: u64 = 4;
    let text = format!("{} is not unbound: {why}", binding.story());
    rules::UNBIND_WAITS.broken_with([UNBIND, 0, 0], text);
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nf-ndis-ndiscompleteunbindadapterex)
pub(super) unsafe extern "efiapi" fn NdisCompleteUnbindAdapterEx(context: NDIS_HANDLE) {
    let Some(unbind) = handle::unbind(context, "NdisCompleteUnbindAdapterEx") else { return };
    if !unbind.outcome.set(NDIS_STATUS_SUCCESS) {
        rules::UNBIND_COMPLETE.broken(format!("{} was unbound twice", unbind.binding.story()));
    }
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisunbindadapter)
pub(super) unsafe extern "efiapi" fn NdisUnbindAdapter(handle: NDIS_HANDLE) -> NDIS_STATUS {
    let Some(binding) = handle::binding(handle, "NdisUnbindAdapter") else {
        return NDIS_STATUS_FAILURE;
    };
    let run = move || {
        let mut operation = binding.adapter.operation.lock();
        unbind(&binding, &mut operation, NDIS_PAUSE_UNBIND_PROTOCOL);
    };
    let can_wait = ke::irql::current() == PASSIVE_LEVEL && callback::current().is_none();
    match thread::system().ndis.settings.control.unbinding {
        Unbinding::AtOnce if can_wait => run(),
        Unbinding::AtOnce | Unbinding::Soon => tasks::spawn(run),
        Unbinding::Never => {}
    }
    NDIS_STATUS_SUCCESS
}
