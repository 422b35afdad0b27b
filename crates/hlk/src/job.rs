//! What a job has to work with.

mod arena;
mod session;

use std::{
    collections::BTreeSet,
    panic,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use fastrand::Rng;

pub use arena::{Arena, interesting_length};
pub use session::{PATIENCE, Session};

use crate::{
    coverage::Coverage,
    layer::{Machine, NotHere, Plug, Setup, System},
    target::Target,
};

/// A job.
#[derive(Debug)]
pub struct Job {
    /// What it is called: HLK's test method where there is one.
    pub name: &'static str,
    /// The HLK's title of the test, or what it is like.
    pub title: &'static str,
    /// What it does.
    pub run: fn(&Bench<'_>) -> Result<(), NotHere>,
    /// Only for drivers that have adapters.
    pub wants_adapters: bool,
}

/// How long jobs go on.
#[derive(Clone, Copy, Debug)]
pub enum Effort {
    /// So many times what a job does by default, as a fraction of 100.
    Percent(u32),
    /// For so long, each job.
    Time(Duration),
    /// Until so many requests are made, in jobs whose requests are by chance; others as by default.
    Requests(u64),
}

/// More problems are not worth the reading.
const MOST_PROBLEMS: usize = 20;

/// What a job works with.
pub struct Bench<'a> {
    /// What runs the driver.
    pub system: &'a dyn System,
    /// The driver.
    pub target: &'static Target,
    /// What all chance follows from.
    pub seed: u64,
    effort: Effort,
    started: Instant,
    coverage: Mutex<Coverage>,
    problems: Mutex<BTreeSet<String>>,
    done: &'a AtomicU64,
    stop: AtomicBool,
}

impl<'a> Bench<'a> {
    /// A bench for a job, which counts the requests it makes in `done`.
    #[must_use]
    pub fn new(
        system: &'a dyn System,
        target: &'static Target,
        seed: u64,
        effort: Effort,
        done: &'a AtomicU64,
    ) -> Self {
        Self {
            system,
            target,
            seed,
            effort,
            started: Instant::now(),
            coverage: Mutex::default(),
            problems: Mutex::default(),
            done,
            stop: AtomicBool::new(false),
        }
    }

    /// Chance for a part of the job that has a number.
    #[must_use]
    pub fn rng(&self, part: u64) -> Rng {
        Rng::with_seed(self.seed ^ part.wrapping_mul(0x9e37_79b9_7f4a_7c15))
    }

    /// Notes that something is wrong.
    pub fn problem(&self, what: impl Into<String>) {
        let mut problems = self.problems.lock().unwrap_or_else(PoisonError::into_inner);
        if problems.len() < MOST_PROBLEMS {
            problems.insert(what.into());
        }
        if problems.len() >= MOST_PROBLEMS {
            self.stop();
        }
    }

    /// Ends the job as soon as may be.
    pub fn stop(&self) {
        self.stop.store(true, Ordering::Relaxed);
    }

    /// Notes requests that were made.
    pub fn cover(&self, coverage: &Coverage) {
        self.coverage.lock().unwrap_or_else(PoisonError::into_inner).add(coverage);
    }

    /// Notes that something was done, for whoever watches.
    pub fn tick(&self, count: u64) {
        self.done.fetch_add(count, Ordering::Relaxed);
    }

    /// Rounds of a job that by default has so many: their numbers.
    pub fn rounds(&self, default: u64) -> impl Iterator<Item = u64> + '_ {
        self.while_wanted(move |round| match self.effort {
            Effort::Percent(percent) => round * 100 < default * u64::from(percent),
            Effort::Time(time) => !round.is_multiple_of(16) || self.started.elapsed() < time,
            Effort::Requests(_) => round < default,
        })
    }

    /// Rounds of a job that makes one request in each, as many as are wanted.
    pub fn requests(&self, default: u64) -> impl Iterator<Item = u64> + '_ {
        let counted = match self.effort {
            Effort::Requests(count) => Some(count),
            _ => None,
        };
        let mut rounds = self.rounds(default);
        let mut requests =
            self.while_wanted(move |_| self.done.load(Ordering::Relaxed) < counted.unwrap_or(0));
        std::iter::from_fn(move || if counted.is_some() { requests.next() } else { rounds.next() })
    }

    fn while_wanted(&self, is_wanted: impl Fn(u64) -> bool) -> impl Iterator<Item = u64> {
        (0_u64..).take_while(move |&round| {
            (round == 0 || is_wanted(round)) && !self.stop.load(Ordering::Relaxed)
        })
    }

    /// A plain machine: with one adapter, if the driver has adapters.
    #[must_use]
    pub fn plain(&self) -> Setup {
        self.with_adapters(1)
    }

    /// A machine with so many adapters, if the driver has adapters.
    #[must_use]
    pub fn with_adapters(&self, count: usize) -> Setup {
        let count = if self.target.has_adapters { count } else { 0 };
        Setup { chance: None, adapters: vec![Plug::default(); count] }
    }

    /// Does something with a machine, and looks at what it leaves behind.
    ///
    /// # Errors
    ///
    /// What the system cannot do.
    pub fn on(
        &self,
        setup: &Setup,
        job: impl FnOnce(&dyn Machine) -> Result<(), NotHere>,
    ) -> Result<(), NotHere> {
        let machine = match self.system.start(self.target, setup) {
            Ok(machine) => machine,
            Err(error) => {
                self.problem(format!("no machine: {error}"));
                return Ok(());
            }
        };
        let result = job(&*machine);
        for sentence in machine.finish() {
            self.problem(sentence);
        }
        result
    }

    /// Has several threads do something at once, each with its number and its own chance.
    pub fn threads(&self, count: u64, work: impl Fn(u64, Rng) + Sync) {
        let work = &work;
        thread::scope(|scope| {
            for number in 0..count {
                scope.spawn(move || work(number, self.rng(number + 1)));
            }
        });
    }

    /// As many threads as the machine has processors.
    #[must_use]
    pub fn processors() -> u64 {
        thread::available_parallelism().map_or(2, |count| count.get() as u64)
    }

    /// A session of this bench on a machine.
    ///
    /// # Errors
    ///
    /// Nothing: what goes wrong is a problem, and there is no session.
    pub fn session<'b>(&'b self, machine: &'b dyn Machine, rng: Rng) -> Option<Session<'b>> {
        Session::new(self, machine, rng)
            .map_err(|error| self.problem(format!("no session: {error}")))
            .ok()
    }

    /// What was noted.
    #[must_use]
    pub fn end(self) -> (Coverage, Vec<String>) {
        let coverage = self.coverage.into_inner().unwrap_or_else(PoisonError::into_inner);
        let problems = self.problems.into_inner().unwrap_or_else(PoisonError::into_inner);
        (coverage, problems.into_iter().collect())
    }
}

