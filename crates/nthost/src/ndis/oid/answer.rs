//! How requests are answered.

use std::sync::Arc;

use ndis_sys::{
    NDIS_HANDLE, NDIS_OID_REQUEST, NDIS_STATUS, NDIS_STATUS_BUFFER_TOO_SHORT,
    NDIS_STATUS_INVALID_LENGTH, NDIS_STATUS_NOT_SUPPORTED, NDIS_STATUS_SUCCESS,
    NdisRequestQueryInformation, NdisRequestQueryStatistics, NdisRequestSetInformation,
};

use super::{
    query,
    request::{Question, load, store},
    set,
};
use crate::ndis::{binding::Binding, status};

/// What every byte of the reserved areas of a request is once it has ended.
const POISON: u8 = 0xdd;

/// What a request has come to.
#[derive(Clone, Copy, Debug, Default)]
struct Result {
    status: NDIS_STATUS,
    /// Bytes that were read or written.
    done: usize,
    /// Bytes that would have been needed.
    needed: usize,
}

/// Does what a request asks, or fails it with this status, and fills in the results. Returns its status.
///
/// # Safety
///
/// The request is valid and NDIS', and so is its buffer.
pub unsafe fn perform(
    binding: &Arc<Binding>,
    request: *mut NDIS_OID_REQUEST,
    question: &Question,
    failure: Option<NDIS_STATUS>,
) -> NDIS_STATUS {
    let settings = &binding.adapter.description.settings.control;
    let failing = settings.failing_requests.iter().find(|(oid, _)| *oid == question.oid);
    let failure = failure.or(failing.map(|(_, status)| status.value()));
    if settings.status_in_requests && question.kind == NdisRequestSetInformation {
        status::tell_of_nothing(binding);
    }
    let result = match (failure, question.kind) {
        (Some(status), _) => Result { status, ..Result::default() },
        (None, NdisRequestQueryInformation | NdisRequestQueryStatistics) => {
            // SAFETY: the contract is the same.
            unsafe { read(binding, question) }
        }
        (None, NdisRequestSetInformation) => write(binding, question),
        (None, _) => Result { status: NDIS_STATUS_NOT_SUPPORTED, ..Result::default() },
    };
    // SAFETY: the contract is the same.
    unsafe { fill_in(request, question, result, settings.supported_revision.unwrap_or(1)) };
    result.status
}

/// # Safety
///
/// The buffer is valid.
unsafe fn read(binding: &Binding, question: &Question) -> Result {
    let value = match query::value(binding, question.oid, question.length) {
        Ok(value) => value,
        Err(status) => return Result { status, ..Result::default() },
    };
    let needed = value.len();
    if needed > question.length {
        return Result { status: NDIS_STATUS_BUFFER_TOO_SHORT, done: 0, needed };
    }
    // SAFETY: there is room for it.
    unsafe { (question.buffer as *mut u8).copy_from(value.as_ptr(), needed) };
    Result { status: NDIS_STATUS_SUCCESS, done: needed, needed: 0 }
}

fn write(binding: &Binding, question: &Question) -> Result {
    match set::set(binding, question.oid, &question.input) {
        Ok(()) => {
            let silent = binding.adapter.description.settings.control.reads_nothing;
            let done = if silent { 0 } else { question.input.len() };
            Result { status: NDIS_STATUS_SUCCESS, done, needed: 0 }
        }
        Err(set::Refusal::Length(needed)) => {
            Result { status: NDIS_STATUS_INVALID_LENGTH, done: 0, needed }
        }
        Err(set::Refusal::Status(status)) => Result { status, ..Result::default() },
    }
}

/// # Safety
///
/// The request is valid and NDIS'.
unsafe fn fill_in(
    request: *mut NDIS_OID_REQUEST,
    question: &Question,
    result: Result,
    revision: u8,
) {
    let [done, needed] =
        [result.done, result.needed].map(|bytes| u32::try_from(bytes).unwrap_or(u32::MAX));
    // SAFETY: by the contract.
    let mut copy = unsafe { load(request) };
    match question.kind {
        NdisRequestQueryInformation | NdisRequestQueryStatistics => {
            // SAFETY: the type of the request says that this member counts.
            let query = unsafe { &mut copy.DATA.QUERY_INFORMATION };
            (query.BytesWritten, query.BytesNeeded) = (done, needed);
        }
        NdisRequestSetInformation => {
            // SAFETY: as above.
            let set = unsafe { &mut copy.DATA.SET_INFORMATION };
            (set.BytesRead, set.BytesNeeded) = (done, needed);
        }
        _ => {}
    }
    copy.SupportedRevision = revision;
    copy.RequestHandle = usize::MAX as NDIS_HANDLE;
    copy.NdisReserved.fill(POISON);
    copy.MiniportReserved.fill(POISON);
    // SAFETY: by the contract.
    unsafe { store(request, &copy) };
}
