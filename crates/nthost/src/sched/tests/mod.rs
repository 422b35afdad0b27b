//! Tests of seeded schedules.

mod clock;
mod dead_end;
mod races;
mod replay;

use crate::{
    Kernel, Schedule, Strategy,
    wsk::{Network, Synthetic},
};

/// The strategies that races are looked for with.
const STRATEGIES: [Strategy; 3] =
    [Strategy::RandomWalk, Strategy::Pct { depth: 2 }, Strategy::Pct { depth: 3 }];

/// A kernel whose schedule follows a seed.
fn seeded(seed: u64, strategy: Strategy) -> Kernel {
    let schedule = Schedule::Seeded { seed, strategy };
    let network = Network::Synthetic(Synthetic::new());
    let builder = Kernel::builder().processors(2).network(network).schedule(schedule);
    builder.record_decisions().build().unwrap()
}
