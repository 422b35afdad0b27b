//! Security descriptors of programs.

use crate::nt::{NTSTATUS, SE_SELF_RELATIVE, STATUS_INVALID_SECURITY_DESCR};

/// Bytes of a self-relative descriptor before its parts, and where the offsets of these begin.
const HEAD: usize = 20;
const OFFSETS: usize = 4;

/// Looks whether a descriptor is one, with all of its parts inside of it: the system passes no other on.
///
/// # Errors
///
/// `STATUS_INVALID_SECURITY_DESCR`
pub(super) fn check(bytes: &[u8]) -> Result<(), NTSTATUS> {
    is_valid(bytes).filter(|&valid| valid).map(drop).ok_or(STATUS_INVALID_SECURITY_DESCR)
}

fn is_valid(bytes: &[u8]) -> Option<bool> {
    let control = u16::from_le_bytes(bytes.get(2..4)?.try_into().ok()?);
    if bytes.len() < HEAD || bytes[0] != 1 || control & SE_SELF_RELATIVE == 0 {
        return Some(false);
    }
    for part in 0..4 {
        let at = OFFSETS + part * 4;
        let offset = u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?) as usize;
        if offset == 0 {
            continue;
        }
        let bytes = bytes.get(offset..)?;
        let length = match part {
            // Owner and group are identifiers, the others are lists.
            0 | 1 => 8 + 4 * usize::from(*bytes.get(1)?),
            _ => usize::from(u16::from_le_bytes(bytes.get(2..4)?.try_into().ok()?)).max(8),
        };
        if length > bytes.len() || !offset.is_multiple_of(4) {
            return Some(false);
        }
    }
    Some(true)
}

#[cfg(test)]
mod tests {
    use super::check;

    #[test]
    fn parts_must_lie_inside() {
        let mut descriptor = [0; 32];
        (descriptor[0], descriptor[3]) = (1, 0x80);
        assert_eq!(check(&descriptor), Ok(()));
        // An owner with one number behind its identifier.
        (descriptor[4], descriptor[20], descriptor[21]) = (20, 1, 1);
        assert_eq!(check(&descriptor), Ok(()));
        for (at, value) in [(4, 28), (5, 1), (21, 2), (0, 2), (3, 0)] {
            let mut wrong = descriptor;
            wrong[at] = value;
            assert!(check(&wrong).is_err(), "{at}");
        }
        assert!(check(&descriptor[..19]).is_err());
        assert!(check(&[]).is_err());
    }
}
