//! A driver on a network that a test makes up.

use std::thread;

use e2e::{Family, Machine, payload, settings};
use nthost::{
    File, Kernel,
    wsk::{Datagram, Delivered, List, Network, Settings, Synthetic},
};
use winrx::{Mode, Receiver, RecordFlags, Stats};
use wsk_sys::{IP_PKTINFO, IP_TOS, IPPROTO_IP};

/// The modes whose datagrams come to the event callback.
pub const CALLED: [Mode; 3] = [Mode::Event, Mode::EventStatic, Mode::Retain];

/// The modes whose datagrams come to requests.
pub const ASKING: [Mode; 2] = [Mode::Irp, Mode::Direct];

/// What datagrams tell that tell something.
pub const TOLD: RecordFlags = RecordFlags::PACKET_INFO.with(RecordFlags::TRAFFIC_CLASS);

/// A machine whose network is made up.
pub struct Lab {
    pub machine: Machine,
    pub network: Synthetic,
}

impl Lab {
    pub fn new(settings: Settings) -> Self {
        let network = Synthetic::new();
        let builder = Kernel::builder().processors(4).network_settings(settings);
        let machine = Machine::new(builder.network(Network::Synthetic(network.clone())));
        Self { machine, network }
    }

    /// A receiver.
    pub fn link(&self, settings: &winrx::Settings) -> Link<'_> {
        let (receiver, bound) = self.machine.receive(settings);
        Link { lab: self, mode: settings.mode, receiver, port: bound.local.port() }
    }

    pub fn finish(self) {
        self.machine.finish();
    }
}

/// Runs a test with a receiver of each of these modes, each on a machine of its own.
pub fn with_each(modes: &[Mode], provider: &Settings, test: impl Fn(&Link)) {
    for &mode in modes {
        with(provider, &settings(mode, Family::V4), &test);
    }
}

/// Runs a test with a receiver.
pub fn with(provider: &Settings, settings: &winrx::Settings, test: impl FnOnce(&Link)) {
    let lab = Lab::new(provider.clone());
    let link = lab.link(settings);
    test(&link);
    link.end();
    lab.finish();
}

/// A receiver that is bound, and the network that feeds it.
pub struct Link<'l> {
    pub lab: &'l Lab,
    pub mode: Mode,
    pub receiver: Receiver<File>,
    pub port: u16,
}

