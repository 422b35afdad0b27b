//! Binding a receiver to a local address.

use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout};

use crate::bits::bits;

/// How many multicast groups a receiver can join.
pub const MAX_GROUPS: usize = 16;

/// The smallest and the largest queue, in bytes.
pub const QUEUE_BYTES: core::ops::RangeInclusive<u32> = 64 << 10..=1 << 30;

/// The largest payload of a datagram over IPv4 or IPv6, jumbograms aside, in bytes.
const MAX_PAYLOAD: u32 = 65_527;

/// An address family, with the number that Windows gives it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u16)]
pub enum Family {
    /// `AF_INET`
    V4 = 2,
    /// `AF_INET6`
    V6 = 23,
}

impl Family {
    /// The family with this number.
    #[must_use]
    pub const fn from_number(number: u16) -> Option<Self> {
        match number {
            2 => Some(Self::V4),
            23 => Some(Self::V6),
            _ => None,
        }
    }
}

/// A transport address, or the address of a multicast group.
#[repr(C)]
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, FromBytes, Immutable, IntoBytes, KnownLayout,
)]
pub struct Endpoint {
    /// In network order. An IPv4 address takes the first four bytes; the rest are zero.
    pub address: [u8; 16],
    /// UDP port; zero for a group.
    pub port: u16,
    /// Number of a [`Family`]. All fields are zero where there is no address.
    pub family: u16,
    /// Scope of an IPv6 address; index of the interface for a group. Zero leaves it to the system.
    pub scope: u32,
}

/// How datagrams are received.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u32)]
pub enum Mode {
    /// WSK calls the driver with lists of datagrams, which copies them into the queue. When the queue
    /// fills up, the driver refuses lists and asks for them again once there is room.
    Event = 0,
    /// As [`Event`](Self::Event), with a callback that is on for good. It is faster, but what comes
    /// while the queue is full is lost.
    EventStatic = 1,
    /// As [`Event`](Self::Event), but the driver keeps lists for a short time, so that reads can copy
    /// from them directly.
    Retain = 2,
    /// The driver asks for each datagram, with a number of its own IRPs. Datagrams that WSK hands over on
    /// several processors at once may change places.
    Irp = 3,
    /// Each read of the program is handed to WSK, which receives one datagram into the program's own
    /// buffer.
    Direct = 4,
}

impl Mode {
    /// All modes.
    pub const ALL: [Self; 5] =
        [Self::Event, Self::EventStatic, Self::Retain, Self::Irp, Self::Direct];

    /// The mode with this number.
    #[must_use]
    pub fn from_number(number: u32) -> Option<Self> {
        Self::ALL.into_iter().find(|&mode| mode as u32 == number)
    }

    /// The name that commands and reports use.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Event => "event",
            Self::EventStatic => "event-static",
            Self::Retain => "retain",
            Self::Irp => "irp",
            Self::Direct => "direct",
        }
    }
}

/// Options of a receiver, as bits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct BindOptions(u32);

impl BindOptions {
    /// IPv4 datagrams arrive at an IPv6 receiver, too.
    pub const DUAL_STACK: Self = Self(1);
    /// The address may be shared with others that want to share it.
    pub const REUSE_ADDRESS: Self = Self(1 << 1);
    /// Nobody else may bind to the address.
    pub const EXCLUSIVE_ADDRESS: Self = Self(1 << 2);
    /// Datagrams that were sent to a broadcast address are received.
    pub const BROADCAST: Self = Self(1 << 3);
    /// Records tell the address and the interface that a datagram came to.
    pub const PACKET_INFO: Self = Self(1 << 4);
    /// Records tell the type of service (IPv4) or traffic class (IPv6).
    pub const TRAFFIC_CLASS: Self = Self(1 << 5);

    const ALL: Self = Self((1 << 6) - 1);

    /// The options with these bits, or `None` if one of them has no meaning.
    #[must_use]
    pub const fn from_bits(bits: u32) -> Option<Self> {
        if bits & !Self::ALL.0 == 0 { Some(Self(bits)) } else { None }
    }
}

bits!(BindOptions);

/// Input of [`IOCTL_BIND`](crate::IOCTL_BIND). Zero leaves a setting to the driver.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq, FromBytes, Immutable, IntoBytes, KnownLayout)]
pub struct Bind {
    /// [`ABI_VERSION`](crate::ABI_VERSION) of the program.
    pub abi_version: u32,
    /// Number of a [`Mode`].
    pub mode: u32,
    /// Bits of [`BindOptions`].
    pub options: u32,
    /// Size of the queue in bytes, from 64 KiB to 1 GiB; rounded up to a power of two. Not for
    /// [`Mode::Direct`].
    pub queue_bytes: u32,
    /// Size of the transport's buffer in bytes (`SO_RCVBUF`).
    pub receive_buffer: u32,
    /// How many IRPs [`Mode::Irp`] uses, from 1 to 1024.
    pub requests: u32,
    /// The longest payload in bytes that these IRPs receive, up to 65,527; what is longer is cut.
    pub request_bytes: u32,
    /// How many datagrams [`Mode::Retain`] keeps at most, up to 4096.
    pub retain_datagrams: u32,
    /// How many bytes of payload it keeps at most, up to 16 MiB.
    pub retain_bytes: u32,
    /// How long it keeps a datagram at most, in microseconds, up to one second.
    pub retain_microseconds: u32,
    /// How many of [`groups`](Self::groups) are to be joined.
    pub group_count: u32,
    /// Zero.
    pub reserved: u32,
    /// The local address; port zero takes a free one.
    pub local: Endpoint,
    /// Multicast groups, each with the index of the interface to join it on as its scope.
    pub groups: [Endpoint; MAX_GROUPS],
}

