//! Requests that are wrong get the documented status, change nothing, and leak nothing.

use e2e::{Family, Machine, read, sender, settings};
use nthost::{File, Status};
use rx_abi::{
    Bind, BindOptions, Bound, Endpoint, IOCTL_BIND, IOCTL_INFO, IOCTL_RECEIVERS, IOCTL_STATS,
    IOCTL_UNBIND, Info, MAX_GROUPS, Mode, ReceiverList, Stats,
};
use winrx::Receiver;
use zerocopy::IntoBytes;

fn status(file: &File, code: u32, input: &[u8], output: usize) -> String {
    let mut buffer = vec![0xee; output];
    let completion = file.ioctl(code, input, &mut buffer);
    if !completion.status.is_success() {
        assert_eq!(completion.information, 0);
        assert!(buffer.iter().all(|&byte| byte == 0xee), "a refused request writes nothing");
    }
    completion.status.to_string()
}

fn loopback() -> Bind {
    let mut local = Endpoint { family: 2, ..Endpoint::default() };
    local.address[..4].copy_from_slice(&[127, 0, 0, 1]);
    Bind { local, ..Bind::default() }
}

fn bind(file: &File, bind: &Bind) -> String {
    status(file, IOCTL_BIND.value(), bind.as_bytes(), size_of::<Bound>())
}

/// A bind request with each field out of range, one at a time.
fn wrong_binds() -> Vec<(&'static str, Bind)> {
    let base = loopback();
    let options =
        |options: &[BindOptions]| options.iter().fold(0, |bits, option| bits | option.bits());
    let group = |family: u16, first: u8| {
        let mut groups = [Endpoint::default(); MAX_GROUPS];
        groups[0].family = family;
        groups[0].address[0] = first;
        groups
    };
    let mut address_tail = base.local;
    address_tail.address[4] = 1;
    vec![
        ("mode", Bind { mode: 5, ..base }),
        ("mode", Bind { mode: u32::MAX, ..base }),
        ("option", Bind { options: 1 << 6, ..base }),
        ("dual stack of IPv4", Bind { options: options(&[BindOptions::DUAL_STACK]), ..base }),
        (
            "shared and exclusive",
            Bind {
                options: options(&[BindOptions::REUSE_ADDRESS, BindOptions::EXCLUSIVE_ADDRESS]),
                ..base
            },
        ),
        ("queue too small", Bind { queue_bytes: (64 << 10) - 1, ..base }),
        ("queue too large", Bind { queue_bytes: (1 << 30) + 1, ..base }),
        ("queue of direct mode", Bind { mode: Mode::Direct as u32, queue_bytes: 1 << 20, ..base }),
        ("IRPs of event mode", Bind { requests: 1, ..base }),
        ("too many IRPs", Bind { mode: Mode::Irp as u32, requests: 1025, ..base }),
        ("IRPs too large", Bind { mode: Mode::Irp as u32, request_bytes: 65_528, ..base }),
        ("retention of event mode", Bind { retain_datagrams: 1, ..base }),
        ("too many retained", Bind { mode: Mode::Retain as u32, retain_datagrams: 4097, ..base }),
        (
            "too much retained",
            Bind { mode: Mode::Retain as u32, retain_bytes: (16 << 20) + 1, ..base },
        ),
        (
            "retained for too long",
            Bind { mode: Mode::Retain as u32, retain_microseconds: 1_000_001, ..base },
        ),
        ("group count", Bind { group_count: 17, ..base }),
        ("group of no family", Bind { group_count: 1, ..base }),
        ("group is none", Bind { group_count: 1, groups: group(2, 10), ..base }),
        ("group of the other family", Bind { group_count: 1, groups: group(23, 0xff), ..base }),
        ("reserved", Bind { reserved: 1, ..base }),
        ("family", Bind { local: Endpoint { family: 1, ..base.local }, ..base }),
        ("scope of IPv4", Bind { local: Endpoint { scope: 1, ..base.local }, ..base }),
        ("address of IPv4", Bind { local: address_tail, ..base }),
    ]
}

#[test]
fn a_bind_request_out_of_range_is_an_invalid_parameter() {
    let machine = Machine::default();
    let file = machine.open();
    for (what, request) in wrong_binds() {
        assert_eq!(bind(&file, &request), "STATUS_INVALID_PARAMETER", "{what}");
    }
    let version = Bind { abi_version: 99, ..loopback() };
    assert_eq!(bind(&file, &version), "STATUS_REVISION_MISMATCH");
    assert_eq!(bind(&file, &loopback()), "STATUS_SUCCESS", "nothing was changed");
    drop(file);
    machine.finish();
}

