//! `file:PATH`.

use std::{fmt, path::PathBuf};

use crate::ndis::source::{
    SpecError,
    options::{self, Options},
};

/// A capture file, pcap or pcapng.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// Where it is.
    pub path: PathBuf,
    /// When its frames are received.
    pub speed: Speed,
    /// How often it is received.
    pub repeat: Loops,
    /// What becomes of VLAN tags in its frames.
    pub tags: Tags,
    /// The number or name of the one interface of the file whose frames are received. Otherwise those of
    /// all of its interfaces are.
    pub interface: Option<String>,
}

/// When the frames of a file are received.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Speed {
    /// With the same time between them as in the file.
    #[default]
    Original,
    /// As fast as they are taken.
    Fast,
}

/// How often a file is received.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Loops {
    /// So many times; zero is the same as once.
    Times(u64),
    /// As long as the adapter is there.
    Forever,
}

impl Loops {
    pub(super) fn goes_on_after(self, rounds: u64) -> bool {
        match self {
            Self::Times(times) => rounds < times,
            Self::Forever => true,
        }
    }
}

/// What becomes of VLAN tags in frames.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tags {
    /// The outer tag, if it is one of 802.1Q and not zero, is taken out and handed over beside the frame, as
    /// network adapters do it.
    #[default]
    Strip,
    /// Frames stay as they are.
    Keep,
}

impl File {
    const KIND: &'static str = "file";

    /// A file with the usual options.
    #[must_use]
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self {
            path: path.into(),
            speed: Speed::default(),
            repeat: Loops::Times(1),
            tags: Tags::default(),
            interface: None,
        }
    }

    pub(in crate::ndis::source) fn parse(
        path: String,
        options: &mut Options,
    ) -> Result<Self, SpecError> {
        if path.is_empty() {
            return Err(SpecError::Nameless { kind: Self::KIND, example: "file:capture.pcapng" });
        }
        let mut file = Self::new(path);
        let pace = options.take("pace", "original or fast", |value| match value {
            "original" => Some(Speed::Original),
            "fast" => Some(Speed::Fast),
            _ => None,
        })?;
        let fast = options.word("fast")?.then_some(Speed::Fast);
        file.speed = pace.or(fast).unwrap_or(file.speed);
        let repeat = options.take("loop", "a number or forever", |value| match value {
            "" | "forever" => Some(Loops::Forever),
            times => options::number(times).filter(|times| *times > 0).map(Loops::Times),
        })?;
        file.repeat = repeat.unwrap_or(file.repeat);
        let tags = options.take("vlan", "strip or keep", |value| match value {
            "strip" => Some(Tags::Strip),
            "keep" => Some(Tags::Keep),
            _ => None,
        })?;
        file.tags = tags.unwrap_or(file.tags);
        file.interface = options.take("interface", "a number or a name", |value| {
            (!value.is_empty()).then(|| value.to_owned())
        })?;
        Ok(file)
    }
}

impl fmt::Display for File {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "file:{}", options::escape(&self.path.to_string_lossy()))?;
        if self.speed == Speed::Fast {
            f.write_str(",pace=fast")?;
        }
        match self.repeat {
            Loops::Times(0 | 1) => {}
            Loops::Times(times) => write!(f, ",loop={times}")?,
            Loops::Forever => f.write_str(",loop=forever")?,
        }
        if self.tags == Tags::Keep {
            f.write_str(",vlan=keep")?;
        }
        if let Some(interface) = &self.interface {
            write!(f, ",interface={}", options::escape(interface))?;
        }
        Ok(())
    }
}