/// Why a [`Bind`] is not valid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InvalidBind {
    /// It is of another version.
    Version,
    /// There is no such mode.
    Mode,
    /// An option is unknown, does not go with another one, or not with the address.
    Options,
    /// The size of the queue is out of range, or the mode has none.
    QueueBytes,
    /// The number or the size of IRPs is out of range, or the mode uses none.
    Requests,
    /// A limit of retention is out of range, or the mode does not retain.
    Retention,
    /// There are too many groups, or one is not a multicast address of a family that is received.
    Groups,
    /// The local address is not one of a known family, or has bytes set that mean nothing.
    Local,
    /// A reserved field is not zero.
    Reserved,
}

impl Default for Bind {
    fn default() -> Self {
        Self {
            abi_version: crate::ABI_VERSION,
            mode: Mode::Event as u32,
            options: 0,
            queue_bytes: 0,
            receive_buffer: 0,
            requests: 0,
            request_bytes: 0,
            retain_datagrams: 0,
            retain_bytes: 0,
            retain_microseconds: 0,
            group_count: 0,
            reserved: 0,
            local: Endpoint::default(),
            groups: [Endpoint::default(); MAX_GROUPS],
        }
    }
}

impl Bind {
    /// Checks every field.
    ///
    /// # Errors
    ///
    /// The first thing that is not valid.
    pub fn check(&self) -> Result<CheckedBind<'_>, InvalidBind> {
        if self.abi_version != crate::ABI_VERSION {
            return Err(InvalidBind::Version);
        }
        let mode = Mode::from_number(self.mode).ok_or(InvalidBind::Mode)?;
        let options = BindOptions::from_bits(self.options).ok_or(InvalidBind::Options)?;
        let family = self.local.check_local()?;
        let dual_stack = options.contains(BindOptions::DUAL_STACK);
        let shared = options.contains(BindOptions::REUSE_ADDRESS);
        if dual_stack && family != Family::V6
            || shared && options.contains(BindOptions::EXCLUSIVE_ADDRESS)
        {
            return Err(InvalidBind::Options);
        }
        self.check_sizes(mode)?;
        let groups = usize::try_from(self.group_count).ok().and_then(|n| self.groups.get(..n));
        let groups = groups.ok_or(InvalidBind::Groups)?;
        if !groups.iter().all(|group| group.is_group(family, dual_stack)) {
            return Err(InvalidBind::Groups);
        }
        if self.reserved != 0 {
            return Err(InvalidBind::Reserved);
        }
        Ok(CheckedBind { mode, options, family, groups })
    }

    fn check_sizes(&self, mode: Mode) -> Result<(), InvalidBind> {
        let within = |value: u32, most: u32, used: bool| value == 0 || used && value <= most;
        let queued = mode != Mode::Direct;
        if self.queue_bytes != 0 && !(queued && QUEUE_BYTES.contains(&self.queue_bytes)) {
            return Err(InvalidBind::QueueBytes);
        }
        let irp = mode == Mode::Irp;
        if !within(self.requests, 1024, irp) || !within(self.request_bytes, MAX_PAYLOAD, irp) {
            return Err(InvalidBind::Requests);
        }
        let retain = mode == Mode::Retain;
        if !within(self.retain_datagrams, 4096, retain)
            || !within(self.retain_bytes, 16 << 20, retain)
            || !within(self.retain_microseconds, 1_000_000, retain)
        {
            return Err(InvalidBind::Retention);
        }
        Ok(())
    }
}

/// What [`Bind::check`] found valid.
#[derive(Clone, Copy, Debug)]
pub struct CheckedBind<'a> {
    /// How to receive.
    pub mode: Mode,
    /// Options that go together.
    pub options: BindOptions,
    /// Family of the local address.
    pub family: Family,
    /// The groups to join.
    pub groups: &'a [Endpoint],
}

impl Endpoint {
    /// The family, if the number is one.
    #[must_use]
    pub const fn family(&self) -> Option<Family> {
        Family::from_number(self.family)
    }

    /// True if no byte is set that the family has no use for.
    fn is_plain(&self, family: Family) -> bool {
        family == Family::V6 || self.address.iter().skip(4).all(|&byte| byte == 0)
    }

    fn check_local(&self) -> Result<Family, InvalidBind> {
        let family = self.family().filter(|&family| self.is_plain(family));
        let family = family.filter(|&family| family == Family::V6 || self.scope == 0);
        family.ok_or(InvalidBind::Local)
    }

    /// True if this is a group that a receiver of this family can join.
    fn is_group(&self, receiver: Family, dual_stack: bool) -> bool {
        let Some(family) = self.family() else { return false };
        let arrives = family == receiver || family == Family::V4 && dual_stack;
        let [first, ..] = self.address;
        let multicast = match family {
            Family::V4 => first >> 4 == 0xe,
            Family::V6 => first == 0xff,
        };
        arrives && multicast && self.port == 0 && self.is_plain(family)
    }
}

/// Output of [`IOCTL_BIND`](crate::IOCTL_BIND): what the settings became.
#[repr(C)]
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, FromBytes, Immutable, IntoBytes, KnownLayout,
)]
pub struct Bound {
    /// The local address, with the port that was taken.
    pub local: Endpoint,
    /// Size of the transport's buffer in bytes, as read back; zero if the transport does not tell.
    pub receive_buffer: u32,
    /// Size of the queue in bytes; zero if the mode has none.
    pub queue_bytes: u32,
}
