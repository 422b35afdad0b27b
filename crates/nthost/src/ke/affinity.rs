//! Processors: which there are, which one a thread is on, and which ones it may be on.
//!
//! All are in one group.

use super::irql;
use crate::{
    export::{Export, exports},
    nt::{
        ALL_PROCESSOR_GROUPS, APC_LEVEL, DISPATCH_LEVEL, GROUP_AFFINITY, HIGH_LEVEL, KAFFINITY,
        NTSTATUS, PASSIVE_LEVEL, PROCESSOR_NUMBER, STATUS_INVALID_PARAMETER, STATUS_SUCCESS,
    },
    thread,
};

fn count() -> u32 {
    thread::current(|thread| thread.system.processors.count())
}

/// A bit for each processor.
fn all() -> u64 {
    u64::MAX >> (u64::BITS - count().clamp(1, u64::BITS))
}

/// The current processor.
fn current() -> u32 {
    thread::current(|thread| thread.processor.get())
}

fn number(index: u32) -> PROCESSOR_NUMBER {
    PROCESSOR_NUMBER {
        Number: u8::try_from(index).unwrap_or(u8::MAX),
        ..PROCESSOR_NUMBER::default()
    }
}

/// Sets the processors that the thread may be on, if there are some among them, and returns those
/// before. Zero stands for all.
fn set(wanted: KAFFINITY) -> KAFFINITY {
    let wanted = wanted as u64 & all();
    thread::current(|thread| {
        let before = thread.affinity.get();
        if wanted != 0 {
            thread.affinity.set(wanted);
            // At `DISPATCH_LEVEL` the thread stays where it is for the time.
            if irql::current() < DISPATCH_LEVEL && wanted >> thread.processor.get() & 1 == 0 {
                thread.processor.set(wanted.trailing_zeros());
            }
        }
        usize::try_from(before).unwrap_or_default()
    })
}

/// Goes back to all processors.
fn revert() {
    thread::current(|thread| thread.affinity.set(0));
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-kegetcurrentprocessornumberex)
unsafe extern "efiapi" fn KeGetCurrentProcessorNumberEx(place: *mut PROCESSOR_NUMBER) -> u32 {
    if !place.is_null() {
        // SAFETY: the driver passes a place for the number, or null.
        unsafe { place.write(number(current())) };
    }
    current()
}

