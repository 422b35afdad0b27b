//! What drivers do with lists and net buffers, rightly and wrongly.

mod bytes;
mod pools;

use std::{ffi::c_void, ptr, sync::Arc};

use fastrand::Rng;
use ndis_sys::{
    FN_NDIS_ADVANCE_NET_BUFFER_DATA_START, FN_NDIS_ALLOCATE_NET_BUFFER_LIST,
    FN_NDIS_ALLOCATE_NET_BUFFER_LIST_POOL, FN_NDIS_ALLOCATE_NET_BUFFER_POOL,
    FN_NDIS_FREE_NET_BUFFER, FN_NDIS_FREE_NET_BUFFER_LIST, FN_NDIS_FREE_NET_BUFFER_LIST_POOL,
    FN_NDIS_FREE_NET_BUFFER_POOL, FN_NDIS_GET_DATA_BUFFER, FN_NDIS_RETREAT_NET_BUFFER_DATA_START,
    NDIS_HANDLE, NDIS_OBJECT_HEADER, NDIS_OBJECT_TYPE_DEFAULT, NDIS_RUNTIME_VERSION_687,
    NET_BUFFER, NET_BUFFER_LIST, NET_BUFFER_LIST_POOL_PARAMETERS, NET_BUFFER_POOL_PARAMETERS,
};

use super::{leftovers, walk};
use crate::{
    ndis::{
        DataSettings, Failures, Frame, Geometry, Settings, State,
        frame::{List, Style},
    },
    system::System,
    thread,
};

/// Calls an export of NDIS as a driver does.
macro_rules! call {
    ($name:ident as $function:ty, ($($arg:expr),*)) => {{
        let export = $crate::export::find("ndis.sys", stringify!($name)).unwrap();
        // SAFETY: this is the type of the function.
        let function = unsafe { std::mem::transmute::<*const (), $function>(export.address) };
        // SAFETY: each test passes valid arguments, or such as the export has to cope with.
        unsafe { function($($arg),*) }
    }};
}

use call;

/// Runs `code` inside of a kernel; returns the rules that it broke, and what it left behind.
fn broken(code: impl FnOnce()) -> (Vec<&'static str>, Vec<String>) {
    broken_with(Failures::Never, code)
}

fn broken_with(allocations: Failures, code: impl FnOnce()) -> (Vec<&'static str>, Vec<String>) {
    let mut system = System::new(1);
    let data = DataSettings { allocations, ..DataSettings::default() };
    let settings = Settings { data, ..Settings::default() };
    system.ndis = State::new(NDIS_RUNTIME_VERSION_687, settings);
    let system = Arc::new(system);
    thread::enter(&system, |_| code());
    let rules = system.verifier.violations().into_iter().map(|violation| violation.rule).collect();
    (rules, leftovers(&system))
}

const CLEAN: (Vec<&str>, Vec<String>) = (Vec::new(), Vec::new());

const STYLE: Style =
    Style { version: NDIS_RUNTIME_VERSION_687, guarded: false, mapped: true, source: 1, pool: 2 };

fn header(size: u16) -> NDIS_OBJECT_HEADER {
    NDIS_OBJECT_HEADER { Type: NDIS_OBJECT_TYPE_DEFAULT, Revision: 1, Size: size }
}

fn list_pool(with_buffer: bool, data: u32) -> NDIS_HANDLE {
    let parameters = NET_BUFFER_LIST_POOL_PARAMETERS {
        Header: header(16),
        ProtocolId: 3,
        fAllocateNetBuffer: with_buffer.into(),
        ContextSize: 0,
        PoolTag: 7,
        DataSize: data,
    };
    call!(
        NdisAllocateNetBufferListPool as FN_NDIS_ALLOCATE_NET_BUFFER_LIST_POOL,
        (ptr::null_mut(), &raw const parameters)
    )
}

