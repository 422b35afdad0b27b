//! What Wine's service control program says.

use super::super::judge::Proof;

/// `ERROR_SERVICE_DOES_NOT_EXIST`.
const NO_SUCH_SERVICE: &str = "1060";

/// States of a service, and their names.
pub const STOPPED: (u32, &str) = (1, "STOPPED");
/// The state of a driver that is loaded.
pub const RUNNING: (u32, &str) = (4, "RUNNING");

/// What `sc` said to a command.
#[derive(Clone, Debug)]
pub struct Answer {
    /// Whether it did what it was told, within the time.
    pub done: Proof,
    /// What it printed.
    pub text: String,
}

impl Answer {
    /// Whether the service is in the state.
    ///
    /// # Errors
    ///
    /// What it is instead.
    pub fn is(&self, (number, name): (u32, &str)) -> Proof {
        self.done.clone()?;
        match state(&self.text) {
            Some((found, _)) if found == number => Ok(()),
            Some((_, found)) => Err(format!("it is {found}, not {name}")),
            None => Err(format!("`sc query` said: {}", self.text.trim())),
        }
    }

    /// Whether there is no such service.
    ///
    /// # Errors
    ///
    /// What was said instead.
    pub fn is_gone(&self) -> Proof {
        let is_the_number = |word: &str| word == NO_SUCH_SERVICE;
        match &self.done {
            Err(reason) if reason.split(|c: char| !c.is_ascii_digit()).any(is_the_number) => Ok(()),
            Err(reason) => Err(reason.clone()),
            Ok(()) => Err("it is still there".into()),
        }
    }
}

/// `(4, "RUNNING")` of `STATE : 4 RUNNING`.
fn state(text: &str) -> Option<(u32, &str)> {
    let line = text.lines().find_map(|line| line.trim().strip_prefix("STATE"))?;
    let mut words = line.trim_start_matches([' ', ':']).split_whitespace();
    Some((words.next()?.parse().ok()?, words.next()?))
}
