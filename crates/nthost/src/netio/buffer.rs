//! Chains of MDLs that drivers give.

use wsk_sys::WSK_BUF;

use crate::{
    mm,
    nt::{MDL, MDL_MAPPED_TO_SYSTEM_VA, MDL_SOURCE_IS_NONPAGED_POOL},
};

/// Checks that a buffer lies inside of its chain.
///
/// # Safety
///
/// The MDLs of the buffer are valid.
pub(super) unsafe fn check(buffer: &WSK_BUF) -> Result<(), String> {
    let mut mdl: *const MDL = buffer.Mdl.cast();
    let mut bytes = 0;
    let mut first = true;
    // SAFETY: the caller says so.
    while let Some(current) = unsafe { mdl.as_ref() } {
        if first && buffer.Offset > current.ByteCount {
            return Err(format!(
                "an offset of {} in an MDL of {}",
                buffer.Offset, current.ByteCount
            ));
        }
        first = false;
        bytes += current.ByteCount as usize;
        mdl = current.Next;
    }
    let needed = buffer.Length.saturating_add(buffer.Offset as usize);
    if bytes < needed {
        return Err(format!("a chain of {bytes} bytes for {needed}"));
    }
    Ok(())
}

/// The parts of a buffer, one after the other.
///
/// # Safety
///
/// The MDLs of the buffer are valid as long as the parts are used, and describe memory that is.
pub(super) unsafe fn parts(buffer: &WSK_BUF) -> impl Iterator<Item = (*mut u8, usize)> {
    let mut mdl: *const MDL = buffer.Mdl.cast();
    let mut skip = buffer.Offset as usize;
    let mut left = buffer.Length;
    std::iter::from_fn(move || {
        if left == 0 {
            return None;
        }
        // SAFETY: the caller says so.
        let current = unsafe { mdl.as_ref() }?;
        let bytes = (current.ByteCount as usize).saturating_sub(skip).min(left);
        let part = (start(current).wrapping_add(skip), bytes);
        skip = 0;
        left -= bytes;
        mdl = current.Next;
        Some(part)
    })
}

/// Writes to a buffer until it is full. Returns how many bytes were written.
///
/// # Safety
///
/// As for [`parts`], and the memory may be written.
pub(super) unsafe fn write<'a>(buffer: &WSK_BUF, from: impl Iterator<Item = &'a [u8]>) -> usize {
    let mut written = 0;
    // SAFETY: the caller says so.
    let mut parts = unsafe { parts(buffer) };
    let (mut place, mut room) = (std::ptr::null_mut::<u8>(), 0);
    for mut bytes in from {
        while !bytes.is_empty() {
            if room == 0 {
                match parts.next() {
                    Some(part) => (place, room) = part,
                    None => return written,
                }
                continue;
            }
            let count = bytes.len().min(room);
            // SAFETY: the part has room for them, and is not part of the provider's own memory.
            unsafe { bytes.as_ptr().copy_to_nonoverlapping(place, count) };
            place = place.wrapping_add(count);
            room -= count;
            written += count;
            bytes = &bytes[count..];
        }
    }
    written
}

/// The address of what an MDL describes.
fn start(mdl: &MDL) -> *mut u8 {
    if mdl.MdlFlags & (MDL_MAPPED_TO_SYSTEM_VA | MDL_SOURCE_IS_NONPAGED_POOL) != 0 {
        mdl.MappedSystemVa.cast()
    } else {
        mm::system_view(mdl) as *mut u8
    }
}

#[cfg(test)]
mod tests {
    use wsk_sys::WSK_BUF;

    use super::{check, write};
    use crate::nt::{MDL, MDL_SOURCE_IS_NONPAGED_POOL};

    fn mdl(bytes: &mut [u8], next: *mut MDL) -> MDL {
        MDL {
            Next: next,
            MdlFlags: MDL_SOURCE_IS_NONPAGED_POOL,
            MappedSystemVa: bytes.as_mut_ptr().cast(),
            ByteCount: bytes.len().try_into().unwrap(),
            ..MDL::default()
        }
    }

    #[test]
    fn bytes_go_behind_the_offset_and_across_mdls() {
        let (mut one, mut two) = ([0_u8; 4], [0_u8; 4]);
        let mut last = mdl(&mut two, std::ptr::null_mut());
        let mut empty = mdl(&mut [], &raw mut last);
        let mut first = mdl(&mut one, &raw mut empty);
        let buffer = WSK_BUF { Mdl: (&raw mut first).cast(), Offset: 1, Length: 6 };
        // SAFETY: the MDLs above are valid.
        unsafe { check(&buffer) }.unwrap();
        let pieces: [&[u8]; 3] = [b"ab", b"", b"cdefgh"];
        // SAFETY: as above.
        assert_eq!(unsafe { write(&buffer, pieces.into_iter()) }, 6);
        assert_eq!((&one, &two), (b"\0abc", b"def\0"));
    }

    #[test]
    fn a_chain_that_is_too_short_is_refused() {
        let mut bytes = [0_u8; 4];
        let mut only = mdl(&mut bytes, std::ptr::null_mut());
        for (offset, length) in [(5, 0), (1, 4), (0, usize::MAX)] {
            let buffer = WSK_BUF { Mdl: (&raw mut only).cast(), Offset: offset, Length: length };
            // SAFETY: the MDL above is valid.
            assert!(unsafe { check(&buffer) }.is_err());
        }
    }
}
