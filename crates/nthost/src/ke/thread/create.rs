//! Threads that drivers make.

use core::{ffi::c_void, ptr};
use std::{sync::Arc, thread::Builder};

use super::{Role, ThreadObject, call, exports::SYSTEM_PROCESS_ID};
use crate::{
    guest::Exit,
    ke::{deadlock, irql},
    low_resources::denies,
    nt::{
        ACCESS_MASK, CLIENT_ID, HANDLE, KSTART_ROUTINE, NTSTATUS, OBJECT_ATTRIBUTES, PASSIVE_LEVEL,
        PKSTART_ROUTINE, STATUS_INSUFFICIENT_RESOURCES, STATUS_INVALID_PARAMETER, STATUS_SUCCESS,
    },
    ob,
    sched::{Mutex, Ticket},
    system::System,
    thread,
};

/// The threads that drivers made and that have not ended.
#[derive(Default)]
pub(in crate::ke) struct DriverThreads(Mutex<Vec<(Arc<ThreadObject>, usize)>>);

impl DriverThreads {
    /// Each as its number and the address of its routine.
    pub fn running(&self) -> Vec<(usize, usize)> {
        let threads = self.0.lock();
        threads.iter().map(|(thread, routine)| (thread.id(), *routine)).collect()
    }
}

/// What a driver's thread is to do.
#[derive(Clone, Copy)]
struct Start {
    routine: KSTART_ROUTINE,
    context: *mut c_void,
}

// SAFETY: a driver hands the context over to the thread.
unsafe impl Send for Start {}

/// The thread is one of the host's. A handle that is wanted is one of the kernel, whatever the
/// attributes say, as is right for a system thread.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-pscreatesystemthread)
pub(super) unsafe extern "efiapi" fn PsCreateSystemThread(
    handle: *mut HANDLE,
    access: ACCESS_MASK,
    _attributes: *const OBJECT_ATTRIBUTES,
    _process: HANDLE,
    client: *mut CLIENT_ID,
    routine: PKSTART_ROUTINE,
    context: *mut c_void,
) -> NTSTATUS {
    if denies("PsCreateSystemThread") {
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    let Some(routine) = routine else { return STATUS_INVALID_PARAMETER };
    let system = thread::system();
    let object = ThreadObject::new(System::new_thread_id());
    let (id, address) = (object.id(), object.address());
    ob::insert(ob::Kind::Thread, address, {
        let object = Arc::clone(&object);
        move || drop(object)
    });
    let Some(opened) = ob::open(address, access) else { return STATUS_INVALID_PARAMETER };
    if start(&system, object, Start { routine, context }).is_err() {
        ob::close(opened);
        ob::dereference(address);
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    // SAFETY: the driver passes a place for the handle.
    unsafe { handle.write(opened) };
    if !client.is_null() {
        let ids = CLIENT_ID {
            UniqueProcess: ptr::without_provenance_mut(SYSTEM_PROCESS_ID),
            UniqueThread: ptr::without_provenance_mut(id),
        };
        // SAFETY: the driver passes a place for the numbers, or null.
        unsafe { client.write(ids) };
    }
    STATUS_SUCCESS
}

fn start(system: &Arc<System>, object: Arc<ThreadObject>, start: Start) -> std::io::Result<()> {
    let inside = Arc::clone(system);
    let entry = (Arc::clone(&object), start.routine as usize);
    let run = move || {
        let address = object.address();
        thread::enter_as(&inside, Arc::clone(&object), |_| {
            run(start);
            inside.ke.driver_threads.0.lock().retain(|(thread, _)| thread.address() != address);
            // A driver that notices this may be unloaded at once.
            object.end();
            ob::dereference(address);
        });
    };
    let mut threads = system.ke.driver_threads.0.lock();
    let ticket = Ticket::new(system, "system thread", false);
    Builder::new().name("system thread".to_owned()).spawn(move || ticket.run(run))?;
    threads.push(entry);
    Ok(())
}

/// Runs the routine of a driver's thread to its end.
fn run(Start { routine, context }: Start) {
    // SAFETY: the routine and its context are the driver's.
    let code = || unsafe { routine(context) };
    // SAFETY: there is nothing to drop.
    unsafe { call(Role::Thread, routine as usize, code) };
    thread::current(|thread| deadlock::check_end(&thread.object, routine as usize));
}

/// Ends the thread. Returns only on a thread that is not the driver's to end.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-psterminatesystemthread)
pub(super) unsafe extern "efiapi" fn PsTerminateSystemThread(_status: NTSTATUS) -> NTSTATUS {
    let (exit, may_exit) = thread::current(|thread| (thread.exit.get(), thread.may_exit.get()));
    if exit.is_null() || !may_exit {
        return STATUS_INVALID_PARAMETER;
    }
    irql::lower(PASSIVE_LEVEL);
    // SAFETY: the call that set it is under way on this thread, and nothing between has something to
    // drop.
    unsafe { Exit::leave(exit) }
}
