//! What NDIS tells a driver beside lists: read as far as it is there.

use std::ptr;

use ndis::{
    Attributes, BindParameters, Restart, StatusIndication, bind::guid, link::Link, pnp::PnpEvent,
};
use ndis_sys as sys;
use proptest::prelude::*;

fn header(kind: u8, revision: u8, size: u16) -> sys::NDIS_OBJECT_HEADER {
    sys::NDIS_OBJECT_HEADER { Type: kind, Revision: revision, Size: size }
}

fn utf16(text: &str) -> Vec<u16> {
    text.encode_utf16().collect()
}

fn string(units: &[u16]) -> sys::NDIS_STRING {
    let bytes = size_of_val(units).try_into().unwrap();
    sys::NDIS_STRING { Length: bytes, MaximumLength: bytes, Buffer: units.as_ptr().cast_mut() }
}

const NAME: &str = r"\DEVICE\{01234567-89AB-CDEF-0123-456789abcdef}";
const GUID: [u8; 16] = [
    0x67, 0x45, 0x23, 0x01, 0xAB, 0x89, 0xEF, 0xCD, 0x01, 0x23, 0x45, 0x67, 0x89, 0xAB, 0xCD, 0xEF,
];

fn parameters(size: u16) -> sys::NDIS_BIND_PARAMETERS {
    let mut address = [0; sys::NDIS_MAX_PHYS_ADDRESS_LENGTH];
    address[..6].copy_from_slice(&[2, 0, 0, 0, 0, 1]);
    sys::NDIS_BIND_PARAMETERS {
        Header: header(sys::NDIS_OBJECT_TYPE_BIND_PARAMETERS, 1, size),
        MtuSize: 1500,
        MediaConnectState: sys::MediaConnectStateConnected,
        MediaDuplexState: sys::MediaDuplexStateFull,
        XmitLinkSpeed: 10_000_000_000,
        RcvLinkSpeed: sys::NDIS_LINK_SPEED_UNKNOWN,
        MacAddressLength: 6,
        CurrentMacAddress: address,
        SupportedPacketFilters: 0x2F,
        BoundIfNetluid: sys::NET_LUID { Value: 0x0006_0000_0100_0000 },
        BoundIfIndex: 7,
        IfType: 6,
        ..sys::NDIS_BIND_PARAMETERS::default()
    }
}

#[test]
fn an_adapter_is_known_by_what_ndis_tells() {
    let units = utf16(NAME);
    let mut name = string(&units);
    let raw = sys::NDIS_BIND_PARAMETERS { AdapterName: &raw mut name, ..parameters(248) };
    // SAFETY: it is filled as far as its header says.
    let adapter = unsafe { BindParameters::from_raw(&raw const raw) }.unwrap();
    assert_eq!(adapter.name(), units);
    assert_eq!(adapter.guid(), Some(GUID));
    assert_eq!((adapter.medium(), adapter.mtu()), (sys::NdisMedium802_3, 1500));
    assert_eq!(adapter.address(), [2, 0, 0, 0, 0, 1]);
    assert_eq!(adapter.packet_filters(), 0x2F);
    assert_eq!(adapter.luid(), 0x0006_0000_0100_0000);
    assert_eq!((adapter.interface_index(), adapter.interface_type()), (7, 6));
    let link = Link {
        connected: Some(true),
        full_duplex: Some(true),
        send_speed: Some(10_000_000_000),
        receive_speed: None,
    };
    assert_eq!(adapter.link(), link);
}

#[test]
fn members_of_later_revisions_are_read_only_where_they_are() {
    let mut split = sys::NDIS_HD_SPLIT_CURRENT_CONFIG {
        HDSplitFlags: sys::NDIS_HD_SPLIT_ENABLE_HEADER_DATA_SPLIT,
        ..sys::NDIS_HD_SPLIT_CURRENT_CONFIG::default()
    };
    for (size, splits) in [(248, false), (256, true), (312, true), (400, true)] {
        let raw =
            sys::NDIS_BIND_PARAMETERS { HDSplitCurrentConfig: &raw mut split, ..parameters(size) };
        // SAFETY: all members are filled.
        let adapter = unsafe { BindParameters::from_raw(&raw const raw) }.unwrap();
        assert_eq!(adapter.splits_headers(), splits, "{size}");
    }
}

#[test]
fn what_is_shorter_than_the_first_revision_is_refused() {
    let refused = |raw: &sys::NDIS_BIND_PARAMETERS| {
        // SAFETY: all members are filled.
        unsafe { BindParameters::from_raw(raw) }.is_none()
    };
    assert!(refused(&parameters(247)));
    let wrong = header(sys::NDIS_OBJECT_TYPE_OPEN_PARAMETERS, 1, 312);
    assert!(refused(&sys::NDIS_BIND_PARAMETERS { Header: wrong, ..parameters(312) }));
    assert!(!refused(&parameters(248)));
    // SAFETY: null is allowed.
    assert!(unsafe { BindParameters::from_raw(ptr::null()) }.is_none());
}

