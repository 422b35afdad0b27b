//! What capture files hold.

use std::{fs, path::Path};

use pcap_parser::{Block, PcapCapture, PcapNGCapture, traits::PcapNGPacketBlock};

/// A frame in a capture file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Captured {
    /// In nanoseconds since 1970.
    pub time: u64,
    /// Its length before it was cut.
    pub length: u32,
    pub bytes: Vec<u8>,
}

/// The frames of a pcapng file whose times are in nanoseconds.
pub fn pcapng(file: &Path) -> Vec<Captured> {
    let bytes = fs::read(file).unwrap();
    let (_, capture) = pcap_parser::parse_pcapng(&bytes).expect("it is a whole pcapng file");
    frames(&capture)
}

fn frames(capture: &PcapNGCapture<'_>) -> Vec<Captured> {
    let packets = capture.sections.iter().flat_map(|section| &section.blocks).filter_map(|block| {
        let Block::EnhancedPacket(packet) = block else { return None };
        let time = u64::from(packet.ts_high) << 32 | u64::from(packet.ts_low);
        let bytes = packet.packet_data().to_vec();
        Some(Captured { time, length: packet.origlen, bytes })
    });
    packets.collect()
}

/// The frames of a pcap file whose times are in nanoseconds, as far as it is written.
pub fn pcap(file: &Path) -> Vec<Captured> {
    let bytes = fs::read(file).unwrap();
    let capture = PcapCapture::from_file(&bytes).expect("it is a pcap file");
    let frame = |block: &pcap_parser::LegacyPcapBlock<'_>| {
        let time = u64::from(block.ts_sec) * 1_000_000_000 + u64::from(block.ts_usec);
        let bytes = block.data[..block.caplen as usize].to_vec();
        Captured { time, length: block.origlen, bytes }
    };
    capture.blocks.iter().map(frame).collect()
}
