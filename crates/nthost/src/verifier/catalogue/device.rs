//! Rules of device objects, and of what keeps them: remove locks.

use crate::verifier::check::checks;

checks! {
    /// A device is deleted once.
    DELETED_TWICE = 97, "device-deleted-twice", windows(0xC9, 0x240),
        "ddi/wdm/nf-wdm-iodeletedevice";
    /// A device is detached before it is deleted.
    DELETED_ATTACHED = 97, "device-deleted-attached", windows(0xC9, 0x201),
        "ddi/wdm/nf-wdm-iodetachdevice";
    /// A remove lock is released by who acquired it, with the same tag.
    REMOVE_LOCK_RELEASED = 98, "remove-lock-released", windows(0xC4, 0xD5),
        "ddi/wdm/nf-wdm-ioreleaseremovelock";
}
