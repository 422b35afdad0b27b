//! Settings, and what the driver gets of them.

use std::{
    net::{IpAddr, SocketAddr},
    time::Duration,
};

use proptest::prelude::*;
use rx_abi::{Bind, BindOptions, Mode};
use winrx::{Group, InvalidSettings, Settings, address::from_endpoint};

fn at(local: &str) -> Settings {
    Settings::new(local.parse().unwrap())
}

fn joining(local: &str, group: &str) -> Settings {
    let group = Group { address: group.parse().unwrap(), interface: Some(3) };
    Settings { groups: vec![group], ..at(local) }
}

#[test]
fn all_settings_reach_the_driver() {
    let irp = Settings {
        mode: Mode::Irp,
        options: BindOptions::DUAL_STACK.with(BindOptions::REUSE_ADDRESS),
        receive_buffer: Some(1),
        queue_bytes: Some(1 << 20),
        requests: Some(7),
        request_bytes: Some(1_472),
        ..joining("[::]:5000", "ff02::7")
    };
    let bind = irp.to_bind().unwrap();
    let expected = Bind {
        mode: Mode::Irp as u32,
        options: irp.options.bits(),
        receive_buffer: 1,
        queue_bytes: 1 << 20,
        requests: 7,
        request_bytes: 1_472,
        group_count: 1,
        local: bind.local,
        groups: bind.groups,
        ..Bind::default()
    };
    assert_eq!(bind, expected);
    assert_eq!(from_endpoint(&bind.local), Some(irp.local));
    assert_eq!(from_endpoint(&bind.groups[0]), Some("[ff02::7%3]:0".parse().unwrap()));

    let retain = Settings {
        mode: Mode::Retain,
        retain_datagrams: Some(64),
        retain_bytes: Some(1 << 18),
        retain_time: Some(Duration::from_millis(1)),
        ..at("0.0.0.0:0")
    };
    let bind = retain.to_bind().unwrap();
    assert_eq!((bind.retain_datagrams, bind.retain_bytes), (64, 1 << 18));
    assert_eq!(bind.retain_microseconds, 1_000);
}

#[test]
fn wrong_settings_are_sentences_with_a_cure() {
    let v4 = at("0.0.0.0:5000");
    let dual = Settings { options: BindOptions::DUAL_STACK, ..v4.clone() };
    let both = BindOptions::REUSE_ADDRESS.with(BindOptions::EXCLUSIVE_ADDRESS);
    let group = joining("0.0.0.0:0", "239.1.2.3").groups[0];
    for (wrong, sentence) in [
        (
            at("239.1.2.3:5000"),
            "239.1.2.3:5000 is a multicast group. Receive at 0.0.0.0:5000 and join the group.",
        ),
        (
            at("[ff02::1]:5000"),
            "[ff02::1]:5000 is a multicast group. Receive at [::]:5000 and join the group.",
        ),
        (dual, "Dual stack needs an IPv6 address, and 0.0.0.0:5000 is none. Receive at [::]:5000."),
        (
            Settings { options: both, ..v4.clone() },
            "An address cannot be shared and exclusive at once. Choose one of the two.",
        ),
        (
            Settings { queue_bytes: Some(65_535), ..v4.clone() },
            "The queue is 65535, but has to be from 65536 to 1073741824.",
        ),
        (
            Settings { queue_bytes: Some(1 << 20), mode: Mode::Direct, ..v4.clone() },
            "The queue is not for mode direct. Leave it out, or choose another one.",
        ),
        (
            Settings { requests: Some(1), ..v4.clone() },
            "The number of IRPs is not for mode event. Leave it out, or choose irp.",
        ),
        (
            Settings { retain_time: Some(Duration::from_secs(1)), ..v4.clone() },
            "The time of retention in microseconds is not for mode event. Leave it out, or choose retain.",
        ),
        (
            Settings {
                retain_time: Some(Duration::from_secs(2)),
                mode: Mode::Retain,
                ..v4.clone()
            },
            "The time of retention in microseconds is 2000000, but has to be from 1 to 1000000.",
        ),
        (
            joining("0.0.0.0:0", "192.0.2.1"),
            "192.0.2.1 is not a multicast group. Groups are in 224.0.0.0/4 and ff00::/8.",
        ),
        (
            joining("0.0.0.0:5000", "ff02::1"),
            "Datagrams to ff02::1 do not arrive at 0.0.0.0:5000. Receive at [::]:5000.",
        ),
        (
            joining("[::]:5000", "239.1.2.3"),
            "Datagrams to 239.1.2.3 do not arrive at [::]:5000. Receive at 0.0.0.0:5000.",
        ),
        (
            Settings { groups: vec![group; 17], ..v4 },
            "There are 17 groups, and a receiver can join 16. Use several receivers.",
        ),
    ] {
        assert_eq!(wrong.to_bind().unwrap_err().to_string(), sentence);
    }
}

fn settings() -> impl Strategy<Value = Settings> {
    let local = (any::<IpAddr>(), any::<u16>()).prop_map(SocketAddr::from);
    let mode = prop::sample::select(Mode::ALL.to_vec());
    let options = (0_u32..64).prop_map(|bits| BindOptions::from_bits(bits).unwrap());
    let multicast = any::<IpAddr>().prop_map(|ip| match ip {
        IpAddr::V4(ip) => IpAddr::from([ip.octets()[0] | 0xe0, 1, 2, 3]),
        IpAddr::V6(_) => "ff02::7".parse().unwrap(),
    });
    let group = (multicast, any::<Option<u32>>())
        .prop_map(|(address, interface)| Group { address, interface });
    let groups = prop::collection::vec(group, 0..3);
    let sizes = any::<[Option<u32>; 6]>();
    (local, mode, options, groups, sizes, any::<Option<Duration>>()).prop_map(
        |(local, mode, options, groups, [a, b, c, d, e, f], retain_time)| Settings {
            local,
            mode,
            options,
            groups,
            receive_buffer: a,
            queue_bytes: b.map(|bytes| bytes % (1 << 20)),
            requests: c.map(|count| count % 2048),
            request_bytes: d.map(|bytes| bytes % 70_000),
            retain_datagrams: e.map(|count| count % 5_000),
            retain_bytes: f.map(|bytes| bytes % (17 << 20)),
            retain_time,
        },
    )
}

proptest! {
    /// What the driver would refuse never reaches it, and each refusal has a sentence of its own.
    #[test]
    fn settings_are_valid_or_explained(settings in settings()) {
        match settings.to_bind() {
            Ok(bind) => {
                prop_assert!(bind.check().is_ok());
                prop_assert_eq!(from_endpoint(&bind.local), Some(settings.local));
                prop_assert_eq!(bind.group_count as usize, settings.groups.len());
            }
            Err(InvalidSettings::Other(error)) => {
                return Err(TestCaseError::fail(format!("no sentence for {error:?}")));
            }
            Err(error) => prop_assert!(error.to_string().ends_with('.')),
        }
    }
}
