//! Types of devices.
//!
//! [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/kernel/specifying-device-types)

/// Type of a device. Values from 0x8000 on are for vendors.
pub type DEVICE_TYPE = u32;

/// Sounds a tone.
pub const FILE_DEVICE_BEEP: DEVICE_TYPE = 0x01;
/// Compact disc.
pub const FILE_DEVICE_CD_ROM: DEVICE_TYPE = 0x02;
/// File system of a compact disc.
pub const FILE_DEVICE_CD_ROM_FILE_SYSTEM: DEVICE_TYPE = 0x03;
/// Controller.
pub const FILE_DEVICE_CONTROLLER: DEVICE_TYPE = 0x04;
/// Data link.
pub const FILE_DEVICE_DATALINK: DEVICE_TYPE = 0x05;
/// Distributed file system.
pub const FILE_DEVICE_DFS: DEVICE_TYPE = 0x06;
/// Disk.
pub const FILE_DEVICE_DISK: DEVICE_TYPE = 0x07;
/// File system of a disk.
pub const FILE_DEVICE_DISK_FILE_SYSTEM: DEVICE_TYPE = 0x08;
/// File system.
pub const FILE_DEVICE_FILE_SYSTEM: DEVICE_TYPE = 0x09;
/// Keyboard.
pub const FILE_DEVICE_KEYBOARD: DEVICE_TYPE = 0x0b;
/// Mailslots.
pub const FILE_DEVICE_MAILSLOT: DEVICE_TYPE = 0x0c;
/// Mouse.
pub const FILE_DEVICE_MOUSE: DEVICE_TYPE = 0x0f;
/// Named pipes.
pub const FILE_DEVICE_NAMED_PIPE: DEVICE_TYPE = 0x11;
/// Network.
pub const FILE_DEVICE_NETWORK: DEVICE_TYPE = 0x12;
/// Network browser.
pub const FILE_DEVICE_NETWORK_BROWSER: DEVICE_TYPE = 0x13;
/// File system of another machine.
pub const FILE_DEVICE_NETWORK_FILE_SYSTEM: DEVICE_TYPE = 0x14;
/// Nothing.
pub const FILE_DEVICE_NULL: DEVICE_TYPE = 0x15;
/// Parallel port.
pub const FILE_DEVICE_PARALLEL_PORT: DEVICE_TYPE = 0x16;
/// Network adapter.
pub const FILE_DEVICE_PHYSICAL_NETCARD: DEVICE_TYPE = 0x17;
/// Printer.
pub const FILE_DEVICE_PRINTER: DEVICE_TYPE = 0x18;
/// Scanner.
pub const FILE_DEVICE_SCANNER: DEVICE_TYPE = 0x19;
/// Serial port.
pub const FILE_DEVICE_SERIAL_PORT: DEVICE_TYPE = 0x1b;
/// Screen.
pub const FILE_DEVICE_SCREEN: DEVICE_TYPE = 0x1c;
/// Sound.
pub const FILE_DEVICE_SOUND: DEVICE_TYPE = 0x1d;
/// Streams.
pub const FILE_DEVICE_STREAMS: DEVICE_TYPE = 0x1e;
/// Tape.
pub const FILE_DEVICE_TAPE: DEVICE_TYPE = 0x1f;
/// Transport.
pub const FILE_DEVICE_TRANSPORT: DEVICE_TYPE = 0x21;
/// Anything else, such as a device that is software only.
pub const FILE_DEVICE_UNKNOWN: DEVICE_TYPE = 0x22;
/// Video.
pub const FILE_DEVICE_VIDEO: DEVICE_TYPE = 0x23;
/// Disk that is software only.
pub const FILE_DEVICE_VIRTUAL_DISK: DEVICE_TYPE = 0x24;
/// Keyboard and mouse controller.
pub const FILE_DEVICE_8042_PORT: DEVICE_TYPE = 0x27;
/// Client of a network file system.
pub const FILE_DEVICE_NETWORK_REDIRECTOR: DEVICE_TYPE = 0x28;
/// Battery.
pub const FILE_DEVICE_BATTERY: DEVICE_TYPE = 0x29;
/// Bus.
pub const FILE_DEVICE_BUS_EXTENDER: DEVICE_TYPE = 0x2a;
/// Modem.
pub const FILE_DEVICE_MODEM: DEVICE_TYPE = 0x2b;
/// Storage.
pub const FILE_DEVICE_MASS_STORAGE: DEVICE_TYPE = 0x2d;
/// Kernel streaming.
pub const FILE_DEVICE_KS: DEVICE_TYPE = 0x2f;
/// Changes media.
pub const FILE_DEVICE_CHANGER: DEVICE_TYPE = 0x30;
/// Smart card.
pub const FILE_DEVICE_SMARTCARD: DEVICE_TYPE = 0x31;
/// Firmware.
pub const FILE_DEVICE_ACPI: DEVICE_TYPE = 0x32;
/// Versatile disc.
pub const FILE_DEVICE_DVD: DEVICE_TYPE = 0x33;
