//! The arguments of `winrx adapters` and `winrx capture`.

use std::{path::PathBuf, time::Duration};

use clap::{
    Args,
    builder::{PossibleValuesParser, TypedValueParser},
};
use rx_abi::{Direction, FrameMode, PacketFilter};

use super::DriverArgs;
use crate::{CaptureSettings, parse, session::Limits};

/// What to list.
#[derive(Args, Clone, Debug)]
pub struct AdaptersArgs {
    /// Print an object of JSON a line
    #[arg(long)]
    pub json: bool,
    /// Which driver to use, and which adapters it has.
    #[command(flatten)]
    pub machine: MachineArgs,
}

/// Which driver to use, and which adapters it has.
#[derive(Args, Clone, Debug, Default)]
pub struct MachineArgs {
    /// An adapter to give the driver: packet:IFACE, tap:NAME, file:PATH or synth:, with options behind
    /// commas; may be repeated. Else all interfaces of this machine that are up
    #[cfg(target_os = "linux")]
    #[arg(long = "adapter", value_name = "SPEC")]
    pub specs: Vec<nthost::ndis::source::Spec>,
    /// Which driver to use.
    #[command(flatten)]
    pub driver: DriverArgs,
}

impl MachineArgs {
    /// True if an adapter gets its frames from a capture file: they went to many addresses.
    #[cfg(target_os = "linux")]
    fn has_files(&self) -> bool {
        self.specs.iter().any(|spec| matches!(spec.kind, nthost::ndis::source::Kind::File(_)))
    }

    /// Adapters of Windows get their frames from the network.
    #[cfg(not(target_os = "linux"))]
    #[expect(clippy::unused_self, reason = "it depends on the adapters elsewhere")]
    fn has_files(&self) -> bool {
        false
    }
}

/// What to capture and what to show.
#[derive(Args, Clone, Debug)]
pub struct CaptureArgs {
    /// Adapters to capture from, by name, friendly name, GUID or number as `winrx adapters` prints them;
    /// else all
    #[arg(value_name = "ADAPTER")]
    pub adapters: Vec<String>,
    /// Which frames, as an expression of tcpdump, such as "udp port 53"
    #[arg(long, value_name = "EXPR", conflicts_with = "bpf")]
    pub filter: Option<String>,
    /// Which frames, as a file with a program that `tcpdump -ddd` has printed
    #[arg(long, value_name = "FILE")]
    pub bpf: Option<PathBuf>,
    /// Which EtherTypes, such as 0x0806; may be repeated
    #[arg(long = "ether-type", value_name = "TYPE", value_parser = parse::ether_type)]
    pub ether_types: Vec<u16>,
    /// How many bytes of a frame to capture at most
    #[arg(long, value_name = "BYTES", value_parser = parse::size)]
    pub snaplen: Option<u32>,
    /// Ask adapters for all frames that they see, and those that this machine sends; capture files are
    /// always asked for all
    #[arg(long)]
    pub promisc: bool,
    /// Frames that came from the network, that this machine sent, or both
    #[arg(long, value_name = "DIRECTION", default_value = Direction::Both.name(), value_parser = directions())]
    pub direction: Direction,
    /// How the driver gets frames into its queue
    #[arg(long, value_name = "MODE", default_value = FrameMode::Copy.name(), value_parser = modes())]
    pub mode: FrameMode,
    /// Whose clock: the adapter's where it has one, or the system's
    #[arg(long, value_name = "CLOCK", default_value = "adapter")]
    pub time: Clock,
    /// Size of the driver's queue, from 64k to 1G
    #[arg(long, value_name = "BYTES", value_parser = parse::size)]
    pub queue: Option<u32>,
    /// How many lists mode retain keeps at most, up to 4096
    #[arg(long, value_name = "N")]
    pub retain_count: Option<u32>,
    /// How much of frames it keeps at most, up to 16M
    #[arg(long, value_name = "BYTES", value_parser = parse::size)]
    pub retain_bytes: Option<u32>,
    /// How long it keeps a list at most, up to a second, such as 5ms
    #[arg(long, value_name = "TIME", value_parser = parse::duration)]
    pub retain_time: Option<Duration>,
    /// End after this many frames
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub count: Option<u64>,
    /// Fail if it ends with fewer frames
    #[arg(long, value_name = "N")]
    pub at_least: Option<u64>,
    /// End after this time: seconds, or a number with a unit, such as 2m or 500ms
    #[arg(long, value_name = "TIME", value_parser = parse::duration)]
    pub duration: Option<Duration>,
    /// Print an object of JSON a line
    #[arg(long)]
    pub json: bool,
    /// Write a pcapng file, - for standard output; nothing is printed then unless --json is given
    #[arg(short, long, value_name = "FILE")]
    pub write: Option<PathBuf>,
    /// Print all counters at the end: on standard error, with --json as the last line
    #[arg(long)]
    pub stats: bool,
    /// Which driver to use, and which adapters it has.
    #[command(flatten)]
    pub machine: MachineArgs,
}

