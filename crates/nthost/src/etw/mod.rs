//! Event tracing, which nobody listens to here: events are counted and forgotten.

use core::ffi::c_void;
use std::{collections::BTreeMap, ops::Range, sync::Arc};

use crate::{
    export::{Export, exports},
    low_resources::denies,
    nt::{
        APC_LEVEL, BOOLEAN, DEVICE_OBJECT, EVENT_DATA_DESCRIPTOR, FALSE, GUID, HIGH_LEVEL,
        NTSTATUS, PASSIVE_LEVEL, STATUS_INSUFFICIENT_RESOURCES, STATUS_INVALID_HANDLE,
        STATUS_INVALID_PARAMETER, STATUS_NO_MEMORY, STATUS_NOT_SUPPORTED, STATUS_SUCCESS,
        STATUS_UNSUCCESSFUL,
    },
    sched::Mutex,
    system::System,
    thread,
    verifier::{
        Check,
        catalogue::unload::{EVENT_PROVIDER, EVENT_PROVIDER_LEFT, EVENT_PROVIDER_UNREGISTERED},
    },
};

/// The state of this component.
#[derive(Default)]
pub(crate) struct State(Mutex<Providers>);

/// What drivers registered and have not taken back, by handle.
#[derive(Default)]
struct Providers {
    registered: BTreeMap<u64, Provider>,
    made: u64,
}

struct Provider {
    id: GUID,
    /// Where a driver registered it.
    caller: usize,
    events: u64,
}

/// Most parts of an event.
const MOST_PARTS: u32 = 128;

/// Runs `code` with a provider that a driver names, which has to be registered.
fn with(check: &'static Check, handle: u64, code: impl FnOnce(&mut Provider)) -> NTSTATUS {
    let system = thread::system();
    if let Some(provider) = system.etw.0.lock().registered.get_mut(&handle) {
        code(provider);
        return STATUS_SUCCESS;
    }
    // Drivers whose registration failed pass zero, and are told so.
    if handle != 0 {
        check.broken_by_caller(&format!("uses {handle:#x}, which is no registration"));
    }
    STATUS_INVALID_HANDLE
}

/// Counts an event.
fn write(handle: u64, parts: u32) -> NTSTATUS {
    if parts > MOST_PARTS {
        return STATUS_INVALID_PARAMETER;
    }
    with(EVENT_PROVIDER, handle, |provider| provider.events += 1)
}

/// The callback is never called, since no session enables the provider.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-etwregister)
unsafe extern "efiapi" fn EtwRegister(
    id: *const GUID,
    _callback: *const c_void,
    _context: *mut c_void,
    handle: *mut u64,
) -> NTSTATUS {
    if denies("EtwRegister") {
        return STATUS_NO_MEMORY;
    }
    // SAFETY: the driver passes an identifier.
    let id = unsafe { id.read_unaligned() };
    let (system, caller) =
        thread::current(|thread| (Arc::clone(&thread.system), thread.caller.get()));
    let mut providers = system.etw.0.lock();
    providers.made += 1;
    let made = providers.made;
    providers.registered.insert(made, Provider { id, caller, events: 0 });
    // SAFETY: the driver passes a place for the handle.
    unsafe { handle.write(made) };
    STATUS_SUCCESS
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-etwunregister)
unsafe extern "efiapi" fn EtwUnregister(handle: u64) -> NTSTATUS {
    let found = with(EVENT_PROVIDER_UNREGISTERED, handle, |_| ());
    thread::system().etw.0.lock().registered.remove(&handle);
    found
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-etwwrite)
unsafe extern "efiapi" fn EtwWrite(
    handle: u64,
    _event: *const c_void,
    _activity: *const GUID,
    count: u32,
    _data: *const EVENT_DATA_DESCRIPTOR,
) -> NTSTATUS {
    if denies("EtwWrite") {
        return STATUS_NO_MEMORY;
    }
    write(handle, count)
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-etwwritetransfer)
unsafe extern "efiapi" fn EtwWriteTransfer(
    handle: u64,
    _event: *const c_void,
    _activity: *const GUID,
    _related: *const GUID,
    count: u32,
    _data: *const EVENT_DATA_DESCRIPTOR,
) -> NTSTATUS {
    if denies("EtwWriteTransfer") {
        return STATUS_NO_MEMORY;
    }
    write(handle, count)
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-etwwriteex)
unsafe extern "efiapi" fn EtwWriteEx(
    handle: u64,
    _event: *const c_void,
    _filter: u64,
    _flags: u32,
    _activity: *const GUID,
    _related: *const GUID,
    count: u32,
    _data: *const EVENT_DATA_DESCRIPTOR,
) -> NTSTATUS {
    if denies("EtwWriteEx") {
        return STATUS_NO_MEMORY;
    }
    write(handle, count)
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-etwwritestring)
unsafe extern "efiapi" fn EtwWriteString(
    handle: u64,
    _level: u8,
    _keyword: u64,
    _activity: *const GUID,
    _string: *const u16,
) -> NTSTATUS {
    if denies("EtwWriteString") {
        return STATUS_NO_MEMORY;
    }
    write(handle, 0)
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-etweventenabled)
unsafe extern "efiapi" fn EtwEventEnabled(_handle: u64, _event: *const c_void) -> BOOLEAN {
    FALSE
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-etwproviderenabled)
unsafe extern "efiapi" fn EtwProviderEnabled(_handle: u64, _level: u8, _keyword: u64) -> BOOLEAN {
    FALSE
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-etwsetinformation)
unsafe extern "efiapi" fn EtwSetInformation(
    handle: u64,
    _class: i32,
    _information: *const c_void,
    _length: u32,
) -> NTSTATUS {
    with(EVENT_PROVIDER, handle, |_| ())
}

