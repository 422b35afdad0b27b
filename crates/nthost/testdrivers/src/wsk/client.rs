//! Faults of registering and of using the provider.

use core::ptr;

use wdk_sys::{DISPATCH_LEVEL, PASSIVE_LEVEL, STATUS_SUCCESS};
use wsk_sys::{WSK_RELEASE_SD, WSK_SET_STATIC_EVENT_CALLBACKS, WSK_TRANSPORT_LIST_QUERY};

use super::at_entry;
use crate::{
    fault::Fault,
    kernel::{
        free,
        irp::{lower_level, raise_level},
        wsk::World,
    },
};

/// All of them.
pub(crate) const FAULTS: &[Fault] = &[
    at_entry!("wsk-irql", query_above_dispatch),
    at_entry!("wsk-capture-irql", wait_at_dispatch),
    at_entry!("wsk-static-callbacks-too-late", static_too_late),
    at_entry!("wsk-security-descriptor", release_unknown),
    with_end("wsk-call-after-release", call_after_release),
    with_end("wsk-release-npi", release_twice),
    with_end("wsk-deregister-waits", deregister_captured),
    with_end("wsk-registration", deregister_twice),
    with_end("wsk-registration-left", leave),
];

/// A fault at the end, by a driver that has become a client.
const fn with_end(rule: &'static str, unload: fn(bool)) -> Fault {
    let entry = |_, _| {
        World::new();
        STATUS_SUCCESS
    };
    Fault { entry, unload, ..Fault::new(rule) }
}

/// Asks the provider above `DISPATCH_LEVEL`.
fn query_above_dispatch(world: &mut World, wrong: bool) {
    let before = raise_level(if wrong { DISPATCH_LEVEL + 1 } else { DISPATCH_LEVEL });
    world.control_client(WSK_TRANSPORT_LIST_QUERY, ptr::null_mut(), 0);
    lower_level(before);
}

/// Waits for the provider at `DISPATCH_LEVEL`.
fn wait_at_dispatch(world: &mut World, wrong: bool) {
    let before = raise_level(if wrong { DISPATCH_LEVEL } else { PASSIVE_LEVEL });
    world.capture(1);
    lower_level(before);
    world.release_npi();
}

/// Enables callbacks for all sockets when there is one, or before.
fn static_too_late(world: &mut World, wrong: bool) {
    if wrong {
        world.open();
    }
    let size = size_of_val(&world.control);
    let input = (&raw mut world.control).cast();
    world.control_client(WSK_SET_STATIC_EVENT_CALLBACKS, input, size);
}

/// Releases a security descriptor that was never cached.
fn release_unknown(world: &mut World, wrong: bool) {
    let mut descriptor: *mut World = world;
    if wrong {
        let input = (&raw mut descriptor).cast();
        world.control_client(WSK_RELEASE_SD, input, size_of_val(&descriptor));
    }
}

/// Asks the provider after releasing it.
fn call_after_release(wrong: bool) {
    let world = World::get();
    world.release_npi();
    if wrong {
        world.control_client(WSK_TRANSPORT_LIST_QUERY, ptr::null_mut(), 0);
    }
    world.capture(0);
    world.end();
}

fn release_twice(wrong: bool) {
    let world = World::get();
    if wrong {
        world.release_npi();
    }
    world.end();
}

/// Deregisters while the provider is captured.
fn deregister_captured(wrong: bool) {
    let world = World::get();
    if wrong {
        world.deregister();
    }
    world.end();
}

fn deregister_twice(wrong: bool) {
    let world = World::get();
    if wrong {
        world.release_npi();
        world.deregister();
        world.deregister();
    } else {
        world.end();
    }
}

/// Does not deregister.
fn leave(wrong: bool) {
    let world = World::get();
    if wrong {
        world.release_npi();
        free(ptr::from_mut(world).cast());
    } else {
        world.end();
    }
}
