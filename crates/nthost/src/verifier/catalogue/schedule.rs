//! Rules that only a seeded schedule can see broken.

use crate::verifier::check::checks;

checks! {
    /// Threads do not all wait for something that only another one of them does.
    DEADLOCK = 278, "schedule-deadlock", HOSTED, "kernel/preventing-errors-and-deadlocks-while-using-spin-locks";
    /// A thread that waits by looking again and again lets others go on, and they do what it waits for.
    ENDLESS = 279, "schedule-endless", HOSTED, "kernel/preventing-errors-and-deadlocks-while-using-spin-locks";
}
