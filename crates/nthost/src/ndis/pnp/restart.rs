//! What bindings are told when they run again.

use std::{ffi::c_void, mem::offset_of, ptr};

use ndis_sys::{
    NDIS_MAX_LOOKAHEAD_SIZE_ACCESSED_UNDEFINED, NDIS_OBJECT_HEADER,
    NDIS_OBJECT_TYPE_PROTOCOL_RESTART_PARAMETERS, NDIS_OBJECT_TYPE_RESTART_GENERAL_ATTRIBUTES,
    NDIS_PROTOCOL_RESTART_PARAMETERS, NDIS_PROTOCOL_RESTART_PARAMETERS_REVISION_1,
    NDIS_RESTART_ATTRIBUTES, NDIS_RESTART_GENERAL_ATTRIBUTES,
    NDIS_RESTART_GENERAL_ATTRIBUTES_REVISION_2, NDIS_SIZEOF_PROTOCOL_RESTART_PARAMETERS_REVISION_1,
    NDIS_SIZEOF_RESTART_GENERAL_ATTRIBUTES_REVISION_2, NET_IF_ACCESS_BROADCAST,
    NET_IF_CONNECTION_DEDICATED, OID_GEN_MINIPORT_RESTART_ATTRIBUTES,
};

use crate::ndis::{adapter::Adapter, binding::MAC_OPTIONS};

/// What every byte is once the parameters are not to be used any more.
const POISON: u8 = 0xdd;

/// The general attributes in a list of attributes.
///
/// `Data` of the list begins where its member does; the bytes after it are those that follow.
#[repr(C)]
struct Attributes {
    list: NDIS_RESTART_ATTRIBUTES,
    rest: NDIS_RESTART_GENERAL_ATTRIBUTES,
}

/// The parameters of a restart, and what they point to.
pub(super) struct Parameters {
    contents: Box<NDIS_PROTOCOL_RESTART_PARAMETERS>,
    attributes: Box<Attributes>,
    filters: Vec<u8>,
}

impl Parameters {
    pub fn new(adapter: &Adapter) -> Self {
        let now = adapter.attributes.lock().clone();
        let speed = now.link.speed.unwrap_or(u64::MAX);
        let general = NDIS_RESTART_GENERAL_ATTRIBUTES {
            Header: NDIS_OBJECT_HEADER {
                Type: NDIS_OBJECT_TYPE_RESTART_GENERAL_ATTRIBUTES,
                Revision: NDIS_RESTART_GENERAL_ATTRIBUTES_REVISION_2,
                Size: NDIS_SIZEOF_RESTART_GENERAL_ATTRIBUTES_REVISION_2,
            },
            MtuSize: now.mtu,
            MaxXmitLinkSpeed: speed,
            MaxRcvLinkSpeed: speed,
            LookaheadSize: now.mtu,
            MacOptions: MAC_OPTIONS,
            SupportedPacketFilters: now.packet_filters,
            MaxMulticastListSize: adapter.description.multicast_list,
            AccessType: NET_IF_ACCESS_BROADCAST,
            ConnectionType: NET_IF_CONNECTION_DEDICATED,
            MaxLookaheadSizeAccessed: NDIS_MAX_LOOKAHEAD_SIZE_ACCESSED_UNDEFINED,
            ..NDIS_RESTART_GENERAL_ATTRIBUTES::default()
        };
        let length = u32::from(NDIS_SIZEOF_RESTART_GENERAL_ATTRIBUTES_REVISION_2);
        let mut attributes = Box::new(Attributes {
            list: NDIS_RESTART_ATTRIBUTES {
                Next: ptr::null_mut(),
                Oid: OID_GEN_MINIPORT_RESTART_ATTRIBUTES,
                DataLength: length,
                Data: [0],
            },
            rest: NDIS_RESTART_GENERAL_ATTRIBUTES::default(),
        });
        let place = (&raw mut *attributes).cast::<u8>();
        // SAFETY: `Data` is in the box, and what follows it there is longer than the attributes.
        let data = unsafe { place.add(offset_of!(NDIS_RESTART_ATTRIBUTES, Data)) };
        // SAFETY: as above.
        unsafe { data.copy_from((&raw const general).cast(), size_of_val(&general)) };
        let mut filters = names(&now.filters);
        let contents = Box::new(NDIS_PROTOCOL_RESTART_PARAMETERS {
            Header: NDIS_OBJECT_HEADER {
                Type: NDIS_OBJECT_TYPE_PROTOCOL_RESTART_PARAMETERS,
                Revision: NDIS_PROTOCOL_RESTART_PARAMETERS_REVISION_1,
                Size: NDIS_SIZEOF_PROTOCOL_RESTART_PARAMETERS_REVISION_1,
            },
            FilterModuleNameBuffer: pointer(&mut filters),
            FilterModuleNameBufferLength: u32::try_from(filters.len()).unwrap_or_default(),
            RestartAttributes: &raw mut attributes.list,
            BoundIfIndex: adapter.index,
            BoundIfNetluid: adapter.luid(),
            Flags: 0,
        });
        Self { contents, attributes, filters }
    }

    /// The buffer of the event, and its length.
    pub fn buffer(&mut self) -> (*mut c_void, u32) {
        let length = u32::from(NDIS_SIZEOF_PROTOCOL_RESTART_PARAMETERS_REVISION_1);
        ((&raw mut *self.contents).cast(), length)
    }

    /// Lets a driver notice that uses them too late.
    pub fn poison(&mut self) {
        self.filters.fill(POISON);
        let size = size_of::<NDIS_PROTOCOL_RESTART_PARAMETERS>();
        // SAFETY: so many bytes are there, and nobody looks at them any more.
        unsafe { (&raw mut *self.contents).cast::<u8>().write_bytes(POISON, size) };
        let size = size_of::<Attributes>();
        // SAFETY: as above.
        unsafe { (&raw mut *self.attributes).cast::<u8>().write_bytes(POISON, size) };
    }
}

/// Where bytes are, if there are any.
fn pointer(bytes: &mut [u8]) -> *mut u8 {
    if bytes.is_empty() { ptr::null_mut() } else { bytes.as_mut_ptr() }
}

/// Names as NDIS lists them: for each its bytes as 16 bits, then its characters.
fn names(names: &[String]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for name in names {
        let name: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let length = u16::try_from(name.len()).unwrap_or_default();
        bytes.extend(length.to_le_bytes());
        bytes.extend(name);
    }
    bytes
}
