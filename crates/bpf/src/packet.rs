//! What programs are run over.

/// From here on the offset of an absolute load means no place in the packet, but an [`Ancillary`].
const ANCILLARY: u32 = 0xffff_f000;

/// From here on up to [`ANCILLARY`] offsets of Linux count from the headers of a socket's packets, which
/// there are none of here.
pub const FIRST_NEGATIVE: u32 = 0xffe0_0000;

/// A packet, which may lie in several pieces.
pub trait Packet {
    /// How many bytes it has.
    fn length(&self) -> u32;

    /// Its first bytes, as many as lie in one piece. Loads from there are the fast ones.
    fn first(&self) -> &[u8];

    /// Fills `to` with the bytes from `offset` on. False if the packet has not so many, or they cannot be
    /// read.
    fn load(&self, offset: u32, to: &mut [u8]) -> bool;

    /// What is known of it beside its bytes; zero where nothing is.
    fn ancillary(&self, ancillary: Ancillary) -> u32;
}

/// What programs can ask of a packet beside its bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Ancillary {
    /// The EtherType behind the addresses and the tag that is not in the packet.
    Protocol,
    /// To whom it was sent: zero for this machine, one for a broadcast, two for a multicast, three for
    /// another machine, four if this machine sent it.
    PacketType,
    /// The number of the adapter.
    Interface,
    /// The queue that it came through.
    Queue,
    /// Its receive side scaling hash.
    Hash,
    /// The VLAN tag that is not in the packet: priority, drop eligible bit and number.
    VlanTag,
    /// One if there is such a tag.
    VlanTagPresent,
    /// The EtherType of that tag.
    VlanProtocol,
}

/// What an absolute load loads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Load {
    /// Bytes of the packet.
    Bytes,
    /// Something else that is known of it.
    Of(Ancillary),
    /// The accumulator, exclusive-or the index register.
    Xor,
}

/// What an absolute load from `offset` loads; `None` if nothing.
pub const fn load_at(offset: u32) -> Option<Load> {
    if offset < FIRST_NEGATIVE {
        return Some(Load::Bytes);
    }
    Some(match offset.wrapping_sub(ANCILLARY) {
        0 => Load::Of(Ancillary::Protocol),
        4 => Load::Of(Ancillary::PacketType),
        8 => Load::Of(Ancillary::Interface),
        24 => Load::Of(Ancillary::Queue),
        32 => Load::Of(Ancillary::Hash),
        40 => Load::Xor,
        44 => Load::Of(Ancillary::VlanTag),
        48 => Load::Of(Ancillary::VlanTagPresent),
        60 => Load::Of(Ancillary::VlanProtocol),
        _ => return None,
    })
}
