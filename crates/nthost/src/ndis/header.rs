//! What structures of drivers begin with.

use ndis_sys::{
    NDIS_OBJECT_HEADER, NDIS_OBJECT_TYPE_CONFIGURATION_OBJECT, NDIS_OBJECT_TYPE_DEFAULT,
    NDIS_OBJECT_TYPE_DEVICE_OBJECT_ATTRIBUTES, NDIS_OBJECT_TYPE_OID_REQUEST,
    NDIS_OBJECT_TYPE_OPEN_PARAMETERS, NDIS_OBJECT_TYPE_TIMER_CHARACTERISTICS,
    NDIS_RUNTIME_VERSION_60, NDIS_RUNTIME_VERSION_650, NDIS_SIZEOF_CONFIGURATION_OBJECT_REVISION_1,
    NDIS_SIZEOF_DEVICE_OBJECT_ATTRIBUTES_REVISION_1,
    NDIS_SIZEOF_NET_BUFFER_LIST_POOL_PARAMETERS_REVISION_1,
    NDIS_SIZEOF_NET_BUFFER_POOL_PARAMETERS_REVISION_1, NDIS_SIZEOF_OID_REQUEST_REVISION_1,
    NDIS_SIZEOF_OID_REQUEST_REVISION_2, NDIS_SIZEOF_OPEN_PARAMETERS_REVISION_1,
    NDIS_SIZEOF_TIMER_CHARACTERISTICS_REVISION_1,
};

use crate::{
    thread,
    verifier::{self, catalogue::ndis::support::HEADER},
};

/// What the header of a structure has to be.
pub(super) struct Structure {
    name: &'static str,
    kind: u8,
    /// The revisions, from the first one on: bytes, and the version of NDIS that brought it.
    revisions: &'static [(u16, u32)],
}

impl Structure {
    const fn new(name: &'static str, kind: u8, revisions: &'static [(u16, u32)]) -> Self {
        Self { name, kind, revisions }
    }
}

pub(super) const OPEN_PARAMETERS: Structure = Structure::new(
    "NDIS_OPEN_PARAMETERS",
    NDIS_OBJECT_TYPE_OPEN_PARAMETERS,
    &[(NDIS_SIZEOF_OPEN_PARAMETERS_REVISION_1, NDIS_RUNTIME_VERSION_60)],
);

pub(super) const OID_REQUEST: Structure = Structure::new(
    "NDIS_OID_REQUEST",
    NDIS_OBJECT_TYPE_OID_REQUEST,
    &[
        (NDIS_SIZEOF_OID_REQUEST_REVISION_1, NDIS_RUNTIME_VERSION_60),
        (NDIS_SIZEOF_OID_REQUEST_REVISION_2, NDIS_RUNTIME_VERSION_650),
    ],
);

pub(super) const LIST_POOL_PARAMETERS: Structure = Structure::new(
    "NET_BUFFER_LIST_POOL_PARAMETERS",
    NDIS_OBJECT_TYPE_DEFAULT,
    &[(NDIS_SIZEOF_NET_BUFFER_LIST_POOL_PARAMETERS_REVISION_1, NDIS_RUNTIME_VERSION_60)],
);

pub(super) const BUFFER_POOL_PARAMETERS: Structure = Structure::new(
    "NET_BUFFER_POOL_PARAMETERS",
    NDIS_OBJECT_TYPE_DEFAULT,
    &[(NDIS_SIZEOF_NET_BUFFER_POOL_PARAMETERS_REVISION_1, NDIS_RUNTIME_VERSION_60)],
);

pub(super) const TIMER_CHARACTERISTICS: Structure = Structure::new(
    "NDIS_TIMER_CHARACTERISTICS",
    NDIS_OBJECT_TYPE_TIMER_CHARACTERISTICS,
    &[(NDIS_SIZEOF_TIMER_CHARACTERISTICS_REVISION_1, NDIS_RUNTIME_VERSION_60)],
);

