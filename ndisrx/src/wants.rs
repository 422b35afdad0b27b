//! Which frames a reader wants, and how much of them.

use bpf::{Instruction, Packet, Program};
use ndis::ListView;
use rx_abi::{
    CheckedOpen, Direction, Guid, MAX_ETHER_TYPES, OpenFrames, OpenOptions, PacketFilter,
};
use wdm::{PoolVec, Result, Status};
use zerocopy::FromBytes;

use crate::{
    TAG,
    frame::{Class, Frame, Tagged},
};

/// What a reader was opened with.
pub struct Wants {
    /// The adapters that it gets the frames of; none stands for all.
    adapters: PoolVec<Guid>,
    filter: PacketFilter,
    direction: Direction,
    ether_types: [u16; MAX_ETHER_TYPES],
    ether_type_count: usize,
    snap_length: u32,
    program: Option<Program<PoolVec<Instruction>>>,
    /// The program sees frames with the tags that adapters took out.
    sees_tags: bool,
}

impl Wants {
    /// The stack of the kernel is small: what is large is made in functions of its own.
    ///
    /// # Errors
    ///
    /// `STATUS_INVALID_PARAMETER` if the program is not valid, `STATUS_INSUFFICIENT_RESOURCES` if there is no
    /// memory.
    #[inline(never)]
    pub fn new(open: &OpenFrames, checked: &CheckedOpen<'_>, program: &[u8]) -> Result<Self> {
        let mut adapters = PoolVec::with_room(checked.adapters.len(), TAG)?;
        adapters.try_extend(checked.adapters)?;
        Ok(Self {
            adapters,
            filter: checked.packet_filter,
            direction: checked.direction,
            ether_types: open.ether_types,
            ether_type_count: checked.ether_types.len(),
            snap_length: if open.snap_length == 0 { u32::MAX } else { open.snap_length },
            program: if program.is_empty() { None } else { Some(parse(program)?) },
            sees_tags: checked.options.contains(OpenOptions::FILTER_SEES_TAGS),
        })
    }

    /// The adapters that are named.
    pub fn adapters(&self) -> &[Guid] {
        &self.adapters
    }

    /// True if frames of this adapter are wanted.
    pub fn names(&self, adapter: &Guid) -> bool {
        self.adapters.is_empty() || self.adapters.contains(adapter)
    }

    /// What adapters are asked for.
    pub fn packet_filter(&self) -> u32 {
        self.filter.bits()
    }

    /// How many bytes of a frame are wanted, no more than it has; `None` if it is not wanted at all.
    #[inline]
    pub fn judge(&self, frame: &Frame<'_, '_>) -> Option<u32> {
        if !self.has_direction(frame.list) || !self.has_class(frame.glance.class) {
            return None;
        }
        let types = self.ether_types.get(..self.ether_type_count).unwrap_or_default();
        if !types.is_empty() && !types.contains(&frame.glance.ether_type) {
            return None;
        }
        let most = frame.length().min(self.snap_length);
        match &self.program {
            None => Some(most),
            Some(program) => self.ask(program, frame).map(|wanted| wanted.min(most)),
        }
    }

    fn has_direction(&self, list: ListView<'_>) -> bool {
        match self.direction {
            Direction::Both => true,
            Direction::In => !list.is_loopback(),
            Direction::Out => list.is_loopback(),
        }
    }

    fn has_class(&self, class: Class) -> bool {
        let asked = match class {
            Class::Directed => PacketFilter::DIRECTED,
            Class::Multicast => PacketFilter::MULTICAST.with(PacketFilter::ALL_MULTICAST),
            Class::Broadcast => PacketFilter::BROADCAST,
            _ => PacketFilter::PROMISCUOUS,
        };
        self.filter.bits() & asked.with(PacketFilter::PROMISCUOUS).bits() != 0
    }

    fn ask(&self, program: &Program<PoolVec<Instruction>>, frame: &Frame<'_, '_>) -> Option<u32> {
        let wanted = match frame.list.vlan().filter(|_| self.sees_tags) {
            None => program.run(frame),
            Some(tag) => Tagged::without_tag(program.run(&Tagged::new(frame, tag))),
        };
        (wanted > 0).then_some(wanted)
    }
}

/// The program in the input of a request.
fn parse(bytes: &[u8]) -> Result<Program<PoolVec<Instruction>>> {
    const SIZE: usize = size_of::<Instruction>();
    let mut instructions = PoolVec::with_room(bytes.len() / SIZE, TAG)?;
    for bytes in bytes.chunks_exact(SIZE) {
        let instruction = Instruction::read_from_bytes(bytes);
        instructions.try_push(instruction.map_err(|_| Status::INVALID_PARAMETER)?)?;
    }
    Program::new(instructions).map_err(|_| Status::INVALID_PARAMETER)
}
