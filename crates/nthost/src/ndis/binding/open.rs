//! `NdisOpenAdapterEx`.

use std::{
    ptr,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU8, AtomicU32, AtomicUsize, Ordering},
    },
    time::Duration,
};

use ndis_sys::{
    NDIS_HANDLE, NDIS_OPEN_PARAMETERS, NDIS_STATUS, NDIS_STATUS_ADAPTER_NOT_FOUND,
    NDIS_STATUS_FAILURE, NDIS_STATUS_PENDING, NDIS_STATUS_RESOURCES, NDIS_STATUS_SUCCESS,
    NDIS_STATUS_UNSUPPORTED_MEDIA, NdisMedium802_3, NdisMedium802_5,
};

use super::{Bind, Binding, BindingState, calls::Calls};
use crate::{
    Status,
    ex::pool,
    low_resources::denies,
    ndis::{
        Frame,
        handle::{self, Object},
        header,
        history::History,
        outcome::Outcome,
        protocol::text,
        receive, rules,
        settings::Completion,
        tasks,
    },
    sched::{self, Mutex},
    thread, verifier,
};

/// How long a call waits for a completion that is to come before its return.
const BEFORE_RETURN: Duration = Duration::from_secs(1);
/// What a driver finds instead of a handle and an index that are not there yet.
const NOT_YET: usize = 0x8d15_bad0_bad0_bad0;

/// Where the driver wants the handle and the index of the medium.
#[derive(Clone, Copy)]
struct Places {
    handle: *mut NDIS_HANDLE,
    index: *mut u32,
}

// SAFETY: the driver keeps both places until the open is complete, on whatever thread.
unsafe impl Send for Places {}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisopenadapterex)
pub(super) unsafe extern "efiapi" fn NdisOpenAdapterEx(
    protocol: NDIS_HANDLE,
    context: NDIS_HANDLE,
    parameters: *mut NDIS_OPEN_PARAMETERS,
    bind: NDIS_HANDLE,
    handle: *mut NDIS_HANDLE,
) -> NDIS_STATUS {
    let function = "NdisOpenAdapterEx";
    let Some(protocol) = handle::protocol(protocol, function) else { return NDIS_STATUS_FAILURE };
    let Some(bind) = handle::look_for_bind(bind) else {
        rules::OPEN_OUTSIDE_BIND
            .broken(format!("{} opens an adapter while it does not bind", protocol.name));
        return NDIS_STATUS_FAILURE;
    };
    // SAFETY: the driver passes parameters, or null.
    let Some(parameters) = (unsafe { parameters.as_ref() }) else { return NDIS_STATUS_FAILURE };
    if !header::check(&header::OPEN_PARAMETERS, ptr::from_ref(parameters).cast(), protocol.handle) {
        return NDIS_STATUS_FAILURE;
    }
    if handle.is_null() || !are_right(parameters) || !Arc::ptr_eq(&protocol, &bind.protocol) {
        rules::OPEN_PARAMETERS
            .broken(format!("{} called {function} with wrong parameters", verifier::caller()));
        return NDIS_STATUS_FAILURE;
    }
    // SAFETY: the driver passes a name, which stays for the call.
    if unsafe { text(parameters.AdapterName) } != bind.adapter.device_name() {
        return NDIS_STATUS_ADAPTER_NOT_FOUND;
    }
    // SAFETY: the driver passes an array, which stays for the call.
    let media = unsafe { array(parameters.MediumArray, parameters.MediumArraySize) };
    let medium = bind.adapter.description.medium.number();
    let Some(index) = media.iter().position(|known| *known == medium) else {
        return NDIS_STATUS_UNSUPPORTED_MEDIA;
    };
    // SAFETY: as above.
    let types = unsafe { array(parameters.FrameTypeArray, parameters.FrameTypeArraySize) };
    let binding = Binding::new(&bind, context as usize, types.to_vec());
    if !bind.set_opened(&binding) {
        let parameters = [protocol.handle, bind.handle, binding.handle].map(|handle| handle as u64);
        let text = format!("{} was opened twice", binding.describe());
        rules::OPEN_TWICE.broken_with(parameters, text);
        return NDIS_STATUS_FAILURE;
    }
    let places = Places { handle, index: parameters.SelectedMediumIndex };
    let index = u32::try_from(index).unwrap_or_default();
    let settings = &binding.adapter.description.settings.control;
    let refused = denies(function).then_some(NDIS_STATUS_RESOURCES);
    let refused = refused.or(settings.opening_fails.map(Status::value));
    Open { bind, binding, places, index, refused }.run()
}

