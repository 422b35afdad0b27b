//! Pausing and restarting: a binding, and all of the stack over an adapter.

use std::{ptr, sync::Arc};

use ndis_sys::{
    NDIS_OBJECT_HEADER, NDIS_OBJECT_TYPE_DEFAULT, NDIS_PAUSE_ATTACH_FILTER,
    NDIS_PAUSE_NDIS_INTERNAL, NDIS_PROTOCOL_PAUSE_PARAMETERS,
    NDIS_PROTOCOL_PAUSE_PARAMETERS_REVISION_1, NDIS_SIZEOF_PROTOCOL_PAUSE_PARAMETERS_REVISION_1,
    NDIS_STATUS_SUCCESS, NetEventPause, NetEventRestart,
};

use super::{event::tell, restart::Parameters};
use crate::ndis::{
    adapter::{Adapter, Operation},
    api::Restart,
    binding::{Binding, BindingState},
    receive, rules, send,
};

/// Pauses a binding that runs.
pub(in crate::ndis) fn pause(binding: &Arc<Binding>, reason: u32) {
    binding.set_state(BindingState::Pausing);
    let mut parameters = NDIS_PROTOCOL_PAUSE_PARAMETERS {
        Header: NDIS_OBJECT_HEADER {
            Type: NDIS_OBJECT_TYPE_DEFAULT,
            Revision: NDIS_PROTOCOL_PAUSE_PARAMETERS_REVISION_1,
            Size: NDIS_SIZEOF_PROTOCOL_PAUSE_PARAMETERS_REVISION_1,
        },
        Flags: 0,
        PauseReason: reason,
    };
    let buffer = (&raw mut parameters).cast();
    let length = u32::from(NDIS_SIZEOF_PROTOCOL_PAUSE_PARAMETERS_REVISION_1);
    let answer = tell(&binding.protocol, Some(binding), NetEventPause, buffer, length);
    // What arrives now goes back; handlers that run may have lists that they return.
    binding.set_state(BindingState::Paused);
    let held = if binding.wait_for_calls() { receive::held(binding) } else { 0 };
    if answer.is_some() && held > 0 {
        let owes = receive::owes(binding).unwrap_or_default();
        rules::PAUSE_WITH_LISTS.broken(format!("{} is paused: {owes}", binding.story()));
    }
    let sends = send::pending(binding);
    if answer.is_some() && sends > 0 {
        rules::PAUSE_WITH_SENDS.broken(format!(
            "{} is paused while {sends} of its lists are being sent",
            binding.story()
        ));
    }
}

/// Lets a binding run that is paused.
pub(in crate::ndis) fn restart(binding: &Arc<Binding>, operation: &Operation) {
    binding.set_state(BindingState::Restarting);
    let mut parameters = Parameters::new(&binding.adapter);
    let (buffer, length) =
        if operation.silent { (ptr::null_mut(), 0) } else { parameters.buffer() };
    let answer = tell(&binding.protocol, Some(binding), NetEventRestart, buffer, length);
    parameters.poison();
    let state = match answer {
        Some(NDIS_STATUS_SUCCESS) => BindingState::Running,
        _ => BindingState::Paused,
    };
    binding.set_state(state);
}

/// Pauses all bindings of an adapter, then the filters over it, then itself.
pub(in crate::ndis) fn pause_stack(
    adapter: &Arc<Adapter>,
    _operation: &mut Operation,
    reason: u32,
) {
    for binding in adapter.bindings().iter() {
        if binding.state() == BindingState::Running {
            pause(binding, reason);
        }
    }
    let patience = adapter.description.settings.control.patience;
    for left in receive::pause_below(adapter, patience).err().unwrap_or_default() {
        let text = format!("{} pauses for ever: {left}", adapter.description.name);
        rules::PAUSE_WAITS.broken_with([1, 0, 0], text);
    }
}

/// Lets an adapter run, then the filters over it, then its bindings.
pub(in crate::ndis) fn restart_stack(adapter: &Arc<Adapter>, operation: &mut Operation) {
    receive::restart_below(adapter);
    for binding in adapter.bindings().iter() {
        if binding.state() == BindingState::Paused {
            restart(binding, operation);
        }
    }
}

/// Pauses an adapter on behalf of a program.
pub(in crate::ndis) fn pause_adapter(adapter: &Arc<Adapter>) {
    let mut operation = adapter.operation.lock();
    if operation.runs() {
        pause_stack(adapter, &mut operation, NDIS_PAUSE_NDIS_INTERNAL);
    }
    operation.paused = true;
}

/// Lets an adapter run again on behalf of a program, with what has changed.
pub(in crate::ndis) fn restart_adapter(adapter: &Arc<Adapter>, changes: &Restart) {
    let mut operation = adapter.operation.lock();
    if operation.runs() {
        pause_stack(adapter, &mut operation, NDIS_PAUSE_ATTACH_FILTER);
    }
    adapter.attributes.lock().change(changes);
    operation.paused = false;
    operation.silent = changes.without_parameters;
    if operation.runs() {
        restart_stack(adapter, &mut operation);
    }
    operation.silent = false;
}
