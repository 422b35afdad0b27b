//! `winrx udp`: receives datagrams and shows them.

use std::{
    io::{self, IsTerminal},
    path::Path,
};

use rx_abi::Stats;

use super::{
    CommandError, UdpArgs,
    common::{STDOUT, cannot_write, create, refuse_two_on_stdout, stdout, stop_on_interrupt},
    live::Live,
    open, sums,
};
use crate::{
    Bound, Device, Error, Receiver,
    output::{JsonLines, Pcapng, PlainLines, Sink, Width},
    session::{self, Events, Failure, Monitor, Output, Summary},
};

/// Receives until something ends it.
pub fn run(args: &UdpArgs) -> Result<(), CommandError> {
    refuse_two_on_stdout(args.json, args.writes_to_stdout())?;
    // Settings that are wrong are told before a driver is looked for.
    let settings = args.settings();
    settings.to_bind().map_err(CommandError::setup)?;
    let receiver = open(&args.driver)?;
    let bound = receiver.bind(&settings).map_err(CommandError::before_receiving)?;
    announce(args, &bound);
    let mut outputs = outputs(args, &bound)?;
    let events = Events::default();
    stop_on_interrupt(events.stopper())?;
    let summary = watched(args, &receiver, &mut outputs, events);
    end(&receiver, summary)
}

fn announce(args: &UdpArgs, bound: &Bound) {
    let queue = bound.queue_bytes.map(|bytes| format!(", queue of {bytes} bytes"));
    let buffer = bound.receive_buffer.map(|bytes| format!(", receive buffer of {bytes} bytes"));
    eprintln!(
        "receiving at {}, mode {}{}{}; Ctrl-C ends",
        bound.local,
        args.mode.name(),
        queue.unwrap_or_default(),
        buffer.unwrap_or_default(),
    );
}

fn outputs(args: &UdpArgs, bound: &Bound) -> Result<Vec<Output<'static>>, CommandError> {
    let mut outputs = Vec::new();
    if args.prints() {
        outputs.push(Output { name: STDOUT.to_owned(), sink: printer(args.json) });
    }
    if let Some(file) = &args.write {
        outputs.push(capture(file, args, bound)?);
    }
    Ok(outputs)
}

fn printer(json: bool) -> Box<dyn Sink> {
    if json {
        Box::new(JsonLines::new(stdout()))
    } else if io::stdout().is_terminal() {
        Box::new(PlainLines::new(stdout(), Width::Terminal(columns)))
    } else {
        Box::new(PlainLines::new(stdout(), Width::Bytes64))
    }
}

fn columns() -> usize {
    terminal_size::terminal_size().map_or(80, |(width, _)| width.0.into())
}

fn capture(file: &Path, args: &UdpArgs, bound: &Bound) -> Result<Output<'static>, CommandError> {
    let (name, writer) = create(file)?;
    let sink =
        Pcapng::new(writer, bound.local, args.mode).map_err(|error| cannot_write(&name, &error))?;
    Ok(Output { name, sink: Box::new(sink) })
}

fn watched(
    args: &UdpArgs,
    receiver: &Receiver<impl Device>,
    outputs: &mut [Output<'_>],
    events: Events,
) -> Summary<Stats> {
    // A line that moves and lines of datagrams on one terminal would overwrite each other.
    let apart = !(args.prints() && io::stdout().is_terminal());
    let mut live = args.stats.then(|| Live::new(apart && io::stderr().is_terminal()));
    let monitor = live.as_mut().map(|live| live as &mut dyn Monitor<Stats>);
    session::run(receiver, outputs, args.limits(), events, monitor)
}

/// Prints the account and says how the run ended.
fn end(receiver: &Receiver<impl Device>, summary: Summary<Stats>) -> Result<(), CommandError> {
    let Summary { shown, stats, result } = summary;
    // Whoever was reading has gone, and wants to hear no more.
    if let Err(Failure::BrokenPipe(_)) = result {
        return Ok(());
    }
    let stats = stats.map_or_else(|| receiver.stats(), Ok);
    if let Ok(stats) = &stats {
        eprintln!("{}", sums::lines(stats, shown));
    }
    result.map_err(CommandError::failed)?;
    stats.map(drop).map_err(|error: Error| CommandError::failed(error))
}
