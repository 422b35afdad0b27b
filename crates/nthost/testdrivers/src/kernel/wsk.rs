//! A client of Winsock Kernel, with one socket.

use core::{
    ffi::c_void,
    ptr,
    sync::atomic::{AtomicBool, AtomicPtr, Ordering},
};

use wdk_sys::{
    BOOLEAN, IRP, KPROCESSOR_MODE, LARGE_INTEGER, MDL, NTSTATUS, PMDL, PVOID, STATUS_PENDING, ULONG,
};
use wsk_sys::{
    AF_INET, IN_ADDR, IN_ADDR_S_un, IPPROTO_UDP, MAKE_WSK_VERSION, NPI_WSK_INTERFACE_ID,
    SO_WSK_EVENT_CALLBACK, SOCK_DGRAM, SOCKADDR_IN, SOL_SOCKET, WSK_BUF,
    WSK_CLIENT_DATAGRAM_DISPATCH, WSK_CLIENT_DISPATCH, WSK_CLIENT_NPI, WSK_DATAGRAM_INDICATION,
    WSK_EVENT_CALLBACK_CONTROL, WSK_FLAG_DATAGRAM_SOCKET, WSK_NO_WAIT,
    WSK_PROVIDER_DATAGRAM_DISPATCH, WSK_PROVIDER_DISPATCH, WSK_PROVIDER_NPI, WSK_REGISTRATION,
    WSK_SOCKET, WskCaptureProviderNPI, WskDeregister, WskRegister, WskReleaseProviderNPI,
    WskSetOption,
};

use super::{
    allocate, calls, free,
    irp::{IoAllocateIrp, IoFreeIrp, KEEP, set_routine},
    ndis::delay,
};

calls! {
    IoAllocateMdl(
        start: PVOID, length: ULONG, secondary: BOOLEAN, quota: BOOLEAN, irp: *mut IRP
    ) -> PMDL;
    IoFreeMdl(mdl: *mut MDL);
    MmBuildMdlForNonPagedPool(mdl: *mut MDL);
    KeDelayExecutionThread(
        mode: KPROCESSOR_MODE, alertable: BOOLEAN, interval: *mut LARGE_INTEGER
    ) -> NTSTATUS;
}

/// `STATUS_UNSUCCESSFUL`, where a function is not there.
const MISSING: NTSTATUS = 0xC000_0001_u32.cast_signed();

/// Bytes of the buffer for requests.
const BUFFER: usize = 64;

/// The port that the socket is bound to.
const PORT: u16 = 4000;

static CLIENT: WSK_CLIENT_DISPATCH =
    WSK_CLIENT_DISPATCH { Version: MAKE_WSK_VERSION(1, 0), Reserved: 0, WskClientEvent: None };

static EVENTS: WSK_CLIENT_DATAGRAM_DISPATCH =
    WSK_CLIENT_DATAGRAM_DISPATCH { WskReceiveFromEvent: Some(received) };

static WORLD: AtomicPtr<World> = AtomicPtr::new(ptr::null_mut());

/// What is done with a list of datagrams.
pub(crate) type Hook = fn(&mut World, *mut WSK_DATAGRAM_INDICATION) -> NTSTATUS;

/// The client and its socket.
pub(crate) struct World {
    pub registration: WSK_REGISTRATION,
    npi: WSK_PROVIDER_NPI,
    pub socket: *mut WSK_SOCKET,
    /// What the callback does.
    pub hook: Option<Hook>,
    /// A list that the callback has kept.
    pub kept: *mut WSK_DATAGRAM_INDICATION,
    pub control: WSK_EVENT_CALLBACK_CONTROL,
    /// An IRP for a request that is pending.
    pub irp: *mut IRP,
    address: SOCKADDR_IN,
    buffer: *mut c_void,
    mdl: *mut MDL,
}

/// Calls a function of a table.
macro_rules! invoke {
    ($function:expr, $($arg:expr),*) => {
        match $function {
            // SAFETY: as for `calls`.
            Some(function) => unsafe { function($($arg),*) },
            None => MISSING,
        }
    };
}

unsafe extern "efiapi" fn received(
    context: *mut c_void,
    _flags: u32,
    list: *mut WSK_DATAGRAM_INDICATION,
) -> NTSTATUS {
    // SAFETY: it is the context of the socket.
    let world = unsafe { &mut *context.cast::<World>() };
    world.hook.map_or(0, |hook| hook(world, list))
}

/// A completion routine that keeps the IRP.
unsafe extern "C" fn keep(
    _device: *mut wdk_sys::DEVICE_OBJECT,
    _irp: *mut IRP,
    _context: PVOID,
) -> NTSTATUS {
    DONE.store(true, Ordering::Release);
    KEEP
}

/// The completion routine of the last request has been called.
static DONE: AtomicBool = AtomicBool::new(false);

