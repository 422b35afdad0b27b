//! A protocol driver with one binding, and one way to do things.

use std::{
    ptr,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst},
    },
};

use ndis_sys::{
    FN_NDIS_CLOSE_ADAPTER_EX, FN_NDIS_DEREGISTER_PROTOCOL_DRIVER, FN_NDIS_OID_REQUEST,
    FN_NDIS_OPEN_ADAPTER_EX, FN_NDIS_REGISTER_PROTOCOL_DRIVER, FN_NDIS_RETURN_NET_BUFFER_LISTS,
    NDIS_BIND_PARAMETERS, NDIS_HANDLE, NDIS_OBJECT_HEADER, NDIS_OBJECT_TYPE_OPEN_PARAMETERS,
    NDIS_OPEN_PARAMETERS, NDIS_OPEN_PARAMETERS_REVISION_1, NDIS_PORT_NUMBER,
    NDIS_PROTOCOL_DRIVER_CHARACTERISTICS, NDIS_RECEIVE_FLAGS_RESOURCES,
    NDIS_SIZEOF_OPEN_PARAMETERS_REVISION_1, NDIS_STATUS, NDIS_STATUS_INDICATION,
    NDIS_STATUS_SUCCESS, NET_BUFFER_LIST, NET_PNP_EVENT_NOTIFICATION, NdisMedium802_3,
    NetEventPause, NetEventRestart, OID_GEN_CURRENT_PACKET_FILTER,
};

use super::{
    super::driver::{Machine, Request, characteristics, import},
    chain::List,
};
use crate::ndis::{
    Adapter, Answer, Binds, Completion, ControlSettings, Link, Settings, wait_for_sweeps,
};

/// Frames for this adapter, for all, and for groups.
const FILTER: u32 = 0xf;

/// What a driver does.
pub trait Sample: Send + Sync + 'static {
    /// It is bound to an adapter.
    fn bound(&self) {}

    /// Lists have come, and belong to the driver unless they are only lent.
    fn receive(&self, binding: &Binding, first: List, lent: bool) {
        if !lent {
            binding.give_back(first);
        }
    }

    /// The binding is to pause. What is held goes back before this returns.
    fn pause(&self, _binding: &Binding) {}

    /// An event that is neither pause nor restart.
    fn event(&self, _code: i32) -> NDIS_STATUS {
        NDIS_STATUS_SUCCESS
    }

    /// The status of the adapter has changed.
    fn status(&self, _indication: &NDIS_STATUS_INDICATION) {}

    /// It is unbound.
    fn unbound(&self) {}
}

/// The binding of a driver.
#[derive(Default)]
pub struct Binding {
    handle: AtomicUsize,
    running: AtomicBool,
}

impl Binding {
    fn handle(&self) -> NDIS_HANDLE {
        self.handle.load(SeqCst) as NDIS_HANDLE
    }

    /// Whether it is neither paused nor about to be.
    pub fn is_running(&self) -> bool {
        self.running.load(SeqCst)
    }

    /// Gives a chain of lists back.
    pub fn give_back(&self, first: List) {
        // SAFETY: it is the function's type.
        let give_back: FN_NDIS_RETURN_NET_BUFFER_LISTS =
            unsafe { import("NdisReturnNetBufferLists") };
        // SAFETY: the lists are the driver's.
        unsafe { give_back(self.handle(), first.0, 0) };
    }

    fn set_filter(&self, filter: u32) {
        let request = Request::set(OID_GEN_CURRENT_PACKET_FILTER, &filter.to_le_bytes());
        // SAFETY: it is the function's type.
        let ask: FN_NDIS_OID_REQUEST = unsafe { import("NdisOidRequest") };
        // SAFETY: the request stays until the call is over, when it has ended.
        let status = unsafe { ask(self.handle(), request.address()) };
        assert_eq!(status, NDIS_STATUS_SUCCESS);
    }
}

/// A driver that has registered.
struct Driver<S> {
    sample: Arc<S>,
    binding: Binding,
    registration: AtomicUsize,
}

