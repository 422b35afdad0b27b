//! The handlers that the driver registers.

use ndis_sys::{
    NDIS_BIND_PARAMETERS, NDIS_HANDLE, NDIS_OBJECT_HEADER,
    NDIS_OBJECT_TYPE_PROTOCOL_DRIVER_CHARACTERISTICS, NDIS_OID_REQUEST,
    NDIS_PACKET_TYPE_PROMISCUOUS, NDIS_PORT_NUMBER, NDIS_PROTOCOL_DRIVER_CHARACTERISTICS,
    NDIS_PROTOCOL_DRIVER_CHARACTERISTICS_REVISION_2, NDIS_RECEIVE_FLAGS_DISPATCH_LEVEL,
    NDIS_RECEIVE_FLAGS_RESOURCES, NDIS_RETURN_FLAGS_DISPATCH_LEVEL,
    NDIS_SIZEOF_PROTOCOL_DRIVER_CHARACTERISTICS_REVISION_2, NDIS_STATUS, NDIS_STATUS_INDICATION,
    NDIS_STATUS_SUCCESS, NDIS_STRING, NET_BUFFER_LIST, NET_PNP_EVENT_NOTIFICATION, NetEventRestart,
};
use wdk_sys::UNICODE_STRING;
use widestring::u16str;

use super::{binding::Binding, plan};
use crate::kernel::{ndis::NdisReturnNetBufferLists, unicode};

/// What the driver registers.
pub(super) fn characteristics() -> NDIS_PROTOCOL_DRIVER_CHARACTERISTICS {
    let UNICODE_STRING { Length, MaximumLength, Buffer } = unicode(u16str!("broken"));
    NDIS_PROTOCOL_DRIVER_CHARACTERISTICS {
        Header: NDIS_OBJECT_HEADER {
            Type: NDIS_OBJECT_TYPE_PROTOCOL_DRIVER_CHARACTERISTICS,
            Revision: NDIS_PROTOCOL_DRIVER_CHARACTERISTICS_REVISION_2,
            Size: NDIS_SIZEOF_PROTOCOL_DRIVER_CHARACTERISTICS_REVISION_2,
        },
        MajorNdisVersion: 6,
        MinorNdisVersion: 50,
        Name: NDIS_STRING { Length, MaximumLength, Buffer },
        BindAdapterHandlerEx: Some(bind),
        UnbindAdapterHandlerEx: Some(unbind),
        OpenAdapterCompleteHandlerEx: Some(open_complete),
        CloseAdapterCompleteHandlerEx: Some(close_complete),
        NetPnPEventHandler: Some(event),
        OidRequestCompleteHandler: Some(request_complete),
        StatusHandlerEx: Some(status),
        ReceiveNetBufferListsHandler: Some(receive),
        SendNetBufferListsCompleteHandler: Some(send_complete),
        ..NDIS_PROTOCOL_DRIVER_CHARACTERISTICS::default()
    }
}

/// A bind that NDIS asks for.
pub(crate) struct Bind {
    pub handle: NDIS_HANDLE,
    pub adapter: *mut NDIS_STRING,
}

/// An event of a binding.
pub(crate) struct Event {
    pub code: i32,
    pub notification: *mut NET_PNP_EVENT_NOTIFICATION,
    /// The number in its buffer, if there is one.
    pub number: i32,
}

/// Lists that were received.
pub(crate) struct Indication {
    pub first: *mut NET_BUFFER_LIST,
    pub flags: u32,
}

impl Indication {
    /// Whether the driver owns the lists.
    pub fn is_owned(&self) -> bool {
        self.flags & NDIS_RECEIVE_FLAGS_RESOURCES == 0
    }

    /// The flags to return the lists with.
    pub fn return_flags(&self) -> u32 {
        let at_dispatch = self.flags & NDIS_RECEIVE_FLAGS_DISPATCH_LEVEL != 0;
        if at_dispatch { NDIS_RETURN_FLAGS_DISPATCH_LEVEL } else { 0 }
    }

