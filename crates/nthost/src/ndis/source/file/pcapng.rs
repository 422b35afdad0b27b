//! Files of the format pcapng.

use std::fs;

use pcap_file::{
    Endianness,
    pcapng::{
        PcapNgReader, RawBlock,
        blocks::{
            block_common::{
                ENHANCED_PACKET_BLOCK, INTERFACE_DESCRIPTION_BLOCK, PACKET_BLOCK,
                SECTION_HEADER_BLOCK, SIMPLE_PACKET_BLOCK,
            },
            interface_description::{InterfaceDescriptionBlock, InterfaceDescriptionOption},
        },
    },
};

use super::{
    super::spare,
    capture::{Captured, ETHERNET, Problem},
};

/// The bit of the resolution of times that says that it is a power of two.
const BINARY: u8 = 0x80;

/// The option of a frame that has its flags, and the bits of those that tell its direction.
const FLAGS: u16 = 2;
const DIRECTION: u32 = 3;
const OUTBOUND: u32 = 2;

/// A file that is being read.
pub(super) struct PcapNg {
    reader: PcapNgReader<fs::File>,
    /// The number or name of the interface whose frames count.
    wanted: Option<String>,
    interfaces: Vec<Interface>,
    endianness: Endianness,
    /// Whether a frame counted.
    found: bool,
    /// Whether there was a frame that did not.
    passed: bool,
}

/// What the file tells of an interface.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Interface {
    pub name: Option<String>,
    pub mac: Option<[u8; 6]>,
    pub speed: Option<u64>,
    kind: u32,
    /// The most bytes of a frame in the file; zero for any number.
    snap_length: usize,
    resolution: u8,
    /// Seconds to add to all times.
    offset: i64,
}

impl PcapNg {
    pub fn new(file: fs::File, wanted: Option<&str>) -> Result<Self, Problem> {
        let reader = PcapNgReader::new(file)?;
        let endianness = reader.section().endianness;
        Ok(Self {
            reader,
            wanted: wanted.map(str::to_owned),
            interfaces: Vec::new(),
            endianness,
            found: false,
            passed: false,
        })
    }

    /// The next frame that counts, or `None` at the end.
    pub fn next(&mut self) -> Result<Option<Captured>, Problem> {
        while let Some(block) = self.reader.next_raw_block() {
            let block = block?;
            if matches!(block.type_, SECTION_HEADER_BLOCK | INTERFACE_DESCRIPTION_BLOCK) {
                self.endianness = self.reader.section().endianness;
                self.interfaces = self.reader.interfaces().iter().map(Interface::new).collect();
                continue;
            }
            let fields = Fields::new(&block, self.endianness);
            let Some((number, mut captured)) = packet(&block, fields, &self.interfaces)? else {
                continue;
            };
            let Some(interface) = self.interfaces.get(number) else {
                let what = format!("a frame of interface {number}, which is not described");
                return Err(Problem::Format(what));
            };
            if !counts(number, interface, self.wanted.as_deref()) {
                self.passed = true;
                continue;
            }
            if interface.kind != ETHERNET {
                return Err(Problem::LinkType { interface: number, kind: interface.kind });
            }
            captured.timestamp = captured.timestamp.and_then(|time| interface.nanoseconds(time));
            self.found = true;
            return Ok(Some(captured));
        }
        if self.passed && !self.found { Err(Problem::NoInterface) } else { Ok(None) }
    }

    /// The interface that the frames come from, if it is one.
    pub fn interface(&self) -> Option<&Interface> {
        let wanted = self.wanted.as_deref();
        let mut known = self.interfaces.iter().enumerate();
        let (_, first) = known.find(|(number, one)| counts(*number, one, wanted))?;
        let others = known.any(|(number, one)| counts(number, one, wanted));
        (!others).then_some(first)
    }
}

/// Whether the frames of an interface are wanted.
fn counts(number: usize, interface: &Interface, wanted: Option<&str>) -> bool {
    let Some(wanted) = wanted else { return true };
    interface.name.as_deref() == Some(wanted) || wanted.parse() == Ok(number)
}

impl Interface {
    fn new(block: &InterfaceDescriptionBlock<'_>) -> Self {
        let snap_length = block.snaplen as usize;
        let mut interface = Self {
            name: None,
            mac: None,
            speed: None,
            kind: block.linktype.into(),
            snap_length,
            resolution: 6,
            offset: 0,
        };
        for option in &block.options {
            match option {
                InterfaceDescriptionOption::IfName(name) => {
                    interface.name = Some(name.clone().into_owned());
                }
                InterfaceDescriptionOption::IfMacAddr(mac) => {
                    interface.mac = mac.first_chunk().copied();
                }
                InterfaceDescriptionOption::IfSpeed(speed) => interface.speed = Some(*speed),
                InterfaceDescriptionOption::IfTsResol(resolution) => {
                    interface.resolution = *resolution;
                }
                InterfaceDescriptionOption::IfTsOffset(offset) => {
                    interface.offset = offset.cast_signed();
                }
                _ => {}
            }
        }
        interface
    }

