//! How frames lie in lists, and what is noticed of what drivers do to them.

use std::{mem::offset_of, sync::Arc};

use fastrand::Rng;
use ndis_sys::{
    NDIS_NBL_FLAGS_HD_SPLIT, NDIS_RUNTIME_VERSION_60, NDIS_RUNTIME_VERSION_620,
    NDIS_RUNTIME_VERSION_630, NDIS_RUNTIME_VERSION_687, NET_BUFFER_DATA, NET_BUFFER_LIST,
    NET_BUFFER_LIST_DATA,
};
use proptest::prelude::*;

use super::{
    Coalesced, Frame, Geometry, Hash, List, Lists, Malformed, Pieces, Poison, Snapshot, Style,
    list_bytes,
};
use crate::{
    mm::{PAGE, address},
    nt::{MDL, MDL_SOURCE_IS_NONPAGED_POOL},
    system::System,
    thread,
};

const STYLE: Style = Style {
    version: NDIS_RUNTIME_VERSION_687,
    guarded: true,
    mapped: true,
    source: 0x1234_5678_9abc,
    pool: 0x77,
};

/// A list with one frame.
fn filled(frame: &Frame) -> List {
    let mut list = List::new(STYLE, 3, 0);
    list.fill(frame, &Geometry::Single, &mut Rng::with_seed(1));
    list
}

/// The address of the first buffer.
fn buffer(list: &List) -> *mut NET_BUFFER_DATA {
    let links = list.address().cast::<NET_BUFFER_LIST_DATA>();
    // SAFETY: the list is filled.
    unsafe { (*links).FirstNetBuffer }.cast()
}

fn first_buffer(list: &List) -> NET_BUFFER_DATA {
    // SAFETY: the list is filled, and so has a buffer.
    unsafe { buffer(list).read() }
}

fn mdl(address: *mut ndis_sys::MDL) -> Option<MDL> {
    // SAFETY: tests pass MDLs of lists that are filled, or null.
    unsafe { address.cast::<MDL>().as_ref() }.copied()
}

fn described(mdl: &MDL) -> Vec<u8> {
    // SAFETY: MDLs of lists that are filled describe bytes that are there.
    unsafe { std::slice::from_raw_parts(address(mdl) as *const u8, mdl.ByteCount as usize) }
        .to_vec()
}

/// The bytes of all MDLs from one on.
fn chain(first: *mut ndis_sys::MDL) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut next = mdl(first);
    while let Some(mdl_now) = next {
        bytes.extend(described(&mdl_now));
        next = mdl(mdl_now.Next.cast());
    }
    bytes
}

fn length(data: &NET_BUFFER_DATA) -> usize {
    // SAFETY: all members of the union are numbers.
    unsafe { data.u.stDataLength }
}

/// The bytes of each buffer, read both ways that there are.
fn read(list: &List) -> Vec<Vec<u8>> {
    let mut next = buffer(list);
    let mut all = Vec::new();
    // SAFETY: buffers of a list that is filled are valid.
    while let Some(data) = unsafe { next.as_ref() } {
        let take = |from: *mut ndis_sys::MDL, skip: u32| -> Vec<u8> {
            chain(from).into_iter().skip(skip as usize).take(length(data)).collect()
        };
        let bytes = take(data.CurrentMdl, data.CurrentMdlOffset);
        assert_eq!(bytes, take(data.MdlChain, data.DataOffset));
        assert_eq!(bytes.len(), length(data));
        assert!(mdl(data.CurrentMdl).is_none_or(|mdl| data.CurrentMdlOffset <= mdl.ByteCount));
        all.push(bytes);
        next = data.Next.cast();
    }
    all
}

fn geometries() -> impl Strategy<Value = Geometry> {
    let pieces = (
        prop::collection::vec(prop_oneof![Just(0), Just(1), 0..300_u32], 0..90),
        0..200_u32,
        any::<bool>(),
    )
        .prop_map(|(lengths, offset, at_end)| Pieces { lengths, offset, at_end });
    prop_oneof![
        Just(Geometry::Single),
        (0..5000_u32).prop_map(Geometry::Offset),
        pieces.prop_map(Geometry::Pieces),
        (0..200_u32).prop_map(|header| Geometry::Split { header }),
        Just(Geometry::Random),
        Just(Geometry::Random),
    ]
}

