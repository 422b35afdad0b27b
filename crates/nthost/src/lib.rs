//! A hosted NT kernel: runs Windows kernel drivers in a Linux process.

#![allow(
    non_snake_case,
    non_upper_case_globals,
    reason = "what drivers import has its name of C, and so have enumerators"
)]

pub mod nt;
pub mod wsk;

mod dbg;
mod etw;
mod ex;
mod export;
mod guest;
mod image;
mod io;
mod ke;
mod mm;
mod netio;
mod ob;
mod rtl;
mod status;
mod system;
mod thread;
mod verifier;
mod zw;

pub use dbg::DebugLine;
pub use image::LoadError;
pub use status::Status;
pub use verifier::Violation;
pub use zw::Value;
