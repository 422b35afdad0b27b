//! Calls of programs whose buffers are not what they say.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use super::rig::{Asked, Plan, Rig};
use crate::{
    Buffer, Call, Open, OpenKind, Protection, Status,
    nt::{
        CTL_CODE, DO_BUFFERED_IO, DO_DIRECT_IO, FILE_ANY_ACCESS, FILE_CREATE_TREE_CONNECTION,
        FILE_DEVICE_UNKNOWN, FILE_READ_ACCESS, FILE_READ_DATA, FILE_WRITE_ACCESS, IRP_MJ_CLEANUP,
        IRP_MJ_CLOSE, IRP_MJ_CREATE, IRP_MJ_CREATE_MAILSLOT, IRP_MJ_CREATE_NAMED_PIPE,
        IRP_MJ_FILE_SYSTEM_CONTROL, IRP_MJ_LOCK_CONTROL, IRP_MJ_PNP, IRP_MJ_QUERY_EA,
        METHOD_BUFFERED, METHOD_IN_DIRECT, METHOD_NEITHER, METHOD_OUT_DIRECT, NTSTATUS,
        STATUS_ACCESS_DENIED, STATUS_ACCESS_VIOLATION, STATUS_INVALID_FILE_FOR_SECTION,
        STATUS_INVALID_SECURITY_DESCR, STATUS_SUCCESS,
    },
};

/// A driver that does as told with everything but opening and closing, and counts what it gets.
fn rig(
    flags: u32,
    does: impl Fn(Asked) -> NTSTATUS + Send + Sync + 'static,
) -> (Rig, Arc<AtomicUsize>) {
    let count = Arc::new(AtomicUsize::new(0));
    let seen = Arc::clone(&count);
    let plan = Plan::new(move |asked| match asked.major {
        IRP_MJ_CREATE | IRP_MJ_CLEANUP | IRP_MJ_CLOSE => asked.complete(STATUS_SUCCESS, 0),
        _ => {
            seen.fetch_add(1, Ordering::Relaxed);
            does(asked)
        }
    });
    (Plan { flags, ..plan }.load(), count)
}

const fn code(method: u32) -> u32 {
    CTL_CODE(FILE_DEVICE_UNKNOWN, 0x800, method, FILE_ANY_ACCESS)
}

const VIOLATION: Result<usize, Status> = Err(Status::new(STATUS_ACCESS_VIOLATION));

#[test]
fn wild_buffers_do_not_reach_the_driver_but_by_the_method_neither() {
    for flags in [DO_BUFFERED_IO, DO_DIRECT_IO, 0] {
        let (rig, count) = rig(flags, |asked| asked.complete(STATUS_SUCCESS, 0));
        let memory = rig.kernel.user_memory(4096).unwrap();
        let good = memory.buffer(0, 8);
        for bad in [
            Buffer { address: 8, length: 8 },
            Buffer { address: usize::MAX - 3, length: 8 },
            memory.buffer(4090, 8),
            memory.buffer(0, u32::MAX),
        ] {
            let file = rig.open();
            assert_eq!(file.call(&Call::read(bad, 0, 0)).ok(), VIOLATION);
            assert_eq!(file.call(&Call::write(bad, 0, 0)).ok(), VIOLATION);
            for method in [METHOD_BUFFERED, METHOD_IN_DIRECT, METHOD_OUT_DIRECT] {
                let code = code(method);
                assert_eq!(file.call(&Call::device_control(code, bad, good)).ok(), VIOLATION);
                assert_eq!(file.call(&Call::fs_control(code, good, bad)).ok(), VIOLATION);
            }
            assert_eq!(file.call(&Call::query_information(4, bad)).ok(), VIOLATION);
            assert_eq!(file.call(&Call::set_information(4, bad)).ok(), VIOLATION);
            assert_eq!(file.call(&Call::query_ea(bad, 0, good)).ok(), VIOLATION);
            assert_eq!(file.call(&Call::query_quota(bad, 0, good)).ok(), VIOLATION);
            assert_eq!(file.call(&Call::set_ea(bad)).ok(), VIOLATION);
            assert_eq!(file.call(&Call::query_security(4, bad)).ok(), VIOLATION);
            assert_eq!(file.call(&Call::set_security(4, bad)).ok(), VIOLATION);
            assert_eq!(file.call(&Call::query_directory(1, vec![42], 0, bad)).ok(), VIOLATION);
            assert_eq!(count.load(Ordering::Relaxed), 0);
            assert_eq!(
                file.call(&Call::device_control(code(METHOD_NEITHER), bad, bad)).ok(),
                Ok(0)
            );
            assert_eq!(count.swap(0, Ordering::Relaxed), 1);
        }
        drop(memory);
        rig.finish();
    }
}

