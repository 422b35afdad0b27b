//! How a frame is told to lie in memory.

/// How the bytes of the buffers of a frame lie in MDLs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Geometry {
    /// In one MDL, which begins with the frame.
    #[default]
    Single,
    /// In one MDL, in which so many bytes are before the frame.
    Offset(u32),
    /// In several MDLs.
    Pieces(Pieces),
    /// The first bytes lie in an MDL of their own, for headers, which the miniport may take back as soon
    /// as its indication has returned. The list says so in its flags.
    Split {
        /// Bytes of the headers.
        header: u32,
    },
    /// In any way that the rules allow.
    Random,
    /// In a way that the rules forbid, and that a driver has to survive.
    Malformed(Malformed),
}

/// MDLs of given lengths.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pieces {
    /// Bytes of each MDL, of which there may be any number, and which may be empty. What of the frame
    /// does not fit goes into another one behind them.
    pub lengths: Vec<u32>,
    /// Bytes of the chain that are before the frame.
    pub offset: u32,
    /// Where the frame begins with an MDL, it is said to begin at the end of the one before.
    pub at_end: bool,
}

/// What is wrong with a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Malformed {
    /// It has no net buffer.
    NoBuffer,
    /// The net buffer has no MDL, but a length.
    NoMdl,
    /// The MDLs have so many bytes less than the net buffer says.
    Short(u32),
    /// The frame is said to begin so many bytes behind the end of the MDL that it begins in.
    OffsetBeyond(u32),
}
