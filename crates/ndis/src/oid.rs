//! Requests to the drivers below a binding.

use core::{
    ffi::c_void,
    ptr::{self, NonNull},
    sync::atomic::{AtomicI32, AtomicPtr, AtomicU8, Ordering},
};

use ndis_sys as sys;
use wdm::{Event, Passive, PoolBox, PoolBytes, Reset, Result, Status, Tag};

use crate::{counters::add, information::Information, open::Bound, shared::Core};

/// How long a request may take, in milliseconds, before it is cancelled. A miniport has 12 seconds.
const PATIENCE: u32 = 15_000;

/// How long a cancelled one may take until it is not waited for any more.
const LAST_PATIENCE: u32 = 5_000;

/// How often a request of a binding that is about to be closed waits for its memory, and how many microseconds each time.
const LAST_TRIES: u32 = 100;
const PAUSE: u32 = 10_000;

/// The result of a call of NDIS'. Some values that are not negative mean that nothing was done.
///
/// # Errors
///
/// All but success; `STATUS_NOT_SUPPORTED` for what the driver below does not recognise.
pub(crate) const fn check(status: sys::NDIS_STATUS) -> Result {
    match status {
        sys::NDIS_STATUS_SUCCESS => Ok(()),
        sys::NDIS_STATUS_NOT_RECOGNIZED => Err(Status::NOT_SUPPORTED),
        error if error < 0 => Err(Status::from_raw(error)),
        _ => Err(Status::UNSUCCESSFUL),
    }
}

/// Lets the requests of a binding follow each other.
pub(crate) struct Turn {
    /// Signaled while no request is under way.
    free: Event,
    /// The request that NDIS has.
    pending: AtomicPtr<Request>,
}

impl Turn {
    pub(crate) fn new(tag: Tag) -> Result<Self> {
        let free = Event::new(Reset::ByWait, tag)?;
        free.set();
        Ok(Self { free, pending: AtomicPtr::new(ptr::null_mut()) })
    }
}

/// A request, with all that NDIS uses of it.
///
/// # Invariants
///
/// `core` exists until the request has ended, being counted among its users. `raw` is first, so that its address is
/// that of the request.
#[repr(C)]
struct Request {
    raw: sys::NDIS_OID_REQUEST,
    core: *const Core,
    buffer: Option<PoolBytes>,
    phase: AtomicU8,
    status: AtomicI32,
    done: Event,
}

/// Somebody waits for the request.
const WAITED_FOR: u8 = 0;
/// It is complete.
const DONE: u8 = 1;
/// Nobody waits for it any more; its completion frees it.
const ABANDONED: u8 = 2;

/// The place of a value.
///
/// # Invariants
///
/// It is valid for as long as this is used; its bytes may have any values.
#[derive(Clone, Copy)]
struct Value {
    start: *mut u8,
    length: usize,
}

impl Value {
    /// The place of `value`, which is borrowed for as long as this is used.
    fn of<T: Information>(value: &mut T) -> Self {
        // INVARIANT: that its bytes may have any values is what the trait says.
        Self { start: ptr::from_mut(value).cast(), length: size_of::<T>() }
    }

    const NONE: Self = Self { start: ptr::null_mut(), length: 0 };
}

/// What a request is for.
#[derive(Clone, Copy)]
enum Kind {
    Query,
    Set,
}

impl Request {
    fn new(kind: Kind, oid: sys::NDIS_OID, value: Value, core: &Core) -> Result<PoolBox<Self>> {
        let buffer = match value.length {
            0 => None,
            length => Some(PoolBytes::try_new(length, core.tag)?),
        };
        let start = buffer.as_ref().map_or(ptr::null_mut(), |buffer| buffer.start().as_ptr());
        if buffer.is_some() {
            // SAFETY: the buffer is new and as long as the value, which is valid.
            unsafe { ptr::copy_nonoverlapping(value.start, start, value.length) };
        }
        let length = u32::try_from(value.length).map_err(|_| Status::INVALID_PARAMETER)?;
        let mut raw = sys::NDIS_OID_REQUEST {
            Header: sys::NDIS_OBJECT_HEADER {
                Type: sys::NDIS_OBJECT_TYPE_OID_REQUEST,
                Revision: sys::NDIS_OID_REQUEST_REVISION_1,
                Size: sys::NDIS_SIZEOF_OID_REQUEST_REVISION_1,
            },
            Timeout: sys::NDIS_OID_REQUEST_TIMEOUT_INFINITE,
            ..sys::NDIS_OID_REQUEST::default()
        };
        let (start, none) = (start.cast::<c_void>(), 0);
        (raw.RequestType, raw.DATA) = match kind {
            Kind::Query => {
                let query = sys::NDIS_OID_REQUEST_QUERY {
                    Oid: oid,
                    InformationBuffer: start,
                    InformationBufferLength: length,
                    BytesWritten: none,
                    BytesNeeded: none,
                };
                let data = sys::NDIS_OID_REQUEST_DATA { QUERY_INFORMATION: query };
                (sys::NdisRequestQueryInformation, data)
            }
            Kind::Set => {
                let set = sys::NDIS_OID_REQUEST_SET {
                    Oid: oid,
                    InformationBuffer: start,
                    InformationBufferLength: length,
                    BytesRead: none,
                    BytesNeeded: none,
                };
                let data = sys::NDIS_OID_REQUEST_DATA { SET_INFORMATION: set };
                (sys::NdisRequestSetInformation, data)
            }
        };
        let request = Self {
            raw,
            core,
            buffer,
            phase: AtomicU8::new(WAITED_FOR),
            status: AtomicI32::new(sys::NDIS_STATUS_PENDING),
            done: Event::new(Reset::ByCall, core.tag)?,
        };
        PoolBox::try_new(request, core.tag)
    }

