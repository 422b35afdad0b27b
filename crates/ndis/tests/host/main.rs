//! The plain code of the crate, over lists that tests make up.

mod built;
mod chains;
mod frames;
mod gate;
mod handle;
mod made;
mod oob;
mod ownership;
mod state;
mod told;
mod version;
