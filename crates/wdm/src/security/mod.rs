//! The security descriptor that devices are given.

mod sddl;

pub use sddl::parse;

/// The SID S-1-5-18, the local system.
const SYSTEM: [u8; 12] = [1, 1, 0, 0, 0, 0, 0, 5, 18, 0, 0, 0];

/// The SID S-1-5-32-544, the administrators of the machine.
const ADMINISTRATORS: [u8; 16] = [1, 2, 0, 0, 0, 0, 0, 5, 32, 0, 0, 0, 0x20, 0x02, 0, 0];

/// `FILE_ALL_ACCESS`.
const ALL_ACCESS: u32 = 0x001F_01FF;

/// What an entry does: `ACCESS_ALLOWED_ACE_TYPE`, `ACCESS_DENIED_ACE_TYPE`.
const ALLOW: u8 = 0;
const DENY: u8 = 1;

const DESCRIPTOR_HEADER: usize = 20;
const ACL_HEADER: usize = 8;
const ACE_HEADER: usize = 8;

/// Bytes of the largest descriptor.
const CAPACITY: usize = 512;

/// `D:P(A;;FA;;;SY)(A;;FA;;;BA)` as bytes: the local system and administrators may do everything,
/// nobody else anything.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/kernel/securing-device-objects)
pub const SYSTEM_AND_ADMINISTRATORS: Descriptor = {
    let mut descriptor = Descriptor::NOBODY;
    let system = descriptor.push(ALLOW, ALL_ACCESS, &SYSTEM);
    let administrators = descriptor.push(ALLOW, ALL_ACCESS, &ADMINISTRATORS);
    assert!(system.is_some() && administrators.is_some());
    descriptor
};

/// A self-relative `SECURITY_DESCRIPTOR` with a protected DACL, and neither owner, group nor SACL.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows/win32/api/winnt/ns-winnt-security_descriptor)
///
/// # Invariants
///
/// The first `length` bytes are a valid one, and `length <= CAPACITY`.
#[repr(C, align(4))]
#[derive(Clone, Debug)]
pub struct Descriptor {
    bytes: [u8; CAPACITY],
    length: usize,
    entries: u8,
}

impl Descriptor {
    /// A list without entries, which lets nobody in.
    const NOBODY: Self = {
        let mut bytes = [0; CAPACITY];
        // Revision 1; SE_SELF_RELATIVE, SE_DACL_PROTECTED and SE_DACL_PRESENT; the offset of the DACL.
        bytes[0] = 1;
        [bytes[2], bytes[3]] = 0x9004_u16.to_le_bytes();
        bytes[16] = low_byte(DESCRIPTOR_HEADER);
        // ACL_REVISION, the length.
        bytes[DESCRIPTOR_HEADER] = 2;
        bytes[DESCRIPTOR_HEADER + 2] = low_byte(ACL_HEADER);
        Self { bytes, length: DESCRIPTOR_HEADER + ACL_HEADER, entries: 0 }
    };

    /// Adds an entry without inheritance for `sid`. None if there is no room.
    const fn push(&mut self, kind: u8, mask: u32, sid: &[u8]) -> Option<()> {
        let ace_length = ACE_HEADER + sid.len();
        let Some((_, free)) = self.bytes.split_at_mut_checked(self.length) else { return None };
        let Some((ace, _)) = free.split_at_mut_checked(ace_length) else { return None };
        let Some((header, sid_place)) = ace.split_first_chunk_mut::<ACE_HEADER>() else {
            return None;
        };
        let [first, second] = low_bytes(ace_length);
        let [a, b, c, d] = mask.to_le_bytes();
        *header = [kind, 0, first, second, a, b, c, d];
        sid_place.copy_from_slice(sid);
        self.length += ace_length;
        self.entries += 1;
        let [first, second] = low_bytes(self.length - DESCRIPTOR_HEADER);
        self.bytes[DESCRIPTOR_HEADER + 2] = first;
        self.bytes[DESCRIPTOR_HEADER + 3] = second;
        self.bytes[DESCRIPTOR_HEADER + 4] = self.entries;
        Some(())
    }

    /// The bytes that Windows reads.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        self.bytes.get(..self.length).unwrap_or_default()
    }

    /// The pointer that Windows takes for a descriptor it only reads, whatever its type says.
    #[cfg(windows)]
    pub(crate) fn as_ptr(&self) -> *mut core::ffi::c_void {
        self.bytes.as_ptr().cast_mut().cast()
    }
}

/// The low bytes of a length that fits two.
const fn low_bytes(length: usize) -> [u8; 2] {
    let [first, second, ..] = length.to_le_bytes();
    [first, second]
}

/// The low byte of a length that fits one.
const fn low_byte(length: usize) -> u8 {
    low_bytes(length)[0]
}

#[cfg(test)]
mod tests {
    extern crate std;

    use std::vec::Vec;

    use super::{Descriptor, SYSTEM_AND_ADMINISTRATORS};

    fn u16_at(bytes: &[u8], at: usize) -> usize {
        usize::from(u16::from_le_bytes([bytes[at], bytes[at + 1]]))
    }

    /// Walks a descriptor as Windows does and collects its entries: type, flags, mask, SID.
    pub(super) fn entries(descriptor: &Descriptor) -> Vec<(u8, u8, u32, &[u8])> {
        let bytes = descriptor.as_bytes();
        let acl = u16_at(bytes, 16);
        let mut at = acl + 8;
        let entries = (0..u16_at(bytes, acl + 4)).map(|_| {
            let end = at + u16_at(bytes, at + 2);
            let mask = u32::from_le_bytes(bytes[at + 4..at + 8].try_into().unwrap());
            let entry = (bytes[at], bytes[at + 1], mask, &bytes[at + 8..end]);
            at = end;
            entry
        });
        let entries = entries.collect();
        assert_eq!(at, bytes.len());
        entries
    }

    /// What holds of each descriptor.
    #[track_caller]
    pub(super) fn is_well_formed(descriptor: &Descriptor) {
        let bytes = descriptor.as_bytes();
        assert_eq!(bytes[0], 1);
        assert_eq!(u16_at(bytes, 2), 0x8000 | 0x1000 | 0x0004);
        assert_eq!(bytes[4..16], [0; 12], "no owner, group or SACL");
        let acl = u16_at(bytes, 16);
        assert_eq!(bytes[acl], 2);
        assert_eq!(acl + u16_at(bytes, acl + 2), bytes.len());
        for (.., sid) in entries(descriptor) {
            assert_eq!(sid.len(), 8 + 4 * usize::from(sid[1]));
        }
    }

    #[test]
    fn is_self_relative_with_a_protected_dacl_only() {
        is_well_formed(&SYSTEM_AND_ADMINISTRATORS);
        is_well_formed(&Descriptor::NOBODY);
    }

    #[test]
    fn lets_in_the_system_and_administrators_only() {
        let system = [1, 1, 0, 0, 0, 0, 0, 5, 18, 0, 0, 0];
        let administrators = [1, 2, 0, 0, 0, 0, 0, 5, 32, 0, 0, 0, 32, 2, 0, 0];
        let expected = [(0, 0, 0x001F_01FF, &system[..]), (0, 0, 0x001F_01FF, &administrators[..])];
        assert_eq!(entries(&SYSTEM_AND_ADMINISTRATORS), expected);
        assert!(entries(&Descriptor::NOBODY).is_empty());
    }
}
