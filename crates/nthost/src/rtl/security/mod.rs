//! Security descriptors, access control lists and security identifiers.

mod descriptor;

use core::{ffi::c_void, slice};

use crate::{
    export::{Export, exports},
    nt::{
        ACCESS_ALLOWED_ACE, ACCESS_ALLOWED_ACE_TYPE, ACCESS_MASK, ACL, ACL_REVISION,
        ACL_REVISION_DS, APC_LEVEL, BOOLEAN, FALSE, HIGH_LEVEL, NTSTATUS, PASSIVE_LEVEL,
        SE_DACL_DEFAULTED, SE_DACL_PRESENT, SE_SELF_RELATIVE, SECURITY_DESCRIPTOR,
        SECURITY_DESCRIPTOR_RELATIVE, SECURITY_DESCRIPTOR_REVISION, SID, SID_MAX_SUB_AUTHORITIES,
        SID_REVISION, STATUS_ALLOTTED_SPACE_EXCEEDED, STATUS_BUFFER_TOO_SMALL, STATUS_INVALID_ACL,
        STATUS_INVALID_PARAMETER, STATUS_INVALID_SECURITY_DESCR, STATUS_INVALID_SID,
        STATUS_REVISION_MISMATCH, STATUS_SUCCESS, STATUS_UNKNOWN_REVISION,
    },
};

