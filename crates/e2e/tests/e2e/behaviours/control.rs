//! Behaviours 7, 8, 9, 11 and 25: what comes beside the bytes of a datagram.

use e2e::{Family, settings};
use nthost::wsk::{Ancillary, Coalescing, Completion, Control, Datagram, List, Settings};
use winrx::{BindOptions, Mode, RecordFlags};
use wsk_sys::{IPPROTO_UDP, MSG_BCAST, MSG_MCAST, UDP_COALESCED_INFO};

use super::lab::{ASKING, TOLD, check, check_told, numbered, several, telling, with, with_each};

/// What a request that tells nothing leaves in its places is not taken for what a datagram tells, nor is
/// what the datagram before told.
#[test]
fn b07_poisoned_outputs() {
    for completion in [Completion::Inline, Completion::Pending, Completion::BeforeReturn] {
        let provider = Settings { completion, ..Settings::default() };
        let irp = winrx::Settings { requests: Some(1), ..settings(Mode::Irp, Family::V4) };
        for settings in [irp].into_iter().chain(Mode::ALL.map(|mode| settings(mode, Family::V4))) {
            with(&provider, &settings, |link| {
                let tell = |one: Datagram| {
                    if one.from.port().is_multiple_of(2) { telling(one) } else { one }
                };
                for read in link.exchange(&several(0..40).into_iter().map(tell).collect::<Vec<_>>())
                {
                    let told = if read.from.port().is_multiple_of(2) {
                        TOLD
                    } else {
                        RecordFlags::default()
                    };
                    assert_eq!(read.flags, told);
                }
            });
        }
    }
}

/// The flags come with the length of the control data: the driver gives a place for both, also if it
/// wants to be told nothing.
#[test]
fn b08_control_length() {
    for mode in Mode::ALL {
        let settings =
            winrx::Settings { options: BindOptions::default(), ..settings(mode, Family::V4) };
        with(&Settings::default(), &settings, |link| {
            let group = List { flags: MSG_MCAST, ..List::new(several(0..10)) };
            link.inject_list(&group);
            for (read, sent) in link.read(10).iter().zip(&group.datagrams) {
                assert_eq!((read.flags, read.from), (RecordFlags::MULTICAST, sent.from));
                assert_eq!(*read.payload, *sent.payload);
            }
        });
    }
}

/// Bytes of control messages: one that nobody knows, with `pad` bytes of data, and then so many that
/// tell the traffic class.
fn raw(pad: usize, classes: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    for (level, kind, data) in std::iter::once((99, 99, vec![0xd7; pad]))
        .chain((0..classes).map(|_| (0, 3, vec![0x2e, 0, 0, 0])))
    {
        bytes.extend((16 + data.len()).to_le_bytes());
        bytes.extend(i32::to_le_bytes(level));
        bytes.extend(i32::to_le_bytes(kind));
        bytes.extend(data);
        bytes.resize(bytes.len().next_multiple_of(8), 0xd7);
    }
    bytes
}

fn with_raw(number: u16, bytes: &[u8]) -> Datagram {
    Datagram { control: Control::Raw(bytes.to_vec()), ..numbered(number, 600) }
}

/// Control data that has no room in a request is cut at any byte of a message, and the record says so;
/// what came before the cut is told.
#[test]
fn b09_truncation_of_control_data() {
    with_each(&ASKING, &Settings::default(), |link| {
        for (pad, number) in (0..40).zip(0..) {
            let sent = with_raw(number, &raw(pad, 12));
            link.inject(std::slice::from_ref(&sent));
            let read = link.read(1).remove(0);
            let flags = RecordFlags::CONTROL_TRUNCATED.with(RecordFlags::TRAFFIC_CLASS);
            assert_eq!((read.flags, &*read.payload), (flags, &*sent.payload));
            check_told(&read);
        }
        assert_eq!(link.stats().control_truncated, 40);
    });
}

