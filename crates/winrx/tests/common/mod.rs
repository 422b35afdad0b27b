//! A driver in memory, and records for it to deliver.

#![allow(dead_code, reason = "each test program uses a part of it")]

pub mod packet;

use std::{
    collections::VecDeque,
    net::SocketAddr,
    sync::{Condvar, Mutex, MutexGuard},
};

use rx_abi::{
    Bind, Bound, ControlCode, DatagramHeader, IOCTL_BIND, IOCTL_INFO, IOCTL_STATS, IOCTL_UNBIND,
    Info, RecordHeader, RecordKind,
};
use winrx::{Device, DeviceError, RecordFlags, Stats, address::to_endpoint};
use zerocopy::{FromBytes, IntoBytes};

pub const CANCELLED: DeviceError = DeviceError::Nt(0xC000_0120);
pub const END_OF_FILE: DeviceError = DeviceError::Nt(0xC000_0011);
pub const BUFFER_TOO_SMALL: DeviceError = DeviceError::Nt(0xC000_0023);
pub const ADDRESS_ALREADY_EXISTS: DeviceError = DeviceError::Nt(0xC000_020A);
pub const FORCED_CLOSED: DeviceError = DeviceError::Nt(0xC000_00B6);
const INVALID_PARAMETER: DeviceError = DeviceError::Nt(0xC000_000D);
const INVALID_DEVICE_STATE: DeviceError = DeviceError::Nt(0xC000_0184);

/// Where the fake driver takes a port when it is asked for any.
pub const FREE_PORT: u16 = 49_152;

/// 2023-11-14 22:13:20.123456789 UTC.
pub const TIME: u64 = 1_700_000_000_123_456_789;

/// A record to be.
#[derive(Clone, Debug)]
pub struct Sent {
    pub from: SocketAddr,
    pub to: Option<SocketAddr>,
    pub class: Option<u8>,
    pub flags: RecordFlags,
    pub lost: u32,
    pub original: Option<usize>,
    pub payload: Vec<u8>,
    pub time: u64,
}

impl Sent {
    pub fn new(from: &str, to: &str, payload: &[u8]) -> Self {
        Self {
            from: from.parse().unwrap(),
            to: Some(to.parse().unwrap()),
            class: Some(0),
            flags: RecordFlags::default(),
            lost: 0,
            original: None,
            payload: payload.to_vec(),
            time: TIME,
        }
    }

    /// The bytes of the record.
    pub fn record(&self) -> Vec<u8> {
        let captured = u32::try_from(self.payload.len()).unwrap();
        let original = self.original.map_or(captured, |length| u32::try_from(length).unwrap());
        let mut flags = self.flags;
        if self.to.is_some() {
            flags = flags.with(RecordFlags::PACKET_INFO);
        }
        if self.class.is_some() {
            flags = flags.with(RecordFlags::TRAFFIC_CLASS);
        }
        let header = RecordHeader {
            size: RecordHeader::datagram_size(self.payload.len()).unwrap(),
            payload_offset: RecordHeader::DATAGRAM_OFFSET,
            kind: RecordKind::Datagram as u16,
            captured,
            original,
            flags: flags.bits(),
            lost: self.lost,
            time: self.time,
        };
        let datagram = DatagramHeader {
            from: to_endpoint(self.from),
            to: self.to.map(to_endpoint).unwrap_or_default(),
            interface: if self.to.is_some() { 2 } else { 0 },
            traffic_class: self.class.unwrap_or_default(),
            reserved: [0; 3],
        };
        let mut bytes = [header.as_bytes(), datagram.as_bytes(), &self.payload].concat();
        bytes.resize(header.size as usize, 0);
        bytes
    }
}

/// A driver in memory.
pub struct Fake {
    info: Info,
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    bound: Option<Bind>,
    unbound: bool,
    records: VecDeque<Vec<u8>>,
    stats: Stats,
    cancels: u64,
    refuse_bind: Option<DeviceError>,
    /// What reads answer once there are no records.
    broken: Option<DeviceError>,
}

