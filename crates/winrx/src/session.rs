//! A run of a receiver or a capture: what it receives goes to outputs until something ends it.

use std::{
    io,
    sync::{
        atomic::{AtomicBool, Ordering},
        mpsc::{self, RecvTimeoutError},
    },
    thread,
    time::{Duration, Instant},
};

use crate::{Datagrams, Device, Error, Handle, handle::Service, output::Sink};

/// Where datagrams or frames go, with the name that messages call it by.
pub struct Output<'s, S: Service = Datagrams> {
    /// Such as `standard output`, or the name of a file.
    pub name: String,
    /// What takes them.
    pub sink: Box<dyn Sink<S> + 's>,
}

/// What ends a run, besides a request to stop.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Limits {
    /// So many datagrams or frames.
    pub count: Option<u64>,
    /// So much time.
    pub duration: Option<Duration>,
}

/// Asks a run to stop.
#[derive(Clone, Debug)]
pub struct Stopper(mpsc::Sender<Event>);

/// Where a run hears what concerns it.
#[derive(Debug)]
pub struct Events {
    sender: mpsc::Sender<Event>,
    inbox: mpsc::Receiver<Event>,
}

#[derive(Clone, Copy, Debug)]
enum Event {
    /// Somebody wants the run to stop.
    Stop,
    /// It has.
    Done,
}

/// What became of a run.
#[derive(Debug)]
pub struct Summary<T> {
    /// Datagrams or frames that were put out.
    pub shown: u64,
    /// The counters of the handle at the end, if the driver told.
    pub stats: Option<T>,
    /// The first failure, if there was one.
    pub result: Result<(), Failure>,
}

/// Why a run failed.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// Reception did.
    #[error(transparent)]
    Receive(#[from] Error),
    /// An output did.
    #[error(
        "Cannot write to {name}: {error}. See that there is room and that it can be written to."
    )]
    Write {
        /// The name of the output.
        name: String,
        /// What the system said.
        error: io::Error,
    },
    /// Nobody reads an output any more.
    #[error("Nobody reads {0} any more.")]
    BrokenPipe(String),
}

/// Looks at the counters of a run from time to time.
pub trait Monitor<T>: Send {
    /// How often it wants to.
    fn interval(&self) -> Duration;

    /// Shows them.
    fn show(&mut self, stats: &T);
}

impl Default for Events {
    fn default() -> Self {
        let (sender, inbox) = mpsc::channel();
        Self { sender, inbox }
    }
}

impl Events {
    /// Something to stop the run with, from any thread.
    #[must_use]
    pub fn stopper(&self) -> Stopper {
        Stopper(self.sender.clone())
    }

    /// Waits this long, or until somebody asks to stop. True if somebody has.
    #[must_use]
    pub fn stops_within(&self, time: Duration) -> bool {
        self.inbox.recv_timeout(time).is_ok()
    }
}

impl Stopper {
    /// Asks the run to stop: reception ends, and what the driver still holds is put out. Does nothing if
    /// it is over.
    pub fn stop(&self) {
        // An error says that it is over.
        let _ = self.0.send(Event::Stop);
    }
}

/// Receives until a limit is reached, somebody wants it to stop, or something fails; then ends reception
/// and all outputs. After a limit in number, what the driver still holds stays there.
pub fn run<D: Device, S: Service>(
    receiver: &Handle<D, S>,
    outputs: &mut [Output<'_, S>],
    limits: Limits,
    events: Events,
    monitor: Option<&mut dyn Monitor<S::Stats>>,
) -> Summary<S::Stats> {
    let Events { sender, inbox } = events;
    let stopping = AtomicBool::new(false);
    let mut shown = 0;
    let ended = thread::scope(|scope| {
        let watch = Watch { receiver, stopping: &stopping, end: deadline(limits.duration) };
        scope.spawn(move || watch.run(&inbox, monitor));
        let _done = Done(&sender);
        receive(receiver, outputs, limits.count, &stopping, &mut shown)
    });
    // If it has ended already, or fails to, there is nothing more to be done about it.
    let _ = receiver.unbind();
    let stats = receiver.stats().ok();
    let result = outputs.iter_mut().fold(ended, |result, output| {
        let finished = output.sink.finish(stats.as_ref());
        result.and(finished.map_err(|error| failure(&output.name, error)))
    });
    Summary { shown, stats, result }
}

/// Tells the watch that the run is done, in whatever way it ends.
struct Done<'s>(&'s mpsc::Sender<Event>);

