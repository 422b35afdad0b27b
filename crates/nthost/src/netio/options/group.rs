//! Options that join and leave multicast groups.

use std::{
    mem::offset_of,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
};

use wsk_sys::{
    GROUP_REQ, GROUP_SOURCE_REQ, IP_ADD_MEMBERSHIP, IP_ADD_SOURCE_MEMBERSHIP, IP_DROP_MEMBERSHIP,
    IP_DROP_SOURCE_MEMBERSHIP, IPPROTO_IP, IPPROTO_IPV6, IPV6_ADD_MEMBERSHIP, IPV6_DROP_MEMBERSHIP,
    MCAST_JOIN_GROUP, MCAST_JOIN_SOURCE_GROUP, MCAST_LEAVE_GROUP, MCAST_LEAVE_SOURCE_GROUP,
};

use crate::{
    netio::address::{self, Bytes},
    nt::{NTSTATUS, STATUS_INVALID_PARAMETER},
};

/// A group that a socket joins or leaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) struct Group {
    pub join: bool,
    pub address: IpAddr,
    pub interface: Interface,
    /// The only sender to hear.
    pub source: Option<IpAddr>,
}

/// A network interface.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum Interface {
    /// By its index; zero for the one that the system chooses.
    Index(u32),
    /// By its address; zero for the one that the system chooses.
    Address(Ipv4Addr),
}

impl Group {
    /// The group of an option, if it is one that joins or leaves a group.
    pub fn read(level: i32, name: i32, input: &[u8]) -> Result<Option<Self>, NTSTATUS> {
        let group = match (level, name) {
            (IPPROTO_IP, IP_ADD_MEMBERSHIP) => Self::v4(true, false, input),
            (IPPROTO_IP, IP_DROP_MEMBERSHIP) => Self::v4(false, false, input),
            (IPPROTO_IP, IP_ADD_SOURCE_MEMBERSHIP) => Self::v4(true, true, input),
            (IPPROTO_IP, IP_DROP_SOURCE_MEMBERSHIP) => Self::v4(false, true, input),
            (IPPROTO_IPV6, IPV6_ADD_MEMBERSHIP) => Self::v6(true, input),
            (IPPROTO_IPV6, IPV6_DROP_MEMBERSHIP) => Self::v6(false, input),
            (IPPROTO_IP | IPPROTO_IPV6, MCAST_JOIN_GROUP) => Self::any(true, input),
            (IPPROTO_IP | IPPROTO_IPV6, MCAST_LEAVE_GROUP) => Self::any(false, input),
            (IPPROTO_IP | IPPROTO_IPV6, MCAST_JOIN_SOURCE_GROUP) => Self::with_source(true, input),
            (IPPROTO_IP | IPPROTO_IPV6, MCAST_LEAVE_SOURCE_GROUP) => {
                Self::with_source(false, input)
            }
            _ => return Ok(None),
        };
        match group {
            Some(group) if group.address.is_multicast() => Ok(Some(group)),
            _ => Err(STATUS_INVALID_PARAMETER),
        }
    }

    /// `IP_MREQ` or `IP_MREQ_SOURCE`.
    fn v4(join: bool, with_source: bool, input: &[u8]) -> Option<Self> {
        let (group, rest) = input.split_first_chunk::<4>()?;
        let (source, rest) = if with_source {
            let (source, rest) = rest.split_first_chunk::<4>()?;
            (Some(IpAddr::from(*source)), rest)
        } else {
            (None, rest)
        };
        let interface = Interface::Address(Ipv4Addr::from(*rest.first_chunk::<4>()?));
        Some(Self { join, address: IpAddr::from(*group), interface, source })
    }

    /// `IPV6_MREQ`.
    fn v6(join: bool, input: &[u8]) -> Option<Self> {
        let (group, rest) = input.split_first_chunk::<16>()?;
        let interface = Interface::Index(u32::from_ne_bytes(*rest.first_chunk()?));
        Some(Self { join, address: Ipv6Addr::from(*group).into(), interface, source: None })
    }

    /// `GROUP_REQ`.
    fn any(join: bool, input: &[u8]) -> Option<Self> {
        let interface = Interface::Index(u32::from_ne_bytes(*input.first_chunk()?));
        let address = storage(input, offset_of!(GROUP_REQ, gr_group))?;
        Some(Self { join, address, interface, source: None })
    }

    /// `GROUP_SOURCE_REQ`.
    fn with_source(join: bool, input: &[u8]) -> Option<Self> {
        let group = Self::any(join, input)?;
        const { assert!(offset_of!(GROUP_SOURCE_REQ, gsr_group) == offset_of!(GROUP_REQ, gr_group)) };
        let source = storage(input, offset_of!(GROUP_SOURCE_REQ, gsr_source))?;
        Some(Self { source: Some(source), ..group })
    }
}

/// The address in a `SOCKADDR_STORAGE`.
fn storage(input: &[u8], at: usize) -> Option<IpAddr> {
    let bytes: &Bytes = input.get(at..)?.first_chunk()?;
    Some(address::decode(bytes)?.ip())
}

#[cfg(test)]
mod tests {
    use wsk_sys::{IP_ADD_MEMBERSHIP, IP_TTL, IPPROTO_IP, IPPROTO_IPV6, MCAST_LEAVE_GROUP};

    use super::{Group, Interface};
    use crate::{
        netio::address::{Family, encode},
        nt::STATUS_INVALID_PARAMETER,
    };

    #[test]
    fn groups_are_read_from_their_structures() {
        let input = [224, 0, 0, 251, 127, 0, 0, 1];
        let group = Group::read(IPPROTO_IP, IP_ADD_MEMBERSHIP, &input).unwrap().unwrap();
        assert!(group.join);
        assert_eq!(group.interface, Interface::Address([127, 0, 0, 1].into()));

        let mut input = [0; 136];
        input[0] = 7;
        input[8..36].copy_from_slice(&encode("[ff02::fb]:0".parse().unwrap(), Family::V6));
        let group = Group::read(IPPROTO_IPV6, MCAST_LEAVE_GROUP, &input).unwrap().unwrap();
        assert_eq!(group.address, "ff02::fb".parse::<std::net::IpAddr>().unwrap());
        assert_eq!((group.join, group.interface), (false, Interface::Index(7)));
    }

    #[test]
    fn short_input_and_other_addresses_are_refused() {
        let refused = Err(STATUS_INVALID_PARAMETER);
        assert_eq!(Group::read(IPPROTO_IP, IP_ADD_MEMBERSHIP, &[224, 0, 0]), refused);
        assert_eq!(
            Group::read(IPPROTO_IP, IP_ADD_MEMBERSHIP, &[127, 0, 0, 1, 0, 0, 0, 0]),
            refused
        );
        assert_eq!(Group::read(IPPROTO_IP, IP_TTL, &[]), Ok(None));
    }
}
