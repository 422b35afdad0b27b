//! Rules of unloading.

use crate::verifier::check::checks;

checks! {
    /// A driver that unregisters an event provider has registered it, and does so once.
    EVENT_PROVIDER_UNREGISTERED = 106, "event-provider-unregistered", windows(0xC4, 0xDC),
        "ddi/wdm/nf-wdm-etwunregister";
    /// Events are written by registered providers.
    EVENT_PROVIDER = 252, "event-provider", HOSTED,
        "ddi/wdm/nf-wdm-etwwrite";
    /// An event that describes itself has the data that it describes.
    EVENT_DESCRIPTION = 256, "event-description", HOSTED,
        "ddi/wdm/nf-wdm-etwwritetransfer";
    /// A driver cancels the timers in its image before it is unloaded.
    TIMER_LEFT = 105, "timer-left", windows(0xC7, 0x0),
        "debugger/bug-check-0xc7--timer-or-dpc-invalid";
    /// A driver removes the DPCs in its image from their queues before it is unloaded.
    DPC_LEFT = 105, "dpc-left", windows(0xC7, 0x1),
        "debugger/bug-check-0xc7--timer-or-dpc-invalid";
    /// No timer or DPC has a routine in the image of a driver that is unloaded.
    DPC_ROUTINE_LEFT = 105, "dpc-routine-left", windows(0xC7, 0x2),
        "debugger/bug-check-0xc7--timer-or-dpc-invalid";
    /// A driver unregisters its event providers before it is unloaded.
    EVENT_PROVIDER_LEFT = 106, "event-provider-left", windows(0xC4, 0xDD),
        "ddi/wdm/nf-wdm-etwunregister";
    /// The threads of a driver end before it is unloaded.
    THREAD_LEFT = 108, "thread-left", windows_any(0xCE),
        "debugger/bug-check-0xce--driver-unloaded-without-cancelling-pending-operations";
    /// A driver deletes its devices and their symbolic links before it is unloaded.
    DEVICE_LEFT = 109, "device-left", HOSTED,
        "kernel/writing-an-unload-routine";
    /// A driver whose `DriverEntry` fails leaves nothing behind.
    ENTRY_LEFT = 110, "driver-entry-left-behind", HOSTED,
        "kernel/writing-a-driverentry-routine";
    /// `DriverUnload` returns.
    UNLOAD_HANG = 111, "unload-hang", HOSTED,
        "kernel/writing-an-unload-routine";
    /// A driver frees its work items before it is unloaded.
    WORK_ITEM_LEFT = 253, "work-item-left", HOSTED,
        "ddi/wdm/nf-wdm-iofreeworkitem";
    /// A driver deletes its resources before it is unloaded.
    RESOURCE_LEFT = 254, "resource-left", HOSTED,
        "ddi/wdm/nf-wdm-exdeleteresourcelite";
    /// A driver gives back all that it has taken before it is unloaded.
    LEFT_BEHIND = 255, "left-behind", HOSTED,
        "kernel/writing-an-unload-routine";
}
