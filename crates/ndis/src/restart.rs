//! What may have changed in the stack below when a binding runs again.

use core::{marker::PhantomData, mem::offset_of, ptr::NonNull};

use ndis_sys as sys;

/// How many attributes of a stack are looked at.
const MAX_ATTRIBUTES: usize = 64;

/// What may have changed in the stack below when a binding runs again.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/ns-ndis-_ndis_protocol_restart_parameters)
///
/// # Invariants
///
/// The attributes, if there are any, are valid for `'a`.
#[derive(Clone, Copy)]
pub struct Restart<'a> {
    attributes: *const sys::NDIS_RESTART_ATTRIBUTES,
    event: PhantomData<&'a sys::NDIS_RESTART_ATTRIBUTES>,
}

/// General attributes of the stack below.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Attributes {
    /// Greatest payload of a frame in bytes, without the link header.
    pub mtu: u32,
    /// Packet filter bits that the adapter supports, `NDIS_PACKET_TYPE_…`.
    pub packet_filters: u32,
}

impl Restart<'_> {
    /// From the buffer of a restart event, which may be null; what is too short is taken for none.
    ///
    /// # Safety
    ///
    /// `buffer` is null, or NDIS passed it with a restart event, with `length`, and the event is not answered
    /// while this is used.
    #[must_use]
    pub unsafe fn from_raw(
        buffer: *const sys::NDIS_PROTOCOL_RESTART_PARAMETERS,
        length: u32,
    ) -> Self {
        const SIZE: u16 = sys::NDIS_SIZEOF_PROTOCOL_RESTART_PARAMETERS_REVISION_1;
        let none = Self { attributes: core::ptr::null(), event: PhantomData };
        if buffer.is_null() || length < SIZE.into() {
            return none;
        }
        // SAFETY: by the contract so many bytes are there, which begin with a header.
        let header = unsafe { buffer.cast::<sys::NDIS_OBJECT_HEADER>().read() };
        if header.Type != sys::NDIS_OBJECT_TYPE_PROTOCOL_RESTART_PARAMETERS || header.Size < SIZE {
            return none;
        }
        // SAFETY: by the contract the members of revision 1 are there.
        let attributes = unsafe { (*buffer).RestartAttributes };
        Self { attributes, ..none }
    }

    /// The general attributes, if NDIS tells them.
    #[must_use]
    pub fn attributes(&self) -> Option<Attributes> {
        let mut next = NonNull::new(self.attributes.cast_mut());
        for _ in 0..MAX_ATTRIBUTES {
            let attributes = next?.as_ptr();
            // SAFETY: by the invariant it is valid.
            if unsafe { (*attributes).Oid } == sys::OID_GEN_MINIPORT_RESTART_ATTRIBUTES {
                // SAFETY: as above.
                return unsafe { general(attributes) };
            }
            // SAFETY: as above.
            next = NonNull::new(unsafe { (*attributes).Next });
        }
        None
    }
}

/// Reads general attributes, if they are long enough.
///
/// # Safety
///
/// They are valid, and as long as they say. The reference to them would say more: they may be shorter than their type.
unsafe fn general(attributes: *const sys::NDIS_RESTART_ATTRIBUTES) -> Option<Attributes> {
    const SIZE: u16 = sys::NDIS_SIZEOF_RESTART_GENERAL_ATTRIBUTES_REVISION_1;
    // SAFETY: by the contract.
    if unsafe { (*attributes).DataLength } < SIZE.into() {
        return None;
    }
    let start = attributes
        .wrapping_byte_add(offset_of!(sys::NDIS_RESTART_ATTRIBUTES, Data))
        .cast::<sys::NDIS_RESTART_GENERAL_ATTRIBUTES>();
    // SAFETY: so many bytes follow; they begin with a header, and nothing says how they are aligned.
    let header = unsafe { start.cast::<sys::NDIS_OBJECT_HEADER>().read_unaligned() };
    if header.Type != sys::NDIS_OBJECT_TYPE_RESTART_GENERAL_ATTRIBUTES || header.Size < SIZE {
        return None;
    }
    // SAFETY: the members lie in the bytes that are there.
    let member = |offset| unsafe { start.wrapping_byte_add(offset).cast::<u32>().read_unaligned() };
    Some(Attributes {
        mtu: member(offset_of!(sys::NDIS_RESTART_GENERAL_ATTRIBUTES, MtuSize)),
        packet_filters: member(offset_of!(
            sys::NDIS_RESTART_GENERAL_ATTRIBUTES,
            SupportedPacketFilters
        )),
    })
}
