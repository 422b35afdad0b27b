//! Interrupt request levels.
//!
//! The level is a property of the thread. A thread at `DISPATCH_LEVEL` or above holds a processor, so
//! that there are never more of them at once than there are processors.

use super::deadlock;
use crate::{
    ex::pool,
    ndis,
    nt::{DISPATCH_LEVEL, HIGH_LEVEL, KIRQL},
    sched, thread,
    verifier::{self, catalogue::irql as catalogue},
};

/// The level of this thread.
pub(crate) fn current() -> KIRQL {
    thread::current(|thread| thread.irql.get())
}

/// Raises the level of this thread and returns the one before. Does nothing if it is not lower.
pub(crate) fn raise(level: KIRQL) -> KIRQL {
    thread::current(|thread| {
        let before = thread.irql.get();
        if level > before {
            if level >= DISPATCH_LEVEL && before < DISPATCH_LEVEL {
                let processor = {
                    let (processor, affinity) = (thread.processor.get(), thread.affinity.get());
                    thread.system.processors.acquire(processor, affinity)
                };
                thread.processor.set(processor);
                pool::page_out();
                thread.turn.raised();
            }
            thread.irql.set(level);
        }
        before
    })
}

/// Lowers the level of this thread. Does nothing if it is not higher.
pub(crate) fn lower(level: KIRQL) {
    thread::current(|thread| {
        let before = thread.irql.get();
        if level < before {
            thread.irql.set(level);
            if level < DISPATCH_LEVEL && before >= DISPATCH_LEVEL {
                thread.turn.lowered();
                thread.system.processors.release(thread.processor.get());
                sched::point("a lower IRQL", 0);
            }
        }
    });
}

/// Runs `code` at `level` at least, and goes back to the level before.
pub(crate) fn at_least<R>(level: KIRQL, code: impl FnOnce() -> R) -> R {
    let before = raise(level);
    let result = code();
    lower(before);
    result
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-kegetcurrentirql)
pub(crate) unsafe extern "efiapi" fn KeGetCurrentIrql() -> KIRQL {
    ndis::check_irql_query();
    current()
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-kfraiseirql)
pub(crate) unsafe extern "efiapi" fn KfRaiseIrql(level: KIRQL) -> KIRQL {
    let now = current();
    if level < now || level > HIGH_LEVEL {
        catalogue::RAISE.broken_with(
            [now.into(), level.into(), 0],
            format!("{} raises the IRQL from {now} to {level}", verifier::caller()),
        );
        return now;
    }
    raise(level)
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-keraiseirqltodpclevel)
pub(crate) unsafe extern "efiapi" fn KeRaiseIrqlToDpcLevel() -> KIRQL {
    // SAFETY: the contract is the same.
    unsafe { KfRaiseIrql(DISPATCH_LEVEL) }
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-kelowerirql)
pub(crate) unsafe extern "efiapi" fn KeLowerIrql(level: KIRQL) {
    let now = current();
    let leaves_dpc = level < DISPATCH_LEVEL && thread::current(|thread| thread.is_in_dpc.get());
    if level > now || leaves_dpc {
        let place = if leaves_dpc { " in a DPC" } else { "" };
        catalogue::LOWER.broken_with(
            [now.into(), level.into(), leaves_dpc.into()],
            format!("{} lowers the IRQL from {now} to {level}{place}", verifier::caller()),
        );
        return;
    }
    if level < DISPATCH_LEVEL {
        deadlock::check_lowered(level);
    }
    lower(level);
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-kelowerirql)
pub(crate) unsafe extern "efiapi" fn KfLowerIrql(level: KIRQL) {
    // SAFETY: the contract is the same.
    unsafe { KeLowerIrql(level) };
}