#[test]
fn an_address_is_never_longer_than_its_place() {
    let raw = sys::NDIS_BIND_PARAMETERS { MacAddressLength: u16::MAX, ..parameters(248) };
    // SAFETY: it is filled as far as its header says.
    let adapter = unsafe { BindParameters::from_raw(&raw const raw) }.unwrap();
    assert_eq!(adapter.address().len(), sys::NDIS_MAX_PHYS_ADDRESS_LENGTH);
    assert_eq!(adapter.name(), [0_u16; 0]);
    assert_eq!(adapter.guid(), None);
}

#[test]
fn a_name_without_a_guid_has_none() {
    for name in ["", "{}", r"\DEVICE\NDIS", "{01234567-89AB-CDEF-0123_456789ABCDEF}"] {
        assert_eq!(guid(&utf16(name)), None, "{name}");
    }
    assert_eq!(guid(&utf16("{01234567-89AB-CDEF-0123-45678GABCDEF}")), None);
    assert_eq!(guid(&utf16(&NAME[8..])), Some(GUID));
}

fn link_state(size: u16) -> sys::NDIS_LINK_STATE {
    sys::NDIS_LINK_STATE {
        Header: header(sys::NDIS_OBJECT_TYPE_DEFAULT, 1, size),
        MediaConnectState: sys::MediaConnectStateDisconnected,
        MediaDuplexState: sys::MediaDuplexStateHalf,
        XmitLinkSpeed: 1,
        RcvLinkSpeed: 2,
        ..sys::NDIS_LINK_STATE::default()
    }
}

/// A status indication with this link state, of which `length` bytes are there.
fn told(code: i32, size: u16, state: &mut sys::NDIS_LINK_STATE, length: u32) -> Option<Link> {
    let raw = sys::NDIS_STATUS_INDICATION {
        Header: header(sys::NDIS_OBJECT_TYPE_STATUS_INDICATION, 1, size),
        StatusCode: code,
        StatusBuffer: ptr::from_mut(state).cast(),
        StatusBufferSize: length,
        ..sys::NDIS_STATUS_INDICATION::default()
    };
    // SAFETY: all members are filled.
    unsafe { StatusIndication::from_raw(&raw const raw) }?.link()
}

#[test]
fn the_state_of_a_link_is_read_from_longer_structures_too() {
    let state = sys::NDIS_STATUS_LINK_STATE;
    let link = Some(Link {
        connected: Some(false),
        full_duplex: Some(false),
        send_speed: Some(1),
        receive_speed: Some(2),
    });
    assert_eq!(told(state, 112, &mut link_state(40), 40), link);
    assert_eq!(told(state, 200, &mut link_state(64), 40), link, "newer revisions");
    assert_eq!(told(state, 111, &mut link_state(40), 40), None);
    assert_eq!(told(state, 112, &mut link_state(39), 40), None);
    assert_eq!(told(state, 112, &mut link_state(40), 39), None);
    assert_eq!(told(state, 112, &mut link_state(40), 0), None);
    assert_eq!(told(sys::NDIS_STATUS_RESET_START, 112, &mut link_state(40), 40), None);
}

#[test]
fn a_status_may_have_no_payload() {
    let raw = sys::NDIS_STATUS_INDICATION {
        Header: header(sys::NDIS_OBJECT_TYPE_STATUS_INDICATION, 1, 112),
        StatusCode: sys::NDIS_STATUS_L2_MTU_SIZE_CHANGE,
        StatusBufferSize: 100,
        ..sys::NDIS_STATUS_INDICATION::default()
    };
    // SAFETY: all members are filled.
    let status = unsafe { StatusIndication::from_raw(&raw const raw) }.unwrap();
    assert_eq!((status.payload(), status.mtu()), (&[][..], None));
    let mtu = 9000_u32;
    let buffer = ptr::from_ref(&mtu).cast_mut().cast();
    let raw = sys::NDIS_STATUS_INDICATION { StatusBuffer: buffer, StatusBufferSize: 4, ..raw };
    // SAFETY: all members are filled.
    let status = unsafe { StatusIndication::from_raw(&raw const raw) }.unwrap();
    assert_eq!(status.mtu(), Some(9000));
}

/// General attributes, as they lie in memory.
#[repr(C, align(16))]
struct General {
    next: *mut General,
    oid: u32,
    length: u32,
    data: sys::NDIS_RESTART_GENERAL_ATTRIBUTES,
}

