//! Network adapters.

use std::fmt;

use rx_abi::{AdapterState, Connection};

use crate::Error;

/// A GUID, with its parts in the order in which Windows stores them.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Guid(pub rx_abi::Guid);

/// What frames of an adapter look like, with the number of its `NDIS_MEDIUM`.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/network/oid-gen-media-supported)
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Medium(pub u32);

/// A network adapter that the driver is or was bound to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Adapter {
    /// The number that frames name it by, the same one as long as the driver is loaded.
    pub number: u32,
    /// What it is known by as long as it is installed.
    pub guid: Guid,
    /// Its name, such as `\Device\{…}`.
    pub name: String,
    /// The name that its driver gives it.
    pub friendly_name: String,
    /// Its `NET_LUID`.
    pub luid: u64,
    /// Its interface index.
    pub interface: u32,
    /// Whether it is there.
    pub state: AdapterState,
    /// Whether it has a link.
    pub connection: Connection,
    /// What its frames look like.
    pub medium: Medium,
    /// Number of its `NDIS_PHYSICAL_MEDIUM`.
    pub physical_medium: u32,
    /// Receive speed in bits per second, if it tells.
    pub receive_speed: Option<u64>,
    /// Transmit speed in bits per second, if it tells.
    pub transmit_speed: Option<u64>,
    /// The longest frame without its header, in bytes.
    pub mtu: u32,
    /// Its address.
    pub mac: Vec<u8>,
}

/// What the driver says of an adapter makes no sense.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidAdapter {
    /// Its number is zero.
    #[error("an adapter has no number")]
    Number,
    /// There is no such state.
    #[error("an adapter is in a state that does not exist")]
    State,
    /// It neither has a link nor has none.
    #[error("an adapter does not tell whether it has a link")]
    Connection,
    /// Its address is longer than there is room for.
    #[error("an adapter has an address that is too long")]
    Address,
}

/// No adapter, or more than one, is called so.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoSuchAdapter {
    /// There is none; holds those there are.
    #[error("There is no adapter {name}. {there_are}", there_are = listed(.all))]
    None {
        /// What was asked for.
        name: String,
        /// The friendly names of those there are.
        all: Vec<String>,
    },
    /// Several have the name.
    #[error("Several adapters are called {name}. Take the number or the GUID of one: {}.", .all.join(", "))]
    Several {
        /// What was asked for.
        name: String,
        /// Their numbers and GUIDs.
        all: Vec<String>,
    },
}

fn listed(all: &[String]) -> String {
    match all {
        [] => "There are none at all; see that the driver is bound to adapters.".to_owned(),
        all => format!("There are {}; `winrx adapters` tells more of them.", all.join(", ")),
    }
}

/// Finds adapters by their numbers, GUIDs, names or friendly names; each comes once.
///
/// # Errors
///
/// The first one that there is not, or not only one of.
pub fn choose<'a>(all: &'a [Adapter], names: &[String]) -> Result<Vec<&'a Adapter>, NoSuchAdapter> {
    let mut chosen: Vec<&Adapter> = Vec::new();
    for name in names {
        let adapter = find(all, name)?;
        if !chosen.iter().any(|one| one.guid == adapter.guid) {
            chosen.push(adapter);
        }
    }
    Ok(chosen)
}

/// What is most certain goes first: a friendly name may look like a number.
fn find<'a>(all: &'a [Adapter], name: &str) -> Result<&'a Adapter, NoSuchAdapter> {
    let number = name.parse::<u32>().ok();
    let guid = Guid::parse(name);
    let is_called: [&dyn Fn(&Adapter) -> bool; 4] = [
        &|adapter| Some(adapter.number) == number,
        &|adapter| Some(adapter.guid) == guid,
        &|adapter| adapter.name.eq_ignore_ascii_case(name),
        &|adapter| adapter.friendly_name.to_lowercase() == name.to_lowercase(),
    ];
    for is_it in is_called {
        let found: Vec<_> = all.iter().filter(|adapter| is_it(adapter)).collect();
        match &found[..] {
            [] => {}
            [adapter] => return Ok(adapter),
            several => {
                let all = several.iter().map(|one| format!("{} {}", one.number, one.guid));
                return Err(NoSuchAdapter::Several { name: name.to_owned(), all: all.collect() });
            }
        }
    }
    let all = all.iter().map(|adapter| adapter.friendly_name.clone()).collect();
    Err(NoSuchAdapter::None { name: name.to_owned(), all })
}