fn payloads() -> impl Strategy<Value = Vec<u8>> {
    let sizes = prop_oneof![0..14_usize, 14..2000_usize, 65_000..65_550_usize];
    (sizes, any::<u64>()).prop_map(|(size, seed)| {
        let mut rng = Rng::with_seed(seed);
        std::iter::repeat_with(|| rng.u8(..)).take(size).collect()
    })
}

proptest! {
    #[test]
    fn frames_are_read_back_as_they_are(
        data in payloads(),
        more in prop::collection::vec(payloads(), 0..3),
        geometry in geometries(),
        mapped in any::<bool>(),
        seed in any::<u64>(),
    ) {
        let mut list = List::new(Style { mapped, ..STYLE }, 5, 0);
        let mut rng = Rng::with_seed(seed);
        let frame = Frame { data, more_buffers: more, geometry, ..Frame::default() };
        // The second time the memory has been used.
        for _ in 0..2 {
            list.fill(&frame, &Geometry::Single, &mut rng);
            let buffers: Vec<_> = [&frame.data].into_iter().chain(&frame.more_buffers).cloned().collect();
            prop_assert_eq!(read(&list), buffers);
        }
        let current = mdl(first_buffer(&list).CurrentMdl).unwrap();
        prop_assert_eq!(current.MdlFlags & MDL_SOURCE_IS_NONPAGED_POOL != 0, mapped);
    }

    #[test]
    fn what_nobody_changes_is_not_noticed(data in payloads(), geometry in geometries()) {
        let list = filled(&Frame { data, geometry, ..Frame::default() });
        let mut snapshot = Snapshot::default();
        // SAFETY: the list is filled.
        unsafe { snapshot.take(list.address(), STYLE.version, true) };
        // SAFETY: and not used by anybody else.
        prop_assert_eq!(unsafe { snapshot.compare(Lists::Lent) }, None);
    }
}

#[test]
fn chance_makes_every_kind_of_geometry() {
    let mut rng = Rng::with_seed(4);
    let mut list = List::new(STYLE, 0, 2000);
    let mut seen = [false; 7];
    for _ in 0..2000 {
        list.fill(&vec![7; 100].into(), &Geometry::Random, &mut rng);
        let data = first_buffer(&list);
        let mut mdls = Vec::new();
        let mut next = mdl(data.MdlChain);
        while let Some(one) = next {
            mdls.push(one);
            next = mdl(one.Next.cast());
        }
        let current = mdl(data.CurrentMdl).unwrap();
        let all: u32 = mdls.iter().map(|mdl| mdl.ByteCount).sum();
        seen[0] |= data.DataOffset > 0;
        seen[1] |= data.CurrentMdl != data.MdlChain;
        seen[2] |= data.CurrentMdlOffset == current.ByteCount && data.CurrentMdlOffset > 0;
        seen[3] |= mdls.iter().any(|mdl| mdl.ByteCount == 0);
        seen[4] |= mdls.len() > 64;
        seen[5] |= all > data.DataOffset + 100;
        seen[6] |= mdls.iter().any(|mdl| mdl.ByteOffset as usize + mdl.ByteCount as usize > PAGE);
    }
    assert_eq!(seen, [true; 7]);
}

/// The slots of a list.
fn slots(list: &List, count: usize) -> Vec<usize> {
    let words = offset_of!(NET_BUFFER_LIST, NetBufferListInfo) / size_of::<usize>();
    let first = list.address().cast::<usize>().wrapping_add(words);
    // SAFETY: a list of the version has so many slots.
    unsafe { std::slice::from_raw_parts(first, count) }.to_vec()
}

#[test]
fn what_is_known_of_a_frame_is_out_of_band() {
    let mut data = vec![0; 60];
    data[12..14].copy_from_slice(&[0x86, 0xdd]);
    let frame = Frame {
        data,
        vlan: Some(0xb064),
        hash: Some(Hash { value: 0xdead_beef, info: 0x101 }),
        checksum: 0x28,
        timestamp: Some(0x1122_3344_5566),
        coalesced: Some(Coalesced::Tcp { segments: 44, duplicate_acks: 2 }),
        queue: 5,
        ..Frame::default()
    };
    let all = slots(&filled(&frame), 27);
    assert_eq!(all[0], 0x28);
    assert_eq!(all[4], 0x0640 | 1 << 3 | 5, "VLAN 100, DEI, priority 5");
    assert_eq!(all[7], 0xdd86, "in the order of the wire");
    assert_eq!((all[8], all[9], all[14]), (0xdead_beef, 0x101, 5 << 16));
    assert_eq!((all[17], all[22], all[26]), (0, 0x0002_002c, 0x1122_3344_5566));

    let datagrams = Coalesced::Udp { segments: 9, size: 1200 };
    let all = slots(&filled(&Frame { coalesced: Some(datagrams), ..frame }), 27);
    assert_eq!((all[17], all[22]), (0x04b0_0009, 0));
}

