//! What an IRP asks for.
//!
//! [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/kernel/irp-major-function-codes)

/// Open.
pub const IRP_MJ_CREATE: u8 = 0x00;
/// Make a named pipe.
pub const IRP_MJ_CREATE_NAMED_PIPE: u8 = 0x01;
/// The last reference to an open file is gone.
pub const IRP_MJ_CLOSE: u8 = 0x02;
/// Read.
pub const IRP_MJ_READ: u8 = 0x03;
/// Write.
pub const IRP_MJ_WRITE: u8 = 0x04;
/// Read attributes and the like.
pub const IRP_MJ_QUERY_INFORMATION: u8 = 0x05;
/// Change attributes and the like.
pub const IRP_MJ_SET_INFORMATION: u8 = 0x06;
/// Read extended attributes.
pub const IRP_MJ_QUERY_EA: u8 = 0x07;
/// Change extended attributes.
pub const IRP_MJ_SET_EA: u8 = 0x08;
/// Finish what was written.
pub const IRP_MJ_FLUSH_BUFFERS: u8 = 0x09;
/// Read about a volume.
pub const IRP_MJ_QUERY_VOLUME_INFORMATION: u8 = 0x0a;
/// Change a volume.
pub const IRP_MJ_SET_VOLUME_INFORMATION: u8 = 0x0b;
/// List a directory.
pub const IRP_MJ_DIRECTORY_CONTROL: u8 = 0x0c;
/// Control a file system.
pub const IRP_MJ_FILE_SYSTEM_CONTROL: u8 = 0x0d;
/// Control a device, from a program.
pub const IRP_MJ_DEVICE_CONTROL: u8 = 0x0e;
/// Control a device, from another driver.
pub const IRP_MJ_INTERNAL_DEVICE_CONTROL: u8 = 0x0f;
/// [`IRP_MJ_INTERNAL_DEVICE_CONTROL`] for storage.
pub const IRP_MJ_SCSI: u8 = IRP_MJ_INTERNAL_DEVICE_CONTROL;
/// The system shuts down.
pub const IRP_MJ_SHUTDOWN: u8 = 0x10;
/// Lock a part of a file.
pub const IRP_MJ_LOCK_CONTROL: u8 = 0x11;
/// The last handle of an open file is gone.
pub const IRP_MJ_CLEANUP: u8 = 0x12;
/// Make a mailslot.
pub const IRP_MJ_CREATE_MAILSLOT: u8 = 0x13;
/// Read a security descriptor.
pub const IRP_MJ_QUERY_SECURITY: u8 = 0x14;
/// Change a security descriptor.
pub const IRP_MJ_SET_SECURITY: u8 = 0x15;
/// Power management.
pub const IRP_MJ_POWER: u8 = 0x16;
/// Windows Management Instrumentation.
pub const IRP_MJ_SYSTEM_CONTROL: u8 = 0x17;
/// Unused.
pub const IRP_MJ_DEVICE_CHANGE: u8 = 0x18;
/// Read quotas.
pub const IRP_MJ_QUERY_QUOTA: u8 = 0x19;
/// Change quotas.
pub const IRP_MJ_SET_QUOTA: u8 = 0x1a;
/// Plug and play.
pub const IRP_MJ_PNP: u8 = 0x1b;
/// Highest major function code.
pub const IRP_MJ_MAXIMUM_FUNCTION: u8 = 0x1b;

/// Directories: list one.
pub const IRP_MN_QUERY_DIRECTORY: u8 = 0x01;
/// Directories: tell of changes.
pub const IRP_MN_NOTIFY_CHANGE_DIRECTORY: u8 = 0x02;
/// Directories: tell of changes in the form that is asked for.
pub const IRP_MN_NOTIFY_CHANGE_DIRECTORY_EX: u8 = 0x03;

/// File systems: a control code of a program.
pub const IRP_MN_USER_FS_REQUEST: u8 = 0x00;
/// File systems: mount a volume.
pub const IRP_MN_MOUNT_VOLUME: u8 = 0x01;
/// File systems: see whether a volume is still the same.
pub const IRP_MN_VERIFY_VOLUME: u8 = 0x02;
/// File systems: load the driver that a recognizer stands for.
pub const IRP_MN_LOAD_FILE_SYSTEM: u8 = 0x03;
/// File systems: a control code of the kernel.
pub const IRP_MN_KERNEL_CALL: u8 = 0x04;

/// Locks: take one.
pub const IRP_MN_LOCK: u8 = 0x01;
/// Locks: release one.
pub const IRP_MN_UNLOCK_SINGLE: u8 = 0x02;
/// Locks: release all of a process.
pub const IRP_MN_UNLOCK_ALL: u8 = 0x03;
/// Locks: release all with a key.
pub const IRP_MN_UNLOCK_ALL_BY_KEY: u8 = 0x04;

/// Reads and writes: nothing special.
pub const IRP_MN_NORMAL: u8 = 0x00;
/// Reads and writes: from a DPC.
pub const IRP_MN_DPC: u8 = 0x01;
/// Reads and writes: the MDL of the cache is to be returned, or is given.
pub const IRP_MN_MDL: u8 = 0x02;
/// Reads and writes: the request is done with the MDL.
pub const IRP_MN_COMPLETE: u8 = 0x04;
/// Reads and writes: data is compressed.
pub const IRP_MN_COMPRESSED: u8 = 0x08;
/// [`IRP_MN_MDL`] and [`IRP_MN_DPC`].
pub const IRP_MN_MDL_DPC: u8 = IRP_MN_MDL | IRP_MN_DPC;
/// [`IRP_MN_COMPLETE`] and [`IRP_MN_MDL`].
pub const IRP_MN_COMPLETE_MDL: u8 = IRP_MN_COMPLETE | IRP_MN_MDL;
/// [`IRP_MN_COMPLETE_MDL`] and [`IRP_MN_DPC`].
pub const IRP_MN_COMPLETE_MDL_DPC: u8 = IRP_MN_COMPLETE_MDL | IRP_MN_DPC;

