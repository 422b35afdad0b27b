//! A socket of the driver.

use std::{net::SocketAddr, ops::Deref, ptr};

use wsk_sys::{
    AF_INET, AF_INET6, IPPROTO_UDP, NPI_WSK_INTERFACE_ID, SO_WSK_EVENT_CALLBACK, SOCK_DGRAM,
    SOL_SOCKET, WSK_DATAGRAM_INDICATION, WSK_EVENT_CALLBACK_CONTROL, WSK_EVENT_DISABLE,
    WSK_EVENT_RECEIVE_FROM, WSK_FLAG_DATAGRAM_SOCKET, WSK_PROVIDER_DATAGRAM_DISPATCH, WSK_SOCKET,
    WskGetOption, WskIoctl, WskSetOption,
};

use super::{
    Driver,
    irp::{Irp, Returned},
    seen::{Context, DISPATCH},
};
use crate::{
    netio::address::{Bytes, Family, decode, encode},
    nt::{NTSTATUS, STATUS_SUCCESS},
};

/// An address that sockets of synthetic and real networks can have.
pub const LOCAL_V4: &str = "127.0.0.1:0";

/// A socket, and the context of its callbacks.
pub struct Socket {
    pub pointer: *mut WSK_SOCKET,
    pub context: &'static Context,
    family: Family,
}

// SAFETY: functions of a socket may be called on any thread.
unsafe impl Send for Socket {}
// SAFETY: as above.
unsafe impl Sync for Socket {}

impl Deref for Socket {
    type Target = Context;

    fn deref(&self) -> &Context {
        self.context
    }
}

impl Socket {
    /// Makes a socket for the family of an address.
    pub fn new(driver: &Driver, address: &str) -> Self {
        let address: SocketAddr = address.parse().unwrap();
        let family = if address.is_ipv4() { Family::V4 } else { Family::V6 };
        let context: &'static Context = Box::leak(Box::default());
        let irp = Irp::new();
        let made = irp.call(|irp| Self::start(driver, family, context, irp));
        assert_eq!(made.status, STATUS_SUCCESS);
        Self { pointer: made.information as *mut WSK_SOCKET, context, family }
    }

    /// Calls `WskSocket`.
    pub fn start(
        driver: &Driver,
        family: Family,
        context: &'static Context,
        irp: *mut wsk_sys::IRP,
    ) -> NTSTATUS {
        let family = if family == Family::V4 { AF_INET } else { AF_INET6 };
        let create = driver.dispatch().WskSocket.unwrap();
        // SAFETY: context and table live for ever.
        unsafe {
            create(
                driver.npi.Client,
                family,
                SOCK_DGRAM,
                IPPROTO_UDP.cast_unsigned(),
                WSK_FLAG_DATAGRAM_SOCKET,
                ptr::from_ref(context).cast_mut().cast(),
                (&raw const DISPATCH).cast(),
                ptr::null_mut(),
                ptr::null_mut(),
                ptr::null_mut(),
                irp,
            )
        }
    }

    /// Makes a socket, binds it, and enables its callback.
    pub fn listening(driver: &Driver, address: &str) -> Self {
        let socket = Self::bound(driver, address);
        assert_eq!(socket.enable(), STATUS_SUCCESS);
        socket
    }

    /// Makes a socket and binds it.
    pub fn bound(driver: &Driver, address: &str) -> Self {
        let socket = Self::new(driver, address);
        assert_eq!(socket.bind(address).status, STATUS_SUCCESS);
        socket
    }

