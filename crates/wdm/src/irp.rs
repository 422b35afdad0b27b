//! IRPs of our own, for requests that this driver makes of another component of the kernel.
//!
//! [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/network/using-irps-with-winsock-kernel-functions)

use core::ptr::NonNull;

use wdk_sys::{
    DEVICE_OBJECT, IRP, NTSTATUS, PIO_COMPLETION_ROUTINE, PVOID, SL_INVOKE_ON_CANCEL,
    SL_INVOKE_ON_ERROR, SL_INVOKE_ON_SUCCESS,
    ntddk::{IoAllocateIrp, IoFreeIrp, IoReuseIrp, IoSetCompletionRoutineEx, ObfReferenceObject},
};

use crate::{Device, Event, Link, Linked, Passive, PoolBox, Reset, Result, Status, Tag, ffi};

/// An IRP of our own with one stack location.
///
/// # Invariants
///
/// It came from `IoAllocateIrp`, and nobody else has it, unless it was handed to a request that has not
/// completed.
struct OwnIrp(NonNull<IRP>);

// SAFETY: an IRP may be used and freed on any thread.
unsafe impl Send for OwnIrp {}

impl OwnIrp {
    /// IRQL: `DISPATCH_LEVEL` or below.
    fn new() -> Result<Self> {
        // SAFETY: one stack location and no quota charge are always valid.
        let irp = unsafe { IoAllocateIrp(1, 0) };
        // INVARIANT: it is new.
        NonNull::new(irp).map(Self).ok_or(Status::INSUFFICIENT_RESOURCES)
    }

    /// Makes it ready for a request.
    ///
    /// # Safety
    ///
    /// It is not handed to a request that has not completed.
    unsafe fn reuse(&mut self) {
        // SAFETY: by the contract it is ours alone, and by the invariant it came from IoAllocateIrp.
        unsafe { IoReuseIrp(self.0.as_ptr(), Status::SUCCESS.to_raw()) };
    }
}

impl Drop for OwnIrp {
    fn drop(&mut self) {
        // SAFETY: by the invariant it came from IoAllocateIrp; whoever hands it to a request keeps it
        // until that has completed.
        unsafe { IoFreeIrp(self.0.as_ptr()) };
    }
}

/// Sets the completion routine for success, error and cancel: what the macro `IoSetCompletionRoutine`
/// does.
///
/// # Safety
///
/// The IRP has a stack location below the current one and is ours until it is sent. The driver is not
/// unloaded before the routine has returned, and `context` is what it wants.
pub(crate) unsafe fn set_completion_routine(
    irp: NonNull<IRP>,
    routine: PIO_COMPLETION_ROUTINE,
    context: PVOID,
) {
    // SAFETY: by the contract the IRP is valid.
    let current = unsafe { ffi::current_stack_location(irp.as_ptr()) };
    // SAFETY: by the contract there is a location below.
    let next = unsafe { current.sub(1) };
    // SAFETY: as above, and nobody else uses it.
    let next = unsafe { &mut *next };
    next.CompletionRoutine = routine;
    next.Context = context;
    next.Control = ffi::INVOKE_ALWAYS;
}

/// How often a request that must not fail waits for memory, and how many milliseconds each time.
const TRIES: u32 = 100;
const PAUSE: u32 = 10;

/// An IRP and an event, for requests that are waited for, one after the other.
pub struct SyncIrp {
    irp: OwnIrp,
    done: Event,
    device: Device,
}

impl SyncIrp {
    /// An IRP for requests that this driver makes on behalf of `device`.
    ///
    /// IRQL: `DISPATCH_LEVEL` or below.
    ///
    /// # Errors
    ///
    /// `STATUS_INSUFFICIENT_RESOURCES` if there is no memory for it.
    pub fn new(device: Device, tag: Tag) -> Result<Self> {
        Ok(Self { irp: OwnIrp::new()?, done: Event::new(Reset::ByCall, tag)?, device })
    }

