//! Good requests, with changes.

use fastrand::Rng;

use crate::{
    call::Call,
    job::{Bench, Session},
    layer::NotHere,
    target::Valid,
};

/// Changes bytes by chance: bits flip, words become special, it gets shorter or longer.
pub fn change(rng: &mut Rng, bytes: &mut Vec<u8>) {
    for _ in 0..rng.u8(1..5) {
        let at = rng.usize(0..bytes.len().max(1));
        match rng.u8(0..8) {
            0 => {
                const WORDS: [u32; 7] = [0, 1, 0x7f, 0xffff, 0x7fff_ffff, 0x8000_0000, u32::MAX];
                let word = WORDS[rng.usize(0..WORDS.len())].to_le_bytes();
                if let Some(place) = bytes.get_mut(at & !3..(at & !3) + 4) {
                    place.copy_from_slice(&word);
                }
            }
            1 => bytes.truncate(at),
            2 => bytes.extend(std::iter::repeat_n(rng.u8(..), rng.usize(1..64))),
            _ => {
                if let Some(byte) = bytes.get_mut(at) {
                    *byte ^= 1 << rng.u8(0..8);
                }
            }
        }
    }
}

pub fn replay(bench: &Bench<'_>) -> Result<(), NotHere> {
    bench.on(&bench.with_adapters(2), |machine| {
        bench.threads(Bench::processors(), |_, rng| {
            let Some(mut session) = bench.session(machine, rng) else { return };
            for _ in bench.rounds(6_000) {
                session.reopen();
                play(&mut session);
            }
        });
        Ok(())
    })
}

/// A short story of requests, each changed or not.
fn play(session: &mut Session<'_>) {
    let all = session.bench.target.valid(&mut session.rng);
    for _ in 0..session.rng.u8(1..8) {
        if session.rng.u8(0..4) == 0 {
            let length = session.rng.u32(0..8192);
            let read = session.read(length);
            session.call(&read);
            continue;
        }
        let at = session.rng.usize(0..all.len());
        let Valid { code, mut input, output } = all[at].clone();
        if session.rng.u8(0..3) > 0 {
            change(&mut session.rng, &mut input);
        }
        let code =
            if session.rng.u8(0..16) == 0 { code ^ 1 << session.rng.u8(0..32) } else { code };
        let input = session.arena.input(&mut session.rng, &input);
        let output = output.saturating_add(session.rng.u32(0..3)).saturating_sub(1);
        let output = session.arena.output(&mut session.rng, output);
        session.call(&Call::Control { code, input, output });
    }
}