fn buffer_pool(data: u32) -> NDIS_HANDLE {
    let parameters = NET_BUFFER_POOL_PARAMETERS { Header: header(12), PoolTag: 7, DataSize: data };
    call!(
        NdisAllocateNetBufferPool as FN_NDIS_ALLOCATE_NET_BUFFER_POOL,
        (ptr::null_mut(), &raw const parameters)
    )
}

fn free_list_pool(pool: NDIS_HANDLE) {
    call!(NdisFreeNetBufferListPool as FN_NDIS_FREE_NET_BUFFER_LIST_POOL, (pool));
}

fn free_buffer_pool(pool: NDIS_HANDLE) {
    call!(NdisFreeNetBufferPool as FN_NDIS_FREE_NET_BUFFER_POOL, (pool));
}

fn allocate_list(pool: NDIS_HANDLE, context: u16) -> *mut NET_BUFFER_LIST {
    call!(NdisAllocateNetBufferList as FN_NDIS_ALLOCATE_NET_BUFFER_LIST, (pool, context, 0))
}

fn free_list(list: *mut NET_BUFFER_LIST) {
    call!(NdisFreeNetBufferList as FN_NDIS_FREE_NET_BUFFER_LIST, (list));
}

fn free_buffer(buffer: *mut NET_BUFFER) {
    call!(NdisFreeNetBuffer as FN_NDIS_FREE_NET_BUFFER, (buffer));
}

fn data_buffer(
    buffer: *mut NET_BUFFER,
    bytes: usize,
    storage: Option<&mut Vec<u8>>,
) -> Option<Vec<u8>> {
    let storage = storage.map_or(ptr::null_mut(), |storage| storage.as_mut_ptr().cast::<c_void>());
    let bytes = u32::try_from(bytes).unwrap();
    let at = call!(NdisGetDataBuffer as FN_NDIS_GET_DATA_BUFFER, (buffer, bytes, storage, 1, 0));
    let at = std::ptr::NonNull::new(at.cast::<u8>())?;
    // SAFETY: there are so many bytes.
    Some(unsafe { std::slice::from_raw_parts(at.as_ptr(), bytes as usize) }.to_vec())
}

fn length(buffer: *mut NET_BUFFER) -> usize {
    // SAFETY: tests pass net buffers.
    walk::length(unsafe { walk::data(buffer) }) as usize
}

/// All the data of a net buffer.
fn read(buffer: *mut NET_BUFFER) -> Vec<u8> {
    let bytes = length(buffer);
    data_buffer(buffer, bytes, Some(&mut vec![0; bytes])).unwrap_or_default()
}

fn buffers(list: *mut NET_BUFFER_LIST) -> Vec<*mut NET_BUFFER> {
    // SAFETY: tests pass lists.
    unsafe { walk::buffers(list) }.collect()
}

fn read_list(list: *mut NET_BUFFER_LIST) -> Vec<Vec<u8>> {
    buffers(list).into_iter().map(read).collect()
}

/// A received list with frames that lie by chance.
fn received(frames: &[Vec<u8>], seed: u64) -> List {
    let mut list = List::new(STYLE, 0, 4000);
    let frame = Frame {
        data: frames[0].clone(),
        more_buffers: frames[1..].to_vec(),
        geometry: Geometry::Random,
        ..Frame::default()
    };
    list.fill(&frame, &Geometry::Single, &mut Rng::with_seed(seed));
    list
}

fn retreat(buffer: *mut NET_BUFFER, delta: u32, backfill: u32) -> i32 {
    call!(
        NdisRetreatNetBufferDataStart as FN_NDIS_RETREAT_NET_BUFFER_DATA_START,
        (buffer, delta, backfill, None)
    )
}

fn advance(buffer: *mut NET_BUFFER, delta: u32, frees: bool) {
    call!(
        NdisAdvanceNetBufferDataStart as FN_NDIS_ADVANCE_NET_BUFFER_DATA_START,
        (buffer, delta, frees.into(), None)
    );
}
