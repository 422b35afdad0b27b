//! Tests with drivers that are functions of this program.

mod devices;
mod files;
mod ledger;
mod own;
mod pended;
mod rig;
mod transfers;
mod walk;
