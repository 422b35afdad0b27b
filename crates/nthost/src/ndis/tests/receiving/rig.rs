//! A driver whose receive handler is the test's own.

use std::{
    collections::HashMap,
    ptr,
    sync::Arc,
    time::{Duration, Instant},
};

use ndis_sys::{
    FN_NDIS_RETURN_NET_BUFFER_LISTS, FN_NDIS_SEND_NET_BUFFER_LISTS, NDIS_HANDLE,
    NDIS_PACKET_TYPE_PROMISCUOUS, NDIS_PORT_NUMBER, NDIS_RECEIVE_FLAGS_DISPATCH_LEVEL,
    NDIS_RECEIVE_FLAGS_RESOURCES, NDIS_RETURN_FLAGS_DISPATCH_LEVEL, NDIS_STATUS_SUCCESS,
    NET_BUFFER_LIST,
};
use parking_lot::{Mutex, RwLock};

use crate::{
    ke,
    ndis::{
        Frame, Settings,
        receive::{gather, raw},
        tests::driver::{Bound, Driver, Machine, Script, characteristics, import},
        wait_for_sweeps,
    },
    thread,
};

/// How long a test waits before it fails.
pub const LIMIT: Duration = Duration::from_secs(20);

/// A call of the receive handler.
pub struct Call {
    pub bound: &'static Bound,
    pub first: *mut NET_BUFFER_LIST,
    pub flags: u32,
}

