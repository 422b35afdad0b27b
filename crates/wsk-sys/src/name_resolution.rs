//! Names to addresses and back.

use core::ffi::c_void;

use crate::{EPROCESS, ETHREAD, GUID, IRP, NTSTATUS, PWSK_CLIENT, SOCKADDR, UNICODE_STRING};

/// The addresses are for binding: without a host name, the wildcard address.
pub const AI_PASSIVE: i32 = 0x0001;
/// The host name is an address in digits: nobody is asked.
pub const AI_NUMERICHOST: i32 = 0x0004;
/// The service name is a port in digits.
pub const AI_NUMERICSERV: i32 = 0x0008;
/// With [`AI_V4MAPPED`], IPv4 addresses also where there are IPv6 ones.
pub const AI_ALL: i32 = 0x0100;
/// Only addresses of families for which this machine has an address.
pub const AI_ADDRCONFIG: i32 = 0x0400;
/// IPv4 addresses mapped to IPv6, where there is no IPv6 address.
pub const AI_V4MAPPED: i32 = 0x0800;

/// Local hosts by their first name only.
pub const NI_NOFQDN: u32 = 0x01;
/// The address in digits instead of a host name.
pub const NI_NUMERICHOST: u32 = 0x02;
/// Fails if the host has no name.
pub const NI_NAMEREQD: u32 = 0x04;
/// The port in digits instead of a service name.
pub const NI_NUMERICSERV: u32 = 0x08;
/// The service is that of UDP, where it differs from that of TCP.
pub const NI_DGRAM: u32 = 0x10;
/// Characters of the longest host name, with the terminator.
pub const NI_MAXHOST: u32 = 1025;
/// Characters of the longest service name, with the terminator.
pub const NI_MAXSERV: u32 = 32;

/// Address that a name stands for, or hints for a look-up; a list, linked by `ai_next`.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows/win32/api/ws2def/ns-ws2def-addrinfow)
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct ADDRINFOW {
    /// `AI_` flags.
    pub ai_flags: i32,
    /// Address family; zero in hints means any.
    pub ai_family: i32,
    /// Socket type; zero in hints means any.
    pub ai_socktype: i32,
    /// Protocol; zero in hints means any.
    pub ai_protocol: i32,
    /// Bytes of `ai_addr`.
    pub ai_addrlen: usize,
    /// Canonical name of the host, terminated, or null.
    pub ai_canonname: *mut u16,
    /// The address.
    pub ai_addr: *mut SOCKADDR,
    /// Next entry, or null.
    pub ai_next: *mut ADDRINFOW,
}

/// Address that a name stands for, or hints for a look-up, in the form that WSK uses; a list,
/// linked by `ai_next`. All zero means no hints.
///
/// A list that WSK returns belongs to the caller, who frees it with [`PFN_WSK_FREE_ADDRESS_INFO`].
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows/win32/api/ws2def/ns-ws2def-addrinfoexw)
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct ADDRINFOEXW {
    /// `AI_` flags.
    pub ai_flags: i32,
    /// Address family; zero in hints means any.
    pub ai_family: i32,
    /// Socket type; zero in hints means any.
    pub ai_socktype: i32,
    /// Protocol; zero in hints means any.
    pub ai_protocol: i32,
    /// Bytes of `ai_addr`.
    pub ai_addrlen: usize,
    /// Canonical name of the host, terminated, or null.
    pub ai_canonname: *mut u16,
    /// The address.
    pub ai_addr: *mut SOCKADDR,
    /// Data of the name service, or null.
    pub ai_blob: *mut c_void,
    /// Bytes of `ai_blob`.
    pub ai_bloblen: usize,
    /// Name service that answered, or null.
    pub ai_provider: *mut GUID,
    /// Next entry, or null.
    pub ai_next: *mut ADDRINFOEXW,
}

/// `WskGetAddressInfo`: finds the addresses of a host and service. Windows 7 and later.
///
/// `NodeName`, `ServiceName`, `Provider` and `Hints` may be null, but not both names. `NameSpace`
/// restricts which name services are asked; zero asks all. `OwningProcess` and `OwningThread` say
/// in whose name to ask; a thread needs its process, and without either it is, by the
/// documentation, an account with few rights.
///
/// IRQL: `PASSIVE_LEVEL`.
///
/// Ownership: WSK completes `Irp` in every case ([rules](IRP)). Afterwards `Result` points to a
/// list that the caller frees with [`PFN_WSK_FREE_ADDRESS_INFO`]; keep everything that was passed
/// valid until then.
///
/// Returns `STATUS_SUCCESS`, `STATUS_PENDING`, `STATUS_INVALID_PARAMETER`, `STATUS_NO_MATCH` or
/// another error.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wsk/nc-wsk-pfn_wsk_get_address_info)
pub type PFN_WSK_GET_ADDRESS_INFO = Option<
    unsafe extern "efiapi" fn(
        Client: PWSK_CLIENT,
        NodeName: *mut UNICODE_STRING,
        ServiceName: *mut UNICODE_STRING,
        NameSpace: u32,
        Provider: *mut GUID,
        Hints: *mut ADDRINFOEXW,
        Result: *mut *mut ADDRINFOEXW,
        OwningProcess: *mut EPROCESS,
        OwningThread: *mut ETHREAD,
        Irp: *mut IRP,
    ) -> NTSTATUS,
>;

/// `WskFreeAddressInfo`: frees a list that [`PFN_WSK_GET_ADDRESS_INFO`] returned. Windows 7 and
/// later.
///
/// IRQL: `PASSIVE_LEVEL`.
///
/// Ownership: the whole list is WSK's again; pass its first entry, once.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wsk/nc-wsk-pfn_wsk_free_address_info)
pub type PFN_WSK_FREE_ADDRESS_INFO =
    Option<unsafe extern "efiapi" fn(Client: PWSK_CLIENT, AddrInfo: *mut ADDRINFOEXW)>;

/// `WskGetNameInfo`: finds the host and service name of an address. Windows 7 and later.
///
/// `NodeName` and `ServiceName` receive the names; their buffers are the caller's and hold the
/// terminator too. One of the two may be null. `Flags` are `NI_` values. `OwningProcess` and
/// `OwningThread` are as in [`PFN_WSK_GET_ADDRESS_INFO`].
///
/// IRQL: `PASSIVE_LEVEL`.
///
/// Ownership: WSK completes `Irp` in every case ([rules](IRP)); keep everything that was passed
/// valid until then.
///
/// Returns `STATUS_SUCCESS`, `STATUS_PENDING`, `STATUS_INVALID_PARAMETER`, `STATUS_NO_MATCH` or
/// another error.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wsk/nc-wsk-pfn_wsk_get_name_info)
pub type PFN_WSK_GET_NAME_INFO = Option<
    unsafe extern "efiapi" fn(
        Client: PWSK_CLIENT,
        SockAddr: *mut SOCKADDR,
        SockAddrLength: u32,
        NodeName: *mut UNICODE_STRING,
        ServiceName: *mut UNICODE_STRING,
        Flags: u32,
        OwningProcess: *mut EPROCESS,
        OwningThread: *mut ETHREAD,
        Irp: *mut IRP,
    ) -> NTSTATUS,
>;
