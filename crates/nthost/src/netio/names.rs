//! Looking up names, by the resolver of this machine.

use std::{ffi::CString, mem, net::SocketAddr, ptr};

use socket2::{SockAddr, SockAddrStorage};
use wsk_sys::{
    ADDRINFOEXW, AF_INET, AF_INET6, AI_ALL, AI_NUMERICHOST, AI_NUMERICSERV, AI_PASSIVE,
    AI_V4MAPPED, EPROCESS, ETHREAD, GUID, IPPROTO_UDP, IRP, NI_DGRAM, NI_MAXHOST, NI_MAXSERV,
    NI_NAMEREQD, NI_NOFQDN, NI_NUMERICHOST, NI_NUMERICSERV, PWSK_CLIENT, SOCK_DGRAM, SOCKADDR,
    UNICODE_STRING,
};

use super::{
    address::{self, Bytes, Family},
    client::Call,
    request::Request,
};
use crate::{
    ke,
    nt::{
        NTSTATUS, PASSIVE_LEVEL, STATUS_BUFFER_TOO_SMALL, STATUS_INSUFFICIENT_RESOURCES,
        STATUS_INVALID_PARAMETER, STATUS_NO_MATCH, STATUS_PENDING, STATUS_SUCCESS,
        STATUS_UNSUCCESSFUL,
    },
    thread,
};

/// An entry of a list that a driver got.
#[repr(C)]
struct Entry {
    info: ADDRINFOEXW,
    address: Bytes,
}

/// A place of a driver for a result.
struct Place<T>(*mut T);

// SAFETY: the memory belongs to the provider until the request is completed, on whatever thread.
unsafe impl<T> Send for Place<T> {}

impl<T> Place<T> {
    fn address(&self) -> *mut T {
        self.0
    }
}

/// Flags of Windows, and what they are on this machine.
const HINTS: [(i32, i32); 5] = [
    (AI_PASSIVE, libc::AI_PASSIVE),
    (AI_NUMERICHOST, libc::AI_NUMERICHOST),
    (AI_NUMERICSERV, libc::AI_NUMERICSERV),
    (AI_ALL, libc::AI_ALL),
    (AI_V4MAPPED, libc::AI_V4MAPPED),
];

/// Flags of Windows, and what they are on this machine.
const NAMES: [(u32, i32); 5] = [
    (NI_NOFQDN, libc::NI_NOFQDN),
    (NI_NUMERICHOST, libc::NI_NUMERICHOST),
    (NI_NAMEREQD, libc::NI_NAMEREQD),
    (NI_NUMERICSERV, libc::NI_NUMERICSERV),
    (NI_DGRAM, libc::NI_DGRAM),
];

/// Always completes in another thread: the resolver takes its time.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wsk/nc-wsk-pfn_wsk_get_address_info)
pub(super) unsafe extern "efiapi" fn WskGetAddressInfo(
    client: PWSK_CLIENT,
    node: *mut UNICODE_STRING,
    service: *mut UNICODE_STRING,
    _name_space: u32,
    _provider: *mut GUID,
    hints: *mut ADDRINFOEXW,
    result: *mut *mut ADDRINFOEXW,
    _process: *mut EPROCESS,
    _thread: *mut ETHREAD,
    irp: *mut IRP,
) -> NTSTATUS {
    // SAFETY: the driver hands its IRP over.
    let request = match unsafe { Request::take("WskGetAddressInfo", irp) } {
        Ok(request) => request,
        Err(refused) => return refused.status(),
    };
    let call = Call::begin(client, "WskGetAddressInfo", PASSIVE_LEVEL);
    // SAFETY: the driver passes null or a valid string.
    let node = unsafe { text(node) };
    // SAFETY: as above.
    let service = unsafe { text(service) };
    let (Some(call), Ok(node), Ok(service), false) = (call, node, service, result.is_null()) else {
        return request.fail(STATUS_INVALID_PARAMETER);
    };
    if node.is_none() && service.is_none() {
        return request.fail(STATUS_INVALID_PARAMETER);
    }
    // SAFETY: the driver passes null or valid hints.
    let hints = unsafe { hints.as_ref() }.copied().unwrap_or_default();
    let (flags, family) = (hints.ai_flags, hints.ai_family);
    let place = Place(result);
    elsewhere(call, request, move || {
        let list = resolve(node.as_ref(), service.as_ref(), flags, family)?;
        // SAFETY: the driver passes a place that is valid until the request is completed.
        unsafe { place.address().write(list) };
        Ok(())
    })
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wsk/nc-wsk-pfn_wsk_free_address_info)
pub(super) unsafe extern "efiapi" fn WskFreeAddressInfo(
    _client: PWSK_CLIENT,
    mut list: *mut ADDRINFOEXW,
) {
    while !list.is_null() {
        // SAFETY: the driver gives back a list that it got, whose entries were boxes.
        let entry = unsafe { Box::from_raw(list.cast::<Entry>()) };
        list = entry.info.ai_next;
    }
}

