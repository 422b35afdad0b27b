//! A request on its way: refused, answered at once, or pending.

use std::{
    ffi::c_void,
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use ndis_sys::{
    NDIS_OID, NDIS_OID_REQUEST, NDIS_REQUEST_TYPE, NDIS_SIZEOF_OID_REQUEST_REVISION_1, NDIS_STATUS,
    NDIS_STATUS_ADAPTER_REMOVED, NDIS_STATUS_FAILURE, NDIS_STATUS_INVALID_DATA,
    NDIS_STATUS_LOW_POWER_STATE, NDIS_STATUS_PENDING, NDIS_STATUS_RESET_IN_PROGRESS,
    NDIS_STATUS_RESOURCES, NdisRequestMethod, NdisRequestQueryInformation,
    NdisRequestQueryStatistics, NdisRequestSetInformation, OID_GEN_CURRENT_PACKET_FILTER,
};

use super::{answer, stack};
use crate::{
    ex::pool,
    ke,
    low_resources::denies,
    ndis::{
        binding::Binding,
        header,
        outcome::Outcome,
        pnp, rules,
        settings::{Answer, Level},
    },
    nt::{DISPATCH_LEVEL, PASSIVE_LEVEL},
    probe, sched, thread, verifier,
};

/// How long a call waits for a completion that is to come before its return.
const BEFORE_RETURN: Duration = Duration::from_secs(1);
/// What a driver finds in the buffer of a query that is pending.
const POISON: u8 = 0xa5;

/// By which function a request was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Ordinary,
    Direct,
    Synchronous,
}

impl Kind {
    /// The name of the function.
    pub const fn function(self) -> &'static str {
        match self {
            Self::Ordinary => "NdisOidRequest",
            Self::Direct => "NdisDirectOidRequest",
            Self::Synchronous => "NdisSynchronousOidRequest",
        }
    }
}

/// What a request asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    pub kind: NDIS_REQUEST_TYPE,
    pub oid: NDIS_OID,
    pub buffer: usize,
    /// The bytes of the buffer, and how many of them are input.
    pub length: usize,
    pub input: Vec<u8>,
}

/// A request that is pending.
pub(crate) struct Pending {
    number: u64,
    request: *mut NDIS_OID_REQUEST,
    id: usize,
    kind: Kind,
    question: Question,
    /// Where the driver made it.
    caller: usize,
    /// Where the block of pool begins that it is in; zero if it is in none.
    block: usize,
    /// The call that made it has returned.
    has_returned: bool,
}

// SAFETY: the driver leaves the request to NDIS until it has ended.
unsafe impl Send for Pending {}

impl Pending {
    pub fn number(&self) -> u64 {
        self.number
    }

    /// Whether the driver has been told that it is pending.
    pub fn has_returned(&self) -> bool {
        self.has_returned
    }

    /// What it is, and where it was made.
    fn story(&self) -> String {
        let caller = thread::system().describe(self.caller);
        format!("a request for {:#010x} that {caller} made", self.question.oid)
    }

    /// Whether a driver that cancels this name means the request.
    pub fn is_named(&self, id: *mut c_void, kind: Kind) -> bool {
        self.id == id as usize && self.kind == kind
    }
}

/// Takes a request of a driver.
///
/// # Safety
///
/// It is null or valid until it has ended.
pub unsafe fn make(
    binding: &Arc<Binding>,
    request: *mut NDIS_OID_REQUEST,
    kind: Kind,
) -> NDIS_STATUS {
    let is_right = |request: *mut NDIS_OID_REQUEST| {
        header::check(&header::OID_REQUEST, request.cast(), binding.handle)
    };
    if !request.is_null() && !is_right(request) {
        return NDIS_STATUS_FAILURE;
    }
    // SAFETY: the contract is the same.
    let question = match unsafe { read(request) } {
        Ok(question) => question,
        Err((status, what)) => {
            let caller = verifier::caller();
            rules::REQUEST.broken(format!("{caller} makes a request that has {what}"));
            return status;
        }
    };
    if let Some(status) = refusal(binding, request) {
        return status;
    }
    check_memory(binding, request, &question);
    let refused = denies(kind.function()).then_some(NDIS_STATUS_RESOURCES);
    if question.oid == OID_GEN_CURRENT_PACKET_FILTER {
        binding.filter_refused.store(refused.is_some(), Ordering::Relaxed);
    }
    let answer = match binding.adapter.description.settings.control.requests {
        _ if kind == Kind::Synchronous => Answer::Inline,
        Answer::Random => thread::system().ndis.chance(|rng| {
            rng.choice([Answer::Inline, Answer::Pending, Answer::BeforeReturn])
                .unwrap_or(Answer::Pending)
        }),
        answer => answer,
    };
    if answer == Answer::Inline {
        // SAFETY: it is valid, as it has not ended.
        let status = unsafe { answer::perform(binding, request, &question, refused) };
        binding.adapter.note_request(question.oid, status);
        return status;
    }
    if question.kind != NdisRequestSetInformation && question.input.is_empty() {
        // SAFETY: the buffer is as long as the request says, and NDIS' until the request has ended.
        unsafe { (question.buffer as *mut u8).write_bytes(POISON, question.length) };
    }
    // SAFETY: it is valid.
    let id = unsafe { load(request) }.RequestId as usize;
    let number = thread::system().ndis.number();
    let caller = thread::current(|thread| thread.caller.get());
    let block = pool::block_at(&thread::system(), request as usize).map_or(0, |(start, _)| start);
    let has_returned = false;
    let pending = Pending { number, request, id, kind, question, caller, block, has_returned };
    binding.requests.lock().push(pending);
    stack::note(binding, request, number);
    let delay = match answer {
        Answer::Late(delay) => delay,
        _ => Duration::ZERO,
    };
    if answer != Answer::Never {
        let done = end_after(delay, Arc::clone(binding), number, refused);
        if answer == Answer::BeforeReturn && ke::irql::current() < DISPATCH_LEVEL {
            done.wait(sched::now() + BEFORE_RETURN);
        }
    }
    let mut requests = binding.requests.lock();
    let is_it = |pending: &&mut Pending| pending.number == number;
    requests.iter_mut().filter(is_it).for_each(|pending| pending.has_returned = true);
    NDIS_STATUS_PENDING
}

