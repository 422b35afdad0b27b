//! Datagram sockets.

use core::{
    cell::UnsafeCell,
    ffi::c_void,
    net::SocketAddr,
    ptr::{self, NonNull},
    sync::atomic::{AtomicBool, AtomicPtr, Ordering},
};

use wdk_sys::IRP;
use wdm::{
    Device, Event, Passive, PoolBox, Reset, Result, Rundown, Running, Status, Tag, irp::SyncIrp,
};
use wsk_sys as sys;

use crate::{
    Answered, EventCallbacks, Family, Indication, Registration, SocketOption, address,
    option::Value,
};

/// What the callback of a socket does.
pub trait Handler: Send + Sync + 'static {
    /// Datagrams have arrived. Calls for one socket may overlap.
    ///
    /// IRQL: `DISPATCH_LEVEL` or below, in any thread. Wait for nothing.
    fn received(&self, indication: Indication<'_>) -> Answered;

    /// The socket is of no more use, and has to be closed soon, but not from here.
    ///
    /// IRQL: as for [`received`](Self::received).
    fn gone(&self);

    /// The socket is being closed: all lists that are retained have to be let go of. No more come.
    fn release(&self, irql: &Passive);
}

/// For a socket that datagrams are asked for with requests only, and whose callback is never turned on: it belongs
/// to a client with [dynamic callbacks](EventCallbacks::Dynamic).
impl Handler for () {
    fn received(&self, indication: Indication<'_>) -> Answered {
        indication.taken()
    }

    fn gone(&self) {}

    fn release(&self, _irql: &Passive) {}
}

/// A datagram socket, and what belongs to it in nonpaged memory.
///
/// Dropping it closes it: drop it at `PASSIVE_LEVEL`, and not in a callback.
pub struct Socket<H: Handler> {
    shared: PoolBox<Shared<H>>,
}

/// What WSK has the address of as the context of a socket.
struct Shared<H> {
    core: Core,
    handler: H,
}

/// What all sockets have, whatever their handler is.
///
/// # Invariants
///
/// `socket` is null, or a socket of WSK's that is open until `users`, `lists` and `requests` have ended.
/// `closing` is taken by the one that closes it, whose `close_irp` is.
pub(crate) struct Core {
    device: Device,
    socket: AtomicPtr<sys::WSK_SOCKET>,
    callbacks: EventCallbacks,
    pub(crate) enabled: AtomicBool,
    /// WSK has completed a request because the socket is of no more use.
    lost: AtomicBool,
    /// Those inside of a function of the socket.
    pub(crate) users: Rundown,
    /// Lists that are retained.
    pub(crate) lists: Rundown,
    /// Requests to receive that are under way.
    pub(crate) requests: Rundown,
    pub(crate) closing: AtomicBool,
    pub(crate) close_irp: UnsafeCell<SyncIrp>,
    pub(crate) closed: Event,
}

// SAFETY: `close_irp` is used by the one that takes `closing`; all else can be shared.
unsafe impl Sync for Core {}
// SAFETY: nothing in it belongs to a thread.
unsafe impl Send for Core {}

/// One who is inside of a function of a socket, which therefore is open.
pub(crate) struct Call<'a> {
    pub(crate) socket: *mut sys::WSK_SOCKET,
    pub(crate) functions: &'a sys::WSK_PROVIDER_DATAGRAM_DISPATCH,
    _user: Running<'a>,
}

impl Core {
    fn new(callbacks: EventCallbacks, device: Device, tag: Tag) -> Result<Self> {
        Ok(Self {
            device,
            socket: AtomicPtr::new(ptr::null_mut()),
            callbacks,
            enabled: AtomicBool::new(false),
            lost: AtomicBool::new(false),
            users: Rundown::new(),
            lists: Rundown::new(),
            requests: Rundown::new(),
            closing: AtomicBool::new(false),
            close_irp: UnsafeCell::new(SyncIrp::new(device, tag)?),
            closed: Event::new(Reset::ByCall, tag)?,
        })
    }

    /// The socket and its functions.
    pub(crate) fn raw(
        &self,
    ) -> (*mut sys::WSK_SOCKET, Option<&sys::WSK_PROVIDER_DATAGRAM_DISPATCH>) {
        let socket = self.socket.load(Ordering::Acquire);
        // SAFETY: by the invariant it is null, or a socket that is not freed before the users of this
        // value are gone.
        let socket_or_none = unsafe { socket.as_ref() };
        // SAFETY: it was made as a datagram socket, which has this table.
        let functions = socket_or_none
            .and_then(|socket| unsafe { socket.Dispatch.cast::<Functions>().as_ref() });
        (socket, functions)
    }