#[test]
fn no_address_is_no_buffer_but_where_it_is_locked() {
    let (rig, _) = rig(0, |asked| {
        // SAFETY: all requests here are control requests.
        let control = unsafe { asked.location().Parameters.DeviceIoControl };
        assert_eq!(control.InputBufferLength, 0);
        asked.complete(STATUS_SUCCESS, 0)
    });
    let file = rig.open();
    let nothing = Buffer { address: 0, length: 16 };
    let call = |method| file.call(&Call::device_control(code(method), nothing, nothing)).ok();
    assert_eq!(call(METHOD_BUFFERED), Ok(0));
    assert_eq!((call(METHOD_IN_DIRECT), call(METHOD_OUT_DIRECT)), (VIOLATION, VIOLATION));
    drop(file);
    rig.finish();
}

#[test]
fn memory_can_change_while_a_request_uses_it() {
    for (method, expected) in [(METHOD_BUFFERED, VIOLATION), (METHOD_OUT_DIRECT, Ok(4))] {
        let kernel = crate::Kernel::builder().build().unwrap();
        let memory = Arc::new(kernel.user_memory(1).unwrap());
        let changed = Arc::clone(&memory);
        let plan = Plan::new(move |asked| {
            if matches!(asked.major, IRP_MJ_CREATE | IRP_MJ_CLEANUP | IRP_MJ_CLOSE) {
                return asked.complete(STATUS_SUCCESS, 0);
            }
            changed.protect(Protection::NoAccess).unwrap();
            let packet = asked.packet();
            // SAFETY: the request has one of both.
            let to = match unsafe { packet.MdlAddress.as_mut() } {
                Some(mdl) => crate::mm::system_address(mdl),
                // SAFETY: a control request uses this member of the union.
                None => unsafe { packet.AssociatedIrp.SystemBuffer },
            };
            // SAFETY: both are as long.
            unsafe { to.cast::<[u8; 4]>().write(*b"done") };
            asked.complete(STATUS_SUCCESS, 4)
        });
        let rig = plan.load_into(&kernel).unwrap();
        let call = Call::device_control(code(method), Buffer::NONE, memory.buffer(0, 4));
        let file = rig.open();
        assert_eq!(file.call(&call).ok(), expected);
        let mut read = [0; 4];
        memory.read(0, &mut read);
        assert_eq!(&read, if expected.is_ok() { b"done" } else { &[0; 4] });
        // Nothing can be locked or written there any more.
        assert_eq!(file.call(&call).ok(), VIOLATION);
        memory.protect(Protection::ReadOnly).unwrap();
        assert_eq!(file.call(&call).ok(), VIOLATION);
        drop(file);
        drop(memory);
        rig.finish();
    }
}

#[test]
fn everything_can_be_asked() {
    let (rig, count) = rig(0, |asked| {
        let location = asked.location();
        match asked.major {
            IRP_MJ_LOCK_CONTROL => {
                // SAFETY: it is one.
                let lock = unsafe { location.Parameters.LockControl };
                // SAFETY: the system passes its length by a pointer.
                let length = unsafe { lock.Length.read() };
                // SAFETY: any may be read.
                assert_eq!(unsafe { length.QuadPart }, 5);
                // SAFETY: any may be read.
                assert_eq!((lock.Key, unsafe { lock.ByteOffset.QuadPart }), (9, 7));
            }
            IRP_MJ_QUERY_EA => {
                // SAFETY: it is one.
                let ea = unsafe { location.Parameters.QueryEa };
                // SAFETY: it is a copy of the list.
                assert_eq!(unsafe { ea.EaList.cast::<u8>().read() }, 0x5a);
                assert_eq!((ea.Length, ea.EaListLength), (8, 1));
            }
            IRP_MJ_PNP => assert!(location.FileObject.is_null()),
            IRP_MJ_FILE_SYSTEM_CONTROL => {
                // SAFETY: it is one.
                let control = unsafe { location.Parameters.FileSystemControl };
                assert_eq!(control.FsControlCode, code(METHOD_BUFFERED));
            }
            _ => {}
        }
        asked.complete(STATUS_SUCCESS, 0)
    });
    let memory = rig.kernel.user_memory(64).unwrap();
    memory.write(0, &[0x5a; 64]);
    let (buffer, list) = (memory.buffer(8, 8), memory.buffer(0, 1));
    let file = rig.open();
    let calls = [
        Call::lock(1, 7, 5, 9, 0),
        Call::query_ea(list, 0, buffer),
        Call::set_ea(buffer),
        Call::query_quota(Buffer::NONE, 0, buffer),
        Call::set_quota(buffer),
        Call::query_directory(1, "*".encode_utf16().collect(), 0, buffer),
        Call::notify_directory(1, 0, buffer),
        Call::query_volume(1, buffer),
        Call::set_volume(1, buffer),
        Call::query_security(4, buffer),
        Call::flush(0),
        Call::fs_control(code(METHOD_BUFFERED), buffer, Buffer::NONE),
        Call::of_driver(IRP_MJ_PNP, 7, [0; 4]),
    ];
    for call in &calls {
        assert_eq!(file.call(call).ok(), Ok(0), "{call:?}");
    }
    assert_eq!(count.load(Ordering::Relaxed), calls.len());
    let wrong = file.call(&Call::set_security(4, buffer));
    assert_eq!(wrong.status, Status::new(STATUS_INVALID_SECURITY_DESCR));
    assert_eq!(file.create_section(), Status::new(STATUS_INVALID_FILE_FOR_SECTION));
    drop((file, memory));
    rig.finish();
}

