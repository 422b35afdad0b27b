//! All behaviours, by chance.

use std::{ptr, sync::Arc, time::Instant};

use fastrand::Rng;
use parking_lot::Mutex;

use super::rig::{Kept, LIMIT, chain, give_back, link, start};
use crate::ndis::{Adapter, ControlSettings, Failures, Frame, Settings, tests::driver::Machine};

fn made_up(rng: &mut Rng, number: u32) -> Frame {
    let mut data = vec![0xff; 6];
    data.extend([2, 0, 0, 0, 0, 1, 8, 0]);
    data.extend(number.to_le_bytes());
    data.resize(rng.usize(18..1600), rng.u8(..));
    Frame { vlan: rng.bool().then(|| rng.u16(1..0x1000)), queue: rng.u16(..3), ..data.into() }
}

/// A driver that returns now, later, or in parts, under settings of a seed.
fn run(seed: u64) {
    let mut rng = Rng::with_seed(seed);
    let mut settings = Settings::random(seed);
    // How bindings come and go is tested elsewhere.
    settings.control = ControlSettings::default();
    settings.data.allocations = Failures::default();
    let machine = Machine::new(settings);
    let description =
        Adapter { descriptors: 64, low_mark: rng.u32(..16), ..machine.adapter("eth0") };
    let adapter = machine.kernel.plug(description);
    let drivers: Vec<_> = (0..rng.usize(1..=2))
        .map(|_| {
            let kept = Kept::default();
            let chance = Arc::new(Mutex::new(rng.fork()));
            let keeps = kept.clone();
            let driver = start(&machine, move |call| {
                let frames = call.frames();
                if call.is_lent() {
                    return keeps.note(frames);
                }
                let mut rng = chance.lock().fork();
                let (later, now): (Vec<_>, Vec<_>) =
                    call.lists().into_iter().partition(|_| rng.u8(..4) == 0);
                keeps.keep(&later);
                if !now.is_empty() {
                    call.give_back_from(chain(&now));
                }
                let before = keeps.take();
                let (old, new) = before.split_at(before.len().saturating_sub(rng.usize(..8)));
                keeps.keep(new);
                for list in old {
                    link(*list, ptr::null_mut());
                    call.give_back_from(*list);
                }
                // Who sees them finds all lists that are kept.
                keeps.note(frames);
            });
            (driver, kept)
        })
        .collect();
    let wait_for = |sent: &[Frame], but: u64| {
        let until = Instant::now() + LIMIT;
        let come = |kept: &Kept| kept.frames().len() as u64 + adapter.report().dropped + but;
        while drivers.iter().any(|(_, kept)| come(kept) < sent.len() as u64) {
            assert!(Instant::now() < until, "seed {seed}");
            std::thread::yield_now();
        }
    };
    let mut sent = Vec::new();
    for _ in 0..30 {
        let first = u32::try_from(sent.len()).unwrap();
        let list: Vec<_> = (0..rng.u32(1..12)).map(|n| made_up(&mut rng, first + n)).collect();
        let indicated = adapter.indicate(&list);
        assert_eq!(indicated.taken + indicated.dropped, list.len());
        sent.extend(list);
        // Lists that filters keep take those of the miniport away.
        wait_for(&sent, 8);
    }
    // What the miniport has kept for a return comes now.
    adapter.indicate(&[]);
    wait_for(&sent, 0);
    for (driver, kept) in &drivers {
        machine.run(|| give_back(driver.binding(), chain(&kept.take()), 0));
    }
    adapter.wait_idle();
    let dropped = adapter.report().dropped;
    for (driver, kept) in &drivers {
        let frames = kept.frames();
        assert_eq!(frames.len() as u64 + dropped, sent.len() as u64, "seed {seed}");
        for queue in 0..3 {
            let mut expected = sent.iter().filter(|frame| frame.queue == queue);
            for frame in frames.iter().filter(|frame| frame.queue == queue) {
                let same = |other: &&Frame| other.data == frame.data && other.vlan == frame.vlan;
                assert!(expected.any(|other| same(&other)), "seed {seed}: the order of a queue");
            }
        }
        driver.deregister(&machine);
    }
    assert_eq!(machine.kernel.violations(), [], "seed {seed}");
    machine.assert_clean();
}

#[test]
fn frames_arrive_in_order_and_lists_come_back_whatever_the_stack_does() {
    for seed in 0..60 {
        run(seed);
    }
}
