//! Sources in one word.

use std::{collections::HashSet, fmt, str::FromStr};

use super::{
    super::Adapter,
    File, Packet, Source, SourceError, Synth, Tap,
    options::{self, Options},
};

/// Where the frames of an adapter come from, and what the adapter is to be.
#[derive(Clone, Debug, PartialEq)]
pub struct Spec {
    /// Where its frames come from.
    pub kind: Kind,
    /// What it is to be otherwise than its source says.
    pub identity: Identity,
}

/// Where frames come from.
#[derive(Clone, Debug, PartialEq)]
pub enum Kind {
    /// A network interface of this machine.
    Packet(Packet),
    /// A TAP device.
    Tap(Tap),
    /// A capture file.
    File(File),
    /// Nowhere: they are made up.
    Synth(Synth),
}

/// What an adapter is to be otherwise than its source says. These options all sources have: `name=`,
/// `mac=`, `mtu=`, `speed=` in bits per second, `descriptors=`, `low-mark=`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Identity {
    /// The name that users know it by.
    pub name: Option<String>,
    /// Its address.
    pub mac: Option<[u8; 6]>,
    /// The greatest payload of a frame, in bytes.
    pub mtu: Option<u32>,
    /// The speed of its link, in bits per second.
    pub speed: Option<u64>,
    /// How many lists of received frames it has.
    pub descriptors: Option<u32>,
    /// With fewer lists left than that, it lends them only.
    pub low_mark: Option<u32>,
}

/// What is wrong with a spec.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SpecError {
    /// It begins with none of the kinds.
    #[error(
        "{0} is no kind of adapter; write packet:IFACE, tap:NAME, file:PATH or synth:, with options \
         behind a comma"
    )]
    Kind(String),
    /// It names nothing.
    #[error("{kind}: names nothing; write it as in {example}")]
    Nameless {
        /// The kind.
        kind: &'static str,
        /// How it is written.
        example: &'static str,
    },
    /// It has an option that this kind does not have.
    #[error("{kind}: has no option {key:?}; it has {known}")]
    Option {
        /// The kind.
        kind: &'static str,
        /// The option.
        key: String,
        /// Those that it has.
        known: String,
    },
    /// It has an option twice.
    #[error("{kind}: has {key} twice; write it once")]
    Twice {
        /// The kind.
        kind: &'static str,
        /// The option.
        key: String,
    },
    /// An option has a value that makes no sense.
    #[error("{value:?} is no value of {key} of {kind}:; write {expected}")]
    Value {
        /// The kind.
        kind: &'static str,
        /// The option.
        key: &'static str,
        /// The value.
        value: String,
        /// What may stand there.
        expected: &'static str,
    },
}

impl FromStr for Spec {
    type Err = SpecError;

    fn from_str(text: &str) -> Result<Self, SpecError> {
        let (kind, rest) =
            text.split_once(':').ok_or_else(|| SpecError::Kind(format!("{text:?}")))?;
        let (kind, mut options) = match kind {
            "packet" => {
                let (name, mut options) = Options::split("packet", rest)?;
                (Kind::Packet(Packet::parse(name, &mut options)?), options)
            }
            "tap" => {
                let (name, options) = Options::split("tap", rest)?;
                (Kind::Tap(Tap::parse(name)?), options)
            }
            "file" => {
                let (path, mut options) = Options::split("file", rest)?;
                (Kind::File(File::parse(path, &mut options)?), options)
            }
            "synth" => {
                let mut options = Options::only("synth", rest)?;
                (Kind::Synth(Synth::parse(&mut options)?), options)
            }
            other => return Err(SpecError::Kind(format!("{other:?}"))),
        };
        let identity = Identity::parse(&mut options)?;
        options.finish()?;
        Ok(Self { kind, identity })
    }
}

impl fmt::Display for Spec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match &self.kind {
            Kind::Packet(packet) => packet.to_string(),
            Kind::Tap(tap) => tap.to_string(),
            Kind::File(file) => file.to_string(),
            Kind::Synth(synth) => synth.to_string(),
        };
        let identity = self.identity.options().join(",");
        let comma = if identity.is_empty() || kind == "synth:" { "" } else { "," };
        write!(f, "{kind}{comma}{identity}")
    }
}

