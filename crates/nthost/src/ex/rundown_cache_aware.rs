//! Run-down protection in memory of its own, on a cache line that nothing else is on. It counts for all
//! processors together.

use core::ptr;

use super::{
    pool::{self, Kind, Wanted},
    rundown::{acquire, finish, release, restart, wait, word},
};
use crate::{
    export::{Export, exports},
    low_resources::denies,
    nt::{
        APC_LEVEL, BOOLEAN, DISPATCH_LEVEL, EX_RUNDOWN_REF, PASSIVE_LEVEL, POOL_TYPE, PagedPool,
        SYSTEM_CACHE_ALIGNMENT_SIZE,
    },
};

/// What drivers know as `EX_RUNDOWN_REF_CACHE_AWARE`, whose contents they do not know.
type CacheAware = EX_RUNDOWN_REF;

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-exallocatecacheawarerundownprotection)
unsafe extern "efiapi" fn ExAllocateCacheAwareRundownProtection(
    kind: POOL_TYPE,
    tag: u32,
) -> *mut CacheAware {
    if denies("ExAllocateCacheAwareRundownProtection") {
        return ptr::null_mut();
    }
    let is_paged = kind & PagedPool != 0;
    let kind = if is_paged { Kind::Paged } else { Kind::Nonpaged };
    let wanted = Wanted { kind, is_zeroed: true, is_cache_aligned: true, ..Wanted::default() };
    // SAFETY: it may always be called.
    let size = unsafe { ExSizeOfRundownProtectionCacheAware() };
    pool::allocate(size, tag, wanted).cast()
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-exfreecacheawarerundownprotection)
unsafe extern "efiapi" fn ExFreeCacheAwareRundownProtection(protection: *mut CacheAware) {
    // SAFETY: the driver does not use it any more.
    unsafe { pool::free(protection.cast(), None) };
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-exsizeofrundownprotectioncacheaware)
unsafe extern "efiapi" fn ExSizeOfRundownProtectionCacheAware() -> usize {
    SYSTEM_CACHE_ALIGNMENT_SIZE as usize
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-exinitializerundownprotectioncacheaware)
unsafe extern "efiapi" fn ExInitializeRundownProtectionCacheAware(
    protection: *mut CacheAware,
    _size: usize,
) {
    // SAFETY: the driver passes memory of the size above.
    unsafe { ptr::write(protection, EX_RUNDOWN_REF::default()) };
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-exreinitializerundownprotectioncacheaware)
unsafe extern "efiapi" fn ExReInitializeRundownProtectionCacheAware(protection: *mut CacheAware) {
    // SAFETY: the driver passes one.
    restart(unsafe { word(protection) });
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-exacquirerundownprotectioncacheaware)
unsafe extern "efiapi" fn ExAcquireRundownProtectionCacheAware(
    protection: *mut CacheAware,
) -> BOOLEAN {
    // SAFETY: the driver passes one.
    acquire(unsafe { word(protection) }, 1).into()
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-exacquirerundownprotectioncacheawareex)
unsafe extern "efiapi" fn ExAcquireRundownProtectionCacheAwareEx(
    protection: *mut CacheAware,
    users: u32,
) -> BOOLEAN {
    // SAFETY: the driver passes one.
    acquire(unsafe { word(protection) }, users).into()
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-exreleaserundownprotectioncacheaware)
unsafe extern "efiapi" fn ExReleaseRundownProtectionCacheAware(protection: *mut CacheAware) {
    // SAFETY: the driver passes one.
    release(unsafe { word(protection) }, 1);
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-exreleaserundownprotectioncacheawareex)
unsafe extern "efiapi" fn ExReleaseRundownProtectionCacheAwareEx(
    protection: *mut CacheAware,
    users: u32,
) {
    // SAFETY: the driver passes one.
    release(unsafe { word(protection) }, users);
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-exwaitforrundownprotectionreleasecacheaware)
unsafe extern "efiapi" fn ExWaitForRundownProtectionReleaseCacheAware(protection: *mut CacheAware) {
    // SAFETY: the driver passes one.
    wait(unsafe { word(protection) });
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-exrundowncompletedcacheaware)
unsafe extern "efiapi" fn ExRundownCompletedCacheAware(protection: *mut CacheAware) {
    // SAFETY: the driver passes one.
    finish(unsafe { word(protection) });
}

pub(super) const EXPORTS: &[Export] = exports! {
    ExAcquireRundownProtectionCacheAware: PASSIVE_LEVEL..=DISPATCH_LEVEL;
    ExAcquireRundownProtectionCacheAwareEx: PASSIVE_LEVEL..=DISPATCH_LEVEL;
    ExAllocateCacheAwareRundownProtection: PASSIVE_LEVEL..=APC_LEVEL;
    ExFreeCacheAwareRundownProtection: PASSIVE_LEVEL..=APC_LEVEL;
    ExInitializeRundownProtectionCacheAware: PASSIVE_LEVEL..=APC_LEVEL;
    ExReInitializeRundownProtectionCacheAware: PASSIVE_LEVEL..=APC_LEVEL;
    ExReleaseRundownProtectionCacheAware: PASSIVE_LEVEL..=DISPATCH_LEVEL;
    ExReleaseRundownProtectionCacheAwareEx: PASSIVE_LEVEL..=DISPATCH_LEVEL;
    ExRundownCompletedCacheAware: PASSIVE_LEVEL..=APC_LEVEL;
    ExSizeOfRundownProtectionCacheAware: PASSIVE_LEVEL..=APC_LEVEL;
    ExWaitForRundownProtectionReleaseCacheAware: PASSIVE_LEVEL..=APC_LEVEL;
};
