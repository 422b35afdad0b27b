//! Behaviour 20: sending, and frames that are sent and received by the same machine.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering::SeqCst},
};

use ndis_sys::{
    FN_NDIS_CANCEL_SEND_NET_BUFFER_LISTS, NDIS_NBL_FLAGS_IS_LOOPBACK_PACKET,
    NDIS_PACKET_TYPE_ALL_LOCAL, NDIS_PACKET_TYPE_BROADCAST, NDIS_PACKET_TYPE_NO_LOCAL,
    NDIS_PACKET_TYPE_PROMISCUOUS, NDIS_SEND_FLAGS_CHECK_FOR_LOOPBACK, NDIS_STATUS,
    NDIS_STATUS_PAUSED, NDIS_STATUS_SEND_ABORTED, NDIS_STATUS_SUCCESS, NET_BUFFER, NET_BUFFER_LIST,
    NetBufferListCancelId,
};
use parking_lot::{Condvar, Mutex};

use super::rig::{Kept, LIMIT, bytes, frames, send, settings, start_with};
use crate::{
    mm,
    ndis::{
        Frame, Restart, Sends, Settings,
        receive::raw,
        tests::driver::{Bound, Driver, Machine, import},
    },
    nt::MDL,
};

/// What was completed: the address of each list, and its status.
#[derive(Clone, Default)]
struct Completed(Arc<Ends>);

#[derive(Default)]
struct Ends {
    done: Mutex<Vec<(usize, NDIS_STATUS)>>,
    changed: Condvar,
}

impl Completed {
    fn wait(&self, count: usize) -> Vec<(usize, NDIS_STATUS)> {
        let mut done = self.0.done.lock();
        while done.len() < count {
            assert!(!self.0.changed.wait_for(&mut done, LIMIT).timed_out());
        }
        std::mem::take(&mut *done)
    }

    fn note(&self, first: *mut NET_BUFFER_LIST) {
        let mut at = first;
        while !at.is_null() {
            // SAFETY: the list is the driver's again.
            let status = unsafe { (*at).Status };
            self.0.done.lock().push((at as usize, status));
            // SAFETY: as above.
            at = unsafe { raw::next(at) };
        }
        self.0.changed.notify_all();
    }
}

/// A driver with this packet filter, what it receives, and what is completed.
fn driver(machine: &Machine, filter: u32) -> (&'static Driver, Kept, Completed) {
    let (kept, completed) = (Kept::default(), Completed::default());
    let (notes, ends) = (kept.clone(), completed.clone());
    let receive = move |call: &super::rig::Call| {
        notes.note(call.frames());
        call.give_back();
    };
    (start_with(machine, filter, receive, move |_, first| ends.note(first)), kept, completed)
}

/// A list to send, in memory of the test.
struct ToSend {
    list: Box<NET_BUFFER_LIST>,
    _buffer: Box<NET_BUFFER>,
    _mdl: Box<MDL>,
    _data: Vec<u8>,
}

impl ToSend {
    fn new(bound: &Bound, frame: &Frame) -> Self {
        let mut data = frame.data.clone();
        let (address, length) = (data.as_mut_ptr() as usize, u32::try_from(data.len()).unwrap());
        let mut mdl = Box::new(MDL {
            StartVa: (address - address % mm::PAGE) as *mut _,
            ByteOffset: u32::try_from(address % mm::PAGE).unwrap(),
            ByteCount: length,
            ..MDL::default()
        });
        let mut buffer = Box::new(NET_BUFFER::default());
        buffer.u.s.CurrentMdl = (&raw mut *mdl).cast();
        buffer.u.s.MdlChain = (&raw mut *mdl).cast();
        buffer.u.s.u.DataLength = length;
        let mut list = Box::new(NET_BUFFER_LIST::default());
        list.u.s.FirstNetBuffer = &raw mut *buffer;
        list.SourceHandle = bound.handle();
        Self { list, _buffer: buffer, _mdl: mdl, _data: data }
    }

