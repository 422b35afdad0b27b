//! Event tracing: providers that drivers register, and sessions that listen to them.
//!
//! [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/devtest/adding-event-tracing-to-kernel-mode-drivers)

mod describe;
mod listen;
pub(crate) mod wmi;

use core::ffi::c_void;
use std::{collections::BTreeMap, ops::Range, slice, sync::Arc};

pub use describe::TraceValue;
pub use listen::TraceEvent;

use crate::{
    export::{Export, exports},
    low_resources::denies,
    nt::{
        BOOLEAN, EVENT_DATA_DESCRIPTOR, EVENT_DESCRIPTOR, GUID, HIGH_LEVEL, NTSTATUS,
        PASSIVE_LEVEL, STATUS_INVALID_HANDLE, STATUS_INVALID_PARAMETER, STATUS_NO_MEMORY,
        STATUS_SUCCESS,
    },
    sched::Mutex,
    system::System,
    thread,
    verifier::{
        Check,
        catalogue::unload::{EVENT_PROVIDER, EVENT_PROVIDER_LEFT, EVENT_PROVIDER_UNREGISTERED},
    },
};

use listen::{Log, Notice, Session};

/// The state of this component.
#[derive(Default)]
pub(crate) struct State {
    providers: Mutex<Providers>,
    /// Held while drivers are told who listens, so that none is told after it has unregistered.
    calling: Mutex<()>,
}

/// What drivers registered and have not taken back, by handle, and who listens to it.
#[derive(Default)]
struct Providers {
    registered: BTreeMap<u64, Provider>,
    made: u64,
    sessions: Vec<Session>,
    events: Log,
}

impl Providers {
    /// The session that listens to a provider.
    fn session(&self, id: u128) -> Option<Session> {
        self.sessions.iter().find(|session| session.id == id).copied()
    }
}

struct Provider {
    id: u128,
    callback: usize,
    context: usize,
    /// Where a driver registered it.
    caller: usize,
    /// It has said that the kinds of its parts are to be looked at.
    has_kinds: bool,
    events: u64,
}

/// Most parts of an event.
const MOST_PARTS: u32 = 128;

/// A provider that a driver names.
struct Found {
    id: u128,
    has_kinds: bool,
    /// The session that listens to it.
    session: Option<Session>,
}

/// Looks for a provider. `count` says whether an event of it is written.
fn find(check: &'static Check, handle: u64, count: bool) -> Result<Found, NTSTATUS> {
    let system = thread::system();
    let mut providers = system.etw.providers.lock();
    if let Some(provider) = providers.registered.get_mut(&handle) {
        provider.events += u64::from(count);
        let (id, has_kinds) = (provider.id, provider.has_kinds);
        return Ok(Found { id, has_kinds, session: providers.session(id) });
    }
    drop(providers);
    // Drivers whose registration failed pass zero, and are told so.
    if handle != 0 {
        check.broken_by_caller(&format!("uses {handle:#x}, which is no registration"));
    }
    Err(STATUS_INVALID_HANDLE)
}

/// Counts an event, and keeps it if a session wants it.
///
/// # Safety
///
/// The descriptor is null or valid, and `data` is so many valid parts.
unsafe fn write(
    handle: u64,
    event: *const EVENT_DESCRIPTOR,
    count: u32,
    data: *const EVENT_DATA_DESCRIPTOR,
) -> NTSTATUS {
    if count > MOST_PARTS {
        return STATUS_INVALID_PARAMETER;
    }
    let found = match find(EVENT_PROVIDER, handle, true) {
        Ok(found) => found,
        Err(status) => return status,
    };
    let Some(session) = found.session else { return STATUS_SUCCESS };
    // SAFETY: by the contract it is null or valid.
    let Some(&EVENT_DESCRIPTOR { Level, Keyword, .. }) = (unsafe { event.as_ref() }) else {
        return STATUS_INVALID_PARAMETER;
    };
    if session.wants(Level, Keyword) {
        let parts = if count == 0 {
            &[]
        } else {
            // SAFETY: by the contract there are so many parts.
            unsafe { slice::from_raw_parts(data, count as usize) }
        };
        thread::system().etw.keep(&found, Level, Keyword, parts);
    }
    STATUS_SUCCESS
}

