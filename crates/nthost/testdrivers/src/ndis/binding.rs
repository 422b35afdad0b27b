//! Bindings of the driver, and their requests.

use core::{
    ptr,
    sync::atomic::{AtomicI32, AtomicPtr, Ordering},
};

use ndis_sys::{
    NDIS_EVENT, NDIS_HANDLE, NDIS_MEDIUM, NDIS_OBJECT_HEADER, NDIS_OBJECT_TYPE_OID_REQUEST,
    NDIS_OBJECT_TYPE_OPEN_PARAMETERS, NDIS_OID, NDIS_OID_REQUEST, NDIS_OID_REQUEST_REVISION_1,
    NDIS_OPEN_PARAMETERS, NDIS_OPEN_PARAMETERS_REVISION_1, NDIS_SIZEOF_OID_REQUEST_REVISION_1,
    NDIS_SIZEOF_OPEN_PARAMETERS_REVISION_1, NDIS_STATUS, NDIS_STATUS_PENDING, NDIS_STATUS_SUCCESS,
    NdisMedium802_3, NdisRequestQueryInformation, NdisRequestSetInformation,
    OID_GEN_CURRENT_PACKET_FILTER, OID_GEN_LINK_SPEED,
};

use super::{handlers::Bind, protocol};
use crate::kernel::{
    allocate, free,
    ndis::{
        NdisCloseAdapterEx, NdisInitializeEvent, NdisOidRequest, NdisOpenAdapterEx, NdisResetEvent,
        NdisSetEvent, NdisWaitEvent,
    },
};

/// A binding, in nonpaged pool.
#[repr(C)]
pub(crate) struct Binding {
    pub handle: NDIS_HANDLE,
    /// Where NDIS puts the index of the medium.
    medium: u32,
    /// What was pending has ended.
    done: NDIS_EVENT,
    /// So it has ended.
    status: AtomicI32,
    /// Sends that are not complete.
    sends: AtomicI32,
    /// Something that a fault keeps until later.
    pub kept: AtomicPtr<core::ffi::c_void>,
}

/// Makes a value of type `T`, all zero, in nonpaged pool.
pub(super) fn new<T>() -> *mut T {
    allocate(size_of::<T>() as u64).cast()
}

/// What an adapter is opened with.
pub(super) struct Opening {
    pub parameters: NDIS_OPEN_PARAMETERS,
    media: [NDIS_MEDIUM; 1],
}

impl Bind {
    /// Opens the adapter; the binding is null if that fails.
    pub fn open_with(&self, change: fn(&mut NDIS_OPEN_PARAMETERS)) -> (*mut Binding, NDIS_STATUS) {
        let made: *mut Binding = new();
        // SAFETY: it was made just now, and there is memory in tests of rules.
        let binding = unsafe { &mut *made };
        NdisInitializeEvent(&raw mut binding.done);
        let mut opening = Opening {
            parameters: NDIS_OPEN_PARAMETERS {
                Header: NDIS_OBJECT_HEADER {
                    Type: NDIS_OBJECT_TYPE_OPEN_PARAMETERS,
                    Revision: NDIS_OPEN_PARAMETERS_REVISION_1,
                    Size: NDIS_SIZEOF_OPEN_PARAMETERS_REVISION_1,
                },
                AdapterName: self.adapter,
                MediumArray: ptr::null_mut(),
                MediumArraySize: 1,
                SelectedMediumIndex: &raw mut binding.medium,
                FrameTypeArray: ptr::null_mut(),
                FrameTypeArraySize: 0,
            },
            media: [NdisMedium802_3],
        };
        opening.parameters.MediumArray = opening.media.as_mut_ptr();
        change(&mut opening.parameters);
        let (parameters, handle) = (&raw mut opening.parameters, &raw mut binding.handle);
        let mut status =
            NdisOpenAdapterEx(protocol(), made.cast(), parameters, self.handle, handle);
        if status == NDIS_STATUS_PENDING {
            status = binding.wait();
        }
        if status != NDIS_STATUS_SUCCESS {
            Binding::free(made);
            return (ptr::null_mut(), status);
        }
        (made, status)
    }

