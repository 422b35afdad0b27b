//! Asking for datagrams, with IRPs of our own and with those of programs.

use core::ptr::{self, NonNull};

use wdk_sys::{IRP, MDL};
use wdm::{
    DescribedBytes, Front, Lender, Passive, PoolBox, Read, Result, Status, Tag,
    irp::{AsyncIrp, Request},
};
use wsk_sys as sys;

use crate::{
    Details, Handler, Socket, address,
    socket::{Call, Core},
};

/// Room for control messages: more than all that a socket can be told to give.
const CONTROL: usize = CONTROL_BYTES as usize / size_of::<u64>();
const CONTROL_BYTES: u32 = 256;

/// What WSK writes beside the payload of a datagram that it was asked for.
pub struct Envelope {
    from: sys::SOCKADDR_INET,
    /// In the alignment of control messages.
    control: [u64; CONTROL],
    control_length: u32,
    flags: u32,
}

impl Envelope {
    /// An empty one.
    #[must_use]
    pub const fn new() -> Self {
        Self { from: address::NO_ADDRESS, control: [0; CONTROL], control_length: 0, flags: 0 }
    }

    fn prepare(&mut self) {
        self.from.si_family = sys::AF_UNSPEC;
        self.control_length = CONTROL_BYTES;
        self.flags = 0;
    }

    /// What is known about the datagram.
    fn details(&self, status: Status) -> Details<'_> {
        // SAFETY: WSK wrote an address there, or there is none.
        let from = unsafe { address::from_raw((&raw const self.from).cast()) };
        let length = (self.control_length as usize).min(size_of_val(&self.control));
        // SAFETY: every byte of the array is initialised.
        let control =
            unsafe { core::slice::from_raw_parts(self.control.as_ptr().cast::<u8>(), length) };
        let cut = if status == Status::BUFFER_OVERFLOW { sys::MSG_TRUNC } else { 0 };
        Details::new(from, control, self.flags | cut)
    }
}

impl Default for Envelope {
    fn default() -> Self {
        Self::new()
    }
}

/// A datagram that WSK was asked for.
pub struct Received<'a> {
    /// What is known about it.
    pub details: Details<'a>,
    /// Bytes of it that were received.
    pub length: usize,
}

impl Envelope {
    /// The datagram that a request brought.
    ///
    /// # Errors
    ///
    /// The status of one that brought none.
    fn received(&self, (status, length): (Status, usize)) -> Result<Received<'_>> {
        if status.is_success() || status == Status::BUFFER_OVERFLOW {
            Ok(Received { details: self.details(status), length })
        } else {
            Err(status)
        }
    }
}

/// Whether a request was complete when the call that made it returned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Went {
    /// It was.
    Inline,
    /// It is, or will be, completed elsewhere.
    Away,
}

impl Went {
    fn of(status: sys::NTSTATUS) -> Self {
        if status == sys::STATUS_PENDING { Self::Away } else { Self::Inline }
    }
}

/// What belongs to a [`Slot`], and is told when it comes back.
pub trait SlotOwner: Send + Sized + 'static {
    /// A request is complete, and gives its slot back.
    ///
    /// IRQL: `DISPATCH_LEVEL` or below, in any thread. Wait for nothing.
    fn completed(slot: PoolBox<AsyncIrp<Slot<Self>>>);
}

/// A place for a datagram, with an IRP of our own to ask for it.
///
/// # Invariants
///
/// While a request is under way `core` is its socket's, which counts it.
pub struct Slot<O> {
    bytes: DescribedBytes,
    envelope: Envelope,
    outcome: Option<(Status, usize)>,
    core: *const Core,
    /// What belongs to it.
    pub owner: O,
}

// SAFETY: whoever has a slot has all of it.
unsafe impl<O: Send> Send for Slot<O> {}

impl<O: SlotOwner> Slot<O> {
    /// A slot for datagrams of up to `length` bytes.
    ///
    /// IRQL: `DISPATCH_LEVEL` or below.
    ///
    /// # Errors
    ///
    /// `STATUS_INSUFFICIENT_RESOURCES` if there is no memory for it, `STATUS_INVALID_PARAMETER` for no
    /// bytes.
    pub fn try_new(length: usize, owner: O, tag: Tag) -> Result<PoolBox<AsyncIrp<Self>>> {
        let bytes = DescribedBytes::try_new(length, tag)?;
        let (envelope, core) = (Envelope::new(), ptr::null());
        AsyncIrp::try_new(Self { bytes, envelope, outcome: None, core, owner }, tag)
    }

