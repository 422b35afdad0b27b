//! A hosted NT kernel: runs Windows kernel drivers in a Linux process.

#![allow(
    non_snake_case,
    non_upper_case_globals,
    reason = "what drivers import has its name of C, and so have enumerators"
)]

pub mod ndis;
pub mod nt;
pub mod wsk;

mod completion;
mod dbg;
mod driver;
mod etw;
mod ex;
mod export;
mod fault;
mod file;
mod guest;
mod image;
mod io;
mod ke;
mod kernel;
mod leftovers;
mod low_resources;
mod mm;
mod netio;
mod ob;
mod overtime;
mod pending;
mod probe;
mod rtl;
mod sched;
mod stack;
mod status;
mod stop;
mod system;
mod thread;
mod user_memory;
mod verifier;
mod zw;

pub use completion::Completion;
pub use dbg::DebugLine;
pub use driver::{Driver, UnloadError, UnloadRefusal, Unloaded};
pub use etw::{TraceEvent, TraceValue};
pub use ex::pool::{Pool, PoolUsage};
pub use file::File;
pub use image::LoadError;
pub use io::{
    DeviceInfo, Guards,
    opening::{Open, OpenKind},
    request::{Buffer, Call},
};
pub use kernel::{BuildError, Builder, Kernel};
pub use low_resources::{CallStack, LowResources, LowResourcesReport, NoStackId, StackId};
pub use mm::Protection;
pub use overtime::TimeLimits;
pub use pending::Pending;
pub use sched::{Decision, Schedule, Strategy, Task, Trace};
pub use stack::Frame;
pub use status::Status;
pub use stop::{Response, Stop};
pub use user_memory::UserMemory;
pub use verifier::{Check, Code, Violation, checks, checks_for};
pub use zw::Value;
