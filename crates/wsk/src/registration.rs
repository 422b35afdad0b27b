//! Becoming a client of WSK, and ceasing to be one.

use core::{
    cell::UnsafeCell,
    ptr,
    sync::atomic::{AtomicBool, Ordering},
};

use wdm::{Passive, Result, SpinLock, Status, debug_print};
use wsk_sys as sys;

/// The version of the interface that this crate is written for.
const VERSION: u16 = sys::MAKE_WSK_VERSION(1, 0);

/// How long a capture waits at once, in milliseconds, and how often: WSK may start later than a driver.
const WAIT: u32 = 1000;
const WAITS: u32 = 3;

static CLIENT: sys::WSK_CLIENT_DISPATCH =
    sys::WSK_CLIENT_DISPATCH { Version: VERSION, Reserved: 0, WskClientEvent: None };

/// How event callbacks of all sockets of a client are turned on and off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EventCallbacks {
    /// For each socket, with [`Socket::enable`](crate::Socket::enable).
    Dynamic,
    /// They are on, from the moment at which a socket is bound, and for good.
    Static,
}

/// A client of WSK, for a static.
///
/// # Invariants
///
/// `raw` is used by WSK only, between registering and deregistering.
pub struct Registration {
    raw: UnsafeCell<sys::WSK_REGISTRATION>,
    registered: AtomicBool,
    callbacks: EventCallbacks,
    /// Whether WSK was told that the callbacks are static.
    told: SpinLock<bool>,
}

// SAFETY: WSK synchronises all access to the registration.
unsafe impl Sync for Registration {}

impl Registration {
    /// A client that is not registered.
    #[must_use]
    pub const fn new(callbacks: EventCallbacks) -> Self {
        let raw = sys::WSK_REGISTRATION {
            ReservedRegistrationState: 0,
            ReservedRegistrationContext: ptr::null_mut(),
            ReservedRegistrationLock: 0,
        };
        Self {
            raw: UnsafeCell::new(raw),
            registered: AtomicBool::new(false),
            callbacks,
            told: SpinLock::new(false),
        }
    }

    /// Registers the client until the guard is dropped.
    ///
    /// IRQL: `PASSIVE_LEVEL`, also for the drop of the guard, which waits until all sockets are closed.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wsk/nf-wsk-wskregister)
    ///
    /// # Errors
    ///
    /// What WSK returns; `STATUS_INVALID_DEVICE_STATE` if the client is registered.
    pub fn register(&'static self, _irql: &Passive) -> Result<Registered> {
        if self.registered.swap(true, Ordering::AcqRel) {
            return Err(Status::INVALID_DEVICE_STATE);
        }
        let mut npi =
            sys::WSK_CLIENT_NPI { ClientContext: ptr::null_mut(), Dispatch: &raw const CLIENT };
        // SAFETY: table and registration are static, and the registration is not in use. The caller
        // proved PASSIVE_LEVEL.
        let status = unsafe { sys::WskRegister(&raw mut npi, self.raw.get()) };
        if let Err(error) = Status::check(status) {
            self.registered.store(false, Ordering::Release);
            return Err(error);
        }
        Ok(Registered(self))
    }

    /// How its event callbacks are turned on and off.
    #[must_use]
    pub const fn callbacks(&self) -> EventCallbacks {
        self.callbacks
    }

    /// Gets the provider, waiting a few seconds for it if need be.
    ///
    /// # Errors
    ///
    /// `STATUS_DEVICE_NOT_READY` if it is not there, `STATUS_NOINTERFACE` if it does not speak our
    /// version, or another error of WSK's.
    pub(crate) fn capture(&'static self, irql: &mut Passive) -> Result<Provider> {
        if !self.registered.load(Ordering::Acquire) {
            return Err(Status::DEVICE_NOT_READY);
        }
        let mut npi = sys::WSK_PROVIDER_NPI { Client: ptr::null_mut(), Dispatch: ptr::null() };
        let mut captured = Err(Status::DEVICE_NOT_READY);
        for _ in 0..WAITS {
            // SAFETY: the registration is static, and deregistering while this waits ends the wait. The
            // level is PASSIVE_LEVEL.
            let status = unsafe { sys::WskCaptureProviderNPI(self.raw.get(), WAIT, &raw mut npi) };
            captured = Status::check(status);
            if captured != Err(Status::DEVICE_NOT_READY) {
                break;
            }
        }
        if captured == Err(Status::NOINTERFACE) {
            self.print_versions();
        }
        captured?;
        let provider = Provider { registration: self, npi };
        if self.callbacks == EventCallbacks::Static {
            provider.set_static_callbacks(irql)?;
        }
        Ok(provider)
    }

