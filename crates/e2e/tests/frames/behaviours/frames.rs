//! Frames that tests send, and what has to be delivered of them.

use e2e::payload;
use ndis_sys::{
    NDIS_HASH_IPV4, NDIS_NBL_FLAGS_HD_SPLIT, NDIS_NBL_FLAGS_IS_IPV4, NDIS_NBL_FLAGS_IS_UDP,
    NDIS_TCP_IP_CHECKSUM_NET_BUFFER_LIST_INFO as Sum, NdisHashFunctionToeplitz as TOEPLITZ,
};
use nthost::ndis::{Coalesced, Frame, Hash};
use rx_abi::Checksums;
use winrx::RecordFlags;

/// Bytes of an Ethernet header.
const HEADER: usize = 14;

/// A frame with a number, by which it is known again, to everybody.
pub fn numbered(number: usize, length: usize) -> Frame {
    let to = match number % 3 {
        0 => [0xff; 6],
        1 => [0x01, 0, 0x5e, 0, 0, 1],
        _ => [0x33, 0x33, 0, 0, 0, 1],
    };
    let number = u32::try_from(number).expect("there are fewer");
    let mut data = to.to_vec();
    data.extend([0x02, 0, 0, 0, 0, 7, 0x88, 0xb5]);
    data.extend(number.to_be_bytes());
    data.extend(payload(length.saturating_sub(data.len()), number as usize));
    data.truncate(length);
    Frame::from(data)
}

/// The number of a frame.
pub fn number(data: &[u8]) -> Option<u32> {
    data.get(HEADER..HEADER + 4).map(|bytes| u32::from_be_bytes(bytes.try_into().expect("four")))
}

/// Frames of many lengths with these numbers.
pub fn several(numbers: std::ops::Range<usize>) -> Vec<Frame> {
    const LENGTHS: [usize; 9] = [18, 19, 60, 64, 127, 600, 1514, 4000, 9014];
    numbers.map(|number| numbered(number, LENGTHS[number % LENGTHS.len()])).collect()
}

/// Such frames, of which all is told that can be told.
pub fn telling(numbers: std::ops::Range<usize>) -> Vec<Frame> {
    several(numbers.clone()).into_iter().zip(numbers).map(|(frame, n)| told(frame, n)).collect()
}

fn told(frame: Frame, number: usize) -> Frame {
    let low = u16::try_from(number & 0xffff).expect("masked");
    let sums = [
        0,
        Sum::IP_CHECKSUM_SUCCEEDED_MASK | Sum::TCP_CHECKSUM_FAILED_MASK,
        Sum::IP_CHECKSUM_FAILED_MASK | Sum::UDP_CHECKSUM_SUCCEEDED_MASK,
        Sum::IP_CHECKSUM_VALUE_INVALID_MASK | Sum::TCP_CHECKSUM_VALUE_INVALID_MASK,
    ];
    Frame {
        vlan: number.is_multiple_of(3).then_some(low.wrapping_mul(0x1357) | 1),
        hash: number.is_multiple_of(4).then_some(Hash {
            value: u32::from(low) << 8 | 1,
            info: TOEPLITZ | NDIS_HASH_IPV4 << 8,
        }),
        checksum: sums[number % sums.len()],
        timestamp: number.is_multiple_of(2).then_some(1_700_000_000_000_000_000 + number as u64),
        coalesced: match number % 5 {
            1 => Some(Coalesced::Tcp { segments: 7, duplicate_acks: 2 }),
            2 => Some(Coalesced::Udp { segments: 9, size: 1200 }),
            _ => None,
        },
        queue: low % 4,
        flags: if number.is_multiple_of(6) {
            NDIS_NBL_FLAGS_IS_IPV4 | NDIS_NBL_FLAGS_IS_UDP
        } else {
            0
        },
        ..frame
    }
}

/// The frames of lists, one for each net buffer, as readers get them.
pub fn spread(lists: &[Frame]) -> Vec<Frame> {
    let one = |list: &Frame, data: &Vec<u8>| Frame {
        data: data.clone(),
        more_buffers: Vec::new(),
        ..list.clone()
    };
    let buffers = lists.iter().flat_map(|list| {
        std::iter::once(&list.data).chain(&list.more_buffers).map(move |data| one(list, data))
    });
    buffers.collect()
}

