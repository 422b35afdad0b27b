//! The thread that gives an adapter the frames of a source.

use std::{sync::Arc, time::Duration};

use parking_lot::{Condvar, Mutex};

use super::{Progress, Source};
use crate::{
    ke,
    ndis::{adapter::Adapter, receive},
    system::System,
};

/// How long the thread waits before it looks again whether somebody listens.
const PAUSE: Duration = Duration::from_millis(2);

/// What is known of the source of an adapter.
#[derive(Default)]
pub(crate) struct Feed {
    state: Mutex<FeedState>,
    changed: Condvar,
}

#[derive(Default)]
struct FeedState {
    running: bool,
    stopped: bool,
    failure: Option<String>,
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

    /// Why the source came to its end too soon, if it did.
    pub fn failure(&self) -> Option<String> {
        self.state.lock().failure.clone()
    }

    /// Waits until somebody listens. False if the thread is to end.
    fn wait_for_listener(&self, adapter: &Adapter) -> bool {
        let mut state = self.state.lock();
        while !state.stopped && !adapter.has_listener() {
            self.changed.wait_for(&mut state, PAUSE);
        }
        !state.stopped
    }

    fn end(&self, failure: Option<String>) {
        let mut state = self.state.lock();
        state.running = false;
        state.failure = failure;
        self.changed.notify_all();
    }
}

/// Starts a thread that gives the adapter the frames of `source` while somebody listens to it.
pub(in crate::ndis) fn start(
    system: &Arc<System>,
    adapter: &Arc<Adapter>,
    source: Box<dyn Source>,
) {
    adapter.feed.state.lock().running = true;
    let fed = Arc::clone(adapter);
    ke::thread::spawn(system, "ndis source", move || {
        let failure = feed(&fed, source);
        fed.feed.end(failure);
    })
    .expect("the machine has room for another thread");
}

/// Gives the adapter all frames of the source. Returns why that ended too soon, if it did.
fn feed(adapter: &Arc<Adapter>, mut source: Box<dyn Source>) -> Option<String> {
    let mut frames = Vec::new();
    while adapter.feed.wait_for_listener(adapter) {
        frames.clear();
        let progress = source.next(&mut frames);
        if !frames.is_empty() {
            receive::indicate(adapter, &frames);
        }
        match progress {
            Ok(Progress::More) => {}
            Ok(Progress::End) => break,
            Err(error) => return Some(error.to_string()),
        }
    }
    None
}
