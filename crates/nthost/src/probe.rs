//! Memory of drivers that may be gone.

/// Reads memory of this process that may not be there any more. False if it is not.
pub(crate) fn read(address: usize, into: &mut [u8]) -> bool {
    let local = libc::iovec { iov_base: into.as_mut_ptr().cast(), iov_len: into.len() };
    let remote = libc::iovec { iov_base: address as *mut _, iov_len: into.len() };
    // SAFETY: it has no preconditions.
    let process = unsafe { libc::getpid() };
    // SAFETY: the local part is a slice, and the system checks the remote one.
    let read =
        unsafe { libc::process_vm_readv(process, &raw const local, 1, &raw const remote, 1, 0) };
    usize::try_from(read) == Ok(into.len())
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn what_is_there_is_read_and_what_is_not_is_noticed() {
        let word = 0x1234_5678_u32;
        let mut bytes = [0; 4];
        assert!(read(&raw const word as usize, &mut bytes));
        assert_eq!(u32::from_ne_bytes(bytes), word);
        assert!(!read(8, &mut bytes));
    }
}
