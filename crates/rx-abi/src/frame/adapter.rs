//! Adapters, as the driver lists them.

use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout};

/// Room for the name of an adapter, in UTF-16 code units.
pub const NAME_LENGTH: usize = 64;

/// Room for the friendly name of an adapter, in UTF-16 code units.
pub const FRIENDLY_NAME_LENGTH: usize = 128;

/// Room for a MAC address, in bytes.
pub const MAC_LENGTH: usize = 32;

/// A GUID, with its parts in the order in which Windows stores them.
pub type Guid = [u8; 16];

/// What of an adapter is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u32)]
pub enum AdapterState {
    /// It has gone. Readers that name it get its frames when it comes back.
    Gone = 0,
    /// The driver is bound to it, and it is paused.
    Paused = 1,
    /// The driver is bound to it, and receives.
    Running = 2,
}

impl AdapterState {
    /// The state with this number.
    #[must_use]
    pub const fn from_number(number: u32) -> Option<Self> {
        match number {
            0 => Some(Self::Gone),
            1 => Some(Self::Paused),
            2 => Some(Self::Running),
            _ => None,
        }
    }
}

/// Whether an adapter has a link, with the number that Windows gives it.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ifdef/ne-ifdef-_net_if_media_connect_state)
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u32)]
pub enum Connection {
    /// The adapter does not tell.
    Unknown = 0,
    /// It has a link.
    Connected = 1,
    /// It has none.
    Disconnected = 2,
}

impl Connection {
    /// The state with this number.
    #[must_use]
    pub const fn from_number(number: u32) -> Option<Self> {
        match number {
            0 => Some(Self::Unknown),
            1 => Some(Self::Connected),
            2 => Some(Self::Disconnected),
            _ => None,
        }
    }
}

/// The beginning of the output of [`IOCTL_ADAPTERS`](crate::IOCTL_ADAPTERS); as many [`Adapter`]s follow
/// as there are and fit.
#[repr(C)]
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, FromBytes, Immutable, IntoBytes, KnownLayout,
)]
pub struct AdapterList {
    /// How many follow.
    pub count: u32,
    /// How many there are.
    pub total: u32,
}

/// An adapter that the driver is or was bound to.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq, FromBytes, Immutable, IntoBytes, KnownLayout)]
pub struct Adapter {
    /// What the adapter is known by as long as it is installed.
    pub guid: Guid,
    /// Its `NET_LUID`.
    pub luid: u64,
    /// Receive speed in bits per second; [`u64::MAX`] if the adapter does not tell.
    pub receive_speed: u64,
    /// Transmit speed in bits per second; [`u64::MAX`] if the adapter does not tell.
    pub transmit_speed: u64,
    /// The number that records name it by: the same one as long as the driver is loaded. Never zero.
    pub number: u32,
    /// Its interface index.
    pub interface: u32,
    /// Number of an [`AdapterState`].
    pub state: u32,
    /// Number of a [`Connection`].
    pub connection: u32,
    /// Number of an `NDIS_MEDIUM`.
    pub medium: u32,
    /// Number of an `NDIS_PHYSICAL_MEDIUM`.
    pub physical_medium: u32,
    /// The longest frame without its header, in bytes.
    pub mtu: u32,
    /// Bytes of [`mac`](Self::mac) in use.
    pub mac_length: u32,
    /// Its address.
    pub mac: [u8; MAC_LENGTH],
    /// Its name, such as `\Device\{…}`, in UTF-16, filled up with zeros; a longer one is cut.
    pub name: [u16; NAME_LENGTH],
    /// The name that its driver gives it, in UTF-16, filled up with zeros; a longer one is cut.
    pub friendly_name: [u16; FRIENDLY_NAME_LENGTH],
}

impl Default for Adapter {
    fn default() -> Self {
        Self {
            guid: [0; 16],
            luid: 0,
            receive_speed: u64::MAX,
            transmit_speed: u64::MAX,
            number: 0,
            interface: 0,
            state: AdapterState::Gone as u32,
            connection: Connection::Unknown as u32,
            medium: 0,
            physical_medium: 0,
            mtu: 0,
            mac_length: 0,
            mac: [0; MAC_LENGTH],
            name: [0; NAME_LENGTH],
            friendly_name: [0; FRIENDLY_NAME_LENGTH],
        }
    }
}

impl Adapter {
    /// The address, of a length that is valid.
    #[must_use]
    pub fn mac(&self) -> &[u8] {
        let length = self.mac_length as usize;
        self.mac.get(..length).unwrap_or(&self.mac)
    }
}
