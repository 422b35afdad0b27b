//! Adapters and records of frames for a driver in memory to deliver.

use rx_abi::{Adapter, AdapterState, Connection, FrameHeader, RecordHeader, RecordKind};
use winrx::RecordFlags;
use zerocopy::IntoBytes;

use super::TIME;

/// An adapter of this number and friendly name, with a GUID that ends with the number.
pub fn adapter(number: u32, friendly_name: &str) -> Adapter {
    let byte = u8::try_from(number).unwrap();
    let mut adapter = Adapter {
        number,
        interface: number + 1,
        guid: [0x33, 0x22, 0x11, 0x00, 0x55, 0x44, 0x77, 0x66, 8, 9, 10, 11, 12, 13, 14, byte],
        receive_speed: 1_000_000_000,
        transmit_speed: 1_000_000_000,
        state: AdapterState::Running as u32,
        connection: Connection::Connected as u32,
        mtu: 1500,
        mac_length: 6,
        ..Adapter::default()
    };
    adapter.mac[..6].copy_from_slice(&[2, 0, 0x5e, 0, 0x53, byte]);
    put(&mut adapter.name, &format!(r"\Device\{{{number}}}"));
    put(&mut adapter.friendly_name, friendly_name);
    adapter
}

fn put(room: &mut [u16], text: &str) {
    for (place, unit) in room.iter_mut().zip(text.encode_utf16()) {
        *place = unit;
    }
}

/// A record of a frame to be.
#[derive(Clone, Debug)]
pub struct SentFrame {
    pub header: FrameHeader,
    pub flags: RecordFlags,
    pub lost: u32,
    pub original: Option<usize>,
    pub time: u64,
    pub data: Vec<u8>,
}

impl SentFrame {
    /// A whole frame of the adapter of this number.
    pub fn new(adapter: u32, data: &[u8]) -> Self {
        Self {
            header: FrameHeader { adapter, system_time: TIME + 1_000, ..FrameHeader::default() },
            flags: RecordFlags::default(),
            lost: 0,
            original: None,
            time: TIME,
            data: data.to_vec(),
        }
    }

    /// The same with a tag that the adapter took out.
    pub fn tagged(mut self, tag: u16) -> Self {
        self.header.vlan = tag;
        self.with(RecordFlags::VLAN)
    }

    /// The same with more flags.
    pub fn with(self, flags: RecordFlags) -> Self {
        Self { flags: self.flags.with(flags), ..self }
    }

    /// The bytes of the record.
    pub fn record(&self) -> Vec<u8> {
        let captured = u32::try_from(self.data.len()).unwrap();
        let original = self.original.map_or(captured, |length| u32::try_from(length).unwrap());
        let header = RecordHeader {
            size: RecordHeader::frame_size(self.data.len()).unwrap(),
            payload_offset: RecordHeader::FRAME_OFFSET,
            kind: RecordKind::Frame as u16,
            captured,
            original,
            flags: self.flags.bits(),
            lost: self.lost,
            time: self.time,
        };
        let mut bytes = [header.as_bytes(), self.header.as_bytes(), &self.data].concat();
        bytes.resize(header.size as usize, 0);
        bytes
    }
}
