//! Reads that programs make of a control device, at once or pended.

use core::{marker::PhantomData, mem::ManuallyDrop, ptr::NonNull};

use wdk_sys::{DEVICE_OBJECT, IRP, MDL, NTSTATUS, PVOID, ntddk::IofCompleteRequest};

use crate::{Mdl, PoolBox, ReadQueue, Result, Status, ffi, irp::set_completion_routine};

/// What a dispatch routine has to do with an IRP after its handler has run: only a request makes it. It
/// stays on the thread of its request, and so cannot answer another.
#[must_use]
pub struct Answer(pub(crate) Answered, PhantomData<*mut ()>);

impl Answer {
    pub(crate) const fn new(answered: Answered) -> Self {
        Self(answered, PhantomData)
    }

    pub(crate) const fn error(error: Status) -> Self {
        Self::new(Answered::Now(Err(error)))
    }
}

pub(crate) enum Answered {
    /// Complete it, with so many bytes or an error.
    Now(Result<usize>),
    /// Leave it alone: it is pended, and somebody else's.
    Pended,
}

/// A read request, with the program's own buffer locked in memory (direct I/O).
///
/// # Invariants
///
/// The IRP is that of a read for a device with direct I/O, and was sent to us.
pub struct ReadRequest<'irp> {
    read: ManuallyDrop<Read>,
    dispatch: PhantomData<&'irp mut IRP>,
}

impl ReadRequest<'_> {
    /// # Safety
    ///
    /// `irp` is that of a read for a device with direct I/O, was sent to us, is not marked pending, and
    /// outlives `'irp` unless the answer is that it is pended.
    pub(crate) unsafe fn new(irp: NonNull<IRP>, length: u32) -> Self {
        let read = Read { irp, length: length as usize, written: 0 };
        Self { read: ManuallyDrop::new(read), dispatch: PhantomData }
    }

    /// How many bytes the program wants at most.
    #[must_use]
    pub fn length(&self) -> usize {
        self.read.length
    }

    /// Answers at once, with an error.
    pub fn fail(self, error: Status) -> Answer {
        Answer::error(error)
    }

    /// Puts the request into a queue, from where it is completed later, or when it is cancelled.
    ///
    /// Answers with `STATUS_INSUFFICIENT_RESOURCES` if the buffer cannot be mapped.
    pub fn pend(self, queue: &ReadQueue) -> Answer {
        // Mapped now, completing it later cannot fail for that.
        if let Err(error) = self.read.map() {
            return Answer::error(error);
        }
        // INVARIANT: the queue marks it pending, so that it is ours until it is completed.
        queue.insert(ManuallyDrop::into_inner(self.read));
        Answer::new(Answered::Pended)
    }

    /// Hands the request over to `to`, which completes it now or later, or lends it.
    ///
    /// Answers with `STATUS_INSUFFICIENT_RESOURCES` if the buffer cannot be mapped.
    pub fn hand_over(self, to: impl FnOnce(Read)) -> Answer {
        // Mapped now, completing it later cannot fail for that.
        if let Err(error) = self.read.map() {
            return Answer::error(error);
        }
        let read = ManuallyDrop::into_inner(self.read);
        // SAFETY: the IRP was sent to us, and its location is ours until it is completed or lent.
        unsafe { ffi::mark_pending(read.irp.as_ptr()) };
        // INVARIANT: it is mapped and marked pending now.
        to(read);
        Answer::new(Answered::Pended)
    }
}

/// A read that a program waits for. Whoever owns it completes it, once; a drop completes it with
/// `STATUS_CANCELLED`.
///
/// IRQL: `DISPATCH_LEVEL` or below for everything, also for the drop.
///
/// # Invariants
///
/// `irp` is the IRP of a read for a device with direct I/O, was sent to us and is not completed; outside
/// of a [`ReadRequest`] it is marked pending, its buffer is mapped and it has no cancel routine. Its first
/// `written` bytes are written.
pub struct Read {
    irp: NonNull<IRP>,
    length: usize,
    written: usize,
}

// SAFETY: a pended IRP may be completed on any thread.
unsafe impl Send for Read {}

