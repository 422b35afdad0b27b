//! Providers of events.

use core::{
    ffi::c_void,
    mem, ptr,
    sync::atomic::{AtomicBool, AtomicPtr, AtomicU64, Ordering},
};

use super::{
    event::{Event, Level},
    filter::Filter,
    metadata::Metadata,
    routines::{EtwUnregister, EtwWriteTransfer, Guid, Routines},
    value::{Parts, Values},
};
use crate::{Passive, Result, Rundown, Status};

/// `EventProviderSetTraits`, which also says that the kinds of parts are to be looked at.
const SET_TRAITS: i32 = 2;

/// `EVENT_DATA_DESCRIPTOR_TYPE_EVENT_METADATA`
const OF_EVENT: u32 = 1;

/// `EVENT_DATA_DESCRIPTOR_TYPE_PROVIDER_METADATA`
const OF_PROVIDER: u32 = 2;

/// `EVENT_CONTROL_CODE_DISABLE_PROVIDER` and `EVENT_CONTROL_CODE_ENABLE_PROVIDER`
const DISABLE: u32 = 0;
const ENABLE: u32 = 1;

/// Writes events; sessions listen to it by its name or its identifier.
///
/// # Invariants
///
/// `handle` is zero, or that of a registration which lasts at least until `users` has ended; then `write` is
/// `EtwWriteTransfer`.
pub struct Provider {
    id: Guid,
    name: Metadata<64>,
    filter: Filter,
    claimed: AtomicBool,
    handle: AtomicU64,
    write: AtomicPtr<c_void>,
    /// Those who write an event.
    users: Rundown,
}

impl Provider {
    /// A provider with this name and identifier, which by convention is made from the name.
    ///
    /// # Panics
    ///
    /// If the name is longer than 61 bytes. Use it for statics, so that this is found at compile time.
    #[must_use]
    pub const fn new(name: &str, id: u128) -> Self {
        Self {
            id: Guid::new(id),
            name: Metadata::of_provider(name),
            filter: Filter::new(),
            claimed: AtomicBool::new(false),
            handle: AtomicU64::new(0),
            write: AtomicPtr::new(ptr::null_mut()),
            users: Rundown::new(),
        }
    }

    /// Makes the provider known, so that sessions can listen to it until the registration is dropped. Events
    /// more detailed than `most` are written for nobody. It can be registered once.
    ///
    /// IRQL: `PASSIVE_LEVEL`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-etwregister)
    ///
    /// # Errors
    ///
    /// `STATUS_NO_MEMORY` if there is no memory for it, `STATUS_INVALID_DEVICE_STATE` if it is or was
    /// registered, `STATUS_NOT_IMPLEMENTED` where Windows lacks event tracing.
    pub(crate) fn register(&'static self, most: u8, irql: &Passive) -> Result<Registered> {
        let routines = Routines::look_up(irql).ok_or(Status::NOT_IMPLEMENTED)?;
        if self.claimed.swap(true, Ordering::AcqRel) {
            return Err(Status::INVALID_DEVICE_STATE);
        }
        self.filter.limit(most);
        let mut handle = 0;
        let context = ptr::from_ref(self).cast_mut().cast();
        // SAFETY: the identifier and the place are valid, the callback treats the context as what it is, a
        // static, and the caller proved PASSIVE_LEVEL.
        let status =
            unsafe { (routines.register)(&raw const self.id, enabled, context, &raw mut handle) };
        if let Err(error) = Status::check(status) {
            self.claimed.store(false, Ordering::Release);
            return Err(error);
        }
        let name = self.name.as_bytes();
        let length = u32::try_from(name.len()).unwrap_or_default();
        // SAFETY: the handle is registered, and the description is valid for the call. If it fails, tools show
        // events that they cannot read.
        let _: i32 =
            unsafe { (routines.set_information)(handle, SET_TRAITS, name.as_ptr(), length) };
        let write: EtwWriteTransfer = routines.write_transfer;
        self.write.store(write as *mut c_void, Ordering::Relaxed);
        // INVARIANT: the registration lasts until the guard is dropped, which ends `users` first.
        self.handle.store(handle, Ordering::Release);
        Ok(Registered { provider: self, unregister: routines.unregister })
    }

