//! What the scheduler knows of its threads, and how it decides.

use std::thread::Thread;

use fastrand::Rng;

use super::{
    plan::Strategy,
    trace::{Decision, Trace},
};

/// How far the clock goes on at each decision, in nanoseconds.
const TICK: u64 = 1_000;

/// So many decisions that lead to nothing are too many.
const ENDLESS: u64 = 2_000_000;

/// The number of a choice up to which change points of [`Strategy::Pct`] lie, as a power of two: by
/// chance from the one to the other.
const FAR: std::ops::RangeInclusive<u32> = 3..=13;

/// What a thread waits for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wait {
    /// In words.
    pub what: &'static str,
    /// Where, so that who ends it finds it; zero if it is ended by its thread.
    pub key: usize,
    /// When it ends by itself, in nanoseconds.
    pub until: Option<u64>,
}

/// A thread that the scheduler decides about.
pub(super) struct Slot {
    /// What a trace calls it: threads are counted in the order of their making.
    pub number: usize,
    pub name: String,
    /// The thread of the host, once that runs.
    pub host: Option<Thread>,
    /// What it waits for; it can run if there is nothing.
    pub wait: Option<Wait>,
    /// When it began to wait, as a count of all waits.
    since: u64,
    /// Its last wait ended by time.
    pub timed_out: bool,
    /// It was told to go on while it did not wait.
    pub token: bool,
    /// A program's thread: when it waits for ever, something is wrong.
    pub is_program: bool,
    /// The last point that it came to, and where in a driver.
    pub last: (&'static str, usize),
    /// For [`Strategy::Pct`]: the highest goes on.
    priority: i64,
}

/// Who goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Next {
    Thread(usize),
    /// Nobody can, and no program waits for anything.
    Nobody,
    /// Nobody can, and somebody should.
    Deadlock,
}

pub(super) struct State {
    /// All that have not ended, in the order of their making.
    pub slots: Vec<Slot>,
    pub trace: Trace,
    /// Every decision, if that is wanted.
    pub record: Option<Vec<Decision>>,
    /// The clock, in nanoseconds.
    pub time: u64,
    /// When the first of those that wait goes on by time.
    due: u64,
    waits: u64,
    /// How often threads gave way since one last did something else.
    spins: u64,
    /// Decisions since a program's thread last came to one.
    without_program: u64,
    rng: Rng,
    strategy: Strategy,
    /// A random walk stays but for one of so many times.
    stay: u32,
    /// Decisions that could have been others.
    choices: u64,
    /// The choices at which a priority changes, the last one first.
    changes: Vec<u64>,
    lowest: i64,
}

impl State {
    pub fn new(seed: u64, strategy: Strategy) -> Self {
        let mut rng = Rng::with_seed(seed);
        let stay = 1 << rng.u32(1..=6);
        let far = 1_u64 << rng.u32(FAR);
        let depth = match strategy {
            Strategy::Pct { depth } => depth,
            Strategy::RandomWalk => 1,
        };
        let mut changes: Vec<_> = (1..depth).map(|_| rng.u64(1..=far)).collect();
        changes.sort_unstable_by_key(|&change| std::cmp::Reverse(change));
        Self {
            slots: Vec::new(),
            trace: Trace::default(),
            record: None,
            time: 0,
            due: u64::MAX,
            waits: 0,
            spins: 0,
            without_program: 0,
            rng,
            strategy,
            stay,
            choices: 0,
            changes,
            lowest: 0,
        }
    }

    /// Enters a thread, and returns its number.
    pub fn add(&mut self, name: String, is_program: bool) -> usize {
        let number = self.trace.threads;
        self.trace.threads += 1;
        let priority = i64::from(self.rng.u32(1..));
        self.slots.push(Slot {
            number,
            name,
            host: None,
            wait: None,
            since: 0,
            timed_out: false,
            token: false,
            is_program,
            last: ("its beginning", 0),
            priority,
        });
        number
    }

    pub fn slot(&mut self, number: usize) -> Option<&mut Slot> {
        self.slots.iter_mut().find(|slot| slot.number == number)
    }