/// Bytes of a request that all revisions have.
const LENGTH: usize = NDIS_SIZEOF_OID_REQUEST_REVISION_1 as usize;

/// Copies what all revisions of a request have.
///
/// # Safety
///
/// It is valid.
pub unsafe fn load(request: *const NDIS_OID_REQUEST) -> NDIS_OID_REQUEST {
    let mut copy = NDIS_OID_REQUEST::default();
    // SAFETY: by the contract, so many bytes are there.
    unsafe { (&raw mut copy).cast::<u8>().copy_from(request.cast(), LENGTH) };
    copy
}

/// Writes back what [`load`] has copied.
///
/// # Safety
///
/// It is valid, and NDIS'.
pub unsafe fn store(request: *mut NDIS_OID_REQUEST, copy: &NDIS_OID_REQUEST) {
    // SAFETY: by the contract, so many bytes are there.
    unsafe { request.cast::<u8>().copy_from((&raw const *copy).cast(), LENGTH) };
}

/// Reads what a request asks.
///
/// # Errors
///
/// The status that it fails with, and what is wrong.
///
/// # Safety
///
/// It is null or valid.
unsafe fn read(request: *mut NDIS_OID_REQUEST) -> Result<Question, (NDIS_STATUS, &'static str)> {
    if request.is_null() {
        return Err((NDIS_STATUS_FAILURE, "no address"));
    }
    // SAFETY: by the contract.
    let copy = unsafe { load(request) };
    let (kind, data) = (copy.RequestType, copy.DATA);
    let (oid, buffer, length, input) = match kind {
        NdisRequestQueryInformation | NdisRequestQueryStatistics => {
            // SAFETY: the type of the request says that this member counts.
            let query = unsafe { data.QUERY_INFORMATION };
            (query.Oid, query.InformationBuffer, query.InformationBufferLength, 0)
        }
        NdisRequestSetInformation => {
            // SAFETY: as above.
            let set = unsafe { data.SET_INFORMATION };
            let length = set.InformationBufferLength;
            (set.Oid, set.InformationBuffer, length, length)
        }
        NdisRequestMethod => {
            // SAFETY: as above.
            let method = unsafe { data.METHOD_INFORMATION };
            let (input, output) = (method.InputBufferLength, method.OutputBufferLength);
            (method.Oid, method.InformationBuffer, output, input)
        }
        _ => return Err((NDIS_STATUS_FAILURE, "an unknown type")),
    };
    let (length, input) = (length as usize, input as usize);
    if buffer.is_null() && length.max(input) > 0 {
        return Err((NDIS_STATUS_INVALID_DATA, "no buffer"));
    }
    let mut bytes = vec![0; input];
    // SAFETY: the driver passes a buffer of so many bytes.
    unsafe { bytes.as_mut_ptr().copy_from(buffer.cast(), input) };
    Ok(Question { kind, oid, buffer: buffer as usize, length, input: bytes })
}

/// Why the binding takes no request now, or not this one, if so.
fn refusal(binding: &Binding, request: *mut NDIS_OID_REQUEST) -> Option<NDIS_STATUS> {
    if binding.requests.lock().iter().any(|pending| pending.request == request) {
        rules::REQUEST_IN_USE
            .broken(format!("{} makes a request that is pending", verifier::caller()));
        return Some(NDIS_STATUS_FAILURE);
    }
    let adapter = &binding.adapter;
    if !binding.is_opened() {
        rules::REQUEST_STATE
            .broken(format!("{} makes a request before it is open", binding.describe()));
        return Some(NDIS_STATUS_FAILURE);
    }
    if !adapter.is_present() {
        return Some(NDIS_STATUS_ADAPTER_REMOVED);
    }
    if !adapter.is_powered() {
        rules::REQUEST_STATE.broken(format!("{} makes a request in low power", binding.describe()));
        return Some(NDIS_STATUS_LOW_POWER_STATE);
    }
    adapter.is_resetting().then_some(NDIS_STATUS_RESET_IN_PROGRESS)
}

