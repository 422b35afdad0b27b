use std::time::Duration;

use rx_abi::{AdapterState, AdapterStats, Info, Mode, Stats};

use super::{Counted, Counters};
use crate::{Adapter, BoundReceiver, Receivers};

const TIME: u64 = 1_700_000_000_123_456_789;

fn receiver(number: u32, local: &str, stats: Stats) -> BoundReceiver {
    let local = local.parse().unwrap();
    BoundReceiver { number, process: 1234, mode: Mode::Event, time: TIME - 1, local, stats }
}

fn of_receivers(live: Vec<BoundReceiver>, ended: u64, ended_stats: Stats) -> Counters {
    let counted = Counted::Receivers(Box::new(Receivers { live, ended, ended_stats }));
    Counters { info: Info::new("wskrx", "1.2.3"), time: TIME, counted }
}

fn of_adapters(counted: Vec<(Adapter, AdapterStats)>) -> Counters {
    let counted = Counted::Adapters(counted);
    Counters { info: Info::new("ndisrx", "1.2.3"), time: TIME, counted }
}

/// Counters that add up.
fn stats(received: u64) -> Stats {
    Stats {
        received,
        received_bytes: 100 * received,
        delivered: received - 14,
        held: 10,
        dropped_queue_full: 3,
        dropped_closed: 1,
        ..Stats::default()
    }
}

fn adapter(number: u32, name: &str) -> Adapter {
    let mut raw = rx_abi::Adapter {
        number,
        guid: [0x33, 0x22, 0x11, 0x00, 0x55, 0x44, 0x77, 0x66, 8, 9, 10, 11, 12, 13, 14, 15],
        state: AdapterState::Running as u32,
        ..rx_abi::Adapter::default()
    };
    for (place, unit) in raw.name.iter_mut().zip(r"\Device\{x}".encode_utf16()) {
        *place = unit;
    }
    for (place, unit) in raw.friendly_name.iter_mut().zip(name.encode_utf16()) {
        *place = unit;
    }
    Adapter::try_from(&raw).unwrap()
}

fn frames(frames: u64) -> AdapterStats {
    AdapterStats {
        frames,
        bytes: 1000 * frames,
        offered: frames - 3,
        dropped_paused: 1,
        dropped_no_reader: 2,
        lists_held: 7,
        readers: 2,
        adapter_discards: 5,
        ..AdapterStats::default()
    }
}

#[test]
fn receivers_have_a_line_each() {
    let live = vec![
        receiver(3, "127.0.0.1:5000", Stats::default()),
        receiver(12, "[fe80::1%2]:5001", stats(100_000)),
    ];
    assert_eq!(
        of_receivers(live, 2, stats(1_014)).table(None),
        "wskrx 1.2.3: 2 receivers\n\
         receiver  local             mode   process  received  bytes     delivered  held  dropped\n\
         3         127.0.0.1:5000    event  1234     0         0 B       0          0     0\n\
         12        [fe80::1%2]:5001  event  1234     100000    10.0 MB   99986      10    4: queue-full 3, closed 1\n\
         ended     2 receivers       -      -        1014      101.4 kB  1000       10    4: queue-full 3, closed 1\n"
    );
    assert_eq!(
        of_receivers(Vec::new(), 0, Stats::default()).table(None),
        "wskrx 1.2.3: no receivers\n"
    );
}

#[test]
fn rates_are_told_since_the_look_before() {
    let before = of_receivers(vec![receiver(3, "127.0.0.1:5000", stats(1_000))], 0, stats(14));
    let more = Stats { dropped_malformed: 6, ..stats(11_000) };
    let live = vec![receiver(3, "127.0.0.1:5000", more), receiver(4, "127.0.0.1:5001", stats(20))];
    let now = of_receivers(live, 1, stats(14));
    assert_eq!(
        now.table(Some((&before, Duration::from_secs(2)))),
        "wskrx 1.2.3: 2 receivers\n\
         receiver  local           mode   process  received/s  bytes/s   dropped/s  received  bytes   delivered  held  dropped\n\
         3         127.0.0.1:5000  event  1234     5000        500.0 kB  3          11000     1.1 MB  10986      10    10: queue-full 3, malformed 6, closed 1\n\
         4         127.0.0.1:5001  event  1234     -           -         -          20        2.0 kB  6          10    4: queue-full 3, closed 1\n\
         ended     1 receiver      -      -        -           -         -          14        1.4 kB  0          10    4: queue-full 3, closed 1\n"
    );
}

