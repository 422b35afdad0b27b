//! Buffers of requests.

use std::ptr;

use super::rig::{Asked, Plan, Rig};
use crate::{
    Status,
    nt::{
        CTL_CODE, DO_BUFFERED_IO, DO_DIRECT_IO, FILE_ANY_ACCESS, FILE_DEVICE_UNKNOWN,
        IRP_MJ_DEVICE_CONTROL, IRP_MJ_READ, IRP_MJ_WRITE, MDL, MDL_MAPPED_TO_SYSTEM_VA,
        MDL_PAGES_LOCKED, MDL_WRITE_OPERATION, METHOD_BUFFERED, METHOD_IN_DIRECT, METHOD_NEITHER,
        METHOD_OUT_DIRECT, NTSTATUS, STATUS_BUFFER_OVERFLOW, STATUS_SUCCESS, STATUS_UNSUCCESSFUL,
    },
};

fn rig(flags: u32, transfer: impl Fn(Asked) -> NTSTATUS + Send + Sync + 'static) -> Rig {
    let plan = Plan::new(move |asked| match asked.major {
        IRP_MJ_READ | IRP_MJ_WRITE | IRP_MJ_DEVICE_CONTROL => transfer(asked),
        _ => asked.complete(STATUS_SUCCESS, 0),
    });
    Plan { flags, ..plan }.load()
}

fn bytes<'a>(start: *mut core::ffi::c_void, length: usize) -> &'a mut [u8] {
    assert!(!start.is_null());
    // SAFETY: the test knows how long the buffer is.
    unsafe { std::slice::from_raw_parts_mut(start.cast(), length) }
}

fn system_buffer(asked: Asked) -> *mut core::ffi::c_void {
    // SAFETY: a request of a program uses this member of the union.
    unsafe { asked.packet().AssociatedIrp.SystemBuffer }
}

fn mdl<'a>(asked: Asked) -> &'a MDL {
    // SAFETY: the MDL of an IRP is valid as long as the driver has it.
    unsafe { asked.packet().MdlAddress.as_ref() }.unwrap()
}

fn read_length(asked: Asked) -> usize {
    // SAFETY: it is a read, or a write, which is the same.
    unsafe { asked.location().Parameters.Read }.Length as usize
}

/// Reads, and returns what was read and how the request ended.
fn read(rig: &Rig, length: usize) -> (Vec<u8>, Result<usize, Status>) {
    let mut buffer = vec![0; length];
    let completion = rig.open().read(&mut buffer);
    (buffer, completion.ok())
}

#[test]
fn buffered_reads_are_copied() {
    let rig = rig(DO_BUFFERED_IO, |asked| {
        assert!(asked.packet().MdlAddress.is_null());
        let length = read_length(asked);
        let buffer = bytes(system_buffer(asked), length);
        assert!(buffer.iter().all(|&byte| byte == 0xcd));
        buffer.copy_from_slice(b"abcd");
        asked.complete(STATUS_SUCCESS, 3)
    });
    assert_eq!(read(&rig, 4), (b"abc\0".to_vec(), Ok(3)));
    rig.finish();
}

#[test]
fn direct_reads_have_a_locked_mdl() {
    let rig = rig(DO_DIRECT_IO, |asked| {
        assert!(system_buffer(asked).is_null());
        let mdl = mdl(asked);
        assert_eq!(mdl.MdlFlags & MDL_MAPPED_TO_SYSTEM_VA, 0);
        assert_ne!(mdl.MdlFlags & MDL_PAGES_LOCKED, 0);
        assert_ne!(mdl.MdlFlags & MDL_WRITE_OPERATION, 0);
        assert_eq!(mdl.ByteCount as usize, read_length(asked));
        let address = mdl.StartVa.wrapping_byte_add(mdl.ByteOffset as usize);
        bytes(address, 10_000).fill(7);
        asked.complete(STATUS_SUCCESS, 10_000)
    });
    assert_eq!(read(&rig, 10_000), (vec![7; 10_000], Ok(10_000)));
    rig.finish();
}

#[test]
fn other_reads_have_an_address() {
    let rig = rig(0, |asked| {
        assert!(asked.packet().MdlAddress.is_null() && system_buffer(asked).is_null());
        bytes(asked.packet().UserBuffer, 2).copy_from_slice(b"ok");
        asked.complete(STATUS_SUCCESS, 2)
    });
    assert_eq!(read(&rig, 2), (b"ok".to_vec(), Ok(2)));
    rig.finish();
}

#[test]
fn reads_of_nothing_have_no_buffer() {
    for flags in [0, DO_BUFFERED_IO, DO_DIRECT_IO] {
        let rig = rig(flags, |asked| {
            assert!(asked.packet().MdlAddress.is_null() && system_buffer(asked).is_null());
            assert!(asked.packet().UserBuffer.is_null());
            assert_eq!(read_length(asked), 0);
            asked.complete(STATUS_SUCCESS, 0)
        });
        assert_eq!(read(&rig, 0).1, Ok(0));
        rig.finish();
    }
}