/// Whose clock tells when a frame arrived.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Clock {
    /// The adapter's, if it stamps frames; else the system's.
    Adapter,
    /// The system's.
    System,
}

fn modes() -> impl TypedValueParser<Value = FrameMode> {
    PossibleValuesParser::new(FrameMode::ALL.map(FrameMode::name)).map(|name| {
        // Only names of modes get here.
        FrameMode::ALL.into_iter().find(|mode| mode.name() == name).unwrap_or(FrameMode::Copy)
    })
}

fn directions() -> impl TypedValueParser<Value = Direction> {
    PossibleValuesParser::new(Direction::ALL.map(Direction::name)).map(|name| {
        // Only names of directions get here.
        let direction = Direction::ALL.into_iter().find(|direction| direction.name() == name);
        direction.unwrap_or(Direction::Both)
    })
}

impl CaptureArgs {
    /// The settings of the capture, but for adapters and filter program.
    #[must_use]
    pub fn settings(&self) -> CaptureSettings {
        let promiscuous = PacketFilter::DEFAULT.with(PacketFilter::PROMISCUOUS);
        CaptureSettings {
            mode: Some(self.mode),
            packet_filter: (self.promisc || self.machine.has_files()).then_some(promiscuous),
            direction: Some(self.direction),
            ether_types: self.ether_types.clone(),
            snap_length: self.snaplen,
            queue_bytes: self.queue,
            retain_lists: self.retain_count,
            retain_bytes: self.retain_bytes,
            retain_time: self.retain_time,
            ..CaptureSettings::default()
        }
    }

    /// What ends the run.
    #[must_use]
    pub fn limits(&self) -> Limits {
        Limits { count: self.count, duration: self.duration }
    }

    /// True if the capture file is standard output.
    #[must_use]
    pub fn writes_to_stdout(&self) -> bool {
        self.write.as_ref().is_some_and(|file| file.as_os_str() == "-")
    }

    /// True if lines are printed on standard output.
    #[must_use]
    pub fn prints(&self) -> bool {
        self.json || self.write.is_none()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use clap::Parser;
    use rx_abi::{Direction, FrameMode, PacketFilter};

    use super::{CaptureArgs, Clock};
    use crate::{
        CaptureSettings,
        command::{Cli, Command},
        session::Limits,
    };

    fn capture(line: &str) -> CaptureArgs {
        let line = ["winrx", "capture"].into_iter().chain(line.split_whitespace());
        match Cli::try_parse_from(line).unwrap().command {
            Command::Capture(args) => args,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn nothing_is_enough() {
        let args = capture("");
        let usual = CaptureSettings {
            mode: Some(FrameMode::Copy),
            direction: Some(Direction::Both),
            ..CaptureSettings::default()
        };
        assert_eq!(args.settings(), usual);
        assert_eq!((args.limits(), args.time), (Limits::default(), Clock::Adapter));
        assert!(args.adapters.is_empty() && args.prints() && !args.writes_to_stdout());
    }

    #[test]
    fn every_option_reaches_the_settings() {
        let args = capture(
            "eth0 2 --mode retain --promisc --direction in --ether-type 0x0806 --ether-type 2048 \
             --snaplen 96 --queue 64k --retain-count 3 --retain-bytes 1M --retain-time 5ms --count 5 \
             --duration 90s --time system -w -",
        );
        let expected = CaptureSettings {
            mode: Some(FrameMode::Retain),
            packet_filter: Some(PacketFilter::DEFAULT.with(PacketFilter::PROMISCUOUS)),
            direction: Some(Direction::In),
            ether_types: vec![0x0806, 0x0800],
            snap_length: Some(96),
            queue_bytes: Some(64 << 10),
            retain_lists: Some(3),
            retain_bytes: Some(1 << 20),
            retain_time: Some(Duration::from_millis(5)),
            ..CaptureSettings::default()
        };
        assert_eq!(args.settings(), expected);
        assert_eq!(args.adapters, ["eth0", "2"]);
        assert_eq!(args.time, Clock::System);
        let limits = Limits { count: Some(5), duration: Some(Duration::from_secs(90)) };
        assert_eq!(args.limits(), limits);
        assert!(!args.prints() && args.writes_to_stdout());
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn capture_files_are_received_whole() {
        let promiscuous = PacketFilter::DEFAULT.with(PacketFilter::PROMISCUOUS);
        let filter = |line| capture(line).settings().packet_filter;
        assert_eq!(filter("--adapter synth:"), None);
        assert_eq!(filter("--adapter synth: --adapter file:x"), Some(promiscuous));
    }
}
