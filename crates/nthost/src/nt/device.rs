//! Device objects.

use core::ffi::c_void;

use crate::nt::{
    DEVICE_TYPE, DRIVER_OBJECT, IRP, KDEVICE_QUEUE, KDPC, KEVENT, LIST_ENTRY, PSECURITY_DESCRIPTOR,
    WAIT_CONTEXT_BLOCK,
};

/// Type of a [`DEVICE_OBJECT`].
pub const IO_TYPE_DEVICE: i16 = 3;
/// Type of a [`VPB`].
pub const IO_TYPE_VPB: i16 = 10;
/// Type of a [`DEVOBJ_EXTENSION`].
pub const IO_TYPE_DEVICE_OBJECT_EXTENSION: i16 = 13;

/// What requests are sent to.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/ns-wdm-_device_object)
#[repr(C, align(16))]
#[derive(Clone, Copy)]
pub struct DEVICE_OBJECT {
    /// [`IO_TYPE_DEVICE`].
    pub Type: i16,
    /// Bytes of the structure and the extension.
    pub Size: u16,
    /// Open handles, and other users.
    pub ReferenceCount: i32,
    /// Driver that made it.
    pub DriverObject: *mut DRIVER_OBJECT,
    /// Next device of the driver, or null.
    pub NextDevice: *mut Self,
    /// Device above it in the stack, or null.
    pub AttachedDevice: *mut Self,
    /// Request that `StartIo` works on.
    pub CurrentIrp: *mut IRP,
    /// Timer of `IoInitializeTimer`, or null.
    pub Timer: *mut IO_TIMER,
    /// [`DO_BUFFERED_IO`](crate::nt::DO_BUFFERED_IO) and so on.
    pub Flags: u32,
    /// [`FILE_DEVICE_SECURE_OPEN`](crate::nt::FILE_DEVICE_SECURE_OPEN) and so on.
    pub Characteristics: u32,
    /// Volume that is mounted on it, or null.
    pub Vpb: *mut VPB,
    /// Memory of the driver.
    pub DeviceExtension: *mut c_void,
    /// What it is.
    pub DeviceType: DEVICE_TYPE,
    /// Stack locations that a request to it needs.
    pub StackSize: i8,
    /// For file systems and controllers.
    pub Queue: DEVICE_OBJECT_QUEUE,
    /// Mask that addresses of buffers have to be free of.
    pub AlignmentRequirement: u32,
    /// Requests that wait for `StartIo`.
    pub DeviceQueue: KDEVICE_QUEUE,
    /// DPC of `IoInitializeDpcRequest`.
    pub Dpc: KDPC,
    /// Threads of a file system that are in it.
    pub ActiveThreadCount: u32,
    /// Who may do what.
    pub SecurityDescriptor: PSECURITY_DESCRIPTOR,
    /// Serializes mounts.
    pub DeviceLock: KEVENT,
    /// Bytes of a sector.
    pub SectorSize: u16,
    /// Unused.
    pub Spare1: u16,
    /// The I/O manager's own.
    pub DeviceObjectExtension: *mut DEVOBJ_EXTENSION,
    /// Reserved.
    pub Reserved: *mut c_void,
}

/// How a device waits.
#[repr(C)]
#[derive(Clone, Copy)]
pub union DEVICE_OBJECT_QUEUE {
    /// In the queue of file systems.
    pub ListEntry: LIST_ENTRY,
    /// For a controller.
    pub Wcb: WAIT_CONTEXT_BLOCK,
}

/// The I/O manager's own part of a device object.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct DEVOBJ_EXTENSION {
    /// [`IO_TYPE_DEVICE_OBJECT_EXTENSION`].
    pub Type: i16,
    /// Zero.
    pub Size: u16,
    /// The device.
    pub DeviceObject: *mut DEVICE_OBJECT,
    /// Power manager's own.
    pub PowerFlags: u32,
    /// Power manager's own.
    pub Dope: *mut c_void,
    /// Unload, delete and remove are pending.
    pub ExtensionFlags: u32,
    /// In the tree of devices.
    pub DeviceNode: *mut c_void,
    /// Device below it in the stack, or null.
    pub AttachedTo: *mut DEVICE_OBJECT,
    /// Depth of `IoStartNextPacket`.
    pub StartIoCount: i32,
    /// Key of the next request.
    pub StartIoKey: i32,
    /// How `StartIo` is called.
    pub StartIoFlags: u32,
    /// Volume that is mounted on it.
    pub Vpb: *mut VPB,
    /// In the graph of dependencies.
    pub DependencyNode: *mut c_void,
    /// Interrupts of the device.
    pub InterruptContext: *mut c_void,
    /// How many.
    pub InterruptCount: i32,
    /// Driver Verifier's own.
    pub VerifierContext: *mut c_void,
}

/// Volume parameter block: ties a volume to its storage device.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ntifs/ns-ntifs-_vpb)
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct VPB {
    /// [`IO_TYPE_VPB`].
    pub Type: i16,
    /// Bytes.
    pub Size: i16,
    /// Mounted, locked, persistent.
    pub Flags: u16,
    /// Bytes of the label.
    pub VolumeLabelLength: u16,
    /// Device of the file system.
    pub DeviceObject: *mut DEVICE_OBJECT,
    /// Device of the storage.
    pub RealDevice: *mut DEVICE_OBJECT,
    /// Number of the volume.
    pub SerialNumber: u32,
    /// Open files on it.
    pub ReferenceCount: u32,
    /// Label.
    pub VolumeLabel: [u16; 32],
}

opaque! {
    /// Timer that calls a driver every second for one device.
    IO_TIMER;
}

default_is_zero!(DEVICE_OBJECT, VPB);