/// Whether a byte can be read.
fn is_there(address: usize) -> bool {
    let mut byte = 0_u8;
    let local = libc::iovec { iov_base: (&raw mut byte).cast(), iov_len: 1 };
    let remote = libc::iovec { iov_base: address as *mut _, iov_len: 1 };
    // SAFETY: it has no preconditions.
    let process = unsafe { libc::getpid() };
    // SAFETY: the local part is a byte, and the system checks the remote one.
    let read =
        unsafe { libc::process_vm_readv(process, &raw const local, 1, &raw const remote, 1, 0) };
    read == 1
}

#[test]
fn behind_the_last_slot_of_the_version_nothing_can_be_touched() {
    let versions = [
        (NDIS_RUNTIME_VERSION_60, 11),
        (NDIS_RUNTIME_VERSION_620, 18),
        (NDIS_RUNTIME_VERSION_630, 24),
        (NDIS_RUNTIME_VERSION_687, 27),
    ];
    for (version, count) in versions {
        let mut list = List::new(Style { version, ..STYLE }, 0, 100);
        list.fill(&vec![1; 60].into(), &Geometry::Single, &mut Rng::with_seed(0));
        assert_eq!(list_bytes(version), 144 + 8 * count);
        let end = list.address() as usize + list_bytes(version);
        assert!(is_there(end - 1));
        assert!(!is_there(end.next_multiple_of(16)), "{version:#x}");
    }
}

#[test]
fn a_split_header_is_in_the_first_mdl_and_can_be_taken_back() {
    let frame = Frame {
        data: (0..100).collect(),
        geometry: Geometry::Split { header: 54 },
        ..Frame::default()
    };
    let mut list = filled(&frame);
    let data = first_buffer(&list);
    let (header, rest) =
        (mdl(data.MdlChain).unwrap(), chain(mdl(data.MdlChain).unwrap().Next.cast()));
    assert_eq!((header.ByteCount, &rest[..]), (54, &frame.data[54..]));
    // SAFETY: the list is filled.
    let flags = unsafe { (*list.address()).NblFlags };
    assert_eq!(flags, NDIS_NBL_FLAGS_HD_SPLIT);

    let mut snapshot = Snapshot::default();
    // SAFETY: the list is filled.
    unsafe { snapshot.take(list.address(), STYLE.version, true) };
    list.reclaim_headers();
    assert_ne!(described(&header), &frame.data[..54]);
    // SAFETY: and not used by anybody else.
    assert_eq!(unsafe { snapshot.compare(Lists::Given) }, None);
}

#[test]
fn malformed_buffers_are_wrong_in_the_way_that_was_asked_for() {
    let make = |malformed| {
        let geometry = Geometry::Malformed(malformed);
        filled(&Frame { data: vec![1; 60], geometry, ..Frame::default() })
    };
    let list = make(Malformed::NoBuffer);
    assert!(buffer(&list).is_null());
    let data = first_buffer(&make(Malformed::NoMdl));
    assert!(data.CurrentMdl.is_null() && length(&data) == 60);
    let list = make(Malformed::Short(3));
    let data = first_buffer(&list);
    assert_eq!((length(&data), chain(data.MdlChain).len()), (63, 60));
    let list = make(Malformed::OffsetBeyond(9));
    let data = first_buffer(&list);
    assert_eq!((data.CurrentMdlOffset, chain(data.MdlChain).len()), (69, 60));
}

fn link(list: &List, next: *mut NET_BUFFER_LIST) {
    let links = list.address().cast::<NET_BUFFER_LIST_DATA>();
    // SAFETY: the list is filled.
    unsafe { (*links).Next = next };
}

