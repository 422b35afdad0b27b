//! The arguments of the command.

use std::{net::SocketAddr, path::PathBuf, time::Duration};

use clap::{
    Args, Parser, Subcommand,
    builder::{PossibleValuesParser, TypedValueParser},
};
use rx_abi::{BindOptions, Mode};

use super::{AdaptersArgs, CaptureArgs, SetupCommand, StatsArgs};
use crate::{Group, Settings, parse, session::Limits};

/// Receives network data through the winrx drivers.
#[derive(Debug, Parser)]
#[command(name = "winrx", version)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Receive UDP datagrams and show them
    Udp(UdpArgs),
    /// List the network adapters that frames can be captured from
    Adapters(AdaptersArgs),
    /// Receive frames of network adapters and show them
    Capture(CaptureArgs),
    /// Show what the drivers that Windows runs have counted, whoever receives with them
    Stats(StatsArgs),
    /// Say which driver there is
    Info(DriverArgs),
    /// Show every mode at work: bind, a burst from an ordinary socket, what arrives, the sums
    Demo(DriverArgs),
    /// What to do with the drivers that Windows runs.
    #[command(flatten)]
    Setup(SetupCommand),
}

/// Which driver to use.
#[derive(Args, Clone, Debug, Default)]
pub struct DriverArgs {
    /// The driver file, where there is no Windows to run it; else wskrx.sys or ndisrx.sys in the folder that
    /// WINRX_DRIVERS names, in target/drivers/x64 here or in a folder above, or beside this program
    #[arg(long, value_name = "PATH")]
    pub driver: Option<PathBuf>,
}

/// How to receive and what to show.
#[derive(Args, Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is an option of the command")]
pub struct UdpArgs {
    /// Where to receive: `IP:PORT`, `[IPV6]:PORT`, or `PORT` alone for all IPv4 addresses
    #[arg(value_name = "ADDR", value_parser = parse::local_address)]
    pub address: SocketAddr,
    /// How the driver receives
    #[arg(long, value_name = "MODE", default_value = Mode::Event.name(), value_parser = modes())]
    pub mode: Mode,
    /// A multicast group to join, on an interface given by its name or index; may be repeated
    #[arg(long = "group", value_name = "GROUP[@IF]", value_parser = parse::group)]
    pub groups: Vec<Group>,
    /// Size of the transport's buffer, such as 4M
    #[arg(long, value_name = "BYTES", value_parser = parse::size)]
    pub rcvbuf: Option<u32>,
    /// Size of the driver's queue, from 64k to 1G
    #[arg(long, value_name = "BYTES", value_parser = parse::size)]
    pub queue: Option<u32>,
    /// How many requests (IRPs) mode irp has under way, from 1 to 1024
    #[arg(long, value_name = "N")]
    pub requests: Option<u32>,
    /// The longest payload that each of them receives, up to 65527
    #[arg(long, value_name = "BYTES", value_parser = parse::size)]
    pub request_bytes: Option<u32>,
    /// How many datagrams mode retain keeps at most, up to 4096
    #[arg(long, value_name = "N")]
    pub retain_count: Option<u32>,
    /// How much payload it keeps at most, up to 16M
    #[arg(long, value_name = "BYTES", value_parser = parse::size)]
    pub retain_bytes: Option<u32>,
    /// How long it keeps a datagram at most, up to a second, such as 5ms
    #[arg(long, value_name = "TIME", value_parser = parse::duration)]
    pub retain_time: Option<Duration>,
    /// Share the address with others that do so, too
    #[arg(long, conflicts_with = "exclusive")]
    pub reuse: bool,
    /// Let nobody else have the address
    #[arg(long)]
    pub exclusive: bool,
    /// Receive IPv4 datagrams at an IPv6 address, too
    #[arg(long)]
    pub dual_stack: bool,
    /// Receive datagrams that were sent to a broadcast address, too
    #[arg(long)]
    pub broadcast: bool,
    /// Do not ask for the address and the interface that each datagram came to
    #[arg(long)]
    pub no_packet_info: bool,
    /// Do not ask for the type of service or traffic class of each datagram
    #[arg(long)]
    pub no_traffic_class: bool,
    /// End after this many datagrams
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub count: Option<u64>,
    /// End after this time: seconds, or a number with a unit, such as 2m or 500ms
    #[arg(long, value_name = "TIME", value_parser = parse::duration)]
    pub duration: Option<Duration>,
    /// Print an object of JSON a line
    #[arg(long)]
    pub json: bool,
    /// Write a pcapng file, - for standard output; nothing is printed then unless --json is given
    #[arg(short, long, value_name = "FILE")]
    pub write: Option<PathBuf>,
    /// Show each second, on standard error, what arrives and what is dropped
    #[arg(long)]
    pub stats: bool,
    /// Which driver to use.
    #[command(flatten)]
    pub driver: DriverArgs,
}

