//! How much stack a driver may still use.
//!
//! The stack of a thread of this process is larger than what a driver has on Windows, where a kernel
//! stack begins at the call of the system: so much is told as there would be left there.
//!
//! [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/kernel/using-the-kernel-stack)

use core::{hint::black_box, ops::Range, ptr};

use crate::{
    export::{Export, exports},
    nt::{DISPATCH_LEVEL, PASSIVE_LEVEL},
    thread,
};

/// Bytes of a kernel stack on x64.
const SIZE: usize = 24 << 10;

/// The lowest and the highest address of the stack that Windows would have given this thread.
fn limits() -> (usize, usize) {
    // It is made where the kernel is entered, on the stack.
    let high = thread::current(|thread| ptr::from_ref(thread) as usize);
    (high - SIZE, high)
}

/// The addresses of what this thread has on its stack.
pub(crate) fn stack_range() -> Range<usize> {
    let here = 0_u8;
    let (_, high) = limits();
    &raw const *black_box(&here) as usize..high
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-iogetstacklimits)
pub(super) unsafe extern "efiapi" fn IoGetStackLimits(low: *mut usize, high: *mut usize) {
    let (lowest, highest) = limits();
    // SAFETY: the driver passes places for the results.
    unsafe { low.write(lowest) };
    // SAFETY: as above.
    unsafe { high.write(highest) };
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-iogetremainingstacksize)
pub(super) unsafe extern "efiapi" fn IoGetRemainingStackSize() -> usize {
    let here = 0_u8;
    let (lowest, _) = limits();
    (&raw const *black_box(&here) as usize).saturating_sub(lowest)
}

pub(super) const EXPORTS: &[Export] = exports! {
    IoGetRemainingStackSize: PASSIVE_LEVEL..=DISPATCH_LEVEL;
    IoGetStackLimits: PASSIVE_LEVEL..=DISPATCH_LEVEL;
};

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::{IoGetRemainingStackSize, IoGetStackLimits, SIZE};
    use crate::{system::System, thread};

    #[test]
    fn calls_use_up_the_stack() {
        #[inline(never)]
        fn deeper(calls: usize) -> usize {
            let used = std::hint::black_box([0_u8; 1024]);
            let left = match calls {
                // SAFETY: the thread is inside of a kernel.
                0 => unsafe { IoGetRemainingStackSize() },
                _ => deeper(calls - 1),
            };
            std::hint::black_box(used);
            left
        }
        thread::enter(&Arc::new(System::new(1)), |_| {
            let (mut low, mut high) = (0, 0);
            // SAFETY: both are places for an address.
            unsafe { IoGetStackLimits(&raw mut low, &raw mut high) };
            assert_eq!(high - low, SIZE);
            let (near, far) = (deeper(0), deeper(4));
            assert!(near < SIZE && far + 4096 <= near, "{near} and {far}");
            assert_eq!(deeper(64), 0);
        });
    }
}
