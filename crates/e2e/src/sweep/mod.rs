//! Systematic low resources: a whole life of each driver, once for each distinct stack of a call that can
//! fail, with that call failing.
//!
//! `cargo xtask verify` runs all of it, and the end-to-end tests a part.

mod every;
mod examples;
mod life;
mod ndisrx;
mod session;
mod wskrx;

use nthost::{CallStack, LowResources};

pub use every::{Swept, sweep};
pub use examples::example_lives;
pub use life::Lived;
use session::Subject;

/// A way to use a driver for a whole life: to load it, open handles, receive, and unload it.
pub struct Life {
    /// The driver.
    pub driver: &'static str,
    /// How it is used.
    pub mode: String,
    begin: Box<dyn Fn() -> Box<dyn Subject>>,
}

impl Life {
    fn new<S: Subject + 'static>(
        driver: &'static str,
        mode: impl Into<String>,
        begin: impl Fn() -> S + 'static,
    ) -> Self {
        Self { driver, mode: mode.into(), begin: Box::new(move || Box::new(begin())) }
    }

    /// Lives it once.
    ///
    /// # Panics
    ///
    /// If the kernel does not start.
    #[must_use]
    pub fn run(&self, which: LowResources) -> Lived {
        life::live(self.driver, (self.begin)(), which)
    }

    /// The command that lives it again with the calls failing that have these stacks.
    #[must_use]
    pub fn command(&self, stacks: &[CallStack]) -> String {
        let Self { driver, mode, .. } = self;
        let command = format!("cargo xtask verify sweep --driver {driver} --mode {mode}");
        stacks.iter().fold(command, |command, stack| format!("{command} --stack {}", stack.id))
    }
}

/// The lives of all drivers, whose providers and adapters behave as the documentation makes most likely, or
/// let everything pend.
#[must_use]
pub fn lives() -> Vec<Life> {
    wskrx::lives().into_iter().chain(ndisrx::lives()).collect()
}

/// The lives of all drivers, with providers and adapters that behave as chance has it, the same for the same
/// seed.
#[must_use]
pub fn seeded_lives(seed: u64) -> Vec<Life> {
    wskrx::seeded_lives(seed).into_iter().chain(ndisrx::seeded_lives(seed)).collect()
}
