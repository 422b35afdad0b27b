//! Memory that changes while requests use it.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use crate::{
    call::{Buffer, Call},
    job::{Bench, Session},
    layer::{Memory, NotHere, Protection},
};

/// The flipping memory.
const LENGTH: usize = 64 << 10;

pub fn flips(bench: &Bench<'_>) -> Result<(), NotHere> {
    bench.on(&bench.plain(), |machine| {
        let memory = match machine.memory(LENGTH) {
            Ok(memory) => memory,
            Err(error) => {
                bench.problem(format!("no memory: {error}"));
                return Ok(());
            }
        };
        let over = AtomicBool::new(false);
        std::thread::scope(|scope| {
            scope.spawn(|| flip(&memory, &mut bench.rng(100), &over));
            bench.threads(2, |_, rng| {
                let Some(mut session) = bench.session(machine, rng) else { return };
                for round in bench.rounds(10_000) {
                    step(&mut session, &*memory, round);
                }
            });
            over.store(true, Ordering::Relaxed);
        });
        memory.protect(Protection::ReadWrite);
        Ok(())
    })
}

fn flip(memory: &Arc<dyn Memory>, rng: &mut fastrand::Rng, over: &AtomicBool) {
    const ALL: [Protection; 3] =
        [Protection::ReadWrite, Protection::ReadOnly, Protection::NoAccess];
    while !over.load(Ordering::Relaxed) {
        memory.protect(ALL[rng.usize(0..ALL.len())]);
        for _ in 0..rng.u32(0..2000) {
            std::hint::spin_loop();
        }
    }
}

/// A request whose buffers lie in that memory. What is in it does not matter: it may change, too.
fn step(session: &mut Session<'_>, memory: &dyn Memory, round: u64) {
    match round % 64 {
        0 => session.reopen(),
        8 => {
            session.receive();
        }
        _ => {}
    }
    let mut place = |length: usize| {
        let offset = session.rng.usize(0..=LENGTH - length.min(LENGTH));
        let length = u32::try_from(length).unwrap_or(u32::MAX);
        Buffer { address: memory.address() + offset, length }
    };
    let valid = session.bench.target.valid(&mut fastrand::Rng::with_seed(round));
    let request = &valid[usize::try_from(round).unwrap_or_default() % valid.len()];
    let (input, output) = (place(request.input.len()), place(request.output as usize));
    let to = place(4096);
    let call = match round % 4 {
        0 => Call::Read { to, offset: 0, key: 0 },
        1 => Call::Control { code: request.code | session.rng.u32(0..4), input, output },
        2 => {
            // A good input, and an output that may be gone when it is needed.
            let input = session.arena.input(&mut session.rng, &request.input);
            Call::Control { code: request.code, input, output }
        }
        _ => Call::Control { code: request.code, input, output },
    };
    session.call(&call);
}
