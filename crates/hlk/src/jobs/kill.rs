//! Processes that are killed while requests are under way.

use std::time::Duration;

use crate::{
    job::Bench,
    layer::{NotHere, Victim},
};

pub fn kill(bench: &Bench<'_>) -> Result<(), NotHere> {
    bench.on(&bench.plain(), |machine| {
        super::traffic::during(bench, machine, || {
            let mut rng = bench.rng(0);
            for _ in bench.rounds(1500) {
                let mode = rng.u32(0..16);
                let begin = bench.target.receive(mode as usize);
                // At times it is killed before it has got that far.
                let mut prepare = vec![(begin.code, begin.input, begin.output)];
                prepare.truncate(rng.usize(0..4));
                let victim = Victim {
                    mode,
                    prepare: &prepare,
                    reads: rng.u32(0..32),
                    length: rng.u32(0..16_384),
                    lives: Duration::from_micros(rng.u64(0..2000)),
                };
                if let Err(error) = machine.lab().kill(victim)? {
                    bench.problem(error);
                }
                bench.tick(1);
            }
            Ok(())
        })
    })
}
