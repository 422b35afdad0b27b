//! Captures: open handles of ndisrx.

mod adapter;
mod frame;
mod settings;

use rx_abi::{
    AdapterList, AdapterStats, ControlCode, FrameHeader, FrameStats, IOCTL_ADAPTER_STATS,
    IOCTL_ADAPTERS, IOCTL_FRAME_STATS, IOCTL_OPEN,
};

pub use adapter::{Adapter, Guid, InvalidAdapter, Medium, NoSuchAdapter, choose};
pub use frame::{Frame, Hash, InvalidFrame, Segments};
pub use settings::{CaptureSettings, InvalidCapture};

use crate::{
    Device, Error, Handle,
    handle::{Items, Service},
};

/// What ndisrx does: it receives frames.
#[derive(Clone, Copy, Debug)]
pub enum Frames {}

impl Service for Frames {
    const DRIVER: &'static str = "ndisrx";
    const STATS: ControlCode = IOCTL_FRAME_STATS;
    type Stats = FrameStats;
    type Detail = FrameHeader;
    type Item<'a> = Frame<'a>;

    fn own(frame: Frame<'_>) -> Frame<'static> {
        frame.into_owned()
    }
}

/// An open handle of ndisrx, known to speak this library's language.
pub type Capture<D> = Handle<D, Frames>;

/// What the settings of a capture became.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Opened {
    /// Size of the driver's queue in bytes.
    pub queue_bytes: u32,
    /// How many adapters there are frames of now.
    pub adapters: u32,
}

impl<D: Device> Capture<D> {
    /// The adapters that the driver is or was bound to, in the order of their numbers.
    ///
    /// # Errors
    ///
    /// If the driver does not answer, or what it answers is not a list of adapters.
    pub fn adapters(&self) -> Result<Vec<Adapter>, Error> {
        let request = "does not list its adapters";
        let counts = |list: &AdapterList| (list.count, list.total);
        let (_, all) = self.list::<_, rx_abi::Adapter>(IOCTL_ADAPTERS, request, counts)?;
        let mut adapters: Vec<_> = all.iter().map(Adapter::try_from).collect::<Result<_, _>>()?;
        adapters.sort_by_key(|adapter| adapter.number);
        Ok(adapters)
    }

    /// Begins to receive. A capture can be opened once.
    ///
    /// # Errors
    ///
    /// If the settings are wrong, or the driver refuses.
    pub fn open(&self, settings: &CaptureSettings) -> Result<Opened, Error> {
        let input = settings.to_input()?;
        let request = "does not begin to receive";
        let rx_abi::Opened { queue_bytes, adapters } = self.ask(IOCTL_OPEN, &input, request)?;
        Ok(Opened { queue_bytes, adapters })
    }

    /// The counters of an adapter since the driver was bound to it first, whoever receives its frames.
    ///
    /// # Errors
    ///
    /// If the driver has never been bound to it, or does not answer.
    pub fn adapter_stats(&self, guid: Guid) -> Result<AdapterStats, Error> {
        self.ask(IOCTL_ADAPTER_STATS, &guid.0, "does not tell the counters of an adapter")
    }

    /// All frames, each with memory of its own.
    #[must_use]
    pub fn frames(&self) -> Items<'_, D, Frames> {
        self.records()
    }
}
