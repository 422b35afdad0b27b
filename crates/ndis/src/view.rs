//! Looking at lists that were indicated, and at the frames in them.

use core::{
    marker::PhantomData,
    mem::{self, offset_of},
    ptr::NonNull,
};

use ndis_sys as sys;
use wdm::chain::{ChainError, Pieces};

#[cfg(not(windows))]
use crate::mdl::Mdl;
#[cfg(windows)]
use wdm::Mdl;

use crate::{
    chain::{self, List},
    oob::{self, Checksum, Datagrams, Hash, Segments},
    version::Since,
};

/// How many net buffers of a list are looked at; more are there only if they lead back to themselves.
const MAX_BUFFERS: usize = 1 << 16;

/// The lists of a chain, in their order.
///
/// # Invariants
///
/// `next` and those behind it are valid for `'a`, with all that belongs to them, and nobody changes them.
#[derive(Clone)]
pub struct Lists<'a> {
    next: Option<List>,
    left: usize,
    chain: PhantomData<&'a sys::NET_BUFFER_LIST>,
}

impl Lists<'_> {
    /// Those that begin with `first`, `limit` at most.
    ///
    /// # Safety
    ///
    /// The invariants hold for them, and NDIS 6.20 or a later one made them.
    pub(crate) const unsafe fn new(first: Option<List>, limit: usize) -> Self {
        Self { next: first, left: limit, chain: PhantomData }
    }
}

impl<'a> Iterator for Lists<'a> {
    type Item = ListView<'a>;

    fn next(&mut self) -> Option<ListView<'a>> {
        let list = self.next?;
        self.left = self.left.checked_sub(1)?;
        // SAFETY: by the invariant it is valid.
        self.next = unsafe { chain::next(list) };
        // SAFETY: by the invariant.
        Some(unsafe { ListView::new(list) })
    }
}

/// A list, with what NDIS and the drivers below tell about it.
///
/// # Invariants
///
/// It is valid for `'a`, with all that belongs to it, and nobody changes it. NDIS 6.20 or a later one made it.
#[derive(Clone, Copy)]
pub struct ListView<'a> {
    list: List,
    chain: PhantomData<&'a sys::NET_BUFFER_LIST>,
}

impl<'a> ListView<'a> {
    /// # Safety
    ///
    /// The invariants hold.
    pub(crate) const unsafe fn new(list: List) -> Self {
        Self { list, chain: PhantomData }
    }

    /// The member of type `T` that lies `offset` bytes into the list.
    ///
    /// # Safety
    ///
    /// It is there.
    unsafe fn member<T: Copy>(self, offset: usize) -> T {
        let member = self.list.as_ptr().wrapping_byte_add(offset).cast::<T>();
        // SAFETY: by the invariant and the contract it is valid.
        unsafe { member.read() }
    }

    /// A slot of out-of-band information.
    ///
    /// # Safety
    ///
    /// The list has so many slots.
    unsafe fn slot<const N: usize>(self) -> usize {
        let offset = const {
            assert!(N < sys::MaxNetBufferListInfo);
            offset_of!(sys::NET_BUFFER_LIST, NetBufferListInfo) + N * size_of::<usize>()
        };
        // SAFETY: by the contract it is there; a slot can be read as a number.
        unsafe { self.member(offset) }
    }

    /// A slot that all lists have.
    fn old_slot<const N: usize>(self) -> usize {
        const { assert!(N < sys::MAX_NET_BUFFER_LIST_INFO_620) };
        // SAFETY: by the invariant the list is one of NDIS 6.20 or later.
        unsafe { self.slot::<N>() }
    }

