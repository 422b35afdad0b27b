//! The frame receiver in a hosted kernel: what its adapters indicate is what its readers get.

mod bad_input;
mod life;
mod reading;
mod retaining;
mod rig;
mod seeded;
mod wanting;