/// Always completes in another thread: the resolver takes its time.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wsk/nc-wsk-pfn_wsk_get_name_info)
pub(super) unsafe extern "efiapi" fn WskGetNameInfo(
    client: PWSK_CLIENT,
    address: *mut SOCKADDR,
    length: u32,
    node: *mut UNICODE_STRING,
    service: *mut UNICODE_STRING,
    flags: u32,
    _process: *mut EPROCESS,
    _thread: *mut ETHREAD,
    irp: *mut IRP,
) -> NTSTATUS {
    // SAFETY: the driver hands its IRP over.
    let request = match unsafe { Request::take("WskGetNameInfo", irp) } {
        Ok(request) => request,
        Err(refused) => return refused.status(),
    };
    let call = Call::begin(client, "WskGetNameInfo", PASSIVE_LEVEL);
    let family = match length as usize {
        bytes if bytes == Family::V4.bytes() => Family::V4,
        _ => Family::V6,
    };
    let long_enough = length as usize >= family.bytes();
    // SAFETY: the driver passes an address of that many bytes.
    let address = long_enough.then(|| unsafe { address::read(address, family) });
    let (Some(call), Some(Ok(address))) = (call, address) else {
        return request.fail(STATUS_INVALID_PARAMETER);
    };
    let (node, service) = (Place(node), Place(service));
    elsewhere(call, request, move || {
        let (host, port) = names(address, flags)?;
        // SAFETY: the driver passes null or strings that are valid until the request is completed.
        unsafe { store(node.address(), &host) }?;
        // SAFETY: as above.
        unsafe { store(service.address(), &port) }
    })
}

/// Does the work of a request in a thread of its own.
fn elsewhere(
    call: Call,
    request: Request,
    work: impl FnOnce() -> Result<(), NTSTATUS> + Send + 'static,
) -> NTSTATUS {
    let system = thread::system();
    request.mark_pending();
    let run = move || {
        let status = work().err().unwrap_or(STATUS_SUCCESS);
        drop(call);
        request.complete_later(status.into());
    };
    ke::thread::spawn(&system, "wsk names", run).expect("the machine has room for another thread");
    STATUS_PENDING
}

/// Makes a list of the addresses that names stand for.
fn resolve(
    node: Option<&CString>,
    service: Option<&CString>,
    flags: i32,
    family: i32,
) -> Result<*mut ADDRINFOEXW, NTSTATUS> {
    // SAFETY: it is made of integers and pointers, for which zero is a value.
    let mut hints: libc::addrinfo = unsafe { mem::zeroed() };
    hints.ai_flags = HINTS.iter().filter(|hint| flags & hint.0 != 0).map(|hint| hint.1).sum();
    hints.ai_family = match u16::try_from(family) {
        Ok(AF_INET) => libc::AF_INET,
        Ok(AF_INET6) => libc::AF_INET6,
        _ => libc::AF_UNSPEC,
    };
    hints.ai_socktype = libc::SOCK_DGRAM;
    let name = |name: Option<&CString>| name.map_or(ptr::null(), |name| name.as_ptr());
    let mut found: *mut libc::addrinfo = ptr::null_mut();
    // SAFETY: the names are null or strings, and the others are as the function wants them.
    let error =
        unsafe { libc::getaddrinfo(name(node), name(service), &raw const hints, &raw mut found) };
    if error != 0 {
        return Err(status(error));
    }
    let mut list = ptr::null_mut();
    let mut end: *mut *mut ADDRINFOEXW = &raw mut list;
    let mut next = found;
    // SAFETY: the function returned a list.
    while let Some(info) = unsafe { next.as_ref() } {
        next = info.ai_next;
        let Some(entry) = entry(info) else { continue };
        // SAFETY: the end is in the variable above or in the last entry.
        unsafe { end.write(entry) };
        // SAFETY: the entry was just made.
        end = unsafe { &raw mut (*entry).ai_next };
    }
    // SAFETY: the list is not used any more.
    unsafe { libc::freeaddrinfo(found) };
    Ok(list)
}