impl Adapter {
    /// Its address with a colon between bytes, such as `02:00:5e:00:53:01`.
    #[must_use]
    pub fn mac_text(&self) -> String {
        let bytes: Vec<_> = self.mac.iter().map(|byte| format!("{byte:02x}")).collect();
        bytes.join(":")
    }
}

impl TryFrom<&rx_abi::Adapter> for Adapter {
    type Error = Error;

    fn try_from(raw: &rx_abi::Adapter) -> Result<Self, Error> {
        if raw.number == 0 {
            return Err(InvalidAdapter::Number.into());
        }
        if raw.mac_length as usize > raw.mac.len() {
            return Err(InvalidAdapter::Address.into());
        }
        let state = AdapterState::from_number(raw.state).ok_or(InvalidAdapter::State)?;
        let connection =
            Connection::from_number(raw.connection).ok_or(InvalidAdapter::Connection)?;
        let speed = |speed| Some(speed).filter(|&speed| speed != u64::MAX);
        Ok(Self {
            number: raw.number,
            guid: Guid(raw.guid),
            name: text(&raw.name),
            friendly_name: text(&raw.friendly_name),
            luid: raw.luid,
            interface: raw.interface,
            state,
            connection,
            medium: Medium(raw.medium),
            physical_medium: raw.physical_medium,
            receive_speed: speed(raw.receive_speed),
            transmit_speed: speed(raw.transmit_speed),
            mtu: raw.mtu,
            mac: raw.mac().to_vec(),
        })
    }
}

/// UTF-16 up to the first zero; what is no character is replaced.
fn text(units: &[u16]) -> String {
    let units: Vec<_> = units.iter().copied().take_while(|&unit| unit != 0).collect();
    String::from_utf16_lossy(&units)
}

impl Guid {
    /// A GUID as it is written, in braces or without.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let bare = text.strip_prefix('{').and_then(|text| text.strip_suffix('}'));
        let mut parts = bare.unwrap_or(text).split('-');
        let mut digits = String::with_capacity(32);
        for length in [8, 4, 4, 4, 12] {
            digits.push_str(parts.next().filter(|part| part.len() == length)?);
        }
        let mut guid = const_hex::decode_to_array::<_, 16>(digits).ok()?;
        guid.get_mut(..4)?.reverse();
        guid.get_mut(4..6)?.reverse();
        guid.get_mut(6..8)?.reverse();
        parts.next().is_none().then_some(Self(guid))
    }
}

/// As Windows writes it, in braces.
impl fmt::Display for Guid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [one @ .., _, _, _, _, _, _, _, _, _, _, _, _] = self.0;
        let [_, _, _, _, two @ .., _, _, _, _, _, _, _, _, _, _] = self.0;
        let [_, _, _, _, _, _, three @ .., _, _, _, _, _, _, _, _] = self.0;
        let [_, _, _, _, _, _, _, _, first, second, rest @ ..] = self.0;
        let (one, two) = (u32::from_le_bytes(one), u16::from_le_bytes(two));
        let three = u16::from_le_bytes(three);
        write!(f, "{{{one:08X}-{two:04X}-{three:04X}-{first:02X}{second:02X}-")?;
        for byte in rest {
            write!(f, "{byte:02X}")?;
        }
        f.write_str("}")
    }
}

impl fmt::Debug for Guid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Medium {
    /// Ethernet, which adapters of Wi-Fi look like, too.
    pub const ETHERNET: Self = Self(0);
    /// Native Wi-Fi.
    pub const WIFI: Self = Self(16);
    /// Loopback.
    pub const LOOPBACK: Self = Self(17);
    /// Mobile broadband.
    pub const WIRELESS_WAN: Self = Self(9);
    /// IP packets without a link header.
    pub const IP: Self = Self(19);
}

impl fmt::Display for Medium {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::ETHERNET => f.write_str("ethernet"),
            Self::WIFI => f.write_str("wifi"),
            Self::LOOPBACK => f.write_str("loopback"),
            Self::WIRELESS_WAN => f.write_str("wwan"),
            Self::IP => f.write_str("ip"),
            Self(number) => write!(f, "medium {number}"),
        }
    }
}
