//! Reads, writes and control requests.
//!
//! [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/kernel/methods-for-accessing-data-buffers)

use std::{ptr, slice, sync::Arc};

use super::{Outcome, Parts, Request, SystemBuffer, new_irp, start};
use crate::{
    io::{file::Use, irp},
    mm,
    nt::{
        DO_BUFFERED_IO, DO_DIRECT_IO, IO_STACK_DEVICE_IO_CONTROL, IO_STACK_LOCATION, IO_STACK_READ,
        IO_STACK_WRITE, IRP, IRP_BUFFERED_IO, IRP_DEALLOCATE_BUFFER, IRP_DEFER_IO_COMPLETION,
        IRP_INPUT_OPERATION, IRP_MJ_DEVICE_CONTROL, IRP_MJ_READ, IRP_MJ_WRITE, IRP_READ_OPERATION,
        IRP_WRITE_OPERATION, IoReadAccess, IoWriteAccess, LOCK_OPERATION, MDL, METHOD_BUFFERED,
        METHOD_FROM_CTL_CODE, METHOD_IN_DIRECT, METHOD_OUT_DIRECT, NTSTATUS,
        SL_READ_ACCESS_GRANTED, SL_WRITE_ACCESS_GRANTED, STATUS_INSUFFICIENT_RESOURCES,
        STATUS_INVALID_PARAMETER, UserMode, irp_next,
    },
    system::System,
    verifier::catalogue::irp::INFORMATION,
};

/// Memory of a program.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bytes {
    start: *mut u8,
    length: usize,
}

// SAFETY: whoever makes one promises that it may be used until the request ends, on any thread.
unsafe impl Send for Bytes {}
// SAFETY: as above.
unsafe impl Sync for Bytes {}

impl Bytes {
    pub fn of(bytes: &mut [u8]) -> Self {
        Self { start: bytes.as_mut_ptr(), length: bytes.len() }
    }

    /// Bytes that are only read. A driver that gets them in a request that says so does not write.
    pub fn read_only(bytes: &[u8]) -> Self {
        Self { start: bytes.as_ptr().cast_mut(), length: bytes.len() }
    }

    /// Bytes that a driver has.
    pub fn at(start: *mut core::ffi::c_void, length: u32) -> Self {
        Self { start: start.cast(), length: length as usize }
    }

    /// # Safety
    ///
    /// The bytes may be read as long as the result is used.
    unsafe fn as_slice<'a>(self) -> &'a [u8] {
        if self.length == 0 {
            return &[];
        }
        // SAFETY: by the contract.
        unsafe { slice::from_raw_parts(self.start, self.length) }
    }

    fn length(self) -> Result<u32, NTSTATUS> {
        u32::try_from(self.length).map_err(|_| STATUS_INVALID_PARAMETER)
    }

    /// What a driver sees as the address: null where there is nothing.
    fn address(self) -> *mut core::ffi::c_void {
        if self.length == 0 { ptr::null_mut() } else { self.start.cast() }
    }
}

/// What is asked of a device.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Transfer {
    Read {
        to: Bytes,
    },
    Write {
        from: Bytes,
    },
    Control {
        code: u32,
        input: Bytes,
        output: Bytes,
    },
    /// Something without a buffer.
    Other {
        major: u8,
    },
}

/// How a driver gets at a buffer.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Method {
    Buffered,
    Direct,
    Neither,
}

impl Method {
    /// The one for reads and writes of a device with these flags.
    fn of_device(flags: u32) -> Self {
        match flags {
            flags if flags & DO_BUFFERED_IO != 0 => Self::Buffered,
            flags if flags & DO_DIRECT_IO != 0 => Self::Direct,
            _ => Self::Neither,
        }
    }
}

