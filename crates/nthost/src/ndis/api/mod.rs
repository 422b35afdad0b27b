//! What programs see of the adapters.

mod adapter;
mod link;
mod report;

pub use adapter::{Adapter, LinkState, Medium, Restart};
pub use link::{Indicated, Link};
pub use report::{AdapterReport, SourceReport};
