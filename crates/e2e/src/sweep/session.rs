//! What programs do with a driver, when anything may fail.

use std::{fmt::Display, thread, time::Duration};

use nthost::{Builder, Completion, File, Kernel, Pending};

/// How long a request may take before it counts as stuck.
pub const PATIENCE: Duration = Duration::from_secs(20);
/// How often something is tried that can fail because something is short.
const TRIES: u32 = 1000;
/// The most reads that wait.
const MOST: usize = 100;
/// Bytes of the buffers of reads.
const READ: usize = 1 << 17;
/// The status that reads have when reception has ended and all is read.
const STATUS_END_OF_FILE: u32 = 0xC000_0011;
const STATUS_CANCELLED: u32 = 0xC000_0120;

/// A driver and what is around it.
pub trait Subject {
    /// A kernel with what is around the driver.
    fn builder(&self) -> Builder;

    /// Before the driver is loaded.
    fn prepare(&mut self, kernel: &Kernel);

    /// One session of programs, from opening handles to closing them.
    fn session(&mut self, kernel: &Kernel) -> Session;

    /// Before the driver is unloaded: what is wrong then.
    fn settle(&mut self, kernel: &Kernel) -> Vec<String>;
}

/// How a session went.
#[derive(Debug, Default)]
pub struct Session {
    /// The first thing that failed, which may be because something was short.
    pub failed: Option<String>,
    /// What must not be, whatever was short.
    pub wrong: Vec<String>,
}

impl Session {
    /// Takes the result of something that may fail.
    pub fn attempt<T, E: Display>(&mut self, what: &str, result: Result<T, E>) -> Option<T> {
        match result {
            Ok(value) => Some(value),
            Err(error) => {
                self.fail(format!("{what}: {error}"));
                None
            }
        }
    }

    /// Takes the result of something that is tried again if it fails.
    /// No longer once the kernel has stopped, where nothing succeeds any more.
    pub fn insist<T, E: Display>(
        &mut self,
        kernel: &Kernel,
        what: &str,
        code: impl Fn() -> Result<T, E>,
    ) {
        let fails = |session: &mut Self| session.attempt(what, code()).is_none();
        let failed = (0..TRIES).take_while(|_| kernel.stopped().is_none() && fails(self)).count();
        self.check(failed < TRIES as usize, || format!("{what} fails again and again"));
    }

    /// Something did not go as it does when nothing is short.
    pub fn fail(&mut self, what: impl Into<String>) {
        self.failed.get_or_insert_with(|| what.into());
    }

    /// Something that must not be is so, if it is.
    pub fn check(&mut self, is_right: bool, what: impl FnOnce() -> String) {
        if !is_right {
            self.wrong.push(what());
        }
    }
}

/// Reads of a handle, and how many records they have returned.
pub struct Reads<'f> {
    file: &'f File,
    waiting: Vec<Pending>,
    count: fn(&[u8]) -> Option<u64>,
    /// Records that were read.
    pub records: u64,
}

impl<'f> Reads<'f> {
    /// `count` counts the records in what a read returns; `None` if they are not valid.
    pub fn new(file: &'f File, count: fn(&[u8]) -> Option<u64>) -> Self {
        Self { file, waiting: Vec::new(), count, records: 0 }
    }

    /// Begins so many reads, which wait for something to come.
    pub fn wait_for_some(&mut self, reads: usize) {
        self.waiting.extend((0..reads).map(|_| self.file.start_read(READ)));
    }

    /// Cancels the read that was begun last.
    pub fn cancel_one(&self) {
        if let Some(last) = self.waiting.last() {
            last.cancel();
        }
    }

    /// Reads what is there, which `held` tells, without waiting for more.
    pub fn drain(&mut self, held: impl Fn() -> bool) {
        while held() && self.waiting.len() < MOST {
            self.wait_for_some(1);
            thread::yield_now();
        }
    }

    /// Reads what is left, once reception has ended.
    pub fn read_to_end(&mut self, session: &mut Session) {
        for _ in 0..TRIES {
            let read = self.file.start_read(READ);
            if self.take(read, session) == Taken::End {
                return;
            }
        }
        session.wrong.push("reading does not come to an end".to_owned());
    }

    /// Waits for the reads that were begun.
    pub fn finish(&mut self, session: &mut Session) {
        for read in std::mem::take(&mut self.waiting) {
            self.take(read, session);
        }
    }

    fn take(&mut self, read: Pending, session: &mut Session) -> Taken {
        let Ok((completion, bytes)) = read.wait_for(PATIENCE) else {
            session.wrong.push("a read does not end".to_owned());
            return Taken::End;
        };
        let Completion { status, information } = completion;
        match status.code() {
            STATUS_END_OF_FILE => return Taken::End,
            STATUS_CANCELLED => return Taken::Some,
            _ => {}
        }
        let Some(length) = session.attempt("a read", completion.ok()) else { return Taken::Some };
        let records = bytes.get(..length).and_then(self.count);
        session.check(records.is_some(), || format!("a read of {information} bytes is no records"));
        self.records += records.unwrap_or_default();
        Taken::Some
    }
}

/// What became of a read.
#[derive(PartialEq, Eq)]
enum Taken {
    /// There may be more.
    Some,
    /// There is no more.
    End,
}