pub(super) const CONFIGURATION_OBJECT: Structure = Structure::new(
    "NDIS_CONFIGURATION_OBJECT",
    NDIS_OBJECT_TYPE_CONFIGURATION_OBJECT,
    &[(NDIS_SIZEOF_CONFIGURATION_OBJECT_REVISION_1, NDIS_RUNTIME_VERSION_60)],
);

pub(super) const DEVICE_ATTRIBUTES: Structure = Structure::new(
    "NDIS_DEVICE_OBJECT_ATTRIBUTES",
    NDIS_OBJECT_TYPE_DEVICE_OBJECT_ATTRIBUTES,
    &[(NDIS_SIZEOF_DEVICE_OBJECT_ATTRIBUTES_REVISION_1, NDIS_RUNTIME_VERSION_60)],
);

/// Whether a structure of a driver begins as this one does, in a revision that the NDIS which runs
/// has. Reports a wrong header. `handle` is what the driver calls NDIS with.
pub(super) fn check(wanted: &Structure, given: *const NDIS_OBJECT_HEADER, handle: usize) -> bool {
    // SAFETY: a driver passes a structure that has a header.
    let header = unsafe { given.read_unaligned() };
    let version = thread::current(|thread| thread.system.ndis.version);
    let Some(problem) = problem(wanted, header, version) else { return true };
    let (caller, name) = (verifier::caller(), wanted.name);
    let parameters = [handle as u64, given as u64, 0];
    HEADER.broken_with(parameters, format!("{caller} passes {name} with {problem} in its header"));
    false
}

fn problem(wanted: &Structure, header: NDIS_OBJECT_HEADER, version: u32) -> Option<String> {
    let NDIS_OBJECT_HEADER { Type: kind, Revision: revision, Size: size } = header;
    if kind != wanted.kind {
        return Some(format!("the type {kind:#x} instead of {:#x}", wanted.kind));
    }
    let index = usize::from(revision).checked_sub(1);
    let known = index.and_then(|index| wanted.revisions.get(index));
    match known.filter(|(_, since)| version >= *since) {
        None => Some(format!("the revision {revision}, which this version of NDIS does not have,")),
        Some((least, _)) if size < *least => {
            Some(format!("{size} bytes, which are less than the {least} of its revision,"))
        }
        Some(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use ndis_sys::{NDIS_OBJECT_HEADER, NDIS_RUNTIME_VERSION_630, NDIS_RUNTIME_VERSION_687};

    use super::{OID_REQUEST, problem};

    #[test]
    fn a_header_has_a_type_a_revision_and_a_size() {
        let right = NDIS_OBJECT_HEADER { Type: OID_REQUEST.kind, Revision: 1, Size: 236 };
        let wrong = |header, version| problem(&OID_REQUEST, header, version).is_some();
        let newest = NDIS_RUNTIME_VERSION_687;
        assert!(!wrong(right, newest));
        assert!(!wrong(NDIS_OBJECT_HEADER { Size: 256, ..right }, newest), "it has padding");
        assert!(!wrong(NDIS_OBJECT_HEADER { Revision: 2, Size: 248, ..right }, newest));
        assert!(wrong(NDIS_OBJECT_HEADER { Type: 0, ..right }, newest));
        assert!(wrong(NDIS_OBJECT_HEADER { Size: 235, ..right }, newest));
        assert!(wrong(NDIS_OBJECT_HEADER { Revision: 2, ..right }, newest), "it is too short");
        assert!(wrong(NDIS_OBJECT_HEADER { Revision: 0, ..right }, newest));
        assert!(wrong(NDIS_OBJECT_HEADER { Revision: 3, Size: 999, ..right }, newest));
        let later = NDIS_OBJECT_HEADER { Revision: 2, Size: 248, ..right };
        assert!(wrong(later, NDIS_RUNTIME_VERSION_630), "it came later");
    }
}
