//! Queues of a device that the I/O manager keeps.

use core::ffi::c_void;

use crate::nt::{BOOLEAN, DEVICE_OBJECT, IRP, KDPC, KSPIN_LOCK, LIST_ENTRY};

/// Queue of requests to a device, in order of arrival or of a key.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/kernel/introduction-to-device-queues)
#[repr(C)]
#[derive(Clone, Copy)]
pub struct KDEVICE_QUEUE {
    /// [`DeviceQueueObject`](crate::nt::DeviceQueueObject).
    pub Type: i16,
    /// Bytes of the structure.
    pub Size: i16,
    /// The waiting requests.
    pub DeviceListHead: LIST_ENTRY,
    /// Protects the queue.
    pub Lock: KSPIN_LOCK,
    /// Whether the device works on a request.
    pub u: KDEVICE_QUEUE_STATE,
}

/// Whether the device of a [`KDEVICE_QUEUE`] works on a request.
#[repr(C)]
#[derive(Clone, Copy)]
pub union KDEVICE_QUEUE_STATE {
    /// It does.
    pub Busy: BOOLEAN,
    /// `RESERVED_MASK` and `HINT_MASK`; on x64 only.
    pub Bits: u64,
}

impl KDEVICE_QUEUE {
    /// In `u.Bits`: the busy flag.
    pub const RESERVED_MASK: u64 = 0xff;
    /// In `u.Bits`: where the next insertion by key may begin to search.
    pub const HINT_MASK: u64 = !0xff;
}

/// Request in a [`KDEVICE_QUEUE`].
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct KDEVICE_QUEUE_ENTRY {
    /// In the queue.
    pub DeviceListEntry: LIST_ENTRY,
    /// Its place in the order.
    pub SortKey: u32,
    /// It is in a queue.
    pub Inserted: BOOLEAN,
}

callbacks! {
    /// Programs a device when its controller or DMA adapter is free, at `DISPATCH_LEVEL`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nc-wdm-driver_control)
    DRIVER_CONTROL, PDRIVER_CONTROL = fn(
        DeviceObject: *mut DEVICE_OBJECT,
        Irp: *mut IRP,
        MapRegisterBase: *mut c_void,
        Context: *mut c_void,
    ) -> i32;
}

/// What waits for a controller or a DMA adapter.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct WAIT_CONTEXT_BLOCK {
    /// How it waits.
    pub u: WAIT_CONTEXT_BLOCK_ENTRY,
    /// Called when it is its turn.
    pub DeviceRoutine: PDRIVER_CONTROL,
    /// Given to the routine.
    pub DeviceContext: *mut c_void,
    /// Map registers that it needs.
    pub NumberOfMapRegisters: u32,
    /// Device that waits.
    pub DeviceObject: *mut c_void,
    /// Request that it waits for.
    pub CurrentIrp: *mut c_void,
    /// DPC of the device.
    pub BufferChainingDpc: *mut KDPC,
}

/// How a [`WAIT_CONTEXT_BLOCK`] waits.
#[repr(C)]
#[derive(Clone, Copy)]
pub union WAIT_CONTEXT_BLOCK_ENTRY {
    /// In a device queue.
    pub WaitQueueEntry: KDEVICE_QUEUE_ENTRY,
    /// For a DMA adapter.
    pub s: WAIT_CONTEXT_BLOCK_DMA,
}

/// How a [`WAIT_CONTEXT_BLOCK`] waits for a DMA adapter.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct WAIT_CONTEXT_BLOCK_DMA {
    /// In the list of the adapter.
    pub DmaWaitEntry: LIST_ENTRY,
    /// Channels that it needs.
    pub NumberOfChannels: u32,
    /// `SYNC_CALLBACK_MASK` and so on.
    pub Bits: u32,
}

impl WAIT_CONTEXT_BLOCK {
    /// In `u.s.Bits`: the routine is called before the wait returns.
    pub const SYNC_CALLBACK_MASK: u32 = 0x1;
    /// In `u.s.Bits`: it has a DMA context.
    pub const DMA_CONTEXT_MASK: u32 = 0x2;
    /// In `u.s.Bits`: it needs no map registers.
    pub const ZERO_MAP_REGISTERS_MASK: u32 = 0x4;
    /// In `u.s.Bits`: unused.
    pub const RESERVED_MASK: u32 = 0xff8;
    /// In `u.s.Bits`: pages to be mapped again.
    pub const NUMBER_OF_REMAP_PAGES_MASK: u32 = 0xffff_f000;
}

default_is_zero!(KDEVICE_QUEUE, WAIT_CONTEXT_BLOCK);
