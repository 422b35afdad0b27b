//! A binding of the driver.

use std::{ffi::c_void, ptr, time::Duration};

use ndis_sys::{
    FN_NDIS_CLOSE_ADAPTER_EX, FN_NDIS_OID_REQUEST, FN_NDIS_OPEN_ADAPTER_EX, NDIS_HANDLE,
    NDIS_OBJECT_HEADER, NDIS_OBJECT_TYPE_OID_REQUEST, NDIS_OBJECT_TYPE_OPEN_PARAMETERS, NDIS_OID,
    NDIS_OID_REQUEST, NDIS_OID_REQUEST_REVISION_1, NDIS_OPEN_PARAMETERS,
    NDIS_OPEN_PARAMETERS_REVISION_1, NDIS_SIZEOF_OID_REQUEST_REVISION_1,
    NDIS_SIZEOF_OPEN_PARAMETERS_REVISION_1, NDIS_STATUS, NDIS_STATUS_PENDING, NDIS_STRING,
    NdisRequestQueryInformation, NdisRequestSetInformation, OID_GEN_CURRENT_PACKET_FILTER,
};
use parking_lot::{Condvar, Mutex};

use super::{Driver, import};

/// How long a test waits before it fails.
const LIMIT: Duration = Duration::from_secs(20);

/// What the driver has seen of a binding.
#[derive(Clone, Debug, Default)]
pub struct Seen {
    pub opened: Option<NDIS_STATUS>,
    pub closed: bool,
    /// The events of the binding, each with the bytes of its buffer.
    pub events: Vec<(i32, Vec<u8>)>,
    /// What the driver was told when it was restarted.
    pub restarts: Vec<Restarted>,
    /// The status indications: code, length of the structure, payload, level.
    pub status: Vec<(NDIS_STATUS, u16, Vec<u8>, u8)>,
    /// The requests that have ended and that nobody has waited for yet: address, status, level.
    pub ended: Vec<(usize, NDIS_STATUS, u8)>,
    /// How many lists were received.
    pub lists: u64,
    /// The levels at which the others have ended.
    pub levels: Vec<u8>,
}

/// What the driver was told when it was restarted.
#[derive(Clone, Debug, Default)]
pub struct Restarted {
    pub mtu: u32,
    pub filters: Vec<String>,
}

/// A binding of the driver.
pub struct Bound {
    pub driver: &'static Driver,
    /// Where NDIS puts the handle and the index of the medium.
    places: Mutex<Places>,
    seen: Mutex<Seen>,
    changed: Condvar,
}

struct Places {
    handle: &'static mut NDIS_HANDLE,
    index: &'static mut u32,
}

// SAFETY: handles are numbers.
unsafe impl Send for Places {}

impl Bound {
    pub fn new(driver: &'static Driver) -> &'static Self {
        let places =
            Places { handle: Box::leak(Box::new(ptr::null_mut())), index: Box::leak(Box::new(99)) };
        let bound = Self {
            driver,
            places: Mutex::new(places),
            seen: Mutex::default(),
            changed: Condvar::new(),
        };
        let bound: &'static Self = Box::leak(Box::new(bound));
        driver.add(bound);
        bound
    }

    fn context(&self) -> NDIS_HANDLE {
        ptr::from_ref(self).cast_mut().cast()
    }

    pub fn handle(&self) -> NDIS_HANDLE {
        *self.places.lock().handle
    }

    /// The index of the medium that NDIS took.
    pub fn index(&self) -> u32 {
        *self.places.lock().index
    }

    /// Opens the adapter, and waits until that is done.
    ///
    /// # Safety
    ///
    /// `name` is valid.
    pub unsafe fn open(&self, name: *mut NDIS_STRING, bind: NDIS_HANDLE) -> NDIS_STATUS {
        let (handle, index) = {
            let mut places = self.places.lock();
            (&raw mut *places.handle, &raw mut *places.index)
        };
        let mut media = self.driver.script.media.clone();
        let mut types = self.driver.script.frame_types.clone();
        let mut parameters = NDIS_OPEN_PARAMETERS {
            Header: NDIS_OBJECT_HEADER {
                Type: if self.driver.script.opens_wrongly {
                    0
                } else {
                    NDIS_OBJECT_TYPE_OPEN_PARAMETERS
                },
                Revision: NDIS_OPEN_PARAMETERS_REVISION_1,
                Size: NDIS_SIZEOF_OPEN_PARAMETERS_REVISION_1,
            },
            AdapterName: name,
            MediumArray: media.as_mut_ptr(),
            MediumArraySize: u32::try_from(media.len()).unwrap(),
            SelectedMediumIndex: index,
            FrameTypeArray: types.as_mut_ptr(),
            FrameTypeArraySize: u32::try_from(types.len()).unwrap(),
        };
        // SAFETY: it is the function's type.
        let open: FN_NDIS_OPEN_ADAPTER_EX = unsafe { import("NdisOpenAdapterEx") };
        let (driver, parameters) = (self.driver.handle(), &raw mut parameters);
        // SAFETY: all are valid for the call, and the places for ever.
        let status = unsafe { open(driver, self.context(), parameters, bind, handle) };
        if status == NDIS_STATUS_PENDING {
            return self.wait(|seen| seen.opened);
        }
        status
    }

    /// Closes the binding, and waits until that is done.
    pub fn close(&self) {
        // SAFETY: it is the function's type.
        let close: FN_NDIS_CLOSE_ADAPTER_EX = unsafe { import("NdisCloseAdapterEx") };
        // SAFETY: it is a handle, maybe of a binding that is gone, which NDIS notices.
        if unsafe { close(self.handle()) } == NDIS_STATUS_PENDING {
            self.wait(|seen| seen.closed.then_some(()));
        }
    }

    /// Sets the packet filter.
    pub fn set_filter(&self, filter: u32) -> NDIS_STATUS {
        let request = Request::set(OID_GEN_CURRENT_PACKET_FILTER, &filter.to_le_bytes());
        self.ask(&request)
    }

    /// Makes a request, and waits for its end.
    pub fn ask(&self, request: &Request) -> NDIS_STATUS {
        match self.start(request) {
            NDIS_STATUS_PENDING => self.wait_for(request),
            status => status,
        }
    }

    /// Makes a request.
    pub fn start(&self, request: &Request) -> NDIS_STATUS {
        self.start_at(request.address())
    }

    /// Makes a request that is there.
    pub fn start_at(&self, request: *mut NDIS_OID_REQUEST) -> NDIS_STATUS {
        // SAFETY: it is the function's type.
        let make: FN_NDIS_OID_REQUEST = unsafe { import("NdisOidRequest") };
        // SAFETY: the request stays until it has ended, or NDIS notices.
        unsafe { make(self.handle(), request) }
    }

    /// Waits for the end of a request that is pending.
    pub fn wait_for(&self, request: &Request) -> NDIS_STATUS {
        let address = request.address() as usize;
        self.wait(|seen| {
            let index = seen.ended.iter().position(|end| end.0 == address)?;
            let (_, status, level) = seen.ended.remove(index);
            seen.levels.push(level);
            Some(status)
        })
    }

    /// Notes something that the driver has seen.
    pub fn note(&self, change: impl FnOnce(&mut Seen)) {
        change(&mut self.seen.lock());
        self.changed.notify_all();
    }

    /// What the driver has seen.
    pub fn seen(&self) -> Seen {
        self.seen.lock().clone()
    }

    /// The events of the binding.
    pub fn events(&self) -> Vec<i32> {
        self.seen().events.into_iter().map(|(event, _)| event).collect()
    }

    /// Waits until the driver has seen something.
    pub fn wait<R>(&self, look: impl Fn(&mut Seen) -> Option<R>) -> R {
        let mut seen = self.seen.lock();
        loop {
            if let Some(found) = look(&mut seen) {
                return found;
            }
            assert!(!self.changed.wait_for(&mut seen, LIMIT).timed_out(), "{seen:?}");
        }
    }
}

/// A request, and its buffer.
pub struct Request {
    request: *mut NDIS_OID_REQUEST,
    buffer: *mut [u8],
}

impl Request {
    /// To set an identifier.
    pub fn set(oid: NDIS_OID, value: &[u8]) -> Self {
        let mut request = Self::new(oid, value.into());
        request.fill(|request, buffer, length| {
            request.RequestType = NdisRequestSetInformation;
            request.DATA.SET_INFORMATION = ndis_sys::NDIS_OID_REQUEST_SET {
                Oid: oid,
                InformationBuffer: buffer,
                InformationBufferLength: length,
                ..ndis_sys::NDIS_OID_REQUEST_SET::default()
            };
        });
        request
    }