/// A kernel with one adapter, and a driver that is bound to it.
pub struct Lab {
    pub machine: Machine,
    pub link: Link,
    binding: &'static Binding,
    deregister: Box<dyn Fn()>,
}

impl Lab {
    /// Starts a kernel, and registers the driver.
    pub fn new<S: Sample>(sample: &Arc<S>) -> Self {
        Self::with(sample, Settings::default(), |_| {})
    }

    /// As [`new`](Self::new), with other settings, and another adapter.
    pub fn with<S: Sample>(
        sample: &Arc<S>,
        mut settings: Settings,
        change: impl FnOnce(&mut Adapter),
    ) -> Self {
        settings.control = ControlSettings {
            binds: Binds::BeforeReturn,
            opening: Completion::Inline,
            closing: Completion::Inline,
            requests: Answer::Inline,
            ..settings.control
        };
        let machine = Machine::impatient(settings);
        let mut adapter = machine.adapter("eth0");
        change(&mut adapter);
        let link = machine.kernel.plug(adapter);
        let driver = Driver {
            sample: Arc::clone(sample),
            binding: Binding::default(),
            registration: AtomicUsize::default(),
        };
        // Handlers may run as long as the kernel is there.
        let driver: &'static Driver<S> = Box::leak(Box::new(driver));
        machine.run(|| driver.register());
        wait_for_sweeps(machine.system());
        let system = Arc::clone(machine.system());
        let deregister = Box::new(move || crate::thread::enter(&system, |_| driver.deregister()));
        Self { machine, link, binding: &driver.binding, deregister }
    }

    /// The driver's binding.
    pub fn binding(&self) -> &'static Binding {
        self.binding
    }

    /// Unbinds and deregisters the driver. Returns the rules that it broke, and what it left behind.
    pub fn finish(self) -> (Vec<&'static str>, Vec<String>) {
        (self.deregister)();
        (self.machine.broken(), self.machine.kernel.leftovers())
    }
}

impl<S: Sample> Driver<S> {
    fn register(&'static self) {
        let name: Vec<u16> = "Sample".encode_utf16().collect();
        let mut characteristics = NDIS_PROTOCOL_DRIVER_CHARACTERISTICS {
            BindAdapterHandlerEx: Some(bind::<S>),
            UnbindAdapterHandlerEx: Some(unbind::<S>),
            NetPnPEventHandler: Some(event::<S>),
            StatusHandlerEx: Some(status::<S>),
            ReceiveNetBufferListsHandler: Some(receive::<S>),
            ..characteristics(&name)
        };
        // SAFETY: it is the function's type.
        let register: FN_NDIS_REGISTER_PROTOCOL_DRIVER =
            unsafe { import("NdisRegisterProtocolDriver") };
        let context = ptr::from_ref(self).cast_mut().cast();
        // SAFETY: all are valid for the call, and the place of the handle for ever.
        let status = unsafe {
            register(context, &raw mut characteristics, self.registration.as_ptr().cast())
        };
        assert_eq!(status, NDIS_STATUS_SUCCESS);
    }

    fn deregister(&self) {
        // SAFETY: it is the function's type.
        let deregister: FN_NDIS_DEREGISTER_PROTOCOL_DRIVER =
            unsafe { import("NdisDeregisterProtocolDriver") };
        // SAFETY: it has registered.
        unsafe { deregister(self.registration.load(SeqCst) as NDIS_HANDLE) };
    }

