//! Control messages, as Windows has them.

use fastrand::Rng;

use super::{settings::Ancillary, slots::CONTROL};

/// The most control messages of a datagram.
pub(super) const MOST: usize = 10;

/// Bytes of the header of a control message.
const HEADER: usize = 16;

/// A control message.
#[derive(Clone, Copy, Debug, Default)]
struct Message {
    level: i32,
    kind: i32,
    data: [u8; 24],
    length: usize,
}

/// The control messages of a datagram.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Messages {
    messages: [Message; MOST],
    count: usize,
}

impl Messages {
    /// Adds one, if there is room for it.
    pub fn push(&mut self, level: i32, kind: i32, data: &[u8]) {
        let room = self.messages.get_mut(self.count);
        let Some(message) = room.filter(|message| data.len() <= message.data.len()) else { return };
        (message.level, message.kind, message.length) = (level, kind, data.len());
        message.data[..data.len()].copy_from_slice(data);
        self.count += 1;
    }

    /// Changes them as `ancillary` says.
    pub fn change(&mut self, ancillary: Ancillary, rng: &mut Rng) {
        const CHOICES: [Ancillary; 4] =
            [Ancillary::Present, Ancillary::Missing, Ancillary::Shuffled, Ancillary::Unknown];
        let ancillary = match ancillary {
            Ancillary::Random => CHOICES[rng.usize(..CHOICES.len())],
            ancillary => ancillary,
        };
        match ancillary {
            Ancillary::Missing => self.count = 0,
            Ancillary::Shuffled => rng.shuffle(&mut self.messages[..self.count]),
            Ancillary::Unknown => {
                let length = rng.usize(..24);
                self.push(0x7ead_beef, rng.i32(..), &[0xd7; 24][..length]);
                if let Some(last) = self.count.checked_sub(1) {
                    self.messages.swap(rng.usize(..=last), last);
                }
            }
            Ancillary::Present | Ancillary::Random => {}
        }
    }

    /// Writes them one after the other. Returns the number of bytes.
    pub fn write(&self, into: &mut [u8; CONTROL]) -> usize {
        let mut used = 0;
        for message in &self.messages[..self.count] {
            let end = used + HEADER + message.length;
            let Some(place) = into.get_mut(used..end) else { break };
            place[..8].copy_from_slice(&(HEADER + message.length).to_ne_bytes());
            place[8..12].copy_from_slice(&message.level.to_ne_bytes());
            place[12..16].copy_from_slice(&message.kind.to_ne_bytes());
            place[16..].copy_from_slice(&message.data[..message.length]);
            used = end.next_multiple_of(8);
        }
        used
    }
}

#[cfg(test)]
mod tests {
    use fastrand::Rng;

    use super::{CONTROL, MOST, Messages};
    use crate::netio::settings::Ancillary;

    fn written(ancillary: Ancillary, kinds: i32) -> Vec<u8> {
        let mut messages = Messages::default();
        for kind in 0..kinds {
            messages.push(1, kind, &kind.to_ne_bytes());
        }
        let mut bytes = [0xff; CONTROL];
        messages.change(ancillary, &mut Rng::with_seed(3));
        let length = messages.write(&mut bytes);
        bytes[..length].to_vec()
    }

    #[test]
    fn each_message_begins_at_a_multiple_of_eight() {
        let bytes = written(Ancillary::Present, 2);
        assert_eq!(bytes.len(), 48);
        assert_eq!((bytes[0], bytes[8], bytes[12], bytes[16]), (20, 1, 0, 0));
        assert_eq!((bytes[24], bytes[32], bytes[36], bytes[40]), (20, 1, 1, 1));
    }

    #[test]
    fn missing_unknown_and_shuffled_are_what_they_say() {
        assert!(written(Ancillary::Missing, 3).is_empty());
        assert!(written(Ancillary::Unknown, 3).len() > written(Ancillary::Present, 3).len());
        assert_eq!(written(Ancillary::Shuffled, 8).len(), 8 * 24);
        assert_ne!(written(Ancillary::Shuffled, 8), written(Ancillary::Present, 8));
    }

    #[test]
    fn what_has_no_room_is_left_out() {
        let most = i32::try_from(MOST).unwrap();
        assert_eq!(written(Ancillary::Present, most + 5).len(), MOST * 24);
    }
}