/// An entry as Windows has it.
fn entry(info: &libc::addrinfo) -> Option<*mut ADDRINFOEXW> {
    let bytes = info.ai_addrlen as usize;
    let fill = |storage: *mut SockAddrStorage, length: *mut libc::socklen_t| {
        // SAFETY: the storage has room for any address.
        unsafe { info.ai_addr.cast::<u8>().copy_to_nonoverlapping(storage.cast(), bytes) };
        // SAFETY: the length has a place.
        unsafe { length.write(info.ai_addrlen) };
        Ok(())
    };
    // SAFETY: the storage is filled with as many bytes as the address has.
    let ((), address) = unsafe { SockAddr::try_init(fill) }.ok()?;
    let address = address.as_socket()?;
    let (family, number) = match address {
        SocketAddr::V4(_) => (Family::V4, AF_INET),
        SocketAddr::V6(_) => (Family::V6, AF_INET6),
    };
    let info = ADDRINFOEXW {
        ai_family: i32::from(number),
        ai_socktype: i32::from(SOCK_DGRAM),
        ai_protocol: IPPROTO_UDP,
        ai_addrlen: family.bytes(),
        ..ADDRINFOEXW::default()
    };
    let entry = Box::leak(Box::new(Entry { info, address: address::encode(address, family) }));
    entry.info.ai_addr = entry.address.as_mut_ptr().cast();
    Some(ptr::from_mut(entry).cast())
}

/// The host and service of an address.
fn names(address: SocketAddr, flags: u32) -> Result<(String, String), NTSTATUS> {
    let address = SockAddr::from(address);
    let (mut host, mut service) = ([0_u8; NI_MAXHOST as usize], [0_u8; NI_MAXSERV as usize]);
    let flags = NAMES.iter().filter(|name| flags & name.0 != 0).map(|name| name.1).sum();
    // SAFETY: the buffers are as long as they say.
    let error = unsafe {
        libc::getnameinfo(
            address.as_ptr().cast(),
            address.len(),
            host.as_mut_ptr().cast(),
            NI_MAXHOST,
            service.as_mut_ptr().cast(),
            NI_MAXSERV,
            flags,
        )
    };
    if error != 0 {
        return Err(status(error));
    }
    let text = |bytes: &[u8]| {
        let end = bytes.iter().position(|&byte| byte == 0).unwrap_or(bytes.len());
        String::from_utf8_lossy(&bytes[..end]).into_owned()
    };
    Ok((text(&host), text(&service)))
}

fn status(error: i32) -> NTSTATUS {
    match error {
        libc::EAI_NONAME | libc::EAI_SERVICE | libc::EAI_FAMILY => STATUS_NO_MATCH,
        libc::EAI_MEMORY => STATUS_INSUFFICIENT_RESOURCES,
        libc::EAI_BADFLAGS => STATUS_INVALID_PARAMETER,
        _ => STATUS_UNSUCCESSFUL,
    }
}

/// The text of a string of a driver, if there is one.
///
/// # Safety
///
/// `string` is null or valid, with its buffer.
unsafe fn text(string: *const UNICODE_STRING) -> Result<Option<CString>, NTSTATUS> {
    // SAFETY: the caller says so.
    let Some(string) = (unsafe { string.as_ref() }) else { return Ok(None) };
    if string.Buffer.is_null() || string.Length == 0 {
        return Ok(None);
    }
    // SAFETY: as above; the length is in bytes.
    let units =
        unsafe { std::slice::from_raw_parts(string.Buffer, usize::from(string.Length / 2)) };
    let text = String::from_utf16(units).map_err(|_| STATUS_INVALID_PARAMETER)?;
    CString::new(text).map(Some).map_err(|_| STATUS_INVALID_PARAMETER)
}

/// Writes text with its terminator into a string of a driver, if there is one.
///
/// # Safety
///
/// `string` is null or valid, with its buffer.
unsafe fn store(string: *mut UNICODE_STRING, text: &str) -> Result<(), NTSTATUS> {
    // SAFETY: the caller says so.
    let Some(string) = (unsafe { string.as_mut() }) else { return Ok(()) };
    let units: Vec<u16> = text.encode_utf16().chain([0]).collect();
    let length = u16::try_from(units.len() * 2).map_err(|_| STATUS_BUFFER_TOO_SMALL)?;
    if length > string.MaximumLength {
        return Err(STATUS_BUFFER_TOO_SMALL);
    }
    // SAFETY: as above, and there is room.
    unsafe { units.as_ptr().copy_to_nonoverlapping(string.Buffer, units.len()) };
    string.Length = length - 2;
    Ok(())
}