    /// Returns the lists if the driver owns them.
    pub fn give_back(&self, binding: &Binding) {
        if self.is_owned() {
            NdisReturnNetBufferLists(binding.handle, self.first, self.return_flags());
        }
    }
}

/// # Safety
///
/// It is the context of a binding that is there.
unsafe fn binding<'b>(context: NDIS_HANDLE) -> &'b Binding {
    // SAFETY: by the contract.
    unsafe { &*context.cast::<Binding>() }
}

unsafe extern "efiapi" fn bind(
    _driver: NDIS_HANDLE,
    handle: NDIS_HANDLE,
    parameters: *mut NDIS_BIND_PARAMETERS,
) -> NDIS_STATUS {
    let (plan, wrong) = plan();
    // SAFETY: NDIS passes parameters.
    let adapter = unsafe { (*parameters).AdapterName };
    (plan.bind)(&Bind { handle, adapter }, wrong)
}

unsafe extern "efiapi" fn unbind(handle: NDIS_HANDLE, context: NDIS_HANDLE) -> NDIS_STATUS {
    let (plan, wrong) = plan();
    (plan.unbind)(context.cast(), handle, wrong)
}

unsafe extern "efiapi" fn open_complete(context: NDIS_HANDLE, status: NDIS_STATUS) {
    // SAFETY: NDIS passes the context of a binding.
    unsafe { binding(context) }.end(status);
}

unsafe extern "efiapi" fn close_complete(context: NDIS_HANDLE) {
    // SAFETY: NDIS passes the context of a binding.
    unsafe { binding(context) }.end(NDIS_STATUS_SUCCESS);
}

unsafe extern "efiapi" fn request_complete(
    context: NDIS_HANDLE,
    _request: *mut NDIS_OID_REQUEST,
    status: NDIS_STATUS,
) {
    // SAFETY: NDIS passes the context of a binding.
    unsafe { binding(context) }.end(status);
}

unsafe extern "efiapi" fn event(
    context: NDIS_HANDLE,
    notification: *mut NET_PNP_EVENT_NOTIFICATION,
) -> NDIS_STATUS {
    if context.is_null() {
        return NDIS_STATUS_SUCCESS;
    }
    // SAFETY: NDIS passes a notification.
    let event = unsafe { (*notification).NetPnPEvent };
    // SAFETY: NDIS passes the context of a binding.
    let binding = unsafe { binding(context) };
    let number = if event.Buffer.is_null() {
        0
    } else {
        // SAFETY: all buffers have so many bytes.
        unsafe { event.Buffer.cast::<i32>().read_unaligned() }
    };
    let event = Event { code: event.NetEvent, notification, number };
    if event.code == NetEventRestart {
        binding.set_filter(NDIS_PACKET_TYPE_PROMISCUOUS);
    }
    let (plan, wrong) = plan();
    (plan.event)(binding, &event, wrong)
}

unsafe extern "efiapi" fn status(context: NDIS_HANDLE, _indication: *mut NDIS_STATUS_INDICATION) {
    let (plan, wrong) = plan();
    // SAFETY: NDIS passes the context of a binding.
    (plan.status)(unsafe { binding(context) }, wrong);
}

unsafe extern "efiapi" fn receive(
    context: NDIS_HANDLE,
    first: *mut NET_BUFFER_LIST,
    _port: NDIS_PORT_NUMBER,
    _count: u32,
    flags: u32,
) {
    let (plan, wrong) = plan();
    // SAFETY: NDIS passes the context of a binding.
    (plan.receive)(unsafe { binding(context) }, &Indication { first, flags }, wrong);
}

unsafe extern "efiapi" fn send_complete(
    context: NDIS_HANDLE,
    lists: *mut NET_BUFFER_LIST,
    _flags: u32,
) {
    let (plan, wrong) = plan();
    // SAFETY: NDIS passes the context of a binding.
    let binding = unsafe { binding(context) };
    (plan.sent)(binding, lists, wrong);
    binding.sent();
}
