//! `WskReceiveFrom`.

use std::{
    ops::Range,
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use wsk_sys::{CMSGHDR, IRP as WSK_IRP, MSG_CTRUNC, MSG_TRUNC, SOCKADDR, WSK_BUF, WSK_SOCKET};

use super::{
    buffer as mdl_buffer,
    counters::Delivery,
    request::{Outcome, Request, wait_before_return},
    rules,
    settings::{Cancelling, Completion, Truncation},
    slots::Slot,
    socket::{Core, Socket, Use},
};
use crate::{
    io,
    nt::{
        DEVICE_OBJECT, IRP, NTSTATUS, STATUS_BUFFER_OVERFLOW, STATUS_CANCELLED,
        STATUS_FILE_FORCED_CLOSED, STATUS_INVALID_DEVICE_STATE, STATUS_INVALID_PARAMETER,
        STATUS_PENDING, STATUS_SUCCESS, irp_set_cancel_routine,
    },
    sched::Latch,
    thread,
};

/// A request that waits for a datagram.
pub(super) struct Waiting {
    request: Request,
    target: Target,
    /// Differs from that of all others, also where an IRP is used again.
    number: u64,
    /// It was cancelled, but the provider has not come to it yet.
    late: bool,
}

/// Where a datagram goes.
#[derive(Clone, Copy)]
struct Target {
    buffer: WSK_BUF,
    remote: *mut SOCKADDR,
    control_length: *mut u32,
    control: *mut CMSGHDR,
    flags: *mut u32,
}

// SAFETY: the memory belongs to the provider until the request is completed, on whatever thread.
unsafe impl Send for Target {}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wsk/nc-wsk-pfn_wsk_receive_from)
pub(super) unsafe extern "efiapi" fn WskReceiveFrom(
    socket: *mut WSK_SOCKET,
    buffer: *mut WSK_BUF,
    flags: u32,
    remote: *mut SOCKADDR,
    control_length: *mut u32,
    control: *mut CMSGHDR,
    control_flags: *mut u32,
    irp: *mut WSK_IRP,
) -> NTSTATUS {
    // SAFETY: the driver passes a socket.
    let socket = unsafe { Use::begin(socket, "WskReceiveFrom") };
    // SAFETY: the driver hands its IRP over.
    let request = match unsafe { Request::take("WskReceiveFrom", irp) } {
        Ok(request) => request,
        Err(refused) => return refused.status(),
    };
    // SAFETY: the driver passes null or a valid structure.
    let buffer = unsafe { buffer.as_ref() }.copied().unwrap_or_default();
    // SAFETY: the MDLs of a buffer are valid until the request is completed.
    if let Err(problem) = unsafe { check(&buffer, flags) } {
        rules::RECEIVE_PARAMETER.broken(format!("WskReceiveFrom was called with {problem}"));
        return request.fail(STATUS_INVALID_PARAMETER);
    }
    let request = match request.refuse() {
        Ok(request) => request,
        Err(status) => return status,
    };
    let target = Target { buffer, remote, control_length, control, flags: control_flags };
    socket.receive(request, target)
}

/// # Safety
///
/// The MDLs of the buffer are valid.
unsafe fn check(buffer: &WSK_BUF, flags: u32) -> Result<(), String> {
    if flags != 0 {
        return Err(format!("flags {flags:#x}"));
    }
    if buffer.Mdl.is_null() || buffer.Length == 0 {
        return Err("no buffer".to_owned());
    }
    // SAFETY: the caller says so.
    unsafe { mdl_buffer::check(buffer) }
}

impl Waiting {
    /// The address of a parameter that is in a range of memory, if one is.
    pub fn within(&self, range: &Range<usize>) -> Option<usize> {
        let Target { buffer, remote, control_length, control, flags } = self.target;
        let addresses = [
            buffer.Mdl as usize,
            remote as usize,
            control_length as usize,
            control as usize,
            flags as usize,
        ];
        addresses.into_iter().find(|address| range.contains(address))
    }
}

