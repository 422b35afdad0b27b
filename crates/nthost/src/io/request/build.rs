//! Requests that drivers make.
//!
//! [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/kernel/creating-irps-for-drivers)

use core::{ffi::c_void, ptr};

use super::{
    Bytes, Parts, Request,
    transfer::{Transfer, set_up},
};
use crate::{
    ex::pool,
    export::{Export, exports},
    io::irp::{self, Origin},
    low_resources::denies,
    mm,
    nt::{
        APC_LEVEL, BOOLEAN, DEVICE_OBJECT, DO_BUFFERED_IO, DO_DIRECT_IO, IO_STACK_READ,
        IO_STATUS_BLOCK, IRP, IRP_BUFFERED_IO, IRP_DEALLOCATE_BUFFER, IRP_INPUT_OPERATION,
        IRP_MJ_INTERNAL_DEVICE_CONTROL, IRP_MJ_READ, IRP_MJ_WRITE, IoReadAccess, IoWriteAccess,
        KEVENT, KernelMode, LARGE_INTEGER, PASSIVE_LEVEL, irp_next,
    },
    thread,
};

/// An IRP for a device, which a driver has called for; null if there is no memory.
fn allocate(device: *mut DEVICE_OBJECT, origin: Origin) -> *mut IRP {
    // SAFETY: the driver passes a device.
    let locations = unsafe { (*device).StackSize };
    let irp = thread::current(|thread| {
        irp::allocate(&thread.system, locations, origin, thread.caller.get())
    });
    // SAFETY: it was just allocated, or is null.
    if let Some(packet) = unsafe { irp.as_mut() } {
        packet.RequestorMode = KernelMode;
        packet.Tail.Overlay.Thread = thread::current(thread::Thread::address) as *mut _;
    }
    irp
}

/// Whom the I/O manager tells when a request is done.
#[derive(Clone, Copy)]
struct Told {
    event: *mut KEVENT,
    result: *mut IO_STATUS_BLOCK,
}

/// Makes an IRP that the I/O manager finishes; null if there is no memory.
///
/// # Safety
///
/// The device is valid, and all that the request refers to until it is done.
unsafe fn threaded(device: *mut DEVICE_OBJECT, transfer: Transfer, told: Told) -> *mut IRP {
    let irp = allocate(device, Origin::Threaded);
    // SAFETY: it was just allocated, or is null.
    let Some(packet) = (unsafe { irp.as_mut() }) else { return irp };
    packet.u.UserIosb = told.result;
    packet.UserEvent = told.event;
    // SAFETY: a device has a stack location for its driver.
    let location = unsafe { irp_next(packet) };
    // SAFETY: as above.
    let location = unsafe { &mut *location };
    // SAFETY: by the contract.
    let flags = unsafe { (*device).Flags };
    let mut parts = Parts::default();
    // SAFETY: by the contract.
    let filled = unsafe { set_up(packet, location, flags, transfer, &mut parts) };
    thread::current(|thread| {
        let record = thread.system.io.irps.record(irp);
        match (record, filled) {
            (Some(record), Ok(())) => {
                record.set_request(Request::new(parts));
                irp
            }
            (Some(record), Err(_)) => {
                irp::free(&thread.system, record);
                ptr::null_mut()
            }
            (None, _) => ptr::null_mut(),
        }
    })
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-iobuilddeviceiocontrolrequest)
pub(in crate::io) unsafe extern "efiapi" fn IoBuildDeviceIoControlRequest(
    code: u32,
    device: *mut DEVICE_OBJECT,
    input: *mut c_void,
    input_length: u32,
    output: *mut c_void,
    output_length: u32,
    internal: BOOLEAN,
    event: *mut KEVENT,
    result: *mut IO_STATUS_BLOCK,
) -> *mut IRP {
    if denies("IoBuildDeviceIoControlRequest") {
        return ptr::null_mut();
    }
    let input = Bytes::at(input, input_length);
    let output = Bytes::at(output, output_length);
    let transfer = Transfer::Control { code, input, output };
    // SAFETY: the driver passes what stays until the request is done.
    let irp = unsafe { threaded(device, transfer, Told { event, result }) };
    if !irp.is_null() && internal != 0 {
        // SAFETY: it has a location for the driver of the device.
        let location = unsafe { irp_next(irp) };
        // SAFETY: as above.
        unsafe { (*location).MajorFunction = IRP_MJ_INTERNAL_DEVICE_CONTROL };
    }
    irp
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-iobuildsynchronousfsdrequest)
pub(in crate::io) unsafe extern "efiapi" fn IoBuildSynchronousFsdRequest(
    major: u32,
    device: *mut DEVICE_OBJECT,
    buffer: *mut c_void,
    length: u32,
    offset: *const LARGE_INTEGER,
    event: *mut KEVENT,
    result: *mut IO_STATUS_BLOCK,
) -> *mut IRP {
    if denies("IoBuildSynchronousFsdRequest") {
        return ptr::null_mut();
    }
    let major = u8::try_from(major).unwrap_or(u8::MAX);
    let bytes = Bytes::at(buffer, length);
    let transfer = match major {
        IRP_MJ_READ => Transfer::Read { to: bytes },
        IRP_MJ_WRITE => Transfer::Write { from: bytes },
        _ => Transfer::Other { major },
    };
    // SAFETY: the driver passes what stays until the request is done.
    let irp = unsafe { threaded(device, transfer, Told { event, result }) };
    // SAFETY: the driver passes null or an offset.
    unsafe { set_offset(irp, major, offset) };
    irp
}

