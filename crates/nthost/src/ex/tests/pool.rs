//! Pool memory.

use core::ffi::c_void;
use std::{ptr, slice, thread::scope};

use crate::{
    PoolUsage,
    ex::pool,
    ke::{
        event, irql,
        tests::{imports, in_kernel, on_thread, rules},
        wait::{Limit, waited_within},
    },
    nt::{
        DISPATCH_LEVEL, KDPC, KEVENT, KTIMER, LARGE_INTEGER, NonPagedPoolNx, NotificationEvent,
        POOL_FLAG_NON_PAGED, POOL_FLAG_NON_PAGED_EXECUTE, POOL_FLAG_PAGED, POOL_FLAG_UNINITIALIZED,
        POOL_FLAG_USE_QUOTA, POOL_FLAGS, POOL_TYPE, PagedPool,
    },
};

imports! {
    fn ExAllocatePool2(flags: POOL_FLAGS, size: usize, tag: u32) -> *mut c_void;
    fn ExAllocatePoolWithTag(kind: POOL_TYPE, size: usize, tag: u32) -> *mut c_void;
    fn ExFreePool(block: *mut c_void);
    fn ExFreePoolWithTag(block: *mut c_void, tag: u32);
    fn KeInitializeTimer(timer: *mut KTIMER);
    fn KeSetTimer(timer: *mut KTIMER, due: LARGE_INTEGER, dpc: *mut KDPC) -> u8;
    fn KeCancelTimer(timer: *mut KTIMER) -> u8;
}

const TAG: u32 = u32::from_le_bytes(*b"Test");

fn allocate(flags: POOL_FLAGS, size: usize) -> *mut c_void {
    // SAFETY: it may always be called.
    unsafe { ExAllocatePool2(flags, size, TAG) }
}

fn free(block: *mut c_void, tag: u32) {
    // SAFETY: nobody uses the block any more.
    unsafe { ExFreePoolWithTag(block, tag) };
}

#[test]
fn gives_memory_as_it_is_asked_for() {
    in_kernel(1, |system| {
        for size in [1, 16, 100, 4095, 4096, 10_000] {
            for (flags, byte) in [(0, 0), (POOL_FLAG_UNINITIALIZED, 0xcd)] {
                let block = allocate(POOL_FLAG_NON_PAGED | flags, size);
                let alignment = if size < 4096 { 16 } else { 4096 };
                assert_eq!(block.addr() % alignment, 0);
                // SAFETY: the block has this size.
                let bytes = unsafe { slice::from_raw_parts(block.cast::<u8>(), size) };
                assert!(bytes.iter().all(|&found| found == byte));
                free(block, TAG);
            }
        }
        assert!(pool::leaks(system).is_empty());
        assert!(rules(system).is_empty());
    });
}

#[test]
fn refuses_what_cannot_be() {
    in_kernel(1, |system| {
        let unknown = 0x1000;
        let both = POOL_FLAG_NON_PAGED | POOL_FLAG_PAGED;
        for flags in [0, unknown | POOL_FLAG_PAGED, both] {
            assert!(allocate(flags, 1).is_null());
        }
        assert!(allocate(POOL_FLAG_NON_PAGED, usize::MAX).is_null());
        // SAFETY: it may always be called.
        assert!(unsafe { ExAllocatePool2(POOL_FLAG_NON_PAGED, 1, 0) }.is_null());
        let optional = 1 << 40;
        let block = allocate(POOL_FLAG_NON_PAGED | optional, 1);
        assert!(!block.is_null());
        free(block, TAG);
        assert!(rules(system).is_empty());
    });
}

#[test]
fn freeing_what_is_no_block_is_reported() {
    in_kernel(1, |system| {
        let block = allocate(POOL_FLAG_NON_PAGED, 32);
        free(block.wrapping_byte_add(16), TAG);
        // SAFETY: nobody uses the block any more.
        unsafe { ExFreePool(block) };
        free(block, TAG);
        assert_eq!(rules(system), ["pool-bad-address", "pool-double-free"]);
        let violations = system.verifier.violations();
        let bad = violations[0].parameters;
        assert_eq!(bad, [0x16, 0, block.addr() as u64 + 16, 0]);
        let history = &violations[1].history;
        assert!(history.iter().any(|event| event.contains("freed by")), "{history:?}");
    });
}

#[test]
fn freeing_other_memory_is_reported() {
    in_kernel(1, |system| {
        free(ptr::without_provenance_mut(0x1000), TAG);
        assert_eq!(rules(system), ["pool-free"]);
    });
}

#[test]
fn freeing_with_another_tag_is_reported() {
    in_kernel(1, |system| {
        free(allocate(POOL_FLAG_NON_PAGED, 32), TAG + 1);
        assert_eq!(rules(system), ["pool-tag"]);
        let text = &system.verifier.violations()[0].text;
        assert!(text.contains("32 bytes with the tag Test as Uest"), "{text}");
        assert!(pool::leaks(system).is_empty());
    });
}

