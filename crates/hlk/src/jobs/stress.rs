//! NDISTest's stress, done to a protocol: few receive descriptors, so that most indications only lend their
//! frames; frames of any size; and adapters that are paused, restarted, taken out and put back.

use crate::{
    job::Bench,
    layer::{Happening, NotHere, Plug, Setup},
};

pub fn ndis(bench: &Bench<'_>) -> Result<(), NotHere> {
    // Two adapters: one that owns a few frames before it lends, one that nearly always lends.
    let adapters = vec![Plug { descriptors: 8, low_mark: 6 }, Plug { descriptors: 4, low_mark: 4 }];
    bench.on(&Setup { chance: Some(bench.seed), adapters }, |machine| {
        super::traffic::during(bench, machine, || {
            let mut rng = bench.rng(0);
            for round in bench.rounds(1000) {
                let adapter = rng.usize(0..2);
                machine.lab().traffic(&mut rng, 200)?;
                let (one, other) = match round % 3 {
                    0 => (Happening::Pause, Happening::Restart),
                    1 => (Happening::Unplug, Happening::Replug),
                    _ => (Happening::LinkDown, Happening::LinkUp),
                };
                machine.lab().happen(one, adapter)?;
                machine.lab().traffic(&mut rng, 50)?;
                machine.lab().happen(other, adapter)?;
                bench.tick(1);
            }
            Ok(())
        })?;
        if !machine.lab().settle() {
            bench.problem("received frames are not given back");
        }
        Ok(())
    })
}
