//! How frames get to protocols and back.

mod delivery;
mod measuring;
mod returns;
mod rig;
mod seeds;
mod sending;
mod stack;
