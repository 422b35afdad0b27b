//! Traffic of ordinary programs between two namespaces, captured by ndisrx and by tcpdump beside it.

use std::{
    fs,
    io::{Read, Write},
    net::{Ipv4Addr, TcpListener, TcpStream, UdpSocket},
    path::Path,
    process::Command,
    thread,
    time::{Duration, Instant},
};

use e2e::{
    netns::{FAR, FAR_MAC, NEAR, NEAR_MAC, Wire},
    raw::Raw,
};
use tempfile::TempDir;

use crate::{
    captured::{self, Captured},
    program::{Capturing, winrx},
};

/// How long what is on its way may take.
const LIMIT: Duration = Duration::from_secs(20);

/// What datagrams hold that are sent until both capture, and then before and behind the traffic of a test.
const MARKS: [&[u8]; 3] = [b"is anybody there?", b"the traffic begins", b"the traffic has ended"];

/// Captures what happens in `traffic` with both, and returns the frames: of winrx, and of tcpdump.
fn both(options: &[&str], traffic: impl FnOnce(&Wire)) -> [Vec<Captured>; 2] {
    let (wire, folder) = (Wire::new(), TempDir::new().unwrap());
    let (ours, theirs) = (folder.path().join("winrx.pcapng"), folder.path().join("tcpdump.pcap"));
    let mut tcpdump = Command::new("tcpdump");
    // Room for all frames of a test, and whose rights it has.
    tcpdump.args(["-i", NEAR, "-U", "-B", "65536", "--time-stamp-precision=nano", "-Z", "root"]);
    tcpdump.arg("-w").arg(&theirs);
    let tcpdump = Capturing::start(tcpdump, &wire.near, "listening on");
    let mut command = winrx(["--adapter", "packet:near0", "--promisc"]);
    command.args(options).arg("-w").arg(&ours);
    let winrx = Capturing::start(command, &wire.near, "capturing from");
    let sender = wire.far.run(|| UdpSocket::bind("192.0.2.2:0")).unwrap();
    let [called, begin, end] = MARKS;
    let mark = |mark: &[u8], again: bool| {
        let sent = Instant::now();
        sender.send_to(mark, "192.0.2.1:9").unwrap();
        while !(has(&ours, mark) && has(&theirs, mark)) {
            assert!(sent.elapsed() < LIMIT, "a datagram is captured");
            thread::sleep(Duration::from_millis(20));
            if again {
                sender.send_to(mark, "192.0.2.1:9").unwrap();
            }
        }
    };
    mark(called, true);
    // All that follows is answered at once.
    wire.far.command("ping", "-c 1 -W 5 192.0.2.1");
    mark(begin, false);
    traffic(&wire);
    mark(end, false);
    let said = winrx.stop();
    assert!(said.contains(" 0 dropped"), "{said}");
    let said = tcpdump.stop();
    assert!(said.contains("0 packets dropped by kernel"), "{said}");
    [captured::pcapng(&ours), captured::pcap(&theirs)].map(between_marks)
}

/// True if a file that is being written has these bytes.
fn has(file: &Path, mark: &[u8]) -> bool {
    fs::read(file).is_ok_and(|bytes| bytes.windows(mark.len()).any(|window| window == mark))
}

/// The frames of the traffic.
fn between_marks(mut frames: Vec<Captured>) -> Vec<Captured> {
    let place = |frames: &[Captured], mark: &[u8]| {
        frames.iter().position(|frame| frame.bytes.ends_with(mark)).expect("the mark is there")
    };
    frames.truncate(place(&frames, MARKS[2]));
    let first = place(&frames, MARKS[1]);
    frames.split_off(first)
}

/// Checks that both captured the same, frame by frame: what came, in order; and what was sent, in order.
fn assert_same([ours, theirs]: &[Vec<Captured>; 2]) {
    let is_from_far = |frame: &Captured| frame.bytes.get(6..12) == Some(&FAR_MAC[..]);
    for from_far in [true, false] {
        let of = |frames: &[Captured]| {
            let frames = frames.iter().filter(|one| is_from_far(one) == from_far);
            frames.map(|frame| (frame.length, frame.bytes.clone())).collect::<Vec<_>>()
        };
        let times: Vec<_> =
            ours.iter().filter(|one| is_from_far(one) == from_far).map(|one| one.time).collect();
        let (ours, theirs) = (of(ours), of(theirs));
        for (number, (our, their)) in ours.iter().zip(&theirs).enumerate() {
            assert_eq!(our, their, "frame {number}, from the far end: {from_far}");
        }
        assert_eq!(ours.len(), theirs.len(), "from the far end: {from_far}");
        assert!(times.is_sorted(), "times do not go back");
    }
}