#[test]
fn handles_may_do_what_they_were_opened_for() {
    let (rig, _) = rig(0, |asked| asked.complete(STATUS_SUCCESS, 0));
    let name: Vec<u16> = r"\\.\Test".encode_utf16().collect();
    let file = rig.kernel.open_as(&name, Open { access: FILE_READ_DATA, ..Open::default() });
    let file = file.unwrap();
    let denied = Err(Status::new(STATUS_ACCESS_DENIED));
    let control = |access| {
        let code = CTL_CODE(FILE_DEVICE_UNKNOWN, 0x800, METHOD_BUFFERED, access);
        file.call(&Call::device_control(code, Buffer::NONE, Buffer::NONE)).ok()
    };
    assert_eq!(control(FILE_ANY_ACCESS), Ok(0));
    assert_eq!(control(FILE_READ_ACCESS), Ok(0));
    assert_eq!(control(FILE_WRITE_ACCESS), denied);
    assert_eq!(control(FILE_READ_ACCESS | FILE_WRITE_ACCESS), denied);
    assert_eq!(file.call(&Call::read(Buffer::NONE, 0, 0)).ok(), Ok(0));
    assert_eq!(file.call(&Call::write(Buffer::NONE, 0, 0)).ok(), denied);
    drop(file);
    rig.finish();
}

#[test]
fn names_need_not_be_text_and_pipes_are_no_files() {
    let seen = Arc::new(parking_lot::Mutex::new(Vec::new()));
    let noted = Arc::clone(&seen);
    let rig = Plan::new(move |asked| {
        if matches!(asked.major, IRP_MJ_CREATE | IRP_MJ_CREATE_NAMED_PIPE | IRP_MJ_CREATE_MAILSLOT)
        {
            let location = asked.location();
            // SAFETY: an open has a file object with a name.
            let name = unsafe { (*location.FileObject).FileName };
            let units = usize::from(name.Length / 2);
            let name = (0..units).map(|at| {
                // SAFETY: the name is that long.
                unsafe { name.Buffer.wrapping_add(at).read() }
            });
            // SAFETY: all ways to open have their options there.
            let options = unsafe { location.Parameters.Create }.Options & 0x00ff_ffff;
            noted.lock().push((asked.major, options, name.collect::<Vec<_>>()));
        }
        asked.complete(STATUS_SUCCESS, 0)
    })
    .load();
    let base: Vec<u16> = r"\Device\Test".encode_utf16().collect();
    let tails: [&[u16]; 4] = [&[], &[92, 0xd800, 0, 0xdfff], &[92, 92], &[92, 0xd83d, 0xde00]];
    for tail in tails {
        drop(rig.kernel.open_as(&[&base, tail].concat(), Open::default()).unwrap());
        assert_eq!(seen.lock().pop(), Some((IRP_MJ_CREATE, 0, tail.to_vec())));
    }
    let open = |kind, options| {
        let how = Open { kind, options, ..Open::default() };
        drop(rig.kernel.open_as(&base, how).unwrap());
        seen.lock().pop().map(|(major, options, _)| (major, options))
    };
    assert_eq!(open(OpenKind::NamedPipe, 1), Some((IRP_MJ_CREATE_NAMED_PIPE, 1)));
    assert_eq!(open(OpenKind::Mailslot, 2), Some((IRP_MJ_CREATE_MAILSLOT, 2)));
    let tree = FILE_CREATE_TREE_CONNECTION;
    assert_eq!(open(OpenKind::File, tree), Some((IRP_MJ_CREATE, tree)));
    rig.finish();
}
