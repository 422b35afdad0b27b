//! What adapters count.

use ndis_sys::{
    NDIS_OID, NDIS_SIZEOF_STATISTICS_INFO_REVISION_1,
    NDIS_STATISTICS_FLAGS_VALID_DIRECTED_FRAMES_RCV, NDIS_STATISTICS_FLAGS_VALID_RCV_DISCARDS,
    NDIS_STATISTICS_INFO, NDIS_STATISTICS_INFO_REVISION_1, OID_GEN_RCV_ERROR,
    OID_GEN_RCV_NO_BUFFER, OID_GEN_RCV_OK, OID_GEN_STATISTICS, OID_GEN_XMIT_ERROR, OID_GEN_XMIT_OK,
};

use super::query::{bytes, header};
use crate::ndis::{api::AdapterReport, binding::Binding, receive};

/// The value of a counter. The old ones have 64 bits, or 32 where there is no room for more.
pub fn value(binding: &Binding, oid: NDIS_OID, room: usize) -> Option<Vec<u8>> {
    let mut counted = AdapterReport::default();
    receive::report(&binding.adapter, &mut counted);
    // What was lost before the miniport could have it, is lost to its users in the same way.
    counted.dropped += binding.adapter.feed.report().map_or(0, |source| source.dropped);
    let number = match oid {
        OID_GEN_RCV_OK => counted.frames,
        OID_GEN_RCV_NO_BUFFER => counted.dropped,
        OID_GEN_RCV_ERROR | OID_GEN_XMIT_ERROR | OID_GEN_XMIT_OK => 0,
        OID_GEN_STATISTICS => return Some(all(&counted)),
        _ => return None,
    };
    let mut bytes = number.to_le_bytes().to_vec();
    if room < bytes.len() {
        bytes.truncate(size_of::<u32>());
    }
    Some(bytes)
}

fn all(counted: &AdapterReport) -> Vec<u8> {
    let size = NDIS_SIZEOF_STATISTICS_INFO_REVISION_1;
    let information = NDIS_STATISTICS_INFO {
        Header: header(NDIS_STATISTICS_INFO_REVISION_1, size),
        SupportedStatistics: NDIS_STATISTICS_FLAGS_VALID_RCV_DISCARDS
            | NDIS_STATISTICS_FLAGS_VALID_DIRECTED_FRAMES_RCV,
        ifInDiscards: counted.dropped,
        ifHCInUcastPkts: counted.frames,
        ..NDIS_STATISTICS_INFO::default()
    };
    bytes(&information, usize::from(size))
}
