//! What NDIS tells of an adapter that it offers.

use core::{marker::PhantomData, mem::offset_of, ptr::NonNull, slice};

use ndis_sys as sys;

use crate::link::Link;

/// What NDIS tells of an adapter that it offers.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/ns-ndis-_ndis_bind_parameters)
///
/// # Invariants
///
/// All members of revision 1 are valid for `'a`, with what they point to; so are later ones up to the size in the
/// header.
#[derive(Clone, Copy)]
pub struct BindParameters<'a> {
    raw: NonNull<sys::NDIS_BIND_PARAMETERS>,
    size: usize,
    offer: PhantomData<&'a sys::NDIS_BIND_PARAMETERS>,
}

/// The member of `BindParameters` that has this name.
macro_rules! member {
    ($self:ident . $name:ident) => {{
        // SAFETY: by the invariant the members of revision 1 are there.
        unsafe { (*$self.raw.as_ptr()).$name }
    }};
}

impl<'a> BindParameters<'a> {
    /// What a bind handler got; `None` if it is not of revision 1 or a later one.
    ///
    /// # Safety
    ///
    /// `raw` is null, or NDIS passed it to a bind handler, which does not return while this is used.
    #[must_use]
    pub unsafe fn from_raw(raw: *const sys::NDIS_BIND_PARAMETERS) -> Option<Self> {
        let raw = NonNull::new(raw.cast_mut())?;
        // SAFETY: by the contract it is valid, and all revisions begin with a header.
        let header = unsafe { raw.cast::<sys::NDIS_OBJECT_HEADER>().read() };
        let known = header.Type == sys::NDIS_OBJECT_TYPE_BIND_PARAMETERS
            && header.Revision >= sys::NDIS_BIND_PARAMETERS_REVISION_1
            && header.Size >= sys::NDIS_SIZEOF_BIND_PARAMETERS_REVISION_1;
        // INVARIANT: NDIS filled as much of it as its header says.
        known.then_some(Self { raw, size: header.Size.into(), offer: PhantomData })
    }