    /// Tells the debugger which versions the provider speaks.
    fn print_versions(&self) {
        let mut versions =
            sys::WSK_PROVIDER_CHARACTERISTICS { HighestVersion: 0, LowestVersion: 0 };
        // SAFETY: the client is registered, and the place for the answer is valid.
        let status =
            unsafe { sys::WskQueryProviderCharacteristics(self.raw.get(), &raw mut versions) };
        if Status::check(status).is_ok() {
            let major = |version| u32::from(sys::WSK_MAJOR_VERSION(version));
            let minor = |version| u32::from(sys::WSK_MINOR_VERSION(version));
            let (low, high) = (versions.LowestVersion, versions.HighestVersion);
            debug_print!(
                Error,
                "WSK speaks ",
                major(low),
                ".",
                minor(low),
                " to ",
                major(high),
                ".",
                minor(high),
                " and not 1.0"
            );
        }
    }
}

/// A client that is registered. Drop it at `PASSIVE_LEVEL`, when all sockets are closed.
#[must_use]
pub struct Registered(&'static Registration);

impl Drop for Registered {
    fn drop(&mut self) {
        // SAFETY: it was registered once, and this is undone once. The level is PASSIVE_LEVEL, as the
        // documentation of this type asks for.
        unsafe { sys::WskDeregister(self.0.raw.get()) };
        self.0.registered.store(false, Ordering::Release);
    }
}

/// The provider, captured: its functions can be called until this is dropped.
///
/// # Invariants
///
/// `npi` is what a capture that succeeded returned, and it is not released.
pub(crate) struct Provider {
    registration: &'static Registration,
    npi: sys::WSK_PROVIDER_NPI,
}

impl Provider {
    /// The client, for calls.
    pub(crate) const fn client(&self) -> sys::PWSK_CLIENT {
        self.npi.Client
    }

    /// The functions that belong to no socket.
    pub(crate) fn functions(&self) -> &sys::WSK_PROVIDER_DISPATCH {
        // SAFETY: by the invariant it is WSK's table, which is valid until it is released.
        unsafe { &*self.npi.Dispatch }
    }

    /// Turns the callbacks on for all sockets, unless that was done: before the first socket is made.
    fn set_static_callbacks(&self, irql: &mut Passive) -> Result {
        // Others wait for the first one here, which is done once.
        let mut told = self.registration.told.lock(irql);
        if *told {
            return Ok(());
        }
        let control = self.functions().WskControlClient.ok_or(Status::NOT_IMPLEMENTED)?;
        let mut callbacks = sys::WSK_EVENT_CALLBACK_CONTROL {
            NpiId: &raw const sys::NPI_WSK_INTERFACE_ID,
            EventMask: sys::WSK_EVENT_RECEIVE_FROM,
        };
        let (size, input) = (size_of_val(&callbacks), (&raw mut callbacks).cast());
        // SAFETY: the client is captured, the input is valid for the call, and this code takes no IRP. It
        // may be called at DISPATCH_LEVEL.
        let status = unsafe {
            control(
                self.client(),
                sys::WSK_SET_STATIC_EVENT_CALLBACKS,
                size,
                input,
                0,
                ptr::null_mut(),
                ptr::null_mut(),
                ptr::null_mut(),
            )
        };
        Status::check(status)?;
        *told = true;
        Ok(())
    }
}

impl Drop for Provider {
    fn drop(&mut self) {
        // SAFETY: by the invariant it was captured, and is released once.
        unsafe { sys::WskReleaseProviderNPI(self.registration.raw.get()) };
    }
}