/// Sets where a read or a write begins.
///
/// # Safety
///
/// The IRP is null or new, and the offset is null or valid.
unsafe fn set_offset(irp: *mut IRP, major: u8, offset: *const LARGE_INTEGER) {
    if irp.is_null() || !matches!(major, IRP_MJ_READ | IRP_MJ_WRITE) {
        return;
    }
    // SAFETY: by the contract.
    let Some(&ByteOffset) = (unsafe { offset.as_ref() }) else { return };
    // SAFETY: it has a location for the driver of the device.
    let location = unsafe { irp_next(irp) };
    // SAFETY: as above.
    let parameters = unsafe { &mut (*location).Parameters };
    // SAFETY: it is a read, or a write, which is the same.
    let read = unsafe { parameters.Read };
    parameters.Read = IO_STACK_READ { ByteOffset, ..read };
}

/// The driver gets the IRP back, and frees what is with it: the MDL, or the system's buffer as a block of
/// pool.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-iobuildasynchronousfsdrequest)
pub(in crate::io) unsafe extern "efiapi" fn IoBuildAsynchronousFsdRequest(
    major: u32,
    device: *mut DEVICE_OBJECT,
    buffer: *mut c_void,
    length: u32,
    offset: *const LARGE_INTEGER,
    result: *mut IO_STATUS_BLOCK,
) -> *mut IRP {
    if denies("IoBuildAsynchronousFsdRequest") {
        return ptr::null_mut();
    }
    let major = u8::try_from(major).unwrap_or(u8::MAX);
    let irp = allocate(device, Origin::Driver);
    // SAFETY: it was just allocated, or is null.
    let Some(packet) = (unsafe { irp.as_mut() }) else { return irp };
    packet.u.UserIosb = result;
    // SAFETY: a device has a stack location for its driver.
    let location = unsafe { irp_next(packet) };
    // SAFETY: as above.
    let location = unsafe { &mut *location };
    location.MajorFunction = major;
    if !matches!(major, IRP_MJ_READ | IRP_MJ_WRITE) {
        return irp;
    }
    location.Parameters.Read = IO_STACK_READ { Length: length, ..IO_STACK_READ::default() };
    // SAFETY: the driver passes a device.
    let flags = unsafe { (*device).Flags };
    let has_memory = match flags {
        _ if length == 0 => true,
        flags if flags & DO_BUFFERED_IO != 0 => {
            // SAFETY: the driver passes a buffer that is so long.
            unsafe { copy_to_pool(packet, major, buffer, length) }
        }
        flags if flags & DO_DIRECT_IO != 0 => {
            packet.MdlAddress = mm::allocate(buffer as usize, length);
            let access = if major == IRP_MJ_READ { IoWriteAccess } else { IoReadAccess };
            if !packet.MdlAddress.is_null() {
                // SAFETY: it was just allocated for the buffer.
                unsafe { mm::lock(packet.MdlAddress, access) };
            }
            !packet.MdlAddress.is_null()
        }
        _ => {
            packet.UserBuffer = buffer;
            true
        }
    };
    if !has_memory {
        irp::free_new(irp);
        return ptr::null_mut();
    }
    // SAFETY: the driver passes null or an offset.
    unsafe { set_offset(irp, major, offset) };
    irp
}

/// Gives an IRP a system buffer that its driver frees. Returns whether there is memory.
///
/// # Safety
///
/// The buffer is valid for so many bytes.
unsafe fn copy_to_pool(packet: &mut IRP, major: u8, buffer: *mut c_void, length: u32) -> bool {
    let length = length as usize;
    let copy = pool::allocate(length, u32::from_le_bytes(*b"IoSb"), pool::Wanted::default());
    if copy.is_null() {
        return false;
    }
    packet.AssociatedIrp.SystemBuffer = copy;
    packet.UserBuffer = buffer;
    packet.Flags |= IRP_BUFFERED_IO | IRP_DEALLOCATE_BUFFER;
    if major == IRP_MJ_READ {
        packet.Flags |= IRP_INPUT_OPERATION;
    } else {
        // SAFETY: by the contract, and the block is as long.
        unsafe { copy.cast::<u8>().copy_from_nonoverlapping(buffer.cast(), length) };
    }
    true
}

pub(in crate::io) const EXPORTS: &[Export] = exports! {
    IoBuildAsynchronousFsdRequest: PASSIVE_LEVEL..=APC_LEVEL;
    IoBuildDeviceIoControlRequest: PASSIVE_LEVEL..=APC_LEVEL;
    IoBuildSynchronousFsdRequest: PASSIVE_LEVEL..=APC_LEVEL;
};