/// Where a session listens to the provider already, the callback is called before this returns, and before the
/// driver has the handle.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-etwregister)
unsafe extern "efiapi" fn EtwRegister(
    id: *const GUID,
    callback: usize,
    context: usize,
    handle: *mut u64,
) -> NTSTATUS {
    if denies("EtwRegister") {
        return STATUS_NO_MEMORY;
    }
    // SAFETY: the driver passes an identifier.
    let id = describe::guid(&unsafe { id.cast::<[u8; 16]>().read_unaligned() });
    let (system, caller) =
        thread::current(|thread| (Arc::clone(&thread.system), thread.caller.get()));
    let _one_at_a_time = system.etw.calling.lock();
    let (made, notice) = {
        let mut providers = system.etw.providers.lock();
        providers.made += 1;
        let (made, session) = (providers.made, providers.session(id));
        let provider = Provider { id, callback, context, caller, has_kinds: false, events: 0 };
        let notice = session.map(|session| Notice::new(&provider, Some(session)));
        providers.registered.insert(made, provider);
        (made, notice)
    };
    if let Some(notice) = notice {
        notice.send();
    }
    // SAFETY: the driver passes a place for the handle.
    unsafe { handle.write(made) };
    STATUS_SUCCESS
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-etwunregister)
unsafe extern "efiapi" fn EtwUnregister(handle: u64) -> NTSTATUS {
    if let Err(status) = find(EVENT_PROVIDER_UNREGISTERED, handle, false) {
        return status;
    }
    let system = thread::system();
    let _one_at_a_time = system.etw.calling.lock();
    system.etw.providers.lock().registered.remove(&handle);
    STATUS_SUCCESS
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-etwwrite)
unsafe extern "efiapi" fn EtwWrite(
    handle: u64,
    event: *const EVENT_DESCRIPTOR,
    _activity: *const GUID,
    count: u32,
    data: *const EVENT_DATA_DESCRIPTOR,
) -> NTSTATUS {
    if denies("EtwWrite") {
        return STATUS_NO_MEMORY;
    }
    // SAFETY: the driver passes what is documented.
    unsafe { write(handle, event, count, data) }
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-etwwritetransfer)
unsafe extern "efiapi" fn EtwWriteTransfer(
    handle: u64,
    event: *const EVENT_DESCRIPTOR,
    _activity: *const GUID,
    _related: *const GUID,
    count: u32,
    data: *const EVENT_DATA_DESCRIPTOR,
) -> NTSTATUS {
    if denies("EtwWriteTransfer") {
        return STATUS_NO_MEMORY;
    }
    // SAFETY: the driver passes what is documented.
    unsafe { write(handle, event, count, data) }
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-etwwriteex)
unsafe extern "efiapi" fn EtwWriteEx(
    handle: u64,
    event: *const EVENT_DESCRIPTOR,
    _filter: u64,
    _flags: u32,
    _activity: *const GUID,
    _related: *const GUID,
    count: u32,
    data: *const EVENT_DATA_DESCRIPTOR,
) -> NTSTATUS {
    if denies("EtwWriteEx") {
        return STATUS_NO_MEMORY;
    }
    // SAFETY: the driver passes what is documented.
    unsafe { write(handle, event, count, data) }
}

/// The text is counted, and not kept.
///
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
    find(EVENT_PROVIDER, handle, true).map_or_else(|status| status, |_| STATUS_SUCCESS)
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-etweventenabled)
unsafe extern "efiapi" fn EtwEventEnabled(handle: u64, event: *const EVENT_DESCRIPTOR) -> BOOLEAN {
    // SAFETY: the driver passes a descriptor.
    let EVENT_DESCRIPTOR { Level, Keyword, .. } = unsafe { event.read_unaligned() };
    is_wanted(handle, Level, Keyword)
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-etwproviderenabled)
unsafe extern "efiapi" fn EtwProviderEnabled(handle: u64, level: u8, keyword: u64) -> BOOLEAN {
    is_wanted(handle, level, keyword)
}

fn is_wanted(handle: u64, level: u8, keyword: u64) -> BOOLEAN {
    let system = thread::system();
    let providers = system.etw.providers.lock();
    let id = providers.registered.get(&handle).map(|provider| provider.id);
    let session = id.and_then(|id| providers.session(id));
    session.is_some_and(|session| session.wants(level, keyword)).into()
}

/// What the traits of a provider are is what its events say too.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-etwsetinformation)
unsafe extern "efiapi" fn EtwSetInformation(
    handle: u64,
    class: i32,
    _information: *const c_void,
    _length: u32,
) -> NTSTATUS {
    /// `EventProviderSetTraits` and `EventProviderUseDescriptorType`
    const WITH_KINDS: [i32; 2] = [2, 3];
    if let Err(status) = find(EVENT_PROVIDER, handle, false) {
        return status;
    }
    let system = thread::system();
    if let Some(provider) = system.etw.providers.lock().registered.get_mut(&handle) {
        provider.has_kinds |= WITH_KINDS.contains(&class);
    }
    STATUS_SUCCESS
}

/// Reports providers that a driver registered and did not unregister.
pub(crate) fn check_unloaded(system: &System, image: &Range<usize>) {
    let left: Vec<_> = {
        let providers = system.etw.providers.lock();
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
    let providers = system.etw.providers.lock();
    let sentence = |(handle, provider): (&u64, &Provider)| {
        let Provider { id, events, .. } = provider;
        format!("event provider {handle} ({id:032X}), which wrote {events} events, is registered")
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
};

#[cfg(test)]
mod tests;
