//! What may change of an adapter.

use crate::ndis::api::{self, LinkState, Restart};

/// What may change of an adapter.
#[derive(Clone, Debug)]
pub(crate) struct Attributes {
    /// The greatest payload of a frame, in bytes.
    pub mtu: u32,
    /// The packet filters that it knows.
    pub packet_filters: u32,
    pub link: LinkState,
    /// The names of the filter modules over it.
    pub filters: Vec<String>,
}

impl Attributes {
    pub fn new(description: &api::Adapter) -> Self {
        Self {
            mtu: description.mtu,
            packet_filters: description.packet_filters,
            link: LinkState::up(description.speed),
            filters: Vec::new(),
        }
    }

    /// What changes with a restart.
    pub fn change(&mut self, restart: &Restart) {
        self.mtu = restart.mtu.unwrap_or(self.mtu);
        self.packet_filters = restart.packet_filters.unwrap_or(self.packet_filters);
        self.link.speed = restart.speed.or(self.link.speed);
        self.filters.clone_from(&restart.filters);
    }
}