impl Default for Fake {
    fn default() -> Self {
        Self::calling_itself(Info::new("wskrx", "1.2.3"))
    }
}

impl Fake {
    /// A driver that says this about itself.
    pub fn calling_itself(info: Info) -> Self {
        Self { info, state: Mutex::default(), changed: Condvar::new() }
    }

    /// A driver that has received these.
    pub fn with<'s>(sent: impl IntoIterator<Item = &'s Sent>) -> Self {
        let fake = Self::default();
        for sent in sent {
            fake.deliver(sent);
        }
        fake
    }

    pub fn deliver(&self, sent: &Sent) {
        self.deliver_bytes(sent.record(), sent.payload.len());
    }

    pub fn deliver_bytes(&self, record: Vec<u8>, payload: usize) {
        let mut state = self.lock();
        state.stats.received += 1;
        state.stats.received_bytes += payload as u64;
        state.stats.held += 1;
        state.records.push_back(record);
        self.changed.notify_all();
    }

    /// Counts datagrams that were received and dropped.
    pub fn drop_some(&self, queue_full: u64, closed: u64) {
        let mut state = self.lock();
        state.stats.received += queue_full + closed;
        state.stats.dropped_queue_full += queue_full;
        state.stats.dropped_closed += closed;
    }

    pub fn refuse_bind(&self, error: DeviceError) {
        self.lock().refuse_bind = Some(error);
    }

    pub fn break_reads(&self, error: DeviceError) {
        self.lock().broken = Some(error);
        self.changed.notify_all();
    }

    pub fn bound(&self) -> Option<Bind> {
        self.lock().bound
    }

    pub fn is_unbound(&self) -> bool {
        self.lock().unbound
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    fn bind(&self, input: &[u8]) -> Result<Bound, DeviceError> {
        let bind = Bind::read_from_bytes(input).map_err(|_| INVALID_PARAMETER)?;
        bind.check().map_err(|_| INVALID_PARAMETER)?;
        let mut state = self.lock();
        if let Some(error) = state.refuse_bind {
            return Err(error);
        }
        if state.bound.replace(bind).is_some() {
            return Err(INVALID_DEVICE_STATE);
        }
        let mut local = bind.local;
        if local.port == 0 {
            local.port = FREE_PORT;
        }
        Ok(Bound { local, receive_buffer: bind.receive_buffer, queue_bytes: bind.queue_bytes })
    }
}

impl Device for Fake {
    fn control(
        &self,
        code: ControlCode,
        input: &[u8],
        output: &mut [u8],
    ) -> Result<usize, DeviceError> {
        let answer = match code {
            IOCTL_INFO => self.info.as_bytes().to_vec(),
            IOCTL_BIND => self.bind(input)?.as_bytes().to_vec(),
            IOCTL_STATS => self.lock().stats.as_bytes().to_vec(),
            IOCTL_UNBIND => {
                self.lock().unbound = true;
                self.changed.notify_all();
                Vec::new()
            }
            other => panic!("an unknown control code: {other:?}"),
        };
        output.get_mut(..answer.len()).ok_or(BUFFER_TOO_SMALL)?.copy_from_slice(&answer);
        Ok(answer.len())
    }

    fn read(&self, buffer: &mut [u8]) -> Result<usize, DeviceError> {
        let mut state = self.lock();
        let cancels = state.cancels;
        while state.records.is_empty() {
            if let Some(error) = state.broken {
                return Err(error);
            }
            if state.unbound {
                return Err(END_OF_FILE);
            }
            if state.cancels != cancels {
                return Err(CANCELLED);
            }
            state = self.changed.wait(state).unwrap();
        }
        let mut length = 0;
        while let Some(record) = state.records.front() {
            let Some(place) = buffer.get_mut(length..length + record.len()) else { break };
            place.copy_from_slice(record);
            length += record.len();
            state.records.pop_front();
            state.stats.held -= 1;
            state.stats.delivered += 1;
        }
        if length == 0 { Err(BUFFER_TOO_SMALL) } else { Ok(length) }
    }

    fn cancel(&self) {
        self.lock().cancels += 1;
        self.changed.notify_all();
    }
}