    /// The thread waits from now on.
    pub fn wait(&mut self, number: usize, wait: Wait) {
        self.due = self.due.min(wait.until.unwrap_or(u64::MAX));
        self.waits += 1;
        let since = self.waits;
        if let Some(slot) = self.slot(number) {
            slot.wait = Some(wait);
            slot.since = since;
            slot.timed_out = false;
        }
    }

    /// Ends the waits for `key`, at most so many, those that began first. Returns how many.
    pub fn wake(&mut self, key: usize, most: usize) -> usize {
        let mut woken = 0;
        while woken < most {
            let waits = |slot: &&mut Slot| slot.wait.is_some_and(|wait| wait.key == key);
            let first = self.slots.iter_mut().filter(waits).min_by_key(|slot| slot.since);
            let Some(first) = first else { break };
            first.wait = None;
            woken += 1;
        }
        woken
    }

    /// A thread has come to a point: the clock goes on a little.
    pub fn tick(&mut self, number: usize, spins: bool) {
        self.advance(self.time + TICK);
        self.spins = if spins { self.spins + 1 } else { 0 };
        self.without_program += 1;
        if self.slot(number).is_some_and(|slot| slot.is_program) && !spins {
            self.without_program = 0;
        }
    }

    /// Sets the clock, and ends the waits whose time has come.
    fn advance(&mut self, time: u64) {
        self.time = self.time.max(time);
        if self.time < self.due {
            return;
        }
        self.due = u64::MAX;
        for slot in &mut self.slots {
            match slot.wait.and_then(|wait| wait.until) {
                Some(until) if until <= self.time => {
                    slot.wait = None;
                    slot.timed_out = true;
                }
                Some(until) => self.due = self.due.min(until),
                None => {}
            }
        }
    }

    /// Decides who goes on when `current` has come to `point`. It may be `current` itself if it can run
    /// and does not give way.
    pub fn decide(&mut self, current: usize, point: &'static str, gives_way: bool) -> Next {
        // Who spins may wait for something that only comes with time.
        if self.spins > 2 * self.slots.len() as u64 && self.due != u64::MAX {
            self.spins = 0;
            self.advance(self.due);
        }
        let next = loop {
            match self.choose(current, gives_way) {
                Some(next) => break next,
                None if self.due != u64::MAX => self.advance(self.due),
                None if self.slots.iter().any(|slot| slot.is_program) => return Next::Deadlock,
                None => return Next::Nobody,
            }
        };
        self.trace.add(current, point, next);
        if let Some(record) = &mut self.record {
            record.push(Decision { thread: current, point, next });
        }
        Next::Thread(next)
    }

    fn choose(&mut self, current: usize, gives_way: bool) -> Option<usize> {
        let ready = || self.slots.iter().filter(|slot| slot.wait.is_none());
        let count = ready().count();
        if count <= 1 {
            return ready().next().map(|slot| slot.number);
        }
        self.choices += 1;
        if matches!(self.strategy, Strategy::Pct { .. }) {
            return self.choose_by_priority(current, gives_way);
        }
        let is_ready = ready().any(|slot| slot.number == current);
        let stays = is_ready && !gives_way;
        if stays && self.rng.u32(..self.stay) != 0 {
            return Some(current);
        }
        let others = count - usize::from(is_ready);
        let chosen = self.rng.usize(..others);
        let others = self.slots.iter().filter(|slot| slot.wait.is_none() && slot.number != current);
        others.map(|slot| slot.number).nth(chosen)
    }

    fn choose_by_priority(&mut self, current: usize, gives_way: bool) -> Option<usize> {
        let changes = self.changes.last().is_some_and(|&at| at <= self.choices);
        if changes {
            self.changes.pop();
        }
        if changes || gives_way {
            self.lowest -= 1;
            let lowest = self.lowest;
            if let Some(slot) = self.slot(current) {
                slot.priority = lowest;
            }
        }
        let ready = self.slots.iter().filter(|slot| slot.wait.is_none());
        ready.max_by_key(|slot| slot.priority).map(|slot| slot.number)
    }

    /// Whether threads only give way to each other, or no program's thread gets anywhere.
    pub fn is_endless(&self) -> bool {
        self.spins.max(self.without_program) > ENDLESS
    }
}