    /// Opens the adapter.
    pub fn open(&self) -> NDIS_STATUS {
        self.open_with(|_| ()).1
    }
}

impl Binding {
    /// Takes back the filter of a binding and closes it.
    pub fn close(binding: *mut Self) {
        // SAFETY: the binding is open.
        let binding = unsafe { &*binding };
        binding.set_filter(0);
        binding.close_now();
    }

    /// Closes the binding as it is.
    pub fn close_now(&self) {
        self.begin();
        if NdisCloseAdapterEx(self.handle) == NDIS_STATUS_PENDING {
            self.wait();
        }
    }

    /// Frees the memory of a binding.
    pub fn free(binding: *mut Self) {
        free(binding.cast());
    }

    fn event(&self) -> *mut NDIS_EVENT {
        (&raw const self.done).cast_mut()
    }

    /// Something is about to be pending.
    pub fn begin(&self) {
        NdisResetEvent(self.event());
    }

    /// What was pending has ended.
    pub fn end(&self, status: NDIS_STATUS) {
        self.status.store(status, Ordering::Release);
        NdisSetEvent(self.event());
    }

    /// Waits for what is pending.
    pub fn wait(&self) -> NDIS_STATUS {
        NdisWaitEvent(self.event(), 0);
        self.status.load(Ordering::Acquire)
    }

    /// Makes a request.
    pub fn start(&self, request: *mut Request) -> NDIS_STATUS {
        self.begin();
        NdisOidRequest(self.handle, request.cast())
    }

    /// Makes a request, waits for its end, and frees it.
    pub fn ask(&self, request: *mut Request) {
        if self.start(request) == NDIS_STATUS_PENDING {
            self.wait();
        }
        free(request.cast());
    }

    /// Sets the packet filter.
    pub fn set_filter(&self, filter: u32) {
        self.ask(Request::set(OID_GEN_CURRENT_PACKET_FILTER, filter));
    }

    /// Lists were sent.
    pub fn sending(&self) {
        self.sends.fetch_add(1, Ordering::AcqRel);
        self.begin();
    }

    /// What was sent has come back.
    pub fn sent(&self) {
        self.sends.fetch_sub(1, Ordering::AcqRel);
        self.end(NDIS_STATUS_SUCCESS);
    }

    /// Waits until all that was sent has come back.
    pub fn wait_for_sends(&self) {
        while self.sends.load(Ordering::Acquire) > 0 {
            self.wait();
        }
    }
}

/// A request and its buffer.
#[repr(C)]
pub(crate) struct Request {
    pub request: NDIS_OID_REQUEST,
    pub buffer: u32,
}

impl Request {
    /// To set something.
    pub fn set(oid: NDIS_OID, value: u32) -> *mut Self {
        let made: *mut Self = new();
        // SAFETY: it was made just now.
        let request = unsafe { &mut *made };
        request.buffer = value;
        request.describe(NdisRequestSetInformation, oid);
        made
    }

    /// To query something that everybody may know.
    pub fn query() -> *mut Self {
        let made: *mut Self = new();
        // SAFETY: it was made just now.
        unsafe { &mut *made }.describe(NdisRequestQueryInformation, OID_GEN_LINK_SPEED);
        made
    }

    /// Fills it in; queries and sets have their members at the same places.
    pub fn describe(&mut self, kind: i32, oid: NDIS_OID) {
        self.request.Header = NDIS_OBJECT_HEADER {
            Type: NDIS_OBJECT_TYPE_OID_REQUEST,
            Revision: NDIS_OID_REQUEST_REVISION_1,
            Size: NDIS_SIZEOF_OID_REQUEST_REVISION_1,
        };
        self.request.RequestType = kind;
        self.request.DATA.SET_INFORMATION = ndis_sys::NDIS_OID_REQUEST_SET {
            Oid: oid,
            InformationBuffer: (&raw mut self.buffer).cast(),
            InformationBufferLength: 4,
            ..ndis_sys::NDIS_OID_REQUEST_SET::default()
        };
    }
}