    /// Copies what a query brought to `value`, and returns how many bytes it is.
    fn answer(&self, value: Value) -> usize {
        // SAFETY: the request was made as a query, whose members are numbers and pointers.
        let query = unsafe { self.raw.DATA.QUERY_INFORMATION };
        let Some(buffer) = &self.buffer else { return 0 };
        let written = (query.BytesWritten as usize).min(buffer.length()).min(value.length);
        // SAFETY: so many bytes are in both, and the buffer is ours again.
        unsafe { ptr::copy_nonoverlapping(buffer.start().as_ptr(), value.start, written) };
        written
    }
}

/// Frees a request that has ended, and lets the next one follow.
fn end(request: PoolBox<Request>) {
    let core = request.core;
    drop(request);
    // SAFETY: by the invariant it exists, until it is left below.
    let core = unsafe { &*core };
    core.turn.free.set();
    // SAFETY: it was kept as a user when it was made.
    unsafe { core.handle.leave() };
}

/// Asks the drivers below to end the request that is under way, if there is one: the binding is about to be closed.
pub(crate) fn cancel_pending(core: &Core) {
    let Some(user) = core.handle.enter() else { return };
    let request = core.turn.pending.load(Ordering::Acquire);
    if !request.is_null() {
        // SAFETY: the binding is open. The identifier is only compared; the request may have ended meanwhile.
        unsafe { sys::NdisCancelOidRequest(user.raw(), request.cast()) };
    }
}

/// NDIS has completed a request that was pending.
pub(crate) fn complete(core: &Core, raw: *mut sys::NDIS_OID_REQUEST, status: sys::NDIS_STATUS) {
    let (request, none) = (raw.cast::<Request>(), ptr::null_mut());
    let pending = &core.turn.pending;
    let ours = pending.compare_exchange(request, none, Ordering::AcqRel, Ordering::Relaxed).is_ok();
    let Some(request) = NonNull::new(request).filter(|_| ours) else {
        add(&core.counters.completions, 1);
        return;
    };
    // SAFETY: it was pending, so that it exists.
    let this = unsafe { request.as_ref() };
    this.status.store(status, Ordering::Relaxed);
    if this.phase.swap(DONE, Ordering::AcqRel) == WAITED_FOR {
        this.done.set();
    } else {
        // SAFETY: who made it gave it up with `into_raw`, for this call to free.
        end(unsafe { PoolBox::from_raw(request) });
    }
}