#[test]
fn adapters_have_a_line_each() {
    let gone =
        Adapter { state: AdapterState::Gone, friendly_name: String::new(), ..adapter(2, "") };
    let before = of_adapters(vec![(adapter(1, "Grüße"), frames(1_000))]);
    let now =
        of_adapters(vec![(adapter(1, "Grüße"), frames(3_000)), (gone, AdapterStats::default())]);
    assert_eq!(
        now.table(None),
        "ndisrx 1.2.3: 2 adapters\n\
         number  adapter      state    frames  bytes   offered  dropped                   lists held  readers  adapter discards\n\
         1       Grüße        running  3000    3.0 MB  2997     3: paused 1, no-reader 2  7           2        5\n\
         2       \\Device\\{x}  gone     0       0 B     0        0                         0           0        0\n"
    );
    let table = now.table(Some((&before, Duration::from_millis(500))));
    let rates: Vec<_> = table.lines().nth(2).unwrap().split("  ").map(str::trim).collect();
    let rates: Vec<_> = rates.into_iter().filter(|cell| !cell.is_empty()).skip(3).take(3).collect();
    assert_eq!(rates, ["4000", "4.0 MB", "0"]);
    assert_eq!(of_adapters(Vec::new()).table(None), "ndisrx 1.2.3: no adapters\n");
}

#[test]
fn json_has_an_object_for_each_receiver_and_for_those_that_have_ended() {
    let live = vec![receiver(3, "127.0.0.1:5000", stats(100))];
    let text = of_receivers(live, 2, stats(1_014)).lines();
    let (first, second) = text.trim_end().split_once('\n').unwrap();
    assert!(
        first.starts_with(
            "{\"driver\":\"wskrx\",\"time\":\"2023-11-14T22:13:20.123456789Z\",\"receiver\":3,\
         \"local\":\"127.0.0.1:5000\",\"mode\":\"event\",\"process\":1234,\
         \"bound\":\"2023-11-14T22:13:20.123456788Z\",\"stats\":{\"received\":100,\
         \"received_bytes\":10000,\"delivered\":86,"
        ),
        "{first}"
    );
    let value: serde_json::Value = serde_json::from_str(first).unwrap();
    assert_eq!(value["stats"].as_object().unwrap().len(), 25);
    assert_eq!(value["stats"]["dropped_queue_full"], 3);
    let value: serde_json::Value = serde_json::from_str(second).unwrap();
    assert_eq!((&value["driver"], &value["ended"]), (&"wskrx".into(), &2.into()));
    assert_eq!(value["stats"]["received"], 1_014);
}

#[test]
fn json_has_an_object_for_each_adapter() {
    let text =
        of_adapters(vec![(adapter(1, "Grüße"), frames(9)), (adapter(2, ""), frames(3))]).lines();
    assert_eq!(text.lines().count(), 2);
    let value: serde_json::Value = serde_json::from_str(text.lines().next().unwrap()).unwrap();
    for (name, expected) in [
        ("driver", "ndisrx"),
        ("time", "2023-11-14T22:13:20.123456789Z"),
        ("name", r"\Device\{x}"),
        ("friendly_name", "Grüße"),
        ("guid", "{00112233-4455-6677-0809-0A0B0C0D0E0F}"),
        ("state", "running"),
    ] {
        assert_eq!(value[name], expected);
    }
    assert_eq!(value["adapter"], 1);
    assert_eq!(value["stats"].as_object().unwrap().len(), 18);
    assert_eq!((&value["stats"]["lists_held"], &value["stats"]["readers"]), (&7.into(), &2.into()));
}

/// No counter is left out: the numbers in the line are those in the structure.
#[test]
fn each_counter_has_its_name() {
    let bytes: Vec<u8> = (1..=25_u64).flat_map(u64::to_le_bytes).collect();
    let stats: Stats = zerocopy::FromBytes::read_from_bytes(&bytes).unwrap();
    let text = of_receivers(Vec::new(), 1, stats).lines();
    let value: serde_json::Value = serde_json::from_str(&text).unwrap();
    let mut found: Vec<_> =
        value["stats"].as_object().unwrap().values().map(|count| count.as_u64().unwrap()).collect();
    found.sort_unstable();
    assert!(found.into_iter().eq(1..=25));
}
