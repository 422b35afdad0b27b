//! Control codes by chance.

use std::sync::{PoisonError, RwLock};

use fastrand::Rng;

use crate::{
    call::{Buffer, Call, control_code},
    job::{Bench, Session, interesting_length},
    layer::NotHere,
    status::Status,
};

/// How many calls a handle lives.
const CALLS_OF_A_HANDLE: u64 = 4096;

/// `FILE_DEVICE_NETWORK`, the type of both devices, and others for file systems, network file systems and
/// what vendors use.
const DEVICE_TYPES: [u16; 6] = [0x12, 0x09, 0x14, 0x22, 0x8000, 0xffff];

type Make = fn(u32, Buffer, Buffer) -> Call;

fn ioctl(code: u32, input: Buffer, output: Buffer) -> Call {
    Call::Control { code, input, output }
}

fn fsctl(code: u32, input: Buffer, output: Buffer) -> Call {
    Call::FsControl { code, input, output }
}

pub fn zero_length_ioctl(bench: &Bench<'_>) -> Result<(), NotHere> {
    zero_length(bench, ioctl)
}

pub fn zero_length_fsctl(bench: &Bench<'_>) -> Result<(), NotHere> {
    zero_length(bench, fsctl)
}

pub fn random_ioctl(bench: &Bench<'_>) -> Result<(), NotHere> {
    random(bench, ioctl, 1_000_000)
}

pub fn random_fsctl(bench: &Bench<'_>) -> Result<(), NotHere> {
    random(bench, fsctl, 250_000)
}

/// Puts the handle into one of the states that a driver knows: new, receiving, ended.
fn change_state(session: &mut Session<'_>) {
    session.reopen();
    let steps = session.rng.u8(0..3);
    if steps > 0 {
        session.receive();
    }
    if steps > 1 {
        let (code, output) = (rx_abi::IOCTL_UNBIND.value(), 0);
        session.send(&crate::target::Valid { code, input: Vec::new(), output });
    }
}

/// Each function, type, method and access, with no bytes and pointers of all kinds.
fn zero_length(bench: &Bench<'_>, make: Make) -> Result<(), NotHere> {
    bench.on(&bench.plain(), |machine| {
        let Some(mut session) = bench.session(machine, bench.rng(0)) else { return Ok(()) };
        for round in bench.rounds(64) {
            change_state(&mut session);
            // The codes of the drivers begin at 0x800.
            let first = if round % 2 == 0 { 0x800 } else { session.rng.u16(0..0xfc0) };
            for (device_type, function) in
                DEVICE_TYPES.iter().flat_map(|&kind| (first..first + 32).map(move |at| (kind, at)))
            {
                for (method, access) in (0..4).flat_map(|method| (0..4).map(move |at| (method, at)))
                {
                    let code = control_code(device_type, function, method, access);
                    let empty = session.arena.nothing(&mut session.rng);
                    let other = match session.rng.u8(0..3) {
                        0 => session.arena.nothing(&mut session.rng),
                        1 => session.arena.any(&mut session.rng, 8),
                        _ => session.noise(64),
                    };
                    let (input, output) =
                        if session.rng.bool() { (empty, other) } else { (other, empty) };
                    session.call(&make(code, input, output));
                }
            }
        }
        Ok(())
    })
}

/// A code by chance, as a rule near those that mean something.
fn random_code(rng: &mut Rng) -> u32 {
    let device_type = match rng.u8(0..8) {
        0 => rng.u16(..),
        1 => DEVICE_TYPES[rng.usize(0..DEVICE_TYPES.len())],
        _ => DEVICE_TYPES[0],
    };
    let function = match rng.u8(0..8) {
        0 => rng.u16(0..0x1000),
        _ => rng.u16(0x7fc..0x820),
    };
    control_code(device_type, function, rng.u8(0..4), rng.u8(0..4))
}

/// First codes by chance; then more of those that were not answered like all others, and near them.
fn random(bench: &Bench<'_>, make: Make, default: u64) -> Result<(), NotHere> {
    let different = RwLock::new(Vec::new());
    bench.on(&bench.plain(), |machine| {
        let threads = Bench::processors();
        bench.threads(threads, |_, rng| {
            let Some(mut session) = bench.session(machine, rng) else { return };
            for round in bench.requests(default / threads) {
                if round % CALLS_OF_A_HANDLE == 0 {
                    change_state(&mut session);
                }
                let is_tailored = round % 4 != 0;
                let known = different.read().unwrap_or_else(PoisonError::into_inner);
                let code = if is_tailored { tailored(&mut session.rng, &known) } else { None };
                drop(known);
                let code = code.unwrap_or_else(|| random_code(&mut session.rng));
                let call = with_buffers(&mut session, code, make);
                let status = session.call(&call).status;
                let is_of_system = machine.lab().answers(&call, status);
                if !is_tailored && status != Status::INVALID_DEVICE_REQUEST && !is_of_system {
                    let mut known = different.write().unwrap_or_else(PoisonError::into_inner);
                    if !known.contains(&code) {
                        known.push(code);
                    }
                }
            }
        });
        Ok(())
    })
}

/// One of those codes, or one beside it.
fn tailored(rng: &mut Rng, codes: &[u32]) -> Option<u32> {
    let code = *codes.get(rng.usize(0..codes.len().max(1)))?;
    Some(match rng.u8(0..6) {
        0 => code ^ 1 << rng.u8(0..32),
        1 => code.wrapping_add(4),
        2 => code.wrapping_sub(4),
        _ => code,
    })
}

fn with_buffers(session: &mut Session<'_>, code: u32, make: Make) -> Call {
    let input = match session.rng.u8(0..4) {
        // What the driver can understand, or nearly.
        0 | 1 if session.bench.target.code(code).is_some() => valid_input(session, code),
        0 => {
            let length = interesting_length(&mut session.rng);
            session.arena.any(&mut session.rng, length)
        }
        _ => {
            let length = interesting_length(&mut session.rng);
            session.noise(length)
        }
    };
    let length = interesting_length(&mut session.rng);
    let output = match session.rng.u8(0..4) {
        0 => session.arena.any(&mut session.rng, length),
        1 => session.arena.output(&mut session.rng, 4096),
        _ => session.arena.output(&mut session.rng, length),
    };
    make(code, input, output)
}

/// A valid input, with a change at times.
fn valid_input(session: &mut Session<'_>, code: u32) -> Buffer {
    let mut all = session.bench.target.valid(&mut session.rng);
    all.retain(|request| request.code == code);
    let Some(mut request) = session.rng.choice(all) else { return Buffer::NONE };
    if session.rng.u8(0..8) > 0 {
        super::replay::change(&mut session.rng, &mut request.input);
    }
    session.arena.input(&mut session.rng, &request.input)
}
