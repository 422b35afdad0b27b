//! Making IRPs of what programs pass to system services.

use std::sync::Arc;

use super::{
    Bytes, Parts, Request, SystemBuffer,
    call::{Call, What},
    descriptor,
    transfer::{Method, Transfer, buffer, describe, output_buffer, send_with, set_up},
};
use crate::{
    io::file::Use,
    mm::Want,
    nt::{
        IO_STACK_LOCATION, IO_STACK_OTHERS, IRP, IRP_MJ_FILE_SYSTEM_CONTROL, IRP_MJ_PNP,
        IRP_MJ_POWER, IRP_MJ_QUERY_QUOTA, IoReadAccess, IoWriteAccess, KernelMode, LARGE_INTEGER,
        NTSTATUS, STATUS_ACCESS_DENIED, STATUS_INSUFFICIENT_RESOURCES, STATUS_NOT_SUPPORTED,
        UNICODE_STRING, UserMode,
    },
    system::System,
};

/// Makes the call. It may be done when this returns, or be done later.
pub(crate) fn send(system: &System, file: Use, call: &Call) -> Arc<Request> {
    let granted = file.file().access();
    if call.access().iter().any(|&wanted| wanted != 0 && granted & wanted == 0) {
        return Request::failed(STATUS_ACCESS_DENIED);
    }
    let mode = if matches!(call.what, What::Driver) { KernelMode } else { UserMode };
    send_with(system, file, mode, |packet, location, flags, parts| {
        fill(call, packet, location, flags, parts)
    })
}

/// Fills in the IRP of a call for a device with these flags.
fn fill(
    call: &Call,
    packet: &mut IRP,
    location: &mut IO_STACK_LOCATION,
    flags: u32,
    parts: &mut Parts,
) -> Result<(), NTSTATUS> {
    let (input, output) = (call.input.bytes(), call.output.bytes());
    let method = Method::of_device(flags);
    let [one, two, three, four] = call.words;
    if !matches!(call.what, What::Read | What::Write | What::Control) {
        location.MajorFunction = call.major;
        location.MinorFunction = call.minor;
        location.Flags = call.flags;
        location.Parameters.Others = IO_STACK_OTHERS {
            Argument1: one as *mut _,
            Argument2: two as *mut _,
            Argument3: three as *mut _,
            Argument4: four as *mut _,
        };
    }
    match &call.what {
        What::Read => transfer(Transfer::Read { to: output }, call, packet, location, flags, parts),
        What::Write => {
            transfer(Transfer::Write { from: input }, call, packet, location, flags, parts)
        }
        What::Control => control(call, packet, location, flags, parts),
        What::Query => query(packet, output, parts),
        What::Set => set(packet, input, parts),
        What::QueryAsDevice => {
            if !input.is_empty() {
                let list = attach(input, parts)?;
                // SAFETY: attributes and quotas have their lists in the second and the third word.
                let others = unsafe { &mut location.Parameters.Others };
                match call.major {
                    IRP_MJ_QUERY_QUOTA => others.Argument3 = list,
                    _ => others.Argument2 = list,
                }
            }
            output_as_device(packet, method, output, parts)
        }
        What::SetAsDevice => input_as_device(packet, method, input, parts),
        What::QuerySecurity => {
            packet.UserBuffer = output.address();
            parts.output = Some(output);
            parts.pinned = output.pin(Want::Write)?;
            Ok(())
        }
        What::SetSecurity => {
            // SAFETY: it is probed.
            descriptor::check(&unsafe { input.fetch() }?)?;
            let descriptor = attach(input, parts)?;
            // SAFETY: any member may be written.
            let parameters = unsafe { &mut location.Parameters.SetSecurity };
            parameters.SecurityDescriptor = descriptor;
            Ok(())
        }
        What::Directory(pattern) => {
            if !pattern.is_empty() {
                let name = attach_name(pattern, parts)?;
                // SAFETY: any member may be written.
                let parameters = unsafe { &mut location.Parameters.QueryDirectory };
                parameters.FileName = name;
            }
            output_as_device(packet, method, output, parts)
        }
        What::Lock { length } => {
            let place = SystemBuffer::new(&length.to_le_bytes(), 0);
            let place = place.ok_or(STATUS_INSUFFICIENT_RESOURCES)?;
            // SAFETY: any member may be written.
            let parameters = unsafe { &mut location.Parameters.LockControl };
            parameters.Length = place.start().cast();
            parts.attachment = Some(place);
            Ok(())
        }
        What::Plain => Ok(()),
        What::Driver => {
            if matches!(call.major, IRP_MJ_PNP | IRP_MJ_POWER) {
                // These ask about the device, and begin with that status.
                packet.IoStatus.u.Status = STATUS_NOT_SUPPORTED;
                location.FileObject = std::ptr::null_mut();
            }
            Ok(())
        }
    }
}

