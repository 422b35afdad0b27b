//! From IRPs to the handlers of a [`ControlDevice`].
//!
//! [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/kernel/dispatching-irps)

use core::ptr::NonNull;

use wdk_sys::{
    DEVICE_OBJECT, FILE_OBJECT, IO_STACK_LOCATION, IRP, IRP_MJ_CLEANUP, IRP_MJ_CLOSE,
    IRP_MJ_CREATE, IRP_MJ_DEVICE_CONTROL, IRP_MJ_READ, NTSTATUS, PASSIVE_LEVEL,
};

use crate::{
    Answer, ControlDevice, ControlRequest, Device, Passive, PoolBox, ReadRequest, Result, Status,
    Written,
    device::Extension,
    ffi,
    read::{self, Answered},
};

/// The bits of a control code that say how its buffers are passed, and the value for "buffered".
const METHOD_MASK: u32 = 3;
const METHOD_BUFFERED: u32 = 0;

/// Hands an IRP to the handler for it, and completes it.
///
/// # Safety
///
/// Windows called this dispatch routine: `device` was made by `create_device` with a state of type
/// `D`, and `irp` is an IRP for it.
pub unsafe extern "C" fn dispatch<D: ControlDevice>(
    device: *mut DEVICE_OBJECT,
    irp: *mut IRP,
) -> NTSTATUS {
    let (Some(device), Some(irp)) = (NonNull::new(device), NonNull::new(irp)) else {
        return Status::INVALID_PARAMETER.to_raw();
    };
    // SAFETY: by the contract the IRP was sent to us.
    let stack = unsafe { ffi::current_stack_location(irp.as_ptr()) };
    // SAFETY: the location is valid until the IRP is completed, at the end of this function.
    let stack = unsafe { &*stack };
    // SAFETY: by the contract the device object is valid.
    let extension = unsafe { device.as_ref() }.DeviceExtension.cast::<Extension<D>>();
    // SAFETY: by the contract the extension is one of this type.
    let state = unsafe { &(*extension).state };
    // SAFETY: a device that was made by `create_device` is deleted at unload.
    let device = unsafe { Device::from_raw(device) };
    // SAFETY: the IRP is valid, `stack` is its current location and `state` that of its device.
    match unsafe { handle(state, device, irp, stack) }.0 {
        // SAFETY: the IRP was sent to us, has no cancel routine, and is completed here only.
        Answered::Now(result) => unsafe { read::complete(irp, result) },
        Answered::Pended => Status::PENDING.to_raw(),
    }
}

/// # Safety
///
/// As for [`dispatch`]; `stack` is the current stack location of `irp`.
unsafe fn handle<D: ControlDevice>(
    state: &D,
    device: Device,
    irp: NonNull<IRP>,
    stack: &IO_STACK_LOCATION,
) -> Answer {
    // SAFETY: KeGetCurrentIrql may be called at any level.
    if u32::from(unsafe { ffi::KeGetCurrentIrql() }) != PASSIVE_LEVEL {
        // Requests of programs and the I/O manager's own come at PASSIVE_LEVEL. One of another driver
        // that does not is refused before it does harm.
        return Answer(Answered::Now(Err(Status::INVALID_DEVICE_STATE)));
    }
    // SAFETY: the level was just looked at, and dispatch routines are given no other proof.
    let mut irql = unsafe { Passive::assume() };
    if u32::from(stack.MajorFunction) == IRP_MJ_READ {
        // SAFETY: the contract is the same, and this is a read.
        return match unsafe { read_request::<D>(irp, stack) } {
            Ok((file, request)) => state.read(file, request, &mut irql),
            Err(error) => Answer(Answered::Now(Err(error))),
        };
    }
    // SAFETY: the contract is the same.
    let result = unsafe { handle_now(state, device, irp, stack, &mut irql) };
    Answer(Answered::Now(result.map(Written::bytes)))
}