pub(crate) use descriptor::Descriptor;

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-rtlcreatesecuritydescriptor)
unsafe extern "efiapi" fn RtlCreateSecurityDescriptor(
    descriptor: *mut SECURITY_DESCRIPTOR,
    revision: u32,
) -> NTSTATUS {
    if revision != u32::from(SECURITY_DESCRIPTOR_REVISION) {
        return STATUS_UNKNOWN_REVISION;
    }
    let new = SECURITY_DESCRIPTOR { Revision: SECURITY_DESCRIPTOR_REVISION, ..Default::default() };
    // SAFETY: the driver passes a place for a descriptor.
    unsafe { descriptor.write(new) };
    STATUS_SUCCESS
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-rtlsetdaclsecuritydescriptor)
unsafe extern "efiapi" fn RtlSetDaclSecurityDescriptor(
    descriptor: *mut SECURITY_DESCRIPTOR,
    present: BOOLEAN,
    dacl: *mut ACL,
    defaulted: BOOLEAN,
) -> NTSTATUS {
    // SAFETY: the driver passes a valid descriptor in absolute form.
    let descriptor = unsafe { &mut *descriptor };
    if descriptor.Revision != SECURITY_DESCRIPTOR_REVISION {
        return STATUS_UNKNOWN_REVISION;
    }
    if descriptor.Control & SE_SELF_RELATIVE != 0 {
        return STATUS_INVALID_SECURITY_DESCR;
    }
    descriptor.Control &= !(SE_DACL_PRESENT | SE_DACL_DEFAULTED);
    if present != FALSE {
        descriptor.Control |= SE_DACL_PRESENT;
        descriptor.Dacl = dacl;
        if defaulted != FALSE {
            descriptor.Control |= SE_DACL_DEFAULTED;
        }
    }
    STATUS_SUCCESS
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-rtllengthsecuritydescriptor)
unsafe extern "efiapi" fn RtlLengthSecurityDescriptor(descriptor: *const c_void) -> u32 {
    // SAFETY: the driver passes a valid descriptor.
    let Ok(parts) = (unsafe { descriptor::parts(descriptor) }) else { return 0 };
    let head = if parts.control & SE_SELF_RELATIVE == 0 {
        size_of::<SECURITY_DESCRIPTOR>()
    } else {
        size_of::<SECURITY_DESCRIPTOR_RELATIVE>()
    };
    let sid = |sid: *const c_void| {
        if sid.is_null() {
            return 0;
        }
        // SAFETY: the driver passes a valid descriptor, and this is a part of it.
        unsafe { descriptor::sid_length(sid) }
    };
    let acl = |acl: *const c_void| {
        if acl.is_null() {
            return 0;
        }
        // SAFETY: as for identifiers.
        usize::from(unsafe { acl.cast::<ACL>().read_unaligned() }.AclSize)
    };
    let parts = [sid(parts.owner), sid(parts.group), acl(parts.sacl), acl(parts.dacl)];
    let length: usize = parts.iter().map(|part| part.next_multiple_of(4)).sum();
    u32::try_from(head + length).unwrap_or(u32::MAX)
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-rtlvalidsecuritydescriptor)
unsafe extern "efiapi" fn RtlValidSecurityDescriptor(descriptor: *const c_void) -> BOOLEAN {
    // SAFETY: the driver passes what it holds for a descriptor.
    unsafe { Descriptor::read(descriptor) }.is_ok().into()
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ntifs/nf-ntifs-rtlcreateacl)
unsafe extern "efiapi" fn RtlCreateAcl(acl: *mut ACL, length: u32, revision: u32) -> NTSTATUS {
    if (length as usize) < size_of::<ACL>() {
        return STATUS_BUFFER_TOO_SMALL;
    }
    let (Ok(size), Ok(revision)) = (u16::try_from(length), u8::try_from(revision)) else {
        return STATUS_INVALID_PARAMETER;
    };
    if !(ACL_REVISION..=ACL_REVISION_DS).contains(&revision) {
        return STATUS_INVALID_PARAMETER;
    }
    let new = ACL { AclRevision: revision, AclSize: size & !3, ..ACL::default() };
    // SAFETY: the driver passes a place of that length.
    unsafe { acl.write(new) };
    STATUS_SUCCESS
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ntifs/nf-ntifs-rtladdaccessallowedace)
unsafe extern "efiapi" fn RtlAddAccessAllowedAce(
    acl: *mut ACL,
    revision: u32,
    access: ACCESS_MASK,
    sid: *const c_void,
) -> NTSTATUS {
    // SAFETY: the driver passes what it holds for an identifier.
    if !unsafe { descriptor::is_sid(sid) } {
        return STATUS_INVALID_SID;
    }
    // SAFETY: the driver passes an access control list.
    let head = unsafe { acl.read() };
    let Ok(revision) = u8::try_from(revision) else { return STATUS_REVISION_MISMATCH };
    if revision > ACL_REVISION_DS || head.AclRevision > ACL_REVISION_DS {
        return STATUS_REVISION_MISMATCH;
    }
    // SAFETY: as before.
    let bytes = match unsafe { descriptor::read_acl(acl.cast()) } {
        Ok(bytes) => bytes,
        Err(status) => return status,
    };
    let Some(end) = descriptor::end_of_entries(&bytes, head.AceCount) else {
        return STATUS_INVALID_ACL;
    };
    // SAFETY: it was checked above.
    let sid_length = unsafe { descriptor::sid_length(sid) };
    let size = size_of::<ACCESS_ALLOWED_ACE>() + sid_length;
    if end + size > bytes.len() {
        return STATUS_ALLOTTED_SPACE_EXCEEDED;
    }
    let Ok(entry_size) = u16::try_from(size) else { return STATUS_ALLOTTED_SPACE_EXCEEDED };
    let entry = ACCESS_ALLOWED_ACE {
        AceType: ACCESS_ALLOWED_ACE_TYPE,
        AceFlags: 0,
        AceSize: entry_size,
        Mask: access,
    };
    let place = acl.cast::<c_void>().wrapping_byte_add(end).cast::<ACCESS_ALLOWED_ACE>();
    // SAFETY: the entry ends within the list.
    unsafe { place.write_unaligned(entry) };
    let place = place.wrapping_add(1).cast::<u8>();
    // SAFETY: as before.
    unsafe { place.copy_from_nonoverlapping(sid.cast(), sid_length) };
    let count = head.AceCount + 1;
    let revision = head.AclRevision.max(revision);
    // SAFETY: the driver passes an access control list.
    unsafe { acl.write(ACL { AceCount: count, AclRevision: revision, ..head }) };
    STATUS_SUCCESS
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ntifs/nf-ntifs-rtllengthsid)
unsafe extern "efiapi" fn RtlLengthSid(sid: *const c_void) -> u32 {
    // SAFETY: the driver passes a valid identifier.
    let length = unsafe { descriptor::sid_length(sid) };
    u32::try_from(length).unwrap_or(u32::MAX)
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ntifs/nf-ntifs-rtllengthrequiredsid)
unsafe extern "efiapi" fn RtlLengthRequiredSid(count: u32) -> u32 {
    count.wrapping_mul(4).wrapping_add(8)
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ntifs/nf-ntifs-rtlvalidsid)
unsafe extern "efiapi" fn RtlValidSid(sid: *const c_void) -> BOOLEAN {
    // SAFETY: the driver passes what it holds for an identifier.
    unsafe { descriptor::is_sid(sid) }.into()
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ntifs/nf-ntifs-rtlinitializesid)
unsafe extern "efiapi" fn RtlInitializeSid(
    sid: *mut SID,
    authority: *const [u8; 6],
    count: u8,
) -> NTSTATUS {
    if count > SID_MAX_SUB_AUTHORITIES {
        return STATUS_INVALID_PARAMETER;
    }
    // SAFETY: the driver passes six bytes.
    let authority = unsafe { authority.read() };
    let new =
        SID { Revision: SID_REVISION, SubAuthorityCount: count, IdentifierAuthority: authority };
    // SAFETY: the driver passes a place for an identifier.
    unsafe { sid.write(new) };
    STATUS_SUCCESS
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ntifs/nf-ntifs-rtlsubauthoritysid)
unsafe extern "efiapi" fn RtlSubAuthoritySid(sid: *mut c_void, index: u32) -> *mut u32 {
    sid.wrapping_byte_add(size_of::<SID>()).cast::<u32>().wrapping_add(index as usize)
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ntifs/nf-ntifs-rtlequalsid)
unsafe extern "efiapi" fn RtlEqualSid(one: *const c_void, other: *const c_void) -> BOOLEAN {
    let bytes = |sid: *const c_void| {
        // SAFETY: the driver passes two valid identifiers.
        let length = unsafe { descriptor::sid_length(sid) };
        // SAFETY: that is how long it is.
        unsafe { slice::from_raw_parts(sid.cast::<u8>(), length) }
    };
    (bytes(one) == bytes(other)).into()
}

