//! Tests with drivers that are functions of this program.

mod built;
mod calls;
mod devices;
mod files;
mod ledger;
mod own;
mod pended;
mod queues;
pub(crate) mod rig;
mod transfers;
mod walk;
mod work;
