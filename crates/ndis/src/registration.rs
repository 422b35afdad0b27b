//! Becoming a protocol driver, and ceasing to be one.

use core::{
    ffi::c_void,
    marker::PhantomData,
    ptr::{self, NonNull},
    sync::atomic::{AtomicPtr, Ordering},
};

use ndis_sys as sys;
use wdm::{Passive, PoolBox, Result, Status, Tag, UnicodeStr};

use crate::{Protocol, binding, events, oid, version::Running};

/// A protocol driver of NDIS, for a static.
///
/// ```ignore
/// static NDIS: Registration<Capture> = Registration::new();
///
/// impl Protocol for Capture {
///     fn registration() -> &'static Registration<Self> {
///         &NDIS
///     }
///     // …
/// }
///
/// let registered = NDIS.register(Capture::new(), wdm::unicode!("ndisrx"), TAG, irql)?;
/// ```
///
/// # Invariants
///
/// `driver` is null, or to a value from `PoolBox::into_raw` that is this place's; it is freed only while no handler of
/// the driver can be called. `handle` is null, or NDIS' handle of the driver.
pub struct Registration<P> {
    driver: AtomicPtr<Driver<P>>,
    handle: AtomicPtr<c_void>,
    owner: PhantomData<PoolBox<Driver<P>>>,
}

/// What handlers need of a driver.
pub(crate) struct Driver<P> {
    pub(crate) protocol: P,
    pub(crate) tag: Tag,
}

// SAFETY: shared, it gives access to a shared driver only, which may be used on any thread.
unsafe impl<P: Send + Sync> Sync for Registration<P> {}

impl<P: Protocol> Registration<P> {
    /// A driver that is not registered.
    #[must_use]
    #[expect(clippy::new_without_default, reason = "it is for a static")]
    pub const fn new() -> Self {
        Self {
            driver: AtomicPtr::new(ptr::null_mut()),
            handle: AtomicPtr::new(ptr::null_mut()),
            owner: PhantomData,
        }
    }

    /// Registers the driver until the guard is dropped. `name` is that of its service.
    ///
    /// All that `protocol` needs has to be ready: adapters may be offered, and lists arrive, before this returns. Of
    /// the versions that NDIS and this crate know the newest one is declared, so that no offload is turned off
    /// because of this driver.
    ///
    /// IRQL: `PASSIVE_LEVEL`, also for the drop of the guard.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisregisterprotocoldriver)
    ///
    /// # Errors
    ///
    /// `STATUS_NOINTERFACE` if NDIS is older than 6.20, `STATUS_INVALID_DEVICE_STATE` if the driver is registered,
    /// `STATUS_INSUFFICIENT_RESOURCES` if there is no memory, or what NDIS returns.
    pub fn register(
        &'static self,
        protocol: P,
        name: UnicodeStr<'static>,
        tag: Tag,
        _irql: &Passive,
    ) -> Result<Registered<P>> {
        let minor = Running::query().version().declared().ok_or(Status::NOINTERFACE)?;
        let driver = PoolBox::try_new(Driver { protocol, tag }, tag)?.into_raw();
        let (none, new) = (ptr::null_mut(), driver.as_ptr());
        if self.driver.compare_exchange(none, new, Ordering::AcqRel, Ordering::Relaxed).is_err() {
            // SAFETY: it came from `into_raw` just now, and nobody else has it.
            drop(unsafe { PoolBox::from_raw(driver) });
            return Err(Status::INVALID_DEVICE_STATE);
        }
        // From here on dropping this undoes what was done.
        let registered = Registered(self);
        let mut characteristics = characteristics::<P>(minor, name);
        let mut handle = ptr::null_mut();
        let context = ptr::from_ref(self).cast_mut().cast();
        // SAFETY: the handlers are those of this driver, which is ready; NDIS copies the characteristics. The caller
        // proved PASSIVE_LEVEL.
        let status = unsafe {
            sys::NdisRegisterProtocolDriver(context, &raw mut characteristics, &raw mut handle)
        };
        if let Err(error) = oid::check(status) {
            // What a handler may have stored is not valid.
            self.handle.store(ptr::null_mut(), Ordering::Release);
            return Err(error);
        }
        self.handle.store(handle, Ordering::Release);
        Ok(registered)
    }

