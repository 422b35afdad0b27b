//! Security descriptors in both of their forms, and their parts.

use core::{ffi::c_void, slice};

use crate::nt::{
    ACL, ACL_REVISION, ACL_REVISION_DS, NTSTATUS, SE_SELF_RELATIVE, SECURITY_DESCRIPTOR,
    SECURITY_DESCRIPTOR_RELATIVE, SECURITY_DESCRIPTOR_REVISION, SID, SID_MAX_SUB_AUTHORITIES,
    SID_REVISION, STATUS_INVALID_ACL, STATUS_INVALID_SID, STATUS_UNKNOWN_REVISION,
};

/// A security descriptor that was read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Descriptor {
    pub control: u16,
    pub owner: Vec<u8>,
    pub group: Vec<u8>,
    pub sacl: Vec<u8>,
    pub dacl: Vec<u8>,
}

/// Where the parts of a descriptor are; null for those that it does not have.
pub(super) struct Parts {
    pub control: u16,
    pub owner: *const c_void,
    pub group: *const c_void,
    pub sacl: *const c_void,
    pub dacl: *const c_void,
}

/// Finds the parts of a descriptor.
///
/// # Safety
///
/// `descriptor` is valid for reads of one in the form that it says.
pub(super) unsafe fn parts(descriptor: *const c_void) -> Result<Parts, NTSTATUS> {
    // SAFETY: both forms begin with the revision, and then have the flags.
    let [revision, _, low, high] = unsafe { descriptor.cast::<[u8; 4]>().read() };
    if revision != SECURITY_DESCRIPTOR_REVISION {
        return Err(STATUS_UNKNOWN_REVISION);
    }
    let control = u16::from_le_bytes([low, high]);
    if control & SE_SELF_RELATIVE == 0 {
        // SAFETY: the flags say that it is in absolute form.
        let found = unsafe { descriptor.cast::<SECURITY_DESCRIPTOR>().read_unaligned() };
        let (sacl, dacl) = (found.Sacl.cast_const().cast(), found.Dacl.cast_const().cast());
        return Ok(Parts { control, owner: found.Owner, group: found.Group, sacl, dacl });
    }
    // SAFETY: the flags say that it is in self-relative form.
    let found = unsafe { descriptor.cast::<SECURITY_DESCRIPTOR_RELATIVE>().read_unaligned() };
    let at = |offset: u32| match offset {
        0 => core::ptr::null(),
        offset => descriptor.wrapping_byte_add(offset as usize),
    };
    let (owner, group) = (at(found.Owner), at(found.Group));
    Ok(Parts { control, owner, group, sacl: at(found.Sacl), dacl: at(found.Dacl) })
}

/// Bytes of a security identifier.
///
/// # Safety
///
/// `sid` is valid for reads of one.
pub(super) unsafe fn sid_length(sid: *const c_void) -> usize {
    // SAFETY: the caller says so.
    let sid = unsafe { sid.cast::<SID>().read() };
    size_of::<SID>() + usize::from(sid.SubAuthorityCount) * size_of::<u32>()
}

/// Whether a security identifier may be one.
///
/// # Safety
///
/// `sid` is valid for reads of one.
pub(super) unsafe fn is_sid(sid: *const c_void) -> bool {
    // SAFETY: the caller says so.
    let SID { Revision, SubAuthorityCount, .. } = unsafe { sid.cast::<SID>().read() };
    Revision == SID_REVISION && SubAuthorityCount <= SID_MAX_SUB_AUTHORITIES
}

/// Reads a security identifier; nothing if there is none.
///
/// # Safety
///
/// `sid` is null or valid for reads of one.
unsafe fn read_sid(sid: *const c_void) -> Result<Vec<u8>, NTSTATUS> {
    if sid.is_null() {
        return Ok(Vec::new());
    }
    // SAFETY: the caller says so.
    if !unsafe { is_sid(sid) } {
        return Err(STATUS_INVALID_SID);
    }
    // SAFETY: the caller says so.
    let length = unsafe { sid_length(sid) };
    // SAFETY: that is how long it is.
    Ok(unsafe { slice::from_raw_parts(sid.cast(), length) }.to_vec())
}

/// Reads an access control list whose entries are in it; nothing if there is none.
///
/// # Safety
///
/// `acl` is null or valid for reads of one.
pub(super) unsafe fn read_acl(acl: *const c_void) -> Result<Vec<u8>, NTSTATUS> {
    if acl.is_null() {
        return Ok(Vec::new());
    }
    // SAFETY: the caller says so.
    let head = unsafe { acl.cast::<ACL>().read_unaligned() };
    let size = usize::from(head.AclSize);
    if !(ACL_REVISION..=ACL_REVISION_DS).contains(&head.AclRevision) || size < size_of::<ACL>() {
        return Err(STATUS_INVALID_ACL);
    }
    // SAFETY: that is how large it is.
    let bytes = unsafe { slice::from_raw_parts(acl.cast::<u8>(), size) };
    if end_of_entries(bytes, head.AceCount).is_none() {
        return Err(STATUS_INVALID_ACL);
    }
    Ok(bytes.to_vec())
}

/// Where the entries of an access control list end, if all of them are in it.
pub(super) fn end_of_entries(acl: &[u8], count: u16) -> Option<usize> {
    const ACE_HEADER: usize = 4;
    (0..count).try_fold(size_of::<ACL>(), |at, _| {
        let header = acl.get(at..at + ACE_HEADER)?;
        let size = usize::from(u16::from_le_bytes([header[2], header[3]]));
        let fits = size >= ACE_HEADER && size.is_multiple_of(4) && at + size <= acl.len();
        fits.then_some(at + size)
    })
}

impl Descriptor {
    /// Reads a descriptor in either form.
    ///
    /// # Safety
    ///
    /// `descriptor` is valid for reads of one, with the parts that it has.
    pub unsafe fn read(descriptor: *const c_void) -> Result<Self, NTSTATUS> {
        // SAFETY: the caller says so.
        let parts = unsafe { parts(descriptor) }?;
        Ok(Self {
            control: parts.control & !SE_SELF_RELATIVE,
            // SAFETY: the caller says so.
            owner: unsafe { read_sid(parts.owner) }?,
            // SAFETY: the caller says so.
            group: unsafe { read_sid(parts.group) }?,
            // SAFETY: the caller says so.
            sacl: unsafe { read_acl(parts.sacl) }?,
            // SAFETY: the caller says so.
            dacl: unsafe { read_acl(parts.dacl) }?,
        })
    }

    /// The descriptor in self-relative form.
    pub fn to_relative(&self) -> Box<[u32]> {
        let control = (self.control | SE_SELF_RELATIVE).to_le_bytes();
        let mut bytes = vec![SECURITY_DESCRIPTOR_REVISION, 0, control[0], control[1]];
        let mut tail: Vec<u8> = Vec::new();
        for part in [&self.owner, &self.group, &self.sacl, &self.dacl] {
            let offset = size_of::<SECURITY_DESCRIPTOR_RELATIVE>() + tail.len();
            let offset = if part.is_empty() { 0 } else { offset };
            let offset = u32::try_from(offset).expect("the parts are shorter than 64 KiB");
            bytes.extend(offset.to_le_bytes());
            tail.extend(part);
            tail.resize(tail.len().next_multiple_of(size_of::<u32>()), 0);
        }
        bytes.extend(tail);
        let words = bytes.as_chunks().0.iter();
        words.map(|&word| u32::from_le_bytes(word)).collect()
    }
}
