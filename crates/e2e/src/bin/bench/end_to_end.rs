//! How many datagrams of real sockets get to a program, in comparison with a program without a driver.
//!
//! A thread sends as fast as it can to one socket after the other. What arrives counts, not what is sent.

use std::{
    io::{IoSlice, IoSliceMut},
    net::{SocketAddr, UdpSocket},
    os::fd::AsRawFd,
    sync::atomic::{AtomicBool, Ordering},
    thread,
    time::{Duration, Instant},
};

use e2e::{Family, Machine, sender, settings};
use nix::{
    errno::Errno,
    sys::socket::{
        MsgFlags, MultiHeaders, SockaddrStorage, recvmmsg, sendmmsg, setsockopt, sockopt::RcvBuf,
    },
};
use serde::Serialize;
use winrx::{Mode, Settings};

use crate::{
    measure::{kernel, median},
    table::Table,
};

/// What the figures are.
pub const ABOUT: &str = "Thousand datagrams a second from a socket of this machine to a program: `plain` \
    with recvmmsg, `hosted` through\nthe driver in the hosted kernel, in turns.";

const SIZES: [usize; 3] = [64, 1400, 65_507];

/// How often each is measured, and for how long.
const TIMES: usize = 5;
const DURATION: Duration = Duration::from_millis(120);

/// With how many datagrams each begins: the hosted socket has memory for half as many.
const WARMING: usize = 2048;

/// How many datagrams a call of the system sends or receives at most.
const BATCH: usize = 64;

/// The largest datagram.
const LARGEST: usize = 65_536;

/// The rate in a mode.
#[derive(Serialize)]
pub struct Row {
    mode: &'static str,
    bytes: usize,
    plain_per_second: f64,
    hosted_per_second: f64,
    ratio: f64,
}

impl Table for Row {
    const HEADS: &'static [&'static str] = &["mode", "bytes", "plain", "hosted", "ratio"];

    fn cells(&self) -> Vec<String> {
        let Self { mode, bytes, plain_per_second, hosted_per_second, ratio } = self;
        let thousands = |rate: &f64| format!("{:.1}", rate / 1000.0);
        vec![
            (*mode).into(),
            bytes.to_string(),
            thousands(plain_per_second),
            thousands(hosted_per_second),
            format!("{ratio:.2}"),
        ]
    }
}

/// Measures every mode with some sizes.
///
/// # Errors
///
/// If a socket cannot be used.
pub fn run() -> nix::Result<Vec<Row>> {
    let mut rows = Vec::new();
    for mode in Mode::ALL {
        for bytes in SIZES {
            let pairs: Vec<(f64, f64)> = (0..TIMES)
                .map(|_| Ok((plain(bytes)?, hosted(mode, bytes)?)))
                .collect::<nix::Result<_>>()?;
            rows.push(Row {
                mode: mode.name(),
                bytes,
                plain_per_second: median(pairs.iter().map(|pair| pair.0)),
                hosted_per_second: median(pairs.iter().map(|pair| pair.1)),
                ratio: median(pairs.iter().map(|(plain, hosted)| hosted / plain)),
            });
        }
    }
    Ok(rows)
}

/// Datagrams a second that a program gets with recvmmsg.
fn plain(bytes: usize) -> nix::Result<f64> {
    let socket = UdpSocket::bind(Family::V4.loopback()).expect("a socket");
    let wanted = settings(Mode::Event, Family::V4).receive_buffer.unwrap_or_default();
    setsockopt(&socket, RcvBuf, &(wanted as usize))?;
    let to = socket.local_addr().expect("it is bound");
    let mut memory = vec![vec![0; LARGEST]; BATCH];
    let mut headers = MultiHeaders::<SockaddrStorage>::preallocate(BATCH, None);
    under_load(to, bytes, || {
        let mut pieces: Vec<_> = memory.iter_mut().map(|bytes| [IoSliceMut::new(bytes)]).collect();
        let flags = MsgFlags::MSG_WAITFORONE;
        Ok(recvmmsg(socket.as_raw_fd(), &mut headers, pieces.iter_mut(), flags, None)?.count())
    })
}

/// Datagrams a second that a program gets through the driver.
fn hosted(mode: Mode, bytes: usize) -> nix::Result<f64> {
    let machine = Machine::new(kernel());
    // Room for several lists of the largest datagrams.
    let queue_bytes = (mode != Mode::Direct).then_some(16 << 20);
    let wanted = Settings { queue_bytes, ..settings(mode, Family::V4) };
    let (receiver, bound) = machine.receive(&wanted);
    let mut reader = receiver.reader();
    let rate = under_load(bound.local, bytes, || {
        Ok(reader.next_batch().expect("a read").map_or(0, Iterator::count))
    });
    drop(receiver);
    machine.finish();
    rate
}

/// Calls `receive` for some time, while datagrams are sent. Returns how many it got in a second.
fn under_load(
    to: SocketAddr,
    bytes: usize,
    mut receive: impl FnMut() -> nix::Result<usize>,
) -> nix::Result<f64> {
    let enough = AtomicBool::new(false);
    thread::scope(|scope| {
        let sending = scope.spawn(|| send(to, bytes, &enough));
        let received = rate(&mut receive);
        enough.store(true, Ordering::Relaxed);
        sending.join().expect("the sender does not panic")?;
        received
    })
}

/// How many datagrams come in a second, once so many came that all memory was in use.
fn rate(receive: &mut impl FnMut() -> nix::Result<usize>) -> nix::Result<f64> {
    let mut warming = WARMING;
    while warming > 0 {
        warming = warming.saturating_sub(receive()?);
    }
    let start = Instant::now();
    let mut count = 0;
    while start.elapsed() < DURATION {
        count += receive()?;
    }
    #[expect(clippy::cast_precision_loss, reason = "figures have three digits")]
    let count = count as f64;
    Ok(count / start.elapsed().as_secs_f64())
}

/// Sends until it is enough.
fn send(to: SocketAddr, bytes: usize, enough: &AtomicBool) -> nix::Result<()> {
    let socket = sender(Family::V4, to);
    let payload = vec![0x5a; bytes];
    let pieces = [[IoSlice::new(&payload)]; BATCH];
    let mut headers = MultiHeaders::<SockaddrStorage>::preallocate(BATCH, None);
    let nobody = [None::<SockaddrStorage>; BATCH];
    while !enough.load(Ordering::Relaxed) {
        let sent =
            sendmmsg(socket.as_raw_fd(), &mut headers, &pieces, nobody, [], MsgFlags::empty());
        match sent {
            Ok(_) | Err(Errno::ECONNREFUSED | Errno::ENOBUFS) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}
