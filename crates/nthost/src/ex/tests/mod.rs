//! Tests of what drivers call.

mod lists;
mod locks;
mod pool;
mod rundown;
mod timer;
mod work;
