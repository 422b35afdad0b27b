//! Opening and closing.

use fastrand::Rng;

use crate::{
    call::{OpenCall, OpenKind, READ_AND_WRITE, TREE_CONNECTION},
    job::{Bench, Session},
    layer::{Machine, NotHere},
    status::Status,
};

/// Handles of programs that do not agree with each other.
const CROWD: u64 = 64;

const CREATE: u8 = 0x00;
const CREATE_NAMED_PIPE: u8 = 0x01;
const CREATE_MAILSLOT: u8 = 0x13;

/// `FILE_DEVICE_SECURE_OPEN`
const SECURE_OPEN: u32 = 0x100;

/// What the drivers, or the system in their place, refuse an open with.
const REFUSALS: [Status; 16] = [
    Status::INVALID_DEVICE_REQUEST,
    Status::INVALID_PARAMETER,
    Status::NOT_SUPPORTED,
    Status::NOT_A_DIRECTORY,
    Status::ACCESS_DENIED,
    Status::EAS_NOT_SUPPORTED,
    Status::OBJECT_NAME_INVALID,
    Status::OBJECT_NAME_NOT_FOUND,
    Status::OBJECT_PATH_NOT_FOUND,
    Status::OBJECT_PATH_SYNTAX_BAD,
    Status::OBJECT_PATH_INVALID,
    Status::NAME_TOO_LONG,
    Status::PRIVILEGE_NOT_HELD,
    Status::OBJECT_TYPE_MISMATCH,
    Status::NO_SUCH_DEVICE,
    Status::NO_SUCH_FILE,
];

/// Opens, notes the answer, and closes again if it is open.
fn open(session: &mut Session<'_>, rest: &[u16], how: &OpenCall) -> Status {
    let opened = session.machine.open(&session.bench.target.device(rest), how);
    let status = opened.as_ref().err().copied().unwrap_or(Status::SUCCESS);
    let major = match how.kind {
        OpenKind::File => CREATE,
        OpenKind::NamedPipe => CREATE_NAMED_PIPE,
        OpenKind::Mailslot => CREATE_MAILSLOT,
    };
    session.note_open(major, status);
    if status != Status::SUCCESS && !REFUSALS.contains(&status) {
        session.bench.problem(format!("an open ended with {status}: {how:x?} {rest:x?}"));
    }
    status
}

/// The opens that must succeed, and those that must not.
fn basic(session: &mut Session<'_>) {
    let plain = OpenCall::default();
    let pipe = OpenCall { kind: OpenKind::NamedPipe, disposition: 3, ..plain };
    let slot = OpenCall { kind: OpenKind::Mailslot, disposition: 2, ..plain };
    let tree = OpenCall { options: TREE_CONNECTION, ..plain };
    let backslash = [u16::from(b'\\')];
    // Directly: no more than that there is a handle, and as a synchronous file.
    let direct = OpenCall { access: 0x0010_0080, ..plain };
    let synchronous = OpenCall { options: 0x20, ..plain };
    for (what, rest, how) in [
        ("plainly", &[][..], plain),
        ("directly", &[], direct),
        ("synchronously", &[], synchronous),
    ] {
        let status = open(session, rest, &how);
        if status != Status::SUCCESS {
            session.bench.problem(format!("the device cannot be opened {what}: {status}"));
        }
    }
    for (what, rest, how) in [
        ("with a backslash", &backslash[..], plain),
        ("as a named pipe", &[], pipe),
        ("as a mailslot", &[], slot),
        ("as a tree connection", &[], tree),
        ("as a directory", &[], OpenCall { options: 1, ..plain }),
    ] {
        if open(session, rest, &how) == Status::SUCCESS {
            session.bench.problem(format!("the device can be opened {what}"));
        }
    }
}

/// How a device might be opened.
fn anyhow(rng: &mut Rng) -> OpenCall {
    let kind = match rng.u8(0..6) {
        0 => OpenKind::NamedPipe,
        1 => OpenKind::Mailslot,
        _ => OpenKind::File,
    };
    OpenCall {
        kind,
        access: if rng.bool() { READ_AND_WRITE } else { rng.u32(..) & 0x001f_01ff | 0x0010_0000 },
        share: rng.u16(0..8),
        attributes: if rng.bool() { 0x80 } else { rng.u16(..) & 0x7fff },
        disposition: rng.u32(0..6),
        options: if rng.bool() { 0 } else { rng.u32(..) & 0x00ff_ffff },
    }
}

