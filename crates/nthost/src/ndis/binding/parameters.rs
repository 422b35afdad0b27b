//! What a protocol is told of an adapter that it may bind to.

use ndis_sys::{
    MediaConnectStateConnected, MediaConnectStateDisconnected, MediaConnectStateUnknown,
    MediaDuplexStateFull, MediaDuplexStateHalf, MediaDuplexStateUnknown, NDIS_BIND_PARAMETERS,
    NDIS_BIND_PARAMETERS_REVISION_1, NDIS_BIND_PARAMETERS_REVISION_2,
    NDIS_BIND_PARAMETERS_REVISION_3, NDIS_BIND_PARAMETERS_REVISION_4, NDIS_LINK_SPEED_UNKNOWN,
    NDIS_MAC_OPTION_8021P_PRIORITY, NDIS_MAC_OPTION_8021Q_VLAN, NDIS_MAC_OPTION_NO_LOOPBACK,
    NDIS_MAX_PHYS_ADDRESS_LENGTH, NDIS_OBJECT_HEADER, NDIS_OBJECT_TYPE_BIND_PARAMETERS,
    NDIS_OBJECT_TYPE_DEFAULT, NDIS_PM_CAPABILITIES, NDIS_PM_CAPABILITIES_REVISION_2,
    NDIS_PNP_CAPABILITIES, NDIS_RUNTIME_VERSION_61, NDIS_RUNTIME_VERSION_620,
    NDIS_RUNTIME_VERSION_630, NDIS_SIZEOF_BIND_PARAMETERS_REVISION_1,
    NDIS_SIZEOF_BIND_PARAMETERS_REVISION_2, NDIS_SIZEOF_BIND_PARAMETERS_REVISION_3,
    NDIS_SIZEOF_BIND_PARAMETERS_REVISION_4, NDIS_SIZEOF_NDIS_PM_CAPABILITIES_REVISION_2,
    NDIS_STRING, NET_IF_ACCESS_BROADCAST, NET_IF_COMPARTMENT_ID_PRIMARY,
    NET_IF_CONNECTION_DEDICATED, NET_IF_DIRECTION_SENDRECEIVE, NdisPhysicalMedium802_3,
    NdisPhysicalMediumUnspecified,
};

use crate::{
    ndis::{Medium, adapter::Adapter, api::LinkState, protocol::Protocol},
    thread,
};

/// What adapters do with frames.
pub(in crate::ndis) const MAC_OPTIONS: u32 =
    NDIS_MAC_OPTION_NO_LOOPBACK | NDIS_MAC_OPTION_8021P_PRIORITY | NDIS_MAC_OPTION_8021Q_VLAN;
/// What every byte is once the parameters are not to be used any more.
const POISON: u8 = 0xdd;

/// The parameters of a bind, and what they point to.
pub(in crate::ndis) struct Parameters {
    contents: Box<Contents>,
    /// The characters of the strings.
    texts: [Box<[u16]>; 3],
}

struct Contents {
    parameters: NDIS_BIND_PARAMETERS,
    /// Of the protocol's section in the registry, the adapter, and the adapter again.
    strings: [NDIS_STRING; 3],
    wake_up: NDIS_PNP_CAPABILITIES,
    power: NDIS_PM_CAPABILITIES,
}

// SAFETY: the pointers lead to memory that it owns, and to the adapter's device, which stays.
unsafe impl Send for Parameters {}

impl Parameters {
    pub fn new(adapter: &Adapter, protocol: &Protocol) -> Self {
        let section = format!(
            r"\Registry\Machine\System\CurrentControlSet\Services\{}\Parameters\Adapters\{}",
            protocol.name,
            adapter.guid_text()
        );
        let name = adapter.device_name();
        let mut texts =
            [&section, &name, &name].map(|text| text.encode_utf16().collect::<Box<_>>());
        let strings = [0, 1, 2].map(|at: usize| string(&mut texts[at]));
        let mut contents = Box::new(Contents {
            parameters: describe(adapter),
            strings,
            wake_up: NDIS_PNP_CAPABILITIES::default(),
            power: NDIS_PM_CAPABILITIES {
                Header: NDIS_OBJECT_HEADER {
                    Type: NDIS_OBJECT_TYPE_DEFAULT,
                    Revision: NDIS_PM_CAPABILITIES_REVISION_2,
                    Size: NDIS_SIZEOF_NDIS_PM_CAPABILITIES_REVISION_2,
                },
                ..NDIS_PM_CAPABILITIES::default()
            },
        });
        let Contents { parameters, strings: [section, name, bound], wake_up, power } =
            &mut *contents;
        parameters.ProtocolSection = section;
        parameters.AdapterName = name;
        parameters.BoundAdapterName = bound;
        parameters.PowerManagementCapabilities = wake_up;
        parameters.PowerManagementCapabilitiesEx = power;
        Self { contents, texts }
    }

