//! Safe building blocks for Windows Driver Model (WDM) drivers.
//!
//! A rule of the kernel that a type can carry is carried by a type here, so that a driver that
//! compiles cannot break it:
//!
//! - An IRP is completed by the dispatch code, once; a handler sees its parameters and answers with a
//!   [`Result`] (`ControlRequest`, `ReadRequest`).
//! - What must run at `PASSIVE_LEVEL` asks for `Passive`, a proof that is lent out only there and
//!   taken away for as long as a spin lock is held.
//! - A device cannot be opened before its security descriptor is set, nor be deleted while it can be
//!   open (`DriverObject::create_device`).
//! - A work item cannot be queued twice or freed while it is queued (`WorkItem`); a thread is waited
//!   for before the code under it can be unloaded (`Thread`).
//! - Allocation can fail, and says so (`PoolBox::try_new`).
//!
//! # Errors
//!
//! Functions that can fail return [`Result`], whose error is the [`Status`] that Windows gave. Their
//! documentation names the values by their symbols (`STATUS_…`).
//!
//! # Hosts
//!
//! Most of this crate exists for Windows targets only. [`Status`], [`debug::Line`], [`etw`] but for providers,
//! the [`security`] descriptor, [`chain`] and the proofs of levels ([`Passive`]) are plain code that any host compiles and tests.

#![no_std]

pub mod chain;
pub mod debug;
pub mod etw;
#[cfg(any(windows, test))]
mod fifo;
mod irql;
mod opening;
#[cfg_attr(not(windows), expect(dead_code, reason = "used on Windows, and tested everywhere"))]
mod parameter;
pub mod security;
mod status;

pub use {
    irql::{AtMostDispatch, Irql, Passive},
    opening::{Begun, Opening},
    status::{Result, Status},
};

#[cfg(windows)]
mod allocate;
#[cfg(windows)]
mod arc;
#[cfg(windows)]
mod bytes;
#[cfg(windows)]
mod device;
#[cfg(windows)]
mod dispatch;
#[cfg(windows)]
mod driver;
#[cfg(windows)]
mod event;
#[cfg(windows)]
mod exclusive;
#[cfg(windows)]
mod ffi;
#[cfg(windows)]
pub mod irp;
#[cfg(windows)]
mod mailbox;
#[cfg(windows)]
mod mdl;
#[cfg(windows)]
mod mutex;
#[cfg(windows)]
mod pool;
#[cfg(windows)]
mod pool_vec;
#[cfg(windows)]
pub mod process;
#[cfg(windows)]
mod published;
#[cfg(windows)]
mod read;
#[cfg(windows)]
mod read_queue;
#[cfg(windows)]
mod region;
#[cfg(windows)]
mod registry;
#[cfg(windows)]
mod request;
#[cfg(windows)]
mod routine;
#[cfg(windows)]
mod rundown;
#[cfg(windows)]
mod spin_lock;
#[cfg(windows)]
mod stack;
#[cfg(windows)]
mod take_once;
#[cfg(windows)]
mod thread;
#[cfg(windows)]
pub mod time;
#[cfg(windows)]
mod unicode;
#[cfg(windows)]
mod work_item;

#[cfg(windows)]
pub use {
    arc::PoolArc,
    bytes::PoolBytes,
    device::{ControlDevice, Device, DeviceNames},
    driver::{Driver, DriverCell, DriverObject},
    event::{Event, Reset},
    exclusive::Exclusive,
    mailbox::{Deliver, Mailbox},
    mdl::{DescribedBytes, Mdl},
    mutex::{Mutex, MutexGuard},
    pool::{PoolBox, Tag},
    pool_vec::PoolVec,
    published::{Published, Reading},
    read::{Answer, Front, Lender, Read, ReadRequest},
    read_queue::ReadQueue,
    registry::Parameters,
    request::{ControlRequest, Reply, Written},
    rundown::{Rundown, Running},
    spin_lock::{SpinLock, SpinLockGuard},
    stack::{Link, Linked, Stack, Taken},
    take_once::TakeOnce,
    thread::Thread,
    unicode::UnicodeStr,
    work_item::WorkItem,
};

/// What the macros of this crate expand to; not for use by name.
#[doc(hidden)]
pub mod __private {
    #[cfg(windows)]
    pub use {
        crate::driver::{start, unload},
        wdk_sys::{DRIVER_OBJECT, NTSTATUS, UNICODE_STRING},
        widestring::u16str,
    };
}