    /// Makes a request and waits until it is complete. Returns `IoStatus.Information`.
    ///
    /// IRQL: `PASSIVE_LEVEL`.
    ///
    /// # Errors
    ///
    /// The status that the request completed with, or `STATUS_INSUFFICIENT_RESOURCES` if it could not be
    /// made for lack of memory.
    ///
    /// # Safety
    ///
    /// `request` hands the IRP to a function that completes it once, whatever it returns, and that keeps
    /// nothing of what it was given beyond that.
    pub unsafe fn call(
        &mut self,
        irql: &Passive,
        request: impl FnOnce(*mut IRP) -> NTSTATUS,
    ) -> Result<usize> {
        // SAFETY: no request is under way: each is waited for.
        unsafe { self.irp.reuse() };
        self.set_routine()?;
        // SAFETY: the contract is the same.
        unsafe { self.send(irql, request) }
    }

    /// As [`call`](Self::call), but never fails for lack of memory: for requests that end something. It waits
    /// for memory up to a second.
    ///
    /// # Errors
    ///
    /// The status that the request completed with.
    ///
    /// # Safety
    ///
    /// As for [`call`](Self::call).
    pub unsafe fn call_always(
        &mut self,
        irql: &Passive,
        request: impl FnOnce(*mut IRP) -> NTSTATUS,
    ) -> Result<usize> {
        // SAFETY: no request is under way: each is waited for.
        unsafe { self.irp.reuse() };
        self.done.clear();
        let mut tries = 0;
        while self.set_routine().is_err() {
            if tries == TRIES {
                self.set_routine_for_good();
                break;
            }
            tries += 1;
            // Nothing signals the event: it waits for memory.
            let _: bool = self.done.wait_for(PAUSE, irql);
        }
        // SAFETY: the contract is the same.
        unsafe { self.send(irql, request) }
    }

    /// Sets the completion routine, so that the driver stays loaded until it has returned.
    fn set_routine(&mut self) -> Result {
        let device = self.device.as_ptr();
        let (irp, event) = (self.irp.0.as_ptr(), self.done.as_ptr());
        // SAFETY: the IRP has one location, which nobody uses yet, and the device is this driver's.
        // The event lives until the request has been waited for.
        let status = unsafe { IoSetCompletionRoutineEx(device, irp, Some(wake), event, 1, 1, 1) };
        Status::check(status)
    }

    /// Sets the completion routine without memory. Then nothing can keep the driver loaded until the routine
    /// has returned, but a reference to its device, which is never given back.
    fn set_routine_for_good(&mut self) {
        // SAFETY: the device exists as long as the driver is loaded.
        unsafe { ObfReferenceObject(self.device.as_ptr().cast()) };
        // SAFETY: the IRP is new or reused, with one location; the driver stays loaded now.
        unsafe { set_completion_routine(self.irp.0, Some(wake), self.done.as_ptr()) };
    }

    /// # Safety
    ///
    /// As for [`call`](Self::call), and the completion routine is set.
    unsafe fn send(
        &mut self,
        irql: &Passive,
        request: impl FnOnce(*mut IRP) -> NTSTATUS,
    ) -> Result<usize> {
        self.done.clear();
        // What it returns is advice only: the routine is called in every case.
        let _: NTSTATUS = request(self.irp.0.as_ptr());
        self.done.wait(irql);
        // SAFETY: the request is complete, and the routine kept the IRP for us.
        let io_status = unsafe { self.irp.0.as_ref() }.IoStatus;
        // SAFETY: the request set the status.
        Status::check(unsafe { io_status.__bindgen_anon_1.Status })?;
        Ok(usize::try_from(io_status.Information).unwrap_or_default())
    }
}

/// Completion routine of a [`SyncIrp`].
///
/// # Safety
///
/// `context` is its event.
unsafe extern "C" fn wake(_: *mut DEVICE_OBJECT, _: *mut IRP, context: PVOID) -> NTSTATUS {
    // SAFETY: by the contract it is an event, which lives until whoever waits for it goes on.
    unsafe { Event::set_raw(context) };
    Status::MORE_PROCESSING_REQUIRED.to_raw()
}