/// What `KeGetCurrentProcessorNumber` is in some headers.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ntddk/nf-ntddk-kegetcurrentprocessornumber)
unsafe extern "efiapi" fn KeGetCurrentProcessorNumber() -> u32 {
    current()
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-kequeryactiveprocessors)
unsafe extern "efiapi" fn KeQueryActiveProcessors() -> KAFFINITY {
    usize::try_from(all()).unwrap_or(usize::MAX)
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-kequeryactiveprocessorcount)
unsafe extern "efiapi" fn KeQueryActiveProcessorCount(active: *mut KAFFINITY) -> u32 {
    if !active.is_null() {
        let all = usize::try_from(all()).unwrap_or(usize::MAX);
        // SAFETY: the driver passes a place for the set, or null.
        unsafe { active.write(all) };
    }
    count()
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-kequeryactiveprocessorcountex)
unsafe extern "efiapi" fn KeQueryActiveProcessorCountEx(group: u16) -> u32 {
    if group == 0 || group == ALL_PROCESSOR_GROUPS { count() } else { 0 }
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-kequerymaximumprocessorcount)
unsafe extern "efiapi" fn KeQueryMaximumProcessorCount() -> u32 {
    count()
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-kequerymaximumprocessorcountex)
unsafe extern "efiapi" fn KeQueryMaximumProcessorCountEx(group: u16) -> u32 {
    // SAFETY: the contract is the same, for processors that are never added or removed.
    unsafe { KeQueryActiveProcessorCountEx(group) }
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-kequeryactivegroupcount)
unsafe extern "efiapi" fn KeQueryActiveGroupCount() -> u16 {
    1
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-kequerymaximumgroupcount)
unsafe extern "efiapi" fn KeQueryMaximumGroupCount() -> u16 {
    1
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-kequerygroupaffinity)
unsafe extern "efiapi" fn KeQueryGroupAffinity(group: u16) -> KAFFINITY {
    if group == 0 { usize::try_from(all()).unwrap_or(usize::MAX) } else { 0 }
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-kegetprocessornumberfromindex)
unsafe extern "efiapi" fn KeGetProcessorNumberFromIndex(
    index: u32,
    place: *mut PROCESSOR_NUMBER,
) -> NTSTATUS {
    if index >= count() {
        return STATUS_INVALID_PARAMETER;
    }
    // SAFETY: the driver passes a place for the number.
    unsafe { place.write(number(index)) };
    STATUS_SUCCESS
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-kegetprocessorindexfromnumber)
unsafe extern "efiapi" fn KeGetProcessorIndexFromNumber(number: *const PROCESSOR_NUMBER) -> u32 {
    // SAFETY: the driver passes a number.
    let PROCESSOR_NUMBER { Group: group, Number: number, Reserved: reserved } =
        unsafe { number.read() };
    let index = u32::from(number);
    if group == 0 && reserved == 0 && index < count() { index } else { u32::MAX }
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-kesetsystemaffinitythread)
unsafe extern "efiapi" fn KeSetSystemAffinityThread(wanted: KAFFINITY) {
    set(wanted);
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-kesetsystemaffinitythreadex)
unsafe extern "efiapi" fn KeSetSystemAffinityThreadEx(wanted: KAFFINITY) -> KAFFINITY {
    set(wanted)
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-kereverttouseraffinitythread)
unsafe extern "efiapi" fn KeRevertToUserAffinityThread() {
    revert();
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-kereverttouseraffinitythreadex)
unsafe extern "efiapi" fn KeRevertToUserAffinityThreadEx(affinity: KAFFINITY) {
    revert();
    set(affinity);
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-kesetsystemgroupaffinitythread)
unsafe extern "efiapi" fn KeSetSystemGroupAffinityThread(
    wanted: *const GROUP_AFFINITY,
    before: *mut GROUP_AFFINITY,
) {
    // SAFETY: the driver passes a set.
    let GROUP_AFFINITY { Mask: mask, Group: group, .. } = unsafe { wanted.read() };
    let mask = set(if group == 0 { mask } else { 0 });
    if !before.is_null() {
        // SAFETY: the driver passes a place for the set, or null.
        unsafe { before.write(GROUP_AFFINITY { Mask: mask, ..GROUP_AFFINITY::default() }) };
    }
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-kereverttousergroupaffinitythread)
unsafe extern "efiapi" fn KeRevertToUserGroupAffinityThread(affinity: *const GROUP_AFFINITY) {
    revert();
    // SAFETY: the driver passes a set.
    set(unsafe { affinity.read() }.Mask);
}

pub(super) const EXPORTS: &[Export] = exports! {
    KeGetCurrentProcessorNumber: PASSIVE_LEVEL..=HIGH_LEVEL;
    KeGetCurrentProcessorNumberEx: PASSIVE_LEVEL..=HIGH_LEVEL;
    KeGetProcessorIndexFromNumber: PASSIVE_LEVEL..=HIGH_LEVEL;
    KeGetProcessorNumberFromIndex: PASSIVE_LEVEL..=HIGH_LEVEL;
    KeQueryActiveGroupCount: PASSIVE_LEVEL..=HIGH_LEVEL;
    KeQueryActiveProcessorCount: PASSIVE_LEVEL..=HIGH_LEVEL;
    KeQueryActiveProcessorCountEx: PASSIVE_LEVEL..=HIGH_LEVEL;
    KeQueryActiveProcessors: PASSIVE_LEVEL..=HIGH_LEVEL;
    KeQueryGroupAffinity: PASSIVE_LEVEL..=HIGH_LEVEL;
    KeQueryMaximumGroupCount: PASSIVE_LEVEL..=HIGH_LEVEL;
    KeQueryMaximumProcessorCount: PASSIVE_LEVEL..=HIGH_LEVEL;
    KeQueryMaximumProcessorCountEx: PASSIVE_LEVEL..=HIGH_LEVEL;
    KeRevertToUserAffinityThread: PASSIVE_LEVEL..=APC_LEVEL;
    KeRevertToUserAffinityThreadEx: PASSIVE_LEVEL..=APC_LEVEL;
    KeRevertToUserGroupAffinityThread: PASSIVE_LEVEL..=APC_LEVEL;
    KeSetSystemAffinityThread: PASSIVE_LEVEL..=DISPATCH_LEVEL;
    KeSetSystemAffinityThreadEx: PASSIVE_LEVEL..=DISPATCH_LEVEL;
    KeSetSystemGroupAffinityThread: PASSIVE_LEVEL..=DISPATCH_LEVEL;
};
