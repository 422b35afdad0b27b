//! Faults of memory that may be paged out, and of stacks.

use core::{arch::asm, cell::UnsafeCell};

use wdk_sys::{POOL_FLAG_NON_PAGED, POOL_FLAG_PAGED, PVOID};

use crate::{
    fault::{Fault, entry},
    kernel::{
        ExAllocatePool2, TAG, free,
        locks::{At, ExQueueWorkItem, KeInitializeEvent, KeSetEvent, event, place, wait},
        ndis::level,
    },
};

/// All of them.
pub(crate) const FAULTS: &[Fault] = &[
    Fault::at_entry("object-pageable", entry!(object)),
    Fault::at_entry("object-in-pageable-data", entry!(object_in_image)),
    Fault::at_entry("work-item-pageable", entry!(work_item)),
    Fault::at_entry("stack-switched", entry!(other_stack)),
];

/// A block of pool that is pageable if the rule is to be broken.
fn block(wrong: bool) -> PVOID {
    let kind = if wrong { POOL_FLAG_PAGED } else { POOL_FLAG_NON_PAGED };
    ExAllocatePool2(kind, 64, TAG)
}

/// Makes an event.
fn object(wrong: bool) {
    let block = block(wrong);
    KeInitializeEvent(block, 0, 0);
    free(block);
}

/// Memory for an event.
#[repr(C, align(8))]
struct Place(UnsafeCell<[u8; 64]>);

// SAFETY: one thread uses it.
unsafe impl Sync for Place {}

/// Data of the driver's own that may be paged out.
#[unsafe(link_section = "PAGEDATA")]
static PAGED: Place = Place(UnsafeCell::new([1; 64]));

static RESIDENT: Place = Place(UnsafeCell::new([1; 64]));

/// Makes an event that is a variable of the driver.
fn object_in_image(wrong: bool) {
    let place = if wrong { &PAGED } else { &RESIDENT };
    KeInitializeEvent(place.0.get().cast(), 0, 0);
}

/// What a work item has.
#[repr(C)]
struct Item {
    links: [usize; 2],
    routine: unsafe extern "C" fn(At),
    parameter: At,
}

unsafe extern "C" fn routine(event: At) {
    KeSetEvent(event, 0, 0);
}

fn work_item(wrong: bool) {
    event(0, false);
    let block = block(wrong);
    // SAFETY: the block is the driver's, and large enough.
    unsafe { block.cast::<Item>().write(Item { links: [0; 2], routine, parameter: place(0) }) };
    ExQueueWorkItem(block, 1);
    wait(place(0));
    free(block);
}

/// A stack of the driver's own.
#[repr(C, align(16))]
struct Stack(UnsafeCell<[u8; 0x4000]>);

// SAFETY: one thread uses it.
unsafe impl Sync for Stack {}

static STACK: Stack = Stack(UnsafeCell::new([0; 0x4000]));

extern "C" fn call() {
    level();
}

/// Calls the kernel on another stack.
fn other_stack(wrong: bool) {
    if !wrong {
        return call();
    }
    let end = STACK.0.get().wrapping_byte_add(size_of::<Stack>() - 64);
    // SAFETY: the function has room there, and the stack is what it was behind it.
    unsafe {
        asm!(
            "mov r12, rsp",
            "mov rsp, {end}",
            "call {call}",
            "mov rsp, r12",
            end = in(reg) end,
            call = sym call,
            out("r12") _,
            clobber_abi("win64"),
        );
    }
}
