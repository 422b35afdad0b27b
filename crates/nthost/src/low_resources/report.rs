//! What was seen of calls that can fail.

use std::fmt;

use super::{Known, StackId, State};
use crate::{
    image::{self, Place},
    stack::Frame,
};

/// The stacks of the calls of drivers that can fail, in the order of their first calls.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct LowResourcesReport {
    /// One for each function of the kernel and stack of a driver.
    pub stacks: Vec<CallStack>,
}

/// Calls of one function of the kernel with one stack.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct CallStack {
    /// Stands for it, in every run with the same driver file.
    pub id: StackId,
    /// The function that was called.
    pub function: &'static str,
    /// How often.
    pub calls: u64,
    /// How many of the calls failed because something was said to be short.
    pub denied: u64,
    places: Vec<Place>,
}

impl CallStack {
    /// The functions of drivers that led to the call, the innermost first. This reads the debug
    /// information beside the driver's file.
    #[must_use]
    pub fn frames(&self) -> Vec<Frame> {
        image::frames(&self.places)
    }
}

/// The function, and under it the frames, each on a line.
impl fmt::Display for CallStack {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} (stack {})", self.function, self.id)?;
        self.frames().iter().try_for_each(|frame| write!(formatter, "\n    {frame}"))
    }
}

impl State {
    pub fn report(&self) -> LowResourcesReport {
        let seen = self.seen.lock();
        let mut stacks: Vec<_> = seen.stacks.iter().collect();
        stacks.sort_by_key(|(_, known)| known.number);
        let stacks = stacks.into_iter().map(|(&id, known)| CallStack::new(id, known)).collect();
        LowResourcesReport { stacks }
    }
}

impl CallStack {
    fn new(id: StackId, known: &Known) -> Self {
        let Known { function, ref stack, calls, denied, .. } = *known;
        Self { id, function, calls, denied, places: stack.clone() }
    }
}
