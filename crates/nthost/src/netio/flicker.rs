//! Memory that changes while a driver reads it, as pages do that a program or a device shares.

use std::{
    sync::atomic::{AtomicBool, AtomicU8, Ordering},
    thread,
};

use super::slots::Chain;

/// The byte that changes in a list: the first one of the first datagram that is to change.
///
/// # Safety
///
/// It is not used after the pool of the slots is gone.
pub(super) unsafe fn byte<'a>(list: &Chain) -> Option<&'a AtomicU8> {
    let changing = list.iter().find(|slot| slot.changing)?;
    let byte = changing.payload().find_map(<[u8]>::first)?;
    // SAFETY: the memory of a slot stays as long as the pool does. Whoever reads it at the same time
    // reads it as a driver does.
    Some(unsafe { AtomicU8::from_ptr((&raw const *byte).cast_mut()) })
}

/// Runs `code` while a byte goes to and fro between two values. It ends as it began.
pub(super) fn during<R>(byte: Option<&AtomicU8>, code: impl FnOnce() -> R) -> R {
    let Some(byte) = byte else { return code() };
    let (begun, done) = (AtomicBool::new(false), AtomicBool::new(false));
    thread::scope(|scope| {
        scope.spawn(|| {
            while !done.load(Ordering::Acquire) {
                byte.fetch_xor(0xff, Ordering::Relaxed);
                begun.store(true, Ordering::Release);
                byte.fetch_xor(0xff, Ordering::Relaxed);
            }
        });
        while !begun.load(Ordering::Acquire) {
            thread::yield_now();
        }
        let result = code();
        done.store(true, Ordering::Release);
        result
    })
}