    /// The driver, for a handler that NDIS calls.
    pub(crate) fn driver(&'static self) -> Option<&'static Driver<P>> {
        // SAFETY: by the invariant it is null, or to a driver that is not freed while handlers can be called.
        unsafe { self.driver.load(Ordering::Acquire).as_ref() }
    }

    /// NDIS' handle of the driver; null if it is not registered.
    pub(crate) fn handle(&self) -> sys::NDIS_HANDLE {
        self.handle.load(Ordering::Acquire)
    }
}

/// A driver that is registered. Drop it at `PASSIVE_LEVEL`, when the driver is unloaded or cannot start; never in
/// something that NDIS calls, which the drop waits for.
#[must_use]
pub struct Registered<P: Protocol>(&'static Registration<P>);

impl<P: Protocol> Registered<P> {
    /// The driver.
    #[must_use]
    pub fn protocol(&self) -> Option<&P> {
        self.0.driver().map(|driver| &driver.protocol)
    }
}

impl<P: Protocol> Drop for Registered<P> {
    fn drop(&mut self) {
        let handle = self.0.handle.swap(ptr::null_mut(), Ordering::AcqRel);
        if !handle.is_null() {
            // SAFETY: it is that of the driver, and deregistered once; the documentation of the type asks for the level
            // and the place. NDIS closes all bindings before this returns.
            unsafe { sys::NdisDeregisterProtocolDriver(handle) };
        }
        let driver = NonNull::new(self.0.driver.swap(ptr::null_mut(), Ordering::AcqRel));
        // SAFETY: it came from `into_raw`, and no handler can be called any more.
        drop(driver.map(|driver| unsafe { PoolBox::from_raw(driver) }));
    }
}

/// What a driver is registered with.
fn characteristics<P: Protocol>(
    minor: u8,
    name: UnicodeStr<'static>,
) -> sys::NDIS_PROTOCOL_DRIVER_CHARACTERISTICS {
    let units = name.units();
    // A UnicodeStr is never longer than this can count.
    let bytes = u16::try_from(size_of_val(units)).unwrap_or(u16::MAX);
    sys::NDIS_PROTOCOL_DRIVER_CHARACTERISTICS {
        Header: sys::NDIS_OBJECT_HEADER {
            Type: sys::NDIS_OBJECT_TYPE_PROTOCOL_DRIVER_CHARACTERISTICS,
            Revision: sys::NDIS_PROTOCOL_DRIVER_CHARACTERISTICS_REVISION_2,
            Size: sys::NDIS_SIZEOF_PROTOCOL_DRIVER_CHARACTERISTICS_REVISION_2,
        },
        MajorNdisVersion: 6,
        MinorNdisVersion: minor,
        MajorDriverVersion: 1,
        MinorDriverVersion: 0,
        Flags: 0,
        Name: sys::NDIS_STRING {
            Length: bytes,
            MaximumLength: bytes,
            Buffer: units.as_ptr().cast_mut(),
        },
        SetOptionsHandler: Some(set_options::<P>),
        BindAdapterHandlerEx: Some(binding::bind::<P>),
        UnbindAdapterHandlerEx: Some(binding::unbind::<P>),
        OpenAdapterCompleteHandlerEx: Some(binding::open_complete::<P>),
        CloseAdapterCompleteHandlerEx: Some(binding::close_complete::<P>),
        NetPnPEventHandler: Some(events::net_pnp_event::<P>),
        UninstallHandler: None,
        OidRequestCompleteHandler: Some(events::oid_request_complete::<P>),
        StatusHandlerEx: Some(events::status::<P>),
        ReceiveNetBufferListsHandler: Some(events::receive::<P>),
        SendNetBufferListsCompleteHandler: Some(events::send_complete::<P>),
        DirectOidRequestCompleteHandler: None,
    }
}

/// Stores the driver's handle, which adapters are opened with: they may be offered before the registration returns.
///
/// # Safety
///
/// NDIS calls it while the driver registers.
unsafe extern "efiapi" fn set_options<P: Protocol>(
    handle: sys::NDIS_HANDLE,
    _context: sys::NDIS_HANDLE,
) -> sys::NDIS_STATUS {
    P::registration().handle.store(handle, Ordering::Release);
    sys::NDIS_STATUS_SUCCESS
}
