//! IRPs of the driver's own.

use std::{
    ffi::c_void,
    sync::mpsc::{Receiver, Sender, channel},
    time::Duration,
};

use wsk_sys::IRP as WSK_IRP;

use crate::{
    io, ke,
    nt::{
        DEVICE_OBJECT, IO_STACK_LOCATION, IO_TYPE_IRP, IRP, NTSTATUS, SL_INVOKE_ON_CANCEL,
        SL_INVOKE_ON_ERROR, SL_INVOKE_ON_SUCCESS, STATUS_MORE_PROCESSING_REQUIRED,
    },
};

/// How long a test waits for what has to come, before it fails.
pub const LIMIT: Duration = Duration::from_secs(20);

/// What a call of the provider returned, and how its request was completed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Returned {
    /// What the call returned.
    pub now: NTSTATUS,
    pub status: NTSTATUS,
    pub information: usize,
}

/// A completion: status, information, and the IRQL of the completion routine.
type Completion = (NTSTATUS, usize, u8);

/// An IRP with room for two drivers, and what it was completed with.
pub struct Irp {
    memory: *mut Memory,
    completions: Receiver<Completion>,
}

#[repr(C)]
struct Memory {
    irp: IRP,
    locations: [IO_STACK_LOCATION; 2],
    completed: Sender<Completion>,
    /// Calls before the completion goes on.
    hook: Option<Box<dyn Fn()>>,
}

impl Irp {
    /// An IRP with a completion routine, ready for one call.
    pub fn new() -> Self {
        Self::with_hook(None)
    }

    /// An IRP whose completion routine calls `hook`.
    pub fn with_hook(hook: Option<Box<dyn Fn()>>) -> Self {
        let (completed, completions) = channel();
        let memory = Memory {
            irp: IRP::default(),
            locations: [IO_STACK_LOCATION::default(); 2],
            completed,
            hook,
        };
        let irp = Self { memory: Box::into_raw(Box::new(memory)), completions };
        irp.prepare();
        irp
    }

    /// Changes the memory.
    fn change(&self, change: impl FnOnce(&mut Memory)) {
        // SAFETY: the memory is this value's, and the provider does not have it when this is called.
        change(unsafe { &mut *self.memory });
    }

    /// Makes it ready for another call.
    pub fn prepare(&self) {
        let context = self.memory.cast();
        self.change(|memory| {
            memory.irp = IRP {
                Type: IO_TYPE_IRP,
                Size: u16::try_from(size_of::<IRP>() + size_of_val(&memory.locations)).unwrap(),
                StackCount: 2,
                CurrentLocation: 3,
                ..IRP::default()
            };
            memory.locations = [IO_STACK_LOCATION::default(); 2];
            let [_, last] = &mut memory.locations;
            last.CompletionRoutine = Some(completed);
            last.Control = SL_INVOKE_ON_SUCCESS | SL_INVOKE_ON_ERROR | SL_INVOKE_ON_CANCEL;
            last.Context = context;
            let end = memory.locations.as_mut_ptr_range().end;
            memory.irp.Tail.Overlay.u2.CurrentStackLocation = end;
        });
    }

    /// Takes the completion routine away.
    pub fn without_routine(self) -> Self {
        self.change(|memory| memory.locations[1].CompletionRoutine = None);
        self
    }

    /// Leaves no stack location for the provider.
    pub fn without_location(self) -> Self {
        self.change(|memory| {
            memory.locations.swap(0, 1);
            memory.irp.CurrentLocation = 1;
            memory.irp.Tail.Overlay.u2.CurrentStackLocation = memory.locations.as_mut_ptr();
        });
        self
    }

    pub fn pointer(&self) -> *mut WSK_IRP {
        self.memory.cast()
    }

    /// Waits until it is completed.
    pub fn wait(&self) -> (NTSTATUS, usize) {
        let (status, information, _) = self.wait_with_level();
        (status, information)
    }

    /// As [`wait`](Self::wait), with the IRQL of the completion routine.
    pub fn wait_with_level(&self) -> Completion {
        self.completions.recv_timeout(LIMIT).expect("every request is completed")
    }

    /// Whether it is completed.
    pub fn poll(&self) -> Option<(NTSTATUS, usize)> {
        self.completions.try_recv().ok().map(|(status, information, _)| (status, information))
    }

    /// Calls the provider, and waits until the request is completed.
    pub fn call(&self, call: impl FnOnce(*mut WSK_IRP) -> NTSTATUS) -> Returned {
        let now = call(self.pointer());
        let (status, information) = self.wait();
        Returned { now, status, information }
    }
}

impl Drop for Irp {
    fn drop(&mut self) {
        assert!(self.completions.try_recv().is_err(), "an IRP is completed once");
        // SAFETY: it was made by `new`, and is not used any more.
        drop(unsafe { Box::from_raw(self.memory) });
    }
}

unsafe extern "efiapi" fn completed(
    _device: *mut DEVICE_OBJECT,
    irp: *mut IRP,
    context: *mut c_void,
) -> NTSTATUS {
    // SAFETY: the IRP was completed.
    let result = unsafe { (*irp).IoStatus };
    // SAFETY: it has a status.
    let status = unsafe { result.u.Status };
    let information = result.Information;
    // SAFETY: `prepare` set it.
    let memory = unsafe { &*context.cast::<Memory>() };
    if let Some(hook) = &memory.hook {
        hook();
    }
    memory.completed.send((status, information, ke::irql::current())).unwrap();
    STATUS_MORE_PROCESSING_REQUIRED
}

/// Cancels an IRP. True if it had a cancel routine.
pub fn cancel(irp: &Irp) -> bool {
    // SAFETY: the IRP is valid until the test ends.
    unsafe { io::cancel::cancel(irp.pointer().cast()) }
}
