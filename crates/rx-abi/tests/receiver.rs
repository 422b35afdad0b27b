//! The list of receivers, and sums of counters.

use std::mem::offset_of;

use rx_abi::{Endpoint, Receiver, ReceiverList, Stats};
use zerocopy::{FromBytes, IntoBytes};

/// Counters, each of them another one, that add up.
fn counters() -> Stats {
    let mut bytes = [0; size_of::<Stats>()];
    for (counter, place) in (1..).zip(bytes.chunks_exact_mut(8)) {
        place.copy_from_slice(&u64::to_le_bytes(1 << counter));
    }
    let stats = Stats::read_from_bytes(&bytes).unwrap();
    Stats { received: stats.delivered + stats.dropped() + stats.held, ..stats }
}

#[test]
fn lists_have_a_layout_of_their_own() {
    let list = ReceiverList { count: 1, total: 2, ended: 3, ended_stats: counters() };
    let head = [1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0];
    assert_eq!(list.as_bytes(), [&head, counters().as_bytes()].concat());

    let local = Endpoint { port: 53, family: 2, ..Endpoint::default() };
    let receiver =
        Receiver { number: 1, process: 2, mode: 4, reserved: 0, time: 5, local, stats: counters() };
    let head = [1, 0, 0, 0, 2, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 5, 0, 0, 0, 0, 0, 0, 0];
    let bytes = [&head[..], local.as_bytes(), counters().as_bytes()].concat();
    assert_eq!(receiver.as_bytes(), bytes);
    assert_eq!(Receiver::read_from_bytes(&bytes).unwrap(), receiver);

    assert_eq!((size_of::<ReceiverList>(), size_of::<Receiver>()), (216, 248));
    assert_eq!((offset_of!(ReceiverList, ended_stats), offset_of!(Receiver, stats)), (16, 48));
}

#[test]
fn what_an_ended_receiver_held_is_dropped() {
    let before = counters();
    let after = before.of_ended();
    assert!(before.adds_up() && after.adds_up());
    assert_eq!((after.held, after.retained, after.queue_used), (0, 0, 0));
    assert_eq!(after.dropped(), before.dropped() + before.held);
    assert_eq!(after.dropped_closed, before.dropped_closed + before.held);
    assert_eq!((after.received, after.queue_used_most), (before.received, before.queue_used_most));
    assert_eq!(after.of_ended(), after);
}

#[test]
fn counters_are_summed_but_for_the_most_of_something() {
    let one = counters();
    let other = Stats { retained_most: 1, queue_used_most: u64::MAX, ..one };
    let sums = one.merge(other);
    assert!(sums.adds_up());
    assert_eq!((sums.retained_most, sums.queue_used_most), (one.retained_most, u64::MAX));
    for (sum, counter) in sums.drops().into_iter().zip(one.drops()) {
        assert_eq!(sum, (counter.0, 2 * counter.1));
    }
    assert_eq!((sums.received, sums.received_bytes), (2 * one.received, 2 * one.received_bytes));
    assert_eq!(
        (sums.requests_cancelled, sums.queue_used),
        (2 * one.requests_cancelled, 2 * one.queue_used)
    );
    assert_eq!(one.merge(Stats::default()), one);
}
