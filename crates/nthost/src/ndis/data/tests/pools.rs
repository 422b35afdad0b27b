//! Pools, and what is allocated from them.

use std::ptr;

use fastrand::Rng;
use ndis_sys::{
    FN_NDIS_ALLOCATE_CLONE_NET_BUFFER_LIST, FN_NDIS_ALLOCATE_MDL, FN_NDIS_ALLOCATE_NET_BUFFER,
    FN_NDIS_ALLOCATE_NET_BUFFER_AND_NET_BUFFER_LIST, FN_NDIS_ALLOCATE_NET_BUFFER_LIST_CONTEXT,
    FN_NDIS_ALLOCATE_NET_BUFFER_MDL_AND_DATA, FN_NDIS_COPY_RECEIVE_NET_BUFFER_LIST_INFO,
    FN_NDIS_FREE_MDL, FN_NDIS_FREE_NET_BUFFER_LIST_CONTEXT, FN_NDIS_GET_DATA_BUFFER,
    FN_NDIS_GET_NET_BUFFER_LIST_PROTOCOL_ID, FN_NDIS_GET_POOL_FROM_NET_BUFFER_LIST,
    FN_NDIS_QUERY_NET_BUFFER_PHYSICAL_COUNT, MDL, NDIS_STATUS_RESOURCES, NDIS_STATUS_SUCCESS,
    NET_BUFFER_LIST,
};

use super::{
    CLEAN, STYLE, advance, allocate_list, broken, broken_with, buffer_pool, buffers, call,
    free_buffer, free_buffer_pool, free_list, free_list_pool, length, list_pool, read, read_list,
    received, retreat,
};
use crate::ndis::{Failures, Frame, Geometry, Hash, frame::List};

#[test]
fn lists_of_each_kind_of_pool_have_what_belongs_to_them() {
    let result = broken(|| {
        let (bare, with_buffer, with_data) =
            (list_pool(false, 0), list_pool(true, 0), list_pool(true, 100));
        let list = allocate_list(bare, 32);
        assert_eq!(buffers(list).len(), 0);
        // SAFETY: the list is allocated, with a context.
        let context = unsafe { (*list).Context };
        // SAFETY: as above.
        let context = unsafe { *context };
        assert_eq!((context.Size, context.Offset), (32, 0));
        let pool =
            call!(NdisGetPoolFromNetBufferList as FN_NDIS_GET_POOL_FROM_NET_BUFFER_LIST, (list));
        assert_eq!(pool, bare);
        let protocol = call!(
            NdisGetNetBufferListProtocolId as FN_NDIS_GET_NET_BUFFER_LIST_PROTOCOL_ID,
            (list)
        );
        assert_eq!(protocol, 3);
        free_list(list);

        let mut bytes = *b"a frame in an MDL";
        let mdl: *mut MDL = call!(
            NdisAllocateMdl as FN_NDIS_ALLOCATE_MDL,
            (ptr::null_mut(), bytes.as_mut_ptr().cast(), 17)
        );
        let list = call!(
            NdisAllocateNetBufferAndNetBufferList
                as FN_NDIS_ALLOCATE_NET_BUFFER_AND_NET_BUFFER_LIST,
            (with_buffer, 0, 0, mdl, 2, 5)
        );
        assert_eq!(read_list(list), [b"frame"]);
        free_list(list);
        call!(NdisFreeMdl as FN_NDIS_FREE_MDL, (mdl));

        let list = allocate_list(with_data, 0);
        let buffer = buffers(list)[0];
        assert_eq!(length(buffer), 0, "all of its bytes are before its data");
        assert_eq!(retreat(buffer, 100, 0), NDIS_STATUS_SUCCESS);
        assert_eq!(read(buffer), [0; 100]);
        free_list(list);
        for pool in [bare, with_buffer, with_data] {
            free_list_pool(pool);
        }
    });
    assert_eq!(result, CLEAN);
}

