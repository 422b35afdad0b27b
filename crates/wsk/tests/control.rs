//! Control data is read message by message, and never beyond its end.

use proptest::prelude::*;
use wsk::control::{Message, Messages};
use wsk_sys::{
    IP_ECN, IP_PKTINFO, IP_TOS, IPPROTO_IP, IPPROTO_IPV6, IPPROTO_UDP, IPV6_PKTINFO, IPV6_TCLASS,
    SO_TIMESTAMP, SOL_SOCKET, UDP_COALESCED_INFO,
};

/// A message, with the padding behind it.
fn message(level: i32, kind: i32, data: &[u8]) -> Vec<u8> {
    let length = (16 + data.len()) as u64;
    let mut bytes = length.to_le_bytes().to_vec();
    bytes.extend(level.to_le_bytes());
    bytes.extend(kind.to_le_bytes());
    bytes.extend(data);
    bytes.resize(bytes.len().next_multiple_of(8), 0xaa);
    bytes
}

fn read(data: &[u8]) -> Vec<Message<'_>> {
    Messages::new(data).collect()
}

#[test]
fn known_messages_in_any_order() {
    let v6: Vec<u8> = (1..=16).collect();
    let data = [
        message(IPPROTO_UDP, UDP_COALESCED_INFO, &1400_u32.to_le_bytes()),
        message(IPPROTO_IPV6, IPV6_PKTINFO, &[&v6[..], &7_u32.to_le_bytes()].concat()),
        message(IPPROTO_IP, IP_PKTINFO, &[127, 0, 0, 1, 2, 0, 0, 0]),
        message(IPPROTO_IP, IP_TOS, &[0xb8, 0, 0, 0]),
        message(IPPROTO_IPV6, IPV6_TCLASS, &[3, 0, 0, 0]),
        message(IPPROTO_IP, IP_ECN, &[0xff, 0, 0, 0]),
    ]
    .concat();
    let address = v6.try_into().unwrap();
    assert_eq!(
        read(&data),
        [
            Message::Coalesced(1400),
            Message::PacketInfoV6(address, 7),
            Message::PacketInfoV4([127, 0, 0, 1], 2),
            Message::TrafficClass(0xb8),
            Message::TrafficClass(3),
            Message::Ecn(3),
        ]
    );
}

#[test]
fn others_and_those_of_a_wrong_size_are_passed_on() {
    let data = [
        message(SOL_SOCKET, SO_TIMESTAMP, &[1; 8]),
        message(IPPROTO_IP, IP_PKTINFO, &[1; 9]),
        message(IPPROTO_IP, IP_TOS, &[]),
    ]
    .concat();
    assert!(read(&data).iter().all(|message| matches!(message, Message::Other { .. })));
    assert_eq!(read(&data).len(), 3);
}

#[test]
fn ends_where_the_data_is_cut() {
    let whole =
        [message(IPPROTO_IP, IP_TOS, &[1, 0, 0, 0]), message(IPPROTO_IP, IP_TOS, &[2, 0, 0, 0])]
            .concat();
    for length in 0..=whole.len() {
        // Each message has 20 bytes and 4 of padding.
        let expected = usize::from(length >= 20) + usize::from(length >= 44);
        assert_eq!(read(&whole[..length]).len(), expected, "{length} bytes");
    }
}

#[test]
fn a_wrong_length_ends_it() {
    for length in [0, 1, 15, 1000, u64::MAX, u64::MAX - 7] {
        let mut data = message(IPPROTO_IP, IP_TOS, &[1, 0, 0, 0]);
        data[..8].copy_from_slice(&length.to_le_bytes());
        data.extend(message(IPPROTO_IP, IP_TOS, &[2, 0, 0, 0]));
        assert_eq!(read(&data), [], "{length}");
    }
}

proptest! {
    #[test]
    fn any_bytes_can_be_looked_at(data in prop::collection::vec(any::<u8>(), 0..300)) {
        prop_assert!(read(&data).len() <= data.len() / 16);
    }

    #[test]
    fn lengths_near_the_truth(lengths in prop::collection::vec(0_u64..40, 1..8)) {
        let data: Vec<u8> = lengths.iter().flat_map(|length| {
            let mut bytes = message(IPPROTO_IP, IP_TOS, &[1; 8]);
            bytes[..8].copy_from_slice(&length.to_le_bytes());
            bytes
        }).collect();
        let _ = read(&data);
    }
}