    /// Its net buffers, one frame each. A list of an Ethernet adapter has one; one without any is malformed.
    #[must_use]
    pub fn buffers(self) -> Buffers<'a> {
        let first = offset_of!(sys::NET_BUFFER_LIST_DATA, FirstNetBuffer);
        // SAFETY: every list has it.
        let first: *mut sys::NET_BUFFER = unsafe { self.member(first) };
        // INVARIANT: the buffers of a list are valid as long as it is.
        Buffers { next: NonNull::new(first), left: MAX_BUFFERS, list: PhantomData }
    }

    /// `NDIS_NBL_FLAGS_…`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/nbl/ns-nbl-net_buffer_list)
    #[must_use]
    pub fn flags(self) -> u32 {
        // SAFETY: every list has it.
        unsafe { self.member(offset_of!(sys::NET_BUFFER_LIST, NblFlags)) }
    }

    /// True if headers and data lie in different MDLs. The miniport may take the one with the headers back when
    /// its indication returns, even where the list is kept.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/network/supporting-header-data-split-in-protocol-driver-and-filter-drivers)
    #[must_use]
    pub fn is_split(self) -> bool {
        self.flags() & sys::NDIS_NBL_FLAGS_HD_SPLIT != 0
    }

    /// True if this computer sent it, and NDIS looped it back.
    #[must_use]
    pub fn is_loopback(self) -> bool {
        self.flags() & sys::NDIS_NBL_FLAGS_IS_LOOPBACK_PACKET != 0
    }

    /// The tag control information of its 802.1Q tag that is not in the data, as it was on the wire; see
    /// [`oob::vlan`].
    #[must_use]
    pub fn vlan(self) -> Option<u16> {
        oob::vlan(self.old_slot::<{ sys::Ieee8021QNetBufferListInfo }>())
    }

    /// What the adapter found out about its checksums.
    #[must_use]
    pub fn checksum(self) -> Checksum {
        Checksum::new(self.old_slot::<{ sys::TcpIpChecksumNetBufferListInfo }>())
    }

    /// The hash for receive side scaling.
    #[must_use]
    pub fn hash(self) -> Option<Hash> {
        let value = self.old_slot::<{ sys::NetBufferListHashValue }>();
        Hash::new(value, self.old_slot::<{ sys::NetBufferListHashInfo }>())
    }

    /// The type of its frames, such as 0x0800 for IPv4; 0 if nobody said.
    #[must_use]
    pub fn frame_type(self) -> u16 {
        oob::frame_type(self.old_slot::<{ sys::NetBufferListFrameType }>())
    }

    /// The receive queue that it came by.
    #[must_use]
    pub fn queue(self) -> u16 {
        oob::queue(self.old_slot::<{ sys::NetBufferListFilteringInfo }>())
    }

    /// The TCP segments that it was put together from, if it was.
    #[must_use]
    pub fn segments(self, _ndis: Since<30>) -> Option<Segments> {
        const { assert!(sys::TcpRecvSegCoalesceInfo < sys::MAX_NET_BUFFER_LIST_INFO_630) };
        // SAFETY: the proof says that the lists have the slots of NDIS 6.30.
        Segments::new(unsafe { self.slot::<{ sys::TcpRecvSegCoalesceInfo }>() })
    }

    /// The UDP datagrams that it was put together from, if it was.
    ///
    /// The slot had another meaning before NDIS 6.84.
    #[must_use]
    pub fn datagrams(self, _ndis: Since<84>) -> Option<Datagrams> {
        Datagrams::new(self.old_slot::<{ sys::UdpRecvSegCoalesceOffloadInfo }>())
    }

    /// When it arrived, in ticks of the adapter's clock, or of the performance counter where the miniport stamps
    /// by that; what `OID_TIMESTAMP_CURRENT_CONFIG` tells.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/network/attaching-timestamps-to-packets)
    #[must_use]
    pub fn timestamp(self, _ndis: Since<82>) -> Option<u64> {
        const { assert!(sys::NetBufferListInfoReserved3 < sys::MAX_NET_BUFFER_LIST_INFO_680) };
        // SAFETY: the proof says that the lists have the slots of NDIS 6.82.
        oob::stamp(unsafe { self.slot::<{ sys::NetBufferListInfoReserved3 }>() })
    }
}

/// The net buffers of a list, in their order.
///
/// # Invariants
///
/// As for [`ListView`].
#[derive(Clone)]
pub struct Buffers<'a> {
    next: Option<NonNull<sys::NET_BUFFER>>,
    left: usize,
    list: PhantomData<&'a sys::NET_BUFFER>,
}

impl<'a> Iterator for Buffers<'a> {
    type Item = BufferView<'a>;

    fn next(&mut self) -> Option<BufferView<'a>> {
        let buffer = self.next?;
        self.left = self.left.checked_sub(1)?;
        // SAFETY: by the invariant it is valid; a net buffer begins with these members.
        let data = unsafe { buffer.cast::<sys::NET_BUFFER_DATA>().read() };
        self.next = NonNull::new(data.Next);
        Some(BufferView { data, list: PhantomData })
    }
}

