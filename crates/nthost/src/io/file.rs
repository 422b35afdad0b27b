//! Open files.
//!
//! [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/kernel/introduction-to-file-objects)
//!
//! The order is that of Windows. `IRP_MJ_CREATE` when the file is opened; `IRP_MJ_CLEANUP` when its last
//! handle is closed, while requests may still be under way, which that does not cancel; `IRP_MJ_CLOSE`
//! when the last reference has gone, after the last request.

use std::{
    cell::UnsafeCell,
    ptr,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
};

use super::{
    cancel,
    device::{self, Opened},
    irp::{self, Record},
    opening::{Opening, PipeParameters, granted},
    request::{self, Request},
};
use crate::{
    nt::{
        ACCESS_MASK, DEVICE_OBJECT, FILE_OBJECT, FO_CLEANUP_COMPLETE, FO_HANDLE_CREATED,
        IO_SECURITY_CONTEXT, IO_TYPE_FILE, IRP, IRP_CLOSE_OPERATION, IRP_CREATE_OPERATION,
        IRP_DEFER_IO_COMPLETION, IRP_MJ_CLEANUP, IRP_MJ_CLOSE, IRP_SYNCHRONOUS_API,
        KPROCESSOR_MODE, KernelMode, NTSTATUS, STATUS_INVALID_FILE_FOR_SECTION,
        STATUS_NOT_SUPPORTED, UNICODE_STRING, initialize_list_head,
    },
    ob,
    sched::Mutex,
    system::System,
    thread,
};

/// An open file.
#[repr(C)]
pub(crate) struct FileObject {
    object: UnsafeCell<FILE_OBJECT>,
    device: *mut DEVICE_OBJECT,
    /// Handles and requests: together they hold one reference to the object.
    uses: AtomicUsize,
    /// What its handles may be used for.
    access: ACCESS_MASK,
    /// The driver has agreed to open it, and is told when it is closed.
    is_open: AtomicBool,
    /// Requests that are under way.
    pending: Mutex<Vec<Entry>>,
    /// What `FileName` refers to.
    _name: Box<[u16]>,
}

// SAFETY: drivers use the object under their own rules, and the rest is made to be shared. The device
// stays as long as the file is open.
unsafe impl Send for FileObject {}
// SAFETY: as above.
unsafe impl Sync for FileObject {}

/// A request that is under way.
struct Entry {
    irp: *mut IRP,
    /// Who it belongs to; only compared.
    request: *const Request,
    /// How many threads are about to cancel it: the IRP stays until then.
    pins: u32,
    /// It has been completed.
    is_done: bool,
}

/// A handle or a request of a file: as long as there is one, the file is not closed.
pub(crate) struct Use(Arc<FileObject>);

impl Use {
    fn new(file: &Arc<FileObject>) -> Self {
        file.uses.fetch_add(1, Ordering::Relaxed);
        Self(Arc::clone(file))
    }

    pub fn file(&self) -> Arc<FileObject> {
        Arc::clone(&self.0)
    }
}

impl Clone for Use {
    fn clone(&self) -> Self {
        Self::new(&self.0)
    }
}

impl Drop for Use {
    fn drop(&mut self) {
        if self.0.uses.fetch_sub(1, Ordering::AcqRel) == 1 {
            ob::dereference(self.0.address() as usize);
        }
    }
}

impl FileObject {
    fn new(opened: &Opened, opening: &Opening<'_>) -> Arc<Self> {
        let name: Box<[u16]> = opening.rest(&opened.rest);
        let object = FILE_OBJECT {
            Type: IO_TYPE_FILE,
            Size: i16::try_from(size_of::<FILE_OBJECT>()).unwrap_or_default(),
            DeviceObject: opened.device,
            FileName: UNICODE_STRING::of(&name),
            Flags: opening.flags(),
            ..FILE_OBJECT::default()
        };
        let file = Arc::new(Self {
            object: UnsafeCell::new(object),
            device: opened.device,
            uses: AtomicUsize::new(0),
            access: granted(opening.access),
            is_open: AtomicBool::new(false),
            pending: Mutex::default(),
            _name: name,
        });
        // SAFETY: it stays where it is, and nobody else knows it yet.
        let object = unsafe { &mut *file.object.get() };
        // SAFETY: it is a part of the object.
        unsafe { initialize_list_head(&raw mut object.IrpList) };
        file
    }

    /// The address that drivers know it by.
    pub fn address(&self) -> *mut FILE_OBJECT {
        self.object.get()
    }

    /// What its handles may be used for.
    pub fn access(&self) -> ACCESS_MASK {
        self.access
    }

    /// Makes a section of the file, as a program may ask for: a driver has no say in it but by what it has
    /// put into its file object.
    pub fn section(&self) -> NTSTATUS {
        // SAFETY: the object is valid.
        let pointers = unsafe { (*self.object.get()).SectionObjectPointer };
        if pointers.is_null() { STATUS_INVALID_FILE_FOR_SECTION } else { STATUS_NOT_SUPPORTED }
    }

