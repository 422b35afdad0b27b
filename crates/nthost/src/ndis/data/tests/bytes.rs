//! Getting at the bytes of net buffers, and at them from other lists.

use std::{ffi::c_void, ptr};

use fastrand::Rng;
use ndis_sys::{
    FN_NDIS_ALLOCATE_CLONE_NET_BUFFER_LIST, FN_NDIS_ALLOCATE_FRAGMENT_NET_BUFFER_LIST,
    FN_NDIS_ALLOCATE_REASSEMBLED_NET_BUFFER_LIST, FN_NDIS_COPY_FROM_NET_BUFFER_TO_NET_BUFFER,
    FN_NDIS_FREE_CLONE_NET_BUFFER_LIST, FN_NDIS_FREE_FRAGMENT_NET_BUFFER_LIST,
    FN_NDIS_FREE_REASSEMBLED_NET_BUFFER_LIST, FN_NDIS_GET_DATA_BUFFER,
    NDIS_CLONE_FLAGS_USE_ORIGINAL_MDLS, NDIS_STATUS_SUCCESS,
};
use proptest::prelude::*;

use super::{
    CLEAN, STYLE, advance, broken, buffers, call, data_buffer, free_list_pool, list_pool, read,
    read_list, received, retreat,
};
use crate::{
    ndis::{
        Frame, Geometry,
        frame::{List, Style},
    },
    thread,
};

fn payload() -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(any::<u8>(), 1..600)
}

proptest! {
    #[test]
    fn data_is_got_as_the_page_says(data in payload(), bytes in 0..700_usize, seed in any::<u64>()) {
        let result = broken(|| {
            let list = received(std::slice::from_ref(&data), seed);
            let buffer = buffers(list.address())[0];
            let mut storage = vec![0; bytes];
            let copied = data_buffer(buffer, bytes, Some(&mut storage));
            let in_place = data_buffer(buffer, bytes, None);
            if bytes > data.len() {
                assert_eq!((copied, in_place), (None, None));
            } else if bytes > 0 {
                assert_eq!(copied.as_deref(), Some(&data[..bytes]));
                assert!(in_place.is_none_or(|got| got == data[..bytes]));
            }
        });
        prop_assert_eq!(result, CLEAN);
    }

    #[test]
    fn advancing_and_retreating_leads_back(
        data in payload(), delta in 0..600_u32, frees in any::<bool>(), seed in any::<u64>(),
    ) {
        let result = broken(|| {
            let delta = delta.min(u32::try_from(data.len()).unwrap());
            let list = received(std::slice::from_ref(&data), seed);
            let buffer = buffers(list.address())[0];
            advance(buffer, delta, frees);
            assert_eq!(read(buffer), &data[delta as usize..]);
            assert_eq!(retreat(buffer, delta, 0), NDIS_STATUS_SUCCESS);
            assert_eq!(read(buffer), data);
        });
        prop_assert_eq!(result, CLEAN);
    }

    #[test]
    fn space_before_the_data_is_made_and_freed(
        data in payload(), delta in 1..300_u32, backfill in 0..100_u32, seed in any::<u64>(),
    ) {
        let result = broken(|| {
            let list = received(std::slice::from_ref(&data), seed);
            let buffer = buffers(list.address())[0];
            let delta = delta + 200;
            assert_eq!(retreat(buffer, delta, backfill), NDIS_STATUS_SUCCESS);
            assert_eq!(read(buffer)[delta as usize..], data);
            advance(buffer, delta, true);
            assert_eq!(read(buffer), data);
        });
        prop_assert_eq!(result, CLEAN);
    }

    #[test]
    fn lists_are_cut_up_and_put_together(
        frames in prop::collection::vec(payload(), 1..4), longest in 1..200_u32, seed in any::<u64>(),
    ) {
        let result = broken(|| {
            let pool = list_pool(true, 0);
            let list = received(&frames, seed);
            let fragments = call!(NdisAllocateFragmentNetBufferList as FN_NDIS_ALLOCATE_FRAGMENT_NET_BUFFER_LIST,
                (list.address(), pool, ptr::null_mut(), 0, longest, 20, 4, 0));
            let cut: Vec<Vec<u8>> =
                frames.iter().flat_map(|frame| frame.chunks(longest as usize)).map(<[u8]>::to_vec).collect();
            let read: Vec<_> =
                read_list(fragments).into_iter().map(|fragment| fragment[20..].to_vec()).collect();
            assert_eq!(read, cut);
            let whole = call!(NdisAllocateReassembledNetBufferList as FN_NDIS_ALLOCATE_REASSEMBLED_NET_BUFFER_LIST,
                (fragments, pool, 20, 0, 0, 0));
            assert_eq!(read_list(whole), [frames.concat()]);
            call!(NdisFreeReassembledNetBufferList as FN_NDIS_FREE_REASSEMBLED_NET_BUFFER_LIST, (whole, 0, 0));
            call!(NdisFreeFragmentNetBufferList as FN_NDIS_FREE_FRAGMENT_NET_BUFFER_LIST, (fragments, 20, 0));
            free_list_pool(pool);
        });
        prop_assert_eq!(result, CLEAN);
    }

    #[test]
    fn clones_have_the_same_data(
        frames in prop::collection::vec(payload(), 1..4), original_mdls in any::<bool>(), seed in any::<u64>(),
    ) {
        let result = broken(|| {
            let flags = if original_mdls { NDIS_CLONE_FLAGS_USE_ORIGINAL_MDLS } else { 0 };
            let list = received(&frames, seed);
            let clone = call!(NdisAllocateCloneNetBufferList as FN_NDIS_ALLOCATE_CLONE_NET_BUFFER_LIST,
                (list.address(), ptr::null_mut(), ptr::null_mut(), flags));
            assert_eq!(read_list(clone), frames);
            call!(NdisFreeCloneNetBufferList as FN_NDIS_FREE_CLONE_NET_BUFFER_LIST, (clone, flags));
        });
        prop_assert_eq!(result, CLEAN);
    }

    #[test]
    fn data_is_copied_from_buffer_to_buffer(
        from in payload(), to in payload(), at in 0..700_usize, start in 0..700_usize, bytes in 0..700_usize,
        seed in any::<u64>(),
    ) {
        let result = broken(|| {
            let (source, target) =
                (received(std::slice::from_ref(&from), seed), received(std::slice::from_ref(&to), seed ^ 1));
            let (source, target) = (buffers(source.address())[0], buffers(target.address())[0]);
            let [to_offset, count, from_offset] = [at, bytes, start].map(|value| u32::try_from(value).unwrap());
            let mut copied = 9999;
            let status = call!(NdisCopyFromNetBufferToNetBuffer as FN_NDIS_COPY_FROM_NET_BUFFER_TO_NET_BUFFER,
                (target, to_offset, count, source, from_offset, &raw mut copied));
            assert_eq!(status, NDIS_STATUS_SUCCESS);
            let expected = bytes.min(to.len().saturating_sub(at)).min(from.len().saturating_sub(start));
            assert_eq!(copied as usize, expected);
            let mut result = to.clone();
            if expected > 0 {
                result[at..at + expected].copy_from_slice(&from[start..start + expected]);
            }
            assert_eq!(read(target), result);
        });
        prop_assert_eq!(result, CLEAN);
    }
}