fn modes() -> impl TypedValueParser<Value = Mode> {
    PossibleValuesParser::new(Mode::ALL.map(Mode::name)).map(|name| {
        // Only names of modes get here.
        Mode::ALL.into_iter().find(|mode| mode.name() == name).unwrap_or(Mode::Event)
    })
}

impl UdpArgs {
    /// The settings of the receiver.
    #[must_use]
    pub fn settings(&self) -> Settings {
        Settings {
            local: self.address,
            mode: self.mode,
            options: self.options(),
            groups: self.groups.clone(),
            receive_buffer: self.rcvbuf,
            queue_bytes: self.queue,
            requests: self.requests,
            request_bytes: self.request_bytes,
            retain_datagrams: self.retain_count,
            retain_bytes: self.retain_bytes,
            retain_time: self.retain_time,
        }
    }

    fn options(&self) -> BindOptions {
        [
            (self.dual_stack, BindOptions::DUAL_STACK),
            (self.reuse, BindOptions::REUSE_ADDRESS),
            (self.exclusive, BindOptions::EXCLUSIVE_ADDRESS),
            (self.broadcast, BindOptions::BROADCAST),
            (!self.no_packet_info, BindOptions::PACKET_INFO),
            (!self.no_traffic_class, BindOptions::TRAFFIC_CLASS),
        ]
        .into_iter()
        .filter(|&(wanted, _)| wanted)
        .fold(BindOptions::default(), |options, (_, option)| options.with(option))
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

    use clap::{CommandFactory, Parser};
    use rx_abi::{BindOptions, Mode};

    use super::{Cli, Command, UdpArgs};
    use crate::{Settings, session::Limits};

    fn udp(line: &str) -> UdpArgs {
        let line = ["winrx", "udp"].into_iter().chain(line.split_whitespace());
        match Cli::try_parse_from(line).unwrap().command {
            Command::Udp(args) => args,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn the_options_are_declared_well() {
        Cli::command().debug_assert();
    }

    #[test]
    fn an_address_is_enough() {
        let args = udp("127.0.0.1:5000");
        assert_eq!(args.settings(), Settings::new("127.0.0.1:5000".parse().unwrap()));
        assert_eq!(args.limits(), Limits::default());
        assert!(args.prints() && !args.writes_to_stdout());
    }

    #[test]
    fn every_option_reaches_the_settings() {
        let irp =
            udp("[::]:0 --mode irp --dual-stack --reuse --broadcast --rcvbuf 4M --queue 64k \
             --requests 7 --request-bytes 1500 --group ff02::7 --count 5 --duration 90s -w -");
        let options = [
            BindOptions::DUAL_STACK,
            BindOptions::REUSE_ADDRESS,
            BindOptions::BROADCAST,
            BindOptions::PACKET_INFO,
            BindOptions::TRAFFIC_CLASS,
        ];
        let expected = Settings {
            mode: Mode::Irp,
            options: options.into_iter().fold(BindOptions::default(), BindOptions::with),
            groups: irp.groups.clone(),
            receive_buffer: Some(4 << 20),
            queue_bytes: Some(64 << 10),
            requests: Some(7),
            request_bytes: Some(1_500),
            ..Settings::new("[::]:0".parse().unwrap())
        };
        assert_eq!(irp.settings(), expected);
        assert_eq!(irp.groups.len(), 1);
        let limits = Limits { count: Some(5), duration: Some(Duration::from_secs(90)) };
        assert_eq!(irp.limits(), limits);
        assert!(!irp.prints() && irp.writes_to_stdout());

        let retain = udp("9 --mode retain --exclusive --no-packet-info --no-traffic-class \
             --retain-count 3 --retain-bytes 1M --retain-time 5ms --json -w file");
        let expected = Settings {
            mode: Mode::Retain,
            options: BindOptions::EXCLUSIVE_ADDRESS,
            retain_datagrams: Some(3),
            retain_bytes: Some(1 << 20),
            retain_time: Some(Duration::from_millis(5)),
            ..Settings::new("0.0.0.0:9".parse().unwrap())
        };
        assert_eq!(retain.settings(), expected);
        assert!(retain.prints() && !retain.writes_to_stdout());
    }
}