/// Sends a request. It may be done when this returns, or be done later.
///
/// # Safety
///
/// The memory may be read, and what is output also written, until the request is done.
pub(crate) unsafe fn send(system: &System, file: Use, transfer: Transfer) -> Arc<Request> {
    let object = file.file();
    let mut parts = Parts { file: Some(file), ..Parts::default() };
    let made = new_irp(system, &object, UserMode, |packet, _| {
        packet.Flags = IRP_DEFER_IO_COMPLETION;
    });
    let (irp, device) = match made {
        Ok(made) => made,
        Err(status) => return Request::failed(status),
    };
    // SAFETY: it is new.
    let packet = unsafe { &mut *irp };
    // SAFETY: the device is that of an open file.
    let flags = unsafe { (*device).Flags };
    // SAFETY: a device has a stack location for its driver.
    let location = unsafe { irp_next(packet) };
    // SAFETY: as above.
    let location = unsafe { &mut *location };
    // SAFETY: the contract is the same.
    let filled = unsafe { set_up(packet, location, flags, transfer, &mut parts) };
    if let Err(status) = filled {
        if let Some(record) = system.io.irps.record(irp) {
            irp::free(system, record);
        }
        return Request::failed(status);
    }
    let request = Request::new(parts);
    object.enter(irp, &request);
    start(system, &request, irp, device);
    request
}

/// Fills in an IRP for a device with these flags.
///
/// # Safety
///
/// As for [`send`].
pub(super) unsafe fn set_up(
    packet: &mut IRP,
    location: &mut IO_STACK_LOCATION,
    flags: u32,
    transfer: Transfer,
    parts: &mut Parts,
) -> Result<(), NTSTATUS> {
    match transfer {
        Transfer::Read { to } => read(packet, location, Method::of_device(flags), to, parts),
        Transfer::Write { from } => {
            // SAFETY: by the contract.
            unsafe { write(packet, location, Method::of_device(flags), from, parts) }
        }
        Transfer::Control { code, input, output } => {
            // SAFETY: by the contract.
            unsafe { control(packet, location, code, (input, output), parts) }
        }
        Transfer::Other { major } => {
            location.MajorFunction = major;
            Ok(())
        }
    }
}

/// The system's buffer of a request.
fn buffer(packet: &mut IRP, input: &[u8], size: usize) -> Result<SystemBuffer, NTSTATUS> {
    let buffer = SystemBuffer::new(input, size).ok_or(STATUS_INSUFFICIENT_RESOURCES)?;
    packet.AssociatedIrp.SystemBuffer = buffer.start().cast();
    packet.Flags |= IRP_BUFFERED_IO | IRP_DEALLOCATE_BUFFER;
    Ok(buffer)
}

/// The MDL of a request.
fn describe(packet: &mut IRP, bytes: Bytes, access: LOCK_OPERATION) -> Result<(), NTSTATUS> {
    let mdl = mm::allocate(bytes.start as usize, bytes.length()?);
    if mdl.is_null() {
        return Err(STATUS_INSUFFICIENT_RESOURCES);
    }
    // SAFETY: it was just allocated for these bytes.
    unsafe { mm::lock(mdl, access) };
    packet.MdlAddress = mdl;
    Ok(())
}

fn read(
    packet: &mut IRP,
    location: &mut IO_STACK_LOCATION,
    method: Method,
    to: Bytes,
    parts: &mut Parts,
) -> Result<(), NTSTATUS> {
    location.MajorFunction = IRP_MJ_READ;
    location.Parameters.Read = IO_STACK_READ { Length: to.length()?, ..IO_STACK_READ::default() };
    packet.Flags |= IRP_READ_OPERATION;
    packet.UserBuffer = to.address();
    parts.output = Some(to);
    match method {
        Method::Buffered if to.length > 0 => {
            parts.buffer = Some(buffer(packet, &[], to.length)?);
            parts.is_copied = true;
            packet.Flags |= IRP_INPUT_OPERATION;
        }
        Method::Direct if to.length > 0 => describe(packet, to, IoWriteAccess)?,
        _ => {}
    }
    Ok(())
}