/// Control data ends at any byte, is of any bytes, and comes in any order; or it is missing, though asked
/// for. What is told is right.
#[test]
fn b11_ancillary_data() {
    let all = raw(3, 2);
    with_each(&Mode::ALL, &Settings::default(), |link| {
        let cut = (0..=all.len()).zip(0..).map(|(end, number)| with_raw(number, &all[..end]));
        let broken = [[0; 40], [0xff; 40], [0x10; 40]].map(|bytes| with_raw(999, &bytes));
        let sent: Vec<_> = cut.chain(broken).collect();
        for (read, sent) in link.exchange(&sent).iter().zip(sent.iter().cycle()) {
            let Control::Raw(bytes) = &sent.control else { unreachable!() };
            let told = sent.from.port() != 999 && bytes.len() >= 24 + 20;
            assert_eq!(read.traffic_class, told.then_some(0x2e), "{} bytes", bytes.len());
        }
    });
    for ancillary in
        [Ancillary::Missing, Ancillary::Shuffled, Ancillary::Unknown, Ancillary::Random]
    {
        with_each(&Mode::ALL, &Settings { ancillary, seed: 5, ..Settings::default() }, |link| {
            let sent: Vec<_> = several(0..60).into_iter().map(telling).collect();
            let read = link.exchange(&sent);
            let telling = read.iter().filter(|read| read.flags == TOLD).count();
            match ancillary {
                Ancillary::Missing => assert_eq!(telling, 0),
                Ancillary::Random => assert!((1..120).contains(&telling)),
                _ => assert_eq!(telling, 120),
            }
        });
    }
}

/// On a socket of both families, an IPv4 sender has a mapped address and messages of IPv4; records have
/// neither.
#[test]
fn b11_ipv4_on_a_socket_of_both_families() {
    for mode in Mode::ALL {
        let base = settings(mode, Family::V6);
        let options = base.options.with(BindOptions::DUAL_STACK);
        let both = winrx::Settings { options, ..base };
        with(&Settings::default(), &both, |link| {
            let sent: Vec<_> = several(0..20).into_iter().map(telling).collect();
            assert!(link.exchange(&sent).iter().all(|read| read.flags == TOLD));
        });
    }
}

/// The driver does not ask for joined datagrams; should one come, it is delivered whole, whether its size
/// is told or not, with a short last segment or many.
#[test]
fn b25_coalescing() {
    for coalescing in [Coalescing::Supported, Coalescing::Untold, Coalescing::Unsupported] {
        with_each(&Mode::ALL, &Settings { coalescing, ..Settings::default() }, |link| {
            let joined = |number, length| {
                let size = 100_u32.to_le_bytes();
                telling(numbered(number, length)).with_message(
                    IPPROTO_UDP,
                    UDP_COALESCED_INFO,
                    &size,
                )
            };
            let sent = [joined(0, 730), joined(1, 7030), joined(2, 65_500), joined(3, 100)];
            assert!(link.exchange(&sent).iter().all(|read| read.flags == TOLD));
        });
    }
}

/// The flags of a list are those of all its datagrams; lists with others stay apart.
#[test]
fn b25_flags_of_a_whole_list() {
    for mode in Mode::ALL {
        let base = settings(mode, Family::V4);
        let options = base.options.with(BindOptions::BROADCAST);
        with(&Settings::default(), &winrx::Settings { options, ..base }, |link| {
            let kinds = [
                (MSG_BCAST, RecordFlags::BROADCAST),
                (0, RecordFlags::default()),
                (MSG_MCAST, RecordFlags::MULTICAST),
            ];
            for (flags, told) in kinds {
                link.inject_list(&List { flags, ..List::new(several(0..9)) });
                let read = link.read(9);
                assert!(read.iter().all(|read| read.flags == told), "{mode:?}");
            }
        });
        // Who does not want them gets none.
        with(&Settings::default(), &settings(mode, Family::V4), |link| {
            let broadcast = List { flags: MSG_BCAST, ..List::new(several(0..9)) };
            assert_eq!(link.inject_list(&broadcast).lost, 9);
            link.inject(&several(10..11));
            check(&link.read(1), &several(10..11));
            assert_eq!(link.stats().received, 1);
        });
    }
}
