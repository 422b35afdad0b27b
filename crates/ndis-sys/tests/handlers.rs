//! Handlers of this crate can be made from functions on any host, and called.

use core::ptr;

use ndis_sys::*;

unsafe extern "efiapi" fn bind(
    driver: NDIS_HANDLE,
    _bind: NDIS_HANDLE,
    parameters: *mut NDIS_BIND_PARAMETERS,
) -> NDIS_STATUS {
    // SAFETY: the test passes valid parameters.
    let parameters = unsafe { &*parameters };
    // SAFETY: the test passes the address of a number that nobody else uses meanwhile.
    unsafe { driver.cast::<u32>().write(parameters.MtuSize) };
    NDIS_STATUS_PENDING
}

unsafe extern "efiapi" fn unbind(_unbind: NDIS_HANDLE, _binding: NDIS_HANDLE) -> NDIS_STATUS {
    NDIS_STATUS_SUCCESS
}

unsafe extern "efiapi" fn open_complete(_binding: NDIS_HANDLE, _status: NDIS_STATUS) {}

unsafe extern "efiapi" fn close_complete(_binding: NDIS_HANDLE) {}

unsafe extern "efiapi" fn net_pnp_event(
    _binding: NDIS_HANDLE,
    _event: *mut NET_PNP_EVENT_NOTIFICATION,
) -> NDIS_STATUS {
    NDIS_STATUS_SUCCESS
}

unsafe extern "efiapi" fn request_complete(
    _binding: NDIS_HANDLE,
    _request: *mut NDIS_OID_REQUEST,
    _status: NDIS_STATUS,
) {
}

unsafe extern "efiapi" fn status(_binding: NDIS_HANDLE, _indication: *mut NDIS_STATUS_INDICATION) {}

/// Counts the lists of the chain, and writes the bytes of each to the first slot.
unsafe extern "efiapi" fn receive(
    binding: NDIS_HANDLE,
    mut lists: *mut NET_BUFFER_LIST,
    port: NDIS_PORT_NUMBER,
    _count: u32,
    flags: u32,
) {
    assert_eq!(port, NDIS_DEFAULT_PORT_NUMBER);
    assert_eq!(flags, NDIS_RECEIVE_FLAGS_RESOURCES);
    // SAFETY: the test passes the address of a number that nobody else uses meanwhile.
    let count = unsafe { &mut *binding.cast::<u32>() };
    while !lists.is_null() {
        *count += 1;
        // SAFETY: the test passes a chain of lists that nobody else uses meanwhile.
        let list = unsafe { &mut *lists };
        // SAFETY: these lists are in use, so that their links are there.
        let links = unsafe { list.u.s };
        // SAFETY: the test gave each list a buffer.
        let buffer = unsafe { &*links.FirstNetBuffer };
        // SAFETY: this buffer is in use, so that its data is there.
        let data = unsafe { buffer.u.s };
        // SAFETY: the test has set the length.
        let length = unsafe { data.u.DataLength };
        list.NetBufferListInfo[TcpIpChecksumNetBufferListInfo] =
            ptr::without_provenance_mut(length as usize);
        lists = links.Next;
    }
}

unsafe extern "efiapi" fn send_complete(
    _binding: NDIS_HANDLE,
    _lists: *mut NET_BUFFER_LIST,
    _flags: u32,
) {
}

fn characteristics() -> NDIS_PROTOCOL_DRIVER_CHARACTERISTICS {
    NDIS_PROTOCOL_DRIVER_CHARACTERISTICS {
        Header: NDIS_OBJECT_HEADER {
            Type: NDIS_OBJECT_TYPE_PROTOCOL_DRIVER_CHARACTERISTICS,
            Revision: NDIS_PROTOCOL_DRIVER_CHARACTERISTICS_REVISION_2,
            Size: NDIS_SIZEOF_PROTOCOL_DRIVER_CHARACTERISTICS_REVISION_2,
        },
        MajorNdisVersion: 6,
        MinorNdisVersion: 30,
        MajorDriverVersion: 1,
        MinorDriverVersion: 0,
        Flags: 0,
        Name: NDIS_STRING::default(),
        SetOptionsHandler: None,
        BindAdapterHandlerEx: Some(bind),
        UnbindAdapterHandlerEx: Some(unbind),
        OpenAdapterCompleteHandlerEx: Some(open_complete),
        CloseAdapterCompleteHandlerEx: Some(close_complete),
        NetPnPEventHandler: Some(net_pnp_event),
        UninstallHandler: None,
        OidRequestCompleteHandler: Some(request_complete),
        StatusHandlerEx: Some(status),
        ReceiveNetBufferListsHandler: Some(receive),
        SendNetBufferListsCompleteHandler: Some(send_complete),
        DirectOidRequestCompleteHandler: Some(request_complete),
    }
}

/// Plays NDIS: binds the driver to an adapter at once.
unsafe extern "efiapi" fn register(
    driver: NDIS_HANDLE,
    characteristics: *mut NDIS_PROTOCOL_DRIVER_CHARACTERISTICS,
    handle: *mut NDIS_HANDLE,
) -> NDIS_STATUS {
    // SAFETY: the test passes valid characteristics.
    let characteristics = unsafe { &*characteristics };
    if usize::from(characteristics.Header.Size) != size_of_val(characteristics) {
        return NDIS_STATUS_BAD_CHARACTERISTICS;
    }
    // SAFETY: the test passes a place for the handle.
    unsafe { handle.write(driver) };
    let mut parameters = NDIS_BIND_PARAMETERS { MtuSize: 1500, ..Default::default() };
    let bind = characteristics.BindAdapterHandlerEx.expect("the handler is required");
    // SAFETY: the handler uses the context that came with it, and the parameters.
    unsafe { bind(driver, ptr::null_mut(), &raw mut parameters) }
}

#[test]
fn an_export_calls_back_through_the_characteristics() {
    let register: FN_NDIS_REGISTER_PROTOCOL_DRIVER = register;
    let mut characteristics = characteristics();
    let mut mtu = 0_u32;
    let mut handle = ptr::null_mut();
    // SAFETY: all arguments are what the function above expects.
    let status =
        unsafe { register((&raw mut mtu).cast(), &raw mut characteristics, &raw mut handle) };
    assert_eq!((status, mtu), (NDIS_STATUS_PENDING, 1500));
    assert!(!handle.is_null());
}

#[test]
fn a_chain_of_lists_is_received() {
    let buffer = |length| {
        let mut buffer = NET_BUFFER::default();
        buffer.u.s.u.DataLength = length;
        buffer
    };
    let list = |next, first| {
        let mut list = NET_BUFFER_LIST::default();
        list.u.s = NET_BUFFER_LIST_DATA { Next: next, FirstNetBuffer: first };
        list
    };
    let mut buffers = [buffer(60), buffer(1514)];
    let mut second = list(ptr::null_mut(), &raw mut buffers[1]);
    let mut first = list(&raw mut second, &raw mut buffers[0]);
    let mut count = 0_u32;
    let receive = characteristics().ReceiveNetBufferListsHandler.unwrap();
    // SAFETY: context and lists are what the handler expects.
    unsafe {
        receive(
            (&raw mut count).cast(),
            &raw mut first,
            NDIS_DEFAULT_PORT_NUMBER,
            2,
            NDIS_RECEIVE_FLAGS_RESOURCES,
        );
    }
    let slots = [first, second].map(|list| list.NetBufferListInfo[TcpIpChecksumNetBufferListInfo]);
    assert_eq!((count, slots.map(<*mut _>::addr)), (2, [60, 1514]));
}
