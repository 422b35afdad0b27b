//! The real drivers when calls that can fail do fail.

mod chance;
mod every;
mod stacks;
