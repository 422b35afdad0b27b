//! Everything at once.

use std::{
    sync::atomic::{AtomicBool, Ordering},
    thread,
};

use fastrand::Rng;

use crate::{
    call::{Call, control_code},
    job::{Bench, interesting_length},
    layer::{Happening, Machine, NotHere},
};

const ADAPTERS: usize = 3;

/// Machines, each of which behaves in another way, and what happens to each.
const MACHINES: u64 = 20;
const HAPPENINGS: u64 = 600;

pub fn chaos(bench: &Bench<'_>) -> Result<(), NotHere> {
    for number in bench.rounds(MACHINES) {
        let chance = Some(bench.rng(number).u64(..));
        let mut setup = bench.with_adapters(ADAPTERS);
        setup.chance = chance;
        bench.on(&setup, |machine| storm(bench, machine, number))?;
    }
    Ok(())
}

fn storm(bench: &Bench<'_>, machine: &dyn Machine, number: u64) -> Result<(), NotHere> {
    let over = AtomicBool::new(false);
    let result = super::traffic::during(bench, machine, || {
        thread::scope(|scope| {
            let over = &over;
            for user in 0..2 {
                let rng = bench.rng(number * 16 + user);
                scope.spawn(move || ask(bench, machine, rng, over));
            }
            let result = happenings(bench, machine, bench.rng(number * 16 + 8));
            over.store(true, Ordering::Relaxed);
            result
        })
    });
    if !machine.lab().settle() {
        bench.problem("received frames are not given back");
    }
    result
}

/// Asks for this and that with new handles, until it is over.
fn ask(bench: &Bench<'_>, machine: &dyn Machine, rng: Rng, over: &AtomicBool) {
    let Some(mut session) = bench.session(machine, rng) else { return };
    while !over.load(Ordering::Relaxed) {
        if session.rng.u8(0..4) == 0 {
            session.reopen();
        }
        let length = interesting_length(&mut session.rng);
        let buffer = session.arena.any(&mut session.rng, length);
        let rng = &mut session.rng;
        match rng.u8(0..6) {
            0 => {
                session.receive();
            }
            1 => session.handle.cancel(),
            2 => {
                let read = session.read(length);
                session.call(&read);
            }
            3 => {
                let valid = bench.target.valid(rng);
                let at = rng.usize(0..valid.len());
                session.send(&valid[at]);
            }
            4 => {
                let code = control_code(0x12, rng.u16(0x7fc..0x820), rng.u8(0..4), rng.u8(0..4));
                session.call(&Call::Control { code, input: buffer, output: buffer });
            }
            _ => {
                let minor = rng.u8(0..0x20);
                session.call(&Call::Driver { major: 0x1b, minor, words: [0; 4] });
            }
        }
    }
}

/// Lets things happen to the hardware, and puts all in order in the end.
fn happenings(bench: &Bench<'_>, machine: &dyn Machine, mut rng: Rng) -> Result<(), NotHere> {
    if !bench.target.has_adapters {
        for _ in 0..HAPPENINGS {
            machine.lab().happen(Happening::TransportGone, 0)?;
            bench.tick(1);
            super::traffic::pause(&mut rng);
        }
        return Ok(());
    }
    // What was done to each adapter and is to be undone.
    let mut undo: [Option<Happening>; ADAPTERS] = [None; ADAPTERS];
    for _ in 0..HAPPENINGS {
        let adapter = rng.usize(0..ADAPTERS);
        if let Some(happening) = undo[adapter].take() {
            machine.lab().happen(happening, adapter)?;
        } else {
            let (one, other) = match rng.u8(0..7) {
                0 => (Happening::Unplug, Some(Happening::Replug)),
                1 => (Happening::SurpriseRemove, Some(Happening::Replug)),
                2 => (Happening::Pause, Some(Happening::Restart)),
                3 => (Happening::Sleep, Some(Happening::Wake)),
                4 => (Happening::LinkDown, Some(Happening::LinkUp)),
                5 => (Happening::QueryRemoval, None),
                _ => (Happening::LinkUp, None),
            };
            machine.lab().happen(one, adapter)?;
            undo[adapter] = other;
        }
        bench.tick(1);
        if rng.bool() {
            super::traffic::pause(&mut rng);
        }
    }
    for (adapter, happening) in undo.into_iter().enumerate() {
        if let Some(happening) = happening {
            machine.lab().happen(happening, adapter)?;
        }
    }
    Ok(())
}
