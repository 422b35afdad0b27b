//! Critical and guarded regions, in which a thread is not interrupted by asynchronous procedure calls.
//!
//! There are no such calls here, so that the regions are counted and no more.

use crate::{
    export::{Export, exports},
    ke::irql,
    nt::{APC_LEVEL, BOOLEAN, DISPATCH_LEVEL, PASSIVE_LEVEL},
    thread,
    verifier::{
        Check,
        catalogue::locks::{CRITICAL_REGION, GUARDED_REGION},
    },
};

/// The regions that a thread is in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Regions {
    critical: u32,
    guarded: u32,
}

impl Regions {
    /// How many of both kinds there are.
    pub fn count(self) -> u32 {
        self.critical + self.guarded
    }

    /// True if a thread that was in other regions is in more critical ones now.
    pub const fn has_more_critical(self, before: Self) -> bool {
        self.critical > before.critical
    }

    /// How Windows counts them: down from zero.
    pub fn disable_count(self) -> u64 {
        let count = i64::from(self.critical) | i64::from(self.guarded) << 16;
        (-count).cast_unsigned()
    }
}

fn not_entered(check: &'static Check, kind: &str) {
    check.broken_by_caller(&format!("leaves a {kind} region that its thread is not in"));
}

fn change(change: impl FnOnce(&mut Regions)) {
    thread::current(|thread| {
        let mut regions = thread.regions.get();
        change(&mut regions);
        thread.regions.set(regions);
    });
}

/// Enters a critical region.
pub(crate) fn enter_critical() {
    change(|regions| regions.critical += 1);
}

/// Leaves a critical region.
pub(crate) fn leave_critical() {
    change(|regions| match regions.critical.checked_sub(1) {
        Some(left) => regions.critical = left,
        None => not_entered(CRITICAL_REGION, "critical"),
    });
}

/// Enters a guarded region.
pub(crate) fn enter_guarded() {
    change(|regions| regions.guarded += 1);
}

/// Leaves a guarded region.
pub(crate) fn leave_guarded() {
    change(|regions| match regions.guarded.checked_sub(1) {
        Some(left) => regions.guarded = left,
        None => not_entered(GUARDED_REGION, "guarded"),
    });
}

/// True if the thread is in a region or at a level where no normal APC interrupts it, or has a mutex.
pub(crate) fn are_apcs_disabled() -> bool {
    let Regions { critical, guarded } = thread::current(|thread| thread.regions.get());
    let owns_mutex = || thread::current(|thread| thread.object.owns_mutex());
    critical + guarded > 0 || irql::current() >= APC_LEVEL || owns_mutex()
}

/// True if the thread is in a region or at a level where not even a special APC interrupts it.
pub(crate) fn are_all_apcs_disabled() -> bool {
    let Regions { guarded, .. } = thread::current(|thread| thread.regions.get());
    guarded > 0 || irql::current() >= APC_LEVEL
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ntddk/nf-ntddk-keentercriticalregion)
unsafe extern "efiapi" fn KeEnterCriticalRegion() {
    enter_critical();
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ntddk/nf-ntddk-keleavecriticalregion)
unsafe extern "efiapi" fn KeLeaveCriticalRegion() {
    leave_critical();
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-keenterguardedregion)
unsafe extern "efiapi" fn KeEnterGuardedRegion() {
    enter_guarded();
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-keleaveguardedregion)
unsafe extern "efiapi" fn KeLeaveGuardedRegion() {
    leave_guarded();
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-keareapcsdisabled)
unsafe extern "efiapi" fn KeAreApcsDisabled() -> BOOLEAN {
    are_apcs_disabled().into()
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-keareallapcsdisabled)
unsafe extern "efiapi" fn KeAreAllApcsDisabled() -> BOOLEAN {
    are_all_apcs_disabled().into()
}

pub(super) const EXPORTS: &[Export] = exports! {
    KeAreAllApcsDisabled: PASSIVE_LEVEL..=DISPATCH_LEVEL;
    KeAreApcsDisabled: PASSIVE_LEVEL..=DISPATCH_LEVEL;
    KeEnterCriticalRegion: PASSIVE_LEVEL..=APC_LEVEL;
    KeEnterGuardedRegion: PASSIVE_LEVEL..=APC_LEVEL;
    KeLeaveCriticalRegion: PASSIVE_LEVEL..=APC_LEVEL;
    KeLeaveGuardedRegion: PASSIVE_LEVEL..=APC_LEVEL;
};
