//! `WskSendTo` and `WskSendMessages`, without control messages.

use std::{hash::Hasher, io::IoSlice, net::SocketAddr};

use rustc_hash::FxHasher;
use wsk_sys::{CMSGHDR, IRP, SOCKADDR, WSK_BUF, WSK_BUF_LIST, WSK_SOCKET};

use super::{
    address, buffer as mdl_buffer,
    request::{Refused, Request},
    rules,
    socket::{Socket, Use},
};
use crate::{
    Guards,
    nt::{
        NTSTATUS, STATUS_FILE_FORCED_CLOSED, STATUS_INVALID_DEVICE_STATE, STATUS_INVALID_PARAMETER,
        STATUS_NOT_SUPPORTED,
    },
    thread,
};

/// What a driver wants to send.
struct Messages {
    buffers: Vec<WSK_BUF>,
    remote: *mut SOCKADDR,
    control_length: u32,
}

// SAFETY: the memory belongs to the provider until the request is completed, on whatever thread.
unsafe impl Send for Messages {}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wsk/nc-wsk-pfn_wsk_send_to)
pub(super) unsafe extern "efiapi" fn WskSendTo(
    socket: *mut WSK_SOCKET,
    buffer: *mut WSK_BUF,
    flags: u32,
    remote: *mut SOCKADDR,
    control_length: u32,
    _control: *mut CMSGHDR,
    irp: *mut IRP,
) -> NTSTATUS {
    // SAFETY: the driver passes a socket.
    let socket = unsafe { Use::begin(socket, "WskSendTo") };
    // SAFETY: the driver hands its IRP over.
    let request = unsafe { Request::take("WskSendTo", irp) };
    // SAFETY: the driver passes null or a valid structure.
    let buffers = unsafe { buffer.as_ref() }.copied().into_iter().collect();
    send(&socket, "WskSendTo", flags, Messages { buffers, remote, control_length }, request)
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wsk/nc-wsk-pfn_wsk_send_messages)
pub(super) unsafe extern "efiapi" fn WskSendMessages(
    socket: *mut WSK_SOCKET,
    mut list: *mut WSK_BUF_LIST,
    flags: u32,
    remote: *mut SOCKADDR,
    control_length: u32,
    _control: *mut CMSGHDR,
    irp: *mut IRP,
) -> NTSTATUS {
    // SAFETY: the driver passes a socket.
    let socket = unsafe { Use::begin(socket, "WskSendMessages") };
    // SAFETY: the driver hands its IRP over.
    let request = unsafe { Request::take("WskSendMessages", irp) };
    let mut buffers = Vec::new();
    // SAFETY: the driver passes a valid list.
    while let Some(element) = unsafe { list.as_ref() } {
        buffers.push(element.Buffer);
        list = element.Next;
    }
    send(&socket, "WskSendMessages", flags, Messages { buffers, remote, control_length }, request)
}

fn send(
    socket: &Socket,
    function: &'static str,
    flags: u32,
    messages: Messages,
    request: Result<Request, Refused>,
) -> NTSTATUS {
    let request = match request {
        Ok(request) => request,
        Err(refused) => return refused.status(),
    };
    if let Err(problem) = messages.check(flags) {
        rules::SEND_PARAMETER.broken(format!("{function} was called with {problem}"));
        return request.fail(STATUS_INVALID_PARAMETER);
    }
    if messages.control_length > 0 {
        return request.fail(STATUS_NOT_SUPPORTED);
    }
    let socket = socket.keep();
    let system = thread::system();
    let digest = (system.netio.guards == Guards::On).then(|| messages.digest());
    let caller = thread::current(|thread| thread.caller.get());
    request.answer(move || {
        if digest.is_some_and(|digest| digest != messages.digest()) {
            let who = thread::system().describe(caller);
            rules::SEND_CHANGED.broken(format!(
                "the data that {who} sends with {function} was changed before that was completed"
            ));
        }
        messages.send(&socket)
    })
}

impl Messages {
    fn check(&self, flags: u32) -> Result<(), String> {
        if flags != 0 {
            return Err(format!("flags {flags:#x}"));
        }
        if self.buffers.is_empty() {
            return Err("no buffer".to_owned());
        }
        // SAFETY: the driver passes valid MDLs.
        self.buffers.iter().try_for_each(|buffer| unsafe { mdl_buffer::check(buffer) })
    }

    /// A digest of the data.
    fn digest(&self) -> u64 {
        let mut hasher = FxHasher::default();
        for buffer in &self.buffers {
            // SAFETY: the MDLs are valid until the request is completed.
            for (start, count) in unsafe { mdl_buffer::parts(buffer) } {
                // SAFETY: the MDL describes this memory, which stays until then.
                hasher.write(unsafe { std::slice::from_raw_parts(start, count) });
            }
        }
        hasher.finish()
    }

    fn send(&self, socket: &Socket) -> Result<usize, NTSTATUS> {
        let core = socket.core.lock();
        if core.dead {
            return Err(STATUS_FILE_FORCED_CLOSED);
        }
        if core.local.is_none() {
            return Err(STATUS_INVALID_DEVICE_STATE);
        }
        let fixed = core.remote.or(core.destination);
        drop(core);
        let to: SocketAddr = if self.remote.is_null() {
            fixed.ok_or(STATUS_INVALID_PARAMETER)?
        } else {
            // SAFETY: the driver's address is valid until the request is completed.
            unsafe { address::read(self.remote, socket.plan.family) }?
        };
        let mut bytes = 0;
        for buffer in &self.buffers {
            // SAFETY: the MDLs are valid until the request is completed.
            let parts = unsafe { mdl_buffer::parts(buffer) };
            let pieces: Vec<_> = parts
                .map(|(start, count)| {
                    // SAFETY: the MDL describes this memory, which stays until then.
                    IoSlice::new(unsafe { std::slice::from_raw_parts(start, count) })
                })
                .collect();
            bytes += socket.endpoint.send(&pieces, to)?;
        }
        Ok(bytes)
    }
}
