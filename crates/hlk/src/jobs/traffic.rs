//! Those who read while something else goes on.

use std::{
    sync::{
        Barrier,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::Duration,
};

use fastrand::Rng;

use crate::{
    job::{Bench, PATIENCE},
    layer::{Machine, Pending, Started},
    status::Status,
};

/// Bytes of a read.
const READ: u32 = 32 << 10;

/// Readers at a time.
const READERS: usize = 2;

/// Lets traffic come, and readers come and go, while `work` does something, which begins when all of that
/// has begun.
pub fn during<R>(bench: &Bench<'_>, machine: &dyn Machine, work: impl FnOnce() -> R) -> R {
    let (over, begin) = (AtomicBool::new(false), Barrier::new(READERS + 2));
    thread::scope(|scope| {
        let (over, begin) = (&over, &begin);
        scope.spawn(move || {
            let mut rng = bench.rng(1000);
            begin.wait();
            while !over.load(Ordering::Relaxed) {
                let amount = rng.usize(1..64);
                if machine.lab().traffic(&mut rng, amount).is_err() {
                    break;
                }
                thread::yield_now();
            }
        });
        for number in 0..READERS {
            let rng = bench.rng(1001 + number as u64);
            scope.spawn(move || {
                begin.wait();
                read(bench, machine, rng, over);
            });
        }
        begin.wait();
        let result = work();
        over.store(true, Ordering::Relaxed);
        result
    })
}

/// Waits for a moment, so that traffic comes in between.
pub fn pause(rng: &mut Rng) {
    thread::sleep(Duration::from_micros(rng.u64(0..800)));
}

/// Reads until it is over, with a new handle now and then. Several reads wait at a time.
fn read(bench: &Bench<'_>, machine: &dyn Machine, rng: Rng, over: &AtomicBool) {
    let Some(mut session) = bench.session(machine, rng) else { return };
    while !over.load(Ordering::Relaxed) {
        session.reopen();
        session.receive();
        for _ in 0..session.rng.u8(1..8) {
            let count = session.rng.usize(1..6);
            let calls: Vec<_> = (0..count).map(|_| session.read(READ)).collect();
            let started: Vec<_> = calls.iter().map(|call| session.handle.start(call)).collect();
            if session.rng.bool() {
                session.handle.cancel();
            }
            for (call, started) in calls.iter().zip(started) {
                let completion = match started {
                    Started::Done(completion) => completion,
                    Started::Pending(pending) => wait(&mut session, pending, over, call),
                    Started::NotHere => continue,
                };
                session.note(call, completion);
                if completion.status == Status::SUCCESS && completion.information == 0 {
                    bench.problem("a read ended well without a byte");
                }
            }
        }
        let valid = bench.target.valid(&mut session.rng);
        let request = &valid[session.rng.usize(0..valid.len())];
        session.send(request);
    }
}

/// Waits a while for data, then no more.
fn wait(
    session: &mut crate::job::Session<'_>,
    pending: Box<dyn Pending>,
    over: &AtomicBool,
    call: &crate::call::Call,
) -> crate::layer::Completion {
    let time =
        if over.load(Ordering::Relaxed) { Duration::ZERO } else { Duration::from_millis(20) };
    match pending.wait(time.min(PATIENCE)) {
        Ok(completion) => completion,
        Err(pending) => session.end(pending, call),
    }
}
