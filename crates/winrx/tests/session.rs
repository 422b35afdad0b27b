//! Runs, and what ends them.

mod common;

use std::{
    io,
    sync::{Arc, Mutex},
    thread,
    time::Duration,
};

use common::{FORCED_CLOSED, Fake, Sent};
use rx_abi::Stats;
use winrx::{
    Datagram, Receiver,
    output::Sink,
    session::{self, Events, Failure, Limits, Monitor, Output, Summary},
};

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<String>>>);

impl Log {
    fn add(&self, line: &str) {
        self.0.lock().unwrap().push(line.to_owned());
    }

    fn lines(&self) -> Vec<String> {
        self.0.lock().unwrap().clone()
    }

    fn output(&self, fails: Option<io::ErrorKind>) -> Output<'static> {
        Output { name: "a log".to_owned(), sink: Box::new(Logger { log: self.clone(), fails }) }
    }
}

struct Logger {
    log: Log,
    fails: Option<io::ErrorKind>,
}

impl Sink for Logger {
    fn take(&mut self, datagram: &Datagram<'_>) -> io::Result<()> {
        self.log.add(str::from_utf8(&datagram.payload).unwrap());
        self.fails.map_or(Ok(()), |kind| Err(kind.into()))
    }

    fn flush(&mut self) -> io::Result<()> {
        self.log.add("flush");
        Ok(())
    }

    fn finish(&mut self, stats: Option<&Stats>) -> io::Result<()> {
        self.log.add(&format!("finish {}", stats.unwrap().received));
        Ok(())
    }
}

fn sent(text: &str) -> Sent {
    Sent::new("192.0.2.1:4000", "192.0.2.2:5000", text.as_bytes())
}

fn run(fake: &Fake, outputs: &mut [Output<'_>], limits: Limits) -> Summary<Stats> {
    session::run(&Receiver::new(fake).unwrap(), outputs, limits, Events::default(), None)
}

#[test]
fn a_count_ends_it_and_the_rest_stays_with_the_driver() {
    let fake = Fake::with(&["a", "b", "c"].map(sent));
    let log = Log::default();
    let limits = Limits { count: Some(2), duration: None };
    let summary = run(&fake, &mut [log.output(None)], limits);
    assert_eq!(log.lines(), ["a", "b", "flush", "finish 3"]);
    summary.result.unwrap();
    assert_eq!(summary.shown, 2);
    assert!(fake.is_unbound() && summary.stats.unwrap().adds_up());
}

#[test]
fn a_duration_ends_it_after_all_that_is_held() {
    let fake = Fake::with(&["a"].map(sent));
    let log = Log::default();
    let limits = Limits { count: None, duration: Some(Duration::from_millis(20)) };
    let summary = run(&fake, &mut [log.output(None)], limits);
    assert_eq!(log.lines(), ["a", "flush", "finish 1"]);
    assert_eq!(summary.shown, 1);
}

#[test]
fn it_stops_when_asked_to() {
    let fake = Fake::with(&["a"].map(sent));
    let (log, events) = (Log::default(), Events::default());
    let stopper = events.stopper();
    let summary = thread::scope(|scope| {
        scope.spawn(|| {
            while log.lines().is_empty() {
                thread::yield_now();
            }
            fake.deliver(&sent("b"));
            stopper.stop();
            stopper.stop();
        });
        let receiver = Receiver::new(&fake).unwrap();
        session::run(&receiver, &mut [log.output(None)], Limits::default(), events, None)
    });
    summary.result.unwrap();
    assert_eq!(summary.shown, 2);
    assert_eq!(log.lines().last().unwrap(), "finish 2");
    // Nobody listens any more.
    stopper.stop();
}

#[test]
fn failures_end_it_and_all_outputs() {
    let fake = Fake::with(&["a", "b"].map(sent));
    let (bad, good) = (Log::default(), Log::default());
    let mut outputs = [bad.output(Some(io::ErrorKind::StorageFull)), good.output(None)];
    let summary = run(&fake, &mut outputs, Limits::default());
    let failure = summary.result.unwrap_err();
    assert!(failure.to_string().starts_with("Cannot write to a log: "), "{failure}");
    assert_eq!(good.lines(), ["finish 2"]);

    let fake = Fake::with(&["a"].map(sent));
    let summary = run(&fake, &mut [bad.output(Some(io::ErrorKind::BrokenPipe))], Limits::default());
    assert!(matches!(summary.result, Err(Failure::BrokenPipe(name)) if name == "a log"));
}

#[test]
fn a_socket_that_is_closed_under_it_is_an_error() {
    let fake = Fake::with(&["a"].map(sent));
    fake.break_reads(FORCED_CLOSED);
    let log = Log::default();
    let summary = run(&fake, &mut [log.output(None)], Limits::default());
    let failure = summary.result.unwrap_err().to_string();
    assert_eq!(
        failure,
        "wskrx has stopped delivering: the network stack has closed the socket; start again \
         (STATUS_FILE_FORCED_CLOSED)."
    );
    assert_eq!((summary.shown, log.lines().len()), (1, 3));
}

/// Stops the run at the third look.
struct Looks(Vec<u64>, session::Stopper);

impl Monitor<Stats> for Looks {
    fn interval(&self) -> Duration {
        Duration::from_millis(2)
    }

    fn show(&mut self, stats: &Stats) {
        self.0.push(stats.received);
        if self.0.len() == 3 {
            self.1.stop();
        }
    }
}

#[test]
fn a_monitor_looks_on() {
    let fake = Fake::with(&["a"].map(sent));
    let events = Events::default();
    let mut looks = Looks(Vec::new(), events.stopper());
    let receiver = Receiver::new(&fake).unwrap();
    let limits = Limits::default();
    let summary = session::run(&receiver, &mut [], limits, events, Some(&mut looks));
    summary.result.unwrap();
    assert!(looks.0.len() >= 3 && looks.0.iter().all(|&received| received == 1));
}
