//! What the suite needs of the system that runs the drivers.

#[cfg(target_os = "linux")]
pub mod hosted;
#[cfg(windows)]
pub mod windows;

use std::{fmt, sync::Arc, time::Duration};

use crate::{
    call::{Call, OpenCall},
    status::Status,
    target::Target,
};

/// How a request ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Completion {
    /// With which status.
    pub status: Status,
    /// What goes with it.
    pub information: usize,
}

/// What a system cannot do, and why; what needs it is skipped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct NotHere(pub &'static str);

/// Something that runs drivers.
pub trait System: Sync {
    /// What it is, for the report.
    fn name(&self) -> String;

    /// Looks whether a driver is there at all.
    ///
    /// # Errors
    ///
    /// That it is not, and how to mend it: sentences.
    fn check(&self, target: &Target) -> Result<(), String>;

    /// Starts a machine with a driver.
    ///
    /// # Errors
    ///
    /// Why there is none.
    fn start(&self, target: &Target, setup: &Setup) -> Result<Box<dyn Machine>, String>;
}

/// What a machine is to be like. A system takes from that what it can.
#[derive(Clone, Debug, Default)]
pub struct Setup {
    /// All that has a choice behaves by chance, which follows from this.
    pub chance: Option<u64>,
    /// Network adapters; none where the driver wants none.
    pub adapters: Vec<Plug>,
}

/// A network adapter.
#[derive(Clone, Copy, Debug)]
pub struct Plug {
    /// Received frames that it has memory for.
    pub descriptors: u32,
    /// With less memory left, it only lends its frames.
    pub low_mark: u32,
}

impl Default for Plug {
    fn default() -> Self {
        Self { descriptors: 512, low_mark: 64 }
    }
}

/// A machine with a driver that is loaded.
pub trait Machine: Send + Sync {
    /// Opens a name.
    ///
    /// # Errors
    ///
    /// What the system or the driver answers.
    fn open(&self, name: &[u16], how: &OpenCall) -> Result<Arc<dyn Handle>, Status>;

    /// Gives the program memory of at least that many bytes.
    ///
    /// # Errors
    ///
    /// Why there is none.
    fn memory(&self, length: usize) -> Result<Arc<dyn Memory>, String>;

    /// What else can be done to it.
    fn lab(&self) -> &dyn Lab;

    /// Ends it: the driver is unloaded if it was loaded for it. Returns what was left behind and which rules
    /// were broken, in sentences.
    fn finish(self: Box<Self>) -> Vec<String>;
}

/// A call that was made.
pub enum Started {
    /// It is done.
    Done(Completion),
    /// It is under way.
    Pending(Box<dyn Pending>),
    /// A program cannot make it here.
    NotHere,
}

/// An open device.
pub trait Handle: Send + Sync {
    /// Makes a call.
    fn start(&self, call: &Call) -> Started;

    /// Cancels all that is under way.
    fn cancel(&self);

    /// Asks for a section of it.
    fn section(&self) -> Status;
}

/// A call that is under way. What it names stays there until it is done.
pub trait Pending: Send {
    /// Waits until it is done, but not longer than that.
    ///
    /// # Errors
    ///
    /// The same, if it is not done.
    fn wait(self: Box<Self>, time: Duration) -> Result<Completion, Box<dyn Pending>>;

    /// Asks for its end.
    fn cancel(&self);
}

/// What a program may do with its memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protection {
    /// Nothing.
    NoAccess,
    /// Read it.
    ReadOnly,
    /// Read and write it.
    ReadWrite,
}

/// Memory of the program, in whole pages.
pub trait Memory: Send + Sync {
    /// Where it begins.
    fn address(&self) -> usize;
    /// Bytes.
    fn len(&self) -> usize;
    /// False.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }
    /// Changes what may be done with all of it.
    fn protect(&self, protection: Protection);
    /// Writes to it; its protection must permit that.
    fn write(&self, offset: usize, bytes: &[u8]);
}

/// Something that happens to a machine from outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Happening {
    /// An adapter is taken out in good order, and the driver unbound from it.
    Unplug,
    /// An adapter is gone.
    SurpriseRemove,
    /// It is back.
    Replug,
    /// Its driver stack is paused.
    Pause,
    /// And runs again.
    Restart,
    /// It sleeps: D3.
    Sleep,
    /// It is awake: D0.
    Wake,
    /// Its cable is out.
    LinkDown,
    /// Its cable is in.
    LinkUp,
    /// The system asks whether it can be taken out, and leaves it in.
    QueryRemoval,
    /// The network stack below sockets goes away.
    TransportGone,
}

impl fmt::Display for Happening {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

/// What can be done to a machine beside opening and calling.
pub trait Lab: Sync {
    /// The characteristics of the device, such as `FILE_DEVICE_SECURE_OPEN`.
    ///
    /// # Errors
    ///
    /// If that cannot be found out.
    fn characteristics(&self) -> Result<u32, NotHere>;

    /// Lets something happen, to an adapter if it is about one.
    ///
    /// # Errors
    ///
    /// If it cannot happen here.
    fn happen(&self, what: Happening, adapter: usize) -> Result<(), NotHere>;

    /// Lets so much traffic arrive: frames at all adapters, or datagrams at all sockets.
    ///
    /// # Errors
    ///
    /// If there is none here.
    fn traffic(&self, rng: &mut fastrand::Rng, amount: usize) -> Result<(), NotHere>;

    /// Waits until all traffic is dealt with. False if that takes too long.
    fn settle(&self) -> bool {
        true
    }

    /// Unloads the driver and loads it again. All handles must be closed.
    ///
    /// # Errors
    ///
    /// What went wrong, if something did; [`NotHere`] if that cannot be done.
    fn reload(&self) -> Result<Result<(), String>, NotHere>;

    /// Shuts the system down under the driver, stops the kernel without unloading it, and starts again.
    /// All handles must be closed.
    ///
    /// # Errors
    ///
    /// As for [`reload`](Self::reload).
    fn reboot(&self) -> Result<Result<(), String>, NotHere>;

    /// Has a process of its own open the device, begin `reads` requests and more, and be killed.
    ///
    /// # Errors
    ///
    /// As for [`reload`](Self::reload).
    fn kill(&self, victim: Victim<'_>) -> Result<Result<(), String>, NotHere>;

    /// Rules that have been broken so far, in sentences.
    fn violations(&self) -> Vec<String>;

    /// What a status that the driver does not answer with may come from: true where the system itself
    /// answers so to such a call.
    fn answers(&self, call: &Call, status: Status) -> bool;

    /// True if changing the security of a handle changes that of the device for everybody.
    fn changes_security(&self) -> bool;

    /// Handles that drivers know of which are open, if that can be told.
    fn open_files(&self) -> Option<usize>;
}

/// A process that is killed.
pub struct Victim<'a> {
    /// The mode in which it receives.
    pub mode: u32,
    /// What it asks for after it has opened the device.
    pub prepare: &'a [(u32, Vec<u8>, u32)],
    /// How many reads it begins.
    pub reads: u32,
    /// Bytes of each.
    pub length: u32,
    /// How long it lives then.
    pub lives: Duration,
}