    /// The datagram that the last request brought, and its payload; `None` if none was made.
    ///
    /// # Errors
    ///
    /// The status of a request that brought none.
    pub fn datagram(&self) -> Option<Result<(Received<'_>, &[u8])>> {
        let received = self.envelope.received(self.outcome?);
        Some(received.map(|received| {
            // SAFETY: no request is under way, or nobody could have borrowed the slot.
            let payload = unsafe { self.bytes.first(received.length) };
            (received, payload)
        }))
    }
}

impl<O: SlotOwner> Request for Slot<O> {
    fn completed(mut this: PoolBox<AsyncIrp<Self>>, outcome: (Status, usize)) {
        // SAFETY: by the invariant it is the socket's, which exists until the request is taken off.
        let core = unsafe { &*this.request.core };
        core.note(outcome.0);
        this.request.outcome = Some(outcome);
        O::completed(this);
        // SAFETY: it was counted when the request was made.
        unsafe { core.requests.leave() };
    }
}

/// What belongs to a read that is lent to WSK.
pub trait Borrower: Send + 'static {
    /// WSK has completed the read, with a datagram behind the front of its buffer or with an error. What is
    /// returned is what the program gets.
    ///
    /// IRQL: `DISPATCH_LEVEL` or below, in any thread. Wait for nothing.
    fn completed(
        &mut self,
        front: &mut Front<'_>,
        received: Result<Received<'_>>,
    ) -> (Status, usize);
}

/// A read that is lent to WSK, beside its IRP.
///
/// # Invariants
///
/// As for [`Slot`].
pub struct Lent<B> {
    envelope: Envelope,
    core: *const Core,
    borrower: B,
}

// SAFETY: whoever has it has all of it.
unsafe impl<B: Send> Send for Lent<B> {}

impl<B: Borrower> Lent<B> {
    /// IRQL: `DISPATCH_LEVEL` or below.
    ///
    /// # Errors
    ///
    /// `STATUS_INSUFFICIENT_RESOURCES` if there is no memory for it; `borrower` is dropped.
    pub fn try_new(borrower: B, tag: Tag) -> Result<PoolBox<Self>> {
        PoolBox::try_new(Self { envelope: Envelope::new(), core: ptr::null(), borrower }, tag)
    }
}

impl<B: Borrower> Lender for Lent<B> {
    fn completed(
        this: PoolBox<Self>,
        front: &mut Front<'_>,
        outcome: (Status, usize),
    ) -> (Status, usize) {
        let mut this = this;
        let Self { envelope, core, borrower } = &mut *this;
        // SAFETY: by the invariant it is the socket's, which exists until the request is taken off.
        let core = unsafe { &**core };
        core.note(outcome.0);
        let answer = borrower.completed(front, envelope.received(outcome));
        drop(this);
        // SAFETY: it was counted when the request was made.
        unsafe { core.requests.leave() };
        answer
    }
}

/// The part of a read's buffer that a datagram goes to.
#[derive(Clone, Copy, Debug)]
pub struct Place {
    /// Bytes before it.
    pub offset: u32,
    /// Bytes of it; not zero.
    pub length: usize,
}

/// `WskReceiveFrom` of a socket that is open.
struct ReceiveFrom<'a> {
    call: Call<'a>,
    function: Function,
}

type Function = unsafe extern "efiapi" fn(
    *mut sys::WSK_SOCKET,
    *mut sys::WSK_BUF,
    u32,
    *mut sys::SOCKADDR,
    *mut u32,
    *mut sys::CMSGHDR,
    *mut u32,
    *mut sys::IRP,
) -> sys::NTSTATUS;

impl ReceiveFrom<'_> {
    /// # Safety
    ///
    /// The envelope and the memory of the MDL, of which `place` is a part, are valid and nobody else's until
    /// the IRP is complete, which can be handed to WSK.
    unsafe fn post(
        &self,
        envelope: *mut Envelope,
        mdl: *mut MDL,
        place: Place,
        irp: *mut IRP,
    ) -> sys::NTSTATUS {
        let mut buffer =
            sys::WSK_BUF { Mdl: mdl.cast(), Offset: place.offset, Length: place.length };
        // SAFETY: by the contract the envelope is valid.
        let from = unsafe { &raw mut (*envelope).from };
        // SAFETY: as above.
        let length = unsafe { &raw mut (*envelope).control_length };
        // SAFETY: as above.
        let control = unsafe { &raw mut (*envelope).control };
        // SAFETY: as above.
        let flags = unsafe { &raw mut (*envelope).flags };
        let (from, control) = (from.cast(), control.cast());
        let (socket, buffer) = (self.call.socket, &raw mut buffer);
        // SAFETY: the socket is open; all that is passed is valid until the IRP is complete, by the
        // contract, and `buffer` need not be.
        unsafe { (self.function)(socket, buffer, 0, from, length, control, flags, irp.cast()) }
    }
}