/// Fills in a read or a write, and where it begins.
fn transfer(
    transfer: Transfer,
    call: &Call,
    packet: &mut IRP,
    location: &mut IO_STACK_LOCATION,
    flags: u32,
    parts: &mut Parts,
) -> Result<(), NTSTATUS> {
    // SAFETY: the memory is probed.
    unsafe { set_up(packet, location, flags, transfer, parts) }?;
    // SAFETY: it is a read, or a write, which is the same.
    let parameters = unsafe { &mut location.Parameters.Read };
    parameters.Key = u32::try_from(call.words[1]).unwrap_or_default();
    parameters.ByteOffset = LARGE_INTEGER { QuadPart: call.words[2].cast_signed() };
    Ok(())
}

/// Fills in a control request. A program that gives no address gives no buffer, but where an MDL of it
/// is wanted.
fn control(
    call: &Call,
    packet: &mut IRP,
    location: &mut IO_STACK_LOCATION,
    flags: u32,
    parts: &mut Parts,
) -> Result<(), NTSTATUS> {
    let (code, input, output) = (call.code(), call.input.bytes(), call.output.bytes());
    let (input, output) = match crate::nt::METHOD_FROM_CTL_CODE(code) {
        crate::nt::METHOD_BUFFERED => (input.or_nothing(), output.or_nothing()),
        crate::nt::METHOD_NEITHER => (input, output),
        _ => (input.or_nothing(), output),
    };
    let transfer = Transfer::Control { code, input, output };
    // SAFETY: the memory is probed.
    unsafe { set_up(packet, location, flags, transfer, parts) }?;
    if call.major == IRP_MJ_FILE_SYSTEM_CONTROL {
        location.MajorFunction = call.major;
    }
    Ok(())
}

fn query(packet: &mut IRP, output: Bytes, parts: &mut Parts) -> Result<(), NTSTATUS> {
    packet.UserBuffer = output.address();
    parts.output = Some(output);
    if output.is_empty() { Ok(()) } else { output_buffer(packet, output, parts) }
}

fn set(packet: &mut IRP, input: Bytes, parts: &mut Parts) -> Result<(), NTSTATUS> {
    if input.is_empty() {
        return Ok(());
    }
    // SAFETY: it is probed.
    let data = unsafe { input.fetch() }?;
    parts.buffer = Some(buffer(packet, &data, 0)?);
    Ok(())
}

fn output_as_device(
    packet: &mut IRP,
    method: Method,
    output: Bytes,
    parts: &mut Parts,
) -> Result<(), NTSTATUS> {
    match method {
        Method::Direct if !output.is_empty() => {
            parts.output = Some(output);
            describe(packet, output, IoWriteAccess, parts)
        }
        Method::Buffered => query(packet, output, parts),
        _ => {
            packet.UserBuffer = output.address();
            parts.output = Some(output);
            parts.pinned = output.pin(Want::Write)?;
            Ok(())
        }
    }
}

fn input_as_device(
    packet: &mut IRP,
    method: Method,
    input: Bytes,
    parts: &mut Parts,
) -> Result<(), NTSTATUS> {
    match method {
        Method::Direct if !input.is_empty() => describe(packet, input, IoReadAccess, parts),
        Method::Buffered => set(packet, input, parts),
        _ => {
            packet.UserBuffer = input.address();
            parts.pinned = input.pin(Want::Read)?;
            Ok(())
        }
    }
}

/// The system's copy of what a program gives beside its buffer.
fn attach(from: Bytes, parts: &mut Parts) -> Result<*mut std::ffi::c_void, NTSTATUS> {
    // SAFETY: it is probed.
    let data = unsafe { from.fetch() }?;
    let copy = SystemBuffer::new(&data, 0).ok_or(STATUS_INSUFFICIENT_RESOURCES)?;
    let start = copy.start().cast();
    parts.attachment = Some(copy);
    Ok(start)
}

/// A string, with its text behind it.
fn attach_name(text: &[u16], parts: &mut Parts) -> Result<*mut UNICODE_STRING, NTSTATUS> {
    const HEAD: usize = size_of::<UNICODE_STRING>();
    let bytes: Vec<u8> = text.iter().flat_map(|unit| unit.to_le_bytes()).collect();
    let made = SystemBuffer::new(&[&[0; HEAD], &bytes[..]].concat(), 0);
    let made = made.ok_or(STATUS_INSUFFICIENT_RESOURCES)?;
    let length = u16::try_from(bytes.len()).unwrap_or(u16::MAX - 1);
    let string = UNICODE_STRING {
        Length: length,
        MaximumLength: length,
        Buffer: made.start().wrapping_add(HEAD).cast(),
    };
    let place = made.start().cast::<std::ffi::c_void>().cast::<UNICODE_STRING>();
    // SAFETY: the buffer begins with room for it, aligned as blocks of pool are.
    unsafe { place.write(string) };
    parts.attachment = Some(made);
    Ok(place)
}