#[test]
fn net_buffers_come_with_data_or_without() {
    let result = broken(|| {
        let (bare, with_data) = (buffer_pool(0), buffer_pool(5000));
        let buffer = call!(
            NdisAllocateNetBuffer as FN_NDIS_ALLOCATE_NET_BUFFER,
            (bare, ptr::null_mut(), 0, 0)
        );
        free_buffer(buffer);
        let buffer = call!(
            NdisAllocateNetBufferMdlAndData as FN_NDIS_ALLOCATE_NET_BUFFER_MDL_AND_DATA,
            (with_data)
        );
        assert_eq!(retreat(buffer, 5000, 0), NDIS_STATUS_SUCCESS);
        let pages = call!(
            NdisQueryNetBufferPhysicalCount as FN_NDIS_QUERY_NET_BUFFER_PHYSICAL_COUNT,
            (buffer)
        );
        assert!((2..=3).contains(&pages), "{pages}");
        free_buffer(buffer);
        free_buffer_pool(bare);
        free_buffer_pool(with_data);
    });
    assert_eq!(result, CLEAN);
}

fn more_context(list: *mut NET_BUFFER_LIST, size: u16, backfill: u16) -> i32 {
    call!(
        NdisAllocateNetBufferListContext as FN_NDIS_ALLOCATE_NET_BUFFER_LIST_CONTEXT,
        (list, size, backfill, 7)
    )
}

fn less_context(list: *mut NET_BUFFER_LIST, size: u16) {
    call!(NdisFreeNetBufferListContext as FN_NDIS_FREE_NET_BUFFER_LIST_CONTEXT, (list, size));
}

#[test]
fn context_space_is_taken_and_given_back() {
    let result = broken(|| {
        let pool = list_pool(false, 0);
        let list = allocate_list(pool, 0);
        assert_eq!(more_context(list, 16, 32), NDIS_STATUS_SUCCESS);
        // SAFETY: the list has a context now.
        let first = unsafe { (*list).Context };
        assert_eq!(more_context(list, 32, 0), NDIS_STATUS_SUCCESS);
        // SAFETY: the list is allocated.
        assert_eq!(unsafe { (*list).Context }, first, "there was room");
        assert_eq!(more_context(list, 8, 0), NDIS_STATUS_SUCCESS);
        for size in [8, 32, 16] {
            less_context(list, size);
        }
        free_list(list);
        free_list_pool(pool);
    });
    assert_eq!(result, CLEAN);
}

#[test]
fn what_goes_up_with_received_data_is_copied() {
    let result = broken(|| {
        let pool = list_pool(false, 0);
        let copy = allocate_list(pool, 0);
        let mut list = List::new(STYLE, 0, 100);
        let frame = Frame {
            vlan: Some(100),
            hash: Some(Hash { value: 1, info: 2 }),
            timestamp: Some(3),
            ..vec![0; 60].into()
        };
        list.fill(&frame, &Geometry::Single, &mut Rng::with_seed(0));
        call!(
            NdisCopyReceiveNetBufferListInfo as FN_NDIS_COPY_RECEIVE_NET_BUFFER_LIST_INFO,
            (copy, list.address())
        );
        // SAFETY: the list is allocated, of this version.
        let slots = unsafe { (*copy).NetBufferListInfo }.map(|slot| slot as usize);
        assert_eq!((slots[4], slots[8], slots[9], slots[26]), (100 << 4, 1, 2, 0));
        free_list(copy);
        free_list_pool(pool);
    });
    assert_eq!(result, CLEAN);
}