/// Asserts that the frames that were received are those that were sent, in this order.
pub fn check(received: &[winrx::Frame], sent: &[Frame]) {
    let sent = spread(sent);
    let numbers = |frames: &mut dyn Iterator<Item = &[u8]>| frames.map(number).collect::<Vec<_>>();
    assert_eq!(
        numbers(&mut received.iter().map(|frame| &*frame.data)),
        numbers(&mut sent.iter().map(|frame| &*frame.data)),
    );
    for (received, sent) in received.iter().zip(&sent) {
        check_one(received, sent);
    }
}

/// Asserts the same, but for the order: only that of each queue has to be right.
pub fn check_queues(received: &[winrx::Frame], sent: &[Frame]) {
    let mut sent = spread(sent);
    sent.sort_by_key(|frame| frame.queue);
    let mut received = received.to_vec();
    received.sort_by_key(|frame| frame.queue);
    check(&received, &sent);
}

/// Asserts the same, whatever the order.
pub fn check_set(received: &[winrx::Frame], sent: &[Frame]) {
    let mut sent = spread(sent);
    sent.sort_by(|one, other| one.data[HEADER..].cmp(&other.data[HEADER..]));
    let mut received = received.to_vec();
    received.sort_by(|one, other| one.data[HEADER..].cmp(&other.data[HEADER..]));
    check(&received, &sent);
}

/// Asserts that a frame is that one, with all that is told of it.
pub fn check_one(received: &winrx::Frame, sent: &Frame) {
    let flags = received.flags;
    assert!(*received.data == *sent.data, "{} bytes, {received:?}", sent.data.len());
    assert_eq!(received.original as usize, sent.data.len());
    assert!(!flags.contains(RecordFlags::TRUNCATED));
    assert_eq!(received.vlan, sent.vlan);
    let hash = sent.hash.map(|hash| winrx::Hash { value: hash.value, info: hash.info });
    assert_eq!(received.hash, hash);
    assert_eq!(received.checksums, checksums(sent.checksum));
    let segments = sent.coalesced.map(|coalesced| match coalesced {
        Coalesced::Tcp { segments, .. } => winrx::Segments { count: segments, size: 0 },
        Coalesced::Udp { segments, size } => winrx::Segments { count: segments, size },
    });
    assert_eq!(received.segments, segments);
    assert_eq!(received.queue, sent.queue);
    assert_eq!(received.list_flags & !NDIS_NBL_FLAGS_HD_SPLIT, sent.flags);
    assert_eq!(flags.contains(RecordFlags::ADAPTER_TIME), sent.timestamp.is_some());
    assert_eq!(received.time, sent.timestamp.unwrap_or(received.system_time));
    let lent = received.receive_flags & ndis_sys::NDIS_RECEIVE_FLAGS_RESOURCES != 0;
    assert_eq!(flags.contains(RecordFlags::LOANED), lent);
    assert_eq!(received.lost, 0);
}

fn checksums(bits: u32) -> Checksums {
    let known = [
        (Sum::IP_CHECKSUM_SUCCEEDED_MASK, Checksums::IP_RIGHT),
        (Sum::IP_CHECKSUM_FAILED_MASK, Checksums::IP_WRONG),
        (Sum::TCP_CHECKSUM_SUCCEEDED_MASK, Checksums::TCP_RIGHT),
        (Sum::TCP_CHECKSUM_FAILED_MASK, Checksums::TCP_WRONG),
        (Sum::UDP_CHECKSUM_SUCCEEDED_MASK, Checksums::UDP_RIGHT),
        (Sum::UDP_CHECKSUM_FAILED_MASK, Checksums::UDP_WRONG),
        (Sum::IP_CHECKSUM_VALUE_INVALID_MASK, Checksums::IP_NOT_UPDATED),
        (Sum::TCP_CHECKSUM_VALUE_INVALID_MASK, Checksums::TCP_NOT_UPDATED),
    ];
    let said = known.into_iter().filter(|(bit, _)| bits & bit != 0);
    said.fold(Checksums::default(), |all, (_, one)| all.with(one))
}
