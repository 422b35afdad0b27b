//! What drivers call.

use core::ffi::c_void;

use super::queue::{self, Dpc, flush};
use crate::{
    export::{Export, exports},
    ke::{irql, thread::Role},
    nt::{
        BOOLEAN, DISPATCH_LEVEL, DpcObject, FALSE, HIGH_LEVEL, HighImportance, KDPC,
        KDPC_IMPORTANCE, KDPC_TARGET, KDPC_TARGET_PARTS, MediumImportance, NTSTATUS, PASSIVE_LEVEL,
        PKDEFERRED_ROUTINE, PROCESSOR_NUMBER, STATUS_INVALID_PARAMETER, STATUS_SUCCESS,
    },
    thread,
    verifier::catalogue::locks::DPC_UNINITIALIZED,
};

/// In `Number`: a processor was chosen.
const CHOSEN: u16 = 0x800;

/// Makes a DPC of the memory.
///
/// # Safety
///
/// `dpc` is valid for writes, and not queued.
pub(crate) unsafe fn initialize(dpc: *mut KDPC, routine: PKDEFERRED_ROUTINE, context: *mut c_void) {
    let target =
        KDPC_TARGET_PARTS { Type: DpcObject, Importance: importance(MediumImportance), Number: 0 };
    let value = KDPC {
        u: KDPC_TARGET { s: target },
        DeferredRoutine: routine,
        DeferredContext: context,
        ..KDPC::default()
    };
    // SAFETY: by the contract.
    unsafe { dpc.write(value) };
}

fn importance(importance: KDPC_IMPORTANCE) -> u8 {
    u8::try_from(importance).unwrap_or_default()
}

/// # Safety
///
/// `dpc` is a DPC.
unsafe fn target<'a>(dpc: *mut KDPC) -> &'a mut KDPC_TARGET_PARTS {
    // SAFETY: by the contract.
    let target = unsafe { &raw mut (*dpc).u };
    // SAFETY: as above; both members of the union are the same numbers.
    unsafe { &mut *target.cast::<KDPC_TARGET_PARTS>() }
}

/// Queues a DPC. False if it is queued already.
///
/// # Safety
///
/// `dpc` is a DPC, which is valid until it has run.
pub(in crate::ke) unsafe fn insert(
    dpc: *mut KDPC,
    role: Role,
    first: *mut c_void,
    second: *mut c_void,
) -> bool {
    // SAFETY: by the contract.
    let KDPC_TARGET_PARTS { Type: kind, Importance: importance, Number: number } =
        *unsafe { target(dpc) };
    if kind != DpcObject {
        DPC_UNINITIALIZED.broken_by_caller(&format!("queues {dpc:?}, which is no initialised DPC"));
        return false;
    }
    let current = thread::current(|thread| thread.processor.get());
    let processor = if number & CHOSEN == 0 { current } else { u32::from(number & !CHOSEN) };
    let is_first = KDPC_IMPORTANCE::from(importance) == HighImportance;
    queue::insert(Dpc(dpc), role, processor, is_first, || {
        // SAFETY: by the contract; it is being queued by this thread alone.
        unsafe { (*dpc).SystemArgument1 = first };
        // SAFETY: as above.
        unsafe { (*dpc).SystemArgument2 = second };
    })
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-keinitializedpc)
unsafe extern "efiapi" fn KeInitializeDpc(
    dpc: *mut KDPC,
    routine: PKDEFERRED_ROUTINE,
    context: *mut c_void,
) {
    // SAFETY: the driver passes memory for a DPC.
    unsafe { initialize(dpc, routine, context) };
}

/// The routine must be fit for `DISPATCH_LEVEL`, and is called there.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-keinitializethreadeddpc)
unsafe extern "efiapi" fn KeInitializeThreadedDpc(
    dpc: *mut KDPC,
    routine: PKDEFERRED_ROUTINE,
    context: *mut c_void,
) {
    // SAFETY: the driver passes memory for a DPC.
    unsafe { initialize(dpc, routine, context) };
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-keinsertqueuedpc)
unsafe extern "efiapi" fn KeInsertQueueDpc(
    dpc: *mut KDPC,
    first: *mut c_void,
    second: *mut c_void,
) -> BOOLEAN {
    // SAFETY: the driver passes a DPC.
    unsafe { insert(dpc, Role::Dpc, first, second) }.into()
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-keremovequeuedpc)
unsafe extern "efiapi" fn KeRemoveQueueDpc(dpc: *mut KDPC) -> BOOLEAN {
    queue::remove(Dpc(dpc)).into()
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-keflushqueueddpcs)
unsafe extern "efiapi" fn KeFlushQueuedDpcs() {
    // At a higher level, which is reported, the processor of the caller would never become free.
    if irql::current() < DISPATCH_LEVEL {
        flush(&thread::system());
    }
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-kesetimportancedpc)
unsafe extern "efiapi" fn KeSetImportanceDpc(dpc: *mut KDPC, value: KDPC_IMPORTANCE) {
    // SAFETY: the driver passes a DPC.
    unsafe { target(dpc) }.Importance = importance(value);
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ntddk/nf-ntddk-kesettargetprocessordpc)
unsafe extern "efiapi" fn KeSetTargetProcessorDpc(dpc: *mut KDPC, number: i8) {
    // SAFETY: the driver passes a DPC.
    unsafe { target(dpc) }.Number = CHOSEN | u16::from(number.cast_unsigned());
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-kesettargetprocessordpcex)
unsafe extern "efiapi" fn KeSetTargetProcessorDpcEx(
    dpc: *mut KDPC,
    number: *const PROCESSOR_NUMBER,
) -> NTSTATUS {
    // SAFETY: the driver passes the number of a processor.
    let PROCESSOR_NUMBER { Group: group, Number: number, Reserved: reserved } =
        unsafe { number.read() };
    let count = thread::current(|thread| thread.system.processors.count());
    if group != 0 || reserved != 0 || u32::from(number) >= count {
        return STATUS_INVALID_PARAMETER;
    }
    // SAFETY: the driver passes a DPC.
    unsafe { target(dpc) }.Number = CHOSEN | u16::from(number);
    STATUS_SUCCESS
}

/// Nothing ever waits that could run on this processor.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-keshouldyieldprocessor)
unsafe extern "efiapi" fn KeShouldYieldProcessor() -> u32 {
    FALSE.into()
}

pub(in crate::ke) const EXPORTS: &[Export] = exports! {
    KeFlushQueuedDpcs: PASSIVE_LEVEL..=PASSIVE_LEVEL;
    KeInitializeDpc: PASSIVE_LEVEL..=HIGH_LEVEL;
    KeInitializeThreadedDpc: PASSIVE_LEVEL..=HIGH_LEVEL;
    KeInsertQueueDpc: PASSIVE_LEVEL..=HIGH_LEVEL;
    KeRemoveQueueDpc: PASSIVE_LEVEL..=HIGH_LEVEL;
    KeSetImportanceDpc: PASSIVE_LEVEL..=HIGH_LEVEL;
    KeSetTargetProcessorDpc: PASSIVE_LEVEL..=HIGH_LEVEL;
    KeSetTargetProcessorDpcEx: PASSIVE_LEVEL..=HIGH_LEVEL;
    KeShouldYieldProcessor: DISPATCH_LEVEL..=DISPATCH_LEVEL;
};
