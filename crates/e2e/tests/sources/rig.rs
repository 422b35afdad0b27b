//! Open sources.

use std::time::{Duration, Instant};

use e2e::netns::{FAR_MAC, NEAR_MAC, Namespace};
use nthost::ndis::{
    Adapter, Frame,
    source::{self, Source, SourceError},
};

/// How long a test waits for what is on its way.
const LIMIT: Duration = Duration::from_secs(10);

/// The frames that no test here sends: those that Linux sends of its own accord.
fn is_of_the_system(frame: &Frame) -> bool {
    let multicast = frame.data.first().is_some_and(|byte| byte & 1 != 0);
    multicast && frame.data.get(12..14) == Some(&[0x86, 0xdd])
}

/// An open source.
pub struct Opened {
    pub adapter: Adapter,
    pub source: Box<dyn Source>,
}

impl Opened {
    /// Opens a source inside of a namespace, and listens to everything.
    pub fn new(namespace: &Namespace, spec: &str) -> Self {
        let mut opened = Self::try_new(namespace, spec).expect("it opens");
        opened.source.listen(0x2f).expect("it listens");
        opened
    }

    pub fn try_new(namespace: &Namespace, spec: &str) -> Result<Self, SourceError> {
        let spec = spec.parse().expect("it is a spec");
        let (adapter, source) = namespace.run(|| source::open(&[spec]))?.remove(0);
        Ok(Self { adapter, source })
    }

    /// The next frames, so many, without those of the system.
    pub fn take(&mut self, count: usize) -> Vec<Frame> {
        let mut frames = Vec::new();
        let end = Instant::now() + LIMIT;
        while frames.len() < count {
            assert!(Instant::now() < end, "{} frames of {count} came", frames.len());
            let mut new = Vec::new();
            self.source.next(&mut new).expect("there is more");
            frames.extend(new.into_iter().filter(|frame| !is_of_the_system(frame)));
        }
        assert_eq!(frames.len(), count, "no more than that");
        frames
    }

    /// Waits until the source says something.
    pub fn wait<R>(&mut self, mut ask: impl FnMut(&mut dyn Source) -> Option<R>) -> R {
        let end = Instant::now() + LIMIT;
        loop {
            if let Some(answer) = ask(&mut *self.source) {
                return answer;
            }
            assert!(Instant::now() < end, "it says nothing");
        }
    }
}

/// A frame from the far end to the near one, with this behind the addresses.
pub fn frame(rest: &[u8]) -> Vec<u8> {
    [&NEAR_MAC[..], &FAR_MAC, rest].concat()
}
