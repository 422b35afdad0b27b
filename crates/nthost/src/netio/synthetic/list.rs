//! What a program makes up.

use std::net::SocketAddr;

/// Datagrams that arrive together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct List {
    /// The datagrams.
    pub datagrams: Vec<Datagram>,
    /// `MSG_BCAST` or `MSG_MCAST`, for all of them.
    pub flags: u32,
}

impl List {
    /// Datagrams that came to this machine alone.
    #[must_use]
    pub fn new(datagrams: Vec<Datagram>) -> Self {
        Self { datagrams, flags: 0 }
    }
}

impl FromIterator<Datagram> for List {
    fn from_iter<I: IntoIterator<Item = Datagram>>(datagrams: I) -> Self {
        Self::new(datagrams.into_iter().collect())
    }
}

/// A datagram that arrives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Datagram {
    /// Who sent it. An IPv4 address is mapped for a socket of IPv6.
    pub from: SocketAddr,
    /// Its bytes, at most 65,535.
    pub payload: Vec<u8>,
    /// What comes with it.
    pub control: Control,
    /// How its bytes lie in MDLs.
    pub mdls: Mdls,
    /// Its first byte changes while the event callback runs, as memory can that others share.
    pub changing: bool,
}

impl Datagram {
    /// A datagram without control messages.
    #[must_use]
    pub fn new(from: SocketAddr, payload: impl Into<Vec<u8>>) -> Self {
        Self {
            from,
            payload: payload.into(),
            control: Control::Messages(Vec::new()),
            mdls: Mdls::AsSettings,
            changing: false,
        }
    }

    /// Adds a control message, with at most 24 bytes of data. There is room for ten.
    #[must_use]
    pub fn with_message(mut self, level: i32, kind: i32, data: &[u8]) -> Self {
        let message = ControlMessage { level, kind, data: data.to_vec() };
        match &mut self.control {
            Control::Messages(messages) => messages.push(message),
            Control::Raw(_) => self.control = Control::Messages(vec![message]),
        }
        self
    }

    /// Lets its bytes lie in MDLs of these lengths, beginning so many bytes into the first.
    #[must_use]
    pub fn with_mdls(mut self, offset: usize, lengths: &[usize]) -> Self {
        self.mdls = Mdls::Lengths { offset, lengths: lengths.to_vec() };
        self
    }
}

/// What comes with a datagram.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Control {
    /// Control messages, as far as the settings let them come.
    Messages(Vec<ControlMessage>),
    /// Any bytes, at most 512.
    Raw(Vec<u8>),
}

/// A control message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ControlMessage {
    /// `cmsg_level`.
    pub level: i32,
    /// `cmsg_type`.
    pub kind: i32,
    /// Its data, at most 24 bytes.
    pub data: Vec<u8>,
}

/// How the bytes of a datagram lie in MDLs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mdls {
    /// As the settings say.
    AsSettings,
    /// There is no MDL. Only for a datagram of no bytes.
    None,
    /// In MDLs of these lengths, one to eight. Each but the first begins shortly before the end of a
    /// page. They may have more room than the datagram needs.
    Lengths {
        /// Bytes of the first MDL before the datagram.
        offset: usize,
        /// Bytes of each MDL.
        lengths: Vec<usize>,
    },
}