/// # Safety
///
/// The bytes may be read.
unsafe fn write(
    packet: &mut IRP,
    location: &mut IO_STACK_LOCATION,
    method: Method,
    from: Bytes,
    parts: &mut Parts,
) -> Result<(), NTSTATUS> {
    location.MajorFunction = IRP_MJ_WRITE;
    location.Parameters.Write =
        IO_STACK_WRITE { Length: from.length()?, ..IO_STACK_WRITE::default() };
    packet.Flags |= IRP_WRITE_OPERATION;
    packet.UserBuffer = from.address();
    match method {
        Method::Buffered if from.length > 0 => {
            // SAFETY: by the contract.
            parts.buffer = Some(buffer(packet, unsafe { from.as_slice() }, 0)?);
        }
        Method::Direct if from.length > 0 => describe(packet, from, IoReadAccess)?,
        _ => {}
    }
    Ok(())
}

/// # Safety
///
/// The input may be read.
unsafe fn control(
    packet: &mut IRP,
    location: &mut IO_STACK_LOCATION,
    code: u32,
    (input, output): (Bytes, Bytes),
    parts: &mut Parts,
) -> Result<(), NTSTATUS> {
    location.MajorFunction = IRP_MJ_DEVICE_CONTROL;
    location.Flags = SL_READ_ACCESS_GRANTED | SL_WRITE_ACCESS_GRANTED;
    let mut parameters = IO_STACK_DEVICE_IO_CONTROL {
        OutputBufferLength: output.length()?,
        InputBufferLength: input.length()?,
        IoControlCode: code,
        ..IO_STACK_DEVICE_IO_CONTROL::default()
    };
    let method = METHOD_FROM_CTL_CODE(code);
    match method {
        METHOD_BUFFERED if input.length > 0 || output.length > 0 => {
            // SAFETY: by the contract.
            parts.buffer = Some(buffer(packet, unsafe { input.as_slice() }, output.length)?);
            packet.UserBuffer = output.address();
            parts.is_copied = output.length > 0;
            packet.Flags |= if parts.is_copied { IRP_INPUT_OPERATION } else { 0 };
        }
        METHOD_IN_DIRECT | METHOD_OUT_DIRECT => {
            if input.length > 0 {
                // SAFETY: by the contract.
                parts.buffer = Some(buffer(packet, unsafe { input.as_slice() }, 0)?);
            }
            if output.length > 0 {
                let access = if method == METHOD_IN_DIRECT { IoReadAccess } else { IoWriteAccess };
                describe(packet, output, access)?;
            }
        }
        METHOD_BUFFERED => {}
        _ => {
            packet.UserBuffer = output.address();
            parameters.Type3InputBuffer = input.address();
        }
    }
    location.Parameters.DeviceIoControl = parameters;
    if output.length > 0 {
        parts.output = Some(output);
    }
    Ok(())
}

/// Copies the result of a request to where its program wants it.
pub(super) fn deliver(parts: &Parts, outcome: Outcome) {
    let Some(output) = parts.output else { return };
    // Errors return nothing; warnings do.
    if outcome.status.cast_unsigned() >> 30 == 3 {
        return;
    }
    if outcome.information > output.length {
        INFORMATION.broken_by_caller(&format!(
            "completed a request with Information {}, but there is room for {} bytes",
            outcome.information, output.length
        ));
    }
    let Some(buffer) = parts.buffer.as_ref().filter(|_| parts.is_copied) else { return };
    let bytes = buffer.bytes();
    let length = outcome.information.min(output.length).min(bytes.len());
    // SAFETY: the memory may be written until the request is done, and is that long.
    unsafe { output.start.copy_from_nonoverlapping(bytes.as_ptr(), length) };
}

/// Frees the MDLs of an IRP that is done.
///
/// # Safety
///
/// Each is valid, was allocated, and nobody uses it any more.
pub(in crate::io) unsafe fn free_mdls(mut mdl: *mut MDL) {
    while !mdl.is_null() {
        // SAFETY: by the contract.
        let next = unsafe { (*mdl).Next };
        // SAFETY: by the contract.
        unsafe { mm::unlock(mdl) };
        // SAFETY: by the contract.
        unsafe { mm::free(mdl) };
        mdl = next;
    }
}
