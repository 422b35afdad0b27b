//! `winrx capture`: receives frames and shows them.

use std::{fs, io, path::Path};

use rx_abi::{FrameStats, RecordFlags};

use super::{
    CaptureArgs, Clock, CommandError,
    common::{
        STDOUT, cannot_write, create, print, refuse_two_on_stdout, stdout, stop_on_interrupt,
    },
    machine::{self, Machine},
};
use crate::{
    Adapter, Capture, Device, Filter, Frame, Frames, Opened, choose,
    output::{Accounts, FrameJson, FrameLines, FramePcapng, Sink},
    session::{self, Events, Failure, Output, Summary},
};

/// Receives until something ends it.
pub fn run(args: &CaptureArgs) -> Result<(), CommandError> {
    refuse_two_on_stdout(args.json, args.writes_to_stdout())?;
    // What is wrong is told before a driver is looked for.
    let filter = filter(args)?;
    let mut settings = args.settings();
    settings.program.extend(filter.iter().flat_map(|filter| filter.program().instructions()));
    settings.to_input().map_err(CommandError::setup)?;
    let machine = machine::start(&args.machine)?;
    let capture = &machine.capture;
    let all = capture.adapters().map_err(CommandError::before_receiving)?;
    let chosen = chosen(&all, &args.adapters)?;
    if !args.adapters.is_empty() {
        settings.adapters = chosen.iter().map(|adapter| adapter.guid).collect();
    }
    let events = Events::default();
    stop_on_interrupt(events.stopper())?;
    let mut outputs = outputs(args, capture, &chosen, filter.as_ref())?;
    let opened = capture.open(&settings).map_err(CommandError::before_receiving)?;
    announce(args, &chosen, opened);
    machine.stop_at_the_end(&chosen, events.stopper());
    let summary = session::run(capture, &mut outputs, args.limits(), events, None);
    drop(outputs);
    end(args, &machine, &chosen, summary)
}

fn filter(args: &CaptureArgs) -> Result<Option<Filter>, CommandError> {
    let filter = match (&args.filter, &args.bpf) {
        (Some(expression), _) => Filter::compile(expression),
        (None, Some(file)) => Filter::from_dump(&read(file)?),
        (None, None) => return Ok(None),
    };
    filter.map(Some).map_err(CommandError::setup)
}

fn read(file: &Path) -> Result<String, CommandError> {
    fs::read_to_string(file).map_err(|error| {
        CommandError::setup(format!(
            "Cannot read {}: {error}. Name a file that `tcpdump -ddd` has printed.",
            file.display()
        ))
    })
}

/// The adapters that are named, or all.
fn chosen(all: &[Adapter], names: &[String]) -> Result<Vec<Adapter>, CommandError> {
    if names.is_empty() {
        return Ok(all.to_vec());
    }
    let chosen = choose(all, names).map_err(CommandError::setup)?;
    Ok(chosen.into_iter().cloned().collect())
}

fn announce(args: &CaptureArgs, adapters: &[Adapter], opened: Opened) {
    let names: Vec<_> = adapters.iter().map(|adapter| &*adapter.friendly_name).collect();
    let names = if names.is_empty() { "adapters to come".to_owned() } else { names.join(", ") };
    eprintln!(
        "capturing from {names}, mode {}, queue of {} bytes; Ctrl-C ends",
        args.mode.name(),
        opened.queue_bytes,
    );
}

fn outputs<'c>(
    args: &CaptureArgs,
    capture: &'c Capture<impl Device>,
    adapters: &[Adapter],
    filter: Option<&Filter>,
) -> Result<Vec<Output<'c, Frames>>, CommandError> {
    let mut outputs = Vec::new();
    if args.prints() {
        let sink: Box<dyn Sink<Frames>> = if args.json {
            Box::new(FrameJson::new(stdout(), capture, adapters.to_vec()))
        } else {
            let several = adapters.len() != 1;
            Box::new(FrameLines::new(stdout(), capture, adapters.to_vec(), several))
        };
        outputs.push(Output { name: STDOUT.to_owned(), sink: timed(args.time, sink) });
    }
    if let Some(file) = &args.write {
        let (name, writer) = create(file)?;
        let sink = FramePcapng::new(writer, capture, adapters.to_vec(), filter, args.snaplen)
            .map_err(|error| cannot_write(&name, &error))?;
        outputs.push(Output { name, sink: timed(args.time, Box::new(sink)) });
    }
    Ok(outputs)
}

fn timed<'s>(clock: Clock, sink: Box<dyn Sink<Frames> + 's>) -> Box<dyn Sink<Frames> + 's> {
    match clock {
        Clock::Adapter => sink,
        Clock::System => Box::new(BySystemTime(sink)),
    }
}

/// Passes on frames with the system's time.
struct BySystemTime<'s>(Box<dyn Sink<Frames> + 's>);

impl Sink<Frames> for BySystemTime<'_> {
    fn take(&mut self, frame: &Frame<'_>) -> io::Result<()> {
        let flags = frame.flags.bits() & !RecordFlags::ADAPTER_TIME.bits();
        let flags = RecordFlags::from_bits(flags);
        self.0.take(&Frame { time: frame.system_time, flags, ..frame.clone() })
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }

    fn finish(&mut self, stats: Option<&FrameStats>) -> io::Result<()> {
        self.0.finish(stats)
    }
}

/// Prints the account and says how the run ended.
fn end(
    args: &CaptureArgs,
    machine: &Machine,
    adapters: &[Adapter],
    summary: Summary<FrameStats>,
) -> Result<(), CommandError> {
    let Summary { shown, stats, result } = summary;
    // Whoever was reading has gone, and wants to hear no more.
    if let Err(Failure::BrokenPipe(_)) = result {
        return Ok(());
    }
    let capture = &machine.capture;
    let reader = stats.map_or_else(|| capture.stats(), Ok).map_err(CommandError::failed);
    if let &Ok(reader) = &reader {
        let counted = adapters.iter().filter_map(|adapter| {
            capture.adapter_stats(adapter.guid).ok().map(|stats| (adapter.clone(), stats))
        });
        let accounts = Accounts { reader, shown, adapters: counted.collect() };
        show(args, &accounts)?;
    }
    result.map_err(CommandError::failed)?;
    machine.failures()?;
    reader?;
    match args.at_least {
        Some(least) if shown < least => Err(CommandError::failed(format!(
            "{shown} frames came, and not {least}. See `winrx adapters` for adapters without a link, and \
             have other machines send."
        ))),
        _ => Ok(()),
    }
}

fn show(args: &CaptureArgs, accounts: &Accounts) -> Result<(), CommandError> {
    if args.stats && args.json {
        let line = serde_json::to_string(accounts).map_err(CommandError::failed)?;
        print(&format!("{line}\n"))?;
    } else if args.stats {
        eprintln!("{accounts}");
        return Ok(());
    }
    eprintln!("{}", accounts.sums());
    Ok(())
}