impl Read {
    /// Takes over a read that was taken from a queue.
    ///
    /// # Safety
    ///
    /// The invariants hold for it, and nobody else has it.
    pub(crate) unsafe fn from_raw(irp: NonNull<IRP>) -> Self {
        // SAFETY: by the contract the IRP is valid.
        let stack = unsafe { ffi::current_stack_location(irp.as_ptr()) };
        // SAFETY: as above, and it is that of a read.
        let parameters = unsafe { &(*stack).Parameters };
        // SAFETY: it is that of a read.
        let length = unsafe { parameters.Read }.Length as usize;
        Self { irp, length, written: 0 }
    }

    /// Gives it up to the caller.
    pub(crate) fn into_raw(self) -> NonNull<IRP> {
        ManuallyDrop::new(self).irp
    }

    /// How many bytes the program wants at most.
    #[must_use]
    pub fn length(&self) -> usize {
        self.length
    }

    /// How many bytes can still be written.
    #[must_use]
    pub fn left(&self) -> usize {
        self.length - self.written
    }

    /// Appends bytes to those that the program will get. Bytes that do not fit are cut off; look at
    /// [`left`](Self::left) before.
    pub fn write(&mut self, bytes: &[u8]) {
        let length = bytes.len().min(self.left());
        let Some(start) = self.buffer() else { return };
        // SAFETY: the buffer has `length` bytes, of which so many are left.
        let to = unsafe { start.add(self.written) };
        // SAFETY: as above. The bytes are not in the program's buffer, of which there is no reference.
        unsafe { to.copy_from_nonoverlapping(NonNull::from(bytes).cast(), length) };
        self.written += length;
    }

    /// Appends bytes, as [`write`](Self::write) does.
    ///
    /// # Errors
    ///
    /// `STATUS_BUFFER_OVERFLOW` if they were cut off.
    pub fn append(&mut self, bytes: &[u8]) -> Result {
        let fits = bytes.len() <= self.left();
        self.write(bytes);
        if fits { Ok(()) } else { Err(Status::BUFFER_OVERFLOW) }
    }

    /// How many bytes were written.
    #[must_use]
    pub fn written(&self) -> usize {
        self.written
    }

    /// Takes back all but the first `written` bytes.
    pub fn truncate(&mut self, written: usize) {
        self.written = self.written.min(written);
    }

    /// Completes it: the program gets what was written, or the error; both if the error is a warning, as
    /// `STATUS_BUFFER_OVERFLOW` is.
    ///
    /// IRQL: `DISPATCH_LEVEL` or below. Hold no spin lock.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-iocompleterequest)
    pub fn complete(self, result: Result) {
        let (status, written) = match result {
            Ok(()) => (Status::SUCCESS, self.written),
            Err(warning) if warning.is_warning() => (warning, self.written),
            Err(error) => (error, 0),
        };
        // SAFETY: by the invariant the IRP is ours to complete, and this takes it.
        unsafe { complete(self.into_raw(), (status, written)) };
    }

    fn mdl(&self) -> Option<Mdl<'_>> {
        // SAFETY: by the invariant the IRP is valid.
        let mdl = unsafe { self.irp.as_ref() }.MdlAddress;
        // SAFETY: the MDL of an IRP is null or valid as long as the IRP; that of a direct read describes
        // locked pages, and only its owner maps it.
        unsafe { Mdl::from_raw(mdl) }
    }

    /// The system address of the buffer, if it is mapped and has one.
    fn buffer(&self) -> Option<NonNull<u8>> {
        self.mdl()?.mapped()
    }

    /// Maps the buffer, if there is one.
    fn map(&self) -> Result {
        let mapped = self.mdl().is_none_or(|mdl| mdl.map().is_some());
        if mapped { Ok(()) } else { Err(Status::INSUFFICIENT_RESOURCES) }
    }
}

impl Drop for Read {
    fn drop(&mut self) {
        // SAFETY: by the invariant the IRP is ours to complete, and is not used after this.
        unsafe { complete(self.irp, (Status::CANCELLED, 0)) };
    }
}

/// Completes an IRP.
///
/// # Safety
///
/// It is ours to complete, and is not used after this. It has no cancel routine.
pub(crate) unsafe fn complete(
    irp: NonNull<IRP>,
    (status, information): (Status, usize),
) -> NTSTATUS {
    let status = status.to_raw();
    // SAFETY: by the contract the IRP is ours.
    let io_status = unsafe { &mut (*irp.as_ptr()).IoStatus };
    io_status.__bindgen_anon_1.Status = status;
    io_status.Information = information as u64;
    // SAFETY: by the contract.
    unsafe { IofCompleteRequest(irp.as_ptr(), ffi::IO_NO_INCREMENT) };
    status
}

