//! Drivers that come and go.

use crate::{
    job::Bench,
    layer::{Machine, NotHere},
};

/// Uses the driver for a while, and closes all handles.
fn use_it(bench: &Bench<'_>, machine: &dyn Machine, round: u64) {
    let mut rng = bench.rng(round);
    super::traffic::during(bench, machine, || {
        for _ in 0..4 {
            // Without traffic it is used all the same.
            let _ = machine.lab().traffic(&mut rng, 50);
            if let Some(mut session) = bench.session(machine, rng.fork()) {
                session.receive();
                let read = session.read(4096);
                session.call(&read);
            }
        }
    });
}

pub fn reload(bench: &Bench<'_>) -> Result<(), NotHere> {
    bench.on(&bench.plain(), |machine| {
        for round in bench.rounds(100) {
            use_it(bench, machine, round);
            if let Err(error) = machine.lab().reload()? {
                bench.problem(format!("reload {round}: {error}"));
                break;
            }
            bench.tick(1);
        }
        Ok(())
    })
}

pub fn reboot(bench: &Bench<'_>) -> Result<(), NotHere> {
    bench.on(&bench.plain(), |machine| {
        for round in bench.rounds(20) {
            use_it(bench, machine, round);
            if let Err(error) = machine.lab().reboot()? {
                bench.problem(format!("restart {round}: {error}"));
                break;
            }
            bench.tick(1);
        }
        Ok(())
    })
}
