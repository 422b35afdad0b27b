//! Every field of a `Bind` is checked.

use rx_abi::{Bind, BindOptions, Endpoint, Family, InvalidBind as I, Mode};

fn v4(address: [u8; 4]) -> Endpoint {
    let mut bytes = [0; 16];
    bytes[..4].copy_from_slice(&address);
    Endpoint { address: bytes, family: Family::V4 as u16, ..Endpoint::default() }
}

fn v6(first: u8) -> Endpoint {
    let mut address = [0; 16];
    (address[0], address[15]) = (first, 1);
    Endpoint { address, family: Family::V6 as u16, ..Endpoint::default() }
}

fn bind(mode: Mode, local: Endpoint) -> Bind {
    Bind { mode: mode as u32, local, ..Bind::default() }
}

fn with_group(mut bind: Bind, group: Endpoint) -> Bind {
    bind.groups[0] = group;
    bind.group_count = 1;
    bind
}

#[test]
fn plain_ones_are_valid() {
    for mode in Mode::ALL {
        for local in [v4([127, 0, 0, 1]), v6(0), v6(0xfe)] {
            let bind = bind(mode, local);
            let checked = bind.check().unwrap();
            assert_eq!((checked.mode, Some(checked.family)), (mode, local.family()));
        }
    }
}

#[test]
fn all_settings_are_valid_where_they_belong() {
    let event = bind(Mode::Event, v6(0));
    let dual = BindOptions::DUAL_STACK.with(BindOptions::REUSE_ADDRESS).bits();
    for valid in [
        Bind { queue_bytes: 64 << 10, receive_buffer: u32::MAX, ..event },
        Bind { queue_bytes: 1 << 30, options: dual, ..event },
        Bind { requests: 1024, request_bytes: 65_527, ..bind(Mode::Irp, v6(0)) },
        Bind {
            retain_datagrams: 4096,
            retain_bytes: 16 << 20,
            retain_microseconds: 1_000_000,
            ..bind(Mode::Retain, v6(0))
        },
        with_group(event, v6(0xff)),
        with_group(Bind { options: dual, ..event }, v4([239, 1, 2, 3])),
        with_group(bind(Mode::Event, v4([0; 4])), Endpoint { scope: 2, ..v4([224, 0, 0, 1]) }),
        Bind { local: Endpoint { port: 65_535, scope: 3, ..v6(0xfe) }, ..event },
    ] {
        assert!(valid.check().is_ok(), "{valid:?}: {:?}", valid.check().err());
    }
}

#[test]
fn each_wrong_field_is_found() {
    let event = bind(Mode::Event, v4([0; 4]));
    let mut stray = v4([127, 0, 0, 1]);
    stray.address[4] = 1;
    let both = BindOptions::REUSE_ADDRESS.with(BindOptions::EXCLUSIVE_ADDRESS);
    for (wrong, why) in [
        (Bind { abi_version: 0, ..event }, I::Version),
        (Bind { abi_version: 2, ..event }, I::Version),
        (Bind { mode: 5, ..event }, I::Mode),
        (Bind { options: 1 << 6, ..event }, I::Options),
        (Bind { options: BindOptions::DUAL_STACK.bits(), ..event }, I::Options),
        (Bind { options: both.bits(), ..event }, I::Options),
        (Bind { queue_bytes: (64 << 10) - 1, ..event }, I::QueueBytes),
        (Bind { queue_bytes: (1 << 30) + 1, ..event }, I::QueueBytes),
        (Bind { queue_bytes: 1 << 20, ..bind(Mode::Direct, v4([0; 4])) }, I::QueueBytes),
        (Bind { requests: 1, ..event }, I::Requests),
        (Bind { request_bytes: 1, ..event }, I::Requests),
        (Bind { requests: 1025, ..bind(Mode::Irp, v6(0)) }, I::Requests),
        (Bind { request_bytes: 65_528, ..bind(Mode::Irp, v6(0)) }, I::Requests),
        (Bind { retain_datagrams: 1, ..event }, I::Retention),
        (Bind { retain_datagrams: 4097, ..bind(Mode::Retain, v6(0)) }, I::Retention),
        (Bind { retain_bytes: (16 << 20) + 1, ..bind(Mode::Retain, v6(0)) }, I::Retention),
        (Bind { retain_microseconds: 1_000_001, ..bind(Mode::Retain, v6(0)) }, I::Retention),
        (Bind { group_count: 17, ..event }, I::Groups),
        (with_group(event, v4([223, 255, 255, 255])), I::Groups),
        (with_group(event, v6(0xff)), I::Groups),
        (with_group(bind(Mode::Event, v6(0)), v4([224, 0, 0, 1])), I::Groups),
        (with_group(event, Endpoint { port: 1, ..v4([224, 0, 0, 1]) }), I::Groups),
        (with_group(event, Endpoint::default()), I::Groups),
        (Bind { local: Endpoint::default(), ..event }, I::Local),
        (Bind { local: Endpoint { family: 3, ..v4([0; 4]) }, ..event }, I::Local),
        (Bind { local: stray, ..event }, I::Local),
        (Bind { local: Endpoint { scope: 1, ..v4([0; 4]) }, ..event }, I::Local),
        (Bind { reserved: 1, ..event }, I::Reserved),
    ] {
        assert_eq!(wrong.check().err(), Some(why), "{wrong:?}");
    }
}