    /// The name to open it by, as UTF-16 units: `\DEVICE\{…}` with a GUID.
    #[must_use]
    pub fn name(&self) -> &'a [u16] {
        // SAFETY: by the invariant it is null or a valid string.
        unsafe { units(self.raw_name()) }
    }

    pub(crate) fn raw_name(&self) -> *mut sys::NDIS_STRING {
        member!(self.AdapterName)
    }

    /// The GUID in its name, with its parts in the order in which Windows stores them. It stays the same when the
    /// adapter is removed and comes back.
    #[must_use]
    pub fn guid(&self) -> Option<[u8; 16]> {
        guid(self.name())
    }

    /// Medium of its frames, `NdisMedium…`.
    #[must_use]
    pub fn medium(&self) -> sys::NDIS_MEDIUM {
        member!(self.MediaType)
    }

    /// Physical medium below that, `NdisPhysicalMedium…`.
    #[must_use]
    pub fn physical_medium(&self) -> sys::NDIS_PHYSICAL_MEDIUM {
        member!(self.PhysicalMediumType)
    }

    /// Greatest payload of a frame in bytes, without the link header.
    #[must_use]
    pub fn mtu(&self) -> u32 {
        member!(self.MtuSize)
    }

    /// Its link.
    #[must_use]
    pub fn link(&self) -> Link {
        Link::new(
            member!(self.MediaConnectState),
            member!(self.MediaDuplexState),
            member!(self.XmitLinkSpeed),
            member!(self.RcvLinkSpeed),
        )
    }

    /// Its current link address: 6 bytes on Ethernet.
    #[must_use]
    pub fn address(&self) -> &'a [u8] {
        let length = usize::from(member!(self.MacAddressLength));
        let start = offset_of!(sys::NDIS_BIND_PARAMETERS, CurrentMacAddress);
        let start = self.raw.as_ptr().wrapping_byte_add(start).cast::<u8>();
        // SAFETY: by the invariant the array is there, and valid for so long; no more of it is read than it has.
        unsafe { slice::from_raw_parts(start, length.min(sys::NDIS_MAX_PHYS_ADDRESS_LENGTH)) }
    }

    /// Packet filter bits that it supports, `NDIS_PACKET_TYPE_…`.
    #[must_use]
    pub fn packet_filters(&self) -> u32 {
        member!(self.SupportedPacketFilters)
    }

    /// Bytes of lookahead: a frame with split headers has at least so many in its first MDL.
    #[must_use]
    pub fn lookahead(&self) -> u32 {
        member!(self.LookaheadSize)
    }

    /// Index of its interface.
    #[must_use]
    pub fn interface_index(&self) -> u32 {
        member!(self.BoundIfIndex)
    }

    /// Kind of interface, as IANA numbers them.
    #[must_use]
    pub fn interface_type(&self) -> u16 {
        member!(self.IfType)
    }

    /// Identifier of its interface, a `NET_LUID`.
    #[must_use]
    pub fn luid(&self) -> u64 {
        let luid: sys::NET_LUID = member!(self.BoundIfNetluid);
        // SAFETY: all members are the same number.
        unsafe { luid.Value }
    }

    /// True if the adapter splits headers and data into different MDLs.
    #[must_use]
    pub fn splits_headers(&self) -> bool {
        if self.size < usize::from(sys::NDIS_SIZEOF_BIND_PARAMETERS_REVISION_2) {
            return false;
        }
        // SAFETY: by the invariant the members of revision 2 are there.
        let config = unsafe { (*self.raw.as_ptr()).HDSplitCurrentConfig };
        // SAFETY: by the invariant it is null or valid.
        let flags = unsafe { config.as_ref() }.map_or(0, |config| config.HDSplitFlags);
        flags & sys::NDIS_HD_SPLIT_ENABLE_HEADER_DATA_SPLIT != 0
    }
}

/// The units of a string.
///
/// # Safety
///
/// It is null or valid, and its units stay valid and unchanged for `'a`.
pub(crate) unsafe fn units<'a>(string: *const sys::NDIS_STRING) -> &'a [u16] {
    // SAFETY: by the contract.
    let Some(string) = (unsafe { string.as_ref() }) else { return &[] };
    if string.Buffer.is_null() {
        return &[];
    }
    // SAFETY: by the contract so many units are there.
    unsafe { slice::from_raw_parts(string.Buffer, usize::from(string.Length / 2)) }
}

/// The GUID at the end of the name of a device, `{XXXXXXXX-XXXX-XXXX-XXXX-XXXXXXXXXXXX}`.
#[must_use]
pub fn guid(name: &[u16]) -> Option<[u8; 16]> {
    const LENGTH: usize = 38;
    const HYPHENS: [usize; 4] = [9, 14, 19, 24];
    let text = name.last_chunk::<LENGTH>()?;
    let mut bytes = [0; 16];
    let mut digits = bytes.iter_mut();
    let mut upper = None;
    for (at, &unit) in text.iter().enumerate() {
        let character = char::from_u32(unit.into())?;
        let expected = match at {
            0 => Some('{'),
            37 => Some('}'),
            at => HYPHENS.contains(&at).then_some('-'),
        };
        if let Some(expected) = expected {
            if character != expected {
                return None;
            }
            continue;
        }
        let digit = u8::try_from(character.to_digit(16)?).ok()?;
        match upper.take() {
            None => upper = Some(digit << 4),
            Some(upper) => *digits.next()? = upper | digit,
        }
    }
    // Windows stores the first three groups as numbers.
    let (first, rest) = bytes.split_first_chunk_mut::<4>()?;
    first.reverse();
    let (second, rest) = rest.split_first_chunk_mut::<2>()?;
    second.reverse();
    rest.first_chunk_mut::<2>()?.reverse();
    Some(bytes)
}
