//! The thread that gives an adapter the frames of a source.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use super::{Progress, Sink, Source, SourceError, Statistics, spare};
use crate::{
    ke,
    ndis::{
        adapter::Adapter,
        api::{LinkState, SourceReport},
        receive, status,
    },
    sched::{self, Condvar, Mutex},
    stop,
    system::System,
};

/// How often the thread looks what the source has counted, and whether the link is there.
const INTERVAL: Duration = Duration::from_millis(200);

/// What is known of the source of an adapter.
#[derive(Default)]
pub(crate) struct Feed {
    state: Mutex<FeedState>,
    changed: Condvar,
    woken: AtomicBool,
    sink: Mutex<Option<Box<dyn Sink>>>,
}

#[derive(Default)]
struct FeedState {
    running: bool,
    stopped: bool,
    /// `None` if there is no source.
    report: Option<SourceReport>,
}

impl Feed {
    /// Tells the thread to end.
    pub fn stop(&self) {
        self.state.lock().stopped = true;
        self.changed.notify_all();
    }

    /// Waits until the source has come to its end and all its frames are indicated.
    pub fn wait(&self) {
        let mut state = self.state.lock();
        self.changed.wait_while(&mut state, |state| state.running);
    }

    /// What has become of the source, if there is one.
    pub fn report(&self) -> Option<SourceReport> {
        self.state.lock().report.clone()
    }

    /// Sends a frame where the source says. False if it goes nowhere.
    pub fn send(&self, frame: &[u8]) -> bool {
        let mut sink = self.sink.lock();
        sink.as_mut().is_some_and(|sink| sink.send(frame).is_ok())
    }

    /// Somebody may listen now.
    pub fn wake(&self) {
        self.woken.store(true, Ordering::Release);
        // Whoever is about to wait sees it, or waits already.
        drop(self.state.lock());
        self.changed.notify_all();
    }

    /// Waits until somebody may listen, or for a while. False if the thread is to end.
    fn wait_for_listener(&self) -> bool {
        let mut state = self.state.lock();
        if !state.stopped && !self.woken.swap(false, Ordering::Acquire) {
            self.changed.wait_for(&mut state, INTERVAL);
        }
        !state.stopped && !stop::is_stopped()
    }

    fn note(&self, statistics: Statistics) {
        if let Some(report) = &mut self.state.lock().report {
            report.dropped = statistics.dropped;
            report.truncated = statistics.truncated;
        }
    }

    fn end(&self, failure: Option<String>) {
        let mut state = self.state.lock();
        state.running = false;
        if let Some(report) = &mut state.report {
            report.ended = true;
            report.failure = failure;
        }
        self.changed.notify_all();
    }
}

/// Starts a thread that gives the adapter the frames of `source` while somebody listens to it.
pub(in crate::ndis) fn start(
    system: &Arc<System>,
    adapter: &Arc<Adapter>,
    mut source: Box<dyn Source>,
) {
    let mut state = adapter.feed.state.lock();
    state.running = true;
    state.report = Some(SourceReport::default());
    drop(state);
    *adapter.feed.sink.lock() = source.sink();
    let fed = Arc::clone(adapter);
    ke::thread::spawn(system, "ndis source", move || {
        let failure = feed(&fed, &mut *source).err();
        if failure.is_some() {
            status::set_link(&fed, LinkState::down());
        }
        fed.feed.note(source.statistics());
        fed.feed.end(failure.map(|error| error.to_string()));
    })
    .expect("the machine has room for another thread");
}

/// Gives the adapter all frames of the source.
fn feed(adapter: &Arc<Adapter>, source: &mut dyn Source) -> Result<(), SourceError> {
    let mut frames = Vec::new();
    let mut filter = 0;
    let mut looked: Option<Instant> = None;
    loop {
        if looked.is_none_or(|looked| sched::now().duration_since(looked) >= INTERVAL) {
            looked = Some(sched::now());
            look(adapter, source);
        }
        if !adapter.has_listener() {
            if filter != 0 {
                filter = 0;
                source.listen(filter)?;
                look(adapter, source);
            }
            if adapter.feed.wait_for_listener() {
                continue;
            }
            return Ok(());
        }
        let wanted = adapter.packet_filter();
        if wanted != filter {
            filter = wanted;
            source.listen(filter)?;
        }
        let progress = source.next(&mut frames);
        if !frames.is_empty() {
            receive::indicate(adapter, &frames);
            spare::keep(&mut frames);
        }
        if progress? == Progress::End || adapter.feed.state.lock().stopped || stop::is_stopped() {
            return Ok(());
        }
    }
}

/// Looks what the source has counted, and whether the link is there.
fn look(adapter: &Arc<Adapter>, source: &mut dyn Source) {
    adapter.feed.note(source.statistics());
    if let Some(link) = source.link() {
        status::set_link(adapter, link);
    }
}