    pub fn dispatch(&self) -> &'static WSK_PROVIDER_DATAGRAM_DISPATCH {
        // SAFETY: the socket is valid.
        let table = unsafe { (*self.pointer).Dispatch };
        // SAFETY: the table of a datagram socket is static.
        unsafe { &*table.cast() }
    }

    pub fn bind(&self, address: &str) -> Returned {
        let mut bytes = encode(address.parse().unwrap(), self.family);
        let bind = self.dispatch().WskBind.unwrap();
        let irp = Irp::new();
        // SAFETY: the address is valid until the request is completed.
        irp.call(|irp| unsafe { bind(self.pointer, bytes.as_mut_ptr().cast(), 0, irp) })
    }

    pub fn local(&self) -> SocketAddr {
        let mut bytes = Bytes::default();
        let get = self.dispatch().WskGetLocalAddress.unwrap();
        let irp = Irp::new();
        let got = irp.call(|irp| {
            // SAFETY: there is room for an address until the request is completed.
            unsafe { get(self.pointer, bytes.as_mut_ptr().cast(), irp) }
        });
        assert_eq!(got.status, STATUS_SUCCESS);
        decode(&bytes).unwrap()
    }

    pub fn port(&self) -> u16 {
        self.local().port()
    }

    pub fn enable(&self) -> NTSTATUS {
        self.control_events(WSK_EVENT_RECEIVE_FROM, ptr::null_mut())
    }

    /// Disables the callback without an IRP.
    pub fn disable(&self) -> NTSTATUS {
        self.control_events(WSK_EVENT_RECEIVE_FROM | WSK_EVENT_DISABLE, ptr::null_mut())
    }

    pub fn control_events(&self, events: u32, irp: *mut wsk_sys::IRP) -> NTSTATUS {
        // It has to stay until the request is completed.
        let control = Box::leak(Box::new(WSK_EVENT_CALLBACK_CONTROL {
            NpiId: &raw const NPI_WSK_INTERFACE_ID,
            EventMask: events,
        }));
        self.control_events_with(control, irp)
    }

    pub fn control_events_with(
        &self,
        control: *mut WSK_EVENT_CALLBACK_CONTROL,
        irp: *mut wsk_sys::IRP,
    ) -> NTSTATUS {
        let function = self.dispatch().WskControlSocket.unwrap();
        // SAFETY: the input is valid until the request is completed.
        unsafe {
            function(
                self.pointer,
                WskSetOption,
                SO_WSK_EVENT_CALLBACK.cast_unsigned(),
                SOL_SOCKET.cast_unsigned(),
                size_of::<WSK_EVENT_CALLBACK_CONTROL>(),
                control.cast(),
                0,
                ptr::null_mut(),
                ptr::null_mut(),
                irp,
            )
        }
    }

    pub fn set<T: Copy>(&self, level: i32, name: i32, mut value: T) -> Returned {
        let bytes = (&raw mut value).cast();
        self.control(WskSetOption, level, name.cast_unsigned(), (bytes, size_of::<T>()), &mut [])
    }

    pub fn get(&self, level: i32, name: i32) -> Result<u32, NTSTATUS> {
        let mut value = [0; 4];
        let none = (ptr::null_mut(), 0);
        let got = self.control(WskGetOption, level, name.cast_unsigned(), none, &mut value);
        if got.status == STATUS_SUCCESS { Ok(u32::from_ne_bytes(value)) } else { Err(got.status) }
    }

    pub fn ioctl(&self, code: u32, input: &mut [u8]) -> Returned {
        self.control(WskIoctl, 0, code, (input.as_mut_ptr(), input.len()), &mut [])
    }

    fn control(
        &self,
        kind: i32,
        level: i32,
        code: u32,
        input: (*mut u8, usize),
        output: &mut [u8],
    ) -> Returned {
        let function = self.dispatch().WskControlSocket.unwrap();
        let irp = Irp::new();
        irp.call(|irp| {
            // SAFETY: the buffers are valid until the request is completed.
            unsafe {
                function(
                    self.pointer,
                    kind,
                    code,
                    level.cast_unsigned(),
                    input.1,
                    input.0.cast(),
                    output.len(),
                    output.as_mut_ptr().cast(),
                    ptr::null_mut(),
                    irp,
                )
            }
        })
    }

    pub fn release(&self, list: usize) -> NTSTATUS {
        let release = self.dispatch().WskRelease.unwrap();
        // SAFETY: the provider checks the list.
        unsafe { release(self.pointer, list as *mut WSK_DATAGRAM_INDICATION) }
    }

    /// Starts to close it.
    pub fn start_close(&self, irp: &Irp) -> NTSTATUS {
        let close = self.dispatch().WskCloseSocket.unwrap();
        // SAFETY: the socket is valid.
        unsafe { close(self.pointer, irp.pointer()) }
    }

    pub fn close(self) -> Returned {
        let irp = Irp::new();
        let now = self.start_close(&irp);
        let (status, information) = irp.wait();
        Returned { now, status, information }
    }
}
