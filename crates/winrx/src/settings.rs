//! How a receiver is to receive.

use std::{
    net::{IpAddr, SocketAddr},
    time::Duration,
};

use rx_abi::{Bind, BindOptions, Endpoint, InvalidBind, MAX_GROUPS, Mode};

use crate::address;

/// How a receiver is to receive. What is `None` is left to the driver.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// The local address; port zero takes a free one, `0.0.0.0` and `::` all addresses of the machine.
    pub local: SocketAddr,
    /// How the driver receives.
    pub mode: Mode,
    /// What is to be received, who else may have the address, and what datagrams are to tell.
    pub options: BindOptions,
    /// Multicast groups to join.
    pub groups: Vec<Group>,
    /// Size of the transport's buffer in bytes (`SO_RCVBUF`).
    pub receive_buffer: Option<u32>,
    /// Size of the driver's queue in bytes, from 64 KiB to 1 GiB; not for [`Mode::Direct`].
    pub queue_bytes: Option<u32>,
    /// How many IRPs [`Mode::Irp`] uses, from 1 to 1024.
    pub requests: Option<u32>,
    /// The longest payload in bytes that these IRPs receive, from 1 to 65,527.
    pub request_bytes: Option<u32>,
    /// How many datagrams [`Mode::Retain`] keeps at most, from 1 to 4096.
    pub retain_datagrams: Option<u32>,
    /// How many bytes of payload it keeps at most, from 1 to 16 MiB.
    pub retain_bytes: Option<u32>,
    /// How long it keeps a datagram at most, from a microsecond to a second.
    pub retain_time: Option<Duration>,
}

/// A multicast group, and where to join it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Group {
    /// The address of the group.
    pub address: IpAddr,
    /// Index of the interface; the system chooses one if there is none.
    pub interface: Option<u32>,
}

/// Why settings cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidSettings {
    /// A number is not in its range.
    #[error("The {what} is {value}, but has to be from {least} to {most}.")]
    Range {
        /// What the number is.
        what: &'static str,
        /// What it was.
        value: u128,
        /// The smallest one.
        least: u32,
        /// The largest one.
        most: u32,
    },
    /// The mode has no use for a setting.
    #[error("The {what} is not for mode {}. Leave it out, or choose {modes}.", mode.name())]
    Mode {
        /// What was set.
        what: &'static str,
        /// The mode.
        mode: Mode,
        /// The modes that use it.
        modes: &'static str,
    },
    /// Dual stack with an address of IPv4.
    #[error("Dual stack needs an IPv6 address, and {0} is none. Receive at [::]:{port}.", port = .0.port())]
    DualStack(SocketAddr),
    /// The address is to be shared, and not to be.
    #[error("An address cannot be shared and exclusive at once. Choose one of the two.")]
    Sharing,
    /// Too many groups.
    #[error("There are {0} groups, and a receiver can join {MAX_GROUPS}. Use several receivers.")]
    GroupCount(usize),
    /// A group is none.
    #[error("{0} is not a multicast group. Groups are in 224.0.0.0/4 and ff00::/8.")]
    NotGroup(IpAddr),
    /// A group is of a family that is not received.
    #[error("Datagrams to {group} do not arrive at {local}. Receive at {}.", cure(*group, *local))]
    GroupFamily {
        /// The group.
        group: IpAddr,
        /// The local address.
        local: SocketAddr,
    },
    /// The local address is a group.
    #[error("{0} is a multicast group. Receive at {cure} and join the group.", cure = any(*.0))]
    LocalGroup(SocketAddr),
    /// Something that only the driver's own check found.
    #[error("The settings do not go together ({0:?}).")]
    Other(InvalidBind),
}

/// The address that stands for all of the machine, of the same family and port.
fn any(address: SocketAddr) -> String {
    let host = if address.is_ipv4() { "0.0.0.0" } else { "[::]" };
    format!("{host}:{}", address.port())
}

/// Where datagrams to this group arrive.
fn cure(group: IpAddr, local: SocketAddr) -> String {
    let host = if group.is_ipv4() { "0.0.0.0" } else { "[::]" };
    format!("{host}:{}", local.port())
}

impl Settings {
    /// Receives at this address, with everything else left to the driver; datagrams tell where they were
    /// sent to and their traffic class.
    #[must_use]
    pub fn new(local: SocketAddr) -> Self {
        Self {
            local,
            mode: Mode::Event,
            options: BindOptions::PACKET_INFO.with(BindOptions::TRAFFIC_CLASS),
            groups: Vec::new(),
            receive_buffer: None,
            queue_bytes: None,
            requests: None,
            request_bytes: None,
            retain_datagrams: None,
            retain_bytes: None,
            retain_time: None,
        }
    }

