//! `winrx demo`: every mode at work, with datagrams from an ordinary socket.

use std::{
    io::{self, Write},
    net::{Ipv4Addr, SocketAddr, UdpSocket},
    thread,
    time::Duration,
};

use rx_abi::{Mode, Stats};

use super::{CommandError, DriverArgs, open, sums};
use crate::{
    Datagram, Device, Receiver, Settings,
    output::{PlainLines, Sink, Width},
    session::{self, Events, Limits, Output},
};

/// Datagrams that are sent to each receiver: so few that the buffer of any system holds them all.
const BURST: u64 = 100;

/// How many of them are shown.
const SHOWN: u64 = 3;

/// The longest time that their way takes.
const PATIENCE: Duration = Duration::from_secs(10);

/// Receives a burst in each mode, one receiver after the other.
pub fn run(args: &DriverArgs) -> Result<(), CommandError> {
    for mode in Mode::ALL {
        let receiver = open(args)?;
        let lines = PlainLines::new(io::stdout(), Width::Bytes64);
        show(&receiver, mode, Box::new(Head::new(lines, SHOWN)))?;
    }
    Ok(())
}

/// Receives a burst in this mode, and shows what becomes of it.
fn show(
    receiver: &Receiver<impl Device>,
    mode: Mode,
    sink: Box<dyn Sink>,
) -> Result<(), CommandError> {
    let any_port = Settings::new((Ipv4Addr::LOCALHOST, 0).into());
    let settings = Settings { mode, ..any_port };
    let bound = receiver.bind(&settings).map_err(CommandError::before_receiving)?;
    say(&format!("mode {}, at {}", mode.name(), bound.local))?;
    let sender = thread::spawn(move || send(bound.local, mode));
    let limits = Limits { count: Some(BURST), duration: Some(PATIENCE) };
    let mut outputs = [Output { name: "standard output".to_owned(), sink }];
    let summary = session::run(receiver, &mut outputs, limits, Events::default(), None);
    summary.result.map_err(CommandError::failed)?;
    let sent = sender.join().unwrap_or_else(|_| Err(io::Error::other("the sender has failed")));
    sent.map_err(|error| {
        CommandError::failed(format!(
            "Cannot send to {}: {error}. Look after the loopback interface.",
            bound.local
        ))
    })?;
    let stats = summary.stats.unwrap_or_default();
    say(&format!("sent {BURST} datagrams; {}\n", sums::lines(&stats, summary.shown)))?;
    judge(&stats, mode)
}

/// Sends a burst in which each datagram tells what it is.
fn send(to: SocketAddr, mode: Mode) -> io::Result<()> {
    let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0))?;
    for number in 1..=BURST {
        let text = format!("datagram {number} of {BURST} for mode {}", mode.name());
        socket.send_to(text.as_bytes(), to)?;
    }
    Ok(())
}

fn judge(stats: &Stats, mode: Mode) -> Result<(), CommandError> {
    if stats.delivered == BURST && stats.adds_up() {
        return Ok(());
    }
    Err(CommandError::failed(format!(
        "Mode {} delivered {} of {BURST} datagrams. See the sums above for those that were dropped; the \
         others did not come as far as the driver.",
        mode.name(),
        stats.delivered
    )))
}

fn say(text: &str) -> Result<(), CommandError> {
    writeln!(io::stdout(), "{text}").map_err(|error| {
        CommandError::failed(format!("Cannot write to standard output: {error}. Start it again."))
    })
}

/// Passes on the first few datagrams.
struct Head<S> {
    inner: S,
    left: u64,
}

impl<S> Head<S> {
    fn new(inner: S, left: u64) -> Self {
        Self { inner, left }
    }
}

impl<S: Sink> Sink for Head<S> {
    fn take(&mut self, datagram: &Datagram<'_>) -> io::Result<()> {
        if self.left == 0 {
            return Ok(());
        }
        self.left -= 1;
        self.inner.take(datagram)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

#[cfg(test)]
mod tests {
    use std::{borrow::Cow, net::Ipv4Addr};

    use rx_abi::{Mode, RecordFlags, Stats};

    use super::{BURST, Head, judge};
    use crate::{
        Datagram,
        output::{PlainLines, Sink, Width},
    };

    #[test]
    fn the_first_few_are_shown() {
        let datagram = Datagram {
            time: 0,
            from: (Ipv4Addr::LOCALHOST, 1).into(),
            to: None,
            interface: None,
            traffic_class: None,
            flags: RecordFlags::default(),
            lost: 0,
            original: 1,
            payload: Cow::Borrowed(b"a"),
        };
        let mut text = Vec::new();
        let mut head = Head::new(PlainLines::new(&mut text, Width::Bytes64), 2);
        for _ in 0..5 {
            head.take(&datagram).unwrap();
        }
        assert_eq!(String::from_utf8(text).unwrap().lines().count(), 2);
    }

    #[test]
    fn all_must_have_arrived() {
        let all = Stats { received: BURST, delivered: BURST, ..Stats::default() };
        judge(&all, Mode::Event).unwrap();
        let lost = Stats { received: BURST - 1, delivered: BURST - 1, ..all };
        let error = judge(&lost, Mode::Irp).unwrap_err().to_string();
        assert!(error.starts_with("Mode irp delivered 99 of 100 datagrams."), "{error}");
        assert!(judge(&Stats { held: 1, ..all }, Mode::Event).is_err());
    }
}