/// What became of a job.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The job.
    pub name: &'static str,
    /// The HLK's title of it.
    pub title: &'static str,
    /// The driver.
    pub driver: &'static str,
    /// What all chance followed from.
    pub seed: u64,
    /// How it ended.
    pub verdict: Verdict,
    /// How long it took.
    pub time: Duration,
    /// What was asked and answered.
    pub coverage: Coverage,
}

/// How a job ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Well.
    Passed,
    /// This was wrong.
    Failed(Vec<String>),
    /// It was not done, because of this.
    Skipped(String),
}

/// Runs a job; what it does is counted in `done`.
#[must_use]
pub fn run(
    job: &Job,
    system: &dyn System,
    target: &'static Target,
    seed: u64,
    effort: Effort,
    done: &Arc<AtomicU64>,
) -> Outcome {
    let started = Instant::now();
    let bench = Bench::new(system, target, mixed(seed, job.name, target.name), effort, done);
    let result = panic::catch_unwind(panic::AssertUnwindSafe(|| (job.run)(&bench)));
    if result.is_err() {
        bench.problem("the job itself panicked; its words are above");
    }
    let (coverage, problems) = bench.end();
    let verdict = match result {
        _ if !problems.is_empty() => Verdict::Failed(problems),
        Ok(Err(reason)) => Verdict::Skipped(reason.to_string()),
        _ => Verdict::Passed,
    };
    let time = started.elapsed();
    Outcome { name: job.name, title: job.title, driver: target.name, seed, verdict, time, coverage }
}

/// The seed of a job: each has another for the same number.
fn mixed(seed: u64, job: &str, driver: &str) -> u64 {
    let bytes = seed.to_le_bytes().into_iter().chain(job.bytes()).chain(driver.bytes());
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}