impl Bound<'_> {
    /// Asks for a value. `value` is handed to the drivers below as it is, so that it can tell them a revision, and
    /// filled with what they answer. Returns how many bytes of it that is.
    ///
    /// Requests of a binding follow each other. IRQL: `PASSIVE_LEVEL`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisoidrequest)
    ///
    /// # Errors
    ///
    /// `STATUS_TIMEOUT` if there was no answer in twenty seconds, `STATUS_INSUFFICIENT_RESOURCES` if there is no memory
    /// for it, `STATUS_NOT_SUPPORTED` if no driver below knows it, or what they or NDIS return.
    pub fn query<T: Information>(
        &self,
        oid: sys::NDIS_OID,
        value: &mut T,
        irql: &Passive,
    ) -> Result<usize> {
        self.request(Kind::Query, oid, Value::of(value), irql)
    }

    /// Sets a value.
    ///
    /// IRQL and errors: as for [`query`](Self::query).
    ///
    /// # Errors
    ///
    /// As for [`query`](Self::query).
    pub fn set<T: Information>(&self, oid: sys::NDIS_OID, value: &T, irql: &Passive) -> Result {
        let mut value = *value;
        self.request(Kind::Set, oid, Value::of(&mut value), irql).map(drop)
    }

    /// Sets a value that has no bytes, as an empty list.
    ///
    /// IRQL: `PASSIVE_LEVEL`.
    ///
    /// # Errors
    ///
    /// As for [`query`](Self::query).
    pub fn set_empty(&self, oid: sys::NDIS_OID, irql: &Passive) -> Result {
        self.request(Kind::Set, oid, Value::NONE, irql).map(drop)
    }

    /// Makes a request.
    fn request(
        &self,
        kind: Kind,
        oid: sys::NDIS_OID,
        value: Value,
        irql: &Passive,
    ) -> Result<usize> {
        let core = self.core();
        let may_request = || core.may_request(self.is_last());
        may_request()?;
        let request = self.allocate(kind, oid, value, irql)?;
        if !core.turn.free.wait_for(PATIENCE, irql) {
            return Err(Status::TIMEOUT);
        }
        // The request is a user of its own: it may outlive us. Much may have happened while we waited.
        let user = may_request().and_then(|()| core.handle.enter().ok_or(Status::FILE_CLOSED));
        match user {
            Ok(user) => user.keep(),
            Err(error) => {
                core.turn.free.set();
                return Err(error);
            }
        }
        let request = self.send(request, irql)?;
        let result = check(request.status.load(Ordering::Acquire)).map(|()| match kind {
            Kind::Query => request.answer(value),
            Kind::Set => 0,
        });
        end(request);
        result
    }

    /// Memory for a request. When the binding is about to be closed it is waited for, if there is none: what was set
    /// has to be taken back.
    fn allocate(
        &self,
        kind: Kind,
        oid: sys::NDIS_OID,
        value: Value,
        _irql: &Passive,
    ) -> Result<PoolBox<Request>> {
        let tries = if self.is_last() { LAST_TRIES } else { 0 };
        for _ in 0..tries {
            let request = Request::new(kind, oid, value, self.core());
            if !matches!(request, Err(Status::INSUFFICIENT_RESOURCES)) {
                return request;
            }
            // SAFETY: the caller proved PASSIVE_LEVEL.
            unsafe { sys::NdisMSleep(PAUSE) };
        }
        Request::new(kind, oid, value, self.core())
    }

    /// Hands a request to NDIS, and gives it back when it is complete.
    ///
    /// # Errors
    ///
    /// `STATUS_TIMEOUT` if it is not, and will be freed when it is; `NDIS_STATUS_LOW_POWER_STATE` if the adapter has lost
    /// its power, and the request has ended.
    fn send(&self, request: PoolBox<Request>, irql: &Passive) -> Result<PoolBox<Request>> {
        let powered = &self.core().powered;
        if !powered.enter(1) {
            end(request);
            return Err(Status::from_raw(sys::NDIS_STATUS_LOW_POWER_STATE));
        }
        let request = request.into_raw();
        let raw = request.cast::<sys::NDIS_OID_REQUEST>().as_ptr();
        // SAFETY: it is ours until NDIS has it.
        unsafe { (*raw).RequestId = raw.cast() };
        self.core().turn.pending.store(request.as_ptr(), Ordering::Release);
        // SAFETY: the binding is open as long as this guard exists. Request and buffer are in nonpaged pool until the
        // request is complete.
        let status = unsafe { sys::NdisOidRequest(self.handle(), raw) };
        powered.leave(1);
        if status != sys::NDIS_STATUS_PENDING {
            self.core().turn.pending.store(ptr::null_mut(), Ordering::Release);
            // SAFETY: NDIS is done with it, so that it is ours; it came from `into_raw`.
            let request = unsafe { PoolBox::from_raw(request) };
            request.status.store(status, Ordering::Relaxed);
            return Ok(request);
        }
        // SAFETY: it exists until somebody takes it back, which is nobody else as long as it is waited for.
        let this = unsafe { request.as_ref() };
        if !this.done.wait_for(PATIENCE, irql) {
            // SAFETY: the binding is open. The identifier is only compared.
            unsafe { sys::NdisCancelOidRequest(self.handle(), raw.cast()) };
            if !this.done.wait_for(LAST_PATIENCE, irql) {
                if this.phase.swap(ABANDONED, Ordering::AcqRel) == WAITED_FOR {
                    return Err(Status::TIMEOUT);
                }
                // It was completed at the last moment, and the event will be set.
                this.done.wait(irql);
            }
        }
        // SAFETY: it is complete, so that it is ours; it came from `into_raw`.
        Ok(unsafe { PoolBox::from_raw(request) })
    }
}