/// Flushes: data and metadata, and forget what is cached.
pub const IRP_MN_FLUSH_AND_PURGE: u8 = 0x01;
/// Flushes: data only.
pub const IRP_MN_FLUSH_DATA_ONLY: u8 = 0x02;
/// Flushes: without waiting for the device.
pub const IRP_MN_FLUSH_NO_SYNC: u8 = 0x03;
/// Flushes: data only, and wait for the device.
pub const IRP_MN_FLUSH_DATA_SYNC_ONLY: u8 = 0x04;

/// Plug and play: start the device.
pub const IRP_MN_START_DEVICE: u8 = 0x00;
/// Plug and play: may the device be removed?
pub const IRP_MN_QUERY_REMOVE_DEVICE: u8 = 0x01;
/// Plug and play: remove the device.
pub const IRP_MN_REMOVE_DEVICE: u8 = 0x02;
/// Plug and play: the device is not removed after all.
pub const IRP_MN_CANCEL_REMOVE_DEVICE: u8 = 0x03;
/// Plug and play: stop the device.
pub const IRP_MN_STOP_DEVICE: u8 = 0x04;
/// Plug and play: may the device be stopped?
pub const IRP_MN_QUERY_STOP_DEVICE: u8 = 0x05;
/// Plug and play: the device is not stopped after all.
pub const IRP_MN_CANCEL_STOP_DEVICE: u8 = 0x06;
/// Plug and play: devices that are related to this one.
pub const IRP_MN_QUERY_DEVICE_RELATIONS: u8 = 0x07;
/// Plug and play: get an interface of a driver.
pub const IRP_MN_QUERY_INTERFACE: u8 = 0x08;
/// Plug and play: what the device can do.
pub const IRP_MN_QUERY_CAPABILITIES: u8 = 0x09;
/// Plug and play: resources that the device uses.
pub const IRP_MN_QUERY_RESOURCES: u8 = 0x0a;
/// Plug and play: resources that the device needs.
pub const IRP_MN_QUERY_RESOURCE_REQUIREMENTS: u8 = 0x0b;
/// Plug and play: description of the device.
pub const IRP_MN_QUERY_DEVICE_TEXT: u8 = 0x0c;
/// Plug and play: change the resources that the device needs.
pub const IRP_MN_FILTER_RESOURCE_REQUIREMENTS: u8 = 0x0d;
/// Plug and play: read configuration space.
pub const IRP_MN_READ_CONFIG: u8 = 0x0f;
/// Plug and play: write configuration space.
pub const IRP_MN_WRITE_CONFIG: u8 = 0x10;
/// Plug and play: eject the device.
pub const IRP_MN_EJECT: u8 = 0x11;
/// Plug and play: lock the device against ejection.
pub const IRP_MN_SET_LOCK: u8 = 0x12;
/// Plug and play: identifiers of the device.
pub const IRP_MN_QUERY_ID: u8 = 0x13;
/// Plug and play: state of the device.
pub const IRP_MN_QUERY_PNP_DEVICE_STATE: u8 = 0x14;
/// Plug and play: bus of the device.
pub const IRP_MN_QUERY_BUS_INFORMATION: u8 = 0x15;
/// Plug and play: what the device is used for, such as paging.
pub const IRP_MN_DEVICE_USAGE_NOTIFICATION: u8 = 0x16;
/// Plug and play: the device is gone.
pub const IRP_MN_SURPRISE_REMOVAL: u8 = 0x17;
/// Plug and play: the device has been enumerated.
pub const IRP_MN_DEVICE_ENUMERATED: u8 = 0x19;

/// Power: wake the machine, or be woken.
pub const IRP_MN_WAIT_WAKE: u8 = 0x00;
/// Power: how often a state was entered.
pub const IRP_MN_POWER_SEQUENCE: u8 = 0x01;
/// Power: enter a state.
pub const IRP_MN_SET_POWER: u8 = 0x02;
/// Power: may a state be entered?
pub const IRP_MN_QUERY_POWER: u8 = 0x03;

/// Management: data of all instances.
pub const IRP_MN_QUERY_ALL_DATA: u8 = 0x00;
/// Management: data of one instance.
pub const IRP_MN_QUERY_SINGLE_INSTANCE: u8 = 0x01;
/// Management: change an instance.
pub const IRP_MN_CHANGE_SINGLE_INSTANCE: u8 = 0x02;
/// Management: change an item of an instance.
pub const IRP_MN_CHANGE_SINGLE_ITEM: u8 = 0x03;
/// Management: begin to report events.
pub const IRP_MN_ENABLE_EVENTS: u8 = 0x04;
/// Management: cease to report events.
pub const IRP_MN_DISABLE_EVENTS: u8 = 0x05;
/// Management: begin to collect data.
pub const IRP_MN_ENABLE_COLLECTION: u8 = 0x06;
/// Management: cease to collect data.
pub const IRP_MN_DISABLE_COLLECTION: u8 = 0x07;
/// Management: what the driver provides.
pub const IRP_MN_REGINFO: u8 = 0x08;
/// Management: call a method.
pub const IRP_MN_EXECUTE_METHOD: u8 = 0x09;
/// Management: what the driver provides, for a device that is referenced.
pub const IRP_MN_REGINFO_EX: u8 = 0x0b;