/// How many frames have these bytes at this place.
fn count(frames: &[Captured], at: usize, bytes: &[u8]) -> usize {
    frames.iter().filter(|frame| frame.bytes.get(at..at + bytes.len()) == Some(bytes)).count()
}

#[test]
fn pings() {
    let captured = both(&[], |wire| {
        wire.far.command("ping", "-c 20 -i 0.01 -s 100 192.0.2.1");
        wire.far.command("ping", "-c 5 -i 0.01 -s 1400 fd00::1");
        // In fragments.
        wire.far.command("ping", "-c 3 -i 0.01 -s 8000 192.0.2.1");
    });
    assert_same(&captured);
    let [ours, _] = &captured;
    // Echo requests and replies.
    assert!(count(ours, 34, &[8, 0]) >= 20 && count(ours, 34, &[0, 0]) >= 20);
    assert!(count(ours, 54, &[128, 0]) >= 5 && count(ours, 54, &[129, 0]) >= 5);
}

#[test]
fn datagrams() {
    let captured = both(&[], |wire| {
        let receiver = wire.near.run(|| UdpSocket::bind("192.0.2.1:5000")).unwrap();
        let sender = wire.far.run(|| UdpSocket::bind("192.0.2.2:5001")).unwrap();
        for number in 0..2000_usize {
            let length = number * 37 % 1473;
            sender.send_to(&vec![0x5a; length], "192.0.2.1:5000").unwrap();
            receiver.recv(&mut [0; 2000]).unwrap();
        }
    });
    assert_same(&captured);
    assert!(count(&captured[0], 34, &[0x13, 0x89, 0x13, 0x88]) == 2000);
}

#[test]
fn a_transfer_over_tcp() {
    const BYTES: usize = 3 << 20;
    let captured = both(&["--queue", "64m"], |wire| {
        let listener = wire.near.run(|| TcpListener::bind("192.0.2.1:5000")).unwrap();
        thread::scope(|scope| {
            scope.spawn(|| {
                let mut to = wire.far.run(|| TcpStream::connect("192.0.2.1:5000")).unwrap();
                to.write_all(&vec![0xa5; BYTES]).unwrap();
            });
            let (mut from, _) = listener.accept().unwrap();
            assert_eq!(from.read_to_end(&mut Vec::new()).unwrap(), BYTES);
        });
    });
    assert_same(&captured);
}

#[test]
fn tagged_frames() {
    let captured = both(&[], |wire| {
        let far = Raw::new(&wire.far, FAR);
        for number in 0..100_u8 {
            // Priority 3 and VLAN 5; the same behind a tag of a provider; only a priority.
            for tags in [
                &[0x81, 0, 0x60, 5][..],
                &[0x88, 0xa8, 0, 7, 0x81, 0, 0, 5],
                &[0x81, 0, 0, 6, 0x81, 0, 0, 5],
                &[0x81, 0, 0x40, 0],
            ] {
                let rest = [tags, &[0x88, 0xb5, number]].concat();
                far.send(&[&NEAR_MAC[..], &FAR_MAC, &rest, &[number; 60]].concat());
            }
        }
    });
    assert_same(&captured);
    assert_eq!(count(&captured[0], 12, &[0x81, 0, 0x60, 5, 0x88, 0xb5]), 100);
    assert_eq!(count(&captured[0], 12, &[0x81, 0, 0, 6, 0x81, 0, 0, 5, 0x88, 0xb5]), 100);
}

#[test]
fn multicast() {
    let group = Ipv4Addr::new(239, 1, 2, 3);
    let captured = both(&[], |wire| {
        let receiver = wire.near.run(|| UdpSocket::bind("0.0.0.0:5000")).unwrap();
        receiver.join_multicast_v4(&group, &Ipv4Addr::new(192, 0, 2, 1)).unwrap();
        let sender = wire.far.run(|| UdpSocket::bind("192.0.2.2:5001")).unwrap();
        wire.far.ip("route add 239.0.0.0/8 dev far0");
        for number in 0..100_u8 {
            sender.send_to(&[number; 200], (group, 5000)).unwrap();
            receiver.recv(&mut [0; 300]).unwrap();
        }
    });
    assert_same(&captured);
    assert_eq!(count(&captured[0], 0, &[1, 0, 0x5e, 1, 2, 3]), 100);
}

#[test]
fn in_mode_retain() {
    let captured = both(&["--mode", "retain"], |wire| {
        wire.far.command("ping", "-c 50 -i 0.005 -s 1000 192.0.2.1");
    });
    assert_same(&captured);
}
