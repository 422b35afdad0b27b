//! From IRPs to the handlers of a [`ControlDevice`].
//!
//! [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/kernel/dispatching-irps)

use core::ptr::NonNull;

use wdk_sys::{
    DEVICE_OBJECT, FILE_CREATE_TREE_CONNECTION, FILE_DELETE_ON_CLOSE, FILE_DIRECTORY_FILE,
    FILE_OBJECT, FILE_OPEN_BY_FILE_ID, IO_STACK_LOCATION, IRP, IRP_MJ_CLEANUP, IRP_MJ_CLOSE,
    IRP_MJ_CREATE, IRP_MJ_DEVICE_CONTROL, IRP_MJ_READ, NTSTATUS, PASSIVE_LEVEL,
    ntddk::{ObDereferenceObjectDeferDelete, ObfReferenceObject},
};

use crate::{
    Answer, ControlDevice, ControlRequest, Device, Passive, PoolBox, ReadRequest, Result, Status,
    Written,
    device::Extension,
    ffi,
    read::{self, Answered},
    region::CriticalRegion,
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
    // A copy, because a read that is pended may be completed before its handler returns.
    // SAFETY: the location is valid as long as the IRP is ours.
    let stack = unsafe { stack.read() };
    // SAFETY: by the contract the device object is valid.
    let extension = unsafe { (*device.as_ptr()).DeviceExtension }.cast::<Extension<D>>();
    // SAFETY: by the contract the extension is one of this type.
    let state = unsafe { &(*extension).state };
    // SAFETY: a device that was made by `create_device` is deleted at unload.
    let device = unsafe { Device::from_raw(device) };
    // SAFETY: the IRP is valid, `stack` is its current location and `state` that of its device.
    let outcome = match unsafe { handle(state, device, irp, &stack) }.0 {
        Answered::Now(Ok(information)) => (Status::SUCCESS, information),
        Answered::Now(Err(error)) => (error, 0),
        Answered::Pended => return Status::PENDING.to_raw(),
    };
    // SAFETY: the IRP was sent to us, has no cancel routine, and is completed here only.
    unsafe { read::complete(irp, outcome) }
}

/// # Safety
///
/// As for [`dispatch`]; `stack` is a copy of the current stack location of `irp`.
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
        return Answer::error(Status::INVALID_DEVICE_STATE);
    }
    // SAFETY: the level was just looked at, and dispatch routines are given no other proof.
    let mut irql = unsafe { Passive::assume() };
    // Others may have to wait for what is done here in a program's thread.
    let _region = CriticalRegion::enter(&irql);
    if u32::from(stack.MajorFunction) == IRP_MJ_READ {
        let Some(file) = NonNull::new(stack.FileObject) else {
            return Answer::error(Status::INVALID_PARAMETER);
        };
        // SAFETY: the I/O manager keeps the file object at least until the read is complete.
        let _kept = unsafe { KeptFile::new(file) };
        // SAFETY: reads come between create and close.
        return match unsafe { context::<D>(file) } {
            // SAFETY: the contract is the same, and this is a read.
            Ok(file) => state.read(file, unsafe { read_request(irp, stack) }, &mut irql),
            Err(error) => Answer::error(error),
        };
    }
    // SAFETY: the contract is the same.
    let result = unsafe { handle_now(state, device, irp, stack, &mut irql) };
    Answer::new(Answered::Now(result.map(Written::bytes)))
}

/// Handles the requests that are always answered at once.
///
/// # Safety
///
/// As for [`handle`].
unsafe fn handle_now<D: ControlDevice>(
    state: &D,
    device: Device,
    irp: NonNull<IRP>,
    stack: &IO_STACK_LOCATION,
    irql: &mut Passive,
) -> Result<Written> {
    let file = NonNull::new(stack.FileObject).ok_or(Status::INVALID_PARAMETER)?;
    match u32::from(stack.MajorFunction) {
        IRP_MJ_CREATE => {
            // SAFETY: this is the member of the union that is set.
            let parameters = unsafe { &stack.Parameters.Create };
            refuse_other_than_devices(parameters.Options, parameters.EaLength)?;
            // SAFETY: the file object is the one that is being opened.
            unsafe { create(state, device, file, irql) }
        }
        IRP_MJ_CLEANUP => {
            // SAFETY: cleanup follows a create that succeeded.
            state.cleanup(unsafe { context::<D>(file) }?, irql);
            Ok(Written::NOTHING)
        }
        // SAFETY: close follows the cleanup, once, when nobody uses the file object any more.
        IRP_MJ_CLOSE => unsafe { close(state, file, irql) },
        IRP_MJ_DEVICE_CONTROL => {
            // SAFETY: the IRP is valid, and its location is one of a device control request.
            let mut request = unsafe { control_request(irp, stack) }?;
            // SAFETY: control requests come between create and close.
            state.device_control(unsafe { context::<D>(file) }?, &mut request, irql)
        }
        _ => Err(Status::INVALID_DEVICE_REQUEST),
    }
}

