//! One life for each stack.

use std::{
    collections::{HashSet, VecDeque},
    time::{Duration, Instant},
};

use nthost::{CallStack, LowResources};

use super::{Life, Lived};

/// How often a stack that does not appear again is tried.
const TRIES: u32 = 3;

/// What came of failing each call of a life once.
#[derive(Default)]
pub struct Swept {
    /// How many stacks failed.
    pub failed: usize,
    /// Stacks that did not appear again in lives of their own: they depend on the order of threads.
    pub missed: usize,
    /// After which failures something was wrong, with that.
    pub problems: Vec<(Vec<CallStack>, Vec<String>)>,
    /// How long it took.
    pub time: Duration,
}

/// Lives once to see which calls can fail, then once for each of their stacks with that call failing, until
/// there are no new ones. What calls only after another call has failed fails together with that.
#[must_use]
pub fn sweep(life: &Life) -> Swept {
    let start = Instant::now();
    let mut swept = Swept::default();
    let mut known = HashSet::new();
    let mut waiting = VecDeque::new();
    let mut failing = Vec::new();
    let mut lived = Some(life.run(LowResources::Record));
    loop {
        match lived {
            Some(Lived { stacks, problems, .. }) => {
                let new = stacks.into_iter().filter(|stack| known.insert(stack.id));
                waiting.extend(new.map(|stack| [failing.clone(), vec![stack]].concat()));
                swept.failed += usize::from(!failing.is_empty());
                if !problems.is_empty() {
                    swept.problems.push((failing, problems));
                }
            }
            None => swept.missed += 1,
        }
        let Some(next) = waiting.pop_front() else { break };
        lived = fail(life, &next);
        failing = next;
    }
    swept.time = start.elapsed();
    swept
}

/// Lives with the calls failing that have these stacks; `None` if the last of them does not appear.
fn fail(life: &Life, stacks: &[CallStack]) -> Option<Lived> {
    let last = stacks.last()?.id;
    let has_failed =
        |lived: &Lived| lived.stacks.iter().any(|stack| stack.id == last && stack.denied > 0);
    let ids: Vec<_> = stacks.iter().map(|stack| stack.id).collect();
    let mut lives = (0..TRIES).map(|_| life.run(LowResources::Fail(ids.clone())));
    lives.find(|lived| has_failed(lived) || !lived.problems.is_empty())
}
