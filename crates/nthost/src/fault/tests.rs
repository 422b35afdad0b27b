//! Tests with drivers that fault.

use core::{arch::asm, hint::black_box, ptr};
use std::sync::atomic::{AtomicU32, Ordering};

use crate::{
    Code, Kernel, Status, Stop,
    ex::pool::{self, Kind, Wanted},
    io::tests::rig::{Asked, Plan, Rig},
    ke::{irql, thread::spawn},
    mm::PAGE,
    nt::{
        DISPATCH_LEVEL, IRP_MJ_DEVICE_CONTROL, NTSTATUS, STATUS_ACCESS_VIOLATION,
        STATUS_ASSERTION_FAILURE, STATUS_BREAKPOINT, STATUS_ILLEGAL_INSTRUCTION,
        STATUS_INTEGER_DIVIDE_BY_ZERO, STATUS_PRIVILEGED_INSTRUCTION, STATUS_SUCCESS,
        STATUS_UNSUCCESSFUL,
    },
};

/// A kernel with a driver that does something wrong in a control request.
fn load(wrong: impl Fn() + Send + Sync + 'static) -> Rig {
    let plan = Plan::new(move |asked: Asked| {
        if asked.major == IRP_MJ_DEVICE_CONTROL {
            wrong();
        }
        asked.complete(STATUS_SUCCESS, 0)
    });
    plan.load_into(&Kernel::builder().processors(2).build().unwrap()).unwrap()
}

/// How the kernel stops if a driver does something wrong.
fn stop(wrong: impl Fn() + Send + Sync + 'static) -> Stop {
    let rig = load(wrong);
    let file = rig.open();
    assert_eq!(file.ioctl(0, &[], &mut []).status, Status::new(STATUS_UNSUCCESSFUL));
    let stop = rig.kernel.stopped().expect("it has stopped");
    assert_eq!(rig.broken(), [stop.rule]);
    assert!(!stop.text.is_empty() && !stop.sentence.is_empty());
    stop
}

fn bug_check(stop: &Stop) -> u32 {
    match stop.code {
        Code::Windows { bug_check, .. } => bug_check,
        Code::Hosted => 0,
    }
}

fn assert_exception(stop: &Stop, status: NTSTATUS) {
    assert_eq!((bug_check(stop), stop.rule), (0x3b, "exception-in-service"), "{}", stop.text);
    assert_eq!(stop.parameters[0], u64::from(status.cast_unsigned()), "{}", stop.text);
}

fn read(address: usize) {
    // SAFETY: that is what the tests are about.
    black_box(unsafe { (address as *const u8).read_volatile() });
}

fn write(address: usize) {
    // SAFETY: as above.
    unsafe { (address as *mut u8).write_volatile(1) };
}

fn call(address: usize) {
    // SAFETY: as above.
    let function = unsafe { std::mem::transmute::<usize, extern "efiapi" fn()>(address) };
    function();
}

/// An address where nothing is.
const WILD: usize = 0x10_0000_1000;

#[test]
fn a_null_pointer() {
    let stop = stop(|| read(8));
    assert_exception(&stop, STATUS_ACCESS_VIOLATION);
    assert!(stop.text.contains("reads 0x8: a null pointer"), "{}", stop.text);
}

#[test]
fn an_address_where_nothing_is() {
    let stop = stop(|| write(WILD));
    assert_eq!((bug_check(&stop), stop.rule), (0x50, "page-fault"), "{}", stop.text);
    assert_eq!(stop.parameters[..2], [WILD as u64, 1]);
}

#[test]
fn an_address_that_cannot_be() {
    assert_exception(&stop(|| read(0x8000_0000_0000_0000)), STATUS_ACCESS_VIOLATION);
}

#[test]
fn at_dispatch_level() {
    let wrong = |address| {
        irql::raise(DISPATCH_LEVEL);
        read(address);
    };
    for address in [0, WILD] {
        let stop = stop(move || wrong(address));
        // The code of this test is not that of a driver.
        assert_eq!((bug_check(&stop), stop.rule), (0xa, "page-fault-at-dispatch-by-kernel"));
        assert_eq!(stop.parameters[..3], [address as u64, 2, 0]);
    }
    let stop = stop(|| {
        irql::raise(DISPATCH_LEVEL);
        // SAFETY: that is what the test is about.
        unsafe { asm!("ud2") };
    });
    assert_eq!((bug_check(&stop), stop.rule), (0x1e, "exception-at-dispatch"));
}

#[test]
fn calls_of_what_is_no_function() {
    static DATA: [u8; 16] = [0xc3; 16];
    let no_execute = stop(|| call(DATA.as_ptr() as usize));
    assert_eq!((bug_check(&no_execute), no_execute.rule), (0xfc, "execute-data"));
    assert_exception(&stop(|| call(0)), STATUS_ACCESS_VIOLATION);
    let wild = stop(|| call(WILD));
    assert_eq!((bug_check(&wild), wild.parameters[1]), (0x50, 8));
}

#[test]
fn memory_that_is_only_to_be_read() {
    static TEXT: &str = "this is a constant";
    let stop = stop(|| write(TEXT.as_ptr() as usize));
    assert_eq!((bug_check(&stop), stop.rule), (0xbe, "write-to-read-only"), "{}", stop.text);
}