/// Two linked lists, and what `change` changes of them, if it may not.
fn after(lists: Lists, change: impl FnOnce(&mut List, &mut List)) -> Option<String> {
    let (mut first, mut second) = (filled(&vec![1; 60].into()), filled(&vec![2; 60].into()));
    link(&first, second.address());
    let mut snapshot = Snapshot::default();
    // SAFETY: the lists are filled.
    unsafe { snapshot.take(first.address(), STYLE.version, true) };
    change(&mut first, &mut second);
    // SAFETY: and not used by anybody else.
    unsafe { snapshot.compare(lists) }.map(|change| change.text)
}

#[test]
fn changes_are_named() {
    let unlinked = |first: &mut List, _: &mut List| link(first, std::ptr::null_mut());
    let text = after(Lists::Lent, unlinked).unwrap();
    assert!(text.starts_with("Next of list 1 was changed from 0x"), "{text}");
    assert!(text.ends_with("to 0x0"), "{text}");
    assert_eq!(after(Lists::Given, unlinked), None);

    let text = after(Lists::Given, |_, second| {
        // SAFETY: the list is filled.
        unsafe { (*second.address()).SourceHandle = std::ptr::null_mut() };
    });
    let expected = "SourceHandle of list 2 was changed from 0x123456789abc to 0x0";
    assert_eq!(text.as_deref(), Some(expected));

    let text = after(Lists::Lent, |_, second| {
        // SAFETY: the list is filled.
        unsafe { (*second.address()).Status = 5 };
    });
    assert_eq!(text.as_deref(), Some("Status of list 2 was changed from 0x0 to 0x5"));

    let text = after(Lists::Lent, |first, _| {
        // SAFETY: the list is filled, and so has a buffer.
        unsafe { (*buffer(first)).CurrentMdlOffset = 4 };
    });
    let expected = "CurrentMdlOffset of buffer 1 of list 1 was changed from 0x0 to 0x4";
    assert_eq!(text.as_deref(), Some(expected));

    let text = after(Lists::Given, |first, _| {
        let bytes = address(&mdl(first_buffer(first).MdlChain).unwrap());
        // SAFETY: the bytes of the frame are there.
        unsafe { (bytes as *mut u8).write(9) };
    });
    assert_eq!(text.as_deref(), Some("the bytes of MDL 1 of buffer 1 of list 1 were changed"));

    let text = after(Lists::Lent, |first, _| {
        // SAFETY: the list is filled.
        unsafe { (*first.address()).NetBufferListInfo[26] = std::ptr::without_provenance_mut(1) };
    });
    let expected = "NetBufferListInfo[26] of list 1 was changed from 0x0 to 0x1";
    assert_eq!(text.as_deref(), Some(expected));
}

#[test]
fn drivers_may_use_what_is_theirs() {
    let text = after(Lists::Lent, |first, second| {
        // SAFETY: the list is filled.
        unsafe { (*first.address()).ProtocolReserved = [std::ptr::null_mut(); 4] };
        // SAFETY: the list is filled.
        unsafe { (*first.address()).Scratch = std::ptr::null_mut() };
        // SAFETY: the list is filled.
        unsafe { (*second.address()).Flags |= 0xfff0_0000 };
    });
    assert_eq!(text, None);
}

/// Whether a list is as it was retired after this is done to it.
fn is_untouched(poison: Poison, touch: impl FnOnce(&mut List)) -> bool {
    let system = Arc::new(System::new(1));
    thread::enter(&system, |_| {
        let mut list = filled(&vec![1; 60].into());
        list.retire(poison);
        touch(&mut list);
        let is_untouched = list.reclaim();
        list.fill(&vec![1; 60].into(), &Geometry::Random, &mut Rng::with_seed(0));
        assert_eq!(read(&list), [vec![1; 60]]);
        is_untouched
    })
}

#[test]
fn writing_to_a_list_too_late_is_noticed() {
    assert!(is_untouched(Poison::Fill, |_| {}));
    assert!(!is_untouched(Poison::Fill, |list| {
        // SAFETY: the memory is there.
        unsafe { (*list.address()).Scratch = std::ptr::null_mut() };
    }));
}

#[test]
fn a_protected_list_cannot_be_touched_until_it_is_used_again() {
    assert!(is_untouched(Poison::Protect, |list| {
        let address = list.address() as usize;
        assert!(!is_there(address));
    }));
}
