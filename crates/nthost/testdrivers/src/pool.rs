//! Faults of pool.

use core::{hint::black_box, ptr};

use wdk_sys::{
    DRIVER_OBJECT, ERESOURCE, KDPC, KTIMER, LARGE_INTEGER, LOOKASIDE_LIST_EX, NTSTATUS,
    POOL_FLAG_NON_PAGED_EXECUTE, POOL_FLAG_PAGED, PVOID, STATUS_SUCCESS,
};

use crate::{
    fault::{Fault, entry},
    kernel::{
        ExAllocatePool2, ExDeleteLookasideListEx, ExDeleteResourceLite, ExFreePool,
        ExFreePoolWithTag, ExInitializeLookasideListEx, ExInitializeResourceLite, IoAllocateIrp,
        IoAllocateWorkItem, IoFreeIrp, IoFreeWorkItem, KeCancelTimer, KeFlushQueuedDpcs,
        KeInitializeDpc, KeInitializeTimer, KeInsertQueueDpc, KeReadStateEvent, KeSetTimer, TAG,
        allocate, at_dispatch, free,
    },
};

/// All of them.
pub(crate) const FAULTS: &[Fault] = &[
    Fault::at_entry("pool-size", entry!(no_bytes)),
    Fault::at_entry("pool-paged-level", entry!(paged_at_dispatch)),
    Fault::at_entry("pool-free", entry!(not_a_block)),
    Fault::at_entry("pool-free-paged-level", entry!(paged_freed_at_dispatch)),
    Fault::at_entry("pool-double-free", entry!(twice)),
    Fault::at_entry("pool-holds-timer", entry!(timer)),
    Fault::at_entry("pool-holds-dpc", entry!(dpc)),
    Fault::at_entry("pool-holds-resource", entry!(resource)),
    Fault::at_entry("pool-holds-lookaside", entry!(lookaside)),
    Fault::at_entry("lookaside-initialized", entry!(lookaside_twice)),
    Fault::at_entry("lookaside-uninitialized", entry!(lookaside_deleted_twice)),
    Fault::at_entry("lookaside-depth", entry!(lookaside_depth)),
    Fault::at_entry("pool-bad-address", entry!(part_of_a_block)),
    Fault::at_entry("pool-overrun", entry!(behind)),
    Fault::at_entry("pool-underrun", entry!(before)),
    Fault::at_entry("pool-touch-beyond", entry!(far_behind)),
    Fault::at_entry("pool-touch-freed", entry!(freed)),
    Fault::at_entry("pool-touch-freed-by-kernel", entry!(freed_event)),
    Fault::at_entry("pool-touch-beyond-by-kernel", entry!(half_an_event)),
    Fault::at_entry("pool-left", entry!(left)),
    Fault::at_entry("pool-tag", entry!(other_tag)),
    Fault::at_entry("pool-tag-value", entry!(strange_tag)),
    Fault::at_entry("pool-executable", entry!(executable)),
    Fault::at_entry("pool-free-irp", entry!(irp)),
    Fault::at_entry("work-item-freed", work_item),
];

/// Allocates a block of no bytes.
fn no_bytes(wrong: bool) {
    free(allocate(u64::from(!wrong)));
}

/// A block of paged pool.
fn allocate_paged() -> PVOID {
    ExAllocatePool2(POOL_FLAG_PAGED, 64, TAG)
}

/// Does something in a spin lock if the rule is to be broken, and otherwise without.
fn raised(wrong: bool, code: impl FnOnce()) {
    if wrong {
        at_dispatch(code);
    } else {
        code();
    }
}

/// Allocates paged pool in a spin lock.
fn paged_at_dispatch(wrong: bool) {
    let mut block = ptr::null_mut();
    raised(wrong, || block = allocate_paged());
    free(block);
}

/// Frees paged pool in a spin lock.
fn paged_freed_at_dispatch(wrong: bool) {
    let block = allocate_paged();
    raised(wrong, || free(block));
}

/// Frees what lies on the stack.
fn not_a_block(wrong: bool) {
    let mut value = 0_u64;
    if wrong {
        free((&raw mut value).cast());
    }
    free(allocate(64));
}

/// Frees a block twice.
fn twice(wrong: bool) {
    let block = allocate(64);
    free(block);
    if wrong {
        free(block);
    }
}

/// Frees a timer that is set.
fn timer(wrong: bool) {
    let timer: *mut KTIMER = allocate(size_of::<KTIMER>() as u64).cast();
    KeInitializeTimer(timer);
    KeSetTimer(timer, LARGE_INTEGER { QuadPart: -600_000_000 }, ptr::null_mut());
    if !wrong {
        KeCancelTimer(timer);
    }
    free(timer.cast());
}

unsafe extern "C" fn nothing(_: *mut KDPC, _: PVOID, _: PVOID, _: PVOID) {}

/// Frees a DPC that is queued.
fn dpc(wrong: bool) {
    let dpc: *mut KDPC = allocate(size_of::<KDPC>() as u64).cast();
    KeInitializeDpc(dpc, Some(nothing), ptr::null_mut());
    at_dispatch(|| {
        KeInsertQueueDpc(dpc, ptr::null_mut(), ptr::null_mut());
        if wrong {
            free(dpc.cast());
        }
    });
    if !wrong {
        KeFlushQueuedDpcs();
        free(dpc.cast());
    }
}

