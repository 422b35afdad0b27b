//! Specs as text.

use proptest::{option, prelude::*, sample::select};

use super::super::{
    Checksums, File, Identity, Kind, Loops, Packet, Sizes, Spec, SpecError, Speed, Synth, Tags,
    Tap, To, open,
};
use crate::ndis::{Geometry, Pieces};

fn name() -> impl Strategy<Value = String> {
    "[a-z0-9,:=\\\\./ _é-]{1,12}"
}

fn packet() -> impl Strategy<Value = Kind> {
    (name(), any::<u32>(), any::<bool>())
        .prop_map(|(interface, buffer, hash)| Kind::Packet(Packet { interface, buffer, hash }))
}

fn file() -> impl Strategy<Value = Kind> {
    let repeat = prop_oneof![(1_u64..9).prop_map(Loops::Times), Just(Loops::Forever)];
    let speed = select(vec![Speed::Original, Speed::Fast]);
    let tags = select(vec![Tags::Strip, Tags::Keep]);
    (name(), speed, repeat, tags, option::of(name())).prop_map(
        |(path, speed, repeat, tags, interface)| {
            Kind::File(File { speed, repeat, tags, interface, ..File::new(path) })
        },
    )
}

fn sizes(most: u32) -> impl Strategy<Value = Sizes> {
    (0..most, 0..most).prop_filter_map("a range", |(a, b)| Sizes::range(a.min(b)..=a.max(b)))
}

fn geometry() -> impl Strategy<Value = Geometry> {
    let pieces = (prop::collection::vec(any::<u32>(), 1..4), any::<u32>());
    let pieces = pieces.prop_map(|(lengths, offset)| Pieces { lengths, offset, at_end: false });
    prop_oneof![
        Just(Geometry::Single),
        Just(Geometry::Random),
        any::<u32>().prop_map(|header| Geometry::Split { header }),
        any::<u32>().prop_map(Geometry::Offset),
        pieces.prop_map(Geometry::Pieces),
    ]
}

fn synth() -> impl Strategy<Value = Kind> {
    let checksums =
        select(vec![Checksums::None, Checksums::Good, Checksums::Bad, Checksums::Mixed]);
    let to = select(vec![To::Directed, To::Broadcast, To::Multicast, To::Mixed]);
    let counts = (
        option::of(1_u64..),
        option::of(any::<u64>()),
        1_usize..1000,
        any::<u64>(),
        1_usize..=64,
        1_u16..,
    );
    let rest = (any::<bool>(), checksums, to, any::<u32>(), any::<bool>());
    (sizes(65_554), counts, geometry(), option::of(sizes(65_536)), rest).prop_map(
        |(size, (rate, count, list, seed, buffers, queues), geometry, vlan, rest)| {
            let (hash, checksum, to, flags, time) = rest;
            Kind::Synth(Synth {
                size,
                rate,
                count,
                list,
                seed,
                geometry,
                vlan,
                buffers,
                queues,
                hash,
                checksum,
                to,
                flags,
                time,
            })
        },
    )
}

prop_compose! {
    fn identity()(
        name in option::of(name()),
        mac in any::<Option<[u8; 6]>>(),
        mtu in any::<Option<u32>>(),
        speed in any::<Option<u64>>(),
        descriptors in option::of(1_u32..),
        low_mark in any::<Option<u32>>(),
    ) -> Identity {
        Identity { name, mac, mtu, speed, descriptors, low_mark }
    }
}

fn spec() -> impl Strategy<Value = Spec> {
    let tap = name().prop_map(|name| Kind::Tap(Tap::new(name)));
    let kind = prop_oneof![packet(), tap, file(), synth()];
    (kind, identity()).prop_map(|(kind, identity)| Spec { kind, identity })
}

proptest! {
    #[test]
    fn what_is_written_is_read(spec in spec()) {
        let text = spec.to_string();
        prop_assert_eq!(text.parse::<Spec>(), Ok(spec), "{}", text);
    }

    #[test]
    fn any_text_is_a_spec_or_an_error(text in "(packet|tap|file|synth|other)?:?[ -~]{0,40}") {
        if let Ok(spec) = text.parse::<Spec>() {
            prop_assert_eq!(spec.to_string().parse::<Spec>(), Ok(spec));
        }
    }
}