    /// A time of the file in nanoseconds since 1970, unless it is out of bounds.
    fn nanoseconds(&self, time: u64) -> Option<u64> {
        const SECOND: i128 = 1_000_000_000;
        let exponent = u32::from(self.resolution & !BINARY);
        let binary = self.resolution & BINARY != 0;
        let divisor = if binary { 2_i128 } else { 10 }.checked_pow(exponent)?;
        let since = i128::from(time).checked_mul(SECOND)? / divisor;
        u64::try_from(since + i128::from(self.offset) * SECOND).ok()
    }
}

/// The frame of a block, if it is one of a frame, and the number of its interface. Its time is in units of
/// the interface.
fn packet(
    block: &RawBlock<'_>,
    mut fields: Fields<'_>,
    interfaces: &[Interface],
) -> Result<Option<(usize, Captured)>, Problem> {
    let short = || Problem::Format("a frame that is longer than its block".to_owned());
    let (number, timestamp, captured, original) = match block.type_ {
        ENHANCED_PACKET_BLOCK => {
            let number = fields.u32().ok_or_else(short)? as usize;
            let time = fields.time().ok_or_else(short)?;
            let captured = fields.u32().ok_or_else(short)? as usize;
            (number, Some(time), captured, fields.u32().ok_or_else(short)? as usize)
        }
        PACKET_BLOCK => {
            let number = usize::from(fields.u16().ok_or_else(short)?);
            fields.u16().ok_or_else(short)?;
            let time = fields.time().ok_or_else(short)?;
            let captured = fields.u32().ok_or_else(short)? as usize;
            (number, Some(time), captured, fields.u32().ok_or_else(short)? as usize)
        }
        SIMPLE_PACKET_BLOCK => {
            let original = fields.u32().ok_or_else(short)? as usize;
            let limit = interfaces.first().map_or(0, |interface| interface.snap_length);
            let captured = if limit == 0 { original } else { original.min(limit) };
            (0, None, captured, original)
        }
        _ => return Ok(None),
    };
    let data = spare::copy(fields.bytes(captured).ok_or_else(short)?);
    fields.align(captured);
    let outbound = block.type_ != SIMPLE_PACKET_BLOCK && fields.outbound();
    Ok(Some((number, Captured { data, original, timestamp, outbound })))
}

/// What is left of the body of a block.
struct Fields<'b> {
    rest: &'b [u8],
    endianness: Endianness,
}

impl<'b> Fields<'b> {
    fn new(block: &'b RawBlock<'_>, endianness: Endianness) -> Self {
        Self { rest: &block.body, endianness }
    }

    fn bytes(&mut self, length: usize) -> Option<&'b [u8]> {
        let (bytes, rest) = self.rest.split_at_checked(length)?;
        self.rest = rest;
        Some(bytes)
    }

    fn u16(&mut self) -> Option<u16> {
        let bytes = self.bytes(2)?.try_into().ok()?;
        Some(match self.endianness {
            Endianness::Big => u16::from_be_bytes(bytes),
            Endianness::Little => u16::from_le_bytes(bytes),
        })
    }

    fn u32(&mut self) -> Option<u32> {
        let bytes = self.bytes(4)?.try_into().ok()?;
        Some(match self.endianness {
            Endianness::Big => u32::from_be_bytes(bytes),
            Endianness::Little => u32::from_le_bytes(bytes),
        })
    }

    /// A time: its upper half, then its lower half.
    fn time(&mut self) -> Option<u64> {
        Some(u64::from(self.u32()?) << 32 | u64::from(self.u32()?))
    }

    /// Skips what fills up a member of so many bytes.
    fn align(&mut self, length: usize) {
        self.bytes(length.next_multiple_of(4) - length);
    }

    /// Whether the options that are left say that the frame was sent.
    fn outbound(&mut self) -> bool {
        while let (Some(code), Some(length)) = (self.u16(), self.u16()) {
            if code == 0 {
                break;
            }
            if code == FLAGS && length == 4 {
                return self.u32().is_some_and(|flags| flags & DIRECTION == OUTBOUND);
            }
            let length = usize::from(length);
            if self.bytes(length).is_none() {
                break;
            }
            self.align(length);
        }
        false
    }
}