#[test]
fn sizes_are_checked() {
    let machine = Machine::default();
    let file = machine.open();
    let request = loopback();
    let bytes = request.as_bytes();
    let longer = [bytes, &[0]].concat();
    let bind_code = IOCTL_BIND.value();
    let bound = size_of::<Bound>();
    for input in [&[], &bytes[..1], &bytes[..bytes.len() - 1], &longer[..]] {
        assert_eq!(status(&file, bind_code, input, bound), "STATUS_INVALID_BUFFER_SIZE");
    }
    for output in [0, 1, bound - 1] {
        assert_eq!(status(&file, bind_code, bytes, output), "STATUS_BUFFER_TOO_SMALL");
    }
    let info = size_of::<Info>();
    assert_eq!(status(&file, IOCTL_INFO.value(), &[], info - 1), "STATUS_BUFFER_TOO_SMALL");
    assert_eq!(status(&file, bind_code, bytes, bound), "STATUS_SUCCESS", "nothing was bound");
    let stats = size_of::<Stats>();
    assert_eq!(status(&file, IOCTL_STATS.value(), &[], stats - 1), "STATUS_BUFFER_TOO_SMALL");
    assert_eq!(status(&file, IOCTL_STATS.value(), &[], stats + 1), "STATUS_SUCCESS");
    let list = size_of::<ReceiverList>();
    for output in [0, 1, list - 1] {
        let answer = status(&file, IOCTL_RECEIVERS.value(), &[], output);
        assert_eq!(answer, "STATUS_BUFFER_TOO_SMALL", "{output}");
    }
    for input in [&[0][..], &[0; 8], &[0; 216]] {
        for code in [IOCTL_INFO, IOCTL_STATS, IOCTL_UNBIND, IOCTL_RECEIVERS] {
            let answer = status(&file, code.value(), input, 4096);
            assert_eq!(answer, "STATUS_INVALID_BUFFER_SIZE");
        }
    }
    drop(file);
    machine.finish();
}

#[test]
fn unknown_control_codes_are_invalid_requests() {
    let machine = Machine::default();
    let file = machine.open();
    let info = IOCTL_INFO.value();
    // Other methods, other functions, other devices.
    for code in [info | 1, info | 2, info | 3, info + 0x100, 0, u32::MAX, info ^ (1 << 16)] {
        let status = status(&file, code, &[1; 64], 64);
        assert_eq!(status, "STATUS_INVALID_DEVICE_REQUEST", "{code:#x}");
    }
    drop(file);
    machine.finish();
}

#[test]
fn a_handle_is_bound_once_and_read_when_bound() {
    let machine = Machine::default();
    let file = machine.open();
    let state = "STATUS_INVALID_DEVICE_STATE";
    let read = file.read(&mut [0; 4096]);
    assert_eq!(read.status.to_string(), state);
    assert_eq!(status(&file, IOCTL_STATS.value(), &[], size_of::<Stats>()), state);
    assert_eq!(status(&file, IOCTL_UNBIND.value(), &[], 0), state);
    assert_eq!(bind(&file, &loopback()), "STATUS_SUCCESS");
    assert_eq!(bind(&file, &loopback()), state);
    assert_eq!(status(&file, IOCTL_UNBIND.value(), &[], 0), "STATUS_SUCCESS");
    assert_eq!(bind(&file, &loopback()), state, "a receiver is not bound again");
    let read = file.read(&mut [0; 4096]);
    assert_eq!(read.status.to_string(), "STATUS_END_OF_FILE");
    drop(file);
    machine.finish();
}

#[test]
fn a_buffer_too_small_for_a_record_leaves_the_record() {
    for mode in [Mode::Event, Mode::EventStatic, Mode::Retain, Mode::Irp] {
        let machine = Machine::default();
        let (receiver, bound) = machine.receive(&settings(mode, Family::V4));
        let socket = sender(Family::V4, bound.local);
        socket.send(&[7; 100]).unwrap();
        wait_until_held(&receiver, 1);
        // Sizes that no record fits into, and addresses that are not aligned.
        let mut memory = [0; 200];
        for length in [0, 1, 31, 87, 88, 187] {
            let completion = receiver.device().read(&mut memory[1..=length]);
            assert_eq!(completion.status.to_string(), "STATUS_BUFFER_TOO_SMALL", "{length}");
            assert_eq!(completion.information, 0);
        }
        assert_eq!(read(&receiver, 1)[0].payload, vec![7; 100], "{mode:?}");
        drop(receiver);
        machine.finish();
    }
}

#[test]
fn direct_mode_needs_room_for_the_headers() {
    let machine = Machine::default();
    let (receiver, _) = machine.receive(&settings(Mode::Direct, Family::V4));
    for length in [0, 1, 88, 95] {
        let completion = receiver.device().read(&mut vec![0; length]);
        assert_eq!(completion.status.to_string(), "STATUS_BUFFER_TOO_SMALL", "{length}");
    }
    drop(receiver);
    machine.finish();
}

#[test]
fn buffers_may_begin_anywhere() {
    let machine = Machine::default();
    for mode in Mode::ALL {
        let (receiver, bound) = machine.receive(&settings(mode, Family::V4));
        let socket = sender(Family::V4, bound.local);
        for offset in 0..8 {
            socket.send(b"hello").unwrap();
            let mut memory = vec![0; 4096];
            let completion = receiver.device().read(&mut memory[offset..]);
            assert_eq!(completion.status, Status::new(0), "{mode:?}");
            let bytes = &memory[offset..][..completion.information];
            let record = rx_abi::Records::new(bytes).next().unwrap().unwrap();
            assert_eq!(record.payload, b"hello");
        }
    }
    machine.finish();
}

fn wait_until_held(receiver: &Receiver<File>, count: u64) {
    while receiver.stats().unwrap().received < count {
        std::thread::yield_now();
    }
}
