//! What the event callback of the driver sees.

use std::{collections::VecDeque, ffi::c_void, net::SocketAddr};

use parking_lot::{Condvar, Mutex};
use wsk_sys::{WSK_CLIENT_DATAGRAM_DISPATCH, WSK_DATAGRAM_INDICATION};

use super::irp::LIMIT;
use crate::{
    ke,
    netio::address,
    nt::{MDL, NTSTATUS, STATUS_DATA_NOT_ACCEPTED, STATUS_SUCCESS},
};

/// A datagram that was received, by whichever way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Got {
    pub payload: Vec<u8>,
    pub from: Option<SocketAddr>,
    pub control: Vec<u8>,
    /// The bytes and flags of each MDL.
    pub mdls: Vec<(u32, i16)>,
    pub offset: u32,
}

/// A call of the event callback.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    pub flags: u32,
    pub level: u8,
    /// `None` if nothing was indicated.
    pub list: Option<Vec<Got>>,
    /// The list itself, to be released.
    pub address: usize,
    /// How many callbacks of the socket ran.
    pub running: usize,
    pub answer: NTSTATUS,
}

type Hook = Box<dyn Fn(*mut WSK_DATAGRAM_INDICATION) + Send>;

/// The context of a socket.
#[derive(Default)]
pub struct Context {
    answers: Mutex<VecDeque<NTSTATUS>>,
    seen: Mutex<Vec<Seen>>,
    running: Mutex<usize>,
    changed: Condvar,
    hook: Mutex<Option<Hook>>,
    hold: Mutex<bool>,
    held: Condvar,
}

pub static DISPATCH: WSK_CLIENT_DATAGRAM_DISPATCH =
    WSK_CLIENT_DATAGRAM_DISPATCH { WskReceiveFromEvent: Some(receive_from) };

impl Context {
    /// Answers the next callbacks so, and then with success.
    pub fn answer(&self, answers: impl IntoIterator<Item = NTSTATUS>) {
        self.answers.lock().extend(answers);
    }

    /// Calls `hook` in each callback.
    pub fn hook(&self, hook: impl Fn(*mut WSK_DATAGRAM_INDICATION) + Send + 'static) {
        *self.hook.lock() = Some(Box::new(hook));
    }

    /// Keeps callbacks from returning, or lets them go on.
    pub fn hold(&self, hold: bool) {
        *self.hold.lock() = hold;
        self.held.notify_all();
    }

    /// Waits until `count` callbacks run.
    pub fn wait_for_running(&self, count: usize) {
        let mut running = self.running.lock();
        while *running < count {
            assert!(!self.changed.wait_for(&mut running, LIMIT).timed_out(), "callbacks run");
        }
    }

    /// What was seen so far.
    pub fn seen(&self) -> Vec<Seen> {
        self.seen.lock().clone()
    }

    /// Waits for so many calls, and takes all that were seen.
    pub fn take(&self, count: usize) -> Vec<Seen> {
        let mut seen = self.seen.lock();
        while seen.len() < count {
            let late = self.changed.wait_for(&mut seen, LIMIT).timed_out();
            assert!(!late, "{count} callbacks come, not {}", seen.len());
        }
        std::mem::take(&mut seen)
    }

    /// Waits for a call, and takes the first that was seen.
    pub fn take_one(&self) -> Seen {
        let mut seen = self.seen.lock();
        while seen.is_empty() {
            assert!(!self.changed.wait_for(&mut seen, LIMIT).timed_out(), "a callback comes");
        }
        seen.remove(0)
    }

    /// Takes the datagrams that were not refused so far.
    pub fn accepted(&self) -> Vec<Got> {
        let seen = std::mem::take(&mut *self.seen.lock());
        let accepted = seen.into_iter().filter(|seen| seen.answer != STATUS_DATA_NOT_ACCEPTED);
        accepted.filter_map(|seen| seen.list).flatten().collect()
    }

    /// Waits until so many datagrams were indicated, and takes them.
    pub fn datagrams(&self, count: usize) -> Vec<Got> {
        let mut seen = self.seen.lock();
        let number =
            |seen: &[Seen]| seen.iter().filter_map(|seen| seen.list.as_ref()).flatten().count();
        while number(&seen) < count {
            let late = self.changed.wait_for(&mut seen, LIMIT).timed_out();
            assert!(!late, "{count} datagrams come, not {}", number(&seen));
        }
        std::mem::take(&mut *seen).into_iter().filter_map(|seen| seen.list).flatten().collect()
    }
}

unsafe extern "efiapi" fn receive_from(
    context: *mut c_void,
    flags: u32,
    list: *mut WSK_DATAGRAM_INDICATION,
) -> NTSTATUS {
    // SAFETY: the context is one of these, and outlives the socket.
    let context = unsafe { &*context.cast::<Context>() };
    *context.running.lock() += 1;
    let running = *context.running.lock();
    context.changed.notify_all();
    // SAFETY: the provider passes null or a list.
    let datagrams = (!list.is_null()).then(|| unsafe { read(list) });
    if let Some(hook) = &*context.hook.lock() {
        hook(list);
    }
    let mut hold = context.hold.lock();
    while *hold {
        assert!(!context.held.wait_for(&mut hold, LIMIT).timed_out(), "callbacks may go on");
    }
    drop(hold);
    let level = ke::irql::current();
    let answer = context.answers.lock().pop_front().unwrap_or(STATUS_SUCCESS);
    let address = list as usize;
    let seen = Seen { flags, level, list: datagrams, address, running, answer };
    *context.running.lock() -= 1;
    context.seen.lock().push(seen);
    context.changed.notify_all();
    answer
}

/// # Safety
///
/// The list is valid.
unsafe fn read(mut next: *mut WSK_DATAGRAM_INDICATION) -> Vec<Got> {
    let mut list = Vec::new();
    // SAFETY: the caller says so.
    while let Some(one) = unsafe { next.as_ref() } {
        let mut mdls = Vec::new();
        let mut payload = Vec::new();
        let mut mdl: *const MDL = one.Buffer.Mdl.cast();
        let mut skip = one.Buffer.Offset as usize;
        // SAFETY: as above.
        while let Some(current) = unsafe { mdl.as_ref() } {
            mdls.push((current.ByteCount, current.MdlFlags));
            let bytes = current.ByteCount as usize - skip;
            let bytes = bytes.min(one.Buffer.Length - payload.len());
            let start = current.StartVa.cast::<u8>();
            let start = start.wrapping_add(current.ByteOffset as usize + skip);
            // SAFETY: the MDL describes so many bytes.
            payload.extend_from_slice(unsafe { std::slice::from_raw_parts(start, bytes) });
            skip = 0;
            mdl = current.Next;
        }
        assert_eq!(payload.len(), one.Buffer.Length, "the chain has all bytes");
        let control = if one.ControlInfo.is_null() {
            assert_eq!(one.ControlInfoLength, 0);
            Vec::new()
        } else {
            let length = one.ControlInfoLength as usize;
            // SAFETY: the indication says so.
            unsafe { std::slice::from_raw_parts(one.ControlInfo.cast::<u8>(), length) }.to_vec()
        };
        // SAFETY: the address is of one of the families.
        let number = unsafe { (*one.RemoteAddress).sa_family };
        // SAFETY: as above.
        let from = address::Family::new(number)
            .and_then(|family| unsafe { address::read(one.RemoteAddress, family) }.ok());
        list.push(Got { payload, from, control, mdls, offset: one.Buffer.Offset });
        next = one.Next;
    }
    list
}
