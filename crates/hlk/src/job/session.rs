//! One user of a driver: a handle, memory, chance, and an eye on the answers.

use std::{sync::Arc, time::Duration};

use fastrand::Rng;

use super::{Arena, Bench};
use crate::{
    call::{Buffer, Call, OpenCall},
    coverage::{Asked, Coverage},
    layer::{Completion, Handle, Machine, Pending, Started},
    status::Status,
    target::Valid,
};

/// A request that has been cancelled must be done by then.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// One user of a driver.
pub struct Session<'a> {
    /// What the job works with.
    pub bench: &'a Bench<'a>,
    /// The machine.
    pub machine: &'a dyn Machine,
    /// Its own chance.
    pub rng: Rng,
    /// Its memory.
    pub arena: Arena,
    /// Its handle.
    pub handle: Arc<dyn Handle>,
    coverage: Coverage,
    uncounted: u64,
}

impl<'a> Session<'a> {
    pub(super) fn new(
        bench: &'a Bench<'a>,
        machine: &'a dyn Machine,
        rng: Rng,
    ) -> Result<Self, String> {
        let arena = Arena::new(machine)?;
        let opened = machine.open(&bench.target.device(&[]), &OpenCall::default());
        let handle = opened.map_err(|status| format!("the device does not open: {status}"))?;
        let coverage = Coverage::default();
        Ok(Self { bench, machine, rng, arena, handle, coverage, uncounted: 0 })
    }

    /// Closes the handle and opens another.
    pub fn reopen(&mut self) {
        match self.machine.open(&self.bench.target.device(&[]), &OpenCall::default()) {
            Ok(handle) => self.handle = handle,
            Err(_) if !self.machine.lab().violations().is_empty() => self.bench.stop(),
            Err(status) => self.bench.problem(format!("the device does not open again: {status}")),
        }
    }

    /// Makes a call, ends it if it does not end by itself, and looks at the answer.
    pub fn call(&mut self, call: &Call) -> Completion {
        let completion = match self.handle.start(call) {
            Started::Done(completion) => completion,
            Started::Pending(pending) => self.end(pending, call),
            Started::NotHere => return Completion { status: Status::PENDING, information: 0 },
        };
        self.note(call, completion);
        completion
    }

    /// Ends a request that is under way.
    pub fn end(&mut self, pending: Box<dyn Pending>, call: &Call) -> Completion {
        let at_once = self.rng.bool();
        let short = Duration::from_micros(self.rng.u64(0..300));
        let pending = match pending.wait(if at_once { Duration::ZERO } else { short }) {
            Ok(completion) => return completion,
            Err(pending) => pending,
        };
        pending.cancel();
        pending.wait(PATIENCE).unwrap_or_else(|pending| {
            self.bench.problem(format!("a cancelled request hangs: {call:x?}"));
            // Whoever drops it would wait for ever.
            std::mem::forget(pending);
            Completion { status: Status::PENDING, information: 0 }
        })
    }

    /// Looks at an answer.
    pub fn note(&mut self, call: &Call, completion: Completion) {
        let Completion { status, information } = completion;
        self.coverage.note(Asked::of(call, self.bench.target), status);
        self.uncounted += 1;
        if self.uncounted == 256 {
            self.bench.tick(std::mem::take(&mut self.uncounted));
        }
        if self.bench.target.may_answer(call, status) {
            if status.is_error() && information != 0 {
                let text = format!("{status} with information {information} for {call:x?}");
                self.bench.problem(text);
            }
        } else if !self.machine.lab().answers(call, status) {
            // Where a rule was broken the machine stands still, and answers nothing well.
            let broken = self.machine.lab().violations();
            if broken.is_empty() {
                self.bench.problem(format!("an unexpected answer, {status}, to {call:x?}"));
            } else {
                for what in broken {
                    self.bench.problem(what);
                }
                self.bench.stop();
            }
        }
    }

    /// Notes how the device answered to an attempt to open it.
    pub fn note_open(&mut self, major: u8, status: Status) {
        self.coverage.note(Asked::open(major), status);
        self.uncounted += 1;
    }

    /// Sends a request with good buffers.
    pub fn send(&mut self, request: &Valid) -> Completion {
        let input = self.arena.input(&mut self.rng, &request.input);
        let output = self.arena.output(&mut self.rng, request.output);
        self.call(&Call::Control { code: request.code, input, output })
    }

    /// Makes the handle receive, in a mode by chance.
    pub fn receive(&mut self) -> Completion {
        let mode = self.rng.usize(0..self.bench.target.modes);
        self.send(&self.bench.target.receive(mode))
    }

    /// A read with a good buffer.
    pub fn read(&mut self, length: u32) -> Call {
        let to = self.arena.output(&mut self.rng, length);
        Call::Read { to, offset: 0, key: 0 }
    }

    /// A good buffer filled by chance.
    pub fn noise(&mut self, length: u32) -> Buffer {
        let length = (length as usize).min(4096);
        let mut bytes = vec![0; length];
        match self.rng.u8(0..4) {
            0 => {}
            1 => bytes.fill(0xff),
            _ => self.rng.fill(&mut bytes),
        }
        self.arena.input(&mut self.rng, &bytes)
    }
}

impl Drop for Session<'_> {
    fn drop(&mut self) {
        self.bench.tick(self.uncounted);
        self.bench.cover(&self.coverage);
    }
}