fn are_right(parameters: &NDIS_OPEN_PARAMETERS) -> bool {
    !parameters.AdapterName.is_null() && !parameters.SelectedMediumIndex.is_null()
}

/// # Safety
///
/// There are so many elements, or the pointer is null, and they stay as long as the result is used.
unsafe fn array<'a, T>(first: *const T, count: u32) -> &'a [T] {
    if first.is_null() {
        return &[];
    }
    // SAFETY: by the contract.
    unsafe { std::slice::from_raw_parts(first, count as usize) }
}

impl Binding {
    fn new(bind: &Bind, context: usize, frame_types: Vec<u16>) -> Arc<Self> {
        let history = History::default();
        history.note_call("opened");
        let block = pool::block_at(&thread::system(), context);
        Arc::new(Self {
            history,
            context_block: AtomicUsize::new(block.map_or(0, |(start, _)| start)),
            handle: thread::system().ndis.handles.number(),
            context,
            protocol: Arc::clone(&bind.protocol),
            adapter: Arc::clone(&bind.adapter),
            medium: bind.adapter.description.medium.number(),
            frame_types,
            packet_filter: AtomicU32::new(0),
            filter_refused: AtomicBool::new(false),
            groups: Mutex::default(),
            lookahead: AtomicU32::new(0),
            receive: receive::PerBinding::default(),
            requests: Mutex::default(),
            power_wait: Mutex::default(),
            state: AtomicU8::new(BindingState::Opening as u8),
            opened: AtomicBool::new(false),
            calls: Calls::default(),
            closed: Outcome::default(),
            finished: Outcome::default(),
        })
    }
}

/// An open that is under way.
struct Open {
    bind: Arc<Bind>,
    binding: Arc<Binding>,
    places: Places,
    index: u32,
    /// Why it fails, if it does.
    refused: Option<NDIS_STATUS>,
}

impl Open {
    fn run(self) -> NDIS_STATUS {
        let settings = &self.binding.adapter.description.settings.control;
        let (opening, frames) = (settings.opening, settings.frames_while_opening);
        self.publish();
        if frames && !matches!(self.binding.medium, NdisMedium802_3 | NdisMedium802_5) {
            let frame = Frame::from(vec![0x45; 60]);
            receive::indicate(&self.binding.adapter, &[frame]);
        }
        if opening == Completion::Inline {
            return self.finish();
        }
        // SAFETY: the driver keeps the place until the open is complete.
        unsafe { self.places.handle.write(NOT_YET as NDIS_HANDLE) };
        // SAFETY: as above.
        unsafe { self.places.index.write(u32::MAX) };
        let done = Arc::new(Outcome::default());
        let told = Arc::clone(&done);
        tasks::spawn(move || {
            let (protocol, context) = (Arc::clone(&self.binding.protocol), self.binding.context);
            let status = self.finish();
            protocol.open_complete(context as NDIS_HANDLE, status);
            told.set(status);
        });
        if opening == Completion::BeforeReturn {
            done.wait(sched::now() + BEFORE_RETURN);
        }
        NDIS_STATUS_PENDING
    }

    /// From now on the adapter knows the binding.
    fn publish(&self) {
        let object = Object::Binding(Arc::clone(&self.binding));
        thread::system().ndis.handles.insert(self.binding.handle, object);
        self.binding.adapter.add(&self.binding);
    }

    /// Ends the open.
    fn finish(self) -> NDIS_STATUS {
        let binding = &self.binding;
        if let Some(status) = self.refused {
            self.bind.take_opened();
            thread::system().ndis.handles.kill(binding.handle);
            binding.adapter.remove(binding);
            binding.set_state(BindingState::Unbound);
            return status;
        }
        // SAFETY: the driver keeps the place until the open is complete.
        unsafe { self.places.handle.write(binding.handle as NDIS_HANDLE) };
        // SAFETY: as above.
        unsafe { self.places.index.write(self.index) };
        binding.opened.store(true, Ordering::Release);
        NDIS_STATUS_SUCCESS
    }
}