#[test]
fn alignment_is_kept_where_there_is_storage() {
    let result = broken(|| {
        let mut list = List::new(STYLE, 0, 100);
        let frame = Frame { geometry: Geometry::Offset(2), ..vec![5; 40].into() };
        list.fill(&frame, &Geometry::Single, &mut Rng::with_seed(0));
        let buffer = buffers(list.address())[0];
        let get = |storage: *mut c_void, offset| {
            call!(NdisGetDataBuffer as FN_NDIS_GET_DATA_BUFFER, (buffer, 20, storage, 4, offset))
        };
        let mut storage = [0_u32; 5];
        let at = storage.as_mut_ptr().cast();
        assert_eq!(get(at, 0), at);
        assert_eq!(storage, [0x0505_0505; 5]);
        assert!(get(ptr::null_mut(), 0).is_null());
        assert_eq!(get(ptr::null_mut(), 2) as usize % 4, 2);
    });
    assert_eq!(result, CLEAN);
}

#[test]
fn data_that_cannot_be_mapped_is_not_got_even_where_it_is_contiguous() {
    for mapped in [true, false] {
        let result = broken(|| {
            let mut list = List::new(Style { mapped, ..STYLE }, 0, 100);
            list.fill(&vec![5; 40].into(), &Geometry::Single, &mut Rng::with_seed(0));
            let buffer = buffers(list.address())[0];
            thread::system().mm.fail_mapping_after(0);
            assert_eq!(data_buffer(buffer, 20, Some(&mut vec![0; 20])), None);
            assert_eq!(data_buffer(buffer, 20, None), Some(vec![5; 20]));
        });
        assert_eq!(result, CLEAN);
    }
}
