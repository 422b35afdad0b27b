//! Opening a reader of frames.

use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout};

use crate::{Guid, bind::QUEUE_BYTES, bits::bits};

/// How many adapters a reader can name.
pub const MAX_ADAPTERS: usize = 16;

/// How many EtherTypes a reader can name.
pub const MAX_ETHER_TYPES: usize = 16;

/// How many instructions a filter program can have.
pub const MAX_INSTRUCTIONS: u32 = 4096;

/// Bytes of an instruction: code (16 bits), two jump distances (8 bits each) and a constant (32 bits).
const INSTRUCTION_BYTES: usize = 8;

/// How frames get into the queue of a reader.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u32)]
pub enum FrameMode {
    /// The driver copies each frame while NDIS calls it, and gives all lists back at once.
    Copy = 0,
    /// The driver keeps lists for a short time, so that reads can copy from them directly.
    Retain = 1,
}

impl FrameMode {
    /// All modes.
    pub const ALL: [Self; 2] = [Self::Copy, Self::Retain];

    /// The mode with this number.
    #[must_use]
    pub fn from_number(number: u32) -> Option<Self> {
        Self::ALL.into_iter().find(|&mode| mode as u32 == number)
    }

    /// The name that commands and reports use.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Copy => "copy",
            Self::Retain => "retain",
        }
    }
}

/// Which frames a reader gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u32)]
pub enum Direction {
    /// All.
    Both = 0,
    /// Those that came from the network.
    In = 1,
    /// Those that this machine sent, which NDIS loops back to a reader in promiscuous mode.
    Out = 2,
}

impl Direction {
    /// All directions.
    pub const ALL: [Self; 3] = [Self::Both, Self::In, Self::Out];

    /// The direction with this number.
    #[must_use]
    pub fn from_number(number: u32) -> Option<Self> {
        Self::ALL.into_iter().find(|&direction| direction as u32 == number)
    }

    /// The name that commands and reports use.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Both => "both",
            Self::In => "in",
            Self::Out => "out",
        }
    }
}

/// Which frames an adapter is asked for, as bits with the numbers of `NDIS_PACKET_TYPE_…`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct PacketFilter(u32);

impl PacketFilter {
    /// Those to the adapter's own address.
    pub const DIRECTED: Self = Self(1);
    /// Those to multicast addresses that other protocols have asked for.
    pub const MULTICAST: Self = Self(1 << 1);
    /// Those to any multicast address.
    pub const ALL_MULTICAST: Self = Self(1 << 2);
    /// Those to the broadcast address.
    pub const BROADCAST: Self = Self(1 << 3);
    /// All that the adapter sees, and those that this machine sends.
    pub const PROMISCUOUS: Self = Self(1 << 5);

    /// What a reader asks for that names nothing.
    pub const DEFAULT: Self = Self::DIRECTED.with(Self::ALL_MULTICAST).with(Self::BROADCAST);

    const ALL: Self = Self::DEFAULT.with(Self::MULTICAST).with(Self::PROMISCUOUS);

    /// The filter with these bits, or `None` if one of them has no meaning here.
    #[must_use]
    pub const fn from_bits(bits: u32) -> Option<Self> {
        if bits & !Self::ALL.0 == 0 { Some(Self(bits)) } else { None }
    }
}

bits!(PacketFilter);

/// Options of a reader, as bits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct OpenOptions(u32);

impl OpenOptions {
    /// The filter program sees a frame whose VLAN tag the adapter took out as it was on the wire, with the
    /// tag in its place. Otherwise it sees it without the tag, which ancillary loads give it.
    pub const FILTER_SEES_TAGS: Self = Self(1);

    const ALL: Self = Self::FILTER_SEES_TAGS;

    /// The options with these bits, or `None` if one of them has no meaning.
    #[must_use]
    pub const fn from_bits(bits: u32) -> Option<Self> {
        if bits & !Self::ALL.0 == 0 { Some(Self(bits)) } else { None }
    }
}