fn check_closed(bench: &Bench<'_>, machine: &dyn Machine) {
    if let Some(open @ 1..) = machine.lab().open_files() {
        bench.problem(format!("{open} files are open after all handles are closed"));
    }
}

pub fn open_close(bench: &Bench<'_>) -> Result<(), NotHere> {
    bench.on(&bench.plain(), |machine| {
        if let Some(mut session) = bench.session(machine, bench.rng(0)) {
            basic(&mut session);
            for _ in bench.rounds(4000) {
                let how = anyhow(&mut session.rng);
                open(&mut session, &[], &how);
            }
        }
        bench.threads(CROWD, |_, rng| {
            let Some(mut session) = bench.session(machine, rng) else { return };
            for _ in 0..40 {
                if session.rng.bool() {
                    session.receive();
                }
                if session.rng.bool() {
                    let read = session.read(4096);
                    session.call(&read);
                }
                session.reopen();
                basic(&mut session);
            }
        });
        check_closed(bench, machine);
        Ok(())
    })
}

/// A name below the device that makes no sense.
fn junk(rng: &mut Rng) -> Vec<u16> {
    let length = match rng.u8(0..12) {
        0 => 0,
        1 => 32_700,
        2 => rng.usize(0..32_700),
        _ => rng.usize(1..64),
    };
    let alphabet: &[u16] = match rng.u8(0..4) {
        0 => &[0],
        1 => &[0xd800, 0xdfff, 0xffff, 0xfeff, 0x202e],
        2 => &[0x5c, 0x2e, 0x2f, 0x3a, 0x2a, 0x3f, 0x25, 0x22, 0x7c],
        _ => &[],
    };
    let unit = |rng: &mut Rng| match alphabet {
        [] => rng.u16(..),
        _ => alphabet[rng.usize(0..alphabet.len())],
    };
    (0..length).map(|_| unit(rng)).collect()
}

fn must_fail(session: &mut Session<'_>, rest: &[u16]) {
    let how = if session.rng.bool() { OpenCall::default() } else { anyhow(&mut session.rng) };
    if open(session, rest, &how) == Status::SUCCESS {
        session.bench.problem(format!("a name below the device can be opened: {rest:x?}"));
    }
}

pub fn sub_opens(bench: &Bench<'_>) -> Result<(), NotHere> {
    bench.on(&bench.plain(), |machine| {
        // Where that cannot be seen, the names must fail all the same.
        if machine.lab().characteristics().is_ok_and(|bits| bits & SECURE_OPEN == 0) {
            bench.problem("the device lacks FILE_DEVICE_SECURE_OPEN");
        }
        let Some(mut session) = bench.session(machine, bench.rng(0)) else { return Ok(()) };
        for _ in bench.rounds(6000) {
            let mut rest = junk(&mut session.rng);
            rest.insert(0, u16::from(b'\\'));
            must_fail(&mut session, &rest);
        }
        drop(session);
        check_closed(bench, machine);
        Ok(())
    })
}

pub fn streams(bench: &Bench<'_>) -> Result<(), NotHere> {
    const TYPES: [&str; 6] =
        ["", ":$DATA", ":$INDEX_ALLOCATION", ":$BITMAP", "::$DATA", ":$ATTRIBUTE_LIST"];
    bench.on(&bench.plain(), |machine| {
        let Some(mut session) = bench.session(machine, bench.rng(0)) else { return Ok(()) };
        for _ in bench.rounds(3000) {
            let start = if session.rng.bool() { r"\" } else { "" };
            let mut name = junk(&mut session.rng);
            name.truncate(200);
            let kind = TYPES[session.rng.usize(0..TYPES.len())];
            let rest: Vec<u16> = start
                .encode_utf16()
                .chain([u16::from(b':')])
                .chain(name)
                .chain(kind.encode_utf16())
                .collect();
            must_fail(&mut session, &rest);
        }
        drop(session);
        check_closed(bench, machine);
        Ok(())
    })
}