/// What the receive handler does.
type Hook = Arc<dyn Fn(&Call) + Send + Sync>;
/// What the send completion handler does.
type Completed = Arc<dyn Fn(&'static Bound, *mut NET_BUFFER_LIST) + Send + Sync>;

/// What the handlers of each driver do.
static HOOKS: RwLock<Option<HashMap<usize, (Hook, Completed)>>> = RwLock::new(None);

impl Call {
    pub fn is_lent(&self) -> bool {
        self.flags & NDIS_RECEIVE_FLAGS_RESOURCES != 0
    }

    /// The lists, in order.
    pub fn lists(&self) -> Vec<*mut NET_BUFFER_LIST> {
        let (mut lists, mut at) = (Vec::new(), self.first);
        while !at.is_null() {
            lists.push(at);
            // SAFETY: NDIS gave them.
            at = unsafe { raw::next(at) };
        }
        lists
    }

    /// The frames in them.
    pub fn frames(&self) -> Vec<Frame> {
        self.lists().into_iter().map(frame).collect()
    }

    /// Returns all lists, if they are the driver's.
    pub fn give_back(&self) {
        if !self.is_lent() {
            self.give_back_from(self.first);
        }
    }

    /// Returns these lists, as a handler does that is called at this level.
    pub fn give_back_from(&self, first: *mut NET_BUFFER_LIST) {
        let at_dispatch = self.flags & NDIS_RECEIVE_FLAGS_DISPATCH_LEVEL != 0;
        let flags = if at_dispatch { NDIS_RETURN_FLAGS_DISPATCH_LEVEL } else { 0 };
        give_back(self.bound, first, flags);
    }
}

/// Returns lists over a binding.
pub fn give_back(bound: &Bound, first: *mut NET_BUFFER_LIST, flags: u32) {
    // SAFETY: it is the function's type.
    let give_back: FN_NDIS_RETURN_NET_BUFFER_LISTS = unsafe { import("NdisReturnNetBufferLists") };
    // SAFETY: NDIS notices what is wrong.
    unsafe { give_back(bound.handle(), first, flags) };
}

/// Sends lists over a binding.
pub fn send(bound: &Bound, first: *mut NET_BUFFER_LIST, flags: u32) {
    // SAFETY: it is the function's type.
    let send: FN_NDIS_SEND_NET_BUFFER_LISTS = unsafe { import("NdisSendNetBufferLists") };
    // SAFETY: the lists are valid.
    unsafe { send(bound.handle(), first, 0, flags) };
}

/// Links a list with another one.
pub fn link(list: *mut NET_BUFFER_LIST, next: *mut NET_BUFFER_LIST) {
    // SAFETY: tests link lists that they have.
    unsafe { raw::set_next(list, next) };
}

/// Links lists in this order. Returns the first one.
pub fn chain(lists: &[*mut NET_BUFFER_LIST]) -> *mut NET_BUFFER_LIST {
    lists.iter().rev().fold(ptr::null_mut(), |next, list| {
        link(*list, next);
        *list
    })
}

/// The frame in a list.
pub fn frame(list: *mut NET_BUFFER_LIST) -> Frame {
    // SAFETY: tests look at lists that they have.
    unsafe { gather(list, thread::system().ndis.version) }.expect("it is not malformed")
}

/// What a driver has kept, and what it has seen.
#[derive(Clone, Default)]
pub struct Kept(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    lists: Vec<usize>,
    frames: Vec<Frame>,
}

impl Kept {
    /// Keeps lists.
    pub fn keep(&self, lists: &[*mut NET_BUFFER_LIST]) {
        self.0.lock().lists.extend(lists.iter().map(|list| *list as usize));
    }

    /// Takes what was kept.
    pub fn take(&self) -> Vec<*mut NET_BUFFER_LIST> {
        self.0.lock().lists.drain(..).map(|list| list as *mut NET_BUFFER_LIST).collect()
    }

    /// Notes frames.
    pub fn note(&self, frames: Vec<Frame>) {
        self.0.lock().frames.extend(frames);
    }

    /// The bytes of the frames that were seen.
    pub fn seen(&self) -> Vec<Vec<u8>> {
        self.0.lock().frames.iter().map(|frame| frame.data.clone()).collect()
    }

    /// The frames that were seen.
    pub fn frames(&self) -> Vec<Frame> {
        self.0.lock().frames.clone()
    }

    /// Waits until so many frames were seen.
    pub fn wait(&self, count: usize) {
        let until = Instant::now() + LIMIT;
        while self.0.lock().frames.len() < count {
            assert!(Instant::now() < until, "{} of {count}", self.0.lock().frames.len());
            std::thread::yield_now();
        }
    }
}

/// A driver that wants all frames.
pub fn start(machine: &Machine, hook: impl Fn(&Call) + Send + Sync + 'static) -> &'static Driver {
    start_with(machine, NDIS_PACKET_TYPE_PROMISCUOUS, hook, |_, _| {})
}

/// A driver with a packet filter.
pub fn start_with(
    machine: &Machine,
    filter: u32,
    hook: impl Fn(&Call) + Send + Sync + 'static,
    completed: impl Fn(&'static Bound, *mut NET_BUFFER_LIST) + Send + Sync + 'static,
) -> &'static Driver {
    start_as(machine, Script { filter, ..Script::default() }, hook, completed)
}

/// A driver that does the rest as a script says.
pub fn start_as(
    machine: &Machine,
    script: Script,
    hook: impl Fn(&Call) + Send + Sync + 'static,
    completed: impl Fn(&'static Bound, *mut NET_BUFFER_LIST) + Send + Sync + 'static,
) -> &'static Driver {
    let driver = Driver::new(script);
    let hooks: (Hook, Completed) = (Arc::new(hook), Arc::new(completed));
    HOOKS.write().get_or_insert_default().insert(ptr::from_ref(driver) as usize, hooks);
    let name: Vec<u16> = "Receiver".encode_utf16().collect();
    let mut characteristics = characteristics(&name);
    characteristics.ReceiveNetBufferListsHandler = Some(receive);
    characteristics.SendNetBufferListsCompleteHandler = Some(send_complete);
    let status = machine.run(|| {
        let status = driver.register(&mut characteristics);
        wait_for_sweeps(machine.system());
        status
    });
    assert_eq!(status, NDIS_STATUS_SUCCESS);
    driver
}

fn hooks(bound: &Bound) -> (Hook, Completed) {
    let hooks = HOOKS.read();
    hooks.as_ref().unwrap()[&(ptr::from_ref(bound.driver) as usize)].clone()
}

unsafe extern "efiapi" fn receive(
    binding: NDIS_HANDLE,
    first: *mut NET_BUFFER_LIST,
    _port: NDIS_PORT_NUMBER,
    count: u32,
    flags: u32,
) {
    // SAFETY: NDIS passes the context of a binding, which stays for ever.
    let bound: &'static Bound = unsafe { &*binding.cast::<Bound>() };
    let call = Call { bound, first, flags };
    assert_eq!(call.lists().len(), count as usize);
    hooks(bound).0(&call);
}

unsafe extern "efiapi" fn send_complete(
    binding: NDIS_HANDLE,
    first: *mut NET_BUFFER_LIST,
    _flags: u32,
) {
    // SAFETY: NDIS passes the context of a binding, which stays for ever.
    let bound: &'static Bound = unsafe { &*binding.cast::<Bound>() };
    hooks(bound).1(bound, first);
}

/// The level of this thread.
pub fn level() -> u8 {
    ke::irql::current()
}

/// Settings that differ from the default.
pub fn settings(change: impl FnOnce(&mut crate::ndis::ReceiveSettings)) -> Settings {
    let mut settings = Settings::default();
    change(&mut settings.receive);
    settings
}

/// Ethernet frames of these sizes, each with its number in it.
pub fn frames(count: usize) -> Vec<Frame> {
    let frame = |number: usize| {
        let mut data = vec![0xff; 6];
        data.extend([2, 0, 0, 0, 0, 1, 8, 0]);
        data.extend(u32::try_from(number).unwrap().to_le_bytes());
        data.resize(60 + number * 37 % 1400, 0x11);
        Frame::from(data)
    };
    (0..count).map(frame).collect()
}

/// The bytes of frames.
pub fn bytes(frames: &[Frame]) -> Vec<Vec<u8>> {
    frames.iter().map(|frame| frame.data.clone()).collect()
}
