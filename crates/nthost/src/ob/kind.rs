//! Types of objects, which drivers know as variables such as `IoFileObjectType`.

use std::fmt;

use crate::{
    export::{self, Export},
    nt::OBJECT_TYPE,
};

/// What an object is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Kind {
    Device,
    Driver,
    Event,
    File,
    Key,
    Process,
    Thread,
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Device => "device object",
            Self::Driver => "driver object",
            Self::Event => "event",
            Self::File => "file object",
            Self::Key => "registry key",
            Self::Process => "process",
            Self::Thread => "thread",
        })
    }
}

/// What a type that drivers name points at.
struct Type(Kind);

/// The variable that a driver reads a type from.
#[repr(transparent)]
struct Variable(&'static Type);

static DEVICE: Variable = Variable(&Type(Kind::Device));
static DRIVER: Variable = Variable(&Type(Kind::Driver));
static EVENT: Variable = Variable(&Type(Kind::Event));
static FILE: Variable = Variable(&Type(Kind::File));
static KEY: Variable = Variable(&Type(Kind::Key));
static PROCESS: Variable = Variable(&Type(Kind::Process));
static THREAD: Variable = Variable(&Type(Kind::Thread));

/// The kind that a driver's pointer to a type stands for.
pub(super) fn of_type(pointer: *const OBJECT_TYPE) -> Option<Kind> {
    let known = [&DEVICE, &DRIVER, &EVENT, &FILE, &KEY, &PROCESS, &THREAD];
    let found = known.into_iter().find(|variable| std::ptr::eq(variable.0, pointer.cast()))?;
    Some(found.0.0)
}

const fn variable(name: &'static str, variable: &'static Variable) -> Export {
    Export { name, address: (&raw const *variable).cast(), kind: export::Kind::Data }
}

pub(crate) const TYPES: &[Export] = &[
    variable("CmKeyObjectType", &KEY),
    variable("ExEventObjectType", &EVENT),
    variable("IoDeviceObjectType", &DEVICE),
    variable("IoDriverObjectType", &DRIVER),
    variable("IoFileObjectType", &FILE),
    variable("PsProcessType", &PROCESS),
    variable("PsThreadType", &THREAD),
];