bits!(OpenOptions);

/// Input of [`IOCTL_OPEN`](crate::IOCTL_OPEN); the instructions of the filter program follow. Zero leaves
/// a setting to the driver.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq, FromBytes, Immutable, IntoBytes, KnownLayout)]
pub struct OpenFrames {
    /// [`ABI_VERSION`](crate::ABI_VERSION) of the program.
    pub abi_version: u32,
    /// Number of a [`FrameMode`].
    pub mode: u32,
    /// Bits of a [`PacketFilter`]; none stands for [`PacketFilter::DEFAULT`].
    pub packet_filter: u32,
    /// Number of a [`Direction`].
    pub direction: u32,
    /// Bits of [`OpenOptions`].
    pub options: u32,
    /// How many bytes of a frame are captured at most; zero captures all.
    pub snap_length: u32,
    /// Size of the queue in bytes, from 64 KiB to 1 GiB; rounded up to a power of two.
    pub queue_bytes: u32,
    /// How many lists [`FrameMode::Retain`] keeps at most, up to 4096.
    pub retain_lists: u32,
    /// How many bytes of frames it keeps at most, up to 16 MiB.
    pub retain_bytes: u32,
    /// How long it keeps a list at most, in microseconds, up to one second.
    pub retain_microseconds: u32,
    /// How many of [`adapters`](Self::adapters) are named; with none the reader gets the frames of all.
    pub adapter_count: u32,
    /// How many of [`ether_types`](Self::ether_types) are named; with none the reader gets all.
    pub ether_type_count: u32,
    /// How many instructions the filter program has; with none there is no program.
    pub instruction_count: u32,
    /// Zero.
    pub reserved: u32,
    /// EtherTypes of frames that the reader gets: of a tagged one the type behind the tag that the adapter
    /// took out.
    pub ether_types: [u16; MAX_ETHER_TYPES],
    /// The adapters whose frames the reader gets.
    pub adapters: [Guid; MAX_ADAPTERS],
}

/// Why an [`OpenFrames`] is not valid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InvalidOpen {
    /// The input is shorter than its headers, or its length is not what the number of instructions makes.
    Length,
    /// It is of another version.
    Version,
    /// There is no such mode.
    Mode,
    /// A bit of the packet filter is unknown.
    PacketFilter,
    /// There is no such direction.
    Direction,
    /// An option is unknown.
    Options,
    /// The size of the queue is out of range.
    QueueBytes,
    /// A limit of retention is out of range, or the mode does not retain.
    Retention,
    /// There are too many adapters, or one is named twice.
    Adapters,
    /// There are too many EtherTypes.
    EtherTypes,
    /// There are too many instructions.
    Program,
    /// A reserved field is not zero.
    Reserved,
}

impl Default for OpenFrames {
    fn default() -> Self {
        Self {
            abi_version: crate::ABI_VERSION,
            mode: FrameMode::Copy as u32,
            packet_filter: 0,
            direction: Direction::Both as u32,
            options: 0,
            snap_length: 0,
            queue_bytes: 0,
            retain_lists: 0,
            retain_bytes: 0,
            retain_microseconds: 0,
            adapter_count: 0,
            ether_type_count: 0,
            instruction_count: 0,
            reserved: 0,
            ether_types: [0; MAX_ETHER_TYPES],
            adapters: [[0; 16]; MAX_ADAPTERS],
        }
    }
}

impl OpenFrames {
    /// Takes the input of a request apart: the settings, and the bytes of the filter program.
    ///
    /// # Errors
    ///
    /// [`InvalidOpen::Length`], [`InvalidOpen::Version`] or [`InvalidOpen::Program`].
    pub fn parse(input: &[u8]) -> Result<(Self, &[u8]), InvalidOpen> {
        // Another version may have another length.
        match u32::read_from_prefix(input) {
            Ok((crate::ABI_VERSION, _)) => {}
            Ok(_) => return Err(InvalidOpen::Version),
            Err(_) => return Err(InvalidOpen::Length),
        }
        let (open, program) = Self::read_from_prefix(input).map_err(|_| InvalidOpen::Length)?;
        if open.instruction_count > MAX_INSTRUCTIONS {
            return Err(InvalidOpen::Program);
        }
        if program.len() != open.instruction_count as usize * INSTRUCTION_BYTES {
            return Err(InvalidOpen::Length);
        }
        Ok((open, program))
    }

