//! Becoming a client of WSK, and ceasing to be one.
//!
//! [`FN_WSK_REGISTER`], [`FN_WSK_CAPTURE_PROVIDER_NPI`], use, [`FN_WSK_RELEASE_PROVIDER_NPI`],
//! [`FN_WSK_DEREGISTER`]: each success of the first two is answered by exactly one call of the last
//! two.

use core::ffi::c_void;

use crate::{KSPIN_LOCK, NPIID, NTSTATUS, PWSK_CLIENT, WSK_PROVIDER_DISPATCH};

/// Identifier of the WSK interface, for
/// [`WSK_EVENT_CALLBACK_CONTROL`](crate::WSK_EVENT_CALLBACK_CONTROL).
pub static NPI_WSK_INTERFACE_ID: NPIID = NPIID {
    Data1: 0x2227_e803,
    Data2: 0x8d8b,
    Data3: 0x11d4,
    Data4: [0xab, 0xad, 0x00, 0x90, 0x27, 0x71, 0x9e, 0x09],
};

/// Does not wait for the provider.
pub const WSK_NO_WAIT: u32 = 0;
/// Waits for the provider as long as it takes.
pub const WSK_INFINITE_WAIT: u32 = u32::MAX;

/// Version of the interface, from its parts; 1.0 is the usual one.
#[must_use]
pub const fn MAKE_WSK_VERSION(Mj: u8, Mn: u8) -> u16 {
    u16::from_be_bytes([Mj, Mn])
}

/// Major part of a version; versions that differ in it are incompatible.
#[must_use]
pub const fn WSK_MAJOR_VERSION(V: u16) -> u8 {
    V.to_be_bytes()[0]
}

/// Minor part of a version; a higher one contains the lower ones.
#[must_use]
pub const fn WSK_MINOR_VERSION(V: u16) -> u8 {
    V.to_be_bytes()[1]
}

/// `WskClientEvent`: tells the client of something that concerns no single socket.
///
/// No events are defined; a client that has this callback at all returns `STATUS_NOT_IMPLEMENTED`.
///
/// IRQL: at most `DISPATCH_LEVEL`, in any thread. May not wait for a request of WSK.
///
/// Ownership: `Information` is WSK's, to be read during the call only.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wsk/nc-wsk-pfn_wsk_client_event)
pub type PFN_WSK_CLIENT_EVENT = Option<
    unsafe extern "efiapi" fn(
        ClientContext: *mut c_void,
        EventType: u32,
        Information: *mut c_void,
        InformationLength: usize,
    ) -> NTSTATUS,
>;

/// What a client offers to WSK, apart from sockets. Stays where it is until the client deregisters.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wsk/ns-wsk-_wsk_client_dispatch)
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct WSK_CLIENT_DISPATCH {
    /// Version that the client was written for, of [`MAKE_WSK_VERSION`].
    pub Version: u16,
    /// Zero.
    pub Reserved: u16,
    /// Callback, or none.
    pub WskClientEvent: PFN_WSK_CLIENT_EVENT,
}

/// How a client introduces itself.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wsk/ns-wsk-_wsk_client_npi)
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct WSK_CLIENT_NPI {
    /// Value for the client's own use, passed to [`PFN_WSK_CLIENT_EVENT`].
    pub ClientContext: *mut c_void,
    /// The client's table.
    pub Dispatch: *const WSK_CLIENT_DISPATCH,
}

/// What the client got from the provider; all zero before that.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wsk/ns-wsk-_wsk_provider_npi)
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct WSK_PROVIDER_NPI {
    /// The client, to be passed to every function of the table.
    pub Client: PWSK_CLIENT,
    /// The provider's table; may be used until the provider is released.
    pub Dispatch: *const WSK_PROVIDER_DISPATCH,
}

/// Registration of a client: memory of the client that WSK fills in and nobody else changes.
///
/// It stays where it is until [`FN_WSK_DEREGISTER`] and every other call with it has returned.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wsk/ns-wsk-_wsk_registration)
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct WSK_REGISTRATION {
    /// WSK's own.
    pub ReservedRegistrationState: u64,
    /// WSK's own.
    pub ReservedRegistrationContext: *mut c_void,
    /// WSK's own.
    pub ReservedRegistrationLock: KSPIN_LOCK,
}

/// Versions that the provider speaks.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wsk/ns-wsk-_wsk_provider_characteristics)
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct WSK_PROVIDER_CHARACTERISTICS {
    /// The newest one.
    pub HighestVersion: u16,
    /// The oldest one.
    pub LowestVersion: u16,
}

