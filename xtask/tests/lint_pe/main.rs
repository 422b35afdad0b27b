//! `cargo xtask lint-pe`: every rule finds the file that breaks it, and no file stops the check.

mod driver_file;
mod map;
mod program;
mod rules;
mod run;