    /// Checks every field. The filter program is not looked at.
    ///
    /// # Errors
    ///
    /// The first thing that is not valid.
    pub fn check(&self) -> Result<CheckedOpen<'_>, InvalidOpen> {
        if self.abi_version != crate::ABI_VERSION {
            return Err(InvalidOpen::Version);
        }
        let mode = FrameMode::from_number(self.mode).ok_or(InvalidOpen::Mode)?;
        let filter = PacketFilter::from_bits(self.packet_filter);
        let filter = filter.ok_or(InvalidOpen::PacketFilter)?;
        let direction = Direction::from_number(self.direction).ok_or(InvalidOpen::Direction)?;
        let options = OpenOptions::from_bits(self.options).ok_or(InvalidOpen::Options)?;
        if self.queue_bytes != 0 && !QUEUE_BYTES.contains(&self.queue_bytes) {
            return Err(InvalidOpen::QueueBytes);
        }
        self.check_retention(mode)?;
        let adapters = first(&self.adapters, self.adapter_count).ok_or(InvalidOpen::Adapters)?;
        let mut others = adapters;
        while let Some((adapter, rest)) = others.split_first() {
            if rest.contains(adapter) {
                return Err(InvalidOpen::Adapters);
            }
            others = rest;
        }
        let ether_types =
            first(&self.ether_types, self.ether_type_count).ok_or(InvalidOpen::EtherTypes)?;
        if self.instruction_count > MAX_INSTRUCTIONS {
            return Err(InvalidOpen::Program);
        }
        if self.reserved != 0 {
            return Err(InvalidOpen::Reserved);
        }
        let packet_filter = if filter.bits() == 0 { PacketFilter::DEFAULT } else { filter };
        Ok(CheckedOpen { mode, packet_filter, direction, options, adapters, ether_types })
    }

    fn check_retention(&self, mode: FrameMode) -> Result<(), InvalidOpen> {
        let retains = mode == FrameMode::Retain;
        let within = |value: u32, most: u32| value == 0 || retains && value <= most;
        if within(self.retain_lists, 4096)
            && within(self.retain_bytes, 16 << 20)
            && within(self.retain_microseconds, 1_000_000)
        {
            Ok(())
        } else {
            Err(InvalidOpen::Retention)
        }
    }
}

/// The first `count` of `all`, if there are so many.
fn first<T>(all: &[T], count: u32) -> Option<&[T]> {
    all.get(..usize::try_from(count).ok()?)
}

/// What [`OpenFrames::check`] found valid.
#[derive(Clone, Copy, Debug)]
pub struct CheckedOpen<'a> {
    /// How frames get into the queue.
    pub mode: FrameMode,
    /// What adapters are asked for; at least one bit is set.
    pub packet_filter: PacketFilter,
    /// Which frames the reader gets.
    pub direction: Direction,
    /// Options.
    pub options: OpenOptions,
    /// The adapters that are named; none stands for all.
    pub adapters: &'a [Guid],
    /// The EtherTypes that are named; none stands for all.
    pub ether_types: &'a [u16],
}

/// Output of [`IOCTL_OPEN`](crate::IOCTL_OPEN): what the settings became.
#[repr(C)]
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, FromBytes, Immutable, IntoBytes, KnownLayout,
)]
pub struct Opened {
    /// Size of the queue in bytes.
    pub queue_bytes: u32,
    /// How many adapters the reader gets frames of now.
    pub adapters: u32,
}
