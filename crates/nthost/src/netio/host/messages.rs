//! Control messages of this machine, and what they become.

use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use wsk_sys::{
    IP_ECN, IP_HOPLIMIT, IP_PKTINFO, IP_TOS, IPPROTO_IP, IPPROTO_IPV6, IPPROTO_UDP, IPV6_ECN,
    IPV6_HOPLIMIT, IPV6_PKTINFO, IPV6_TCLASS, MSG_BCAST, MSG_MCAST, SO_TIMESTAMP, SOL_SOCKET,
    UDP_COALESCED_INFO,
};

use super::super::{control::Messages, options::Wanted};
use crate::ke;

/// Bytes of the header of a control message.
const HEADER: usize = 16;

/// What this machine tells about a datagram.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Arrival {
    to: Option<IpAddr>,
    interface: u32,
    broadcast: bool,
    tos: Option<u8>,
    hops: Option<i32>,
    segment: Option<u32>,
    /// Since 1970.
    time: Option<Duration>,
    /// Datagrams that this machine has dropped so far.
    pub dropped: Option<u32>,
}

impl Arrival {
    /// Reads the control messages of a datagram.
    pub fn read(mut control: &[u8]) -> Self {
        let mut arrival = Self::default();
        while let Some((header, _)) = control.split_first_chunk::<HEADER>() {
            let [length, kind] = [&header[..8], &header[8..]];
            let length = usize::from_ne_bytes(length.try_into().unwrap_or_default());
            let level = i32::from_ne_bytes(kind[..4].try_into().unwrap_or_default());
            let kind = i32::from_ne_bytes(kind[4..].try_into().unwrap_or_default());
            let Some(data) = control.get(HEADER..length) else { break };
            arrival.add(level, kind, data);
            control = control.get(length.next_multiple_of(8)..).unwrap_or_default();
        }
        arrival
    }

    fn add(&mut self, level: i32, kind: i32, data: &[u8]) {
        match (level, kind) {
            (libc::IPPROTO_IP, libc::IP_PKTINFO) => {
                let (Some(interface), Some(local), Some(to)) =
                    (chunk::<4>(data, 0), chunk::<4>(data, 4), chunk::<4>(data, 8))
                else {
                    return;
                };
                let (local, to) = (Ipv4Addr::from(local), Ipv4Addr::from(to));
                self.interface = u32::from_ne_bytes(interface);
                self.broadcast = to.is_broadcast() || (to != local && !to.is_multicast());
                self.to = Some(to.into());
            }
            (libc::IPPROTO_IPV6, libc::IPV6_PKTINFO) => {
                let (Some(to), Some(interface)) = (chunk::<16>(data, 0), chunk::<4>(data, 16))
                else {
                    return;
                };
                let to = Ipv6Addr::from(to);
                // What came by IPv4 is told by the message above, too, which knows more.
                if to.to_ipv4_mapped().is_none() {
                    self.interface = u32::from_ne_bytes(interface);
                    self.to = Some(to.into());
                }
            }
            (libc::IPPROTO_IP, libc::IP_TOS) | (libc::IPPROTO_IPV6, libc::IPV6_TCLASS) => {
                self.tos = data.first().copied();
            }
            (libc::IPPROTO_IP, libc::IP_TTL) | (libc::IPPROTO_IPV6, libc::IPV6_HOPLIMIT) => {
                self.hops = chunk(data, 0).map(i32::from_ne_bytes);
            }
            (libc::SOL_UDP, libc::UDP_GRO) => {
                self.segment = chunk(data, 0).map(u32::from_ne_bytes);
            }
            (libc::SOL_SOCKET, libc::SO_RXQ_OVFL) => {
                self.dropped = chunk(data, 0).map(u32::from_ne_bytes);
            }
            (libc::SOL_SOCKET, libc::SCM_TIMESTAMPNS) => {
                if let (Some(seconds), Some(nanoseconds)) =
                    (chunk::<8>(data, 0), chunk::<4>(data, 8))
                {
                    let nanoseconds = u32::from_ne_bytes(nanoseconds);
                    self.time = Some(Duration::new(u64::from_ne_bytes(seconds), nanoseconds));
                }
            }
            _ => {}
        }
    }

    /// `MSG_BCAST` and `MSG_MCAST`.
    pub fn flags(&self) -> u32 {
        if self.broadcast {
            MSG_BCAST
        } else if self.to.is_some_and(|to| to.is_multicast()) {
            MSG_MCAST
        } else {
            0
        }
    }