    fn open(&self, bind: NDIS_HANDLE, parameters: &NDIS_BIND_PARAMETERS) -> NDIS_STATUS {
        let mut media = [NdisMedium802_3];
        let mut index = 0;
        let mut open = NDIS_OPEN_PARAMETERS {
            Header: NDIS_OBJECT_HEADER {
                Type: NDIS_OBJECT_TYPE_OPEN_PARAMETERS,
                Revision: NDIS_OPEN_PARAMETERS_REVISION_1,
                Size: NDIS_SIZEOF_OPEN_PARAMETERS_REVISION_1,
            },
            AdapterName: parameters.AdapterName,
            MediumArray: media.as_mut_ptr(),
            MediumArraySize: 1,
            SelectedMediumIndex: &raw mut index,
            ..NDIS_OPEN_PARAMETERS::default()
        };
        // SAFETY: it is the function's type.
        let call: FN_NDIS_OPEN_ADAPTER_EX = unsafe { import("NdisOpenAdapterEx") };
        let registration = self.registration.load(SeqCst) as NDIS_HANDLE;
        let context = ptr::from_ref(self).cast_mut().cast();
        let place = self.binding.handle.as_ptr().cast();
        // SAFETY: all are valid for the call, which does not pend here.
        unsafe { call(registration, context, &raw mut open, bind, place) }
    }
}

/// # Safety
///
/// It is the context of a driver or of its binding.
unsafe fn driver<S>(context: NDIS_HANDLE) -> &'static Driver<S> {
    // SAFETY: by the contract; drivers stay for ever.
    unsafe { &*context.cast::<Driver<S>>() }
}

unsafe extern "efiapi" fn bind<S: Sample>(
    context: NDIS_HANDLE,
    bind: NDIS_HANDLE,
    parameters: *mut NDIS_BIND_PARAMETERS,
) -> NDIS_STATUS {
    // SAFETY: NDIS passes the driver's context.
    let driver = unsafe { driver::<S>(context) };
    // SAFETY: NDIS passes parameters.
    let status = driver.open(bind, unsafe { &*parameters });
    if status == NDIS_STATUS_SUCCESS {
        driver.sample.bound();
    }
    status
}

unsafe extern "efiapi" fn unbind<S: Sample>(_: NDIS_HANDLE, context: NDIS_HANDLE) -> NDIS_STATUS {
    // SAFETY: NDIS passes the binding's context.
    let driver = unsafe { driver::<S>(context) };
    driver.binding.set_filter(0);
    // SAFETY: it is the function's type.
    let close: FN_NDIS_CLOSE_ADAPTER_EX = unsafe { import("NdisCloseAdapterEx") };
    // SAFETY: it is the handle of the binding.
    let status = unsafe { close(driver.binding.handle()) };
    driver.sample.unbound();
    status
}

unsafe extern "efiapi" fn event<S: Sample>(
    context: NDIS_HANDLE,
    notification: *mut NET_PNP_EVENT_NOTIFICATION,
) -> NDIS_STATUS {
    // SAFETY: NDIS passes a notification.
    let code = unsafe { (*notification).NetPnPEvent }.NetEvent;
    if context.is_null() {
        return NDIS_STATUS_SUCCESS;
    }
    // SAFETY: NDIS passes the binding's context.
    let driver = unsafe { driver::<S>(context) };
    let binding = &driver.binding;
    if code == NetEventRestart {
        binding.running.store(true, SeqCst);
        binding.set_filter(FILTER);
    } else if code == NetEventPause {
        binding.running.store(false, SeqCst);
        driver.sample.pause(binding);
    } else {
        return driver.sample.event(code);
    }
    NDIS_STATUS_SUCCESS
}

unsafe extern "efiapi" fn status<S: Sample>(
    context: NDIS_HANDLE,
    indication: *mut NDIS_STATUS_INDICATION,
) {
    // SAFETY: NDIS passes the binding's context.
    let driver = unsafe { driver::<S>(context) };
    // SAFETY: NDIS passes an indication.
    driver.sample.status(unsafe { &*indication });
}

unsafe extern "efiapi" fn receive<S: Sample>(
    context: NDIS_HANDLE,
    lists: *mut NET_BUFFER_LIST,
    _port: NDIS_PORT_NUMBER,
    _count: u32,
    flags: u32,
) {
    // SAFETY: NDIS passes the binding's context.
    let driver = unsafe { driver::<S>(context) };
    let lent = flags & NDIS_RECEIVE_FLAGS_RESOURCES != 0;
    driver.sample.receive(&driver.binding, List(lists), lent);
}
