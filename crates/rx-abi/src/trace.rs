//! The event providers of the drivers, by which tools listen to them.

/// An event provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TraceProvider {
    /// Its name.
    pub name: &'static str,
    /// The digits of its identifier (GUID), which is made from the name as TraceLogging does it.
    pub id: u128,
}

/// That of wskrx, `2ab2fec0-8770-5051-61b9-15ad51ce8b52`.
pub const WSKRX_TRACE: TraceProvider =
    TraceProvider { name: "winrx.wskrx", id: 0x2ab2_fec0_8770_5051_61b9_15ad_51ce_8b52 };

/// That of ndisrx, `faff76d6-f845-5f51-cfbb-fdc73e004d42`.
pub const NDISRX_TRACE: TraceProvider =
    TraceProvider { name: "winrx.ndisrx", id: 0xfaff_76d6_f845_5f51_cfbb_fdc7_3e00_4d42 };

/// What events are about, as keywords: a session asks for some of them.
pub mod keyword {
    /// The driver starts and stops.
    pub const DRIVER: u64 = 1;
    /// A handle begins and ends to receive.
    pub const HANDLE: u64 = 1 << 1;
    /// Datagrams or frames are dropped.
    pub const LOSS: u64 = 1 << 2;
    /// Adapters come, go, and are asked.
    pub const ADAPTER: u64 = 1 << 3;
}

#[cfg(test)]
mod tests {
    extern crate std;

    use std::vec::Vec;

    use sha1::{Digest, Sha1};

    use super::*;

    /// The identifier that tools make from the name of a provider.
    fn id(name: &str) -> u128 {
        // The namespace of event providers.
        let mut hash = Sha1::new_with_prefix([
            0x48, 0x2C, 0x2D, 0xB2, 0xC3, 0x90, 0x47, 0xC8, 0x87, 0xF8, 0x1A, 0x15, 0xBF, 0xC1,
            0x30, 0xFB,
        ]);
        let name = name.to_uppercase();
        hash.update(name.encode_utf16().flat_map(u16::to_be_bytes).collect::<Vec<_>>());
        let mut bytes: [u8; 16] = hash.finalize()[..16].try_into().unwrap();
        // Version 5.
        bytes[7] = bytes[7] & 0x0f | 0x50;
        // As it is in memory, which is not the order of the digits.
        bytes[..4].reverse();
        bytes[4..6].reverse();
        bytes[6..8].reverse();
        u128::from_be_bytes(bytes)
    }

    #[test]
    fn identifiers_are_made_from_names() {
        // The example of the documentation of .NET's EventSource and others.
        assert_eq!(id("MyProvider"), 0xb386_4c38_4273_58c5_545b_8b36_0834_3471);
        for provider in [WSKRX_TRACE, NDISRX_TRACE] {
            assert_eq!(id(provider.name), provider.id, "{}", provider.name);
        }
    }
}