    fn address(&mut self) -> *mut NET_BUFFER_LIST {
        &raw mut *self.list
    }
}

/// Links lists in this order.
fn link(lists: &mut [ToSend]) -> *mut NET_BUFFER_LIST {
    let addresses: Vec<_> = lists.iter_mut().map(ToSend::address).collect();
    super::rig::chain(&addresses)
}

#[test]
fn what_is_sent_is_completed_and_kept_for_the_program() {
    for sends in [Sends::Inline, Sends::Later, Sends::OneByOne, Sends::Any] {
        let machine = Machine::new(settings(|receive| receive.sends = sends));
        let adapter = machine.plug("eth0");
        let (driver, kept, completed) = driver(&machine, NDIS_PACKET_TYPE_PROMISCUOUS);
        let sent = frames(3);
        let bound = driver.binding();
        let mut lists: Vec<_> = sent.iter().map(|frame| ToSend::new(bound, frame)).collect();
        let first = link(&mut lists);
        machine.run(|| send(bound, first, 0));
        let mut done = completed.wait(3);
        done.sort_unstable();
        let mut expected: Vec<_> =
            lists.iter_mut().map(|list| (list.address() as usize, NDIS_STATUS_SUCCESS)).collect();
        expected.sort_unstable();
        assert_eq!(done, expected);
        assert_eq!(bytes(&adapter.take_sent()), bytes(&sent));
        assert_eq!((adapter.report().sent, kept.seen().len()), (3, 0));
        driver.deregister(&machine);
        machine.assert_clean();
    }
}

#[test]
fn frames_are_looped_back_to_those_that_are_to_get_them() {
    const PROMISCUOUS: u32 = NDIS_PACKET_TYPE_PROMISCUOUS;
    const CHECK: u32 = NDIS_SEND_FLAGS_CHECK_FOR_LOOPBACK;
    const LOCAL: u32 = NDIS_PACKET_TYPE_BROADCAST | NDIS_PACKET_TYPE_ALL_LOCAL;
    // The filters of the sender and of the other, the flags, and who gets the frame.
    let cases = [
        (PROMISCUOUS, Some(PROMISCUOUS), 0, (0, 1)),
        (PROMISCUOUS, Some(PROMISCUOUS), CHECK, (1, 1)),
        (PROMISCUOUS, None, 0, (0, 0)),
        (PROMISCUOUS, None, CHECK, (1, 0)),
        (0, Some(PROMISCUOUS | NDIS_PACKET_TYPE_NO_LOCAL), 0, (0, 0)),
        (0, Some(NDIS_PACKET_TYPE_BROADCAST), 0, (0, 0)),
        (0, Some(NDIS_PACKET_TYPE_BROADCAST), CHECK, (0, 1)),
        (0, Some(LOCAL), 0, (0, 1)),
        (0, Some(LOCAL | NDIS_PACKET_TYPE_NO_LOCAL), 0, (0, 0)),
    ];
    for (own, other, flags, expected) in cases {
        let machine = Machine::new(Settings::default());
        let adapter = machine.plug("eth0");
        let (sender, own_seen, completed) = driver(&machine, own);
        let other = other.map(|filter| driver(&machine, filter));
        let sent = frames(1);
        let mut list = ToSend::new(sender.binding(), &sent[0]);
        machine.run(|| send(sender.binding(), list.address(), flags));
        completed.wait(1);
        let others_seen = other.as_ref().map_or(Vec::new(), |(_, seen, _)| seen.frames());
        let seen = (own_seen.frames().len(), others_seen.len());
        assert_eq!(seen, expected, "{own:#x} {flags}");
        for frame in own_seen.frames().iter().chain(&others_seen) {
            assert_eq!(frame.data, sent[0].data);
            assert_ne!(frame.flags & NDIS_NBL_FLAGS_IS_LOOPBACK_PACKET, 0);
        }
        assert_eq!(adapter.take_sent().len(), 1);
        sender.deregister(&machine);
        if let Some((other, ..)) = other {
            other.deregister(&machine);
        }
        machine.assert_clean();
    }
}