impl Drop for Done<'_> {
    fn drop(&mut self) {
        // An error says that the watch has ended by itself.
        let _ = self.0.send(Event::Done);
    }
}

fn deadline(duration: Option<Duration>) -> Option<Instant> {
    // What is further away than the clock can tell is never.
    duration.and_then(|duration| Instant::now().checked_add(duration))
}

fn failure(name: &str, error: io::Error) -> Failure {
    let name = name.to_owned();
    match error.kind() {
        io::ErrorKind::BrokenPipe => Failure::BrokenPipe(name),
        _ => Failure::Write { name, error },
    }
}

/// Puts out what the receiver reads.
fn receive<D: Device, S: Service>(
    receiver: &Handle<D, S>,
    outputs: &mut [Output<'_, S>],
    count: Option<u64>,
    stopping: &AtomicBool,
    shown: &mut u64,
) -> Result<(), Failure> {
    let mut reader = receiver.reader();
    let mut cancelled = false;
    while count.is_none_or(|count| *shown < count) {
        let batch = match reader.next_batch() {
            Ok(Some(batch)) => batch,
            Ok(None) => return Ok(()),
            // The read that waited when the run was stopped; those after it find what is still held.
            Err(_) if stopping.load(Ordering::Acquire) && !cancelled => {
                cancelled = true;
                continue;
            }
            Err(_) if stopping.load(Ordering::Acquire) => return Ok(()),
            Err(error) => return Err(error.into()),
        };
        for item in batch {
            let item = item?;
            for output in &mut *outputs {
                let written = output.sink.take(&item);
                written.map_err(|error| failure(&output.name, error))?;
            }
            *shown += 1;
            if count == Some(*shown) {
                break;
            }
        }
        for output in &mut *outputs {
            output.sink.flush().map_err(|error| failure(&output.name, error))?;
        }
    }
    Ok(())
}

/// What goes on beside the reads.
struct Watch<'r, D, S> {
    receiver: &'r Handle<D, S>,
    stopping: &'r AtomicBool,
    end: Option<Instant>,
}

impl<D: Device, S: Service> Watch<'_, D, S> {
    /// Waits until the run is done; stops it when its time is over or somebody wants that, and has the
    /// monitor look on.
    fn run(
        mut self,
        events: &mpsc::Receiver<Event>,
        mut monitor: Option<&mut dyn Monitor<S::Stats>>,
    ) {
        let interval = monitor.as_ref().map(|monitor| monitor.interval());
        let mut next_look = interval.map(|interval| Instant::now() + interval);
        loop {
            match wait(events, [self.end, next_look].into_iter().flatten().min()) {
                Some(Event::Stop) => self.stop(),
                Some(Event::Done) => return,
                None => {}
            }
            let now = Instant::now();
            if self.end.is_some_and(|end| end <= now) {
                self.stop();
            }
            if next_look.is_some_and(|time| time <= now) {
                next_look = interval.map(|interval| now + interval);
                if let (Some(monitor), Ok(stats)) = (&mut monitor, self.receiver.stats()) {
                    monitor.show(&stats);
                }
            }
        }
    }

    /// Ends reception. The reader takes what is still held, and then finds that there is no more.
    fn stop(&mut self) {
        self.end = None;
        self.stopping.store(true, Ordering::Release);
        // A driver that refuses has ended already; the cancelled read tells the reader in any case.
        let _ = self.receiver.unbind();
        self.receiver.cancel();
    }
}

/// The next event, if there is one before `until`.
fn wait(events: &mpsc::Receiver<Event>, until: Option<Instant>) -> Option<Event> {
    let Some(until) = until else {
        // The other end is there as long as the run is.
        return Some(events.recv().unwrap_or(Event::Done));
    };
    match events.recv_timeout(until.saturating_duration_since(Instant::now())) {
        Ok(event) => Some(event),
        Err(RecvTimeoutError::Timeout) => None,
        Err(RecvTimeoutError::Disconnected) => Some(Event::Done),
    }
}