    /// Notes whether the socket is of no more use, by the status of a request that is complete.
    pub(crate) fn note(&self, status: Status) {
        if status == Status::FILE_FORCED_CLOSED {
            self.lost.store(true, Ordering::Relaxed);
        }
    }

    pub(crate) fn is_lost(&self) -> bool {
        self.lost.load(Ordering::Relaxed)
    }

    pub(crate) const fn callbacks(&self) -> EventCallbacks {
        self.callbacks
    }

    /// Becomes a user of the socket.
    ///
    /// # Errors
    ///
    /// `STATUS_FILE_CLOSED` if it is closed, or being closed.
    pub(crate) fn enter(&self) -> Result<Call<'_>> {
        let user = self.users.enter().ok_or(Status::FILE_CLOSED)?;
        let (socket, functions) = self.raw();
        Ok(Call { socket, functions: functions.ok_or(Status::FILE_CLOSED)?, _user: user })
    }
}

type Functions = sys::WSK_PROVIDER_DATAGRAM_DISPATCH;

/// `WskControlSocket`, once it is known to be there.
pub(crate) type ControlSocket = unsafe extern "efiapi" fn(
    *mut sys::WSK_SOCKET,
    sys::WSK_CONTROL_SOCKET_TYPE,
    u32,
    u32,
    usize,
    *mut c_void,
    usize,
    *mut c_void,
    *mut usize,
    *mut sys::IRP,
) -> sys::NTSTATUS;

impl<H: Handler> Socket<H> {
    /// The table of callbacks.
    const DISPATCH: &'static sys::WSK_CLIENT_DATAGRAM_DISPATCH =
        &sys::WSK_CLIENT_DATAGRAM_DISPATCH { WskReceiveFromEvent: Some(receive_from_event::<H>) };

    /// Makes a UDP socket for the client `registration`, on behalf of the current process.
    ///
    /// With [static callbacks](EventCallbacks::Static) `handler` is called as soon as the socket is bound.
    ///
    /// IRQL: `PASSIVE_LEVEL`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wsk/nc-wsk-pfn_wsk_socket)
    ///
    /// # Errors
    ///
    /// `STATUS_INSUFFICIENT_RESOURCES` if there is no memory for it, `STATUS_DEVICE_NOT_READY` if WSK has
    /// not started after a few seconds, `STATUS_NOINTERFACE` if it does not speak our version, or what it
    /// returns for making the socket.
    pub fn open(
        registration: &'static Registration,
        family: Family,
        handler: H,
        device: Device,
        tag: Tag,
        irql: &mut Passive,
    ) -> Result<Self> {
        let mut irp = SyncIrp::new(device, tag)?;
        let core = Core::new(registration.callbacks(), device, tag)?;
        // WSK may call back with the context as soon as it has it: it is complete before.
        let this = Self { shared: PoolBox::try_new(Shared { core, handler }, tag)? };
        let provider = registration.capture(irql)?;
        let make = provider.functions().WskSocket.ok_or(Status::NOT_IMPLEMENTED)?;
        let context = ptr::from_ref(&*this.shared).cast_mut().cast::<c_void>();
        let request = |irp: *mut IRP| {
            // SAFETY: the provider is captured. The context outlives the socket, which is closed before
            // it is dropped, and the table is static.
            unsafe {
                make(
                    provider.client(),
                    family.number(),
                    sys::SOCK_DGRAM,
                    sys::IPPROTO_UDP.cast_unsigned(),
                    sys::WSK_FLAG_DATAGRAM_SOCKET,
                    context,
                    ptr::from_ref(Self::DISPATCH).cast(),
                    ptr::null_mut(),
                    ptr::null_mut(),
                    ptr::null_mut(),
                    irp.cast(),
                )
            }
        };
        // SAFETY: WskSocket completes the IRP in every case.
        let socket = unsafe { irp.call(irql, request) }?;
        let socket = ptr::with_exposed_provenance_mut(socket);
        this.shared.core.socket.store(socket, Ordering::Release);
        Ok(this)
    }

    /// What was given for the callbacks.
    #[must_use]
    pub fn handler(&self) -> &H {
        &self.shared.handler
    }

    pub(crate) fn core(&self) -> &Core {
        &self.shared.core
    }

    /// Sets an option.
    ///
    /// IRQL: `PASSIVE_LEVEL`.
    ///
    /// # Errors
    ///
    /// `STATUS_FILE_CLOSED` if the socket is closed, or what the transport returns.
    pub fn set(&self, option: SocketOption, irp: &mut SyncIrp, irql: &Passive) -> Result {
        let (level, option, mut value, size) = option.to_raw();
        let kind = sys::WskSetOption;
        self.control(kind, (level, option), (&mut value, size), irp, irql).map(drop)
    }