    /// True if somebody wants events of this level and with these keywords.
    ///
    /// IRQL: any.
    #[inline]
    #[must_use]
    pub fn is_enabled(&self, level: Level, keywords: u64) -> bool {
        self.filter.wants(level as u8, keywords)
    }

    /// Writes an event if somebody wants it. Only then `values` is called.
    ///
    /// IRQL: `DISPATCH_LEVEL` or below.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-etwwritetransfer)
    #[inline]
    pub fn write<T: Values>(&self, event: &'static Event<T>, values: impl FnOnce() -> T) {
        if self.filter.wants(event.head.level, event.head.keywords) {
            self.send(event, &values());
        }
    }

    #[cold]
    #[inline(never)]
    fn send<T: Values>(&self, event: &'static Event<T>, values: &T) {
        let mut parts = Parts::new();
        parts.push_as(self.name.as_bytes(), OF_PROVIDER);
        parts.push_as(event.description.as_bytes(), OF_EVENT);
        values.push(&mut parts);
        let parts = parts.as_slice();
        let Some(_user) = self.users.enter() else { return };
        let handle = self.handle.load(Ordering::Acquire);
        if handle == 0 {
            return;
        }
        // SAFETY: by the invariant it is this function where there is a handle.
        let write = unsafe {
            mem::transmute::<*mut c_void, EtwWriteTransfer>(self.write.load(Ordering::Relaxed))
        };
        let count = u32::try_from(parts.len()).unwrap_or_default();
        let (head, none) = (&raw const event.head, ptr::null());
        // SAFETY: by the invariant the handle is registered while there are users. The image, its statics
        // and the stack of a running thread are never paged out, and all parts are borrowed from there: only
        // the values of this crate make them.
        let _: i32 =
            unsafe { write(handle, head.cast(), none, none, count, parts.as_ptr().cast()) };
    }
}

/// The registration of a [`Provider`]. Its drop takes it back, once nobody writes any more.
///
/// Windows calls into the driver while it lasts, so it must be dropped before the driver is unloaded: it stays in
/// this crate, and goes with the driver object's [trace](crate::DriverObject::trace).
///
/// IRQL of the drop: `PASSIVE_LEVEL`.
#[must_use]
pub(crate) struct Registered {
    provider: &'static Provider,
    unregister: EtwUnregister,
}

impl Drop for Registered {
    fn drop(&mut self) {
        // SAFETY: the drop of this type is documented to need PASSIVE_LEVEL.
        let irql = unsafe { Passive::assume() };
        self.provider.filter.stop();
        self.provider.users.end(&irql);
        // INVARIANT: nobody uses the handle any more.
        let handle = self.provider.handle.swap(0, Ordering::AcqRel);
        // SAFETY: the handle is registered, at PASSIVE_LEVEL, and is not used again.
        let _: i32 = unsafe { (self.unregister)(handle) };
    }
}

/// Windows calls it when sessions begin or cease to listen.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nc-wdm-etwenablecallback)
///
/// # Safety
///
/// `provider` is the context of [`Provider::register`].
unsafe extern "C" fn enabled(
    _source: *const Guid,
    control: u32,
    level: u8,
    any: u64,
    all: u64,
    _filter: *const c_void,
    provider: *mut c_void,
) {
    // SAFETY: by the contract it is a static provider.
    let provider = unsafe { &*provider.cast::<Provider>().cast_const() };
    match control {
        DISABLE => provider.filter.stop(),
        ENABLE => provider.filter.listen(level, any, all),
        // A session asks for the state of things, which no event tells.
        _ => {}
    }
}
