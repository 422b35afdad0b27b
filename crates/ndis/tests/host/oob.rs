//! Out-of-band information.

use ndis::{
    ListView,
    oob::{Checked, Datagrams, Hash, Segments, vlan},
    version::{NdisVersion, Running},
};
use ndis_sys as sys;
use proptest::prelude::*;

use crate::built::{Built, Desk, Spec};

fn with_slots(slots: &[(usize, usize)], minor: u8, look: impl FnOnce(ListView<'_>)) {
    let spec = Spec { slots: slots.to_vec(), ..Spec::default() };
    let lists = [Built::new(&spec, NdisVersion::new(minor))];
    Desk::default().indicate(&lists, sys::NDIS_RECEIVE_FLAGS_RESOURCES, |received| {
        look(received.lists().next().unwrap());
    });
}

/// What it is to run on this version.
fn running(minor: u8) -> Running {
    // SAFETY: the lists of these tests are made as that version makes them.
    unsafe { Running::assume(NdisVersion::new(minor)) }
}

#[test]
fn a_tag_is_put_in_the_order_of_the_wire() {
    // Priority 3, VLAN 100; and the drop eligible bit alone.
    assert_eq!(vlan(0x0643), Some(0x6064));
    assert_eq!(vlan(0x0008), Some(0x1000));
    assert_eq!(vlan(0xFFFF), Some(0xFFFF));
    assert_eq!(vlan(0), None);
    // A wireless network's access category is no tag.
    assert_eq!(vlan(0x000A_0000), None);
    assert_eq!(vlan(0x000A_0000 | 0x0643), Some(0x6064));
}

#[test]
fn checksums_are_told_apart() {
    let bits = 0x0000_0028 | 0x0000_0002 | 0x0000_0100;
    with_slots(&[(0, bits)], 20, |list| {
        let sum = list.checksum();
        assert_eq!(sum.bits(), 0x12A);
        assert_eq!(
            (sum.ip(), sum.tcp(), sum.udp()),
            (Checked::Right, Checked::Right, Checked::Wrong)
        );
        assert!(sum.values_invalid() && !sum.loopback());
    });
    with_slots(&[], 20, |list| {
        let sum = list.checksum();
        assert_eq!((sum.ip(), sum.tcp(), sum.udp()), (Checked::No, Checked::No, Checked::No));
    });
    with_slots(&[(0, 0b0100_1001)], 20, |list| {
        assert_eq!(list.checksum().tcp(), Checked::Wrong, "it says both");
        assert!(list.checksum().loopback());
    });
}

#[test]
fn slots_that_all_versions_have() {
    let slots = [(4, 0x0643), (7, 0x0008), (8, 0xDEAD_BEEF), (9, 0x0101), (14, 0x0007_0001)];
    with_slots(&slots, 20, |list| {
        assert_eq!(list.vlan(), Some(0x6064));
        assert_eq!(list.frame_type(), 0x0800);
        assert_eq!(list.hash(), Some(Hash { value: 0xDEAD_BEEF, info: 0x0101 }));
        assert_eq!(list.queue(), 7);
    });
    with_slots(&[(8, 5), (9, 0x0100)], 20, |list| assert_eq!(list.hash(), None));
}

#[test]
fn slots_of_newer_versions_take_a_proof() {
    let slots = [(17, 0x05DC_0004), (22, 0x0001_0003), (26, 0x0123_4567_89AB)];
    with_slots(&slots, 84, |list| {
        let ndis = running(84);
        assert_eq!(
            list.segments(ndis.since().unwrap()),
            Some(Segments { count: 3, duplicate_acks: 1 })
        );
        assert_eq!(list.datagrams(ndis.since().unwrap()), Some(Datagrams { count: 4, size: 1500 }));
        assert_eq!(list.timestamp(ndis.since().unwrap()), Some(0x0123_4567_89AB));
    });
    with_slots(&[], 84, |list| {
        let ndis = running(84);
        assert_eq!(list.segments(ndis.since().unwrap()), None);
        assert_eq!(list.datagrams(ndis.since().unwrap()), None);
        assert_eq!(list.timestamp(ndis.since().unwrap()), None);
    });
}

#[test]
fn there_is_no_proof_of_what_does_not_run() {
    assert!(running(20).since::<30>().is_none());
    assert!(running(81).since::<30>().is_some());
    assert!(running(81).since::<82>().is_none());
    assert!(running(83).since::<82>().is_some());
    assert!(running(83).since::<84>().is_none());
}

#[test]
fn flags_are_told() {
    let flags = sys::NDIS_NBL_FLAGS_IS_LOOPBACK_PACKET | sys::NDIS_NBL_FLAGS_IS_UDP;
    let lists = [Built::new(&Spec { flags, ..Spec::default() }, NdisVersion::new(20))];
    Desk::default().indicate(&lists, sys::NDIS_RECEIVE_FLAGS_RESOURCES, |received| {
        let list = received.lists().next().unwrap();
        assert_eq!(list.flags(), flags);
        assert!(list.is_loopback() && !list.is_split());
    });
}

proptest! {
    /// The tag is the one that NDIS' macros would take apart.
    #[test]
    fn a_tag_keeps_its_fields(priority in 0_u16..8, eligible in 0_u16..2, id in 0_u16..4096, wmm in 0_usize..16) {
        let slot = usize::from(priority | eligible << 3 | id << 4) | wmm << 16;
        let wire = priority << 13 | eligible << 12 | id;
        prop_assert_eq!(vlan(slot), (wire != 0).then_some(wire));
    }
}