/// A file object that stays open as long as this exists: a read that is pended keeps it open only until
/// it is completed, which may be before its handler returns.
///
/// # Invariants
///
/// The file object has a reference that is given back once.
struct KeptFile(NonNull<FILE_OBJECT>);

impl KeptFile {
    /// # Safety
    ///
    /// The file object exists.
    unsafe fn new(file: NonNull<FILE_OBJECT>) -> Self {
        // SAFETY: by the contract the object exists.
        unsafe { ObfReferenceObject(file.as_ptr().cast()) };
        // INVARIANT: it has the reference.
        Self(file)
    }
}

impl Drop for KeptFile {
    fn drop(&mut self) {
        // The last reference closes the file elsewhere: after that the driver can be unloaded.
        // SAFETY: by the invariant there is a reference to give back.
        unsafe { ObDereferenceObjectDeferDelete(self.0.as_ptr().cast()) };
    }
}

/// The parameters of a read.
///
/// # Safety
///
/// As for [`handle`], with the parameters of a read.
unsafe fn read_request(irp: NonNull<IRP>, stack: &IO_STACK_LOCATION) -> ReadRequest<'_> {
    // SAFETY: by the contract this is the member of the union that is set.
    let length = unsafe { stack.Parameters.Read }.Length;
    // SAFETY: the IRP was sent to us, and the device uses direct I/O.
    unsafe { ReadRequest::new(irp, length) }
}

/// A device can be opened as a file, and not as a directory, a connection to a share, or a file that is
/// named by a number or to be deleted; nor does it keep attributes.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ntifs/nf-ntifs-ntcreatefile)
fn refuse_other_than_devices(options: u32, attributes: u32) -> Result {
    const OTHERS: u32 = FILE_CREATE_TREE_CONNECTION | FILE_OPEN_BY_FILE_ID | FILE_DELETE_ON_CLOSE;
    match options {
        _ if options & FILE_DIRECTORY_FILE != 0 => Err(Status::NOT_A_DIRECTORY),
        _ if options & OTHERS != 0 => Err(Status::NOT_SUPPORTED),
        _ if attributes > 0 => Err(Status::EAS_NOT_SUPPORTED),
        _ => Ok(()),
    }
}

/// A program opens the device: its file object is given the state of the new handle.
///
/// # Safety
///
/// `file` is that of a create request, so that nobody else uses its context.
unsafe fn create<D: ControlDevice>(
    state: &D,
    device: Device,
    file: NonNull<FILE_OBJECT>,
    irql: &mut Passive,
) -> Result<Written> {
    // The device has no name space below its name.
    // SAFETY: by the contract the file object is valid.
    if unsafe { (*file.as_ptr()).FileName.Length } > 0 {
        return Err(Status::OBJECT_NAME_NOT_FOUND);
    }
    let context = state.create(device, irql)?.into_raw();
    // SAFETY: by the contract nobody else uses the context.
    unsafe { (*file.as_ptr()).FsContext = context.as_ptr().cast() };
    Ok(Written::NOTHING)
}

/// The last reference to a file object is gone: the device takes back the state of its handle.
///
/// # Safety
///
/// `file` is that of a close request for a device of the kind `D`.
unsafe fn close<D: ControlDevice>(
    state: &D,
    file: NonNull<FILE_OBJECT>,
    irql: &mut Passive,
) -> Result<Written> {
    // SAFETY: by the contract nobody else uses the file object any more.
    let context = core::mem::take(unsafe { &mut (*file.as_ptr()).FsContext });
    let context = NonNull::new(context.cast::<D::File>()).ok_or(Status::INVALID_PARAMETER)?;
    // SAFETY: `create` put it there with `into_raw`, and it was taken out of the file object just now.
    state.close(unsafe { PoolBox::from_raw(context) }, irql);
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
