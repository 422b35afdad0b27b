//! Tests with drivers that are functions of this program.

mod devices;
mod files;

mod pended;
mod rig;