    /// The size of the transport's buffer in bytes.
    ///
    /// IRQL: `PASSIVE_LEVEL`.
    ///
    /// # Errors
    ///
    /// `STATUS_FILE_CLOSED` if the socket is closed, or what the transport returns.
    pub fn receive_buffer(&self, irp: &mut SyncIrp, irql: &Passive) -> Result<u32> {
        let mut value = Value::number(0);
        let (kind, option) = (sys::WskGetOption, (sys::SOL_SOCKET, sys::SO_RCVBUF));
        self.control(kind, option, (&mut value, size_of::<u32>()), irp, irql)?;
        // SAFETY: it was set as a number, and every number is valid.
        Ok(unsafe { value.number })
    }

    /// Sets or gets an option.
    fn control(
        &self,
        kind: sys::WSK_CONTROL_SOCKET_TYPE,
        (level, option): (i32, i32),
        (value, size): (&mut Value, usize),
        irp: &mut SyncIrp,
        irql: &Passive,
    ) -> Result<usize> {
        let call = self.shared.core.enter()?;
        let control = call.functions.WskControlSocket.ok_or(Status::NOT_IMPLEMENTED)?;
        let (value, none) = (ptr::from_mut(value).cast::<c_void>(), ptr::null_mut());
        let (input, output) = if kind == sys::WskGetOption {
            ((0, none), (size, value))
        } else {
            ((size, value), (0, none))
        };
        let request = |irp: *mut IRP| {
            // SAFETY: the socket is open, and the value is valid until the request has been waited for.
            unsafe {
                control(
                    call.socket,
                    kind,
                    option.cast_unsigned(),
                    level.cast_unsigned(),
                    input.0,
                    input.1,
                    output.0,
                    output.1,
                    ptr::null_mut(),
                    irp.cast(),
                )
            }
        };
        // SAFETY: WskControlSocket completes the IRP in every case.
        unsafe { irp.call(irql, request) }
    }

    /// The device on behalf of which it was made.
    #[must_use]
    pub fn device(&self) -> Device {
        self.shared.core.device
    }

    /// Binds the socket to a local address of its family.
    ///
    /// IRQL: `PASSIVE_LEVEL`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wsk/nc-wsk-pfn_wsk_bind)
    ///
    /// # Errors
    ///
    /// `STATUS_ADDRESS_ALREADY_EXISTS` and `STATUS_SHARING_VIOLATION` if the address is taken,
    /// `STATUS_INVALID_ADDRESS_COMPONENT` if this machine does not have it, or others of the transport's.
    pub fn bind(&self, local: SocketAddr, irp: &mut SyncIrp, irql: &Passive) -> Result {
        let call = self.shared.core.enter()?;
        let bind = call.functions.WskBind.ok_or(Status::NOT_IMPLEMENTED)?;
        let mut local = address::to_raw(local);
        let local = (&raw mut local).cast();
        let request = |irp: *mut IRP| {
            // SAFETY: the socket is open, and the address is valid until the request has been waited for.
            unsafe { bind(call.socket, local, 0, irp.cast()) }
        };
        // SAFETY: WskBind completes the IRP in every case.
        unsafe { irp.call(irql, request) }.map(drop)
    }

    /// The address that the socket is bound to.
    ///
    /// IRQL: `PASSIVE_LEVEL`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wsk/nc-wsk-pfn_wsk_get_local_address)
    ///
    /// # Errors
    ///
    /// `STATUS_INVALID_DEVICE_STATE` if it is not bound, `STATUS_INSUFFICIENT_RESOURCES` if there is no
    /// memory for the answer.
    pub fn local(&self, tag: Tag, irp: &mut SyncIrp, irql: &Passive) -> Result<SocketAddr> {
        let call = self.shared.core.enter()?;
        let local = call.functions.WskGetLocalAddress.ok_or(Status::NOT_IMPLEMENTED)?;
        // The place for it must not be paged.
        let mut place = PoolBox::try_new(address::NO_ADDRESS, tag)?;
        let at = ptr::from_mut(&mut *place).cast();
        let request = |irp: *mut IRP| {
            // SAFETY: the socket is open, and the place is valid until the request has been waited for.
            unsafe { local(call.socket, at, irp.cast()) }
        };
        // SAFETY: WskGetLocalAddress completes the IRP in every case.
        unsafe { irp.call(irql, request) }?;
        // SAFETY: WSK wrote an address there, or there still is none.
        unsafe { address::from_raw(at) }.ok_or(Status::INVALID_ADDRESS_COMPONENT)
    }

