//! Versions of NDIS: which one to declare, and what the one that runs has.

use ndis_sys as sys;

/// A version of NDIS, such as 6.30.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct NdisVersion(u32);

/// The minor versions that a protocol can declare, the newest first; the major version of all is 6.
///
/// A protocol that declares less than 6.89 turns the coalescing of received UDP datagrams off.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/network/overview-of-ndis-versions)
const MINORS: [u8; 17] = [89, 88, 87, 86, 85, 84, 83, 82, 81, 80, 70, 60, 51, 50, 40, 30, 20];

impl NdisVersion {
    /// NDIS 6.20, the oldest version that this crate works with.
    pub const OLDEST: Self = Self::new(20);

    /// NDIS 6 with this minor version, in decimal as it is spoken.
    #[must_use]
    pub const fn new(minor: u8) -> Self {
        Self(0x0006_0000 | minor as u32)
    }

    /// What `NdisGetVersion` returned.
    #[must_use]
    pub const fn from_raw(version: u32) -> Self {
        Self(version)
    }

    /// The major version.
    #[must_use]
    pub const fn major(self) -> u16 {
        (self.0 >> 16) as u16
    }

    /// The minor version.
    #[must_use]
    pub const fn minor(self) -> u16 {
        (self.0 & 0xFFFF) as u16
    }

    /// The minor version that a protocol declares where this version runs: the highest one that both NDIS
    /// and this crate know. `None` if this version is older than [`OLDEST`](Self::OLDEST).
    #[must_use]
    pub fn declared(self) -> Option<u8> {
        MINORS.into_iter().find(|&minor| Self::new(minor) <= self)
    }

    /// How many slots of out-of-band information the lists of this version have.
    #[must_use]
    pub fn slots(self) -> usize {
        const SLOTS: [(u8, usize); 5] = [
            (80, sys::MAX_NET_BUFFER_LIST_INFO_680),
            (50, sys::MAX_NET_BUFFER_LIST_INFO_650),
            (30, sys::MAX_NET_BUFFER_LIST_INFO_630),
            (20, sys::MAX_NET_BUFFER_LIST_INFO_620),
            (1, sys::MAX_NET_BUFFER_LIST_INFO_61),
        ];
        let known = SLOTS.into_iter().find(|&(minor, _)| Self::new(minor) <= self);
        known.map_or(sys::MAX_NET_BUFFER_LIST_INFO_60, |(_, slots)| slots)
    }
}

/// The version of NDIS that runs, which made all lists that a driver gets.
///
/// # Invariants
///
/// It is that version, or one before it.
#[derive(Clone, Copy, Debug)]
pub struct Running(NdisVersion);

/// Proof that the NDIS that runs is of this minor version or a later one, so that its lists have what that
/// version brought.
///
/// A slot that only newer versions have cannot be read without it, nor with that of a version that lacks it:
///
/// ```compile_fail,E0061
/// fn stamp(list: ndis::ListView<'_>) -> Option<u64> {
///     list.timestamp()
/// }
/// ```
///
/// ```compile_fail,E0308
/// fn stamp(list: ndis::ListView<'_>, ndis: ndis::version::Since<30>) -> Option<u64> {
///     list.timestamp(ndis)
/// }
/// ```
///
/// Only [`Running`] makes it:
///
/// ```compile_fail,E0603
/// let proof = ndis::version::Since::<82>(());
/// ```
///
/// # Invariants
///
/// It is.
#[derive(Clone, Copy, Debug)]
pub struct Since<const MINOR: u8>(());

impl Running {
    /// Asks NDIS.
    ///
    /// IRQL: `DISPATCH_LEVEL` or below.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisgetversion)
    #[cfg(windows)]
    #[must_use]
    pub fn query() -> Self {
        // INVARIANT: NDIS says which version it is.
        // SAFETY: it can be called at the levels that this crate's code runs at.
        Self(NdisVersion::from_raw(unsafe { sys::NdisGetVersion() }))
    }

    /// Says which version runs, where there is no NDIS to ask.
    ///
    /// # Safety
    ///
    /// All lists are those of `version` or a later one.
    #[must_use]
    pub const unsafe fn assume(version: NdisVersion) -> Self {
        Self(version)
    }

    /// The version.
    #[must_use]
    pub const fn version(self) -> NdisVersion {
        self.0
    }

    /// Proof that what came with NDIS 6.`MINOR` is there, if it is.
    #[must_use]
    pub fn since<const MINOR: u8>(self) -> Option<Since<MINOR>> {
        // INVARIANT: by that of `self`.
        (self.0 >= NdisVersion::new(MINOR)).then_some(Since(()))
    }
}