    pub fn pointer(&mut self) -> *mut NDIS_BIND_PARAMETERS {
        &raw mut self.contents.parameters
    }

    /// Lets a driver notice that uses them too late.
    pub fn poison(&mut self) {
        for text in &mut self.texts {
            text.fill(u16::from_ne_bytes([POISON; 2]));
        }
        let size = size_of::<Contents>();
        // SAFETY: so many bytes are there, and what they mean is not looked at any more.
        unsafe { (&raw mut *self.contents).cast::<u8>().write_bytes(POISON, size) };
    }
}

fn string(text: &mut [u16]) -> NDIS_STRING {
    let length = u16::try_from(size_of_val(text)).unwrap_or(u16::MAX);
    NDIS_STRING { Length: length, MaximumLength: length, Buffer: text.as_mut_ptr() }
}

/// Revision and size of the structure that the version of NDIS has which runs.
fn header(version: u32) -> NDIS_OBJECT_HEADER {
    let (revision, size) = if version >= NDIS_RUNTIME_VERSION_630 {
        (NDIS_BIND_PARAMETERS_REVISION_4, NDIS_SIZEOF_BIND_PARAMETERS_REVISION_4)
    } else if version >= NDIS_RUNTIME_VERSION_620 {
        (NDIS_BIND_PARAMETERS_REVISION_3, NDIS_SIZEOF_BIND_PARAMETERS_REVISION_3)
    } else if version >= NDIS_RUNTIME_VERSION_61 {
        (NDIS_BIND_PARAMETERS_REVISION_2, NDIS_SIZEOF_BIND_PARAMETERS_REVISION_2)
    } else {
        (NDIS_BIND_PARAMETERS_REVISION_1, NDIS_SIZEOF_BIND_PARAMETERS_REVISION_1)
    };
    NDIS_OBJECT_HEADER { Type: NDIS_OBJECT_TYPE_BIND_PARAMETERS, Revision: revision, Size: size }
}

fn describe(adapter: &Adapter) -> NDIS_BIND_PARAMETERS {
    let description = &adapter.description;
    let attributes = adapter.attributes.lock().clone();
    let speed = attributes.link.speed.unwrap_or(NDIS_LINK_SPEED_UNKNOWN);
    let mut address = [0; NDIS_MAX_PHYS_ADDRESS_LENGTH];
    address[..description.mac.len()].copy_from_slice(&description.mac);
    let has_address = description.medium != Medium::Ip;
    NDIS_BIND_PARAMETERS {
        Header: header(thread::system().ndis.version),
        PhysicalDeviceObject: adapter.device().cast(),
        MediaType: description.medium.number(),
        MtuSize: attributes.mtu,
        MaxXmitLinkSpeed: description.speed,
        XmitLinkSpeed: speed,
        MaxRcvLinkSpeed: description.speed,
        RcvLinkSpeed: speed,
        MediaConnectState: connect_state(attributes.link),
        MediaDuplexState: duplex_state(attributes.link),
        LookaheadSize: attributes.mtu,
        SupportedPacketFilters: attributes.packet_filters,
        MaxMulticastListSize: description.multicast_list,
        MacAddressLength: if has_address { 6 } else { 0 },
        CurrentMacAddress: address,
        PhysicalMediumType: match description.medium {
            Medium::Ethernet => NdisPhysicalMedium802_3,
            _ => NdisPhysicalMediumUnspecified,
        },
        BoundIfNetluid: adapter.luid(),
        BoundIfIndex: adapter.index,
        LowestIfNetluid: adapter.luid(),
        LowestIfIndex: adapter.index,
        AccessType: NET_IF_ACCESS_BROADCAST,
        DirectionType: NET_IF_DIRECTION_SENDRECEIVE,
        ConnectionType: NET_IF_CONNECTION_DEDICATED,
        IfType: adapter.interface_type(),
        IfConnectorPresent: 1,
        MacOptions: MAC_OPTIONS,
        CompartmentId: NET_IF_COMPARTMENT_ID_PRIMARY,
        ..NDIS_BIND_PARAMETERS::default()
    }
}

/// Whether there is a link, as NDIS has it.
pub(in crate::ndis) fn connect_state(link: LinkState) -> i32 {
    match link.connected {
        None => MediaConnectStateUnknown,
        Some(true) => MediaConnectStateConnected,
        Some(false) => MediaConnectStateDisconnected,
    }
}

/// Whether a link goes both ways at once, as NDIS has it.
pub(in crate::ndis) fn duplex_state(link: LinkState) -> i32 {
    match link.full_duplex {
        None => MediaDuplexStateUnknown,
        Some(true) => MediaDuplexStateFull,
        Some(false) => MediaDuplexStateHalf,
    }
}
