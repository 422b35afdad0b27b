//! `WskControlSocket`.

use std::ffi::c_void;

use wsk_sys::{
    IRP, SIO_TIMESTAMPING, SIO_WSK_SET_REMOTE_ADDRESS, SIO_WSK_SET_SENDTO_ADDRESS,
    SO_WSK_EVENT_CALLBACK, SOL_SOCKET, WSK_CONTROL_SOCKET_TYPE, WSK_SOCKET, WskGetOption, WskIoctl,
    WskSetOption,
};

use super::{
    address,
    request::Request,
    rules,
    socket::{Socket, Use},
};
use crate::nt::{
    NTSTATUS, STATUS_BUFFER_TOO_SMALL, STATUS_FILE_FORCED_CLOSED, STATUS_INVALID_DEVICE_STATE,
    STATUS_INVALID_PARAMETER, STATUS_NOT_SUPPORTED, STATUS_REQUEST_NOT_ACCEPTED,
};

/// What a driver asks for, and its buffers.
struct Control {
    kind: WSK_CONTROL_SOCKET_TYPE,
    code: u32,
    level: u32,
    input: *const u8,
    input_size: usize,
    output: *mut u8,
    output_size: usize,
}

// SAFETY: the memory belongs to the provider until the request is completed, on whatever thread.
unsafe impl Send for Control {}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wsk/nc-wsk-pfn_wsk_control_socket)
pub(super) unsafe extern "efiapi" fn WskControlSocket(
    socket: *mut WSK_SOCKET,
    kind: WSK_CONTROL_SOCKET_TYPE,
    code: u32,
    level: u32,
    input_size: usize,
    input: *mut c_void,
    output_size: usize,
    output: *mut c_void,
    _output_size_returned: *mut usize,
    irp: *mut IRP,
) -> NTSTATUS {
    // SAFETY: the driver passes a socket.
    let socket = unsafe { Use::begin(socket, "WskControlSocket") };
    let events = (SO_WSK_EVENT_CALLBACK.cast_unsigned(), SOL_SOCKET.cast_unsigned());
    if kind == WskSetOption && (code, level) == events {
        // SAFETY: the driver passes its input, and hands its IRP over if there is one.
        return unsafe { socket.control_events(input.cast(), input_size, irp.cast()) };
    }
    // SAFETY: the driver hands its IRP over.
    let request = match unsafe { Request::take("WskControlSocket", irp) } {
        Ok(request) => request,
        Err(super::request::Refused::Missing) => return STATUS_REQUEST_NOT_ACCEPTED,
        Err(refused) => return refused.status(),
    };
    let control = Control {
        kind,
        code,
        level,
        input: input.cast(),
        input_size,
        output: output.cast(),
        output_size,
    };
    let socket = socket.keep();
    // SAFETY: the driver's buffers are valid until the request is completed.
    request.answer(move || unsafe { control.perform(&socket) })
}

impl Control {
    /// # Safety
    ///
    /// The buffers are valid.
    #[expect(non_upper_case_globals, reason = "the constants have their names of C")]
    unsafe fn perform(&self, socket: &Socket) -> Result<usize, NTSTATUS> {
        if socket.core.lock().dead {
            return Err(STATUS_FILE_FORCED_CLOSED);
        }
        let (level, name) = (self.level.cast_signed(), self.code.cast_signed());
        // SAFETY: the caller says so.
        let input = unsafe { bytes(self.input, self.input_size) };
        match self.kind {
            WskSetOption => socket.set_option(level, name, input).map(|()| 0),
            WskGetOption => {
                let value = socket.get_option(level, name)?.to_ne_bytes();
                if self.output.is_null() || self.output_size < value.len() {
                    return Err(STATUS_BUFFER_TOO_SMALL);
                }
                // SAFETY: the caller says so, and there is room.
                unsafe { value.as_ptr().copy_to_nonoverlapping(self.output, value.len()) };
                Ok(value.len())
            }
            WskIoctl => match self.code {
                SIO_WSK_SET_REMOTE_ADDRESS | SIO_WSK_SET_SENDTO_ADDRESS => {
                    socket.fix_address(self.code, input).map(|()| 0)
                }
                SIO_TIMESTAMPING => socket.set_timestamps(input).map(|()| 0),
                _ => Err(STATUS_NOT_SUPPORTED),
            },
            _ => Err(STATUS_INVALID_PARAMETER),
        }
    }
}

impl Socket {
    /// `SIO_WSK_SET_REMOTE_ADDRESS` and `SIO_WSK_SET_SENDTO_ADDRESS`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/network/sio-wsk-set-remote-address)
    fn fix_address(&self, which: u32, input: &[u8]) -> Result<(), NTSTATUS> {
        let mut to = None;
        if !input.is_empty() {
            if input.len() < self.plan.family.bytes() {
                return Err(STATUS_INVALID_PARAMETER);
            }
            // SAFETY: there are as many bytes as an address of the family has.
            to = Some(unsafe { address::read(input.as_ptr().cast(), self.plan.family) }?);
        }
        let mut core = self.core.lock();
        if core.local.is_none() {
            drop(core);
            rules::OPTION_ORDER.broken("an address was fixed before the socket was bound");
            return Err(STATUS_INVALID_DEVICE_STATE);
        }
        if which == SIO_WSK_SET_REMOTE_ADDRESS {
            core.remote = to;
        } else {
            core.destination = to;
        }
        Ok(())
    }
}

/// # Safety
///
/// `start` is null or valid for reads of so many bytes as long as the result is used.
unsafe fn bytes<'a>(start: *const u8, count: usize) -> &'a [u8] {
    if start.is_null() || count == 0 {
        return &[];
    }
    // SAFETY: the caller says so.
    unsafe { std::slice::from_raw_parts(start, count) }
}