/// There is no WMI here, which a driver has to do without.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-iowmiregistrationcontrol)
unsafe extern "efiapi" fn IoWMIRegistrationControl(
    _device: *mut DEVICE_OBJECT,
    _action: u32,
) -> NTSTATUS {
    if denies("IoWMIRegistrationControl") {
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    STATUS_NOT_SUPPORTED
}

/// What is documented for when WMI is unavailable: the event stays the driver's.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-iowmiwriteevent)
unsafe extern "efiapi" fn IoWMIWriteEvent(_event: *mut c_void) -> NTSTATUS {
    STATUS_UNSUCCESSFUL
}

/// No trace session is ever there, so that no handle of one is valid. The arguments that differ by
/// message are not read.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-wmitracemessage)
unsafe extern "efiapi" fn WmiTraceMessage(
    _session: u64,
    _flags: u32,
    _message: *const GUID,
    _number: u16,
) -> NTSTATUS {
    STATUS_INVALID_HANDLE
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-wmiquerytraceinformation)
unsafe extern "efiapi" fn WmiQueryTraceInformation(
    _class: i32,
    _information: *mut c_void,
    _length: u32,
    _needed: *mut u32,
    _buffer: *mut c_void,
) -> NTSTATUS {
    STATUS_INVALID_HANDLE
}

/// Reports providers that a driver registered and did not unregister.
pub(crate) fn check_unloaded(system: &System, image: &Range<usize>) {
    let left: Vec<_> = {
        let providers = system.etw.0.lock();
        let callers =
            providers.registered.iter().map(|(&handle, provider)| (handle, provider.caller));
        callers.filter(|(_, caller)| image.contains(caller)).collect()
    };
    for (handle, caller) in left {
        let by = system.describe(caller);
        EVENT_PROVIDER_LEFT.broken_with(
            [caller as u64, image.start as u64, handle],
            format!("event provider {handle}, registered by {by}, is not unregistered"),
        );
    }
}

/// What drivers have not taken back, in sentences.
pub(crate) fn leftovers(system: &System) -> Vec<String> {
    let providers = system.etw.0.lock();
    let sentence = |(handle, provider): (&u64, &Provider)| {
        let Provider { id: GUID { Data1, Data2, Data3, .. }, events, .. } = provider;
        format!(
            "event provider {handle} ({Data1:08X}-{Data2:04X}-{Data3:04X}-…), which wrote {events} \
             events, is registered"
        )
    };
    providers.registered.iter().map(sentence).collect()
}

pub(crate) const EXPORTS: &[Export] = exports! {
    EtwEventEnabled: PASSIVE_LEVEL..=HIGH_LEVEL;
    EtwProviderEnabled: PASSIVE_LEVEL..=HIGH_LEVEL;
    EtwRegister: PASSIVE_LEVEL..=PASSIVE_LEVEL;
    EtwSetInformation: PASSIVE_LEVEL..=PASSIVE_LEVEL;
    EtwUnregister: PASSIVE_LEVEL..=PASSIVE_LEVEL;
    EtwWrite: PASSIVE_LEVEL..=HIGH_LEVEL;
    EtwWriteEx: PASSIVE_LEVEL..=HIGH_LEVEL;
    EtwWriteString: PASSIVE_LEVEL..=HIGH_LEVEL;
    EtwWriteTransfer: PASSIVE_LEVEL..=HIGH_LEVEL;
    IoWMIRegistrationControl: PASSIVE_LEVEL..=PASSIVE_LEVEL;
    IoWMIWriteEvent: PASSIVE_LEVEL..=APC_LEVEL;
    WmiQueryTraceInformation: PASSIVE_LEVEL..=HIGH_LEVEL;
    WmiTraceMessage: PASSIVE_LEVEL..=HIGH_LEVEL;
};

#[cfg(test)]
mod tests {
    use super::*;
    use core::ptr;

    fn register() -> u64 {
        let (id, mut handle) = (GUID { Data1: 0xabcd, ..GUID::default() }, 0);
        // SAFETY: the identifier is valid, and so is the place for the handle.
        let status =
            unsafe { EtwRegister(&raw const id, ptr::null(), ptr::null_mut(), &raw mut handle) };
        assert_eq!(status, STATUS_SUCCESS);
        handle
    }

    fn event(handle: u64, parts: u32) -> NTSTATUS {
        // SAFETY: no data are read.
        unsafe { EtwWrite(handle, ptr::null(), ptr::null(), parts, ptr::null()) }
    }

    #[test]
    fn counts_events_of_providers() {
        let system = Arc::new(System::new(1));
        thread::enter(&system, |_| {
            let (first, second) = (register(), register());
            assert_eq!([event(first, 0), event(first, 128)], [STATUS_SUCCESS; 2]);
            assert_eq!(event(first, 129), STATUS_INVALID_PARAMETER);
            // SAFETY: the handle is valid.
            assert_eq!(unsafe { EtwUnregister(second) }, STATUS_SUCCESS);
            let left = leftovers(&system);
            let wanted =
                "event provider 1 (0000ABCD-0000-0000-…), which wrote 2 events, is registered";
            assert_eq!(left, [wanted]);
            assert!(system.verifier.violations().is_empty());
            assert_eq!(event(second, 0), STATUS_INVALID_HANDLE);
            assert_eq!(system.verifier.violations()[0].rule, "event-provider");
        });
    }

    #[test]
    fn a_provider_that_never_was_is_no_violation() {
        let system = Arc::new(System::new(1));
        thread::enter(&system, |_| {
            assert_eq!(event(0, 0), STATUS_INVALID_HANDLE);
            assert!(system.verifier.violations().is_empty());
        });
    }
}