/// Reports a request, or its buffer, in paged memory.
fn check_memory(binding: &Binding, request: *mut NDIS_OID_REQUEST, question: &Question) {
    let system = thread::system();
    let is_paged = |address: &usize| pool::is_paged(&system, *address);
    if let Some(address) = [request as usize, question.buffer].into_iter().find(is_paged) {
        let (caller, who) = (verifier::caller(), binding.describe());
        let text = format!("{caller} makes a request over {who} that is in paged memory");
        let level = u64::from(ke::irql::current());
        rules::REQUEST_PAGED.broken_at([address as u64, level, 0, 0], text);
    }
}

/// A function of the driver has returned on whose stack a request was that has not ended: reports that,
/// and does not touch the request any more.
pub fn unwound(binding: &Binding, number: u64) {
    let mut requests = binding.requests.lock();
    let Some(index) = requests.iter().position(|request| request.number == number) else { return };
    let pending = requests.remove(index);
    drop(requests);
    let (story, who) = (pending.story(), binding.describe());
    rules::REQUEST_ON_STACK.broken(format!(
        "{story}, over {who}, is pending, and is on a stack whose function has returned"
    ));
}

/// Ends a request in another thread, with this status or as the adapter answers.
pub fn end_later(binding: Arc<Binding>, number: u64, status: Option<NDIS_STATUS>) {
    end_after(Duration::ZERO, binding, number, status);
}

fn end_after(
    delay: Duration,
    binding: Arc<Binding>,
    number: u64,
    status: Option<NDIS_STATUS>,
) -> Arc<Outcome> {
    let done = Arc::new(Outcome::default());
    let told = Arc::clone(&done);
    let system = thread::system();
    system.ndis.tasks.run(&system, delay, move || {
        end(&binding, number, status);
        told.set(0);
    });
    done
}

/// Ends all requests of a binding that are pending.
pub(in crate::ndis) fn abort(binding: &Arc<Binding>, status: NDIS_STATUS) {
    let numbers: Vec<_> = binding.requests.lock().iter().map(Pending::number).collect();
    for number in numbers {
        end(binding, number, Some(status));
    }
}

/// Ends a request, unless it has ended.
fn end(binding: &Arc<Binding>, number: u64, status: Option<NDIS_STATUS>) {
    // A binding is not closed before this has returned.
    let Some(_call) = binding.begin_call() else { return };
    let is_it = |request: &Pending| request.number == number && request.has_returned;
    let may_be_waited_for = binding.requests.lock().iter().any(is_it);
    if may_be_waited_for {
        pnp::look_at_wait(binding);
    }
    let pending = {
        let mut requests = binding.requests.lock();
        let found = requests.iter().position(|request| request.number == number);
        let Some(index) = found else { return };
        requests.remove(index)
    };
    if !is_as_before(&pending, binding) {
        return;
    }
    let Pending { request, question, kind, .. } = pending;
    // SAFETY: it is valid, as it has not ended.
    let status = unsafe { answer::perform(binding, request, &question, status) };
    binding.adapter.note_request(question.oid, status);
    let level = match binding.adapter.description.settings.control.request_level {
        Level::Passive => PASSIVE_LEVEL,
        Level::Dispatch => DISPATCH_LEVEL,
    };
    let (protocol, context) = (&binding.protocol, binding.context());
    let direct = kind == Kind::Direct;
    ke::irql::at_least(level, || protocol.oid_complete(context, request, status, direct));
}

/// Checks that a request that was pending is still there, and unchanged. False if it is gone.
fn is_as_before(pending: &Pending, binding: &Binding) -> bool {
    let Pending { request, question, .. } = pending;
    let request = *request;
    let mut header = [0; LENGTH];
    let mut buffer = vec![0; question.length.max(question.input.len())];
    let is_freed = pending.block != 0 && pool::block_at(&thread::system(), pending.block).is_none();
    if is_freed
        || !probe::read(request as usize, &mut header)
        || !probe::read(question.buffer, &mut buffer)
    {
        let (story, who) = (pending.story(), binding.describe());
        let text = format!("{story}, over {who}, is pending, and it or its buffer is gone");
        rules::REQUEST_FREED.broken_at([request as u64, 0, 0, 0], text);
        return false;
    }
    // SAFETY: as was just seen, it is there.
    let now = unsafe { read(request) };
    if now.as_ref() != Ok(question) {
        let (story, who) = (pending.story(), binding.describe());
        let text = format!("{story}, over {who}, was changed while it was pending");
        rules::REQUEST_CHANGED.broken(text);
        return now.is_ok();
    }
    true
}
