//! The real drivers when calls that can fail do fail.

mod stacks;
