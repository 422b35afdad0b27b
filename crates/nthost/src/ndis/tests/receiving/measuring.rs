//! Measuring what a receive handler takes.

use std::time::Duration;

use super::rig::{Kept, chain, frames, give_back, start};
use crate::ndis::{Load, Settings, tests::driver::Machine};

#[test]
fn a_load_is_indicated_again_and_again() {
    for (list, lends) in [(1, false), (32, false), (32, true), (100, false)] {
        let machine = Machine::new(Settings::default());
        let adapter = machine.plug("eth0");
        let kept = Kept::default();
        let keeps = kept.clone();
        let driver = start(&machine, move |call| {
            assert_eq!(call.is_lent(), lends);
            assert_eq!(call.lists().len(), list);
            keeps.note(call.frames().split_off(list - 1));
            call.give_back();
        });
        let load = Load { frame: frames(1).remove(0), frames: 1000, list, lends };
        let measured = adapter.measure(&load).expect("it runs");
        assert!(measured.frames >= 1000);
        assert_eq!(measured.callbacks * list as u64, measured.frames);
        assert!(
            measured.in_callbacks > Duration::ZERO && measured.in_callbacks <= measured.elapsed
        );
        assert!(kept.seen().iter().all(|seen| *seen == load.frame.data));
        let report = adapter.report();
        assert_eq!((report.frames, report.held_now), (measured.frames, 0));
        driver.deregister(&machine);
        machine.assert_clean();
    }
}

#[test]
fn a_driver_may_keep_lists_while_it_is_measured() {
    let machine = Machine::new(Settings::default());
    let adapter = machine.plug("eth0");
    let kept = Kept::default();
    let keeps = kept.clone();
    let driver = start(&machine, move |call| {
        keeps.keep(&call.lists());
        let lists = keeps.take();
        let (kept, back) = lists.split_at(lists.len().min(100));
        keeps.keep(kept);
        if !back.is_empty() {
            call.give_back_from(chain(back));
        }
    });
    let load = Load { frame: frames(1).remove(0), frames: 10_000, list: 32, lends: false };
    assert!(adapter.measure(&load).is_some());
    assert_eq!(adapter.measure(&load), None, "the lists of the first one are not all back");
    machine.run(|| give_back(driver.binding(), chain(&kept.take()), 0));
    driver.deregister(&machine);
    machine.assert_clean();
}

#[test]
fn without_a_driver_there_is_nothing_to_measure() {
    let machine = Machine::new(Settings::default());
    let adapter = machine.plug("eth0");
    let load = Load { frame: frames(1).remove(0), frames: 10, list: 1, lends: false };
    assert_eq!(adapter.measure(&load), None);
}