impl Socket {
    /// Gives a request the next datagram, or lets it wait for one.
    fn receive(&self, request: Request, target: Target) -> NTSTATUS {
        let mut core = self.core.lock();
        let problem = match () {
            () if core.dead => Some(STATUS_FILE_FORCED_CLOSED),
            () if !core.lives() => Some(STATUS_CANCELLED),
            () if core.local.is_none() => Some(STATUS_INVALID_DEVICE_STATE),
            () => None,
        };
        if let Some(status) = problem {
            drop(core);
            return request.fail(status);
        }
        if core.waiting.is_empty()
            && let Some(slot) = core.next_in_backlog()
        {
            self.begin_request();
            drop(core);
            return self.answer_with(request, target, slot);
        }
        self.begin_request();
        request.mark_pending();
        request.set_argument(self.address().cast());
        let irp = request.irp();
        let number = next_number();
        core.waiting.push_back(Waiting { request, target, number, late: false });
        // SAFETY: the provider has the IRP.
        unsafe { irp_set_cancel_routine(irp, Some(cancel)) };
        // SAFETY: as above: the request is in the queue, which is locked.
        let cancelled = unsafe { (*irp).Cancel } != 0;
        // SAFETY: as above.
        if cancelled && unsafe { irp_set_cancel_routine(irp, None) }.is_some() {
            let waiting = core.remove(number);
            drop(core);
            if let Some(waiting) = waiting {
                self.end(waiting, STATUS_CANCELLED);
            }
            return STATUS_PENDING;
        }
        drop(core);
        self.endpoint.wake();
        STATUS_PENDING
    }

    /// Completes a request with a datagram that was there before.
    fn answer_with(&self, request: Request, target: Target, slot: Box<Slot>) -> NTSTATUS {
        self.counters.add(&Delivery { requested: 1, ..Delivery::default() });
        let socket = self.keep();
        let system = thread::system();
        let waiting = Waiting { request, target, number: 0, late: false };
        match system.netio.completion() {
            Completion::Inline => {
                let outcome = self.fill(&waiting.target, slot);
                waiting.request.complete(outcome);
                self.request_ended();
                self.endpoint.wake();
                outcome.status
            }
            completion => {
                waiting.request.mark_pending();
                let done = Latch::default();
                let hold = done.hold();
                let delay =
                    if let Completion::Late(delay) = completion { delay } else { Duration::ZERO };
                system.netio.completer.run(&system, delay, move || {
                    socket.give(waiting, slot);
                    socket.endpoint.wake();
                    drop(hold);
                });
                if completion == Completion::BeforeReturn {
                    wait_before_return(&system, &done);
                }
                STATUS_PENDING
            }
        }
    }

    /// Completes a request with a datagram.
    pub fn give(&self, waiting: Waiting, slot: Box<Slot>) {
        let outcome = self.fill(&waiting.target, slot);
        waiting.request.complete_later(outcome);
        self.request_ended();
    }

    /// Completes a request without a datagram.
    pub fn end(&self, waiting: Waiting, status: NTSTATUS) {
        waiting.request.complete_later(status.into());
        self.request_ended();
    }