fn general(oid: u32, length: u32, size: u16) -> General {
    let data = sys::NDIS_RESTART_GENERAL_ATTRIBUTES {
        Header: header(sys::NDIS_OBJECT_TYPE_RESTART_GENERAL_ATTRIBUTES, 1, size),
        MtuSize: 9000,
        SupportedPacketFilters: 0x2B,
        ..sys::NDIS_RESTART_GENERAL_ATTRIBUTES::default()
    };
    General { next: ptr::null_mut(), oid, length, data }
}

fn restart(attributes: &mut General, size: u16, length: u32) -> Option<Attributes> {
    let raw = sys::NDIS_PROTOCOL_RESTART_PARAMETERS {
        Header: header(sys::NDIS_OBJECT_TYPE_PROTOCOL_RESTART_PARAMETERS, 1, size),
        RestartAttributes: ptr::from_mut(attributes).cast(),
        ..sys::NDIS_PROTOCOL_RESTART_PARAMETERS::default()
    };
    // SAFETY: all members are filled.
    unsafe { Restart::from_raw(&raw const raw, length) }.attributes()
}

#[test]
fn attributes_of_a_restart_are_found() {
    const OID: u32 = sys::OID_GEN_MINIPORT_RESTART_ATTRIBUTES;
    let known = Some(Attributes { mtu: 9000, packet_filters: 0x2B });
    assert_eq!(restart(&mut general(OID, 84, 84), 52, 56), known);
    let mut second = general(OID, 96, 88);
    let mut first = General { next: &raw mut second, ..general(1, 0, 0) };
    assert_eq!(restart(&mut first, 52, 56), known);
    for (length, size) in [(83, 84), (84, 83), (0, 84)] {
        assert_eq!(restart(&mut general(OID, length, size), 52, 56), None);
    }
    assert_eq!(restart(&mut general(OID, 84, 84), 51, 56), None);
    assert_eq!(restart(&mut general(OID, 84, 84), 52, 51), None);
    // SAFETY: null is allowed.
    assert_eq!(unsafe { Restart::from_raw(ptr::null(), 100) }.attributes(), None);
    let mut circle = general(1, 0, 0);
    circle.next = &raw mut circle;
    assert_eq!(restart(&mut circle, 52, 56), None);
}

/// The event with this code and buffer, in a word.
fn event(code: i32, buffer: *mut core::ffi::c_void, length: u32) -> String {
    let raw = sys::NET_PNP_EVENT_NOTIFICATION {
        Header: header(sys::NDIS_OBJECT_TYPE_DEFAULT, 1, 164),
        NetPnPEvent: sys::NET_PNP_EVENT {
            NetEvent: code,
            Buffer: buffer,
            BufferLength: length,
            ..sys::NET_PNP_EVENT::default()
        },
        ..sys::NET_PNP_EVENT_NOTIFICATION::default()
    };
    // SAFETY: all members are filled, and the buffer is null or as long as it says.
    match unsafe { PnpEvent::from_raw(&raw const raw) } {
        None => "none".into(),
        Some(PnpEvent::Power(full)) => format!("power {full}"),
        Some(PnpEvent::Pause) => "pause".into(),
        Some(PnpEvent::Restart(restart)) => format!("restart {:?}", restart.attributes()),
        Some(PnpEvent::BindsComplete) => "binds complete".into(),
        Some(PnpEvent::Other(code)) => format!("other {code}"),
    }
}

#[test]
fn events_are_known_and_their_buffers_looked_at_with_care() {
    let nothing = ptr::null_mut();
    let mut states = [sys::NetDeviceStateD0, sys::NetDeviceStateD3];
    let buffers = states.each_mut().map(|state| ptr::from_mut(state).cast());
    assert_eq!(event(sys::NetEventSetPower, buffers[0], 4), "power true");
    assert_eq!(event(sys::NetEventSetPower, buffers[1], 4), "power false");
    assert_eq!(event(sys::NetEventSetPower, buffers[1], 3), "other 0");
    assert_eq!(event(sys::NetEventSetPower, nothing, 4), "other 0");
    assert_eq!(event(sys::NetEventPause, nothing, 0), "pause");
    assert_eq!(event(sys::NetEventRestart, nothing, 0), "restart None");
    assert_eq!(event(sys::NetEventBindsComplete, nothing, 0), "binds complete");
    assert_eq!(event(1000, nothing, 0), "other 1000");
    // SAFETY: null is allowed.
    assert!(unsafe { PnpEvent::from_raw(ptr::null()) }.is_none());
}

proptest! {
    #[test]
    fn any_bytes_are_read_as_a_link_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..64)) {
        prop_assert!(Link::parse(&bytes).is_none() || bytes.len() >= 40);
    }

    #[test]
    fn any_name_has_a_guid_or_none(name in ".{0,60}") {
        let name = utf16(&name);
        let end = utf16("}");
        prop_assert!(guid(&name).is_none() || name.ends_with(&end));
    }
}