    /// The device that was opened.
    pub fn device(&self) -> *mut DEVICE_OBJECT {
        self.device
    }

    fn set_flag(&self, flag: u32) {
        // SAFETY: the object is valid, and the kernel alone sets flags, at moments when no other thread
        // does.
        unsafe { (*self.object.get()).Flags |= flag };
    }

    /// Notes that a request is under way.
    pub fn enter(&self, irp: *mut IRP, request: &Arc<Request>) {
        let request = Arc::as_ptr(request);
        self.pending.lock().push(Entry { irp, request, pins: 0, is_done: false });
    }

    /// Cancels one request, or all of them. Returns how many there were.
    pub fn cancel(&self, request: Option<&Request>) -> usize {
        let is_meant = |entry: &&mut Entry| {
            !entry.is_done && request.is_none_or(|request| ptr::eq(request, entry.request))
        };
        let mut pending = self.pending.lock();
        let meant = pending.iter_mut().filter(is_meant).map(|entry| {
            entry.pins += 1;
            entry.irp
        });
        let irps: Vec<_> = meant.collect();
        drop(pending);
        for &irp in &irps {
            // SAFETY: the pin keeps the IRP.
            unsafe { cancel::cancel(irp) };
            self.unpin(irp);
        }
        irps.len()
    }

    fn unpin(&self, irp: *mut IRP) {
        let mut pending = self.pending.lock();
        let Some(at) = pending.iter().position(|entry| entry.irp == irp) else { return };
        let entry = &mut pending[at];
        entry.pins -= 1;
        if entry.pins > 0 || !entry.is_done {
            return;
        }
        pending.swap_remove(at);
        drop(pending);
        thread::current(|thread| {
            if let Some(record) = thread.system.io.irps.record(irp) {
                irp::free(&thread.system, record);
            }
        });
    }
}

/// Notes that a request is done, and frees its IRP unless somebody is about to cancel it.
pub(super) fn leave(system: &System, file: &FileObject, irp: *mut IRP, record: &Record) {
    let mut pending = file.pending.lock();
    if let Some(at) = pending.iter().position(|entry| entry.irp == irp) {
        if pending[at].pins > 0 {
            pending[at].is_done = true;
            return;
        }
        pending.swap_remove(at);
    }
    drop(pending);
    irp::free(system, record);
}

/// Opens what a name leads to. The result is its first handle: [`close`] it.
///
/// # Errors
///
/// `STATUS_OBJECT_NAME_NOT_FOUND`, `STATUS_NO_SUCH_DEVICE` before `DriverEntry` has returned,
/// `STATUS_ACCESS_DENIED` for a second handle of an exclusive device, or what the driver says.
pub(crate) fn open(system: &System, name: &str, opening: &Opening<'_>) -> Result<Use, NTSTATUS> {
    let opened = device::open(system, name)?;
    let file = FileObject::new(&opened, opening);
    let first = Use::new(&file);
    let deleted = Arc::clone(&file);
    ob::insert(ob::Kind::File, file.address() as usize, move || close_last(&deleted));
    let access = granted(opening.access);
    let mut context = IO_SECURITY_CONTEXT { DesiredAccess: access, ..Default::default() };
    let mut parameters = PipeParameters::default();
    let outcome = request::send_and_wait(system, &file, opening.mode, |packet, location| {
        packet.Flags = IRP_CREATE_OPERATION | IRP_SYNCHRONOUS_API | IRP_DEFER_IO_COMPLETION;
        opening.fill(location, &mut context, &mut parameters);
    });
    if outcome.status < 0 {
        // Dropping the handle deletes the file, of which the driver hears no more.
        return Err(outcome.status);
    }
    file.set_flag(FO_HANDLE_CREATED);
    file.is_open.store(true, Ordering::Release);
    Ok(first)
}

/// Closes the last handle: the driver is told, and the handle goes.
pub(crate) fn close(system: &System, handle: Use, mode: KPROCESSOR_MODE) {
    let file = handle.file();
    request::send_and_wait(system, &file, mode, |packet, location| {
        packet.Flags = IRP_CLOSE_OPERATION | IRP_SYNCHRONOUS_API;
        location.MajorFunction = IRP_MJ_CLEANUP;
    });
    file.set_flag(FO_CLEANUP_COMPLETE);
    drop(handle);
}

/// The last reference has gone.
fn close_last(file: &FileObject) {
    let system = thread::system();
    if file.is_open.load(Ordering::Acquire) {
        request::send_and_wait(&system, file, KernelMode, |packet, location| {
            packet.Flags = IRP_CLOSE_OPERATION | IRP_SYNCHRONOUS_API;
            location.MajorFunction = IRP_MJ_CLOSE;
        });
    }
    device::close(&system, file.device);
}
