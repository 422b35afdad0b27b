//! Tests of what drivers call.

mod pool;
mod rundown;
mod work;