#[test]
fn fast_failures() {
    let stop = stop(|| {
        // SAFETY: that is what the test is about.
        unsafe { asm!("int 0x29", in("ecx") 3) };
    });
    assert_eq!((bug_check(&stop), stop.rule, stop.parameters[0]), (0x139, "fail-fast", 3));
    assert!(stop.text.contains("LIST_ENTRY"), "{}", stop.text);
}

#[test]
fn exceptions() {
    // SAFETY: that is what the test is about.
    assert_exception(&stop(|| unsafe { asm!("int3") }), STATUS_BREAKPOINT);
    // SAFETY: as above.
    assert_exception(&stop(|| unsafe { asm!("ud2") }), STATUS_ILLEGAL_INSTRUCTION);
    // SAFETY: as above.
    assert_exception(&stop(|| unsafe { asm!("cli") }), STATUS_PRIVILEGED_INSTRUCTION);
    // SAFETY: as above.
    assert_exception(&stop(|| unsafe { asm!("int 0x2c") }), STATUS_ASSERTION_FAILURE);
    let divides = || {
        // SAFETY: as above.
        unsafe { asm!("div ecx", in("ecx") 0, inout("eax") 1 => _, inout("edx") 0 => _) };
    };
    assert_exception(&stop(divides), STATUS_INTEGER_DIVIDE_BY_ZERO);
}

#[test]
fn a_stack_without_an_end() {
    #[expect(unconditional_recursion, reason = "that is what the test is about")]
    fn deeper(level: u64) -> u64 {
        let room = black_box([level; 256]);
        deeper(level + 1) + room[3]
    }
    let stop = stop(|| {
        black_box(deeper(0));
    });
    assert_eq!((bug_check(&stop), stop.rule), (0x7f, "stack-overflow"), "{}", stop.text);
    assert_eq!(stop.parameters[0], 8);
}

#[test]
fn in_a_function_of_the_host() {
    let stop = stop(|| {
        let mut buffer = [0_u8; 4 * PAGE];
        let from = black_box(WILD as *const u8);
        // SAFETY: that is what the test is about.
        unsafe { ptr::copy_nonoverlapping(from, buffer.as_mut_ptr(), black_box(buffer.len())) };
        black_box(&buffer);
    });
    assert_eq!(bug_check(&stop), 0x50, "{}", stop.text);
}

#[test]
fn on_a_thread_of_the_kernel() {
    let kernel = Kernel::builder().processors(2).build().unwrap();
    spawn(kernel.system(), "example", || read(WILD)).unwrap();
    while kernel.stopped().is_none() {
        std::thread::yield_now();
    }
    assert_eq!(bug_check(&kernel.stopped().unwrap()), 0x50);
}

#[test]
fn the_next_kernel_works_and_others_go_on() {
    static DONE: AtomicU32 = AtomicU32::new(0);
    let other = load(|| {
        DONE.fetch_add(1, Ordering::Relaxed);
    });
    for _ in 0..20 {
        assert_eq!(bug_check(&stop(|| read(WILD))), 0x50);
        assert!(other.open().ioctl(0, &[], &mut []).ok().is_ok());
    }
    assert_eq!(DONE.load(Ordering::Relaxed), 20);
    other.finish();
}

/// A block of pool.
fn allocate(kind: Kind, size: usize) -> usize {
    let wanted = Wanted { kind, ..Wanted::default() };
    pool::allocate(size, u32::from_le_bytes(*b"Test"), wanted).addr()
}

fn free(block: usize) {
    // SAFETY: that is what the tests are about.
    unsafe { pool::free(block as *mut _, None) };
}

#[test]
fn beyond_the_end_of_pool() {
    for size in [32, PAGE] {
        let stop = stop(move || read(allocate(Kind::Nonpaged, size) + size + 3));
        assert_eq!((bug_check(&stop), stop.rule), (0xcd, "pool-touch-beyond-by-kernel"));
        assert!(stop.text.contains("3 bytes behind the end of a block of "), "{}", stop.text);
    }
}

#[test]
fn pool_that_was_freed() {
    let stop = stop(|| {
        let block = allocate(Kind::Nonpaged, 100);
        free(block);
        write(block + 4);
    });
    assert_eq!((bug_check(&stop), stop.rule), (0xcc, "pool-touch-freed-by-kernel"));
    assert!(stop.text.contains("4 bytes into a block of 100 bytes"), "{}", stop.text);
    assert_eq!(stop.history.len(), 2);
}

#[test]
fn paged_pool_at_dispatch_level() {
    let stop = stop(|| {
        let block = allocate(Kind::Paged, 100);
        write(block);
        // It is paged out, and below the level paged in.
        irql::at_least(DISPATCH_LEVEL, || ());
        write(block);
        irql::raise(DISPATCH_LEVEL);
        write(block);
    });
    assert_eq!((bug_check(&stop), stop.rule), (0xa, "page-fault-at-dispatch-by-kernel"));
    assert_eq!(stop.parameters[1..3], [2, 1]);
    assert!(stop.text.contains("which is paged pool"), "{}", stop.text);
}

#[test]
fn paged_pool_is_there_below_dispatch_level() {
    let rig = load(|| {
        let blocks = [1, 5000, 3].map(|size| allocate(Kind::Paged, size));
        for round in 0..100 {
            irql::at_least(DISPATCH_LEVEL, || ());
            write(blocks[round % 3]);
        }
        irql::at_least(DISPATCH_LEVEL, || ());
        blocks.into_iter().for_each(free);
    });
    assert_eq!(rig.open().ioctl(0, &[], &mut []).status, Status::new(STATUS_SUCCESS));
}
