//! Faults of using sockets.

use core::ptr;

use wsk_sys::{
    SIO_WSK_SET_REMOTE_ADDRESS, WSK_EVENT_DISABLE, WSK_EVENT_RECEIVE, WSK_EVENT_RECEIVE_FROM,
};

use super::{at_entry, bound};
use crate::{
    fault::Fault,
    kernel::{
        allocate, free,
        irp::IoFreeIrp,
        wsk::{World, call, request},
    },
};

/// All of them.
pub(crate) const FAULTS: &[Fault] = &[
    at_entry!("wsk-closed-socket", use_closed),
    at_entry!("wsk-enable-before-bind", enable_early),
    at_entry!("wsk-disable-several", disable_several),
    at_entry!("wsk-option-order", fix_early),
    at_entry!("wsk-irp-not-allowed", enable_with_irp),
    at_entry!("wsk-bind-parameter", bind_with_flags),
    at_entry!("wsk-receive-parameter", receive_with_flags),
    at_entry!("wsk-send-parameter", send_with_flags),
    at_entry!("wsk-context-freed", free_context),
    at_entry!("wsk-argument-freed", free_argument),
];

/// Asks a socket for its address that is closed.
fn use_closed(world: &mut World, wrong: bool) {
    bound(world);
    let socket = world.socket;
    if wrong {
        world.close();
        world.socket = socket;
    }
    call(|irp| world.local_address(irp.cast()));
}

/// Enables the callback before the socket is bound.
fn enable_early(world: &mut World, wrong: bool) {
    world.open();
    if wrong {
        world.control_events(WSK_EVENT_RECEIVE_FROM, ptr::null_mut());
    }
    world.bind(0);
    world.control_events(WSK_EVENT_RECEIVE_FROM, ptr::null_mut());
}

fn disable_several(world: &mut World, wrong: bool) {
    bound(world);
    world.control_events(WSK_EVENT_RECEIVE_FROM, ptr::null_mut());
    let more = if wrong { WSK_EVENT_RECEIVE } else { 0 };
    world.control_events(WSK_EVENT_RECEIVE_FROM | more | WSK_EVENT_DISABLE, ptr::null_mut());
}

/// Fixes the address of the peer before the socket is bound.
fn fix_early(world: &mut World, wrong: bool) {
    world.open();
    if !wrong {
        world.bind(0);
    }
    world.control(SIO_WSK_SET_REMOTE_ADDRESS);
}

/// Gives an IRP to enable the callback.
fn enable_with_irp(world: &mut World, wrong: bool) {
    bound(world);
    if wrong {
        let irp = request();
        world.control_events(WSK_EVENT_RECEIVE_FROM, irp);
        IoFreeIrp(irp);
    } else {
        world.control_events(WSK_EVENT_RECEIVE_FROM, ptr::null_mut());
    }
}

fn bind_with_flags(world: &mut World, wrong: bool) {
    world.open();
    world.bind(wrong.into());
}

fn receive_with_flags(world: &mut World, wrong: bool) {
    bound(world);
    world.make_buffer();
    world.irp = request();
    world.receive(wrong.into(), ptr::null_mut(), world.irp);
}

fn send_with_flags(world: &mut World, wrong: bool) {
    bound(world);
    world.make_buffer();
    call(|irp| world.send(wrong.into(), irp.cast()));
}

/// Frees the context of a socket that is open.
fn free_context(world: &mut World, wrong: bool) {
    let context = allocate(64);
    world.open_with(context);
    if wrong {
        free(context);
    } else {
        world.close();
        free(context);
    }
}

/// Frees the place for an address that a pending request has.
fn free_argument(world: &mut World, wrong: bool) {
    bound(world);
    world.make_buffer();
    world.irp = request();
    let place = allocate(64);
    world.receive(0, place, world.irp);
    if !wrong {
        world.close();
    }
    free(place);
}
