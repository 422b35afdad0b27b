//! The frames that come, again and again.

use std::ops::Range;

use e2e::payload;
use fastrand::Rng;
use nthost::ndis::{Frame, Geometry, Malformed};

/// So many lists are made up.
const LISTS: usize = 2048;

/// The most lists in an indication.
const BATCH: usize = 64;

/// Where in a frame its number is.
const NUMBER: Range<usize> = 14..18;

/// Frames, and where to find them by their numbers.
pub struct Table {
    lists: Vec<Frame>,
    frames: Vec<Known>,
}

/// What is known of a frame.
struct Known {
    data: Vec<u8>,
    vlan: Option<u16>,
    /// It may be said to be longer than it is.
    malformed: bool,
}

impl Table {
    pub fn new(rng: &mut Rng) -> Self {
        let mut table = Self { lists: Vec::with_capacity(LISTS), frames: Vec::new() };
        for _ in 0..LISTS {
            let list = table.list(rng);
            table.lists.push(list);
        }
        table
    }

    fn list(&mut self, rng: &mut Rng) -> Frame {
        let vlan = rng.bool().then(|| rng.u16(1..));
        let mut list = Frame {
            data: self.frame(vlan, rng),
            vlan,
            timestamp: rng.bool().then(|| rng.u64(1..1 << 60)),
            queue: rng.u16(..8),
            ..Frame::default()
        };
        match rng.u8(..64) {
            0 => {
                list.geometry = Geometry::Malformed(malformed(rng));
                self.frames[number(&list.data)].malformed = true;
            }
            1 => list.geometry = Geometry::Split { header: rng.u32(1..60) },
            2..=40 => {
                let more = rng.usize(1..=31);
                list.more_buffers = (0..more).map(|_| self.frame(vlan, rng)).collect();
                if rng.u8(..8) == 0 {
                    list.geometry = Geometry::Random;
                }
            }
            _ => list.geometry = Geometry::Random,
        }
        list
    }

    fn frame(&mut self, vlan: Option<u16>, rng: &mut Rng) -> Vec<u8> {
        let length = match rng.u8(..32) {
            0 => rng.usize(1500..9000),
            1..=4 => rng.usize(300..1500),
            _ => rng.usize(18..200),
        };
        let mut data = payload(length, self.frames.len());
        let number = u32::try_from(self.frames.len()).expect("there are fewer");
        data[NUMBER].copy_from_slice(&number.to_be_bytes());
        self.frames.push(Known { data: data.clone(), vlan, malformed: false });
        data
    }

    /// Some lists that lie together.
    pub fn batch(&self, rng: &mut Rng) -> &[Frame] {
        let length = rng.usize(1..=BATCH);
        let first = rng.usize(..=LISTS - length);
        &self.lists[first..first + length]
    }

    /// Asserts that a frame is one of these, or the beginning of one.
    pub fn check(&self, frame: &winrx::Frame) {
        let number = number(&frame.data);
        let Known { data, vlan, malformed } = &self.frames[number];
        assert!(*malformed || frame.original as usize == data.len(), "frame {number}");
        assert_eq!(frame.vlan, *vlan, "frame {number}");
        assert!(data.starts_with(&frame.data), "frame {number}");
    }
}

/// The number of a frame.
fn number(data: &[u8]) -> usize {
    u32::from_be_bytes(data[NUMBER].try_into().expect("four bytes")) as usize
}

fn malformed(rng: &mut Rng) -> Malformed {
    match rng.u8(..4) {
        0 => Malformed::NoBuffer,
        1 => Malformed::NoMdl,
        2 => Malformed::Short(rng.u32(1..18)),
        _ => Malformed::OffsetBeyond(rng.u32(1..1000)),
    }
}
