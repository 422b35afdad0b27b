//! What can happen to the drivers at once, under schedules that follow a seed.
//!
//! Each [`Scenario`] is a short life of a driver in which several threads get in each other's way. What
//! it finds depends on the schedule; the same seed and strategy lead to the same one.

mod examples;
mod ndisrx;
mod stage;
mod wskrx;

use nthost::{Builder, Decision, Kernel, Schedule, Strategy, Trace, wsk};

pub use examples::scenarios as example_scenarios;

use crate::driver_file;
use stage::{Body, Stage};

/// Strategies that find different things.
pub const STRATEGIES: [Strategy; 4] = [
    Strategy::RandomWalk,
    Strategy::Pct { depth: 2 },
    Strategy::Pct { depth: 3 },
    Strategy::Pct { depth: 5 },
];

/// A short life of a driver.
pub struct Scenario {
    /// The driver.
    pub driver: &'static str,
    /// What happens, and how the driver is used: such as `close-retain`.
    pub name: String,
    body: Box<Body>,
}

/// What came of a scenario.
#[derive(Debug, PartialEq, Eq)]
pub struct Outcome {
    /// The schedule.
    pub trace: Trace,
    /// What was wrong, in sentences.
    pub problems: Vec<String>,
}

/// All scenarios.
#[must_use]
pub fn scenarios() -> Vec<Scenario> {
    wskrx::scenarios().into_iter().chain(ndisrx::scenarios()).collect()
}

impl Scenario {
    fn new(
        driver: &'static str,
        name: String,
        body: impl Fn(&mut Stage) -> Result<(), String> + 'static,
    ) -> Self {
        Self { driver, name, body: Box::new(body) }
    }

    /// Lives it once. With every other seed, what surrounds the driver behaves as chance has it.
    ///
    /// # Panics
    ///
    /// If the kernel does not start, or the driver is not there.
    #[must_use]
    pub fn run(&self, seed: u64, strategy: Strategy) -> Outcome {
        self.live(seed, strategy, Kernel::builder()).0
    }

    /// Lives it once, and tells every decision.
    ///
    /// # Panics
    ///
    /// If the kernel does not start, or the driver is not there.
    #[must_use]
    pub fn replay(&self, seed: u64, strategy: Strategy) -> (Outcome, Vec<Decision>) {
        self.live(seed, strategy, Kernel::builder().record_decisions())
    }

    fn live(&self, seed: u64, strategy: Strategy, builder: Builder) -> (Outcome, Vec<Decision>) {
        let network = wsk::Synthetic::new();
        let provider = match seed % 2 {
            0 => wsk::Settings::default(),
            _ => wsk::Settings::seeded(seed),
        };
        let kernel = builder
            .processors(2)
            .schedule(Schedule::Seeded { seed, strategy })
            .network(wsk::Network::Synthetic(network.clone()))
            .network_settings(provider)
            .build()
            .expect("the kernel starts");
        let mut problems = Vec::new();
        match kernel.load(driver_file(self.driver)) {
            Ok(driver) => {
                let mut stage = Stage::new(kernel.clone(), network, driver, seed);
                problems.extend((self.body)(&mut stage).err());
                problems.extend(stage.end());
            }
            Err(error) => problems.push(error.to_string()),
        }
        let violations = kernel.violations();
        problems.extend(violations.iter().map(|one| format!("{}: {}", one.rule, one.text)));
        let trace = kernel.trace().expect("it has a seed");
        (Outcome { trace, problems }, kernel.decisions())
    }

    /// The command that lives it again.
    #[must_use]
    pub fn command(&self, seed: u64, strategy: Strategy) -> String {
        let Self { driver, name, .. } = self;
        format!(
            "cargo xtask verify schedules --driver {driver} --mode {name} --strategy {strategy} \
             --seed {seed} --replay"
        )
    }
}
