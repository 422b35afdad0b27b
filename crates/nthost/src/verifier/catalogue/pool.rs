//! Rules of pool.

use crate::verifier::check::checks;

checks! {
    /// A block of pool has at least one byte.
    ZERO_SIZE = 1, "pool-size", windows(0xC4, 0x00),
        "ddi/wdm/nf-wdm-exallocatepool2";
    /// Paged pool is allocated at APC_LEVEL or below.
    PAGED_LEVEL = 2, "pool-paged-level", windows(0xC4, 0x01),
        "ddi/wdm/nf-wdm-exallocatepool2";
    /// Nonpaged pool is allocated at DISPATCH_LEVEL or below.
    NONPAGED_LEVEL = 3, "pool-nonpaged-level", windows(0xC4, 0x02),
        "ddi/wdm/nf-wdm-exallocatepool2";
    /// Only what was allocated from pool is freed to it.
    FREE = 4, "pool-free", windows(0xC4, 0x10),
        "ddi/wdm/nf-wdm-exfreepoolwithtag";
    /// Paged pool is freed at APC_LEVEL or below.
    FREE_PAGED_LEVEL = 5, "pool-free-paged-level", windows(0xC4, 0x11),
        "ddi/wdm/nf-wdm-exfreepoolwithtag";
    /// Nonpaged pool is freed at DISPATCH_LEVEL or below.
    FREE_NONPAGED_LEVEL = 6, "pool-free-nonpaged-level", windows(0xC4, 0x12),
        "ddi/wdm/nf-wdm-exfreepoolwithtag";
    /// A block of pool is freed once.
    DOUBLE_FREE = 7, "pool-double-free", windows(0xC4, 0x13),
        "ddi/wdm/nf-wdm-exfreepoolwithtag";
    /// A timer is cancelled before its memory is freed.
    HOLDS_TIMER = 8, "pool-holds-timer", windows(0xC7, 0x0),
        "kernel/timer-objects-and-dpcs";
    /// A DPC has run, or is removed from its queue, before its memory is freed.
    HOLDS_DPC = 8, "pool-holds-dpc", windows(0xC7, 0x1),
        "kernel/organization-of-dpc-queues";
    /// A resource is deleted before its memory is freed.
    HOLDS_RESOURCE = 9, "pool-holds-resource", windows(0xC4, 0xD2),
        "ddi/wdm/nf-wdm-exdeleteresourcelite";
    /// A block of pool is freed by the address that its allocation returned.
    BAD_ADDRESS = 10, "pool-bad-address", windows(0xC4, 0x16),
        "ddi/wdm/nf-wdm-exfreepoolwithtag";
    /// Nothing is written behind a block of pool.
    OVERRUN = 11, "pool-overrun", windows_any(0xC1),
        "ddi/wdm/nf-wdm-exallocatepool2";
    /// Nothing is written before a block of pool.
    UNDERRUN = 11, "pool-underrun", windows_any(0xC1),
        "ddi/wdm/nf-wdm-exallocatepool2";
    /// A driver that is unloaded, or whose entry point fails, has freed all its pool.
    LEFT = 14, "pool-left", windows(0xC4, 0x62),
        "ddi/wdm/nc-wdm-driver_unload";
    /// A driver that has been unloaded allocates no pool any more.
    LATE = 15, "pool-late", windows(0xC4, 0x61),
        "ddi/wdm/nc-wdm-driver_unload";
    /// A block of pool is freed with the tag that it was allocated with.
    TAG = 16, "pool-tag", windows(0xC2, 0x0A),
        "ddi/wdm/nf-wdm-exfreepoolwithtag";
    /// A tag of pool has a letter or digit, and is not that of the system for large blocks.
    TAG_VALUE = 17, "pool-tag-value", windows_any(0xC2),
        "ddi/wdm/nf-wdm-exallocatepoolwithtag";
    /// Pool cannot be executed: its memory is of a kind without that right.
    EXECUTABLE = 18, "pool-executable", windows(0xC4, 0x2000),
        "kernel/no-execute-nonpaged-pool";
    /// A lookaside list that is initialized is not initialized again.
    LOOKASIDE_TWICE = 21, "lookaside-initialized", windows(0xC4, 0xCA),
        "kernel/using-lookaside-lists";
    /// Only a lookaside list that is initialized is deleted.
    LOOKASIDE_NONE = 21, "lookaside-uninitialized", windows(0xC4, 0xCB),
        "kernel/using-lookaside-lists";
    /// A lookaside list is deleted before its memory is freed.
    HOLDS_LOOKASIDE = 21, "pool-holds-lookaside", windows(0xC4, 0xCC),
        "kernel/using-lookaside-lists";
    /// The blocks of a lookaside list have room for a link.
    LOOKASIDE_SIZE = 21, "lookaside-size", windows(0xC4, 0xCD),
        "ddi/wdm/nf-wdm-exinitializelookasidelistex";
    /// A work item has run before its memory is freed.
    HOLDS_WORK = 22, "pool-holds-work-item", windows(0xE4, 0x0),
        "ddi/wdm/nf-wdm-exqueueworkitem";
    /// A work item that is queued is not queued again.
    WORK_QUEUED_TWICE = 22, "work-item-queued", windows(0xE4, 0x1),
        "ddi/wdm/nf-wdm-ioqueueworkitem";
    /// A work item that is queued is not freed.
    WORK_FREED_QUEUED = 22, "work-item-freed-queued", windows(0xE4, 0x2),
        "ddi/wdm/nf-wdm-iofreeworkitem";
    /// An IRP is freed with IoFreeIrp.
    FREE_IRP = 23, "pool-free-irp", windows(0xC4, 0x105),
        "ddi/wdm/nf-wdm-iofreeirp";
    /// A DPC, which runs in any process, charges none for pool.
    QUOTA_IN_DPC = 24, "pool-quota-in-dpc", windows(0xC4, 0x10B),
        "ddi/wdm/nf-wdm-exallocatepoolwithquotatag";
    /// What memcpy copies from and to does not overlap.
    COPY_OVERLAP = 25, "memory-copy-overlap", windows(0xC4, 0xF0),
        "ddi/wdm/nf-wdm-rtlcopymemory";
    /// Only work items are freed as such, each once.
    WORK_FREED_NONE = 200, "work-item-freed", HOSTED,
        "ddi/wdm/nf-wdm-iofreeworkitem";
    /// Nobody waits for an object whose memory is freed.
    HOLDS_WAITED = 201, "pool-holds-waited-object", HOSTED,
        "kernel/introduction-to-kernel-dispatcher-objects";
    /// The depth of a lookaside list is the system's to choose.
    LOOKASIDE_DEPTH = 202, "lookaside-depth", HOSTED,
        "ddi/wdm/nf-wdm-exinitializelookasidelistex";
}
