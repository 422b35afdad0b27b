//! What drivers see of the provider.
//!
//! [`driver`] is a small driver; the other modules use it as a driver's author would, each for one part
//! of the documentation. The tests hold for every provider that is honest, and so they name what they
//! show: the numbered behaviours that a simulated provider has to have.

mod closing;
mod completion;
mod contract;
mod control_data;
mod driver;
mod events;
mod host;
mod lists;
mod loads;
mod mdls;
mod multicast;
mod names;
mod options;
mod receiving;
mod registering;