impl<H: Handler> Socket<H> {
    /// Enters `WskReceiveFrom`, and counts a request.
    ///
    /// A socket of which WSK has said that it is of no more use is closed, as WSK asks for.
    fn begin_receive(&self, irql: &Passive) -> Result<ReceiveFrom<'_>> {
        if self.core().is_lost() {
            self.close(irql);
            return Err(Status::FILE_FORCED_CLOSED);
        }
        let call = self.core().enter()?;
        let function = call.functions.WskReceiveFrom.ok_or(Status::NOT_IMPLEMENTED)?;
        let request = self.core().requests.enter().ok_or(Status::FILE_CLOSED)?;
        request.keep();
        Ok(ReceiveFrom { call, function })
    }

    /// Asks for a datagram. The slot comes back to its owner, perhaps before this returns.
    ///
    /// A request that ends with `STATUS_FILE_FORCED_CLOSED` says that the socket is of no more use. WSK wants it closed
    /// then; the next request does that, if nobody has done it before. Make it where [`close`](Self::close) may wait.
    ///
    /// IRQL: `PASSIVE_LEVEL`, so that no callback and no completion routine can do it.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wsk/nc-wsk-pfn_wsk_receive_from)
    ///
    /// # Errors
    ///
    /// Gives the slot back if the socket is closed.
    pub fn receive<O: SlotOwner>(
        &self,
        mut slot: PoolBox<AsyncIrp<Slot<O>>>,
        irql: &Passive,
    ) -> core::result::Result<Went, PoolBox<AsyncIrp<Slot<O>>>> {
        let Ok(receive) = self.begin_receive(irql) else { return Err(slot) };
        let request = &mut slot.request;
        request.outcome = None;
        request.core = self.core();
        request.envelope.prepare();
        let (mdl, length) = (request.bytes.mdl(), request.bytes.length());
        let place = Place { offset: 0, length };
        let call = |request: NonNull<Slot<O>>, irp: *mut IRP| {
            // SAFETY: the slot is valid until the request is complete.
            let envelope = unsafe { &raw mut (*request.as_ptr()).envelope };
            // SAFETY: the envelope and the memory are the slot's, which nobody has until the request is
            // complete.
            unsafe { receive.post(envelope, mdl, place, irp) }
        };
        // SAFETY: WskReceiveFrom completes the IRP in every case. Before the driver is unloaded it
        // deregisters, which waits until all calls and requests have returned.
        Ok(Went::of(unsafe { AsyncIrp::send(slot, call) }))
    }

    /// Lends a read to WSK, to receive a datagram into `place` of its buffer. What ends with
    /// `STATUS_FILE_FORCED_CLOSED` has the next request close the socket, as for [`receive`](Self::receive).
    ///
    /// IRQL: `PASSIVE_LEVEL`, so that no callback and no completion routine can do it.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wsk/nc-wsk-pfn_wsk_receive_from)
    ///
    /// # Errors
    ///
    /// Gives the read back: `STATUS_FILE_FORCED_CLOSED` if WSK has given the socket up, `STATUS_FILE_CLOSED` if
    /// it is closed for another reason, `STATUS_INVALID_PARAMETER` if the place is not in the buffer,
    /// `STATUS_INVALID_DEVICE_REQUEST` if the IRP has no stack location for WSK.
    pub fn receive_into<B: Borrower>(
        &self,
        read: Read,
        mut lent: PoolBox<Lent<B>>,
        place: Place,
        irql: &Passive,
    ) -> core::result::Result<Went, (Status, Read)> {
        let end = (place.offset as usize).checked_add(place.length);
        if place.length == 0 || end.is_none_or(|end| end > read.length()) {
            return Err((Status::INVALID_PARAMETER, read));
        }
        let receive = match self.begin_receive(irql) {
            Ok(receive) => receive,
            Err(error) => return Err((error, read)),
        };
        lent.core = self.core();
        lent.envelope.prepare();
        let call = |lent: NonNull<Lent<B>>, irp: *mut IRP, mdl: *mut MDL| {
            // SAFETY: it is valid until the request is complete.
            let envelope = unsafe { &raw mut (*lent.as_ptr()).envelope };
            // SAFETY: the envelope is nobody else's until then; the memory is the program's, locked until
            // then, and the place lies in it.
            unsafe { receive.post(envelope, mdl, place, irp) }
        };
        // SAFETY: WskReceiveFrom completes the IRP in every case. Before the driver is unloaded it
        // deregisters, which waits until all calls and requests have returned.
        match unsafe { read.lend(lent, call) } {
            Ok(status) => Ok(Went::of(status)),
            Err((read, _)) => {
                // SAFETY: it was counted just now, and nothing was sent.
                unsafe { self.core().requests.leave() };
                Err((Status::INVALID_DEVICE_REQUEST, read))
            }
        }
    }
}
