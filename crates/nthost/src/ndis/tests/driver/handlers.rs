//! The driver's handlers.

use ndis_sys::{
    FN_NDIS_COMPLETE_BIND_ADAPTER_EX, FN_NDIS_COMPLETE_NET_PNP_EVENT,
    FN_NDIS_COMPLETE_UNBIND_ADAPTER_EX, FN_NDIS_RETURN_NET_BUFFER_LISTS, FN_NDIS_UNBIND_ADAPTER,
    NDIS_BIND_PARAMETERS, NDIS_HANDLE, NDIS_OID_REQUEST, NDIS_PORT_NUMBER,
    NDIS_PROTOCOL_DRIVER_CHARACTERISTICS, NDIS_PROTOCOL_RESTART_PARAMETERS,
    NDIS_RECEIVE_FLAGS_DISPATCH_LEVEL, NDIS_RECEIVE_FLAGS_RESOURCES, NDIS_RESTART_ATTRIBUTES,
    NDIS_RESTART_GENERAL_ATTRIBUTES, NDIS_RETURN_FLAGS_DISPATCH_LEVEL, NDIS_STATUS,
    NDIS_STATUS_INDICATION, NDIS_STATUS_PENDING, NDIS_STATUS_SUCCESS, NDIS_STRING, NET_BUFFER_LIST,
    NET_PNP_EVENT_NOTIFICATION, NetEventRestart, NetEventSetPower, OID_GEN_LINK_SPEED,
};

use super::{Bound, Driver, InEvent, Mode, Request, bound::Restarted, import, registration};
use crate::{
    ke::{self, tests::imports, wait::Limit},
    nt::{KEVENT, NotificationEvent},
    thread,
};

/// Where the attributes are in a list of them.
const ATTRIBUTES: usize = std::mem::offset_of!(NDIS_RESTART_ATTRIBUTES, Data);

/// All handlers.
pub fn all() -> NDIS_PROTOCOL_DRIVER_CHARACTERISTICS {
    NDIS_PROTOCOL_DRIVER_CHARACTERISTICS {
        BindAdapterHandlerEx: Some(bind),
        UnbindAdapterHandlerEx: Some(unbind),
        OpenAdapterCompleteHandlerEx: Some(open_complete),
        CloseAdapterCompleteHandlerEx: Some(close_complete),
        NetPnPEventHandler: Some(event),
        OidRequestCompleteHandler: Some(request_complete),
        StatusHandlerEx: Some(status),
        ReceiveNetBufferListsHandler: Some(receive),
        SendNetBufferListsCompleteHandler: Some(send_complete),
        ..NDIS_PROTOCOL_DRIVER_CHARACTERISTICS::default()
    }
}

/// Runs code in a thread of its own, inside of the same kernel.
fn elsewhere(code: impl FnOnce() + Send + 'static) {
    let system = thread::system();
    std::thread::spawn(move || thread::enter(&system, |_| code()));
}

/// Ends what can be pending as the mode says, and returns what the handler returns.
fn end(mode: Mode, status: NDIS_STATUS, complete: impl Fn() + Send + 'static) -> NDIS_STATUS {
    match mode {
        Mode::Inline => return status,
        Mode::Pending => elsewhere(complete),
        Mode::Twice => {
            complete();
            complete();
        }
        Mode::Never => {}
    }
    NDIS_STATUS_PENDING
}

unsafe extern "efiapi" fn bind(
    driver: NDIS_HANDLE,
    bind: NDIS_HANDLE,
    parameters: *mut NDIS_BIND_PARAMETERS,
) -> NDIS_STATUS {
    // SAFETY: it is what the driver registered with, which stays.
    let driver: &'static Driver = unsafe { &*driver.cast::<Driver>() };
    let script = &driver.script;
    // SAFETY: NDIS passes parameters.
    let name = unsafe { (*parameters).AdapterName };
    let status = if script.opens_nothing { script.bind_status } else { open(driver, bind, name) };
    let context = bind as usize;
    end(script.bind, status, move || {
        // SAFETY: it is the function's type.
        let complete: FN_NDIS_COMPLETE_BIND_ADAPTER_EX =
            unsafe { import("NdisCompleteBindAdapterEx") };
        // SAFETY: it is a bind, maybe one that is over, which NDIS notices.
        unsafe { complete(context as NDIS_HANDLE, status) };
    })
}

fn open(driver: &'static Driver, bind: NDIS_HANDLE, name: *mut NDIS_STRING) -> NDIS_STATUS {
    let script = &driver.script;
    let bound = Bound::new(driver);
    let mut other: Vec<u16> = "other".encode_utf16().collect();
    let mut other = NDIS_STRING { Length: 10, MaximumLength: 10, Buffer: other.as_mut_ptr() };
    let name = if script.other_name { &raw mut other } else { name };
    // SAFETY: the name stays until the bind is over.
    let status = unsafe { bound.open(name, bind) };
    if status != NDIS_STATUS_SUCCESS {
        return status;
    }
    if script.opens_twice {
        // SAFETY: as above.
        unsafe { Bound::new(driver).open(name, bind) };
    }
    if script.unbinds_itself {
        ask_to_unbind(bound);
    }
    if script.bind_status != NDIS_STATUS_SUCCESS && !script.leaves_open {
        bound.close();
    }
    script.bind_status
}