    /// Turns the callback on. Not for static callbacks, which are on.
    ///
    /// IRQL: `PASSIVE_LEVEL`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/network/so-wsk-event-callback)
    ///
    /// # Errors
    ///
    /// `STATUS_FILE_CLOSED` if the socket is closed, or what WSK returns.
    pub fn enable(&self, _irql: &Passive) -> Result {
        let call = self.shared.core.enter()?;
        let control = call.functions.WskControlSocket.ok_or(Status::NOT_IMPLEMENTED)?;
        self.shared.core.enabled.store(true, Ordering::Release);
        let event = sys::WSK_EVENT_RECEIVE_FROM;
        // SAFETY: the socket is open. Turning on takes no IRP, and needs the input for the call only.
        Status::check(unsafe {
            set_callback(control, call.socket, &control_of(event), ptr::null_mut())
        })
    }

    /// Asks for lists again after one was [refused](Indication::refused).
    ///
    /// The callback is turned off first, which waits until those in progress have returned: one that was
    /// about to refuse its list could turn it off for good otherwise.
    ///
    /// IRQL: `PASSIVE_LEVEL`.
    ///
    /// # Errors
    ///
    /// As for [`enable`](Self::enable); `STATUS_INSUFFICIENT_RESOURCES` if there is no memory for waiting.
    pub fn resume(&self, irp: &mut SyncIrp, irql: &Passive) -> Result {
        let call = self.shared.core.enter()?;
        let control = call.functions.WskControlSocket.ok_or(Status::NOT_IMPLEMENTED)?;
        let off = control_of(sys::WSK_EVENT_RECEIVE_FROM | sys::WSK_EVENT_DISABLE);
        // SAFETY: the socket is open, and the input is valid until the request has been waited for.
        let request =
            |irp: *mut IRP| unsafe { set_callback(control, call.socket, &off, irp.cast()) };
        // SAFETY: WskControlSocket completes the IRP in every case.
        let turned_off = unsafe { irp.call(irql, request) };
        drop(call);
        if turned_off == Err(Status::INSUFFICIENT_RESOURCES) {
            return Err(Status::INSUFFICIENT_RESOURCES);
        }
        // It may have been off already, which no page says to be a success.
        self.enable(irql)
    }
}

/// The input for turning callbacks on and off.
pub(crate) const fn control_of(event: u32) -> sys::WSK_EVENT_CALLBACK_CONTROL {
    sys::WSK_EVENT_CALLBACK_CONTROL {
        NpiId: &raw const sys::NPI_WSK_INTERFACE_ID,
        EventMask: event,
    }
}

/// Turns callbacks on or off.
///
/// # Safety
///
/// `control` is `WskControlSocket` of `socket`, which is open. `input` is valid until `irp` is complete.
pub(crate) unsafe fn set_callback(
    control: ControlSocket,
    socket: *mut sys::WSK_SOCKET,
    input: &sys::WSK_EVENT_CALLBACK_CONTROL,
    irp: *mut sys::IRP,
) -> sys::NTSTATUS {
    let none = ptr::null_mut();
    // SAFETY: by the contract.
    unsafe {
        control(
            socket,
            sys::WskSetOption,
            sys::SO_WSK_EVENT_CALLBACK.cast_unsigned(),
            sys::SOL_SOCKET.cast_unsigned(),
            size_of_val(input),
            ptr::from_ref(input).cast_mut().cast(),
            0,
            none,
            ptr::null_mut(),
            irp,
        )
    }
}

/// `WskReceiveFromEvent`
///
/// # Safety
///
/// WSK calls it for a socket that was made with a [`Shared`] of this type as its context.
unsafe extern "efiapi" fn receive_from_event<H: Handler>(
    context: *mut c_void,
    flags: u32,
    list: *mut sys::WSK_DATAGRAM_INDICATION,
) -> sys::NTSTATUS {
    // SAFETY: by the contract; it outlives the socket, which is not closed while this runs.
    let Some(shared) = (unsafe { context.cast::<Shared<H>>().as_ref() }) else {
        return sys::STATUS_SUCCESS;
    };
    let Some(list) = NonNull::new(list) else {
        shared.handler.gone();
        return sys::STATUS_SUCCESS;
    };
    // SAFETY: WSK called, and what is returned is the answer.
    let indication = unsafe { Indication::new(&shared.core, list, flags) };
    shared.handler.received(indication).status()
}
