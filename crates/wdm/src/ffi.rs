//! What wdk-sys has no bindings for, because Microsoft's headers have it as an inline function or a
//! macro, or has bindings for that depend on whose headers they were made from.

use wdk_sys::{
    _EX_RUNDOWN_REF__bindgen_ty_1, EX_RUNDOWN_REF, IO_STACK_LOCATION, IRP, KIRQL, KPROCESSOR_MODE,
    LARGE_INTEGER, LIST_ENTRY, MDL, PVOID, SIZE_T,
};

/// `IO_NO_INCREMENT`
pub const IO_NO_INCREMENT: i8 = 0;

/// `KernelMode`
pub const KERNEL_MODE: KPROCESSOR_MODE = 0;

/// `SL_INVOKE_ON_SUCCESS`, `SL_INVOKE_ON_ERROR` and `SL_INVOKE_ON_CANCEL`
pub const INVOKE_ALWAYS: u8 = 0xE0;

/// `SL_PENDING_RETURNED`
const SL_PENDING_RETURNED: u8 = 0x01;

/// Bytes from the beginning of an IRP to `Tail.Overlay.ListEntry`.
const LIST_ENTRY_OFFSET: usize =
    core::mem::offset_of!(IRP, Tail.Overlay.__bindgen_anon_2.ListEntry);

/// `MdlMappingNoExecute`
pub const MDL_MAPPING_NO_EXECUTE: u32 = 0x4000_0000;

/// What `ExInitializeRundownProtection` stores.
pub const NO_USERS: EX_RUNDOWN_REF =
    EX_RUNDOWN_REF { __bindgen_anon_1: _EX_RUNDOWN_REF__bindgen_ty_1 { Count: 0 } };

/// The size of `T`, for the many parameters and members of that type.
pub const fn size_of_u32<T>() -> u32 {
    const { assert!(size_of::<T>() <= u32::MAX as usize) };
    #[expect(clippy::cast_possible_truncation, reason = "checked in the line above")]
    let size = size_of::<T>() as u32;
    size
}

unsafe extern "system" {
    /// An inline function in some headers.
    pub fn KeGetCurrentIrql() -> KIRQL;

    /// A macro in some headers.
    pub fn ExAllocatePoolWithTag(pool_type: i32, bytes: SIZE_T, tag: u32) -> PVOID;

    /// Not in all headers.
    pub fn KeQuerySystemTimePrecise(time: *mut LARGE_INTEGER);

    /// The type of its last parameter differs between headers.
    pub fn MmMapLockedPagesSpecifyCache(
        memory_descriptor_list: *mut MDL,
        access_mode: KPROCESSOR_MODE,
        cache_type: i32,
        requested_address: PVOID,
        bug_check_on_failure: u32,
        priority: u32,
    ) -> PVOID;
}

/// `IoMarkIrpPending`
///
/// # Safety
///
/// The current stack location of `irp` is ours.
pub unsafe fn mark_pending(irp: *mut IRP) {
    // SAFETY: by the contract the IRP is valid.
    let stack = unsafe { current_stack_location(irp) };
    // SAFETY: by the contract the location is ours.
    let control = unsafe { &mut (*stack).Control };
    *control |= SL_PENDING_RETURNED;
}

/// The address of `Tail.Overlay.ListEntry`.
pub fn list_entry(irp: *mut IRP) -> *mut LIST_ENTRY {
    irp.wrapping_byte_add(LIST_ENTRY_OFFSET).cast()
}

/// The address of the IRP that a [`list_entry`] belongs to.
pub fn irp_of_list_entry(entry: *mut LIST_ENTRY) -> *mut IRP {
    entry.wrapping_byte_sub(LIST_ENTRY_OFFSET).cast()
}

/// `IoGetCurrentIrpStackLocation`
///
/// # Safety
///
/// `irp` is a valid IRP that was sent to the caller, which has not completed or forwarded it.
pub unsafe fn current_stack_location(irp: *mut IRP) -> *mut IO_STACK_LOCATION {
    // SAFETY: by the contract the IRP is valid.
    let tail = unsafe { &(*irp).Tail };
    // SAFETY: an IRP that was sent to a driver is used with the members for I/O, not with those of an
    // APC or a completion packet.
    let overlay = unsafe { tail.Overlay };
    // SAFETY: as above; the other member belongs to queues that the IRP is in before it is sent.
    unsafe { overlay.__bindgen_anon_2.__bindgen_anon_1.CurrentStackLocation }
}