#[test]
fn what_is_wrong_is_noticed() {
    let twice = broken(|| {
        let pool = list_pool(false, 0);
        let list = allocate_list(pool, 0);
        free_list(list);
        free_list(list);
        free_list_pool(pool);
        free_list_pool(pool);
    });
    assert_eq!(twice, (vec!["ndis-list", "ndis-pool"], vec![]));

    let foreign = broken(|| {
        let list = received(&[vec![1; 60]], 0);
        free_list(list.address());
        free_buffer(buffers(list.address())[0]);
        allocate_list(ptr::without_provenance_mut(8), 0);
    });
    assert_eq!(foreign, (vec!["ndis-list", "ndis-buffer", "ndis-pool"], vec![]));

    let wrong_kind = broken(|| {
        let (lists, buffers) = (list_pool(true, 0), buffer_pool(0));
        assert!(allocate_list(buffers, 0).is_null());
        let list = received(&[vec![1; 60]], 0);
        let clone = call!(
            NdisAllocateCloneNetBufferList as FN_NDIS_ALLOCATE_CLONE_NET_BUFFER_LIST,
            (list.address(), lists, ptr::null_mut(), 0)
        );
        free_list(clone);
        free_list_pool(lists);
        free_buffer_pool(buffers);
    });
    assert_eq!(wrong_kind, (vec!["ndis-pool", "ndis-list"], vec![]));

    let early = broken(|| {
        let pool = list_pool(false, 0);
        let list = allocate_list(pool, 0);
        free_list_pool(pool);
        free_list(list);
    });
    assert_eq!(early, (vec!["ndis-pool"], vec![]));

    let context = broken(|| {
        let pool = list_pool(false, 0);
        let list = allocate_list(pool, 0);
        less_context(list, 8);
        more_context(list, 8, 0);
        free_list(list);
        free_list_pool(pool);
    });
    assert_eq!(context.0, ["ndis-list-context", "ndis-list-context"]);
    assert_eq!(context.1.len(), 1);

    let beyond = broken(|| {
        let list = received(&[vec![1; 60]], 0);
        advance(buffers(list.address())[0], 61, false);
    });
    assert_eq!(beyond, (vec!["ndis-buffer-data"], vec![]));

    let overrun = broken(|| {
        let pool = buffer_pool(16);
        let buffer = call!(
            NdisAllocateNetBufferMdlAndData as FN_NDIS_ALLOCATE_NET_BUFFER_MDL_AND_DATA,
            (pool)
        );
        retreat(buffer, 16, 0);
        let at = call!(
            NdisGetDataBuffer as FN_NDIS_GET_DATA_BUFFER,
            (buffer, 16, ptr::null_mut(), 1, 0)
        );
        // SAFETY: the guard is behind the data.
        unsafe { at.cast::<u8>().wrapping_add(16).write(1) };
        free_buffer(buffer);
        free_buffer_pool(pool);
    });
    assert_eq!(overrun, (vec!["ndis-overrun"], vec![]));
}

#[test]
fn what_is_left_behind_is_told() {
    let (rules, left) = broken(|| {
        let pool = list_pool(false, 0);
        allocate_list(pool, 0);
        let list = received(&[vec![1; 60]], 0);
        retreat(buffers(list.address())[0], 1000, 0);
    });
    assert_eq!(rules, [""; 0]);
    let [list, pool, space] = &left[..] else { panic!("{left:?}") };
    assert!(space.starts_with("the space of a retreat"), "{space}");
    assert!(list.starts_with("a list that "), "{list}");
    assert!(pool.starts_with("the pool of lists that "), "{pool}");
}

#[test]
fn allocations_fail_as_told() {
    let failures = Failures::Some { after: 1, count: 2 };
    let result = broken_with(failures, || {
        let pool = list_pool(false, 0);
        assert!(!pool.is_null());
        assert!(allocate_list(pool, 0).is_null());
        let list = received(&[vec![1; 60]], 1);
        let buffer = buffers(list.address())[0];
        assert_eq!(retreat(buffer, 1000, 0), NDIS_STATUS_RESOURCES);
        let list = allocate_list(pool, 0);
        assert!(!list.is_null());
        free_list(list);
        free_list_pool(pool);
    });
    assert_eq!(result, CLEAN);
}
