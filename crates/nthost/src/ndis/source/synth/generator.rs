//! The frames that are made up: UDP in IPv4 in Ethernet, each with its number.

use fastrand::Rng;
use ndis_sys::{
    NDIS_HASH_UDP_IPV4, NDIS_TCP_IP_CHECKSUM_NET_BUFFER_LIST_INFO as Checksum,
    NdisHashFunctionToeplitz,
};

use super::spec::{Checksums, MAX_SIZE, Synth, To};
use crate::ndis::{Frame, Hash, source::spare};

/// Bytes before the payload: the headers of Ethernet, IPv4 and UDP.
const HEADERS: usize = 14 + 20 + 8;

/// Payloads begin at different places of the same bytes.
const PLACES: usize = 4096;

/// The group that multicast frames go to, that of 239.1.2.3.
const GROUP: [u8; 6] = [0x01, 0x00, 0x5e, 0x01, 0x02, 0x03];

/// Who sends the frames.
const SENDER: [u8; 6] = [0x02, 0x53, 0x59, 0x4e, 0x54, 0x48];

/// Different senders, by their UDP ports.
const PORTS: u16 = 64;

/// Makes frames up, each from its number alone.
pub(super) struct Generator {
    spec: Synth,
    mac: [u8; 6],
    payload: Vec<u8>,
}

impl Generator {
    /// Frames for an adapter with this address.
    pub fn new(spec: &Synth, mac: [u8; 6]) -> Self {
        let mut payload = vec![0; MAX_SIZE + PLACES];
        Rng::with_seed(spec.seed).fill(&mut payload);
        Self { spec: spec.clone(), mac, payload }
    }

    /// The frame with this number, without its time.
    pub fn frame(&self, number: u64) -> Frame {
        let spec = &self.spec;
        let mut rng = Rng::with_seed(spec.seed ^ number.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        let data = self.bytes(number, &mut rng);
        let more_buffers = (1..spec.buffers).map(|_| self.bytes(number, &mut rng)).collect();
        let queue = u16::try_from(number % u64::from(spec.queues.max(1))).unwrap_or_default();
        Frame {
            vlan: spec.vlan.as_ref().map(|tags| tags.choose(&mut rng)),
            hash: spec.hash.then(|| Hash {
                value: rng.u32(..),
                info: NdisHashFunctionToeplitz | NDIS_HASH_UDP_IPV4,
            }),
            checksum: checksum(spec.checksum, &mut rng),
            geometry: spec.geometry.clone(),
            flags: spec.flags,
            queue,
            more_buffers,
            data,
            ..Frame::default()
        }
    }

    fn bytes(&self, number: u64, rng: &mut Rng) -> Vec<u8> {
        let size: usize = self.spec.size.choose(rng);
        let mut bytes = spare::room(size.max(HEADERS + 8));
        bytes.extend(self.destination(rng));
        bytes.extend(SENDER);
        bytes.extend([0x08, 0x00]);
        let packet = u16::try_from(size.saturating_sub(14)).unwrap_or(u16::MAX);
        let identity = number.to_be_bytes();
        bytes.extend(ip(packet, [identity[6], identity[7]]));
        let port = 1024 + u16::try_from(number % u64::from(PORTS)).unwrap_or_default();
        bytes.extend(port.to_be_bytes());
        bytes.extend([0x00, 0x09]);
        bytes.extend(packet.saturating_sub(20).to_be_bytes());
        bytes.extend([0, 0]);
        bytes.extend(identity);
        let rest = size.saturating_sub(bytes.len());
        let place = rng.usize(..PLACES);
        bytes.extend(&self.payload[place..place + rest]);
        bytes.truncate(size);
        bytes
    }

    fn destination(&self, rng: &mut Rng) -> [u8; 6] {
        match self.spec.to {
            To::Directed => self.mac,
            To::Broadcast => [0xff; 6],
            To::Multicast => GROUP,
            To::Mixed => [self.mac, [0xff; 6], GROUP][rng.usize(..3)],
        }
    }
}

/// A header of IPv4 for UDP, with its checksum.
fn ip(length: u16, identity: [u8; 2]) -> [u8; 20] {
    let [high, low] = length.to_be_bytes();
    let [first, second] = identity;
    let mut header =
        [0x45, 0, high, low, first, second, 0x40, 0, 64, 17, 0, 0, 192, 0, 2, 1, 192, 0, 2, 2];
    let words =
        header.chunks_exact(2).map(|word| u32::from(u16::from_be_bytes([word[0], word[1]])));
    let sum: u32 = words.sum();
    let sum = (sum & 0xffff) + (sum >> 16);
    let sum = (sum & 0xffff) + (sum >> 16);
    let [.., high, low] = (!sum).to_be_bytes();
    header[10..12].copy_from_slice(&[high, low]);
    header
}

fn checksum(checksums: Checksums, rng: &mut Rng) -> u32 {
    let good = Checksum::IP_CHECKSUM_SUCCEEDED_MASK | Checksum::UDP_CHECKSUM_SUCCEEDED_MASK;
    let bad = Checksum::IP_CHECKSUM_SUCCEEDED_MASK | Checksum::UDP_CHECKSUM_FAILED_MASK;
    match checksums {
        Checksums::None => 0,
        Checksums::Good => good,
        Checksums::Bad => bad,
        Checksums::Mixed => [0, good, bad][rng.usize(..3)],
    }
}
