//! How a kernel's threads are scheduled.

/// Which thread of a kernel goes on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Schedule {
    /// The host decides, and all that can run does so at once.
    #[default]
    Free,
    /// One thread runs at a time, and at each call into the kernel a seed decides which one goes on. The
    /// same seed leads to the same schedule, as far as everything that is done with the kernel is the
    /// same: see [`Kernel::spawn`](crate::Kernel::spawn).
    ///
    /// The clock that drivers see stands still while a thread can run, but for a microsecond at each
    /// decision, and then goes on to when the next one can.
    Seeded {
        /// What decides.
        seed: u64,
        /// What the decisions are like.
        strategy: Strategy,
    },
}

/// What the decisions of a seeded schedule are like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Strategy {
    /// At each call the thread stays or any other one goes on. How often it stays is different from seed
    /// to seed: between every second time and 63 times of 64.
    RandomWalk,
    /// Each thread has a priority by chance, and the one with the highest goes on, but for `depth` - 1
    /// times, when the priority of the one that runs becomes the lowest. It finds a bug that needs `depth`
    /// steps in a certain order with a probability that is known; mostly 2 or 3 are enough.
    ///
    /// [Burckhardt and others: A Randomized Scheduler with Probabilistic Guarantees of Finding
    /// Bugs](https://www.microsoft.com/en-us/research/publication/a-randomized-scheduler-with-probabilistic-guarantees-of-finding-bugs/)
    Pct {
        /// The depth of the bugs.
        depth: u32,
    },
}

impl std::fmt::Display for Strategy {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::RandomWalk => f.write_str("walk"),
            Self::Pct { depth } => write!(f, "pct{depth}"),
        }
    }
}

impl std::str::FromStr for Strategy {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let depth = text.strip_prefix("pct").and_then(|depth| depth.parse().ok());
        let depth = depth.filter(|depth| (1..=100).contains(depth));
        match (text, depth) {
            ("walk", _) => Ok(Self::RandomWalk),
            (_, Some(depth)) => Ok(Self::Pct { depth }),
            _ => Err(format!(
                "{text} is neither walk nor pct and a depth from 1 to 100, such as pct3"
            )),
        }
    }
}
