//! Objects that stand for components without a handle of their own.

use std::sync::Arc;

use ndis_sys::{DRIVER_OBJECT, NDIS_GENERIC_OBJECT, NDIS_OBJECT_HEADER, NDIS_OBJECT_TYPE_DEFAULT};

use super::objects::{self, Kind, Object};
use crate::{
    export::{Export, exports},
    ndis::data::{self, Memory},
    nt::{DISPATCH_LEVEL, PASSIVE_LEVEL},
    thread,
};

/// A generic object, with what the driver has behind it.
pub(super) struct Generic {
    memory: Memory,
    /// Its driver, or 0.
    pub driver: usize,
}

// SAFETY: it is memory; the driver uses it on any thread.
unsafe impl Sync for Generic {}

pub(super) const GENERIC: Kind<Generic> = Kind {
    name: "a generic object",
    of: |object| match object {
        Object::Generic(generic) => Some(generic),
        _ => None,
    },
};

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisallocategenericobject)
unsafe extern "efiapi" fn NdisAllocateGenericObject(
    driver: *mut DRIVER_OBJECT,
    _tag: u32,
    size: u16,
) -> *mut NDIS_GENERIC_OBJECT {
    let bytes = usize::from(size).max(size_of::<NDIS_GENERIC_OBJECT>());
    let Some(mut memory) = data::memory(bytes) else { return std::ptr::null_mut() };
    let caller = thread::current(|thread| thread.caller.get());
    let object = NDIS_GENERIC_OBJECT {
        Header: NDIS_OBJECT_HEADER { Type: NDIS_OBJECT_TYPE_DEFAULT, Revision: 1, Size: size },
        Caller: caller as *mut _,
        CallersCaller: std::ptr::null_mut(),
        DriverObject: driver,
    };
    memory.write(0, object);
    let address = memory.at::<NDIS_GENERIC_OBJECT>(0);
    let generic = Generic { memory, driver: driver as usize };
    objects::add_at(address as usize, Object::Generic(Arc::new(generic)));
    address
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisfreegenericobject)
unsafe extern "efiapi" fn NdisFreeGenericObject(object: *mut NDIS_GENERIC_OBJECT) {
    let taken = objects::take(object as usize, &GENERIC, "NdisFreeGenericObject");
    if taken.is_some_and(|generic| !generic.memory.is_intact()) {
        data::report_overrun("a generic object");
    }
}

pub(super) const EXPORTS: &[Export] = exports! {
    NdisAllocateGenericObject: PASSIVE_LEVEL..=DISPATCH_LEVEL;
    NdisFreeGenericObject: PASSIVE_LEVEL..=DISPATCH_LEVEL;
};
