//! broken.sys: breaks a rule of the kernel, so that a verifier can show that it notices.
//!
//! Two values of its key `Parameters` say what it does: `Fault` is the name of a rule, as nthost's
//! catalogue of checks has it, and `Twin` is 1 if the rule is to be kept: then the driver does the same
//! without the mistake. It is never to be loaded on a machine that is needed.
//!
//! Each fault is a function with the parameter `wrong`. The functions of [`kernel`] that they are made
//! of look safe and are not: what a rule forbids has to be possible here. They belong to this crate only.

#![no_std]

// Brings the panic handler.
extern crate wdk_panic;

mod fault;
mod faults;
mod kernel;
mod life;
mod ndis;
mod parameters;

mod irp;
mod irql;
mod locks;
mod loops;
mod mdl;
mod object;
mod pageable;
mod pool;
mod unload;
mod waits;
mod wsk;

use crate::fault::Fault;

/// The faults, by family.
const FAMILIES: &[&[Fault]] = &[
    faults::FAULTS,
    irp::cancel::FAULTS,
    irp::complete::FAULTS,
    irp::device::FAULTS,
    irp::dispatch::FAULTS,
    irp::own::FAULTS,
    irp::send::FAULTS,
    irp::stack::FAULTS,
    irp::unwound::FAULTS,
    ndis::control::FAULTS,
    ndis::data::FAULTS,
    ndis::events::FAULTS,
    ndis::levels::FAULTS,
    ndis::receive::FAULTS,
    ndis::requests::FAULTS,
    ndis::send::FAULTS,
    ndis::support::FAULTS,
    irql::FAULTS,
    locks::FAULTS,
    loops::FAULTS,
    wsk::client::FAULTS,
    wsk::event::FAULTS,
    wsk::request::FAULTS,
    wsk::socket::FAULTS,
    mdl::FAULTS,
    object::FAULTS,
    pageable::FAULTS,
    pool::FAULTS,
    unload::FAULTS,
    waits::FAULTS,
];