    /// The settings as the driver takes them.
    ///
    /// # Errors
    ///
    /// The first thing that is wrong with them.
    pub fn to_bind(&self) -> Result<Bind, InvalidSettings> {
        if self.local.ip().is_multicast() {
            return Err(InvalidSettings::LocalGroup(self.local));
        }
        if self.options.contains(BindOptions::DUAL_STACK) && self.local.is_ipv4() {
            return Err(InvalidSettings::DualStack(self.local));
        }
        let shared = [BindOptions::REUSE_ADDRESS, BindOptions::EXCLUSIVE_ADDRESS];
        if shared.into_iter().all(|option| self.options.contains(option)) {
            return Err(InvalidSettings::Sharing);
        }
        let mut bind = Bind {
            mode: self.mode as u32,
            options: self.options.bits(),
            local: address::to_endpoint(self.local),
            ..Bind::default()
        };
        self.set_sizes(&mut bind)?;
        self.set_groups(&mut bind)?;
        match bind.check() {
            Ok(_) => Ok(bind),
            Err(error) => Err(InvalidSettings::Other(error)),
        }
    }

    fn set_sizes(&self, bind: &mut Bind) -> Result<(), InvalidSettings> {
        let queued = (self.mode != Mode::Direct, "another one");
        let irp = (self.mode == Mode::Irp, "irp");
        let retain = (self.mode == Mode::Retain, "retain");
        let value = |what, value: Option<u32>, (used, modes): (bool, _), least, most| {
            let Some(value) = value else { return Ok(0) };
            if !used {
                return Err(InvalidSettings::Mode { what, mode: self.mode, modes });
            }
            number(what, value.into(), least, most)
        };
        bind.receive_buffer =
            value("receive buffer", self.receive_buffer, (true, ""), 1, u32::MAX)?;
        bind.queue_bytes = value("queue", self.queue_bytes, queued, 64 << 10, 1 << 30)?;
        bind.requests = value("number of IRPs", self.requests, irp, 1, 1024)?;
        bind.request_bytes = value("size of IRPs", self.request_bytes, irp, 1, 65_527)?;
        bind.retain_datagrams =
            value("number of retained datagrams", self.retain_datagrams, retain, 1, 4096)?;
        bind.retain_bytes =
            value("size of retained datagrams", self.retain_bytes, retain, 1, 16 << 20)?;
        if let Some(time) = self.retain_time {
            let what = "time of retention in microseconds";
            // Any number in range will do for the question whether the mode retains.
            value(what, Some(1), retain, 1, 1)?;
            bind.retain_microseconds = number(what, time.as_micros(), 1, 1_000_000)?;
        }
        Ok(())
    }

    fn set_groups(&self, bind: &mut Bind) -> Result<(), InvalidSettings> {
        let endpoints = self.groups.iter().map(|group| self.group(group));
        let endpoints: Vec<Endpoint> = endpoints.collect::<Result<_, _>>()?;
        let too_many = || InvalidSettings::GroupCount(endpoints.len());
        let places = bind.groups.get_mut(..endpoints.len()).ok_or_else(too_many)?;
        places.copy_from_slice(&endpoints);
        bind.group_count = u32::try_from(endpoints.len()).map_err(|_| too_many())?;
        Ok(())
    }

    fn group(&self, group: &Group) -> Result<Endpoint, InvalidSettings> {
        let Group { address, interface } = *group;
        if !address.is_multicast() {
            return Err(InvalidSettings::NotGroup(address));
        }
        let dual_stack = self.options.contains(BindOptions::DUAL_STACK);
        if address.is_ipv4() != self.local.is_ipv4() && !(address.is_ipv4() && dual_stack) {
            return Err(InvalidSettings::GroupFamily { group: address, local: self.local });
        }
        Ok(address::group_to_endpoint(address, interface.unwrap_or_default()))
    }
}

fn number(what: &'static str, value: u128, least: u32, most: u32) -> Result<u32, InvalidSettings> {
    let range = InvalidSettings::Range { what, value, least, most };
    in_range(value, least, most).ok_or(range)
}

/// The value, if it is in its range.
pub(crate) fn in_range(value: u128, least: u32, most: u32) -> Option<u32> {
    u32::try_from(value).ok().filter(|number| (least..=most).contains(number))
}