impl From<Kind> for Spec {
    fn from(kind: Kind) -> Self {
        Self { kind, identity: Identity::default() }
    }
}

impl Identity {
    fn parse(options: &mut Options) -> Result<Self, SpecError> {
        Ok(Self {
            name: options
                .take("name", "a name", |name| (!name.is_empty()).then(|| name.to_owned()))?,
            mac: options.take("mac", "six bytes, such as 02:00:00:00:00:01", options::mac)?,
            mtu: options.take("mtu", "bytes", options::small)?,
            speed: options.take("speed", "bits per second, such as 10G", options::number)?,
            descriptors: options.take("descriptors", "a number, not zero", |number| {
                options::small(number).filter(|number| *number > 0)
            })?,
            low_mark: options.take("low-mark", "a number", options::small)?,
        })
    }

    fn options(&self) -> Vec<String> {
        let mac = self.mac.map(|mac| mac.map(|byte| format!("{byte:02x}")).join(":"));
        let options = [
            self.name.as_deref().map(|name| format!("name={}", options::escape(name))),
            mac.map(|mac| format!("mac={mac}")),
            self.mtu.map(|mtu| format!("mtu={mtu}")),
            self.speed.map(|speed| format!("speed={speed}")),
            self.descriptors.map(|descriptors| format!("descriptors={descriptors}")),
            self.low_mark.map(|low_mark| format!("low-mark={low_mark}")),
        ];
        options.into_iter().flatten().collect()
    }

    /// Gives an adapter what it is to be otherwise.
    fn apply(&self, adapter: Adapter) -> Adapter {
        let descriptors = self.descriptors.unwrap_or(adapter.descriptors);
        let usual = if self.descriptors.is_some() { descriptors / 8 } else { adapter.low_mark };
        Adapter {
            mac: self.mac.unwrap_or(adapter.mac),
            mtu: self.mtu.unwrap_or(adapter.mtu),
            speed: self.speed.unwrap_or(adapter.speed),
            descriptors,
            low_mark: self.low_mark.unwrap_or(usual),
            ..adapter
        }
    }
}

/// What an adapter is to be, and the source of its frames.
pub type Opened = (Adapter, Box<dyn Source>);

/// Opens sources, and says what the adapters are that have their frames. Adapters whose names would be the
/// same get numbers behind them, from the second on.
///
/// # Errors
///
/// Why one of them cannot be opened.
pub fn open(specs: &[Spec]) -> Result<Vec<Opened>, SourceError> {
    let mut names = HashSet::new();
    specs
        .iter()
        .map(|spec| {
            let name = spec.identity.name.clone().unwrap_or_else(|| spec.kind.name());
            let numbered = (2_u32..).map(|number| format!("{name} {number}"));
            let name = std::iter::once(name.clone())
                .chain(numbered)
                .find(|name| names.insert(name.clone()))
                .unwrap_or(name);
            spec.open(&name)
        })
        .collect()
}

impl Spec {
    fn open(&self, name: &str) -> Result<Opened, SourceError> {
        let adapter = Adapter::new(name);
        let (adapter, source) = match &self.kind {
            Kind::Packet(packet) => boxed(packet.open(adapter)?),
            Kind::Tap(tap) => boxed(tap.open(adapter)?),
            Kind::File(file) => boxed(file.open(adapter)?),
            Kind::Synth(synth) => {
                let adapter = self.identity.apply(adapter);
                let source = synth.open(adapter.mac);
                boxed((adapter, source))
            }
        };
        Ok((self.identity.apply(adapter), source))
    }
}

impl Kind {
    /// What the adapter is called that has the frames.
    fn name(&self) -> String {
        match self {
            Self::Packet(packet) => packet.interface.clone(),
            Self::Tap(tap) => tap.device.clone(),
            Self::File(file) => file.name(),
            Self::Synth(_) => "synth".to_owned(),
        }
    }
}

fn boxed((adapter, source): (Adapter, impl Source + 'static)) -> Opened {
    (adapter, Box::new(source))
}
