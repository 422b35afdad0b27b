//! A driver in memory, and records for it to deliver.

#![allow(dead_code, reason = "each test program uses a part of it")]

pub mod frames;
pub mod packet;

use std::{
    collections::VecDeque,
    net::SocketAddr,
    sync::{Condvar, Mutex, MutexGuard},
};

use rx_abi::{
    Adapter, AdapterList, Bind, Bound, ControlCode, DatagramHeader, Guid, IOCTL_ADAPTER_STATS,
    IOCTL_ADAPTERS, IOCTL_BIND, IOCTL_FRAME_STATS, IOCTL_INFO, IOCTL_OPEN, IOCTL_RECEIVERS,
    IOCTL_STATS, IOCTL_UNBIND, Info, OpenFrames, Opened, ReceiverList, RecordHeader, RecordKind,
};
use winrx::{
    AdapterStats, Device, DeviceError, FrameStats, RecordFlags, Stats, address::to_endpoint,
};
use zerocopy::{FromBytes, IntoBytes};

pub const CANCELLED: DeviceError = DeviceError::Nt(0xC000_0120);
pub const END_OF_FILE: DeviceError = DeviceError::Nt(0xC000_0011);
pub const BUFFER_TOO_SMALL: DeviceError = DeviceError::Nt(0xC000_0023);
pub const ADDRESS_ALREADY_EXISTS: DeviceError = DeviceError::Nt(0xC000_020A);
pub const FORCED_CLOSED: DeviceError = DeviceError::Nt(0xC000_00B6);
pub const NOT_FOUND: DeviceError = DeviceError::Nt(0xC000_0225);
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
    receivers: Vec<rx_abi::Receiver>,
    /// How many receivers it tells of more than it lists.
    boasts: u32,
    ended: (u64, Stats),
    adapters: Vec<(Adapter, AdapterStats)>,
    /// What the reader was opened with.
    opened: Option<Vec<u8>>,
    frame_stats: FrameStats,
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
        state.frame_stats.offered += 1;
        state.frame_stats.accepted += 1;
        state.frame_stats.accepted_bytes += payload as u64;
        state.frame_stats.held += 1;
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

    /// Others have bound receivers.
    pub fn has_receivers(&self, receivers: &[rx_abi::Receiver]) {
        self.lock().receivers.extend_from_slice(receivers);
    }

    /// Receivers have ended.
    pub fn has_ended(&self, count: u64, stats: Stats) {
        self.lock().ended = (count, stats);
    }

    /// Says that more receivers follow than do.
    pub fn boast(&self, more: u32) {
        self.lock().boasts = more;
    }

    fn receivers(&self, room: usize) -> Vec<u8> {
        let state = self.lock();
        let room = (room - size_of::<ReceiverList>()) / size_of::<rx_abi::Receiver>();
        let all = state.receivers.get(..room).unwrap_or(&state.receivers);
        let count = |receivers: usize| u32::try_from(receivers).unwrap() + state.boasts;
        let (ended, ended_stats) = state.ended;
        let (count, total) = (count(all.len()), count(state.receivers.len()));
        let list = ReceiverList { count, total, ended, ended_stats };
        [list.as_bytes(), all.as_bytes()].concat()
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

/// What ndisrx does.
impl Fake {
    /// The frame receiver, with these adapters.
    pub fn ndisrx<'a>(adapters: impl IntoIterator<Item = &'a Adapter>) -> Self {
        let fake = Self::calling_itself(Info::new("ndisrx", "1.2.3"));
        for adapter in adapters {
            fake.plug(adapter);
        }
        fake
    }

    /// An adapter comes.
    pub fn plug(&self, adapter: &Adapter) {
        self.lock().adapters.push((*adapter, AdapterStats::default()));
    }

    /// The adapter of this number counts.
    pub fn count_frames(&self, number: u32, count: impl FnOnce(&mut AdapterStats)) {
        let mut state = self.lock();
        let adapter = state.adapters.iter_mut().find(|(adapter, _)| adapter.number == number);
        count(&mut adapter.unwrap().1);
    }

    /// Counts frames that were offered and filtered, or dropped.
    pub fn lose_frames(&self, filtered: u64, queue_full: u64) {
        let mut state = self.lock();
        state.frame_stats.offered += filtered + queue_full;
        state.frame_stats.filtered += filtered;
        state.frame_stats.dropped_queue_full += queue_full;
    }

    /// What the reader was opened with.
    pub fn opened(&self) -> Option<Vec<u8>> {
        self.lock().opened.clone()
    }

    fn list(&self, room: usize) -> Vec<u8> {
        let state = self.lock();
        let room = (room - size_of::<AdapterList>()) / size_of::<Adapter>();
        let all: Vec<_> = state.adapters.iter().map(|(adapter, _)| *adapter).take(room).collect();
        let count = |adapters: usize| u32::try_from(adapters).unwrap();
        let list = AdapterList { count: count(all.len()), total: count(state.adapters.len()) };
        [list.as_bytes(), all.as_bytes()].concat()
    }

    fn open(&self, input: &[u8]) -> Result<Opened, DeviceError> {
        let (open, program) = OpenFrames::parse(input).map_err(|_| INVALID_PARAMETER)?;
        let checked = open.check().map_err(|_| INVALID_PARAMETER)?;
        if !program.is_empty() {
            let program = <[bpf::Instruction]>::ref_from_bytes(program).unwrap();
            bpf::Program::new(program).map_err(|_| INVALID_PARAMETER)?;
        }
        let mut state = self.lock();
        let known = |guid: &Guid| state.adapters.iter().any(|(adapter, _)| adapter.guid == *guid);
        if !checked.adapters.iter().all(known) {
            return Err(NOT_FOUND);
        }
        if state.opened.replace(input.to_vec()).is_some() {
            return Err(INVALID_DEVICE_STATE);
        }
        Ok(Opened { queue_bytes: open.queue_bytes.max(1 << 20), adapters: open.adapter_count })
    }

    fn count(&self, input: &[u8]) -> Result<AdapterStats, DeviceError> {
        let state = self.lock();
        let mut all = state.adapters.iter();
        let found = all.find(|(adapter, _)| adapter.guid == input).ok_or(NOT_FOUND)?;
        Ok(found.1)
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
            IOCTL_RECEIVERS => self.receivers(output.len()),
            IOCTL_ADAPTERS => self.list(output.len()),
            IOCTL_OPEN => self.open(input)?.as_bytes().to_vec(),
            IOCTL_FRAME_STATS => self.lock().frame_stats.as_bytes().to_vec(),
            IOCTL_ADAPTER_STATS => self.count(input)?.as_bytes().to_vec(),
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
            state.frame_stats.held -= 1;
            state.frame_stats.delivered += 1;
        }
        if length == 0 { Err(BUFFER_TOO_SMALL) } else { Ok(length) }
    }

    fn cancel(&self) {
        self.lock().cancels += 1;
        self.changed.notify_all();
    }
}
