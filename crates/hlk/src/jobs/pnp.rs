//! What happens to the hardware below.

use crate::{
    job::Bench,
    layer::{Happening, Machine, NotHere},
};

/// Has something happen to each adapter, so many times, with traffic all the while.
fn again_and_again(bench: &Bench<'_>, times: u64, what: &[Happening]) -> Result<(), NotHere> {
    bench.on(&bench.with_adapters(2), |machine| {
        super::traffic::during(bench, machine, || {
            let mut rng = bench.rng(0);
            for round in bench.rounds(times) {
                let adapter = usize::from(round % 2 == 1);
                for &happening in what {
                    machine.lab().happen(happening, adapter)?;
                    bench.tick(1);
                    super::traffic::pause(&mut rng);
                }
            }
            Ok(())
        })?;
        settle(bench, machine);
        Ok(())
    })
}

fn settle(bench: &Bench<'_>, machine: &dyn Machine) {
    if !machine.lab().settle() {
        bench.problem("received frames are not given back");
    }
}

/// Of a driver without adapters it is the transport that goes.
pub fn disable(bench: &Bench<'_>) -> Result<(), NotHere> {
    if bench.target.has_adapters {
        again_and_again(bench, 1500, &[Happening::Unplug, Happening::Replug])
    } else {
        again_and_again(bench, 3000, &[Happening::TransportGone])
    }
}

pub fn surprise(bench: &Bench<'_>) -> Result<(), NotHere> {
    if bench.target.has_adapters {
        again_and_again(bench, 1500, &[Happening::SurpriseRemove, Happening::Replug])
    } else {
        again_and_again(bench, 3000, &[Happening::TransportGone])
    }
}

pub fn cancel_remove(bench: &Bench<'_>) -> Result<(), NotHere> {
    again_and_again(bench, 3000, &[Happening::QueryRemoval])
}

pub fn rebalance(bench: &Bench<'_>) -> Result<(), NotHere> {
    again_and_again(bench, 1500, &[Happening::Pause, Happening::Restart])
}

/// Traffic stops while the adapter sleeps.
pub fn sleep_before_and_after(bench: &Bench<'_>) -> Result<(), NotHere> {
    bench.on(&bench.with_adapters(1), |machine| {
        let mut rng = bench.rng(0);
        for _ in bench.rounds(60) {
            super::traffic::during(bench, machine, || machine.lab().traffic(&mut rng, 2000))?;
            machine.lab().happen(Happening::Sleep, 0)?;
            machine.lab().happen(Happening::Wake, 0)?;
            super::traffic::during(bench, machine, || machine.lab().traffic(&mut rng, 2000))?;
            bench.tick(1);
        }
        settle(bench, machine);
        Ok(())
    })
}

pub fn sleep_during(bench: &Bench<'_>) -> Result<(), NotHere> {
    again_and_again(bench, 1500, &[Happening::Sleep, Happening::Wake])
}