#[test]
fn writing_behind_a_block_is_reported() {
    in_kernel(1, |system| {
        let block = allocate(POOL_FLAG_NON_PAGED, 33);
        let behind = block.cast::<u8>().wrapping_add(33);
        // SAFETY: the kernel has memory of its own there, for this case.
        unsafe { behind.write(0) };
        free(block, TAG);
        assert_eq!(rules(system), ["pool-overrun"]);
    });
}

#[test]
fn paged_pool_at_dispatch_level_is_reported() {
    in_kernel(1, |system| {
        irql::at_least(DISPATCH_LEVEL, || {
            free(allocate(POOL_FLAG_NON_PAGED, 1), TAG);
            assert!(rules(system).is_empty());
            // SAFETY: it may always be called.
            let block = unsafe { ExAllocatePoolWithTag(PagedPool, 1, TAG) };
            free(block, TAG);
        });
        assert_eq!(rules(system), ["pool-paged-level", "pool-free-paged-level"]);
    });
}

#[test]
fn pool_above_dispatch_level_is_reported() {
    in_kernel(1, |system| {
        irql::at_least(DISPATCH_LEVEL + 1, || free(allocate(POOL_FLAG_NON_PAGED, 1), TAG));
        assert_eq!(rules(system), ["pool-nonpaged-level", "pool-free-nonpaged-level"]);
    });
}

#[test]
fn bad_requests_are_reported() {
    in_kernel(1, |system| {
        free(allocate(POOL_FLAG_NON_PAGED, 0), TAG);
        free(allocate(POOL_FLAG_NON_PAGED_EXECUTE, 1), TAG);
        assert_eq!(rules(system), ["pool-size", "pool-executable"]);
        for tag in [*b"\0\0\0\0", *b"BIG\0", *b"--! "] {
            // SAFETY: it may always be called.
            let block =
                unsafe { ExAllocatePoolWithTag(NonPagedPoolNx, 1, u32::from_le_bytes(tag)) };
            // SAFETY: nobody uses the block any more.
            unsafe { ExFreePool(block) };
        }
        let violations = system.verifier.violations();
        let first: Vec<_> = violations[2..].iter().map(|found| found.parameters[0]).collect();
        assert_eq!(first, [0x9B, 0x9C, 0x9D]);
    });
}

#[test]
fn blocks_end_where_nothing_can_be_touched() {
    in_kernel(1, |_| {
        for size in [16, 48, 4064, 4096, 8192] {
            let block = allocate(POOL_FLAG_NON_PAGED, size);
            assert_eq!((block.addr() + size) % 4096, 0);
            assert_eq!(access(block.addr() + size), Some(false));
            assert_eq!(access(block.addr()), Some(true));
            free(block, TAG);
            assert_eq!(access(block.addr()), Some(false));
        }
    });
}

/// Whether the memory at an address can be written.
fn access(address: usize) -> Option<bool> {
    let maps = std::fs::read_to_string("/proc/self/maps").unwrap();
    maps.lines().find_map(|line| {
        let (range, rest) = line.split_once(' ')?;
        let (start, end) = range.split_once('-')?;
        let bound = |text| usize::from_str_radix(text, 16).unwrap();
        (bound(start)..bound(end)).contains(&address).then(|| rest.starts_with("rw"))
    })
}

#[test]
fn freed_blocks_are_not_used_again_soon_and_take_no_mappings() {
    in_kernel(1, |system| {
        let mut seen = std::collections::HashSet::new();
        for _ in 0..30_000 {
            let block = allocate(POOL_FLAG_NON_PAGED, 100);
            assert!(seen.insert(block.addr()));
            free(block, TAG);
        }
        let mappings = std::fs::read_to_string("/proc/self/maps").unwrap().lines().count();
        assert!(mappings < 50_000, "{mappings}");
        // Far more than is kept: the oldest pages are used for others.
        for _ in 0..30_000 {
            free(allocate(POOL_FLAG_NON_PAGED, 100), TAG);
        }
        assert!(rules(system).is_empty());
    });
}

#[test]
fn when_there_are_too_many_blocks_the_others_are_plain() {
    in_kernel(1, |system| {
        let special = allocate(POOL_FLAG_NON_PAGED, 32);
        system.ex.pool.exhaust();
        let plain = allocate(POOL_FLAG_NON_PAGED, 32);
        assert_ne!((plain.addr() + 32) % 4096, 0);
        assert_eq!(pool::usage(system)["Test"].blocks, 2);
        // SAFETY: the kernel has memory of its own there, for this case.
        unsafe { plain.cast::<u8>().wrapping_add(32).write(0) };
        free(plain, TAG);
        free(special, TAG);
        assert!(pool::leaks(system).is_empty());
        assert_eq!(rules(system), ["pool-overrun"]);
    });
}

#[test]
fn large_blocks_have_arenas_of_their_own() {
    in_kernel(1, |system| {
        let size = 40 << 20;
        let block = allocate(POOL_FLAG_NON_PAGED, size);
        assert_eq!(access(block.addr() + size - 1), Some(true));
        assert_eq!(access(block.addr() + size), Some(false));
        let behind = block.wrapping_byte_add(size).addr();
        assert!(!pool::is_paged(system, behind));
        free(block, TAG);
        assert_eq!(access(block.addr() + size - 1), Some(false));
        assert!(rules(system).is_empty());
    });
}

