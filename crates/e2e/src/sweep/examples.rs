//! Lives of the drivers of the folder `examples`.

use std::time::Duration;

use nthost::{
    Builder, File, Kernel, Pending,
    ndis::{Adapter, Frame, Link},
    wsk::{Datagram, List, Network, Synthetic},
};

use super::{
    Life,
    life::denied,
    session::{PATIENCE, Session, Subject},
};
use crate::payload;

/// How long a read waits for what may have been lost because something was short.
const SHORT: Duration = Duration::from_secs(1);
/// Reads of a session.
const READS: usize = 4;
/// Bytes of each.
const READ: usize = 2000;

/// The control code that binds a handle of borrowed_irp.
const BIND: u32 = 0x0012_6000;

/// A life of each.
#[must_use]
pub fn example_lives() -> Vec<Life> {
    let datagrams = |driver| Life::new(driver, "", move || Datagrams::new(driver));
    vec![datagrams("own_irp"), datagrams("borrowed_irp"), Life::new("frames", "", Frames::default)]
}

/// Begins reads.
fn start_reads(file: &File) -> Vec<Pending> {
    (0..READS).map(|_| file.start_read(READ)).collect()
}

/// How many calls had failed, because something was said to be short, when sessions began.
#[derive(Default)]
struct Shortage {
    /// When the one before did.
    earlier: u64,
    /// When this one did.
    before: u64,
}

impl Shortage {
    /// A session begins.
    fn begin(&mut self, kernel: &Kernel) {
        self.earlier = std::mem::replace(&mut self.before, denied(kernel));
    }

    /// How long to wait for what comes unless something was short in this session or the one before.
    fn patience(&self, kernel: &Kernel) -> Duration {
        if denied(kernel) > self.earlier { SHORT } else { PATIENCE }
    }
}

/// Waits for the reads. What they return is a payload that was sent.
fn finish(reads: Vec<Pending>, patience: Duration, session: &mut Session) {
    let (mut seeds, mut waiting) = ((0..READS).collect::<Vec<_>>(), Vec::new());
    for read in reads {
        let (completion, data) = match read.wait_for(patience) {
            Ok(done) => done,
            Err(read) => {
                session.fail("a read gets nothing");
                waiting.push(read);
                continue;
            }
        };
        let Some(length) = session.attempt("a read", completion.ok()) else { continue };
        let data = data.get(..length).unwrap_or_default();
        let sent = seeds.iter().position(|&seed| data == payload(100, seed));
        session.check(sent.is_some(), || format!("{data:?} was not sent, or not again"));
        sent.map(|sent| seeds.swap_remove(sent));
    }
    for read in waiting {
        read.cancel();
        drop(read.wait());
    }
}

/// A driver that receives datagrams.
struct Datagrams {
    driver: &'static str,
    network: Synthetic,
    shortage: Shortage,
}

impl Datagrams {
    fn new(driver: &'static str) -> Self {
        Self { driver, network: Synthetic::new(), shortage: Shortage::default() }
    }

    fn receive(&self, kernel: &Kernel, session: &mut Session) -> Option<()> {
        let name = format!(r"\\.\{}", self.driver);
        let file = session.attempt("opening", kernel.open(&name))?;
        let mut port = 5000_u16.to_le_bytes();
        if self.driver == "borrowed_irp" {
            let input = port;
            session.attempt("binding", file.ioctl(BIND, &input, &mut port).ok())?;
        }
        let reads = start_reads(&file);
        for seed in 0..READS {
            let datagram = Datagram::new(([10, 0, 0, 1], 9).into(), payload(100, seed));
            self.network.inject(u16::from_le_bytes(port), &List::new(vec![datagram]));
        }
        finish(reads, self.shortage.patience(kernel), session);
        let waiting = file.start_read(READ);
        file.close();
        drop(waiting.wait());
        Some(())
    }
}

impl Subject for Datagrams {
    fn builder(&self) -> Builder {
        Kernel::builder().network(Network::Synthetic(self.network.clone()))
    }

    fn prepare(&mut self, _kernel: &Kernel) {}

    fn session(&mut self, kernel: &Kernel) -> Session {
        let mut session = Session::default();
        self.shortage.begin(kernel);
        self.receive(kernel, &mut session);
        session
    }

    fn settle(&mut self, _kernel: &Kernel) -> Vec<String> {
        Vec::new()
    }
}

/// The driver that receives frames.
#[derive(Default)]
struct Frames {
    link: Option<Link>,
    shortage: Shortage,
}

impl Subject for Frames {
    fn builder(&self) -> Builder {
        Kernel::builder()
    }

    fn prepare(&mut self, kernel: &Kernel) {
        // A list of two that it has is lent.
        let adapter = Adapter { descriptors: 4, low_mark: 3, ..Adapter::new("net0") };
        self.link = Some(kernel.plug(adapter));
    }

    fn session(&mut self, kernel: &Kernel) -> Session {
        let mut session = Session::default();
        self.shortage.begin(kernel);
        let Some(link) = &self.link else { return session };
        // An adapter that was not bound to is offered again, and asked for frames again.
        link.surprise_remove();
        link.replug();
        let Some(file) = session.attempt("opening", kernel.open(r"\\.\frames")) else {
            return session;
        };
        let reads = start_reads(&file);
        for seed in 0..READS {
            link.indicate(&[Frame::from(payload(100, seed))]);
        }
        finish(reads, self.shortage.patience(kernel), &mut session);
        link.indicate(&[Frame::from(payload(100, 0))]);
        file.close();
        session
    }

    fn settle(&mut self, _kernel: &Kernel) -> Vec<String> {
        let idle = self.link.as_ref().is_none_or(Link::wait_idle);
        if idle { Vec::new() } else { vec!["lists are not given back".to_owned()] }
    }
}
