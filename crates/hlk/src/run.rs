//! Running jobs, and watching over them.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
        mpsc::{self, RecvTimeoutError},
    },
    thread,
    time::{Duration, Instant},
};

use crate::{
    coverage::Coverage,
    job::{self, Effort, Job, Outcome, Verdict},
    jobs::JOBS,
    layer::System,
    target::{TARGETS, Target},
};

/// A job that does nothing for so long hangs.
const PATIENCE: Duration = Duration::from_mins(3);

/// How often whoever watches is told.
const INTERVAL: Duration = Duration::from_millis(250);

/// What is to be run.
#[derive(Clone, Debug)]
pub struct Plan {
    /// What all chance follows from.
    pub seed: u64,
    /// How long each job goes on.
    pub effort: Effort,
    /// The drivers; none stands for all.
    pub driver: Option<String>,
    /// The jobs, by name; none stands for all.
    pub tests: Vec<String>,
}

/// What happens, for whoever watches.
#[derive(Debug)]
pub enum Event<'a> {
    /// A job begins: the first of so many.
    Begins(&'a Job, &'a Target),
    /// It has made so many steps.
    Goes(u64, Duration),
    /// It is over.
    Ends(&'a Outcome),
}

impl Plan {
    /// What is run, in order.
    ///
    /// # Errors
    ///
    /// A name that nothing has, in a sentence.
    pub fn jobs(&self) -> Result<Vec<(&'static Job, &'static Target)>, String> {
        let is_known = |name: &&String| JOBS.iter().any(|job| job.name.eq_ignore_ascii_case(name));
        if let Some(unknown) = self.tests.iter().find(|name| !is_known(name)) {
            let known: Vec<_> = JOBS.iter().map(|job| job.name).collect();
            return Err(format!("There is no test {unknown}. There are: {}.", known.join(", ")));
        }
        let is_meant = |target: &&&'static Target| {
            self.driver.as_ref().is_none_or(|driver| driver.eq_ignore_ascii_case(target.name))
        };
        let targets: Vec<_> = TARGETS.iter().filter(is_meant).copied().collect();
        if targets.is_empty() {
            return Err("There is no such driver. There are: wskrx, ndisrx.".to_owned());
        }
        let is_wanted = |job: &Job| {
            self.tests.is_empty()
                || self.tests.iter().any(|name| job.name.eq_ignore_ascii_case(name))
        };
        let jobs = targets.into_iter().flat_map(|target| JOBS.iter().map(move |job| (job, target)));
        let jobs = jobs
            .filter(|(job, target)| is_wanted(job) && (target.has_adapters || !job.wants_adapters));
        Ok(jobs.collect())
    }

    /// The command that runs a job again with the same chance.
    #[must_use]
    pub fn again(&self, outcome: &Outcome) -> String {
        let command = if cfg!(windows) { "hlk" } else { "cargo xtask hlk" };
        let effort = match self.effort {
            Effort::Percent(100) => String::new(),
            Effort::Percent(percent) => format!(" --percent {percent}"),
            Effort::Time(time) => format!(" --seconds-each {}", time.as_secs()),
            Effort::Requests(count) => format!(" --ioctls {count}"),
        };
        let Outcome { driver, name, seed, .. } = outcome;
        format!("{command} --driver {driver} --test {name} --seed {seed}{effort}")
    }
}

/// Runs what is planned, one job after the other.
///
/// # Errors
///
/// As for [`Plan::jobs`].
pub fn all(
    plan: &Plan,
    system: &Arc<dyn System + Send>,
    mut watch: impl FnMut(&Event<'_>),
) -> Result<Vec<Outcome>, String> {
    let mut outcomes = Vec::new();
    for (job, target) in plan.jobs()? {
        watch(&Event::Begins(job, target));
        let outcome = one(plan, system, (job, target), &mut watch);
        watch(&Event::Ends(&outcome));
        outcomes.push(outcome);
    }
    Ok(outcomes)
}

fn one(
    plan: &Plan,
    system: &Arc<dyn System + Send>,
    (job, target): (&'static Job, &'static Target),
    watch: &mut impl FnMut(&Event<'_>),
) -> Outcome {
    let done = Arc::new(AtomicU64::new(0));
    let (sender, receiver) = mpsc::channel();
    let (system, counter, plan) = (Arc::clone(system), Arc::clone(&done), plan.clone());
    let seed = plan.seed;
    thread::spawn(move || {
        let outcome = job::run(job, &*system, target, seed, plan.effort, &counter);
        // Nobody listens any more if it took too long.
        let _ = sender.send(outcome);
    });
    let started = Instant::now();
    let (mut count, mut changed) = (0, started);
    loop {
        match receiver.recv_timeout(INTERVAL) {
            Ok(outcome) => return outcome,
            Err(RecvTimeoutError::Disconnected) => {
                return lost(job, target, seed, started, "the job ended without a result");
            }
            Err(RecvTimeoutError::Timeout) => {}
        }
        let now = done.load(Ordering::Relaxed);
        watch(&Event::Goes(now, started.elapsed()));
        if now != count {
            (count, changed) = (now, Instant::now());
        } else if changed.elapsed() > PATIENCE {
            let text = format!("nothing has happened for {} s: it hangs", PATIENCE.as_secs());
            return lost(job, target, seed, started, &text);
        }
    }
}

/// What is known of a job that does not tell how it ended.
fn lost(job: &Job, target: &Target, seed: u64, started: Instant, what: &str) -> Outcome {
    Outcome {
        name: job.name,
        title: job.title,
        driver: target.name,
        seed,
        verdict: Verdict::Failed(vec![what.to_owned()]),
        time: started.elapsed(),
        coverage: Coverage::default(),
    }
}

#[cfg(test)]
mod tests {
    use super::{Effort, Plan};

    #[test]
    fn names_are_looked_up() {
        let plan = |driver: Option<&str>, test: &str| Plan {
            seed: 1,
            effort: Effort::Percent(100),
            driver: driver.map(str::to_owned),
            tests: vec![test.to_owned()],
        };
        assert_eq!(plan(None, "dosubopenstest").jobs().unwrap().len(), 2);
        assert_eq!(plan(Some("ndisrx"), "NdisStress").jobs().unwrap().len(), 1);
        assert!(plan(Some("wskrx"), "NdisStress").jobs().unwrap().is_empty());
        assert!(plan(None, "DoWhat").jobs().is_err());
        assert!(plan(Some("what"), "ChaosTest").jobs().is_err());
    }
}