/// Declares exports of NETIO.SYS: the import where the target is Windows, and everywhere the type
/// that such a function has for one who provides it.
macro_rules! imports {
    ($(
        $(#[$doc:meta])*
        fn $name:ident as $alias:ident($($arg:ident: $ty:ty),* $(,)?) $(-> $ret:ty)?;
    )*) => {
        #[cfg(windows)]
        #[link(name = "NETIO.SYS", kind = "raw-dylib", modifiers = "+verbatim")]
        unsafe extern "system" {
            $(
                $(#[$doc])*
                pub fn $name($($arg: $ty),*) $(-> $ret)?;
            )*
        }

        $(
            #[doc = concat!("Type of `", stringify!($name), "`.")]
            ///
            $(#[$doc])*
            pub type $alias = unsafe extern "efiapi" fn($($arg: $ty),*) $(-> $ret)?;
        )*
    };
}

imports! {
    /// Registers a client. May be called several times, with a registration of its own each time.
    ///
    /// IRQL: `PASSIVE_LEVEL`.
    ///
    /// Ownership: the table that `WskClientNpi` points to and `WskRegistration` remain the
    /// client's, but WSK uses both until the client deregisters.
    ///
    /// Returns `STATUS_SUCCESS` or an error; only after success has the client to deregister.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wsk/nf-wsk-wskregister)
    fn WskRegister as FN_WSK_REGISTER(
        WskClientNpi: *mut WSK_CLIENT_NPI,
        WskRegistration: *mut WSK_REGISTRATION,
    ) -> NTSTATUS;

    /// Gets the provider's table, once it is there. May be called several times.
    ///
    /// `WaitTimeout` is in milliseconds, [`WSK_NO_WAIT`] or [`WSK_INFINITE_WAIT`]. Drivers that
    /// start with the system may not wait for long where others wait for them: WSK may start later.
    ///
    /// IRQL: `PASSIVE_LEVEL`; at most `DISPATCH_LEVEL` with [`WSK_NO_WAIT`].
    ///
    /// Ownership: after success the table is the client's to use until it calls
    /// [`FN_WSK_RELEASE_PROVIDER_NPI`], once for each success.
    ///
    /// Returns `STATUS_SUCCESS`, `STATUS_DEVICE_NOT_READY` (not there yet, or the client has
    /// deregistered), `STATUS_NOINTERFACE` (the provider does not speak the client's version) or
    /// another error.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wsk/nf-wsk-wskcaptureprovidernpi)
    fn WskCaptureProviderNPI as FN_WSK_CAPTURE_PROVIDER_NPI(
        WskRegistration: *mut WSK_REGISTRATION,
        WaitTimeout: u32,
        WskProviderNpi: *mut WSK_PROVIDER_NPI,
    ) -> NTSTATUS;

    /// Gives the provider's table back, once for each success of [`FN_WSK_CAPTURE_PROVIDER_NPI`].
    ///
    /// IRQL: at most `DISPATCH_LEVEL`.
    ///
    /// Ownership: the client may not call functions of that table any more. Sockets that are open
    /// stay usable.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wsk/nf-wsk-wskreleaseprovidernpi)
    fn WskReleaseProviderNPI as FN_WSK_RELEASE_PROVIDER_NPI(
        WskRegistration: *mut WSK_REGISTRATION,
    );

    /// Finds out which versions the provider speaks; useful after
    /// [`FN_WSK_CAPTURE_PROVIDER_NPI`] returned `STATUS_NOINTERFACE` or succeeded.
    ///
    /// IRQL: at most `DISPATCH_LEVEL`.
    ///
    /// Ownership: both arguments are the client's; WSK writes to the second during the call only.
    ///
    /// Returns `STATUS_SUCCESS`, `STATUS_DEVICE_NOT_READY` or another error.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wsk/nf-wsk-wskqueryprovidercharacteristics)
    fn WskQueryProviderCharacteristics as FN_WSK_QUERY_PROVIDER_CHARACTERISTICS(
        WskRegistration: *mut WSK_REGISTRATION,
        WskProviderCharacteristics: *mut WSK_PROVIDER_CHARACTERISTICS,
    ) -> NTSTATUS;

    /// Undoes a registration, once for each success of [`FN_WSK_REGISTER`].
    ///
    /// Ends calls of [`FN_WSK_CAPTURE_PROVIDER_NPI`] that still wait, and then waits itself until
    /// the provider is released as often as it was captured, no function of its table is being
    /// called and all sockets are closed. Where this thread should have done one of these, it waits
    /// for ever.
    ///
    /// IRQL: `PASSIVE_LEVEL`.
    ///
    /// Ownership: the registration and the client's table are the client's alone again.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wsk/nf-wsk-wskderegister)
    fn WskDeregister as FN_WSK_DEREGISTER(
        WskRegistration: *mut WSK_REGISTRATION,
    );
}