/// Handles the requests that are always answered at once.
///
/// # Safety
///
/// As for [`dispatch`]; `stack` is the current stack location of `irp`.
unsafe fn handle_now<D: ControlDevice>(
    state: &D,
    device: Device,
    irp: NonNull<IRP>,
    stack: &IO_STACK_LOCATION,
    irql: &mut Passive,
) -> Result<Written> {
    let file = NonNull::new(stack.FileObject).ok_or(Status::INVALID_PARAMETER)?;
    match u32::from(stack.MajorFunction) {
        // SAFETY: nobody else uses the context of a file object that is being opened.
        IRP_MJ_CREATE => create(state, device, unsafe { &mut *file.as_ptr() }, irql),
        IRP_MJ_CLEANUP => {
            // SAFETY: cleanup follows a create that succeeded.
            state.cleanup(unsafe { context::<D>(file) }?, irql);
            Ok(Written::NOTHING)
        }
        // SAFETY: close follows the cleanup, once, when nobody uses the file object any more.
        IRP_MJ_CLOSE => unsafe { close::<D>(file) },
        IRP_MJ_DEVICE_CONTROL => {
            // SAFETY: the IRP is valid, and its location is one of a device control request.
            let mut request = unsafe { control_request(irp, stack) }?;
            // SAFETY: control requests come between create and close.
            state.device_control(unsafe { context::<D>(file) }?, &mut request, irql)
        }
        _ => Err(Status::INVALID_DEVICE_REQUEST),
    }
}

/// The handle and the parameters of a read.
///
/// # Safety
///
/// As for [`dispatch`]; `stack` is the current stack location of `irp`, with the parameters of a read.
unsafe fn read_request<D: ControlDevice>(
    irp: NonNull<IRP>,
    stack: &IO_STACK_LOCATION,
) -> Result<(&D::File, ReadRequest<'_>)> {
    let file = NonNull::new(stack.FileObject).ok_or(Status::INVALID_PARAMETER)?;
    // SAFETY: by the contract this is the member of the union that is set.
    let length = unsafe { stack.Parameters.Read }.Length;
    // SAFETY: reads come between create and close.
    let context = unsafe { context::<D>(file) }?;
    // SAFETY: the IRP was sent to us, and the device uses direct I/O.
    Ok((context, unsafe { ReadRequest::new(irp, length) }))
}

/// A program opens the device: its file object is given the state of the new handle.
fn create<D: ControlDevice>(
    state: &D,
    device: Device,
    file: &mut FILE_OBJECT,
    irql: &mut Passive,
) -> Result<Written> {
    // The device has no name space below its name.
    if file.FileName.Length > 0 {
        return Err(Status::OBJECT_NAME_NOT_FOUND);
    }
    file.FsContext = state.create(device, irql)?.into_raw().as_ptr().cast();
    Ok(Written::NOTHING)
}

/// The last reference to a file object is gone: the state of its handle is dropped.
///
/// # Safety
///
/// `file` is that of a close request for a device of the kind `D`.
unsafe fn close<D: ControlDevice>(file: NonNull<FILE_OBJECT>) -> Result<Written> {
    // SAFETY: by the contract nobody else uses the file object any more.
    let context = core::mem::take(unsafe { &mut (*file.as_ptr()).FsContext });
    let context = NonNull::new(context.cast::<D::File>()).ok_or(Status::INVALID_PARAMETER)?;
    // SAFETY: `create` put it there with `into_raw`, and it was taken out of the file object just now.
    drop(unsafe { PoolBox::from_raw(context) });
    Ok(Written::NOTHING)
}

/// The state of an open handle.
///
/// # Safety
///
/// `file` is that of a request for a device of the kind `D`, between create and close.
unsafe fn context<'irp, D: ControlDevice>(file: NonNull<FILE_OBJECT>) -> Result<&'irp D::File> {
    // SAFETY: by the contract the file object is valid.
    let context = unsafe { (*file.as_ptr()).FsContext }.cast::<D::File>();
    // SAFETY: by the contract `create` put it there, or it is null, if create failed.
    unsafe { context.as_ref() }.ok_or(Status::INVALID_PARAMETER)
}

/// # Safety
///
/// `irp` was sent to us, and `stack` is its current location, with the parameters of a device control
/// request.
unsafe fn control_request(
    irp: NonNull<IRP>,
    stack: &IO_STACK_LOCATION,
) -> Result<ControlRequest<'_>> {
    // SAFETY: by the contract this is the member of the union that is set.
    let parameters = unsafe { stack.Parameters.DeviceIoControl };
    if parameters.IoControlCode & METHOD_MASK != METHOD_BUFFERED {
        return Err(Status::INVALID_DEVICE_REQUEST);
    }
    // SAFETY: by the contract the IRP is valid.
    let associated = unsafe { &(*irp.as_ptr()).AssociatedIrp };
    // SAFETY: with METHOD_BUFFERED this is the member of the union that is set.
    let buffer = unsafe { associated.SystemBuffer };
    let (input, output) = (parameters.InputBufferLength, parameters.OutputBufferLength);
    // SAFETY: the I/O manager made the buffer as large as the larger length, and copied the input.
    Ok(unsafe { ControlRequest::new(parameters.IoControlCode, buffer, input, output) })
}
