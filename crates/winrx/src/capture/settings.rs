//! How a capture is to receive.

use std::time::Duration;

use bpf::Instruction;
use rx_abi::{
    Direction, FrameMode, InvalidOpen, MAX_ADAPTERS, MAX_ETHER_TYPES, OpenFrames, OpenOptions,
    PacketFilter,
};
use zerocopy::IntoBytes;

use super::Guid;
use crate::settings::in_range;

/// How a capture is to receive. What is `None` is left to the driver.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CaptureSettings {
    /// The adapters whose frames are wanted; none stands for all, those that come later with them.
    pub adapters: Vec<Guid>,
    /// How frames get into the queue.
    pub mode: Option<FrameMode>,
    /// Which frames adapters are asked for; else those to them, to groups and to all.
    pub packet_filter: Option<PacketFilter>,
    /// Which frames are wanted.
    pub direction: Option<Direction>,
    /// How the filter program sees frames.
    pub options: OpenOptions,
    /// A program that chooses frames, such as that of a [`Filter`](crate::Filter).
    pub program: Vec<Instruction>,
    /// EtherTypes of frames that are wanted; none stands for all.
    pub ether_types: Vec<u16>,
    /// How many bytes of a frame are captured at most.
    pub snap_length: Option<u32>,
    /// Size of the driver's queue in bytes, from 64 KiB to 1 GiB.
    pub queue_bytes: Option<u32>,
    /// How many lists [`FrameMode::Retain`] keeps at most, from 1 to 4096.
    pub retain_lists: Option<u32>,
    /// How many bytes of frames it keeps at most, from 1 to 16 MiB.
    pub retain_bytes: Option<u32>,
    /// How long it keeps a list at most, from a microsecond to a second.
    pub retain_time: Option<Duration>,
}

/// Why settings of a capture cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidCapture {
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
    /// The mode does not retain.
    #[error("The {0} is for mode retain only. Leave it out, or choose that mode.")]
    Mode(&'static str),
    /// Too many adapters.
    #[error(
        "{0} adapters are named, and a capture can have {MAX_ADAPTERS}. Name none to have all, or use \
         several captures."
    )]
    AdapterCount(usize),
    /// An adapter comes twice.
    #[error("The adapter {0:?} is named twice. Name it once.")]
    Twice(Guid),
    /// Too many EtherTypes.
    #[error("There are {0} EtherTypes, and a capture can have {MAX_ETHER_TYPES}. Use a filter.")]
    EtherTypeCount(usize),
    /// The filter program would not be run.
    #[error("The filter program cannot be used: {0}. Choose a simpler filter.")]
    Program(bpf::Invalid),
    /// Something that only the driver's own check found.
    #[error("The settings do not go together ({0:?}).")]
    Other(InvalidOpen),
}

impl CaptureSettings {
    /// The settings as the driver takes them: a fixed part and the filter program.
    ///
    /// # Errors
    ///
    /// The first thing that is wrong with them.
    pub fn to_input(&self) -> Result<Vec<u8>, InvalidCapture> {
        let mut open = OpenFrames {
            mode: self.mode() as u32,
            packet_filter: self.packet_filter.unwrap_or_default().bits(),
            direction: self.direction.unwrap_or(Direction::Both) as u32,
            options: self.options.bits(),
            ..OpenFrames::default()
        };
        self.set_sizes(&mut open)?;
        self.set_adapters(&mut open)?;
        self.set_ether_types(&mut open)?;
        if !self.program.is_empty() {
            bpf::Program::new(&self.program).map_err(InvalidCapture::Program)?;
        }
        open.instruction_count = u32::try_from(self.program.len()).unwrap_or(u32::MAX);
        open.check().map_err(InvalidCapture::Other)?;
        Ok([open.as_bytes(), self.program.as_bytes()].concat())
    }

    /// How frames get into the queue.
    #[must_use]
    pub fn mode(&self) -> FrameMode {
        self.mode.unwrap_or(FrameMode::Copy)
    }

    fn set_sizes(&self, open: &mut OpenFrames) -> Result<(), InvalidCapture> {
        let value = |what, value: Option<u128>, retention: bool, least, most| {
            let Some(value) = value else { return Ok(0) };
            if retention && self.mode() != FrameMode::Retain {
                return Err(InvalidCapture::Mode(what));
            }
            let range = InvalidCapture::Range { what, value, least, most };
            in_range(value, least, most).ok_or(range)
        };
        let [snap, queue, lists, bytes] =
            [self.snap_length, self.queue_bytes, self.retain_lists, self.retain_bytes]
                .map(|number| number.map(u128::from));
        let time = self.retain_time.map(|time| time.as_micros());
        open.snap_length = value("snap length", snap, false, 1, u32::MAX)?;
        open.queue_bytes = value("queue", queue, false, 64 << 10, 1 << 30)?;
        open.retain_lists = value("number of retained lists", lists, true, 1, 4096)?;
        open.retain_bytes = value("size of retained frames", bytes, true, 1, 16 << 20)?;
        open.retain_microseconds =
            value("time of retention in microseconds", time, true, 1, 1_000_000)?;
        Ok(())
    }

    fn set_adapters(&self, open: &mut OpenFrames) -> Result<(), InvalidCapture> {
        let mut rest = &self.adapters[..];
        while let Some((guid, others)) = rest.split_first() {
            if others.contains(guid) {
                return Err(InvalidCapture::Twice(*guid));
            }
            rest = others;
        }
        let count = self.adapters.len();
        let places = open.adapters.get_mut(..count);
        let places = places.ok_or(InvalidCapture::AdapterCount(count))?;
        for (place, guid) in places.iter_mut().zip(&self.adapters) {
            *place = guid.0;
        }
        open.adapter_count = u32::try_from(count).unwrap_or(u32::MAX);
        Ok(())
    }

    fn set_ether_types(&self, open: &mut OpenFrames) -> Result<(), InvalidCapture> {
        let count = self.ether_types.len();
        let places = open.ether_types.get_mut(..count);
        let places = places.ok_or(InvalidCapture::EtherTypeCount(count))?;
        places.copy_from_slice(&self.ether_types);
        open.ether_type_count = u32::try_from(count).unwrap_or(u32::MAX);
        Ok(())
    }
}