/// What belongs to a request that is not waited for, and is told when it is complete.
pub trait Request: Send + Sized + 'static {
    /// The request is complete, with this status and `IoStatus.Information`.
    ///
    /// IRQL: `DISPATCH_LEVEL` or below, in any thread. Make no request from here: hand `this` to a
    /// thread that makes the next one.
    fn completed(this: PoolBox<AsyncIrp<Self>>, outcome: (Status, usize));
}

/// An IRP and what belongs to the requests that are made with it, in nonpaged memory that stays where it
/// is.
///
/// It is owned by whoever may make the next request; while one is under way nobody has it.
pub struct AsyncIrp<R> {
    irp: OwnIrp,
    link: Link<Self>,
    /// What belongs to the request.
    pub request: R,
}

impl<R: Request> AsyncIrp<R> {
    /// An IRP for requests with `request`.
    ///
    /// IRQL: `DISPATCH_LEVEL` or below.
    ///
    /// # Errors
    ///
    /// `STATUS_INSUFFICIENT_RESOURCES` if there is no memory for it; `request` is dropped.
    pub fn try_new(request: R, tag: Tag) -> Result<PoolBox<Self>> {
        PoolBox::try_new(Self { irp: OwnIrp::new()?, link: Link::new(), request }, tag)
    }

    /// Makes a request. [`Request::completed`] gets `this` back, perhaps before this call returns.
    ///
    /// IRQL: `DISPATCH_LEVEL` or below, as the request allows.
    ///
    /// # Safety
    ///
    /// `call` hands the IRP to a function that completes it once, whatever it returns, and that keeps
    /// nothing of what it was given beyond that. The driver is not unloaded before that function and all
    /// that it calls have returned.
    pub unsafe fn send(
        mut this: PoolBox<Self>,
        call: impl FnOnce(NonNull<R>, *mut IRP) -> NTSTATUS,
    ) -> NTSTATUS {
        // SAFETY: whoever has the box has the IRP alone: a request that is under way has both.
        unsafe { this.irp.reuse() };
        let irp = this.irp.0;
        let this = this.into_raw();
        // SAFETY: the IRP has one location. By the contract the driver stays loaded. `done::<R>` takes
        // the box back.
        unsafe { set_completion_routine(irp, Some(done::<R>), this.as_ptr().cast()) };
        // SAFETY: the box is valid until the request completes, which it has not yet.
        let request = unsafe { &raw mut (*this.as_ptr()).request };
        // SAFETY: a place in a valid box is not null.
        call(unsafe { NonNull::new_unchecked(request) }, irp.as_ptr())
    }
}

// SAFETY: it is always the address of the same member, which nothing else uses.
unsafe impl<R> Linked for AsyncIrp<R> {
    fn link(this: NonNull<Self>) -> NonNull<Link<Self>> {
        // SAFETY: the stack passes a valid value.
        let link = unsafe { &raw mut (*this.as_ptr()).link };
        // SAFETY: a place in a valid value is not null.
        unsafe { NonNull::new_unchecked(link) }
    }
}

/// Completion routine of an [`AsyncIrp`].
///
/// # Safety
///
/// `context` is one that [`AsyncIrp::send`] gave up for this call.
unsafe extern "C" fn done<R: Request>(
    _: *mut DEVICE_OBJECT,
    irp: *mut IRP,
    context: PVOID,
) -> NTSTATUS {
    if let Some(this) = NonNull::new(context.cast::<AsyncIrp<R>>()) {
        // SAFETY: the IRP was sent by us, and is complete.
        let io_status = unsafe { (*irp).IoStatus };
        // SAFETY: the request set the status.
        let status = Status::from_raw(unsafe { io_status.__bindgen_anon_1.Status });
        let information = usize::try_from(io_status.Information).unwrap_or_default();
        // SAFETY: by the contract it came from `into_raw`, for this call to take back.
        let this = unsafe { PoolBox::from_raw(this) };
        R::completed(this, (status, information));
    }
    // The IRP stays ours: it is reused, or freed with the box.
    Status::MORE_PROCESSING_REQUIRED.to_raw()
}

const _: () = assert!(
    SL_INVOKE_ON_SUCCESS | SL_INVOKE_ON_ERROR | SL_INVOKE_ON_CANCEL == ffi::INVOKE_ALWAYS as u32
);