/// A frame: bytes that lie in one or several MDLs.
///
/// Its bytes can be looked at as long as its list is lent or ours, and no longer:
///
/// ```compile_fail,E0515
/// fn first_bytes<'i>(received: ndis::Received<'i>) -> &'i [u8] {
///     let frame = received.lists().next().and_then(|list| list.buffers().next());
///     frame.and_then(|frame| frame.pieces().next()?.ok()).unwrap_or_default()
/// }
/// ```
///
/// ```compile_fail,E0505
/// fn after(retained: ndis::Retained) -> usize {
///     let frame = retained.lists().next().and_then(|list| list.buffers().next());
///     let bytes = frame.and_then(|frame| frame.pieces().next()?.ok());
///     drop(retained);
///     bytes.map_or(0, <[u8]>::len)
/// }
/// ```
///
/// # Invariants
///
/// `data` is that of a net buffer whose MDLs are valid for `'a`, with the memory that they describe, and nobody
/// changes them.
#[derive(Clone, Copy)]
pub struct BufferView<'a> {
    data: sys::NET_BUFFER_DATA,
    list: PhantomData<&'a sys::NET_BUFFER>,
}

impl<'a> BufferView<'a> {
    /// Its length in bytes.
    ///
    /// Frames that the adapter put together from several are longer than the MTU; up to 64 KiB and a header.
    #[must_use]
    pub const fn length(self) -> usize {
        // SAFETY: all bytes of the union were read as members of a net buffer, which has a length there.
        let length = unsafe { self.data.u.DataLength };
        length as usize
    }

    fn chain(self) -> Pieces<Mdl<'a>> {
        // SAFETY: by the invariant the MDLs are valid for so long. Their pages are locked, and who has the list
        // alone maps them.
        let first = unsafe { Mdl::from_raw(self.data.CurrentMdl.cast()) };
        Pieces::new(first, self.data.CurrentMdlOffset as usize, self.length())
    }

    /// Its bytes, piece by piece. Ends after the first error. None is empty; only those that are reached are
    /// mapped.
    ///
    /// IRQL: `DISPATCH_LEVEL` or below.
    pub fn pieces(self) -> impl Iterator<Item = Result<&'a [u8], ChainError>> + use<'a> {
        // SAFETY: the memory that an MDL of the list describes is valid for so long, and mapped by the chain.
        // Received data is read-only for all who get it.
        self.chain().map(|piece| piece.map(|bytes| unsafe { &*bytes }))
    }

    /// True if its bytes lie in more than one MDL.
    #[must_use]
    pub fn is_scattered(self) -> bool {
        self.chain().scattered()
    }

    /// Copies its first bytes, as many as `to` has room for, and returns their number.
    ///
    /// # Errors
    ///
    /// The chain of MDLs is too short, or one of them cannot be mapped.
    pub fn copy_to(self, to: &mut [u8]) -> Result<usize, ChainError> {
        let mut room = to;
        let mut copied = 0_usize;
        for piece in self.pieces() {
            if room.is_empty() {
                break;
            }
            let piece = piece?;
            let take = piece.len().min(room.len());
            let Some((here, rest)) = mem::take(&mut room).split_at_mut_checked(take) else { break };
            here.copy_from_slice(piece.get(..take).ok_or(ChainError::Malformed)?);
            (room, copied) = (rest, copied.saturating_add(take));
        }
        Ok(copied)
    }

    /// Its first bytes in one piece, as many as `storage` has room for: where they lie, if they lie in one, or
    /// copied to `storage`.
    ///
    /// # Errors
    ///
    /// As for [`copy_to`](Self::copy_to).
    pub fn first<'s>(self, storage: &'s mut [u8]) -> Result<&'s [u8], ChainError>
    where
        'a: 's,
    {
        let wanted = storage.len().min(self.length());
        let Some(piece) = self.pieces().next().filter(|_| wanted > 0) else { return Ok(&[]) };
        if let Some(bytes) = piece?.get(..wanted) {
            return Ok(bytes);
        }
        let copied = self.copy_to(storage)?;
        storage.get(..copied).ok_or(ChainError::Malformed)
    }
}
