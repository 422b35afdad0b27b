//! The security descriptor that devices are given.

/// The SID S-1-5-18, the local system.
const SYSTEM: [u8; 12] = [1, 1, 0, 0, 0, 0, 0, 5, 18, 0, 0, 0];

/// The SID S-1-5-32-544, the administrators of the machine.
const ADMINISTRATORS: [u8; 16] = [1, 2, 0, 0, 0, 0, 0, 5, 32, 0, 0, 0, 0x20, 0x02, 0, 0];

/// `FILE_ALL_ACCESS`.
const ALL_ACCESS: [u8; 4] = 0x001F_01FF_u32.to_le_bytes();

const DESCRIPTOR_HEADER: usize = 20;
const ACL_HEADER: usize = 8;
const ACE_HEADER: usize = 8;
const SYSTEM_ACE: usize = ACE_HEADER + SYSTEM.len();
const ADMINISTRATORS_ACE: usize = ACE_HEADER + ADMINISTRATORS.len();
const ACL: usize = ACL_HEADER + SYSTEM_ACE + ADMINISTRATORS_ACE;

/// `D:P(A;;FA;;;SY)(A;;FA;;;BA)` as bytes: the local system and administrators may do everything,
/// nobody else anything.
///
/// A self-relative `SECURITY_DESCRIPTOR` with a protected DACL, and neither owner, group nor SACL.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/kernel/securing-device-objects)
pub const SYSTEM_AND_ADMINISTRATORS: Descriptor = Descriptor(descriptor());

/// Bytes of a security descriptor, aligned as Windows reads them.
#[repr(C, align(4))]
#[derive(Clone, Copy, Debug)]
pub struct Descriptor(pub [u8; DESCRIPTOR_HEADER + ACL]);

const fn descriptor() -> [u8; DESCRIPTOR_HEADER + ACL] {
    let mut bytes = [0; DESCRIPTOR_HEADER + ACL];
    // Revision 1; SE_SELF_RELATIVE, SE_DACL_PROTECTED and SE_DACL_PRESENT; the offset of the DACL.
    put(&mut bytes, 0, &[1, 0]);
    put(&mut bytes, 2, &0x9004_u16.to_le_bytes());
    put(&mut bytes, 16, &[byte(DESCRIPTOR_HEADER), 0, 0, 0]);
    // ACL_REVISION, the length, two entries.
    put(&mut bytes, DESCRIPTOR_HEADER, &[2, 0, byte(ACL), 0, 2, 0, 0, 0]);
    let first = DESCRIPTOR_HEADER + ACL_HEADER;
    put_ace(&mut bytes, first, &SYSTEM);
    put_ace(&mut bytes, first + SYSTEM_ACE, &ADMINISTRATORS);
    bytes
}

/// Puts an `ACCESS_ALLOWED_ACE` for `sid` without inheritance at `at`.
const fn put_ace(bytes: &mut [u8], at: usize, sid: &[u8]) {
    put(bytes, at, &[0, 0, byte(ACE_HEADER + sid.len()), 0]);
    put(bytes, at + 4, &ALL_ACCESS);
    put(bytes, at + ACE_HEADER, sid);
}

/// A length that fits a byte.
const fn byte(length: usize) -> u8 {
    assert!(length <= 0xff);
    length.to_le_bytes()[0]
}

const fn put(bytes: &mut [u8], at: usize, what: &[u8]) {
    let mut i = 0;
    while i < what.len() {
        bytes[at + i] = what[i];
        i += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::SYSTEM_AND_ADMINISTRATORS;

    fn u16_at(at: usize) -> usize {
        let bytes = SYSTEM_AND_ADMINISTRATORS.0;
        usize::from(u16::from_le_bytes([bytes[at], bytes[at + 1]]))
    }

    /// Walks the descriptor as Windows does and collects its entries: type, flags, mask, SID.
    fn entries() -> impl Iterator<Item = (u8, u8, u32, &'static [u8])> {
        const BYTES: &[u8] = &SYSTEM_AND_ADMINISTRATORS.0;
        let acl = u16_at(16);
        let mut at = acl + 8;
        (0..u16_at(acl + 4)).map(move |_| {
            let end = at + u16_at(at + 2);
            let mask = u32::from_le_bytes(BYTES[at + 4..at + 8].try_into().unwrap());
            let entry = (BYTES[at], BYTES[at + 1], mask, &BYTES[at + 8..end]);
            at = end;
            entry
        })
    }

    #[test]
    fn is_self_relative_with_a_protected_dacl_only() {
        let bytes = SYSTEM_AND_ADMINISTRATORS.0;
        assert_eq!(bytes[0], 1);
        assert_eq!(u16_at(2), 0x8000 | 0x1000 | 0x0004);
        assert_eq!(bytes[4..16], [0; 12], "no owner, group or SACL");
        let acl = u16_at(16);
        assert_eq!(bytes[acl], 2);
        assert_eq!(acl + u16_at(acl + 2), bytes.len());
    }

    #[test]
    fn lets_in_the_system_and_administrators_only() {
        let mut entries = entries();
        let system = entries.next().unwrap();
        assert_eq!(system, (0, 0, 0x001F_01FF, &[1, 1, 0, 0, 0, 0, 0, 5, 18, 0, 0, 0][..]));
        let administrators = entries.next().unwrap();
        let sid = [1, 2, 0, 0, 0, 0, 0, 5, 32, 0, 0, 0, 32, 2, 0, 0];
        assert_eq!(administrators, (0, 0, 0x001F_01FF, &sid[..]));
        assert!(entries.next().is_none());
    }

    #[test]
    fn sids_have_the_length_that_they_say() {
        for (.., sid) in entries() {
            assert_eq!(sid.len(), 8 + 4 * usize::from(sid[1]));
        }
    }
}
