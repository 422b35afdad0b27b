//! How many frames of a wire get to a file, in comparison with tcpdump.
//!
//! A thread sends as fast as it can at the far end of the wire. At the near end one program after the other
//! writes all frames to `/dev/null`: tcpdump, and `winrx capture` with ndisrx in the hosted kernel.

use std::{
    error::Error,
    io::IoSlice,
    os::fd::AsRawFd,
    path::PathBuf,
    process::{Command, Stdio},
    sync::atomic::{AtomicBool, Ordering},
    thread,
    time::{Duration, Instant},
};

use e2e::{
    driver_file,
    netns::{FAR, FAR_MAC, NEAR_MAC, Wire},
    raw::Raw,
};
use nix::sys::socket::{MsgFlags, MultiHeaders, SockaddrStorage, sendmmsg};
use rustix::process::{Pid, Signal, kill_process};
use serde::Serialize;

use crate::{measure::median, table::Table};

/// What the figures are.
pub const ABOUT: &str = "Thousand frames a second from one end of a virtual wire to a capture file at the \
    other: `tcpdump`, and `winrx`\nwith ndisrx in the hosted kernel, in turns; and the share of the frames \
    that each lost.";

const SIZES: [usize; 2] = [64, 1514];

/// How often each is measured, and for how long.
const TIMES: usize = 5;
const DURATION: Duration = Duration::from_millis(500);

/// How many frames a call of the system sends.
const BATCH: usize = 64;

/// The rate for a size.
#[derive(Serialize)]
pub struct Row {
    bytes: usize,
    tcpdump_per_second: f64,
    winrx_per_second: f64,
    ratio: f64,
    tcpdump_lost: f64,
    winrx_lost: f64,
}

impl Table for Row {
    const HEADS: &'static [&'static str] =
        &["bytes", "tcpdump", "winrx", "ratio", "lost by tcpdump", "lost by winrx"];

    fn cells(&self) -> Vec<String> {
        let thousands = |rate: f64| format!("{:.1}", rate / 1000.0);
        let percent = |share: f64| format!("{:.1} %", share * 100.0);
        vec![
            self.bytes.to_string(),
            thousands(self.tcpdump_per_second),
            thousands(self.winrx_per_second),
            format!("{:.2}", self.ratio),
            percent(self.tcpdump_lost),
            percent(self.winrx_lost),
        ]
    }
}

/// What one program did.
struct Captured {
    per_second: f64,
    lost: f64,
}

/// Measures some sizes.
///
/// # Errors
///
/// If a program cannot be run, or does not tell what it captured.
pub fn run() -> Result<Vec<Row>, Box<dyn Error>> {
    let wire = Wire::new();
    let mut rows = Vec::new();
    for bytes in SIZES {
        let rounds: Vec<_> = (0..TIMES)
            .map(|_| {
                Ok((capture(&wire, bytes, tcpdump(), is_captured)?, {
                    capture(&wire, bytes, winrx()?, is_accepted)?
                }))
            })
            .collect::<Result<_, Box<dyn Error>>>()?;
        rows.push(Row {
            bytes,
            tcpdump_per_second: median(rounds.iter().map(|(tcpdump, _)| tcpdump.per_second)),
            winrx_per_second: median(rounds.iter().map(|(_, winrx)| winrx.per_second)),
            ratio: median(rounds.iter().map(|(a, b)| b.per_second / a.per_second)),
            tcpdump_lost: median(rounds.iter().map(|(tcpdump, _)| tcpdump.lost)),
            winrx_lost: median(rounds.iter().map(|(_, winrx)| winrx.lost)),
        });
    }
    Ok(rows)
}

fn tcpdump() -> Command {
    let mut command = Command::new("tcpdump");
    command.args(["-i", "near0", "-w", "/dev/null", "-Z", "root"]);
    command
}

/// The command that cargo built beside this program.
fn winrx() -> Result<Command, Box<dyn Error>> {
    let program: PathBuf = std::env::current_exe()?.with_file_name("winrx");
    let mut command = Command::new(program);
    command.args(["capture", "--adapter", "packet:near0", "--promisc", "-w", "/dev/null"]);
    command.env("WINRX_DRIVERS", driver_file("ndisrx").parent().ok_or("no folder")?);
    Ok(command)
}

/// How many frames tcpdump says that it captured: `12 packets captured`.
fn is_captured(line: &str) -> Option<u64> {
    line.strip_suffix(" packets captured")?.parse().ok()
}

/// How many frames winrx says that it accepted: `accepted 120 bytes, 12 frames = …`.
fn is_accepted(line: &str) -> Option<u64> {
    let (_, frames) = line.strip_prefix("accepted ")?.split_once(" bytes, ")?;
    frames.split_once(" frames")?.0.parse().ok()
}

/// Runs a program while frames are sent.
#[expect(clippy::cast_precision_loss, reason = "figures have three digits")]
fn capture(
    wire: &Wire,
    bytes: usize,
    mut command: Command,
    captured: impl Fn(&str) -> Option<u64>,
) -> Result<Captured, Box<dyn Error>> {
    command.stdout(Stdio::null()).stderr(Stdio::piped());
    let child = wire.near.run(|| command.spawn())?;
    let process = Pid::from_child(&child);
    // It takes less to begin.
    thread::sleep(DURATION);
    let enough = AtomicBool::new(false);
    let (sent, time) = thread::scope(|scope| {
        let start = Instant::now();
        let sending = scope.spawn(|| send(wire, bytes, &enough));
        thread::sleep(DURATION);
        enough.store(true, Ordering::Relaxed);
        let sent = sending.join().expect("the sender does not panic");
        sent.map(|sent| (sent, start.elapsed()))
    })?;
    // What has been received is still on its way to the file.
    thread::sleep(DURATION);
    kill_process(process, Signal::INT)?;
    let output = child.wait_with_output()?;
    let said = String::from_utf8_lossy(&output.stderr);
    let count = said.lines().find_map(captured).ok_or_else(|| said.clone().into_owned())?;
    let lost = 1.0 - (count as f64 / sent as f64).min(1.0);
    Ok(Captured { per_second: count as f64 / time.as_secs_f64(), lost })
}

/// Sends until it is enough. Returns how many frames were sent.
fn send(wire: &Wire, bytes: usize, enough: &AtomicBool) -> nix::Result<u64> {
    let socket = Raw::new(&wire.far, FAR);
    let mut frame = [&NEAR_MAC[..], &FAR_MAC, &[0x88, 0xb5]].concat();
    frame.resize(bytes, 0x5a);
    let pieces = [[IoSlice::new(&frame)]; BATCH];
    let mut headers = MultiHeaders::<SockaddrStorage>::preallocate(BATCH, None);
    let to = [Some(socket.address()); BATCH];
    let mut sent = 0;
    while !enough.load(Ordering::Relaxed) {
        let socket = socket.as_raw_fd();
        let results = sendmmsg(socket, &mut headers, &pieces, to, [], MsgFlags::empty())?;
        sent += results.count() as u64;
    }
    Ok(sent)
}
