//! Faults of event callbacks.

use core::ptr;

use wdk_sys::{DISPATCH_LEVEL, NTSTATUS, STATUS_PENDING, STATUS_SUCCESS, STATUS_UNSUCCESSFUL};
use wsk_sys::{WSK_DATAGRAM_INDICATION, WSK_EVENT_DISABLE, WSK_EVENT_RECEIVE_FROM};

use super::bound;
use crate::{
    fault::Fault,
    kernel::{
        irp::raise_level,
        wsk::{Hook, World, request},
    },
};

/// A fault of a driver whose callback does the first if it is to break the rule, and the second if not.
macro_rules! listening {
    ($rule:literal, $wrong:path, $right:path, $unload:path) => {
        Fault {
            entry: |_, wrong| {
                listen(if wrong { $wrong } else { $right });
                STATUS_SUCCESS
            },
            unload: $unload,
            ..Fault::new($rule)
        }
    };
}

/// All of them.
pub(crate) const FAULTS: &[Fault] = &[
    listening!("wsk-retained-at-close", retain, retain, close_retained),
    listening!("wsk-release-not-retained", retain, retain, release_twice),
    listening!("wsk-indication-touched", remember, remember, read_remembered),
    listening!("wsk-callback-answer", refuse, accept, end),
    listening!("wsk-callback-irql", raise, accept, end),
    listening!("wsk-indication-changed", change, accept, end),
    listening!("wsk-input-changed", disable_and_change, disable, end),
];

/// Makes a socket whose callback does this.
fn listen(hook: Hook) {
    let world = World::new();
    world.hook = Some(hook);
    bound(world);
    world.control_events(WSK_EVENT_RECEIVE_FROM, ptr::null_mut());
}

fn end(_wrong: bool) {
    World::get().end();
}

fn accept(_world: &mut World, _list: *mut WSK_DATAGRAM_INDICATION) -> NTSTATUS {
    STATUS_SUCCESS
}

/// Gives an answer that there is not.
fn refuse(_world: &mut World, _list: *mut WSK_DATAGRAM_INDICATION) -> NTSTATUS {
    STATUS_UNSUCCESSFUL
}

/// Keeps the first list.
fn retain(world: &mut World, list: *mut WSK_DATAGRAM_INDICATION) -> NTSTATUS {
    if !world.kept.is_null() {
        return STATUS_SUCCESS;
    }
    world.kept = list;
    STATUS_PENDING
}

/// Closes the socket with a list that is not released.
fn close_retained(wrong: bool) {
    let world = World::get();
    if !wrong {
        world.release(world.kept);
    }
    world.end();
}

/// Releases a list twice.
fn release_twice(wrong: bool) {
    let world = World::get();
    world.release(world.kept);
    if wrong {
        world.release(world.kept);
    }
    world.end();
}

/// Remembers where the list is, and lets it go.
fn remember(world: &mut World, list: *mut WSK_DATAGRAM_INDICATION) -> NTSTATUS {
    world.kept = list;
    STATUS_SUCCESS
}

/// Reads a list that has been let go.
fn read_remembered(wrong: bool) {
    let world = World::get();
    if wrong {
        // SAFETY: as for the functions of the kernel.
        let _ = unsafe { world.kept.read_volatile() };
    }
    world.end();
}

/// Returns at another level.
fn raise(_world: &mut World, _list: *mut WSK_DATAGRAM_INDICATION) -> NTSTATUS {
    raise_level(DISPATCH_LEVEL + 1);
    STATUS_SUCCESS
}

/// Takes the address of the sender out of an indication.
fn change(_world: &mut World, list: *mut WSK_DATAGRAM_INDICATION) -> NTSTATUS {
    // SAFETY: as for the functions of the kernel.
    let indication = unsafe { &mut *list };
    indication.RemoteAddress = ptr::null_mut();
    STATUS_SUCCESS
}

/// Disables the callback, which takes until it has returned.
fn disable(world: &mut World, _list: *mut WSK_DATAGRAM_INDICATION) -> NTSTATUS {
    world.irp = request();
    world.control_events(WSK_EVENT_RECEIVE_FROM | WSK_EVENT_DISABLE, world.irp);
    STATUS_SUCCESS
}

/// Does the same, and changes the input before it is done.
fn disable_and_change(world: &mut World, list: *mut WSK_DATAGRAM_INDICATION) -> NTSTATUS {
    let status = disable(world, list);
    world.control.EventMask = 0;
    status
}
