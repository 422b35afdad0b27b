//! Asking a protocol to bind to an adapter.

use std::sync::Arc;

use ndis_sys::{
    NDIS_HANDLE, NDIS_PAUSE_BIND_PROTOCOL, NDIS_STATUS, NDIS_STATUS_FAILURE, NDIS_STATUS_PENDING,
    NDIS_STATUS_SUCCESS,
};

use super::{Binding, BindingState, close, parameters::Parameters};
use crate::{
    ndis::{
        adapter::{Adapter, Operation},
        handle::{self, Object},
        outcome::Outcome,
        pnp,
        protocol::Protocol,
        rules,
        watch::watch,
    },
    sched::{self, Mutex},
    thread,
};

/// A bind that is under way.
pub(in crate::ndis) struct Bind {
    /// What the driver knows it by.
    pub handle: usize,
    pub protocol: Arc<Protocol>,
    pub adapter: Arc<Adapter>,
    outcome: Outcome,
    /// The binding that the driver has opened.
    opened: Mutex<Option<Arc<Binding>>>,
}

impl Bind {
    fn new(protocol: &Arc<Protocol>, adapter: &Arc<Adapter>) -> Arc<Self> {
        let handles = &thread::system().ndis.handles;
        let bind = Arc::new(Self {
            handle: handles.number(),
            protocol: Arc::clone(protocol),
            adapter: Arc::clone(adapter),
            outcome: Outcome::default(),
            opened: Mutex::default(),
        });
        handles.insert(bind.handle, Object::Bind(Arc::clone(&bind)));
        bind
    }

    /// The driver opens this binding. False if it has opened one already.
    pub fn set_opened(&self, binding: &Arc<Binding>) -> bool {
        let mut opened = self.opened.lock();
        let is_first = opened.as_ref().is_none_or(|opened| opened.state() == BindingState::Unbound);
        if is_first {
            *opened = Some(Arc::clone(binding));
        }
        is_first
    }

    /// Opening has failed.
    pub fn take_opened(&self) {
        self.opened.lock().take();
    }

    /// The binding, if it is open.
    fn binding(&self) -> Option<Arc<Binding>> {
        let opened = self.opened.lock().clone();
        opened.filter(|binding| binding.state() != BindingState::Unbound)
    }

    fn describe(&self) -> String {
        format!("{} binding to {}", self.protocol.name, self.adapter.description.name)
    }
}

/// Asks a protocol to bind to an adapter, unless it is bound to it, and lets the binding run.
pub(in crate::ndis) fn offer(protocol: &Arc<Protocol>, adapter: &Arc<Adapter>) {
    let mut operation = adapter.operation.lock();
    if !operation.present || adapter.is_bound_to(protocol) {
        return;
    }
    let others = adapter.description.settings.control.pauses_others && operation.runs();
    if others {
        pnp::pause_stack(adapter, &mut operation, NDIS_PAUSE_BIND_PROTOCOL);
    }
    bind(protocol, adapter, &mut operation);
    if others {
        pnp::restart_stack(adapter, &mut operation);
    }
}

/// Asks a protocol to bind to an adapter, and lets the binding run if the adapter does.
fn bind(protocol: &Arc<Protocol>, adapter: &Arc<Adapter>, operation: &mut Operation) {
    let ndis = &thread::system().ndis;
    let bind = Bind::new(protocol, adapter);
    let mut parameters = Parameters::new(adapter, protocol);
    let patience = adapter.description.settings.control.patience;
    let late = bind.describe();
    let report =
        move || rules::BIND_WAITS.broken(format!("the bind handler of {late} does not return"));
    let pointer = parameters.pointer();
    let status = watch(patience, report, || protocol.bind(bind.handle, pointer));
    if status != NDIS_STATUS_PENDING && !bind.outcome.set(status) {
        rules::BIND_COMPLETE
            .broken(format!("{} was completed, and was not pending", bind.describe()));
    }
    let until = sched::now() + patience;
    let status = bind.outcome.wait(until).unwrap_or_else(|| {
        rules::BIND_WAITS.broken(format!("{} is pending for ever", bind.describe()));
        NDIS_STATUS_FAILURE
    });
    ndis.handles.kill(bind.handle);
    ndis.retire(parameters);
    match bind.binding() {
        Some(binding) if status == NDIS_STATUS_SUCCESS => {
            binding.set_state(BindingState::Paused);
            if operation.runs() {
                pnp::restart(&binding, operation);
            }
        }
        Some(binding) => {
            rules::BIND_LEFT_OPEN.broken(format!(
                "{} failed with {status:#x} and left the adapter open",
                bind.describe()
            ));
            close::force(&binding);
        }
        None if status == NDIS_STATUS_SUCCESS => rules::BIND_WITHOUT_OPEN
            .broken(format!("{} succeeded, and the adapter is not open", bind.describe())),
        None => {}
    }
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nf-ndis-ndiscompletebindadapterex)
pub(super) unsafe extern "efiapi" fn NdisCompleteBindAdapterEx(
    context: NDIS_HANDLE,
    status: NDIS_STATUS,
) {
    let Some(bind) = handle::bind(context, "NdisCompleteBindAdapterEx") else { return };
    if status == NDIS_STATUS_PENDING {
        rules::BIND_COMPLETE.broken(format!("{} was completed as pending", bind.describe()));
    } else if !bind.outcome.set(status) {
        rules::BIND_COMPLETE.broken(format!("{} was completed twice", bind.describe()));
    }
}