/// Frees a resource that is not deleted.
fn resource(wrong: bool) {
    let resource: *mut ERESOURCE = allocate(size_of::<ERESOURCE>() as u64).cast();
    let _ = ExInitializeResourceLite(resource);
    if !wrong {
        let _ = ExDeleteResourceLite(resource);
    }
    free(resource.cast());
}

/// A lookaside list in a block of pool.
fn make_list(depth: u16) -> *mut LOOKASIDE_LIST_EX {
    let list = allocate(size_of::<LOOKASIDE_LIST_EX>() as u64).cast();
    initialize(list, depth);
    list
}

fn initialize(list: *mut LOOKASIDE_LIST_EX, depth: u16) {
    /// `NonPagedPoolNx`
    const NONPAGED: i32 = 512;
    let _ = ExInitializeLookasideListEx(list, None, None, NONPAGED, 0, 64, TAG, depth);
}

/// Frees a list that is not deleted.
fn lookaside(wrong: bool) {
    let list = make_list(0);
    if !wrong {
        ExDeleteLookasideListEx(list);
    }
    free(list.cast());
}

/// Initializes a list that is initialized.
fn lookaside_twice(wrong: bool) {
    let list = make_list(0);
    if !wrong {
        ExDeleteLookasideListEx(list);
    }
    initialize(list, 0);
    ExDeleteLookasideListEx(list);
    free(list.cast());
}

/// Deletes a list that is deleted.
fn lookaside_deleted_twice(wrong: bool) {
    let list = make_list(0);
    ExDeleteLookasideListEx(list);
    if wrong {
        ExDeleteLookasideListEx(list);
    }
    free(list.cast());
}

/// Gives a list a depth.
fn lookaside_depth(wrong: bool) {
    let list = make_list(u16::from(wrong));
    ExDeleteLookasideListEx(list);
    free(list.cast());
}

/// Frees a part of a block.
fn part_of_a_block(wrong: bool) {
    let block = allocate(64);
    if wrong {
        free(block.wrapping_byte_add(16));
    }
    free(block);
}

/// Writes a byte into or beside a block of 60 bytes, and frees it.
fn write(at: isize) {
    let block = allocate(60);
    // SAFETY: it is inside of the block if the rule is to be kept, and wrong otherwise.
    unsafe { black_box(block.cast::<u8>().wrapping_offset(at)).write_volatile(1) };
    free(block);
}

/// Writes to the first byte behind a block.
fn behind(wrong: bool) {
    write(if wrong { 60 } else { 59 });
}

/// Writes to the last byte before a block.
fn before(wrong: bool) {
    write(if wrong { -1 } else { 0 });
}

/// Writes far behind a block.
fn far_behind(wrong: bool) {
    write(if wrong { 100 } else { 50 });
}

/// Reads a block that is freed.
fn freed(wrong: bool) {
    let block = allocate(64);
    if wrong {
        free(block);
    }
    // SAFETY: the block is there if the rule is to be kept.
    black_box(unsafe { black_box(block.cast::<u8>()).read_volatile() });
    if !wrong {
        free(block);
    }
}

/// Asks for the state of an event that is freed.
fn freed_event(wrong: bool) {
    let block = allocate(64);
    if wrong {
        free(block);
    }
    KeReadStateEvent(block.cast());
    if !wrong {
        free(block);
    }
}

/// Asks for the state of an event that is beyond its block.
fn half_an_event(wrong: bool) {
    let block = allocate(64);
    KeReadStateEvent(block.wrapping_byte_add(if wrong { 64 } else { 0 }).cast());
    free(block);
}

/// Leaves a block behind.
fn left(wrong: bool) {
    let block = allocate(64);
    if !wrong {
        free(block);
    }
}

/// Frees a block with a tag that it was not allocated with.
fn other_tag(wrong: bool) {
    ExFreePoolWithTag(allocate(64), if wrong { TAG + 1 } else { TAG });
}

/// Gives a tag that nobody can find.
fn strange_tag(wrong: bool) {
    let tag = if wrong { u32::from_le_bytes(*b"----") } else { TAG };
    ExFreePool(ExAllocatePool2(wdk_sys::POOL_FLAG_NON_PAGED, 64, tag));
}

/// Allocates memory that can be executed.
fn executable(wrong: bool) {
    let flags = if wrong { POOL_FLAG_NON_PAGED_EXECUTE } else { wdk_sys::POOL_FLAG_NON_PAGED };
    free(ExAllocatePool2(flags, 64, TAG));
}

/// Frees an IRP as if it were pool.
fn irp(wrong: bool) {
    let irp = IoAllocateIrp(1, 0);
    if wrong {
        ExFreePool(irp.cast());
    }
    IoFreeIrp(irp);
}

/// Frees a work item twice.
fn work_item(driver: *mut DRIVER_OBJECT, wrong: bool) -> NTSTATUS {
    let item = IoAllocateWorkItem(driver.cast());
    IoFreeWorkItem(item);
    if wrong {
        IoFreeWorkItem(item);
    }
    STATUS_SUCCESS
}
