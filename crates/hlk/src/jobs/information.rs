//! Asking for information and security, and changing it.

use crate::{
    call::{Buffer, Call},
    job::{Bench, Session, interesting_length},
    layer::NotHere,
};

/// The highest classes there are, and some that there are not.
const FILE_CLASSES: u32 = 90;
const VOLUME_CLASSES: u32 = 20;

/// The least calls that the HLK makes.
const CALLS: u64 = 1024;

fn some(session: &mut Session<'_>) -> Buffer {
    let length = interesting_length(&mut session.rng);
    if session.rng.bool() {
        session.noise(length)
    } else {
        session.arena.any(&mut session.rng, length)
    }
}

pub fn files(bench: &Bench<'_>) -> Result<(), NotHere> {
    bench.on(&bench.plain(), |machine| {
        let Some(mut session) = bench.session(machine, bench.rng(0)) else { return Ok(()) };
        for round in bench.rounds(CALLS / 16) {
            if round % 8 == 4 {
                session.receive();
            }
            // Every class, each time with other buffers.
            for class in 0..FILE_CLASSES + VOLUME_CLASSES {
                let (to, from) = (some(&mut session), some(&mut session));
                match class.checked_sub(FILE_CLASSES) {
                    None => {
                        session.call(&Call::QueryInformation { class, to });
                        session.call(&Call::SetInformation { class, from });
                    }
                    Some(class) => {
                        session.call(&Call::QueryVolume { class, to });
                        session.call(&Call::SetVolume { class, from });
                    }
                }
            }
            let class = session.rng.u32(..);
            let to = some(&mut session);
            session.call(&Call::QueryInformation { class, to });
        }
        Ok(())
    })
}

/// A descriptor that is a good one as a rule: owner, group and an empty list.
fn descriptor(session: &mut Session<'_>) -> Buffer {
    // S-1-5-18, the local system.
    const SID: [u8; 12] = [1, 1, 0, 0, 0, 0, 0, 5, 18, 0, 0, 0];
    let mut bytes = vec![1, 0, 0x04, 0x80, 20, 0, 0, 0, 32, 0, 0, 0, 0, 0, 0, 0, 44, 0, 0, 0];
    bytes.extend(SID);
    bytes.extend(SID);
    bytes.extend([2, 0, 8, 0, 0, 0, 0, 0]);
    if session.rng.bool() {
        super::replay::change(&mut session.rng, &mut bytes);
    }
    session.arena.input(&mut session.rng, &bytes)
}

pub fn security(bench: &Bench<'_>) -> Result<(), NotHere> {
    bench.on(&bench.plain(), |machine| {
        let Some(mut session) = bench.session(machine, bench.rng(0)) else { return Ok(()) };
        for round in bench.rounds(CALLS * 8) {
            if round % 1024 == 512 {
                session.receive();
            }
            // Owner, group, DACL, SACL, and bits beyond.
            let parts = if round % 4 == 3 { session.rng.u32(..) } else { session.rng.u32(0..16) };
            let to = some(&mut session);
            session.call(&Call::QuerySecurity { parts, to });
            let from =
                if session.rng.bool() { descriptor(&mut session) } else { some(&mut session) };
            // Windows changes the security of the device itself; it must stay as it is.
            if machine.lab().changes_security() {
                session.call(&Call::SetSecurity { parts: 0, from });
            } else {
                session.call(&Call::SetSecurity { parts, from });
            }
        }
        Ok(())
    })
}