#[test]
fn what_is_sent_over_a_paused_binding_ends_so() {
    let machine = Machine::new(Settings::default());
    let adapter = machine.plug("eth0");
    let (driver, _, completed) = driver(&machine, 0);
    adapter.pause();
    let mut list = ToSend::new(driver.binding(), &frames(1)[0]);
    machine.run(|| send(driver.binding(), list.address(), 0));
    assert_eq!(completed.wait(1)[0].1, NDIS_STATUS_PAUSED);
    assert_eq!(adapter.take_sent(), []);
    adapter.restart(&Restart::default());
    driver.deregister(&machine);
    assert_eq!(machine.broken(), ["ndis-send-while-paused"]);
}

#[test]
fn wrong_sends_are_reported() {
    let machine = Machine::new(settings(|receive| receive.sends = Sends::Later));
    let _adapter = machine.plug("eth0");
    let (driver, _, completed) = driver(&machine, 0);
    let bound = driver.binding();
    let mut lists: Vec<_> = frames(2).iter().map(|frame| ToSend::new(bound, frame)).collect();
    lists[1].list.SourceHandle = std::ptr::null_mut();
    let first = link(&mut lists);
    // The chain comes back to its beginning.
    super::rig::link(lists[1].address(), first);
    machine.run(|| send(bound, first, ndis_sys::NDIS_SEND_FLAGS_DISPATCH_LEVEL));
    completed.wait(2);
    driver.deregister(&machine);
    let broken = ["ndis-send-irql", "ndis-send-source-handle", "ndis-send-in-flight"];
    assert_eq!(machine.broken(), broken);
}

#[test]
fn what_waits_can_be_cancelled() {
    let machine = Machine::new(settings(|receive| receive.sends = Sends::Later));
    let _adapter = machine.plug("eth0");
    let completed = Completed::default();
    let (first_list, blocks) = (Arc::new(AtomicUsize::new(0)), Arc::new(Mutex::new(())));
    let (ends, blocking, blocked) = (completed.clone(), first_list.clone(), blocks.clone());
    let complete = move |_: &'static Bound, list: *mut NET_BUFFER_LIST| {
        ends.note(list);
        if list as usize == blocking.load(SeqCst) {
            drop(blocked.lock());
        }
    };
    let driver = start_with(&machine, 0, |_| {}, complete);
    let bound = driver.binding();
    let mut lists: Vec<_> = frames(3).iter().map(|frame| ToSend::new(bound, frame)).collect();
    for (list, cancel) in lists.iter_mut().zip([1_usize, 2, 3]) {
        list.list.NetBufferListInfo[NetBufferListCancelId] = cancel as *mut _;
    }
    let lists: Vec<_> = lists.iter_mut().map(ToSend::address).collect();
    first_list.store(lists[0] as usize, SeqCst);
    let guard = blocks.lock();
    machine.run(|| send(bound, lists[0], 0));
    // The thread that completes sends is inside of the handler now.
    assert_eq!(completed.wait(1), [(lists[0] as usize, NDIS_STATUS_SUCCESS)]);
    // SAFETY: it is the function's type.
    let cancel: FN_NDIS_CANCEL_SEND_NET_BUFFER_LISTS =
        unsafe { import("NdisCancelSendNetBufferLists") };
    machine.run(|| {
        send(bound, lists[1], 0);
        send(bound, lists[2], 0);
        // SAFETY: it is a binding's handle.
        unsafe { cancel(bound.handle(), 3 as *mut _) };
    });
    assert_eq!(completed.wait(1), [(lists[2] as usize, NDIS_STATUS_SEND_ABORTED)]);
    drop(guard);
    assert_eq!(completed.wait(1), [(lists[1] as usize, NDIS_STATUS_SUCCESS)]);
    driver.deregister(&machine);
    machine.assert_clean();
}