#[test]
fn warnings_return_data_and_errors_do_not() {
    for (status, expected) in [(STATUS_BUFFER_OVERFLOW, b"abcd"), (STATUS_UNSUCCESSFUL, &[0; 4])] {
        let rig = rig(DO_BUFFERED_IO, move |asked| {
            bytes(system_buffer(asked), 4).copy_from_slice(b"abcd");
            asked.complete(status, 4)
        });
        let mut buffer = [0; 4];
        let completion = rig.open().read(&mut buffer);
        assert_eq!((completion.status, completion.information), (Status::new(status), 4));
        assert_eq!(completion.ok(), Err(Status::new(status)));
        assert_eq!(&buffer, expected);
        rig.finish();
    }
}

#[test]
fn writes_come_with_their_data() {
    for flags in [0, DO_BUFFERED_IO, DO_DIRECT_IO] {
        let rig = rig(flags, |asked| {
            let packet = asked.packet();
            // SAFETY: the device is that of the test.
            let start = match unsafe { (*asked.device).Flags } & (DO_BUFFERED_IO | DO_DIRECT_IO) {
                DO_BUFFERED_IO => system_buffer(asked),
                DO_DIRECT_IO => {
                    let mdl = mdl(asked);
                    assert_eq!(mdl.MdlFlags & MDL_WRITE_OPERATION, 0);
                    mdl.StartVa.wrapping_byte_add(mdl.ByteOffset as usize)
                }
                _ => packet.UserBuffer,
            };
            assert_eq!(bytes(start, read_length(asked)), b"data");
            asked.complete(STATUS_SUCCESS, 4)
        });
        let file = rig.open();
        assert_eq!(file.write(b"data").ok(), Ok(4));
        let (completion, data) = file.start_write(b"data".to_vec()).wait();
        assert_eq!((completion.ok(), data), (Ok(4), b"data".to_vec()));
        drop(file);
        rig.finish();
    }
}

const fn code(method: u32) -> u32 {
    CTL_CODE(FILE_DEVICE_UNKNOWN, 0x800, method, FILE_ANY_ACCESS)
}

/// A driver that returns each byte of the input plus one, by whatever method.
fn incrementing() -> Rig {
    rig(0, |asked| {
        // SAFETY: it is a control request.
        let control = unsafe { asked.location().Parameters.DeviceIoControl };
        let [room, given] = [control.OutputBufferLength, control.InputBufferLength];
        let [room, given] = [room as usize, given as usize];
        let (input, output) = match control.IoControlCode & 3 {
            METHOD_BUFFERED => (system_buffer(asked), system_buffer(asked)),
            METHOD_NEITHER => (control.Type3InputBuffer, asked.packet().UserBuffer),
            _ => {
                let mdl = mdl(asked);
                (system_buffer(asked), mdl.StartVa.wrapping_byte_add(mdl.ByteOffset as usize))
            }
        };
        let input = bytes(input, given).to_vec();
        let length = room.min(given);
        for (to, from) in bytes(output, length).iter_mut().zip(input) {
            *to = from + 1;
        }
        asked.complete(STATUS_SUCCESS, length)
    })
}

#[test]
fn control_requests_by_all_methods() {
    let rig = incrementing();
    let file = rig.open();
    for method in [METHOD_BUFFERED, METHOD_IN_DIRECT, METHOD_OUT_DIRECT, METHOD_NEITHER] {
        let mut output = [0; 4];
        let completion = file.ioctl(code(method), &[1, 2, 3], &mut output);
        assert_eq!((completion.ok(), output), (Ok(3), [2, 3, 4, 0]), "method {method}");
        let pending = file.start_ioctl(code(method), vec![8, 9], 1);
        let (completion, output) = pending.wait();
        assert_eq!((completion.ok(), output), (Ok(1), vec![9]), "method {method}");
    }
    drop(file);
    rig.finish();
}

#[test]
fn control_requests_without_buffers() {
    let rig = rig(0, |asked| {
        assert_eq!(system_buffer(asked), ptr::null_mut());
        assert!(asked.packet().MdlAddress.is_null() && asked.packet().UserBuffer.is_null());
        asked.complete(STATUS_SUCCESS, 0)
    });
    let file = rig.open();
    for method in [METHOD_BUFFERED, METHOD_IN_DIRECT, METHOD_OUT_DIRECT, METHOD_NEITHER] {
        assert_eq!(file.ioctl(code(method), &[], &mut []).ok(), Ok(0));
    }
    drop(file);
    rig.finish();
}

#[test]
fn many_threads_use_one_file() {
    let rig = incrementing();
    let file = rig.open();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for value in 0..200 {
                    let mut output = [0];
                    let completion = file.ioctl(code(METHOD_BUFFERED), &[value], &mut output);
                    assert_eq!((completion.ok(), output), (Ok(1), [value + 1]));
                }
            });
        }
    });
    drop(file);
    rig.finish();
}