impl Link<'_> {
    pub fn stats(&self) -> Stats {
        let stats = self.receiver.stats().expect("the driver tells");
        assert!(stats.adds_up(), "{:?}: {stats:?}", self.mode);
        stats
    }

    /// Lets datagrams arrive together.
    pub fn inject(&self, datagrams: &[Datagram]) -> Delivered {
        self.inject_list(&List::new(datagrams.to_vec()))
    }

    pub fn inject_list(&self, list: &List) -> Delivered {
        self.lab.network.inject(self.port, list).expect("the socket is bound")
    }

    /// Waits until the counters are as they are to become.
    pub fn wait_until(&self, reached: impl Fn(&Stats) -> bool) -> Stats {
        loop {
            let stats = self.stats();
            if reached(&stats) {
                return stats;
            }
            thread::yield_now();
        }
    }

    /// Lets datagrams arrive, and reads them: first each alone, while a read waits for it, then all
    /// together, before anybody reads.
    pub fn exchange(&self, datagrams: &[Datagram]) -> Vec<winrx::Datagram<'static>> {
        let mut all = Vec::new();
        for datagram in datagrams {
            let read = self.receiver.device().start_read(1 << 17);
            assert_eq!(self.inject(std::slice::from_ref(datagram)).lost, 0);
            let (completion, bytes) = read.wait();
            let length = completion.ok().expect("the read succeeds");
            let mut records = rx_abi::Records::new(&bytes[..length]);
            let record = records.next().expect("a record").expect("a valid one");
            let received = winrx::Datagram::try_from(record).expect("of a datagram");
            all.push(received.into_owned());
            assert!(records.next().is_none(), "one datagram came");
        }
        check(&all, datagrams);
        let before = self.stats();
        assert_eq!(before.held, 0, "{before:?}");
        assert_eq!(self.inject(datagrams).lost, 0);
        let count = datagrams.len() as u64;
        if self.mode != Mode::Direct {
            let stats = self.wait_until(|stats| stats.received == before.received + count);
            assert_eq!(stats.held, count, "{:?}: {stats:?}", self.mode);
        }
        let rest = self.read(datagrams.len());
        check(&rest, datagrams);
        let stats = self.stats();
        assert_eq!(stats.delivered, before.delivered + count, "{:?}: {stats:?}", self.mode);
        all.extend(rest);
        all
    }

    /// Reads so many datagrams; if they come to the callback, one at a time, they are in order.
    pub fn read(&self, count: usize) -> Vec<winrx::Datagram<'static>> {
        let mut read = e2e::read(&self.receiver, count);
        if ASKING.contains(&self.mode) {
            read.sort_by_key(|datagram| datagram.from.port());
        }
        read
    }

    /// Ends reception, and reads what is held: exactly what the counters say.
    pub fn end(self) -> (Vec<winrx::Datagram<'static>>, Stats) {
        self.receiver.unbind().expect("reception ends");
        let held = self.stats().held;
        let rest: Vec<_> = self.receiver.records().map(|read| read.expect("a datagram")).collect();
        assert_eq!(rest.len() as u64, held, "{:?}", self.mode);
        let stats = self.stats();
        assert_eq!((stats.held, stats.retained, stats.queue_used), (0, 0, 0), "{:?}", self.mode);
        if ASKING.contains(&self.mode) {
            let ended = stats.received + stats.requests_cancelled + stats.requests_failed;
            assert_eq!(stats.requests, ended, "every request ended: {stats:?}");
        }
        (rest, stats)
    }
}

/// A datagram with a number, by which it is known again: the port that it comes from.
pub fn numbered(number: u16, length: usize) -> Datagram {
    let from = ([10, 0, 0, 1], number).into();
    Datagram::new(from, payload(length, number.into()))
}

/// Datagrams of many lengths, with these numbers.
pub fn several(numbers: std::ops::Range<u16>) -> Vec<Datagram> {
    const LENGTHS: [usize; 10] = [0, 1, 7, 8, 9, 100, 1472, 4096, 5000, 20_000];
    numbers.map(|number| numbered(number, LENGTHS[usize::from(number) % LENGTHS.len()])).collect()
}

/// The datagram, with all that is told of one.
pub fn telling(datagram: Datagram) -> Datagram {
    datagram.with_message(IPPROTO_IP, IP_PKTINFO, &[10, 0, 0, 9, 7, 0, 0, 0]).with_message(
        IPPROTO_IP,
        IP_TOS,
        &0x2e_u32.to_le_bytes(),
    )
}

/// Asserts that what was received is what came; what it tells is right, but need not be there.
pub fn check(received: &[winrx::Datagram], sent: &[Datagram]) {
    assert_eq!(received.len(), sent.len());
    for (received, sent) in received.iter().zip(sent) {
        assert_eq!(received.from, sent.from);
        assert!(*received.payload == *sent.payload, "{} bytes", sent.payload.len());
        assert_eq!(received.original as usize, sent.payload.len());
        assert_eq!(received.lost, 0);
        let told = TOLD.contains(received.flags);
        assert!(told, "{:?}", received.flags.names().collect::<Vec<_>>());
        check_told(received);
    }
}

/// Asserts that what a datagram tells is what [`telling`] lets it tell.
pub fn check_told(received: &winrx::Datagram) {
    if received.flags.contains(RecordFlags::PACKET_INFO) {
        assert_eq!(received.to.map(|to| to.ip()), Some([10, 0, 0, 9].into()));
        assert_eq!(received.interface, Some(7));
    } else {
        assert_eq!((received.to, received.interface), (None, None));
    }
    let told = received.flags.contains(RecordFlags::TRAFFIC_CLASS);
    assert_eq!(received.traffic_class, told.then_some(0x2e));
}
