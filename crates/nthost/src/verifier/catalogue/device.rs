//! Rules of device objects, and of what keeps them: remove locks.

use crate::verifier::check::checks;

checks! {
    /// A device is deleted once.
    DELETED_TWICE = 97, "device-deleted-twice", windows(0xC9, 0x240),
        "ddi/wdm/nf-wdm-iodeletedevice";
    /// A device is detached before it is deleted.
    DELETED_ATTACHED = 97, "device-deleted-attached", windows(0xC9, 0x201),
        "ddi/wdm/nf-wdm-iodetachdevice";
    /// A device is detached from one that it is attached to.
    DETACHED = 97, "device-not-attached", windows(0xC9, 0x202),
        "ddi/wdm/nf-wdm-iodetachdevice";
    /// A device has one kind of buffers for reads and writes.
    BUFFERING = 97, "device-two-kinds-of-buffers", windows(0xC9, 0x245),
        "kernel/methods-for-accessing-data-buffers";
    /// A remove lock is given up with the tag that it was acquired with.
    REMOVE_LOCK_TAG = 98, "remove-lock-tag", windows(0xC4, 0xD6),
        "ddi/wdm/nf-wdm-ioreleaseremovelockandwait";
    /// A remove lock is initialized once.
    REMOVE_LOCK_AGAIN = 98, "remove-lock-initialized-again", windows(0xC4, 0xD7),
        "ddi/wdm/nf-wdm-ioinitializeremovelock";
    /// A remove lock is released by who acquired it, with the same tag.
    REMOVE_LOCK_RELEASED = 98, "remove-lock-released", windows(0xC4, 0xD5),
        "ddi/wdm/nf-wdm-ioreleaseremovelock";
}