/// What belongs to a program's read while it is lent to another component of the kernel.
pub trait Lender: Send + Sized + 'static {
    /// The component has completed the read: with `IoStatus.Information`, or with an error. What is
    /// returned is what the program gets: so many bytes, or an error, and those bytes all the same if
    /// the error is a warning.
    ///
    /// IRQL: `DISPATCH_LEVEL` or below, in any thread. Make no request from here.
    fn completed(
        this: PoolBox<Self>,
        front: &mut Front<'_>,
        outcome: (Status, usize),
    ) -> (Status, usize);
}

/// The front of a lent read's buffer, which was kept back from the component.
pub struct Front<'a>(&'a mut Read);

impl Front<'_> {
    /// Writes bytes to the front, from its beginning; they are not more than were kept back.
    pub fn write(&mut self, bytes: &[u8]) {
        self.0.written = 0;
        self.0.write(bytes);
    }
}

impl Read {
    /// Lends the IRP to another component of the kernel, with its MDL. It goes back to the I/O manager
    /// when the component has completed it.
    ///
    /// IRQL: `DISPATCH_LEVEL` or below, as the request allows.
    ///
    /// # Errors
    ///
    /// Gives both back if there is no stack location left for the component: the device was made with too
    /// small a stack size, or the IRP comes from a driver that did not heed it.
    ///
    /// # Safety
    ///
    /// `call` hands the IRP to a function that completes it once, whatever it returns, and that keeps
    /// nothing of what it was given beyond that. The driver is not unloaded before that function and all
    /// that it calls have returned.
    pub unsafe fn lend<L: Lender>(
        self,
        lender: PoolBox<L>,
        call: impl FnOnce(NonNull<L>, *mut IRP, *mut MDL) -> NTSTATUS,
    ) -> core::result::Result<NTSTATUS, (Self, PoolBox<L>)> {
        // SAFETY: by the invariant the IRP is valid.
        let irp = unsafe { self.irp.as_ref() };
        if irp.CurrentLocation <= 1 {
            return Err((self, lender));
        }
        let mdl = irp.MdlAddress;
        let irp = self.into_raw();
        let lender = lender.into_raw();
        // SAFETY: there is a location below, and the IRP is ours. By the contract the driver stays loaded.
        // `returned::<L>` takes the lender back.
        unsafe { set_completion_routine(irp, Some(returned::<L>), lender.as_ptr().cast()) };
        Ok(call(lender, irp.as_ptr(), mdl))
    }
}

/// Completion routine of a lent read.
///
/// # Safety
///
/// `context` is one that [`Read::lend`] gave up for this call.
unsafe extern "C" fn returned<L: Lender>(
    _: *mut DEVICE_OBJECT,
    irp: *mut IRP,
    context: PVOID,
) -> NTSTATUS {
    let (Some(irp), Some(lender)) = (NonNull::new(irp), NonNull::new(context.cast::<L>())) else {
        return Status::SUCCESS.to_raw();
    };
    // SAFETY: it came from `into_raw`, for this call to take back.
    let lender = unsafe { PoolBox::from_raw(lender) };
    // SAFETY: the IRP is complete below, and goes on after this routine: for its time it is ours.
    let mut read = ManuallyDrop::new(unsafe { Read::from_raw(irp) });
    // SAFETY: the IRP is valid.
    let io_status = unsafe { irp.as_ref() }.IoStatus;
    // SAFETY: whoever completed the request set the status.
    let status = Status::from_raw(unsafe { io_status.__bindgen_anon_1.Status });
    let information = usize::try_from(io_status.Information).unwrap_or_default();
    let (status, information) = L::completed(lender, &mut Front(&mut read), (status, information));
    // SAFETY: the IRP is ours for the time of this routine.
    let irp = unsafe { &mut *irp.as_ptr() };
    irp.IoStatus.__bindgen_anon_1.Status = status.to_raw();
    irp.IoStatus.Information = information.min(read.length) as u64;
    if irp.PendingReturned != 0 {
        // SAFETY: an IRP that was sent to us has a location of ours, which is the current one now.
        unsafe { ffi::mark_pending(irp) };
    }
    // STATUS_CONTINUE_COMPLETION
    Status::SUCCESS.to_raw()
}