/// Waits for the completion routine.
fn wait_for_completion() {
    while !DONE.load(Ordering::Acquire) {
        delay(1);
    }
}

/// An IRP for a request.
pub(crate) fn request() -> *mut IRP {
    let irp = IoAllocateIrp(1, 0);
    set_routine(irp, Some(keep));
    irp
}

/// Makes a call with an IRP, and returns its result.
pub(crate) fn call(code: impl FnOnce(*mut wsk_sys::IRP) -> NTSTATUS) -> u64 {
    let irp = request();
    DONE.store(false, Ordering::Release);
    if code(irp.cast()) == STATUS_PENDING {
        wait_for_completion();
    }
    // SAFETY: as for `calls`.
    let information = unsafe { (*irp).IoStatus.Information };
    IoFreeIrp(irp);
    information
}

impl World {
    /// Registers, and captures the provider.
    pub fn new() -> &'static mut Self {
        let memory = allocate(size_of::<Self>() as u64).cast::<Self>();
        WORLD.store(memory, Ordering::Release);
        let world = Self {
            registration: WSK_REGISTRATION::default(),
            npi: WSK_PROVIDER_NPI::default(),
            socket: ptr::null_mut(),
            hook: None,
            kept: ptr::null_mut(),
            control: WSK_EVENT_CALLBACK_CONTROL {
                NpiId: (&raw const NPI_WSK_INTERFACE_ID).cast_mut(),
                EventMask: wsk_sys::WSK_EVENT_RECEIVE_FROM,
            },
            irp: ptr::null_mut(),
            address: SOCKADDR_IN {
                sin_family: AF_INET,
                sin_port: PORT.to_be(),
                sin_addr: IN_ADDR { S_un: IN_ADDR_S_un { S_addr: 0 } },
                sin_zero: [0; 8],
            },
            buffer: ptr::null_mut(),
            mdl: ptr::null_mut(),
        };
        // SAFETY: as for `calls`.
        unsafe { memory.write(world) };
        // SAFETY: as for `calls`.
        let world = unsafe { &mut *memory };
        let mut npi =
            WSK_CLIENT_NPI { ClientContext: ptr::null_mut(), Dispatch: &raw const CLIENT };
        // SAFETY: as for `calls`.
        let _ = unsafe { WskRegister(&raw mut npi, &raw mut world.registration) };
        world.capture(WSK_NO_WAIT);
        world
    }

    /// The one that was made.
    pub fn get() -> &'static mut Self {
        // SAFETY: as for `calls`.
        unsafe { &mut *WORLD.load(Ordering::Acquire) }
    }

    pub fn capture(&mut self, timeout: u32) {
        // SAFETY: as for `calls`.
        let _ = unsafe {
            WskCaptureProviderNPI(&raw mut self.registration, timeout, &raw mut self.npi)
        };
    }

    pub fn release_npi(&mut self) {
        // SAFETY: as for `calls`.
        unsafe { WskReleaseProviderNPI(&raw mut self.registration) };
    }

    pub fn deregister(&mut self) {
        // SAFETY: as for `calls`.
        unsafe { WskDeregister(&raw mut self.registration) };
    }

    fn provider(&self) -> &'static WSK_PROVIDER_DISPATCH {
        // SAFETY: as for `calls`.
        unsafe { &*self.npi.Dispatch }
    }

    /// The functions of the socket.
    pub fn table(&self) -> &'static WSK_PROVIDER_DATAGRAM_DISPATCH {
        // SAFETY: as for `calls`.
        let socket = unsafe { &*self.socket };
        // SAFETY: as for `calls`.
        unsafe { &*socket.Dispatch.cast() }
    }

    /// Makes the socket, with a context.
    pub fn open_with(&mut self, context: *mut c_void) {
        let (npi, provider, none) = (self.npi, self.provider(), ptr::null_mut());
        let protocol = IPPROTO_UDP.cast_unsigned();
        let information = call(|irp| {
            invoke!(
                provider.WskSocket,
                npi.Client,
                AF_INET,
                SOCK_DGRAM,
                protocol,
                WSK_FLAG_DATAGRAM_SOCKET,
                context,
                (&raw const EVENTS).cast(),
                none,
                none.cast(),
                ptr::null_mut(),
                irp
            )
        });
        self.socket = information as *mut WSK_SOCKET;
    }

    /// Makes the socket.
    pub fn open(&mut self) {
        let context = ptr::from_mut(self).cast();
        self.open_with(context);
    }

    /// `WskControlClient`
    pub fn control_client(&self, code: u32, input: *mut c_void, size: usize) -> NTSTATUS {
        let none = ptr::null_mut();
        invoke!(
            self.provider().WskControlClient,
            self.npi.Client,
            code,
            size,
            input,
            0,
            ptr::null_mut(),
            none,
            ptr::null_mut()
        )
    }

    /// `WskBind`
    pub fn bind(&mut self, flags: u32) {
        let (table, socket, address) = (self.table(), self.socket, &raw mut self.address);
        call(|irp| invoke!(table.WskBind, socket, address.cast(), flags, irp));
    }

    /// `WskControlSocket` for `SO_WSK_EVENT_CALLBACK`
    pub fn control_events(&mut self, mask: u32, irp: *mut IRP) -> NTSTATUS {
        self.control.EventMask = mask;
        let (code, level) = (SO_WSK_EVENT_CALLBACK.cast_unsigned(), SOL_SOCKET.cast_unsigned());
        let input = (&raw mut self.control).cast();
        let size = size_of::<WSK_EVENT_CALLBACK_CONTROL>();
        let none = ptr::null_mut();
        invoke!(
            self.table().WskControlSocket,
            self.socket,
            WskSetOption,
            code,
            level,
            size,
            input,
            0,
            ptr::null_mut(),
            none,
            irp.cast()
        )
    }

    /// `WskControlSocket` for an I/O control code with the address as its input.
    pub fn control(&mut self, code: u32) {
        let (table, socket, input) = (self.table(), self.socket, &raw mut self.address);
        let none = ptr::null_mut();
        call(|irp| {
            invoke!(
                table.WskControlSocket,
                socket,
                wsk_sys::WskIoctl,
                code,
                0,
                size_of::<SOCKADDR_IN>(),
                input.cast(),
                0,
                ptr::null_mut(),
                none,
                irp
            )
        });
    }

    /// `WskGetLocalAddress`
    pub fn local_address(&mut self, irp: *mut IRP) -> NTSTATUS {
        let place = (&raw mut self.address).cast();
        invoke!(self.table().WskGetLocalAddress, self.socket, place, irp.cast())
    }

    /// A buffer in a block of pool.
    pub fn make_buffer(&mut self) {
        self.buffer = allocate(BUFFER as u64);
        let length = u32::try_from(BUFFER).unwrap_or_default();
        self.mdl = IoAllocateMdl(self.buffer, length, 0, 0, ptr::null_mut());
        MmBuildMdlForNonPagedPool(self.mdl);
    }

    /// Writes to the buffer.
    pub fn change_buffer(&self) {
        // SAFETY: as for `calls`.
        unsafe { self.buffer.cast::<u8>().write(0x77) };
    }

    /// Frees the buffer.
    pub fn free_buffer(&mut self) {
        if !self.mdl.is_null() {
            IoFreeMdl(self.mdl);
            free(self.buffer);
            self.mdl = ptr::null_mut();
        }
    }

    fn wsk_buffer(&self) -> WSK_BUF {
        WSK_BUF { Mdl: self.mdl.cast(), Offset: 0, Length: BUFFER }
    }

    /// `WskReceiveFrom`, with a place for the sender's address.
    pub fn receive(&mut self, flags: u32, from: *mut c_void, irp: *mut IRP) -> NTSTATUS {
        let mut buffer = self.wsk_buffer();
        invoke!(
            self.table().WskReceiveFrom,
            self.socket,
            &raw mut buffer,
            flags,
            from.cast(),
            ptr::null_mut(),
            ptr::null_mut(),
            ptr::null_mut(),
            irp.cast()
        )
    }

    /// `WskSendTo`
    pub fn send(&mut self, flags: u32, irp: *mut IRP) -> NTSTATUS {
        let mut buffer = self.wsk_buffer();
        let to = (&raw mut self.address).cast();
        invoke!(
            self.table().WskSendTo,
            self.socket,
            &raw mut buffer,
            flags,
            to,
            0,
            ptr::null_mut(),
            irp.cast()
        )
    }

    /// `WskRelease`
    pub fn release(&self, list: *mut WSK_DATAGRAM_INDICATION) -> NTSTATUS {
        invoke!(self.table().WskRelease, self.socket, list)
    }

    /// `WskCloseSocket`
    pub fn close(&mut self) {
        let (table, socket) = (self.table(), self.socket);
        self.socket = ptr::null_mut();
        if !socket.is_null() {
            call(|irp| invoke!(table.WskCloseSocket, socket, irp));
        }
    }

    /// `WskSendTo` with an IRP, to the end; `meanwhile` runs before that.
    pub fn send_and(&mut self, meanwhile: impl FnOnce(&Self)) {
        let irp = request();
        DONE.store(false, Ordering::Release);
        let status = self.send(0, irp);
        meanwhile(self);
        if status == STATUS_PENDING {
            wait_for_completion();
        }
        IoFreeIrp(irp);
    }

    /// Closes the socket, and ends the client.
    pub fn end(&mut self) {
        if !self.socket.is_null() {
            self.close();
        }
        if !self.irp.is_null() {
            IoFreeIrp(self.irp);
        }
        self.free_buffer();
        self.release_npi();
        self.deregister();
        free(ptr::from_mut(self).cast());
    }
}
