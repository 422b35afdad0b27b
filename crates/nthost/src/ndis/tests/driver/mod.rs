//! A small protocol driver.

mod bound;
mod handlers;
mod machine;
mod registration;
mod script;

pub use bound::{Bound, Request};
pub use handlers::ask_to_unbind;
pub use machine::Machine;
pub use registration::{Driver, characteristics};
pub use script::{InEvent, Mode, Script};

use crate::export;

/// A function that drivers import from NDIS.
///
/// # Safety
///
/// `F` is the type of the function.
pub unsafe fn import<F: Copy>(name: &str) -> F {
    let address = export::find("ndis.sys", name).expect("it is exported").address;
    // SAFETY: a function pointer is an address, and by the contract it has this type.
    unsafe { std::mem::transmute_copy::<*const (), F>(&address) }
}