pub(crate) const EXPORTS: &[Export] = exports! {
    RtlAddAccessAllowedAce: PASSIVE_LEVEL..=APC_LEVEL;
    RtlCreateAcl: PASSIVE_LEVEL..=APC_LEVEL;
    RtlCreateSecurityDescriptor: PASSIVE_LEVEL..=PASSIVE_LEVEL;
    RtlEqualSid: PASSIVE_LEVEL..=HIGH_LEVEL;
    RtlInitializeSid: PASSIVE_LEVEL..=APC_LEVEL;
    RtlLengthRequiredSid: PASSIVE_LEVEL..=APC_LEVEL;
    RtlLengthSecurityDescriptor: PASSIVE_LEVEL..=PASSIVE_LEVEL;
    RtlLengthSid: PASSIVE_LEVEL..=APC_LEVEL;
    RtlSetDaclSecurityDescriptor: PASSIVE_LEVEL..=PASSIVE_LEVEL;
    RtlSubAuthoritySid: PASSIVE_LEVEL..=APC_LEVEL;
    RtlValidSecurityDescriptor: PASSIVE_LEVEL..=PASSIVE_LEVEL;
    RtlValidSid: PASSIVE_LEVEL..=APC_LEVEL;
};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::nt::{FILE_ALL_ACCESS, TRUE};

    /// An identifier of the authority of NT with these numbers.
    fn sid(numbers: &[u32]) -> Vec<u32> {
        let mut words = vec![0; 2 + numbers.len()];
        let place = words.as_mut_ptr().cast::<SID>();
        let count = u8::try_from(numbers.len()).unwrap();
        // SAFETY: there is room for the identifier.
        let status = unsafe { RtlInitializeSid(place, &raw const NT, count) };
        assert_eq!(status, STATUS_SUCCESS);
        for (index, number) in (0..).zip(numbers) {
            // SAFETY: the index is within the identifier.
            let at = unsafe { RtlSubAuthoritySid(place.cast(), index) };
            // SAFETY: as before.
            unsafe { at.write(*number) };
        }
        words
    }

    static NT: [u8; 6] = [0, 0, 0, 0, 0, 5];

    /// A list for the system and administrators, with room for no more.
    fn acl() -> [u32; 13] {
        let mut acl = [0_u32; 13];
        let place = acl.as_mut_ptr().cast::<ACL>();
        // SAFETY: there is room for the list.
        assert_eq!(unsafe { RtlCreateAcl(place, 52, 2) }, STATUS_SUCCESS);
        for numbers in [&[18][..], &[32, 544]] {
            let sid = sid(numbers);
            // SAFETY: the list and the identifier are valid.
            let status =
                unsafe { RtlAddAccessAllowedAce(place, 2, FILE_ALL_ACCESS, sid.as_ptr().cast()) };
            assert_eq!(status, STATUS_SUCCESS);
        }
        let sid = sid(&[11]);
        // SAFETY: as before.
        let full = unsafe { RtlAddAccessAllowedAce(place, 2, 1, sid.as_ptr().cast()) };
        assert_eq!(full, STATUS_ALLOTTED_SPACE_EXCEEDED);
        acl
    }

    #[test]
    fn builds_a_descriptor() {
        let mut acl = acl();
        let mut descriptor = SECURITY_DESCRIPTOR::default();
        let place = &raw mut descriptor;
        // SAFETY: the descriptor is valid.
        assert_eq!(unsafe { RtlCreateSecurityDescriptor(place, 2) }, STATUS_UNKNOWN_REVISION);
        // SAFETY: as before.
        assert_eq!(unsafe { RtlCreateSecurityDescriptor(place, 1) }, STATUS_SUCCESS);
        let dacl = acl.as_mut_ptr().cast();
        // SAFETY: as before; so is the list.
        let status = unsafe { RtlSetDaclSecurityDescriptor(place, TRUE, dacl, FALSE) };
        assert_eq!(status, STATUS_SUCCESS);
        // SAFETY: as before.
        assert_eq!(unsafe { RtlLengthSecurityDescriptor(place.cast()) }, 40 + 52);
        // SAFETY: as before.
        assert_eq!(unsafe { RtlValidSecurityDescriptor(place.cast()) }, TRUE);

        // SAFETY: as before.
        let read = unsafe { Descriptor::read(place.cast()) }.unwrap();
        let relative = read.to_relative();
        let relative: *const c_void = relative.as_ptr().cast();
        // SAFETY: that is a descriptor too.
        assert_eq!(unsafe { RtlLengthSecurityDescriptor(relative) }, 20 + 52);
        // SAFETY: as before.
        assert_eq!(unsafe { Descriptor::read(relative) }, Ok(read));
        // SAFETY: as before; it is in the other form.
        let status =
            unsafe { RtlSetDaclSecurityDescriptor(relative.cast_mut().cast(), TRUE, dacl, FALSE) };
        assert_eq!(status, STATUS_INVALID_SECURITY_DESCR);
    }

    #[test]
    fn refuses_lists_that_are_wrong() {
        let mut acl = acl();
        // The second entry claims to be longer than the list.
        acl[7] = 0x0100_0000;
        let place = acl.as_mut_ptr().cast::<ACL>();
        let sid = sid(&[18]);
        // SAFETY: the list is there, though it is wrong.
        let status = unsafe { RtlAddAccessAllowedAce(place, 2, 1, sid.as_ptr().cast()) };
        assert_eq!(status, STATUS_INVALID_ACL);
        let descriptor = SECURITY_DESCRIPTOR {
            Revision: 1,
            Control: SE_DACL_PRESENT,
            Dacl: place,
            ..Default::default()
        };
        let descriptor: *const c_void = (&raw const descriptor).cast();
        // SAFETY: as before.
        assert_eq!(unsafe { RtlValidSecurityDescriptor(descriptor) }, FALSE);
        // SAFETY: there is room for what is asked.
        assert_eq!(unsafe { RtlCreateAcl(place, 7, 2) }, STATUS_BUFFER_TOO_SMALL);
        // SAFETY: as before.
        assert_eq!(unsafe { RtlCreateAcl(place, 52, 5) }, STATUS_INVALID_PARAMETER);
    }

    #[test]
    fn identifiers_have_a_length() {
        let (system, administrators) = (sid(&[18]), sid(&[32, 544]));
        let (one, other): (*const c_void, *const c_void) =
            (system.as_ptr().cast(), administrators.as_ptr().cast());
        // SAFETY: the identifiers are valid.
        assert_eq!(unsafe { RtlLengthSid(other) }, 16);
        // SAFETY: any number may be passed.
        assert_eq!(unsafe { RtlLengthRequiredSid(2) }, 16);
        // SAFETY: as before.
        assert_eq!(unsafe { RtlEqualSid(one, other) }, FALSE);
        // SAFETY: as before.
        assert_eq!(unsafe { RtlEqualSid(one, one) }, TRUE);
        // SAFETY: as before.
        assert_eq!(unsafe { RtlValidSid(one) }, TRUE);
        let wrong = [0x0000_1001_u32, 0];
        // SAFETY: these are the first bytes of an identifier, which are all that is looked at.
        assert_eq!(unsafe { RtlValidSid(wrong.as_ptr().cast()) }, FALSE);
    }
}
