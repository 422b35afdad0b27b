//! VLAN tags, in frames and beside them.

use super::spare;

/// The tag protocol of a customer's VLAN, 802.1Q.
pub(super) const CUSTOMER: u16 = 0x8100;

/// Where a tag stands in a frame: behind both addresses.
const AT: usize = 12;

/// Bytes of a tag.
const TAG: usize = 4;

/// Whether an adapter takes a tag out of the frame and hands it over beside it. Beside it there is no room
/// for another protocol than 802.1Q, and a tag of zero could not be told from none.
pub(super) const fn goes_out_of_band(protocol: u16, tag: u16) -> bool {
    protocol == CUSTOMER && tag != 0
}

/// Takes the outer tag out of a frame as an adapter does.
pub(super) fn strip(data: &mut Vec<u8>) -> Option<u16> {
    let found: [u8; TAG] = *data.get(AT..)?.first_chunk()?;
    let [a, b, c, d] = found;
    let (protocol, tag) = (u16::from_be_bytes([a, b]), u16::from_be_bytes([c, d]));
    if !goes_out_of_band(protocol, tag) {
        return None;
    }
    data.drain(AT..AT + TAG);
    Some(tag)
}

/// A frame with a tag put into it.
pub(super) fn insert(data: &[u8], protocol: u16, tag: u16) -> Vec<u8> {
    let (addresses, rest) = data.split_at(data.len().min(AT));
    let mut tagged = spare::room(data.len() + TAG);
    tagged.extend_from_slice(addresses);
    tagged.extend(protocol.to_be_bytes());
    tagged.extend(tag.to_be_bytes());
    tagged.extend_from_slice(rest);
    tagged
}

#[cfg(test)]
mod tests {
    use super::{CUSTOMER, insert, strip};

    #[test]
    fn what_is_put_in_comes_out() {
        let plain: Vec<u8> = (0..60).collect();
        let mut tagged = insert(&plain, CUSTOMER, 0x2005);
        assert_eq!(tagged[12..16], [0x81, 0x00, 0x20, 0x05]);
        assert_eq!(strip(&mut tagged), Some(0x2005));
        assert_eq!(tagged, plain);
    }

    #[test]
    fn tags_that_cannot_be_told_beside_the_frame_stay_in_it() {
        let plain: Vec<u8> = (0..60).collect();
        for (protocol, tag) in [(CUSTOMER, 0), (0x88a8, 5), (0x9100, 5), (0x0800, 0x4500)] {
            let tagged = insert(&plain, protocol, tag);
            let mut same = tagged.clone();
            assert_eq!(strip(&mut same), None);
            assert_eq!(same, tagged);
        }
    }

    #[test]
    fn only_the_outer_tag_comes_out() {
        let plain: Vec<u8> = (0..60).collect();
        let inner = insert(&plain, CUSTOMER, 7);
        let mut double = insert(&inner, CUSTOMER, 9);
        assert_eq!(strip(&mut double), Some(9));
        assert_eq!(double, inner);
    }

    #[test]
    fn a_frame_that_ends_within_its_tag_stays_as_it_is() {
        let mut short = [0; 15];
        short[12] = 0x81;
        let mut cut = short.to_vec();
        assert_eq!(strip(&mut cut), None);
        assert_eq!(cut, short);
        assert_eq!(strip(&mut Vec::new()), None);
    }
}
