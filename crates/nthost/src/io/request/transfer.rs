//! Reads, writes and control requests.
//!
//! [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/kernel/methods-for-accessing-data-buffers)

use std::sync::Arc;

use super::{Bytes, Outcome, Parts, Request, SystemBuffer, new_irp, start};
use crate::{
    io::{file::Use, irp},
    mm::{self, Want},
    nt::{
        DO_BUFFERED_IO, DO_DIRECT_IO, IO_STACK_DEVICE_IO_CONTROL, IO_STACK_LOCATION, IO_STACK_READ,
        IO_STACK_WRITE, IRP, IRP_BUFFERED_IO, IRP_DEALLOCATE_BUFFER, IRP_DEFER_IO_COMPLETION,
        IRP_INPUT_OPERATION, IRP_MJ_DEVICE_CONTROL, IRP_MJ_READ, IRP_MJ_WRITE, IRP_READ_OPERATION,
        IRP_WRITE_OPERATION, IoReadAccess, IoWriteAccess, KPROCESSOR_MODE, LOCK_OPERATION, MDL,
        METHOD_BUFFERED, METHOD_FROM_CTL_CODE, METHOD_IN_DIRECT, METHOD_OUT_DIRECT, NTSTATUS,
        SL_READ_ACCESS_GRANTED, SL_WRITE_ACCESS_GRANTED, STATUS_INSUFFICIENT_RESOURCES, UserMode,
        irp_next,
    },
    system::System,
    verifier::catalogue::irp::INFORMATION,
};

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
pub(super) enum Method {
    Buffered,
    Direct,
    Neither,
}

impl Method {
    /// The one for reads and writes of a device with these flags.
    pub fn of_device(flags: u32) -> Self {
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
    send_with(system, file, UserMode, |packet, location, flags, parts| {
        // SAFETY: the contract is the same.
        unsafe { set_up(packet, location, flags, transfer, parts) }
    })
}

/// Sends a request with an IRP that `set_up` fills in, which is told the flags of the device.
pub(super) fn send_with(
    system: &System,
    file: Use,
    mode: KPROCESSOR_MODE,
    set_up: impl FnOnce(&mut IRP, &mut IO_STACK_LOCATION, u32, &mut Parts) -> Result<(), NTSTATUS>,
) -> Arc<Request> {
    let object = file.file();
    let mut parts = Parts { file: Some(file), ..Parts::default() };
    let new = new_irp(system, &object, mode, |packet, _| {
        packet.Flags = IRP_DEFER_IO_COMPLETION;
    });
    let (irp, device) = match new {
        Ok(new) => new,
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
    if let Err(status) = set_up(packet, location, flags, &mut parts) {
        let mdls = std::mem::take(&mut packet.MdlAddress);
        // SAFETY: they were made for this IRP, which no driver has seen.
        unsafe { free_mdls(mdls) };
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
pub(super) fn buffer(
    packet: &mut IRP,
    input: &[u8],
    size: usize,
) -> Result<SystemBuffer, NTSTATUS> {
    let buffer = SystemBuffer::new(input, size).ok_or(STATUS_INSUFFICIENT_RESOURCES)?;
    packet.AssociatedIrp.SystemBuffer = buffer.start().cast();
    packet.Flags |= IRP_BUFFERED_IO | IRP_DEALLOCATE_BUFFER;
    Ok(buffer)
}

/// The MDL of a request.
pub(super) fn describe(
    packet: &mut IRP,
    bytes: Bytes,
    access: LOCK_OPERATION,
    parts: &mut Parts,
) -> Result<(), NTSTATUS> {
    parts.pinned = bytes.pin(if access == IoReadAccess { Want::Read } else { Want::Write })?;
    let mdl = mm::allocate(bytes.address() as usize, bytes.length()?);
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
        Method::Buffered if !to.is_empty() => output_buffer(packet, to, parts)?,
        Method::Direct if !to.is_empty() => describe(packet, to, IoWriteAccess, parts)?,
        _ => parts.pinned = to.pin(Want::Write)?,
    }
    Ok(())
}

/// A system buffer whose content is copied to a program in the end.
pub(super) fn output_buffer(
    packet: &mut IRP,
    to: Bytes,
    parts: &mut Parts,
) -> Result<(), NTSTATUS> {
    parts.pinned = to.pin(Want::Write)?;
    parts.buffer = Some(buffer(packet, &[], to.room())?);
    parts.is_copied = true;
    packet.Flags |= IRP_INPUT_OPERATION;
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
        Method::Buffered if !from.is_empty() => {
            // SAFETY: by the contract.
            let data = unsafe { from.fetch() }?;
            parts.buffer = Some(buffer(packet, &data, 0)?);
        }
        Method::Direct if !from.is_empty() => describe(packet, from, IoReadAccess, parts)?,
        _ => parts.pinned = from.pin(Want::Read)?,
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
        METHOD_BUFFERED if !input.is_empty() || !output.is_empty() => {
            parts.pinned = output.pin(Want::Write)?;
            // SAFETY: by the contract.
            let data = unsafe { input.fetch() }?;
            parts.buffer = Some(buffer(packet, &data, output.room())?);
            packet.UserBuffer = output.address();
            parts.is_copied = !output.is_empty();
            packet.Flags |= if parts.is_copied { IRP_INPUT_OPERATION } else { 0 };
        }
        METHOD_IN_DIRECT | METHOD_OUT_DIRECT => {
            if !input.is_empty() {
                // SAFETY: by the contract.
                let data = unsafe { input.fetch() }?;
                parts.buffer = Some(buffer(packet, &data, 0)?);
            }
            if !output.is_empty() {
                let access = if method == METHOD_IN_DIRECT { IoReadAccess } else { IoWriteAccess };
                describe(packet, output, access, parts)?;
            }
        }
        METHOD_BUFFERED => {}
        _ => {
            packet.UserBuffer = output.address();
            parameters.Type3InputBuffer = input.address();
        }
    }
    location.Parameters.DeviceIoControl = parameters;
    if !output.is_empty() {
        parts.output = Some(output);
    }
    Ok(())
}

/// Copies the result of a request to where its program wants it. Returns what that makes of how it
/// ended: the I/O manager tells a program that its memory could not be written.
pub(super) fn deliver(parts: &Parts, outcome: Outcome) -> Outcome {
    let Some(output) = parts.output else { return outcome };
    // Errors return nothing; warnings do.
    if outcome.status.cast_unsigned() >> 30 == 3 {
        return outcome;
    }
    let room = output.room();
    if outcome.information > room {
        INFORMATION.broken_by_caller(&format!(
            "completed a request with Information {}, but there is room for {room} bytes",
            outcome.information
        ));
    }
    let Some(buffer) = parts.buffer.as_ref().filter(|_| parts.is_copied) else { return outcome };
    let bytes = buffer.bytes();
    let length = outcome.information.min(room).min(bytes.len());
    let bytes = bytes.get(..length).unwrap_or_default();
    // SAFETY: the memory may be written until the request is done, and is that long.
    match unsafe { output.put(bytes, parts.pinned.as_deref()) } {
        Ok(()) => outcome,
        Err(status) => Outcome { status, ..outcome },
    }
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
