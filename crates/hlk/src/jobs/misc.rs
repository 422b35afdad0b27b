//! Everything that programs and other drivers can ask beside control codes.

use fastrand::Rng;

use crate::{
    call::{Buffer, Call},
    job::{Bench, Session, interesting_length},
    layer::NotHere,
    status::Status,
};

/// Where reads, writes and locks begin: also behind the end, at the special values for the end and for where
/// the file is, and beyond 32 bits.
const OFFSETS: [i64; 8] = [0, -1, -2, 1, 511, 1 << 32, i64::MAX, i64::MIN];

fn offset(rng: &mut Rng) -> i64 {
    if rng.u8(0..4) == 0 { rng.i64(..) } else { OFFSETS[rng.usize(0..OFFSETS.len())] }
}

pub fn misc(bench: &Bench<'_>) -> Result<(), NotHere> {
    bench.on(&bench.plain(), |machine| {
        bench.threads(Bench::processors(), |_, rng| {
            let Some(mut session) = bench.session(machine, rng) else { return };
            for round in bench.rounds(100_000) {
                if round % 512 == 0 {
                    session.reopen();
                }
                if round % 512 == 128 {
                    session.receive();
                }
                let call = any_call(&mut session);
                session.call(&call);
                if session.rng.u8(0..64) == 0 {
                    session.handle.cancel();
                    let status = session.handle.section();
                    check_section(bench, status);
                }
            }
        });
        Ok(())
    })
}

/// A device is not mapped into memory.
fn check_section(bench: &Bench<'_>, status: Status) {
    if !status.is_error() {
        bench.problem(format!("a section of the device was made: {status}"));
    }
}

/// A buffer, good or bad, of some length.
fn some(session: &mut Session<'_>) -> Buffer {
    let length = interesting_length(&mut session.rng);
    match session.rng.u8(0..3) {
        0 => session.arena.any(&mut session.rng, length),
        1 => session.noise(length),
        _ => session.arena.output(&mut session.rng, length),
    }
}

fn any_call(session: &mut Session<'_>) -> Call {
    let (one, other) = (some(session), some(session));
    let rng = &mut session.rng;
    let (offset, key, class) = (offset(rng), rng.u32(..), rng.u32(0..90));
    let (restart, single) = (rng.bool(), rng.bool());
    let list = if rng.bool() { Buffer::NONE } else { other };
    match rng.u8(0..18) {
        0 => Call::Read { to: one, offset, key },
        1 => Call::Write { from: one, offset, key },
        2 => Call::QueryInformation { class, to: one },
        3 => Call::SetInformation { class, from: one },
        4 => Call::QueryVolume { class: class % 16, to: one },
        5 => Call::SetVolume { class: class % 16, from: one },
        6 => {
            let pattern = pattern(rng);
            Call::QueryDirectory { class, pattern, restart, single, to: one }
        }
        7 => Call::NotifyDirectory { filter: rng.u32(0..0x1000), tree: restart, to: one },
        8 => Call::QueryEa { list, restart, single, to: one },
        9 => Call::SetEa { from: one },
        10 => Call::QueryQuota { list, restart, single, to: one },
        11 => Call::SetQuota { from: one },
        12 => Call::QuerySecurity { parts: rng.u32(0..32), to: one },
        13 => Call::Flush { kind: rng.u8(0..6) },
        14 => {
            let length = OFFSETS[rng.usize(0..OFFSETS.len())];
            Call::Lock { offset, length, key, wait: restart, exclusive: single }
        }
        15 => Call::Unlock { offset, length: rng.i64(..), key },
        _ => of_driver(rng),
    }
}

fn pattern(rng: &mut Rng) -> Vec<u16> {
    let length = rng.usize(0..40);
    match rng.u8(0..3) {
        0 => Vec::new(),
        1 => "*".encode_utf16().collect(),
        _ => (0..length).map(|_| rng.u16(..)).collect(),
    }
}

/// Requests that only drivers make: internal control, power, management, plug and play, shutdown, and those
/// that have no meaning.
fn of_driver(rng: &mut Rng) -> Call {
    const MAJORS: [u8; 7] = [0x0f, 0x10, 0x16, 0x17, 0x18, 0x1b, 0x09];
    let major = MAJORS[rng.usize(0..MAJORS.len())];
    Call::Driver { major, minor: rng.u8(0..0x20), words: [rng.u64(0..16), 0, 0, 0] }
}

/// As above, and attributes are asked for with no room and bad addresses.
pub fn zero_length(bench: &Bench<'_>) -> Result<(), NotHere> {
    bench.on(&bench.plain(), |machine| {
        let Some(mut session) = bench.session(machine, bench.rng(0)) else { return Ok(()) };
        for round in bench.rounds(100_000) {
            if round % 2048 == 1024 {
                session.receive();
            }
            let nothing = session.arena.nothing(&mut session.rng);
            let list = session.arena.nothing(&mut session.rng);
            let (restart, single) = (session.rng.bool(), session.rng.bool());
            let class = session.rng.u32(0..90);
            let call = match round % 8 {
                0 | 1 => Call::QueryEa { list, restart, single, to: nothing },
                2 => Call::QueryInformation { class, to: nothing },
                3 => Call::QueryVolume { class: class % 16, to: nothing },
                4 => Call::QueryDirectory {
                    class,
                    pattern: Vec::new(),
                    restart,
                    single,
                    to: nothing,
                },
                5 => Call::QueryQuota { list, restart, single, to: nothing },
                6 => Call::Read { to: nothing, offset: -1, key: 0 },
                _ => any_call(&mut session),
            };
            session.call(&call);
        }
        Ok(())
    })
}
