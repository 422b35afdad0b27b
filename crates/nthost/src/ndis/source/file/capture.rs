//! What is in a capture file, of either format.

use std::{
    fs,
    io::{self, Read, Seek},
    path::Path,
};

use pcap_file::{PcapError, TsResolution, pcap::PcapReader};

use super::{
    super::spare,
    pcapng::{Interface, PcapNg},
};

/// The link type of Ethernet.
pub(super) const ETHERNET: u32 = 1;

/// What a file of the format pcapng begins with.
const SECTION_HEADER: [u8; 4] = [0x0a, 0x0d, 0x0d, 0x0a];

/// A frame of a file.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Captured {
    pub data: Vec<u8>,
    /// Its bytes before it was cut.
    pub original: usize,
    /// Nanoseconds since 1970.
    pub timestamp: Option<u64>,
    /// Sent by the machine that wrote the file.
    pub outbound: bool,
}

/// Why a file cannot be read.
#[derive(Debug)]
pub(super) enum Problem {
    Io(io::Error),
    Format(String),
    LinkType { interface: usize, kind: u32 },
    NoInterface,
}

impl From<PcapError> for Problem {
    fn from(error: PcapError) -> Self {
        match error {
            PcapError::IoError(error) => Self::Io(error),
            other => Self::Format(other.to_string()),
        }
    }
}

impl From<io::Error> for Problem {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

/// A capture file, read up to somewhere.
pub(super) enum Capture {
    Pcap(PcapReader<fs::File>),
    PcapNg(Box<PcapNg>),
}

impl Capture {
    /// Opens a file. Only the frames of `interface` count, if one is named.
    pub fn open(path: &Path, interface: Option<&str>) -> Result<Self, Problem> {
        let mut file = fs::File::open(path)?;
        let mut magic = [0; 4];
        file.read_exact(&mut magic)?;
        file.rewind()?;
        if magic == SECTION_HEADER {
            return Ok(Self::PcapNg(Box::new(PcapNg::new(file, interface)?)));
        }
        let reader = PcapReader::new(file)?;
        // The upper bits tell of the check sequence of frames.
        let kind = u32::from(reader.header().datalink) & 0xffff;
        match interface {
            _ if kind != ETHERNET => Err(Problem::LinkType { interface: 0, kind }),
            None | Some("0") => Ok(Self::Pcap(reader)),
            Some(_) => Err(Problem::NoInterface),
        }
    }

    /// The next frame, or `None` at the end.
    pub fn next(&mut self) -> Result<Option<Captured>, Problem> {
        match self {
            Self::Pcap(reader) => next_of_pcap(reader),
            Self::PcapNg(reader) => reader.next(),
        }
    }

    /// The interface that the frames come from, if it is one, and the file tells of it.
    pub fn interface(&self) -> Option<&Interface> {
        match self {
            Self::Pcap(_) => None,
            Self::PcapNg(reader) => reader.interface(),
        }
    }
}

fn next_of_pcap(reader: &mut PcapReader<fs::File>) -> Result<Option<Captured>, Problem> {
    let unit = match reader.header().ts_resolution {
        TsResolution::MicroSecond => 1_000,
        TsResolution::NanoSecond => 1,
    };
    let Some(packet) = reader.next_raw_packet() else { return Ok(None) };
    let packet = packet?;
    let nanoseconds = u64::from(packet.ts_sec) * 1_000_000_000 + u64::from(packet.ts_frac) * unit;
    Ok(Some(Captured {
        original: packet.orig_len as usize,
        timestamp: Some(nanoseconds),
        outbound: false,
        data: spare::copy(&packet.data),
    }))
}