#[test]
fn people_write_them_like_this() {
    let same = |text: &str, kind: Kind| {
        assert_eq!(text.parse::<Spec>().map(|spec| spec.kind), Ok(kind), "{text}");
    };
    same("packet:eth0", Kind::Packet(Packet::new("eth0")));
    same("tap:tap0", Kind::Tap(Tap::new("tap0")));
    same("file:a/b.pcap", Kind::File(File::new("a/b.pcap")));
    let fast = File { speed: Speed::Fast, repeat: Loops::Forever, ..File::new("x") };
    same("file:x,fast,loop", Kind::File(fast.clone()));
    same("file:x,pace=fast,loop=forever", Kind::File(fast));
    same("synth:", Kind::Synth(Synth::default()));
    let synth = Synth { rate: Some(10_000), seed: 0x1f, ..Synth::default() };
    same("synth:rate=10k,seed=0x1f", Kind::Synth(synth));
    let spec: Spec = "packet:eth0,mac=02:00:00:00:00:07,speed=10G".parse().unwrap();
    assert_eq!(spec.identity.mac, Some([2, 0, 0, 0, 0, 7]));
    assert_eq!(spec.identity.speed, Some(10_000_000_000));
}

#[test]
fn wrong_ones_are_refused_with_cause_and_cure() {
    for (text, sentence) in [
        ("", r#""" is no kind of adapter; write packet:IFACE"#),
        ("eth0", r#""eth0" is no kind of adapter"#),
        ("wifi:x", r#""wifi" is no kind of adapter"#),
        ("packet:", "packet: names nothing; write it as in packet:eth0"),
        ("tap:", "tap: names nothing; write it as in tap:tap0"),
        ("file:,fast", "file: names nothing; write it as in file:capture.pcapng"),
        ("synth:sise=64", r#"synth: has no option "sise"; it has size, "#),
        ("tap:x,fast", r#"tap: has no option "fast""#),
        ("synth:size=64,size=65", "synth: has size twice; write it once"),
        ("synth:size=70000", r#""70000" is no value of size of synth:; write bytes up to 65553"#),
        ("synth:size=9-5", r#""9-5" is no value of size"#),
        ("synth:rate=0", r#""0" is no value of rate"#),
        ("synth:list=0", r#""0" is no value of list"#),
        ("synth:buffers=65", r#""65" is no value of buffers"#),
        ("file:x,loop=0", r#""0" is no value of loop of file:; write a number or forever"#),
        ("file:x,fast=yes", r#""yes" is no value of fast of file:; write nothing"#),
        ("file:x,pace=slow", "write original or fast"),
        ("packet:x,mac=1", "write six bytes, such as 02:00:00:00:00:01"),
        ("packet:x,descriptors=0", "write a number, not zero"),
    ] {
        let error = text.parse::<Spec>().unwrap_err().to_string();
        assert!(error.contains(sentence), "{text}: {error}");
    }
}

#[test]
fn adapters_of_the_same_name_get_numbers() {
    let specs = ["synth:", "synth:name=a", "synth:", "synth:name=a,mac=02:00:00:00:00:01"];
    let specs = specs.map(|spec| spec.parse().unwrap());
    let adapters = open(&specs).unwrap();
    let names: Vec<_> = adapters.iter().map(|(adapter, _)| adapter.name.as_str()).collect();
    assert_eq!(names, ["synth", "a", "synth 2", "a 2"]);
    assert_ne!(adapters[0].0.guid, adapters[2].0.guid);
    assert_ne!(adapters[0].0.mac, adapters[2].0.mac);
    assert_eq!(adapters[3].0.mac, [2, 0, 0, 0, 0, 1]);
}

#[test]
fn what_does_not_exist_is_refused_with_cause_and_cure() {
    for (text, sentence) in [
        ("packet:no-such-iface", "there is no network interface no-such-iface; `ip link` lists"),
        ("packet:a-name-that-is-too-long", "there is no network interface a-name-that-is-too-long"),
        ("file:/nowhere/x.pcap", "/nowhere/x.pcap cannot be read: No such file"),
    ] {
        let error = open(&[text.parse().unwrap()]).err().expect("it does not exist").to_string();
        assert!(error.contains(sentence), "{text}: {error}");
    }
}

#[test]
fn the_guide_names_every_option() {
    let guide = include_str!("../../../../../../docs/adapters.md");
    for spec in ["packet:x,?", "tap:x,?", "file:x,?", "synth:?"] {
        let error = spec.parse::<Spec>().unwrap_err();
        let SpecError::Option { known, kind, .. } = error else { panic!("{error}") };
        assert!(guide.contains(&format!("## {kind}:")), "{kind}");
        for option in known.split(", ") {
            let words = [format!("`{option}`"), format!("`{option}=")];
            assert!(words.iter().any(|word| guide.contains(word)), "{kind}: {option}");
        }
    }
}
