//! Function pointers of this crate can be made from functions on any host, and called.

use core::{ffi::c_void, ptr};

use wsk_sys::*;

unsafe extern "efiapi" fn control(
    _socket: *mut WSK_SOCKET,
    _request: WSK_CONTROL_SOCKET_TYPE,
    _code: u32,
    _level: u32,
    _input_size: usize,
    _input: *mut c_void,
    _output_size: usize,
    _output: *mut c_void,
    _returned: *mut usize,
    _irp: *mut IRP,
) -> NTSTATUS {
    STATUS_REQUEST_NOT_ACCEPTED
}

unsafe extern "efiapi" fn close(_socket: *mut WSK_SOCKET, _irp: *mut IRP) -> NTSTATUS {
    STATUS_PENDING
}

unsafe extern "efiapi" fn bind(
    _socket: *mut WSK_SOCKET,
    _local: *mut SOCKADDR,
    _flags: u32,
    _irp: *mut IRP,
) -> NTSTATUS {
    STATUS_SUCCESS
}

unsafe extern "efiapi" fn send_to(
    _socket: *mut WSK_SOCKET,
    _buffer: *mut WSK_BUF,
    _flags: u32,
    _remote: *mut SOCKADDR,
    _control_length: u32,
    _control: *mut CMSGHDR,
    _irp: *mut IRP,
) -> NTSTATUS {
    STATUS_SUCCESS
}

unsafe extern "efiapi" fn send_messages(
    _socket: *mut WSK_SOCKET,
    _buffers: *mut WSK_BUF_LIST,
    _flags: u32,
    _remote: *mut SOCKADDR,
    _control_length: u32,
    _control: *mut CMSGHDR,
    _irp: *mut IRP,
) -> NTSTATUS {
    STATUS_SUCCESS
}

/// Reports the flags and answers that nothing can come any more.
unsafe extern "efiapi" fn receive_from(
    _socket: *mut WSK_SOCKET,
    _buffer: *mut WSK_BUF,
    _flags: u32,
    _remote: *mut SOCKADDR,
    _control_length: *mut u32,
    _control: *mut CMSGHDR,
    control_flags: *mut u32,
    _irp: *mut IRP,
) -> NTSTATUS {
    // SAFETY: the test passes the address of a variable.
    unsafe { control_flags.write(MSG_TRUNC | MSG_BCAST) };
    STATUS_FILE_FORCED_CLOSED
}

unsafe extern "efiapi" fn release(
    _socket: *mut WSK_SOCKET,
    _list: *mut WSK_DATAGRAM_INDICATION,
) -> NTSTATUS {
    STATUS_INVALID_PARAMETER
}

unsafe extern "efiapi" fn get_local_address(
    _socket: *mut WSK_SOCKET,
    _local: *mut SOCKADDR,
    _irp: *mut IRP,
) -> NTSTATUS {
    STATUS_INVALID_DEVICE_STATE
}

/// Adds the bytes of all datagrams of the list to the number in the socket's context.
unsafe extern "efiapi" fn receive_from_event(
    context: *mut c_void,
    flags: u32,
    mut list: *mut WSK_DATAGRAM_INDICATION,
) -> NTSTATUS {
    assert_eq!(flags, MSG_MCAST | WSK_FLAG_AT_DISPATCH_LEVEL);
    // SAFETY: the test passes the address of a number that nobody else uses meanwhile.
    let sum = unsafe { &mut *context.cast::<usize>() };
    while !list.is_null() {
        // SAFETY: the test passes a list of live entries.
        let datagram = unsafe { &*list };
        *sum += datagram.Buffer.Length;
        list = datagram.Next;
    }
    STATUS_PENDING
}

unsafe extern "efiapi" fn register(
    _client: *mut WSK_CLIENT_NPI,
    _registration: *mut WSK_REGISTRATION,
) -> NTSTATUS {
    STATUS_SUCCESS
}

static PROVIDER: WSK_PROVIDER_DATAGRAM_DISPATCH = WSK_PROVIDER_DATAGRAM_DISPATCH {
    WskControlSocket: Some(control),
    WskCloseSocket: Some(close),
    WskBind: Some(bind),
    WskSendTo: Some(send_to),
    WskReceiveFrom: Some(receive_from),
    WskRelease: Some(release),
    WskGetLocalAddress: Some(get_local_address),
    WskSendMessages: Some(send_messages),
};

static CLIENT: WSK_CLIENT_DATAGRAM_DISPATCH =
    WSK_CLIENT_DATAGRAM_DISPATCH { WskReceiveFromEvent: Some(receive_from_event) };

#[test]
fn a_client_calls_through_the_table_of_a_socket() {
    let mut socket = WSK_SOCKET { Dispatch: (&raw const PROVIDER).cast() };
    let mut buffer = WSK_BUF::default();
    let mut control_flags = 0;
    // SAFETY: the socket was made with a table of this type.
    let table = unsafe { &*socket.Dispatch.cast::<WSK_PROVIDER_DATAGRAM_DISPATCH>() };
    // SAFETY: the function only uses the address of the flags.
    let status = unsafe {
        (table.WskReceiveFrom.unwrap())(
            &raw mut socket,
            &raw mut buffer,
            0,
            ptr::null_mut(),
            ptr::null_mut(),
            ptr::null_mut(),
            &raw mut control_flags,
            ptr::null_mut(),
        )
    };
    assert_eq!(status, STATUS_FILE_FORCED_CLOSED);
    assert_eq!(control_flags, MSG_TRUNC | MSG_BCAST);
}

#[test]
fn the_tables_of_all_sockets_begin_alike() {
    // SAFETY: every table begins with the functions of a basic socket.
    let basic = unsafe { &*(&raw const PROVIDER).cast::<WSK_PROVIDER_BASIC_DISPATCH>() };
    // SAFETY: the function uses none of its arguments.
    let status = unsafe { (basic.WskCloseSocket.unwrap())(ptr::null_mut(), ptr::null_mut()) };
    assert_eq!(status, STATUS_PENDING);
}

#[test]
fn a_provider_calls_through_the_table_of_a_client() {
    let datagram = |next, length| WSK_DATAGRAM_INDICATION {
        Next: next,
        Buffer: WSK_BUF { Length: length, ..WSK_BUF::default() },
        ControlInfo: ptr::null_mut(),
        ControlInfoLength: 0,
        RemoteAddress: ptr::null_mut(),
    };
    let mut second = datagram(ptr::null_mut(), 30);
    let mut first = datagram(&raw mut second, 12);
    let mut sum = 0_usize;
    // SAFETY: context and list are what the callback expects.
    let status = unsafe {
        (CLIENT.WskReceiveFromEvent.unwrap())(
            (&raw mut sum).cast(),
            MSG_MCAST | WSK_FLAG_AT_DISPATCH_LEVEL,
            &raw mut first,
        )
    };
    assert_eq!((status, sum), (STATUS_PENDING, 42));
}

#[test]
fn an_export_has_a_type_on_every_host() {
    let register: FN_WSK_REGISTER = register;
    // SAFETY: the function uses none of its arguments.
    let status = unsafe { register(ptr::null_mut(), ptr::null_mut()) };
    assert_eq!(status, STATUS_SUCCESS);
}
