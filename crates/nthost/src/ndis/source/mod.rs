//! Where the frames of adapters come from.
//!
//! A [`Spec`] names a source in one word, as programs take it from their users:
//!
//! | spec | frames |
//! |---|---|
//! | `packet:IFACE` | what a network interface of this machine receives and sends |
//! | `tap:NAME` | what this machine sends on a TAP device made for it |
//! | `file:PATH` | those of a capture file, pcap or pcapng |
//! | `synth:` | made up |
//!
//! Options follow, with commas between them: see [`Packet`], [`Tap`], [`File`] and [`Synth`], and
//! [`Identity`] for those that all of them have. A comma in a name is written `\,`.
//!
//! ```no_run
//! use nthost::{Kernel, ndis::source::{self, Spec}};
//!
//! let kernel = Kernel::builder().build()?;
//! let specs: [Spec; 2] = ["packet:eth0".parse()?, "synth:size=64-1514,rate=10k".parse()?];
//! for (adapter, source) in source::open(&specs)? {
//!     let link = kernel.plug_source(adapter, source);
//!     println!("{}", link.name());
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod feed;
mod file;
mod interface;
mod options;
mod pace;
mod packet;
mod spare;
mod spec;
mod synth;
mod tap;
mod vlan;

#[cfg(test)]
mod tests;

use std::io;

use super::{Frame, LinkState};

pub use file::{File, Loops, Speed, Tags};
pub use packet::Packet;
pub use spec::{Identity, Kind, Opened, Spec, SpecError, open};
pub use synth::{Checksums, Sizes, Synth, To};
pub use tap::Tap;

pub(super) use feed::{Feed, start};

/// Something that frames come from: an interface of the machine, a file, a generator.
///
/// All of its functions are called by one thread, one after the other.
pub trait Source: Send {
    /// Waits for frames, at most 100 ms, and appends them.
    ///
    /// # Errors
    ///
    /// Why no more frames come.
    fn next(&mut self, frames: &mut Vec<Frame>) -> Result<Progress, SourceError>;

    /// The adapter's packet filter has changed to this, `NDIS_PACKET_TYPE_…`. With zero nobody listens:
    /// [`next`](Self::next) is not called until that changes, and frames that arrive meanwhile are not
    /// wanted.
    ///
    /// # Errors
    ///
    /// Why the frames cannot be had.
    fn listen(&mut self, _packet_filter: u32) -> Result<(), SourceError> {
        Ok(())
    }

    /// The state of the link, if it has changed since this was asked last.
    fn link(&mut self) -> Option<LinkState> {
        None
    }

    /// What has been counted so far.
    fn statistics(&mut self) -> Statistics {
        Statistics::default()
    }

    /// Where frames go that are sent. `None` if they go nowhere. Asked once, before all else.
    fn sink(&mut self) -> Option<Box<dyn Sink>> {
        None
    }
}

/// Where frames go that are sent.
pub trait Sink: Send {
    /// Sends a frame, all of its bytes from the destination address on.
    ///
    /// # Errors
    ///
    /// What the system says.
    fn send(&mut self, frame: &[u8]) -> io::Result<()>;
}

/// Whether more frames may come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// They may.
    More,
    /// Those were the last ones.
    End,
}

/// What a source has counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Statistics {
    /// Frames that were lost before the adapter could have them.
    pub dropped: u64,
    /// Frames that are shorter than they once were, because whoever captured them cut them.
    pub truncated: u64,
}

/// Why a source gives no frames, or no more frames.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct SourceError(pub String);
