//! System services: registry keys, security.

mod driver_key;
mod key;
mod query;
pub(crate) mod registry;
mod security;
mod string;
mod value;
mod values;

use std::{collections::HashMap, sync::Arc};

use crate::{
    export::{Export, exports},
    nt::{HANDLE, NTSTATUS, PASSIVE_LEVEL, STATUS_INVALID_HANDLE, STATUS_SUCCESS},
    ob,
    sched::Mutex,
};

use driver_key::IoOpenDriverRegistryKey;
pub(crate) use key::opened;
use key::{ZwCreateKey, ZwDeleteKey, ZwEnumerateKey, ZwFlushKey, ZwOpenKey, ZwQueryKey};
use registry::{Key, Registry};
use security::ZwSetSecurityObject;
pub use value::Value;
use values::{ZwDeleteValueKey, ZwEnumerateValueKey, ZwQueryValueKey, ZwSetValueKey};

/// The state of this component.
#[derive(Default)]
pub(crate) struct State {
    pub registry: Registry,
    /// Key objects, by address.
    open: Mutex<HashMap<usize, Box<OpenKey>>>,
}

/// What a handle to a key stands for. Its address is that of the object.
struct OpenKey(Arc<Key>);

fn done(result: Result<(), NTSTATUS>) -> NTSTATUS {
    result.err().unwrap_or(STATUS_SUCCESS)
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-zwclose)
unsafe extern "efiapi" fn ZwClose(handle: HANDLE) -> NTSTATUS {
    if ob::close(handle) { STATUS_SUCCESS } else { STATUS_INVALID_HANDLE }
}

pub(crate) const EXPORTS: &[Export] = exports! {
    IoOpenDriverRegistryKey: PASSIVE_LEVEL..=PASSIVE_LEVEL;
    ZwClose: PASSIVE_LEVEL..=PASSIVE_LEVEL;
    ZwCreateKey: PASSIVE_LEVEL..=PASSIVE_LEVEL;
    ZwDeleteKey: PASSIVE_LEVEL..=PASSIVE_LEVEL;
    ZwDeleteValueKey: PASSIVE_LEVEL..=PASSIVE_LEVEL;
    ZwEnumerateKey: PASSIVE_LEVEL..=PASSIVE_LEVEL;
    ZwEnumerateValueKey: PASSIVE_LEVEL..=PASSIVE_LEVEL;
    ZwFlushKey: PASSIVE_LEVEL..=PASSIVE_LEVEL;
    ZwOpenKey: PASSIVE_LEVEL..=PASSIVE_LEVEL;
    ZwQueryKey: PASSIVE_LEVEL..=PASSIVE_LEVEL;
    ZwQueryValueKey: PASSIVE_LEVEL..=PASSIVE_LEVEL;
    ZwSetSecurityObject: PASSIVE_LEVEL..=PASSIVE_LEVEL;
    ZwSetValueKey: PASSIVE_LEVEL..=PASSIVE_LEVEL;
};

#[cfg(test)]
mod tests;