    /// Copies a datagram to where a request wants it.
    fn fill(&self, target: &Target, slot: Box<Slot>) -> Outcome {
        let system = thread::system();
        // SAFETY: the buffer was checked, and stays valid until the request is completed.
        let copied = unsafe { mdl_buffer::write(&target.buffer, slot.payload()) };
        let mut flags = slot.flags;
        if copied < slot.length {
            flags |= MSG_TRUNC;
        }
        if !target.remote.is_null() {
            let sender = slot.sender_address();
            let bytes = self.plan.family.bytes();
            // SAFETY: the driver gave room for an address of the socket's family.
            unsafe { sender.as_ptr().copy_to_nonoverlapping(target.remote.cast(), bytes) };
        }
        // SAFETY: the driver gave null or a valid place.
        if let Some(length) = unsafe { target.control_length.as_mut() } {
            let room = if target.control.is_null() { 0 } else { *length as usize };
            let messages = slot.control_messages();
            let fitting = &messages[..messages.len().min(room)];
            if fitting.len() < messages.len() {
                flags |= MSG_CTRUNC;
            }
            let place = target.control.cast::<u8>();
            if fitting.is_empty() && room > 0 {
                // What is there then is not defined.
                // SAFETY: the driver gave so much room.
                unsafe { place.write_bytes(0xd7, room) };
            } else {
                // SAFETY: as above; no bytes may go to null.
                unsafe { fitting.as_ptr().copy_to_nonoverlapping(place, fitting.len()) };
            }
            *length = u32::try_from(fitting.len()).unwrap_or(u32::MAX);
            // SAFETY: the driver gave null or a valid place.
            if let Some(place) = unsafe { target.flags.as_mut() } {
                *place = flags;
            }
        }
        let truncated = copied < slot.length;
        self.pool.give_back(slot);
        let status = match system.netio.settings.truncation {
            Truncation::Overflow if truncated => STATUS_BUFFER_OVERFLOW,
            _ => STATUS_SUCCESS,
        };
        Outcome { status, information: copied }
    }
}

impl Core {
    /// The next request that waits, unless it is being cancelled.
    pub fn next_waiting(&mut self) -> Option<Waiting> {
        while let Some(waiting) = self.waiting.pop_front() {
            // SAFETY: the request is in the queue, so that the provider has the IRP.
            let mine = unsafe { irp_set_cancel_routine(waiting.request.irp(), None) }.is_some();
            if mine || waiting.late {
                return Some(waiting);
            }
            // The cancel routine runs, will not find it, and completes it.
        }
        None
    }

    /// The next datagram of the backlog.
    fn next_in_backlog(&mut self) -> Option<Box<Slot>> {
        loop {
            let chain = self.backlog.front_mut()?;
            if let Some(slot) = chain.pop_front() {
                return Some(slot);
            }
            self.backlog.pop_front();
        }
    }

    fn remove(&mut self, number: u64) -> Option<Waiting> {
        let index = self.waiting.iter().position(|waiting| waiting.number == number)?;
        self.waiting.remove(index)
    }
}

fn next_number() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

/// The cancel routine of requests that wait.
unsafe extern "efiapi" fn cancel(_device: *mut DEVICE_OBJECT, irp: *mut IRP) {
    // SAFETY: the kernel calls this with a valid IRP.
    let level = unsafe { (*io::irp::view(irp)).CancelIrql };
    io::cancel::release_lock(level);
    // SAFETY: the provider has the IRP.
    let location = unsafe { io::irp::location(irp) };
    // SAFETY: as above.
    let parameters = unsafe { &(*location).Parameters };
    // SAFETY: the provider put the socket there, which it remembers.
    let socket = unsafe { parameters.Others.Argument1 };
    // SAFETY: as above.
    let socket = unsafe { &*socket.cast::<Socket>() }.keep();
    let system = thread::system();
    let mut core = socket.core.lock();
    let place = core.waiting.iter().position(|waiting| waiting.request.is(irp));
    if let (Some(index), Cancelling::Late(delay)) = (place, system.netio.settings.cancelling) {
        let waiting = &mut core.waiting[index];
        waiting.late = true;
        let number = waiting.number;
        drop(core);
        system.netio.completer.run(&system, delay, move || {
            let waiting = socket.core.lock().remove(number);
            if let Some(waiting) = waiting {
                socket.end(waiting, STATUS_CANCELLED);
            }
        });
        return;
    }
    if let Some(index) = place {
        core.waiting.remove(index);
    }
    drop(core);
    // SAFETY: nobody else has the request: it was in the queue, or who took it left it to this routine.
    unsafe { Request::again("WskReceiveFrom", irp) }.complete_later(STATUS_CANCELLED.into());
    socket.request_ended();
}