/// Asks NDIS to unbind a binding.
pub fn ask_to_unbind(bound: &Bound) {
    // SAFETY: it is the function's type.
    let unbind: FN_NDIS_UNBIND_ADAPTER = unsafe { import("NdisUnbindAdapter") };
    // SAFETY: it is a binding.
    unsafe { unbind(bound.handle()) };
}

/// # Safety
///
/// It is the context of a binding.
unsafe fn bound(context: NDIS_HANDLE) -> &'static Bound {
    // SAFETY: by the contract; bindings of the driver stay for ever.
    unsafe { &*context.cast::<Bound>() }
}

unsafe extern "efiapi" fn unbind(context: NDIS_HANDLE, binding: NDIS_HANDLE) -> NDIS_STATUS {
    // SAFETY: NDIS passes the context of a binding.
    let bound = unsafe { bound(binding) };
    let script = &bound.driver.script;
    if script.filter != 0 && !script.keeps_filter {
        bound.set_filter(0);
    }
    if !script.closes_nothing {
        bound.close();
    }
    let context = context as usize;
    end(script.unbind, script.unbind_status, move || {
        // SAFETY: it is the function's type.
        let complete: FN_NDIS_COMPLETE_UNBIND_ADAPTER_EX =
            unsafe { import("NdisCompleteUnbindAdapterEx") };
        // SAFETY: it is an unbind, maybe one that is over, which NDIS notices.
        unsafe { complete(context as NDIS_HANDLE) };
    })
}

unsafe extern "efiapi" fn open_complete(binding: NDIS_HANDLE, status: NDIS_STATUS) {
    // SAFETY: NDIS passes the context of a binding.
    unsafe { bound(binding) }.note(|seen| seen.opened = Some(status));
}

unsafe extern "efiapi" fn close_complete(binding: NDIS_HANDLE) {
    // SAFETY: NDIS passes the context of a binding.
    unsafe { bound(binding) }.note(|seen| seen.closed = true);
}

unsafe extern "efiapi" fn event(
    binding: NDIS_HANDLE,
    notification: *mut NET_PNP_EVENT_NOTIFICATION,
) -> NDIS_STATUS {
    // SAFETY: NDIS passes a notification.
    let event = unsafe { (*notification).NetPnPEvent };
    let code = event.NetEvent;
    if binding.is_null() {
        registration::note(code);
        return NDIS_STATUS_SUCCESS;
    }
    // SAFETY: NDIS passes the context of a binding.
    let bound = unsafe { bound(binding) };
    let script = &bound.driver.script;
    let bytes = if event.Buffer.is_null() {
        Vec::new()
    } else {
        let length = event.BufferLength as usize;
        // SAFETY: NDIS passes a buffer that is as long as it says.
        unsafe { std::slice::from_raw_parts(event.Buffer.cast::<u8>(), length) }.to_vec()
    };
    bound.note(|seen| seen.events.push((code, bytes)));
    if code == NetEventRestart && !event.Buffer.is_null() {
        // SAFETY: it is what such an event has.
        let restarted = unsafe { read_restart(event.Buffer.cast()) };
        bound.note(|seen| seen.restarts.push(restarted));
    }
    if code == NetEventRestart && script.filter != 0 {
        bound.set_filter(script.filter);
    }
    if code == NetEventSetPower && script.waits_in_power_event {
        wait_a_moment();
    }
    match script.in_event {
        Some((wanted, InEvent::AskFromStack)) if wanted == code => ask_from_stack(bound),
        Some((wanted, InEvent::Deregister)) if wanted == code => bound.driver.deregister_here(),
        Some((wanted, InEvent::Enumerate)) if wanted == code => bound.driver.enumerate(),
        Some((wanted, InEvent::WaitForThread)) if wanted == code => wait_for_thread(),
        _ => {}
    }
    let status = match script.event_status {
        Some((wanted, status)) if wanted == code => status,
        _ => NDIS_STATUS_SUCCESS,
    };
    let mode = if script.forgets == Some(code) { Mode::Never } else { script.event };
    let (handle, notification) = (bound.handle() as usize, notification as usize);
    end(mode, status, move || {
        // SAFETY: it is the function's type.
        let complete: FN_NDIS_COMPLETE_NET_PNP_EVENT = unsafe { import("NdisCompleteNetPnPEvent") };
        let notification = notification as *mut NET_PNP_EVENT_NOTIFICATION;
        // SAFETY: it is an event, maybe one that is over, which NDIS notices.
        unsafe { complete(handle as NDIS_HANDLE, notification, status) };
    })
}

/// Makes a request that is on the stack, and does not wait for it.
fn ask_from_stack(bound: &Bound) {
    let request = Request::query(OID_GEN_LINK_SPEED, 4);
    let mut copy = request.result();
    bound.start_at(&raw mut copy);
    // Its buffer is not to be freed.
    std::mem::forget(request);
}