#[test]
fn writing_before_a_block_is_reported() {
    in_kernel(1, |system| {
        let block = allocate(POOL_FLAG_NON_PAGED, 32);
        let before = block.cast::<u8>().wrapping_sub(3);
        // SAFETY: the kernel has memory of its own there, for this case.
        unsafe { before.write(0) };
        free(block, TAG);
        assert_eq!(rules(system), ["pool-underrun"]);
        let text = &system.verifier.violations()[0].text;
        assert!(text.contains(", 3 bytes before its beginning"), "{text}");
    });
}

#[test]
fn freeing_a_timer_that_is_set_is_reported() {
    in_kernel(1, |system| {
        let timer = allocate(POOL_FLAG_NON_PAGED, size_of::<KTIMER>()).cast::<KTIMER>();
        // SAFETY: the memory is valid.
        unsafe { KeInitializeTimer(timer) };
        let due = LARGE_INTEGER { QuadPart: i64::MIN };
        // SAFETY: the timer is valid until it is cancelled.
        unsafe { KeSetTimer(timer, due, ptr::null_mut()) };
        free(timer.cast(), TAG);
        assert_eq!(rules(system), ["pool-holds-timer"]);
        // SAFETY: only the address is used.
        assert_eq!(unsafe { KeCancelTimer(timer) }, 1);
    });
}

#[test]
fn lists_what_was_not_freed() {
    in_kernel(1, |system| {
        // SAFETY: it may always be called.
        let small = unsafe { ExAllocatePoolWithTag(NonPagedPoolNx, 10, TAG) };
        let large = allocate(POOL_FLAG_NON_PAGED, 5000);
        assert_eq!(pool::usage(system)["Test"], PoolUsage { blocks: 2, bytes: 5010 });
        free(small, TAG);
        let leaks = pool::leaks(system);
        assert_eq!(leaks.len(), 1);
        assert!(leaks[0].starts_with("5000 bytes of pool at 0x"), "{leaks:?}");
        assert!(leaks[0].contains("with the tag Test"), "{leaks:?}");
        free(large, TAG);
        assert!(pool::leaks(system).is_empty());
    });
}

#[test]
fn several_threads_can_use_it() {
    in_kernel(2, |system| {
        scope(|scope| {
            for thread in 0..4_u8 {
                on_thread(scope, system, move || {
                    for round in 0..1_000 {
                        let size = 1 + round * 7 % 300;
                        let block = allocate(POOL_FLAG_NON_PAGED, size);
                        // SAFETY: the block has this size.
                        unsafe { block.cast::<u8>().write_bytes(thread, size) };
                        // SAFETY: the block has this size.
                        let bytes = unsafe { slice::from_raw_parts(block.cast::<u8>(), size) };
                        assert!(bytes.iter().all(|&byte| byte == thread));
                        free(block, TAG);
                    }
                });
            }
        });
        assert!(pool::leaks(system).is_empty());
        assert!(rules(system).is_empty());
    });
}

#[test]
fn allocating_after_the_unload_is_reported() {
    in_kernel(1, |system| {
        let image = 0x1000..0x2000;
        pool::close(system, image.clone());
        let call = |from| {
            crate::thread::current(|thread| thread.caller.set(from));
            free(allocate(POOL_FLAG_NON_PAGED, 1), TAG);
        };
        call(0x2000);
        assert!(rules(system).is_empty());
        call(0x1800);
        assert_eq!(rules(system), ["pool-late"]);
        pool::forget(system, &image);
        call(0x1800);
        assert_eq!(rules(system).len(), 1);
    });
}

#[test]
fn charging_a_process_in_a_dpc_is_reported() {
    in_kernel(1, |system| {
        for is_in_dpc in [false, true] {
            crate::thread::current(|thread| thread.is_in_dpc.set(is_in_dpc));
            free(allocate(POOL_FLAG_NON_PAGED | POOL_FLAG_USE_QUOTA, 1), TAG);
        }
        assert_eq!(rules(system), ["pool-quota-in-dpc"]);
    });
}

#[test]
fn freeing_what_somebody_waits_for_is_reported() {
    in_kernel(1, |system| {
        let event = allocate(POOL_FLAG_NON_PAGED, size_of::<KEVENT>()).cast::<KEVENT>();
        // SAFETY: the memory is valid.
        unsafe { event::initialize(event, NotificationEvent, false) };
        let address = event.addr();
        scope(|scope| {
            on_thread(scope, system, move || {
                // SAFETY: the event stays until it is signaled.
                unsafe { event::wait(address as *mut KEVENT, Limit::None) };
            });
            while waited_within(&(address..address + 1)).is_none() {
                std::thread::yield_now();
            }
            free(event.cast(), TAG);
            // SAFETY: what is in use is left as it is.
            unsafe { event::set(event) };
        });
        assert_eq!(rules(system), ["pool-holds-waited-object"]);
    });
}