    /// The control messages that Windows has for it, of those that are wanted. Those of IPv4 belong to
    /// what came by IPv4, also on a socket of both families.
    pub fn translate(&self, wanted: Wanted, tell_segment: bool) -> Messages {
        let mut messages = Messages::default();
        match self.to {
            Some(IpAddr::V4(to)) if wanted.has(Wanted::PACKET_INFO_V4) => {
                let mut info = [0; 8];
                info[..4].copy_from_slice(&to.octets());
                info[4..].copy_from_slice(&self.interface.to_ne_bytes());
                messages.push(IPPROTO_IP, IP_PKTINFO, &info);
            }
            Some(IpAddr::V6(to)) if wanted.has(Wanted::PACKET_INFO_V6) => {
                let mut info = [0; 20];
                info[..16].copy_from_slice(&to.octets());
                info[16..].copy_from_slice(&self.interface.to_ne_bytes());
                messages.push(IPPROTO_IPV6, IPV6_PKTINFO, &info);
            }
            _ => {}
        }
        let v4 = matches!(self.to, Some(IpAddr::V4(_)));
        let kinds = if v4 {
            [
                (Wanted::TOS_V4, IPPROTO_IP, IP_TOS, self.tos.map(i32::from)),
                (Wanted::ECN_V4, IPPROTO_IP, IP_ECN, self.tos.map(|tos| i32::from(tos & 3))),
                (Wanted::HOPS_V4, IPPROTO_IP, IP_HOPLIMIT, self.hops),
            ]
        } else {
            [
                (Wanted::TCLASS_V6, IPPROTO_IPV6, IPV6_TCLASS, self.tos.map(i32::from)),
                (Wanted::ECN_V6, IPPROTO_IPV6, IPV6_ECN, self.tos.map(|tos| i32::from(tos & 3))),
                (Wanted::HOPS_V6, IPPROTO_IPV6, IPV6_HOPLIMIT, self.hops),
            ]
        };
        for (one, level, kind, value) in kinds {
            if let Some(value) = value.filter(|_| wanted.has(one)) {
                messages.push(level, kind, &value.to_ne_bytes());
            }
        }
        if let Some(segment) = self.segment.filter(|_| tell_segment) {
            messages.push(IPPROTO_UDP, UDP_COALESCED_INFO, &segment.to_ne_bytes());
        }
        if let Some(time) = self.time.filter(|_| wanted.has(Wanted::TIMESTAMP)) {
            messages.push(SOL_SOCKET, SO_TIMESTAMP, &counter(time).to_ne_bytes());
        }
        messages
    }
}

/// The performance counter at a time.
fn counter(time: Duration) -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let age = now.saturating_sub(time).as_nanos() / 100;
    ke::time::interrupt().saturating_sub(u64::try_from(age).unwrap_or(u64::MAX))
}

fn chunk<const N: usize>(data: &[u8], at: usize) -> Option<[u8; N]> {
    data.get(at..)?.first_chunk().copied()
}

#[cfg(test)]
mod tests {
    use super::Arrival;
    use crate::netio::options::Wanted;

    fn message(level: i32, kind: i32, data: &[u8]) -> Vec<u8> {
        let mut bytes = (16 + data.len()).to_ne_bytes().to_vec();
        bytes.extend(level.to_ne_bytes());
        bytes.extend(kind.to_ne_bytes());
        bytes.extend(data);
        bytes.resize(bytes.len().next_multiple_of(8), 0);
        bytes
    }

    #[test]
    fn what_is_not_for_this_machine_nor_a_group_is_a_broadcast() {
        for (to, broadcast) in
            [([10, 0, 0, 7], false), ([10, 0, 0, 255], true), ([224, 0, 0, 1], false)]
        {
            let mut data = 3_u32.to_ne_bytes().to_vec();
            data.extend([10, 0, 0, 7]);
            data.extend(to);
            let arrival = Arrival::read(&message(libc::IPPROTO_IP, libc::IP_PKTINFO, &data));
            assert_eq!((arrival.broadcast, arrival.interface), (broadcast, 3), "{to:?}");
        }
    }

    #[test]
    fn messages_that_are_cut_off_are_left_out() {
        let mut bytes = message(libc::IPPROTO_IP, libc::IP_TOS, &[0x2e]);
        bytes.extend(&message(libc::IPPROTO_IP, libc::IP_TTL, &[64, 0, 0, 0])[..18]);
        let arrival = Arrival::read(&bytes);
        assert_eq!(arrival, Arrival { tos: Some(0x2e), ..Arrival::default() });
        assert_eq!(Arrival::read(&[0; 40]), Arrival::default());
        let _ = arrival.translate(Wanted::default(), true);
    }
}