    /// To query an identifier, with a buffer of so many bytes.
    pub fn query(oid: NDIS_OID, length: usize) -> Self {
        let mut request = Self::new(oid, vec![0; length].into());
        request.fill(|request, buffer, length| {
            request.RequestType = NdisRequestQueryInformation;
            request.DATA.QUERY_INFORMATION = ndis_sys::NDIS_OID_REQUEST_QUERY {
                Oid: oid,
                InformationBuffer: buffer,
                InformationBufferLength: length,
                ..ndis_sys::NDIS_OID_REQUEST_QUERY::default()
            };
        });
        request
    }

    fn new(oid: NDIS_OID, buffer: Box<[u8]>) -> Self {
        let mut request = Box::new(NDIS_OID_REQUEST::default());
        request.Header = NDIS_OBJECT_HEADER {
            Type: NDIS_OBJECT_TYPE_OID_REQUEST,
            Revision: NDIS_OID_REQUEST_REVISION_1,
            Size: NDIS_SIZEOF_OID_REQUEST_REVISION_1,
        };
        request.RequestId = (oid as usize) as *mut c_void;
        Self { request: Box::into_raw(request), buffer: Box::into_raw(buffer) }
    }

    fn fill(&mut self, fill: impl FnOnce(&mut NDIS_OID_REQUEST, *mut c_void, u32)) {
        let length = u32::try_from(self.buffer.len()).unwrap();
        // SAFETY: it came from a box, and nobody else has it yet.
        fill(unsafe { &mut *self.request }, self.buffer.cast(), length);
    }

    pub fn address(&self) -> *mut NDIS_OID_REQUEST {
        self.request
    }

    /// The first byte of the buffer.
    pub fn buffer(&self) -> *mut u8 {
        self.buffer.cast()
    }

    /// The request, once it has ended.
    pub fn result(&self) -> NDIS_OID_REQUEST {
        // SAFETY: it came from a box.
        unsafe { self.request.read() }
    }

    /// The bytes that were written or read, and those that would have been needed.
    pub fn lengths(&self) -> (u32, u32) {
        // SAFETY: queries and sets have these members at the same places.
        let query = unsafe { self.result().DATA.QUERY_INFORMATION };
        (query.BytesWritten, query.BytesNeeded)
    }

    /// The bytes of the buffer.
    pub fn bytes(&self) -> Vec<u8> {
        // SAFETY: it came from a box.
        unsafe { &*self.buffer }.to_vec()
    }
}

impl Drop for Request {
    fn drop(&mut self) {
        // SAFETY: it came from a box.
        drop(unsafe { Box::from_raw(self.request) });
        // SAFETY: as above.
        drop(unsafe { Box::from_raw(self.buffer) });
    }
}
