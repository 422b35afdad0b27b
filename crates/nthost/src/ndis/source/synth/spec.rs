//! `synth:`.

use std::{fmt, ops::RangeInclusive};

use fastrand::Rng;

use crate::ndis::{
    Geometry, Pieces,
    source::{
        SpecError,
        options::{self, Options},
    },
};

/// The most bytes of a frame: the longest IP packet, and a link header.
pub(super) const MAX_SIZE: usize = 65_535 + 18;

/// Frames that are made up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Synth {
    /// The bytes of each.
    pub size: Sizes,
    /// How many arrive in a second. Otherwise they arrive as fast as they are taken.
    pub rate: Option<u64>,
    /// How many there are. Otherwise there is no end.
    pub count: Option<u64>,
    /// How many arrive at once, at most.
    pub list: usize,
    /// Where chance begins. The same seed gives the same frames.
    pub seed: u64,
    /// How their bytes lie in memory.
    pub geometry: Geometry,
    /// The tag control information of their VLAN tags, if they have any.
    pub vlan: Option<Sizes>,
    /// Net buffers in each list.
    pub buffers: usize,
    /// Receive queues that they come through, one after the other.
    pub queues: u16,
    /// Whether they have a hash.
    pub hash: bool,
    /// What the adapter finds of their checksums.
    pub checksum: Checksums,
    /// Where they go.
    pub to: To,
    /// Flags of their lists, `NDIS_NBL_FLAGS_…`.
    pub flags: u32,
    /// Whether the adapter stamps them with the time.
    pub time: bool,
}

impl Default for Synth {
    fn default() -> Self {
        Self {
            size: Sizes::one(64),
            rate: None,
            count: None,
            list: 32,
            seed: 0,
            geometry: Geometry::Single,
            vlan: None,
            buffers: 1,
            queues: 1,
            hash: true,
            checksum: Checksums::Good,
            to: To::Directed,
            flags: 0,
            time: true,
        }
    }
}

/// Numbers to choose from by chance: ranges, each as likely as the others.
///
/// As text: `64`, `64-1514`, `64/128-256/1514`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sizes(Vec<RangeInclusive<u32>>);

impl Sizes {
    /// Always the same number.
    #[must_use]
    pub fn one(size: u32) -> Self {
        Self(vec![size..=size])
    }

    /// Numbers between two, both included. `None` if there are none.
    #[must_use]
    pub fn range(sizes: RangeInclusive<u32>) -> Option<Self> {
        (!sizes.is_empty()).then(|| Self(vec![sizes]))
    }

    /// Chooses.
    pub(super) fn choose<T: TryFrom<u32> + Default>(&self, rng: &mut Rng) -> T {
        let range = match &*self.0 {
            [range] => range,
            ranges => &ranges[rng.usize(..ranges.len())],
        };
        let same = range.start() == range.end();
        let size = if same { *range.start() } else { rng.u32(range.clone()) };
        T::try_from(size).unwrap_or_default()
    }

    fn parse(text: &str, most: u32) -> Option<Self> {
        let ranges = text.split('/').map(|range| {
            let (first, last) = range.split_once('-').unwrap_or((range, range));
            let range = options::small(first)?..=options::small(last)?;
            (!range.is_empty() && *range.end() <= most).then_some(range)
        });
        ranges.collect::<Option<_>>().map(Self)
    }
}

impl fmt::Display for Sizes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, range) in self.0.iter().enumerate() {
            let slash = if at == 0 { "" } else { "/" };
            write!(f, "{slash}{}", range.start())?;
            if range.start() != range.end() {
                write!(f, "-{}", range.end())?;
            }
        }
        Ok(())
    }
}

/// What the adapter finds of checksums.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Checksums {
    /// Nothing: it does not look.
    None,
    /// They are right.
    Good,
    /// That of UDP is wrong.
    Bad,
    /// One of these.
    Mixed,
}

/// Where frames go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum To {
    /// To the adapter.
    Directed,
    /// To all.
    Broadcast,
    /// To a group.
    Multicast,
    /// One of these.
    Mixed,
}

const CHECKSUMS: [(&str, Checksums); 4] = [
    ("none", Checksums::None),
    ("good", Checksums::Good),
    ("bad", Checksums::Bad),
    ("mixed", Checksums::Mixed),
];

const DESTINATIONS: [(&str, To); 4] = [
    ("directed", To::Directed),
    ("broadcast", To::Broadcast),
    ("multicast", To::Multicast),
    ("mixed", To::Mixed),
];

/// Finds what a word stands for.
fn meaning<T: Copy>(words: &[(&str, T)], word: &str) -> Option<T> {
    words.iter().find(|(known, _)| *known == word).map(|(_, meaning)| *meaning)
}

/// Finds the word that stands for something.
fn word<'w, T: PartialEq>(words: &[(&'w str, T)], wanted: &T) -> &'w str {
    words.iter().find(|(_, meaning)| meaning == wanted).map_or("", |(word, _)| word)
}

/// A number from one on.
fn positive<T: TryFrom<u64>>(text: &str) -> Option<T> {
    options::number(text).filter(|number| *number > 0).and_then(|number| T::try_from(number).ok())
}