/// Waits, as for something that does not come.
fn wait_a_moment() {
    imports! {
        fn KeDelayExecutionThread(mode: i8, alertable: u8, interval: *mut i64) -> i32;
    }
    let mut interval = -10_000;
    // SAFETY: the interval is valid.
    unsafe { KeDelayExecutionThread(0, 0, &raw mut interval) };
}

/// Waits until another thread has waited for a moment.
fn wait_for_thread() {
    let event: &'static mut KEVENT = Box::leak(Box::default());
    let address = &raw mut *event;
    // SAFETY: nobody else uses it yet.
    unsafe { ke::event::initialize(address, NotificationEvent, false) };
    let event = address as usize;
    elsewhere(move || {
        wait_a_moment();
        // SAFETY: it stays for ever.
        unsafe { ke::event::set(event as *mut KEVENT) };
    });
    // SAFETY: as above.
    unsafe { ke::event::wait(address, Limit::None) };
}

/// Reads what NDIS tells when a binding restarts.
///
/// # Safety
///
/// It is valid.
unsafe fn read_restart(parameters: *const NDIS_PROTOCOL_RESTART_PARAMETERS) -> Restarted {
    // SAFETY: by the contract.
    let parameters = unsafe { parameters.read() };
    // SAFETY: by the contract.
    let attributes = unsafe { parameters.RestartAttributes.cast::<u8>().add(ATTRIBUTES) };
    // SAFETY: the general attributes are the only ones, and maybe not aligned.
    let general = unsafe { attributes.cast::<NDIS_RESTART_GENERAL_ATTRIBUTES>().read_unaligned() };
    let mut filters = Vec::new();
    let length = parameters.FilterModuleNameBufferLength as usize;
    let mut rest = if length == 0 {
        &[]
    } else {
        // SAFETY: by the contract.
        unsafe { std::slice::from_raw_parts(parameters.FilterModuleNameBuffer, length) }
    };
    while let [low, high, names @ ..] = rest {
        let (name, others) = names.split_at(usize::from(u16::from_le_bytes([*low, *high])));
        let units: Vec<_> =
            name.chunks(2).map(|unit| u16::from_le_bytes([unit[0], unit[1]])).collect();
        filters.push(String::from_utf16(&units).unwrap());
        rest = others;
    }
    Restarted { mtu: general.MtuSize, filters }
}

unsafe extern "efiapi" fn request_complete(
    binding: NDIS_HANDLE,
    request: *mut NDIS_OID_REQUEST,
    status: NDIS_STATUS,
) {
    let end = (request as usize, status, ke::irql::current());
    // SAFETY: NDIS passes the context of a binding.
    unsafe { bound(binding) }.note(|seen| seen.ended.push(end));
}

unsafe extern "efiapi" fn status(binding: NDIS_HANDLE, indication: *mut NDIS_STATUS_INDICATION) {
    // SAFETY: NDIS passes an indication.
    let indication = unsafe { *indication };
    let length = indication.StatusBufferSize as usize;
    let payload = if indication.StatusBuffer.is_null() {
        Vec::new()
    } else {
        let first: *const u8 = indication.StatusBuffer.cast();
        // SAFETY: NDIS passes a buffer that is as long as it says.
        unsafe { std::slice::from_raw_parts(first, length) }.to_vec()
    };
    let seen = (indication.StatusCode, indication.Header.Size, payload, ke::irql::current());
    // SAFETY: NDIS passes the context of a binding.
    let bound = unsafe { bound(binding) };
    bound.note(|known| known.status.push(seen));
    let script = &bound.driver.script;
    std::thread::sleep(script.status_takes);
    if script.status_until_closed {
        bound.wait(|seen| seen.closed.then_some(()));
    }
}

/// Returns what the driver owns.
unsafe extern "efiapi" fn receive(
    binding: NDIS_HANDLE,
    lists: *mut NET_BUFFER_LIST,
    _port: NDIS_PORT_NUMBER,
    count: u32,
    flags: u32,
) {
    // SAFETY: NDIS passes the context of a binding.
    let bound = unsafe { bound(binding) };
    bound.note(|seen| seen.lists += u64::from(count));
    if flags & NDIS_RECEIVE_FLAGS_RESOURCES != 0 {
        return;
    }
    let at_dispatch = flags & NDIS_RECEIVE_FLAGS_DISPATCH_LEVEL != 0;
    let flags = if at_dispatch { NDIS_RETURN_FLAGS_DISPATCH_LEVEL } else { 0 };
    // SAFETY: it is the function's type.
    let give_back: FN_NDIS_RETURN_NET_BUFFER_LISTS = unsafe { import("NdisReturnNetBufferLists") };
    // SAFETY: the lists are the driver's.
    unsafe { give_back(bound.handle(), lists, flags) };
}

unsafe extern "efiapi" fn send_complete(
    _binding: NDIS_HANDLE,
    _lists: *mut NET_BUFFER_LIST,
    _flags: u32,
) {
}
