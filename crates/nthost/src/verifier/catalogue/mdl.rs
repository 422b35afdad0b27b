//! Rules of MDLs.

use crate::verifier::check::checks;

checks! {
    /// Pages are locked at `DISPATCH_LEVEL` or below, and those of paged memory at `APC_LEVEL` or below.
    LOCK_LEVEL = 61, "mdl-lock-level", windows(0xC4, 0x70),
        "ddi/wdm/nf-wdm-mmprobeandlockpages";
    /// Pages are locked once, and those of nonpaged pool never.
    LOCK_FLAGS = 61, "mdl-lock-flags", windows(0xC4, 0xB0),
        "ddi/wdm/nf-wdm-mmprobeandlockpages";
    /// An MDL is mapped into the system's space at `DISPATCH_LEVEL` or below.
    MAP_LEVEL = 62, "mdl-map-level", windows(0xC4, 0x76),
        "ddi/wdm/nf-wdm-mmmaplockedpagesspecifycache";
    /// An MDL is mapped into a program's space at `APC_LEVEL` or below.
    MAP_USER_LEVEL = 62, "mdl-map-user-level", windows(0xC4, 0x77),
        "ddi/wdm/nf-wdm-mmmaplockedpagesspecifycache";
    /// Pages are unlocked that were locked.
    UNLOCK_UNLOCKED = 63, "mdl-unlock-unlocked", windows(0xC4, 0x7C),
        "ddi/wdm/nf-wdm-mmunlockpages";
    /// Pages of nonpaged pool are not unlocked.
    UNLOCK_NONPAGED = 63, "mdl-unlock-nonpaged", windows(0xC4, 0x7D),
        "ddi/wdm/nf-wdm-mmunlockpages";
    /// The pages of a part of an MDL are unlocked with the whole.
    UNLOCK_PARTIAL = 63, "mdl-unlock-partial", windows(0xC4, 0xB4),
        "ddi/wdm/nf-wdm-mmunlockpages";
    /// What an MDL for nonpaged pool describes is no paged pool.
    BUILD_PAGED = 64, "mdl-build-paged", windows(0xC4, 0x7F),
        "ddi/wdm/nf-wdm-mmbuildmdlfornonpagedpool";
    /// A mapping may fail without stopping the system: `BugCheckOnFailure` is `FALSE`.
    MAP_OR_STOP = 65, "mdl-map-or-stop", windows(0xC4, 0x82),
        "ddi/wdm/nf-wdm-mmmaplockedpagesspecifycache";
    /// `MmMapLockedPagesSpecifyCache` is used and not `MmMapLockedPages`, which stops the system if it fails.
    MAP_OBSOLETE = 65, "mdl-map-obsolete", windows(0xC4, 0x81),
        "ddi/wdm/nf-wdm-mmmaplockedpages";
    /// An MDL is mapped once.
    MAP_MAPPED = 66, "mdl-map-mapped", windows(0xC4, 0xB2),
        "ddi/wdm/nf-wdm-mmmaplockedpagesspecifycache";
    /// The pages of an MDL are locked before it is mapped.
    MAP_UNLOCKED = 66, "mdl-map-unlocked", windows(0xC4, 0xB3),
        "ddi/wdm/nf-wdm-mmmaplockedpagesspecifycache";
    /// An MDL is unmapped that is mapped, at the address of its mapping.
    UNMAP_UNMAPPED = 66, "mdl-unmap-unmapped", windows(0xC4, 0xB5),
        "ddi/wdm/nf-wdm-mmunmaplockedpages";
    /// The mapping of the whole is not unmapped with a part of it.
    UNMAP_PARTIAL = 66, "mdl-unmap-partial", windows(0xC4, 0xB6),
        "ddi/wdm/nf-wdm-mmunmaplockedpages";
    /// An MDL is unmapped before it is freed.
    FREE_MAPPED = 67, "mdl-free-mapped", windows(0xC4, 0xB8),
        "ddi/wdm/nf-wdm-iofreemdl";
    /// A driver that is unloaded has unlocked all pages.
    LOCKED_LEFT = 68, "mdl-locked-left", windows_any(0xCB),
        "ddi/wdm/nf-wdm-mmprobeandlockpages";
    /// An MDL without locked pages describes memory that stays where it is: no program's.
    BUILD_PAGEABLE = 69, "mdl-build-pageable", windows(0xC4, 0x140),
        "ddi/wdm/nf-wdm-mmbuildmdlfornonpagedpool";
    /// A mapping cannot be executed: its priority has `MdlMappingNoExecute`.
    MAP_EXECUTABLE = 19, "mdl-map-executable", windows(0xC4, 0x2002),
        "ddi/wdm/nf-wdm-mmmaplockedpagesspecifycache";
    /// Only MDLs are freed as such, each once.
    FREE_NONE = 203, "mdl-free", HOSTED,
        "ddi/wdm/nf-wdm-iofreemdl";
    /// Pages are unlocked before their MDL is freed.
    FREE_LOCKED = 204, "mdl-free-locked", HOSTED,
        "ddi/wdm/nf-wdm-iofreemdl";
    /// A part of an MDL lies inside of it.
    PARTIAL_RANGE = 205, "mdl-partial-range", HOSTED,
        "ddi/wdm/nf-wdm-iobuildpartialmdl";
    /// A driver that is unloaded has freed its MDLs.
    LEFT = 206, "mdl-left", HOSTED,
        "ddi/wdm/nf-wdm-iofreemdl";
    /// Memory in whole pages is freed once, by the address that its allocation returned.
    PAGES_FREE = 207, "pages-free", HOSTED,
        "ddi/wdm/nf-wdm-mmfreecontiguousmemory";
    /// A driver that is unloaded has freed its memory in whole pages.
    PAGES_LEFT = 208, "pages-left", HOSTED,
        "ddi/wdm/nf-wdm-mmfreecontiguousmemory";
}