impl Synth {
    pub(in crate::ndis::source) fn parse(options: &mut Options) -> Result<Self, SpecError> {
        let usual = Self::default();
        let size = options.take("size", SIZES, |text| {
            Sizes::parse(text, u32::try_from(MAX_SIZE).unwrap_or(u32::MAX))
        })?;
        let vlan = options.take("vlan", "numbers up to 65535, such as 5 or 1-4094", |text| {
            Sizes::parse(text, u16::MAX.into())
        })?;
        let buffers = options.take("buffers", "a number from 1 to 64", |text| {
            positive(text).filter(|buffers| *buffers <= 64)
        })?;
        let checksum = options
            .take("checksum", "none, good, bad or mixed", |text| meaning(&CHECKSUMS, text))?;
        let to = options.take("to", "directed, broadcast, multicast or mixed", |text| {
            meaning(&DESTINATIONS, text)
        })?;
        Ok(Self {
            size: size.unwrap_or(usual.size),
            rate: options.take("rate", "frames per second, such as 10k", positive)?,
            count: options.take("count", "a number", options::number)?,
            list: options.take("list", "a number, not zero", positive)?.unwrap_or(usual.list),
            seed: options.take("seed", "a number", options::number)?.unwrap_or(usual.seed),
            geometry: geometry(options)?,
            vlan,
            buffers: buffers.unwrap_or(usual.buffers),
            queues: options.take("queues", "a number, not zero", positive)?.unwrap_or(usual.queues),
            hash: options.take("hash", "yes or no", options::flag)?.unwrap_or(usual.hash),
            checksum: checksum.unwrap_or(usual.checksum),
            to: to.unwrap_or(usual.to),
            flags: options.take("flags", "a number", options::small)?.unwrap_or(usual.flags),
            time: options.take("time", "yes or no", options::flag)?.unwrap_or(usual.time),
        })
    }

    /// The options that are not as usual.
    fn options(&self) -> Vec<String> {
        let usual = Self::default();
        let mut options = Vec::new();
        let mut add = |differs: bool, option: String| {
            if differs {
                options.push(option);
            }
        };
        let flag = |on: bool| if on { "yes" } else { "no" };
        add(self.size != usual.size, format!("size={}", self.size));
        add(self.rate.is_some(), format!("rate={}", self.rate.unwrap_or_default()));
        add(self.count.is_some(), format!("count={}", self.count.unwrap_or_default()));
        add(self.list != usual.list, format!("list={}", self.list));
        add(self.seed != usual.seed, format!("seed={}", self.seed));
        options.extend(geometry_options(&self.geometry));
        let mut add = |differs: bool, option: String| {
            if differs {
                options.push(option);
            }
        };
        if let Some(vlan) = &self.vlan {
            add(true, format!("vlan={vlan}"));
        }
        add(self.buffers != usual.buffers, format!("buffers={}", self.buffers));
        add(self.queues != usual.queues, format!("queues={}", self.queues));
        add(self.hash != usual.hash, format!("hash={}", flag(self.hash)));
        let checksum = word(&CHECKSUMS, &self.checksum);
        add(self.checksum != usual.checksum, format!("checksum={checksum}"));
        add(self.to != usual.to, format!("to={}", word(&DESTINATIONS, &self.to)));
        add(self.flags != usual.flags, format!("flags={:#x}", self.flags));
        add(self.time != usual.time, format!("time={}", flag(self.time)));
        options
    }
}

const SIZES: &str = "bytes up to 65553, such as 64, 64-1514 or 64/1514";

/// Reads how frames lie in memory.
fn geometry(options: &mut Options) -> Result<Geometry, SpecError> {
    let random = options.take("geometry", "random", |text| (text == "random").then_some(()))?;
    let split = options.take("split", "bytes of headers, such as 54", options::small)?;
    let offset = options.take("offset", "bytes", options::small)?;
    let lengths = options.take("pieces", "bytes of MDLs, such as 14/20", |text| {
        text.split('/').map(options::small).collect::<Option<Vec<_>>>()
    })?;
    Ok(match (random, split, lengths) {
        (Some(()), ..) => Geometry::Random,
        (None, Some(header), _) => Geometry::Split { header },
        (None, None, Some(lengths)) => {
            let offset = offset.unwrap_or_default();
            Geometry::Pieces(Pieces { lengths, offset, at_end: false })
        }
        (None, None, None) => offset.map_or(Geometry::Single, Geometry::Offset),
    })
}

/// What [`geometry`] reads. There are no words for what the rules forbid.
fn geometry_options(geometry: &Geometry) -> Vec<String> {
    match geometry {
        Geometry::Single | Geometry::Malformed(_) => Vec::new(),
        Geometry::Random => vec!["geometry=random".to_owned()],
        Geometry::Split { header } => vec![format!("split={header}")],
        Geometry::Offset(offset) => vec![format!("offset={offset}")],
        Geometry::Pieces(Pieces { lengths, offset, .. }) => {
            let lengths: Vec<_> = lengths.iter().map(ToString::to_string).collect();
            let offset = (*offset != 0).then(|| format!("offset={offset}"));
            offset.into_iter().chain([format!("pieces={}", lengths.join("/"))]).collect()
        }
    }
}

impl fmt::Display for Synth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "synth:{}", self.options().join(","))
    }
}
