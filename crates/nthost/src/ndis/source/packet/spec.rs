//! `packet:IFACE`.

use std::fmt;

use crate::ndis::source::{
    SpecError,
    options::{self, Options},
};

/// A network interface of the machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Packet {
    /// Its name, such as `eth0`.
    pub interface: String,
    /// Bytes that the kernel keeps of frames that nobody has taken yet, rounded up to whole megabytes.
    pub buffer: u32,
    /// Whether the kernel makes a hash of each frame.
    pub hash: bool,
}

impl Packet {
    const KIND: &'static str = "packet";

    /// An interface with the usual options.
    #[must_use]
    pub fn new(interface: impl Into<String>) -> Self {
        Self { interface: interface.into(), buffer: 16 << 20, hash: true }
    }

    pub(in crate::ndis::source) fn parse(
        interface: String,
        options: &mut Options,
    ) -> Result<Self, SpecError> {
        if interface.is_empty() {
            return Err(SpecError::Nameless { kind: Self::KIND, example: "packet:eth0" });
        }
        let mut packet = Self::new(interface);
        let buffer = options.take("buffer", "bytes, such as 64M", options::small)?;
        packet.buffer = buffer.unwrap_or(packet.buffer);
        packet.hash = options.take("hash", "yes or no", options::flag)?.unwrap_or(packet.hash);
        Ok(packet)
    }
}

impl fmt::Display for Packet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let usual = Self::new("");
        write!(f, "packet:{}", options::escape(&self.interface))?;
        if self.buffer != usual.buffer {
            write!(f, ",buffer={}", self.buffer)?;
        }
        if self.hash != usual.hash {
            f.write_str(",hash=no")?;
        }
        Ok(())
    }
}
