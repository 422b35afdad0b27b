//! Adapters that are fed by a source.

use std::{
    collections::VecDeque,
    io,
    sync::{Arc, mpsc},
    time::Duration,
};

use ndis_sys::{MediaConnectStateConnected, MediaConnectStateDisconnected, NDIS_STATUS_LINK_STATE};
use parking_lot::Mutex;

use super::super::{Progress, Sink, Source, SourceError, Statistics};
use crate::ndis::{
    Frame, LinkState, Settings, SourceReport,
    tests::driver::{Driver, Machine, Script},
};

/// The filter that the driver sets.
const FILTER: u32 = 9;

/// How long a test waits for what is to come.
const LIMIT: Duration = Duration::from_secs(20);

/// A source that does what a test says, and tells what it is asked.
struct Scripted {
    answers: VecDeque<Answer>,
    links: VecDeque<LinkState>,
    asked: mpsc::Sender<Asked>,
    sent: Arc<Mutex<Vec<Vec<u8>>>>,
}

type Answer = Result<(Vec<Frame>, Progress), SourceError>;

#[derive(Debug, PartialEq, Eq)]
enum Asked {
    Listen(u32),
    Next,
}

impl Source for Scripted {
    fn next(&mut self, frames: &mut Vec<Frame>) -> Result<Progress, SourceError> {
        assert!(frames.is_empty(), "there is room for new frames");
        // Whoever does not want to know has gone.
        let _ = self.asked.send(Asked::Next);
        let Some(answer) = self.answers.pop_front() else { return Ok(Progress::End) };
        let (new, progress) = answer?;
        frames.extend(new);
        Ok(progress)
    }

    fn listen(&mut self, packet_filter: u32) -> Result<(), SourceError> {
        let _ = self.asked.send(Asked::Listen(packet_filter));
        Ok(())
    }

    fn link(&mut self) -> Option<LinkState> {
        self.links.pop_front()
    }

    fn statistics(&mut self) -> Statistics {
        Statistics { dropped: 3, truncated: 2 }
    }

    fn sink(&mut self) -> Option<Box<dyn Sink>> {
        Some(Box::new(Kept(Arc::clone(&self.sent))))
    }
}

struct Kept(Arc<Mutex<Vec<Vec<u8>>>>);

impl Sink for Kept {
    fn send(&mut self, frame: &[u8]) -> io::Result<()> {
        self.0.lock().push(frame.to_vec());
        Ok(())
    }
}

fn scripted(answers: Vec<Answer>) -> (Scripted, mpsc::Receiver<Asked>) {
    let (asked, asks) = mpsc::channel();
    let (answers, links, sent) = (answers.into(), VecDeque::new(), Arc::default());
    (Scripted { answers, links, asked, sent }, asks)
}

fn frames(count: usize) -> Vec<Frame> {
    vec![Frame::from(vec![0xff; 60]); count]
}

fn listener() -> Script {
    Script { filter: FILTER, ..Script::default() }
}

#[test]
fn a_source_is_asked_while_somebody_listens() {
    let machine = Machine::new(Settings::default());
    let (source, asks) =
        scripted(vec![Ok((frames(3), Progress::More)), Ok((frames(2), Progress::End))]);
    let link = machine.kernel.plug_source(machine.adapter("eth0"), Box::new(source));
    assert_eq!(asks.try_recv(), Err(mpsc::TryRecvError::Empty), "nobody listens");
    let driver = Driver::start(&machine, listener());
    let asked: Vec<_> = (0..3).map(|_| asks.recv_timeout(LIMIT).unwrap()).collect();
    assert_eq!(asked, [Asked::Listen(FILTER), Asked::Next, Asked::Next]);
    assert!(link.wait_idle());
    let report = link.report();
    assert_eq!((report.frames, report.dropped), (5, 0));
    let end = SourceReport { ended: true, failure: None, dropped: 3, truncated: 2 };
    assert_eq!(report.source, Some(end));
    driver.deregister(&machine);
    machine.assert_clean();
}

#[test]
fn a_source_hears_that_nobody_listens_any_more() {
    let machine = Machine::new(Settings::default());
    let (source, asks) = scripted(vec![Ok((frames(1), Progress::More)); 100_000]);
    let link = machine.kernel.plug_source(machine.adapter("eth0"), Box::new(source));
    let driver = Driver::start(&machine, listener());
    assert_eq!(asks.recv_timeout(LIMIT), Ok(Asked::Listen(FILTER)));
    driver.deregister(&machine);
    let mut asked = std::iter::from_fn(|| asks.recv_timeout(LIMIT).ok());
    assert_eq!(asked.find(|asked| *asked != Asked::Next), Some(Asked::Listen(0)));
    assert!(!link.report().source.expect("there is one").ended);
}

#[test]
fn a_failure_ends_the_source_and_the_link() {
    let machine = Machine::new(Settings::default());
    let (source, _asks) = scripted(vec![Err(SourceError("it broke".to_owned()))]);
    let link = machine.kernel.plug_source(machine.adapter("eth0"), Box::new(source));
    let driver = Driver::start(&machine, listener());
    assert!(link.wait_idle());
    assert_eq!(link.source_failure().as_deref(), Some("it broke"));
    let states = driver.binding().seen().status;
    let states = states.iter().filter(|status| status.0 == NDIS_STATUS_LINK_STATE);
    assert_eq!(states.map(|status| connected(&status.2)).collect::<Vec<_>>(), [false]);
    driver.deregister(&machine);
}

#[test]
fn drivers_hear_of_the_link() {
    let machine = Machine::new(Settings::default());
    let driver = Driver::start(&machine, Script::default());
    let (mut source, _asks) = scripted(vec![]);
    source.links = [LinkState::down(), LinkState::up(7)].into();
    let _link = machine.kernel.plug_source(machine.adapter("eth0"), Box::new(source));
    let states = driver.binding().wait(|seen| {
        let states = seen.status.iter().filter(|status| status.0 == NDIS_STATUS_LINK_STATE);
        let states: Vec<_> = states.map(|status| connected(&status.2)).collect();
        (states.len() == 2).then_some(states)
    });
    assert_eq!(states, [false, true]);
    driver.deregister(&machine);
}

/// Whether `NDIS_LINK_STATE` tells of a link.
fn connected(payload: &[u8]) -> bool {
    let state = i32::from_le_bytes(payload[4..8].try_into().expect("it is long enough"));
    assert!([MediaConnectStateConnected, MediaConnectStateDisconnected].contains(&state));
    state == MediaConnectStateConnected
}
