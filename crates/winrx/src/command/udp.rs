//! `winrx udp`: receives datagrams and shows them.

use std::{
    fs::File,
    io::{self, BufWriter, IsTerminal, Write},
    path::Path,
    process,
    sync::atomic::{AtomicBool, Ordering},
};

use super::{CommandError, UdpArgs, live::Live, open, sums};
use crate::{
    Bound, Device, Error, Receiver,
    output::{JsonLines, Pcapng, PlainLines, Sink, Width},
    session::{self, Events, Failure, Monitor, Output, Stopper, Summary},
};

/// Bytes that are collected before they are written, as long as there are more datagrams.
const BUFFER: usize = 256 << 10;

/// The exit status of a program that a second Ctrl-C ended.
const INTERRUPTED: i32 = 130;

/// Receives until something ends it.
pub fn run(args: &UdpArgs) -> Result<(), CommandError> {
    if args.json && args.writes_to_stdout() {
        return Err(CommandError::setup(
            "--json and -w - would both write to standard output. Name a file for -w.",
        ));
    }
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

fn outputs(args: &UdpArgs, bound: &Bound) -> Result<Vec<Output>, CommandError> {
    let mut outputs = Vec::new();
    if args.prints() {
        outputs.push(Output { name: "standard output".to_owned(), sink: printer(args.json) });
    }
    if let Some(file) = &args.write {
        outputs.push(capture(file, args, bound)?);
    }
    Ok(outputs)
}

fn printer(json: bool) -> Box<dyn Sink> {
    let stdout = BufWriter::with_capacity(BUFFER, io::stdout());
    if json {
        Box::new(JsonLines::new(stdout))
    } else if io::stdout().is_terminal() {
        Box::new(PlainLines::new(stdout, Width::Terminal(columns)))
    } else {
        Box::new(PlainLines::new(stdout, Width::Bytes64))
    }
}

fn columns() -> usize {
    terminal_size::terminal_size().map_or(80, |(width, _)| width.0.into())
}

fn capture(file: &Path, args: &UdpArgs, bound: &Bound) -> Result<Output, CommandError> {
    let stdout = args.writes_to_stdout();
    let name = if stdout { "standard output".to_owned() } else { file.display().to_string() };
    let refused = |error| {
        CommandError::setup(format!(
            "Cannot write to {name}: {error}. Choose a place that can be written to."
        ))
    };
    let writer: Box<dyn Write> = if stdout {
        Box::new(io::stdout())
    } else {
        Box::new(File::create(file).map_err(refused)?)
    };
    let writer = BufWriter::with_capacity(BUFFER, writer);
    let sink = Pcapng::new(writer, bound.local, args.mode).map_err(refused)?;
    Ok(Output { name, sink: Box::new(sink) })
}

/// The first Ctrl-C ends the run cleanly, the second one at once.
fn stop_on_interrupt(stopper: Stopper) -> Result<(), CommandError> {
    let asked = AtomicBool::new(false);
    let handler = move || {
        if asked.swap(true, Ordering::Relaxed) {
            process::exit(INTERRUPTED);
        }
        stopper.stop();
    };
    ctrlc::set_handler(handler).map_err(|error| {
        CommandError::failed(format!("Cannot listen for Ctrl-C: {error}. Start winrx again."))
    })
}

fn watched(
    args: &UdpArgs,
    receiver: &Receiver<impl Device>,
    outputs: &mut [Output],
    events: Events,
) -> Summary {
    // A line that moves and lines of datagrams on one terminal would overwrite each other.
    let apart = !(args.prints() && io::stdout().is_terminal());
    let mut live = args.stats.then(|| Live::new(apart && io::stderr().is_terminal()));
    let monitor = live.as_mut().map(|live| live as &mut dyn Monitor);
    session::run(receiver, outputs, args.limits(), events, monitor)
}

/// Prints the account and says how the run ended.
fn end(receiver: &Receiver<impl Device>, summary: Summary) -> Result<(), CommandError> {
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
