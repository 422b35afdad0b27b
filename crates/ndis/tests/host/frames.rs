//! Reading frames of every geometry.

use std::ptr;

use ndis::{ChainError, ListView};
use ndis_sys as sys;
use proptest::prelude::*;

use crate::{
    built::{Buffer, Built, Desk, Spec, chain},
    made::specs,
};

const LENT: u32 = sys::NDIS_RECEIVE_FLAGS_RESOURCES;

/// Lets `look` see the first list of a chain that is lent.
fn with_first(lists: &[Built], look: impl FnOnce(ListView<'_>)) {
    let desk = Desk::default();
    desk.indicate(lists, LENT, |received| look(received.lists().next().unwrap()));
}

fn with_frame(buffer: Buffer, look: impl FnOnce(ndis::BufferView<'_>)) {
    let list = chain(&[Spec { buffers: vec![buffer], ..Spec::default() }]);
    with_first(&list, |list| look(list.buffers().next().unwrap()));
}

fn read(frame: ndis::BufferView<'_>) -> Result<Vec<u8>, ChainError> {
    frame.pieces().collect::<Result<Vec<_>, _>>().map(|pieces| pieces.concat())
}

#[test]
fn a_frame_begins_at_its_offset_and_ends_at_its_length() {
    let buffer = Buffer { offset: 2, length: 4, ..Buffer::of(&["abcd", "efgh"]) };
    with_frame(buffer, |frame| {
        assert_eq!(frame.length(), 4);
        assert!(frame.is_scattered());
        assert_eq!(frame.pieces().collect::<Result<Vec<_>, _>>().unwrap(), [b"cd", b"ef"]);
    });
}

#[test]
fn the_first_bytes_are_copied_only_where_they_lie_apart() {
    with_frame(Buffer::of(&["abcd", "", "efgh"]), |frame| {
        let mut storage = [0; 4];
        assert_eq!(frame.first(&mut storage).unwrap(), b"abcd");
        assert_eq!(storage, [0; 4]);
        let mut storage = [0; 6];
        assert_eq!(frame.first(&mut storage).unwrap(), b"abcdef");
        let mut storage = [0; 20];
        assert_eq!(frame.first(&mut storage).unwrap(), b"abcdefgh");
        assert_eq!(frame.first(&mut []).unwrap(), b"");
    });
}

#[test]
fn what_cannot_be_mapped_is_an_error_where_it_is_reached() {
    let parts = vec![Ok(b"abc".to_vec()), Err(5)];
    with_frame(Buffer { parts, offset: 0, length: 8 }, |frame| {
        assert_eq!(frame.copy_to(&mut [0; 3]), Ok(3));
        assert_eq!(frame.first(&mut [0; 3]), Ok(&b"abc"[..]));
        assert_eq!(frame.copy_to(&mut [0; 4]), Err(ChainError::Unmapped));
        assert_eq!(frame.first(&mut [0; 4]), Err(ChainError::Unmapped));
    });
}

#[test]
fn a_frame_without_mdls_is_malformed_unless_it_is_empty() {
    with_frame(Buffer { length: 1, ..Buffer::default() }, |frame| {
        assert_eq!(read(frame), Err(ChainError::Malformed));
    });
    with_frame(Buffer::default(), |frame| {
        assert_eq!(read(frame), Ok(vec![]));
        assert_eq!(frame.first(&mut [0; 4]), Ok(&[][..]));
    });
}

#[test]
fn a_list_without_frames_has_none() {
    let list = chain(&[Spec::default()]);
    with_first(&list, |list| assert_eq!(list.buffers().count(), 0));
}

#[test]
fn a_list_whose_frames_lead_in_a_circle_has_an_end() {
    let list = chain(&[Spec::frame("abc")]);
    with_first(&list, |view| {
        let first = std::mem::offset_of!(sys::NET_BUFFER_LIST_DATA, FirstNetBuffer);
        let place = list[0].list().as_ptr().wrapping_byte_add(first);
        // SAFETY: every list has the member.
        let buffer = unsafe { place.cast::<*mut sys::NET_BUFFER_DATA>().read() };
        // SAFETY: a net buffer begins with these members, and is this test's.
        unsafe { (*buffer).Next = buffer.cast() };
        assert!(view.buffers().count() <= 1 << 16);
        // SAFETY: as above.
        unsafe { (*buffer).Next = ptr::null_mut() };
    });
}

proptest! {
    /// Each frame is read as it lies there, or refused; nothing beside it is read.
    #[test]
    fn frames_are_read_as_they_lie_there(specs in specs(), room in 0_usize..60) {
        let lists = chain(&specs);
        let desk = Desk::default();
        let mut failed = Ok(());
        desk.indicate(&lists, LENT, |received| {
            failed = compare(received.lists(), &specs, room);
        });
        failed?;
        prop_assert!(desk.returned().is_empty(), "lent lists were returned");
    }
}

fn compare(lists: ndis::Lists<'_>, specs: &[Spec], room: usize) -> Result<(), TestCaseError> {
    prop_assert_eq!(lists.clone().count(), specs.len());
    for (list, spec) in lists.zip(specs) {
        prop_assert_eq!(list.is_split(), spec.flags != 0);
        prop_assert_eq!(list.buffers().count(), spec.buffers.len());
        for (frame, buffer) in list.buffers().zip(&spec.buffers) {
            let model = buffer.model();
            prop_assert_eq!(read(frame), model.clone());
            if let Ok(bytes) = model {
                let cut = &bytes[..bytes.len().min(room)];
                let (mut copy, mut storage) = (vec![0; room], vec![0; room]);
                prop_assert_eq!(frame.copy_to(&mut copy), Ok(cut.len()));
                prop_assert_eq!(&copy[..cut.len()], cut);
                prop_assert_eq!(frame.first(&mut storage), Ok(cut));
            }
        }
    }
    Ok(())
}
