//! Faults of the processor, and what stops Windows at once.

use core::{
    arch::asm,
    cell::UnsafeCell,
    hint::black_box,
    ptr,
    sync::atomic::{AtomicU64, Ordering},
};

use wdk_sys::{IRP, NTSTATUS};

use crate::{
    fault::{Fault, done, entry},
    kernel::{KeBugCheckEx, KeReadStateEvent, at_dispatch},
};

/// All of them.
pub(crate) const FAULTS: &[Fault] = &[
    Fault::at_entry("bug-check", entry!(bug_check)),
    Fault::at_entry("fail-fast", entry!(fail_fast)),
    Fault::at_entry("exception", entry!(null_pointer)),
    Fault::at_request("exception-in-service", division),
    Fault::at_entry("exception-at-dispatch", entry!(breakpoint)),
    Fault::at_entry("page-fault", entry!(nothing_there)),
    Fault::at_entry("page-fault-at-dispatch", entry!(nothing_there_at_dispatch)),
    Fault::at_entry("page-fault-at-dispatch-by-kernel", entry!(no_event)),
    Fault::at_entry("write-to-read-only", entry!(constant)),
    Fault::at_entry("execute-data", entry!(data)),
    Fault::at_entry("stack-overflow", entry!(deep)),
];

/// An address where the system has nothing.
const WILD: usize = 0xffff_9000_1234_5000;

/// Stops the system.
fn bug_check(wrong: bool) {
    if black_box(wrong) {
        KeBugCheckEx(0xe2, 1, 2, 3, 4);
    }
}

/// Does what a list's functions do that find the links of an entry wrong.
fn fail_fast(wrong: bool) {
    /// `FAST_FAIL_CORRUPT_LIST_ENTRY`
    const CORRUPT_LIST_ENTRY: u32 = 3;
    if black_box(wrong) {
        // SAFETY: it does not return.
        unsafe { asm!("int 0x29", in("ecx") CORRUPT_LIST_ENTRY, options(noreturn)) };
    }
}

/// Reads what a pointer points to.
fn read(from: *const u64) {
    // SAFETY: it is right if the rule is to be kept, and wrong otherwise.
    black_box(unsafe { from.read_volatile() });
}

/// Reads from null.
fn null_pointer(wrong: bool) {
    let value = 7;
    read(black_box(if wrong { ptr::null() } else { &raw const value }));
}

/// Divides by zero.
fn division(irp: *mut IRP, wrong: bool) -> NTSTATUS {
    let (by, mut value) = (u32::from(!wrong), 7_u32);
    // SAFETY: the registers are named. The divisor is zero if the rule is to be broken.
    unsafe { asm!("div {:e}", in(reg) by, inout("eax") value, inout("edx") 0 => _) };
    black_box(&mut value);
    done(irp)
}

/// Runs into a breakpoint while it holds a spin lock.
fn breakpoint(wrong: bool) {
    at_dispatch(|| {
        if black_box(wrong) {
            // SAFETY: nobody handles it.
            unsafe { asm!("int3") };
        }
    });
}

/// Reads where nothing is.
fn nothing_there(wrong: bool) {
    let value = 7;
    read(black_box(if wrong { WILD as *const u64 } else { &raw const value }));
}

/// Does so while it holds a spin lock.
fn nothing_there_at_dispatch(wrong: bool) {
    at_dispatch(|| nothing_there(wrong));
}

/// Asks for the state of an event that is not there, while it holds a spin lock.
fn no_event(wrong: bool) {
    at_dispatch(|| {
        if wrong {
            KeReadStateEvent(WILD as *mut _);
        }
    });
}

/// Writes to a constant.
fn constant(wrong: bool) {
    static CONSTANT: u64 = 7;
    let mut value = 7;
    let to = if wrong { (&raw const CONSTANT).cast_mut() } else { &raw mut value };
    // SAFETY: as for `read`.
    unsafe { black_box(to).write_volatile(8) };
}

/// Calls what is no code.
fn data(wrong: bool) {
    /// Machine code that returns, where data is.
    struct Data(UnsafeCell<[u8; 16]>);
    // SAFETY: nobody changes it.
    unsafe impl Sync for Data {}
    static DATA: Data = Data(UnsafeCell::new([0xc3; 16]));
    extern "C" fn code() {}
    let target = black_box(if wrong { DATA.0.get() as usize } else { code as *const () as usize });
    // SAFETY: it is a function if the rule is to be kept.
    let function = unsafe { core::mem::transmute::<usize, extern "C" fn()>(target) };
    function();
}

/// Goes deeper than there is stack.
fn deep(wrong: bool) {
    static REACHED: AtomicU64 = AtomicU64::new(0);
    fn deeper(levels: u64) -> u64 {
        let room = black_box([levels; 64]);
        REACHED.fetch_add(1, Ordering::Relaxed);
        let below = if levels == 0 { 0 } else { deeper(levels - 1) };
        below.wrapping_add(black_box(&room).first().copied().unwrap_or_default())
    }
    black_box(deeper(black_box(if wrong { u64::MAX } else { 4 })));
}
