//! Device objects.
//!
//! [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/kernel/introduction-to-device-objects)

pub(super) mod attach;
pub(super) mod exports;
mod memory;
pub(super) mod pointer;
mod tree;

use crate::{
    export::Export,
    nt::{DEVICE_OBJECT, DO_BUFFERED_IO, DO_DEVICE_INITIALIZING, DO_DIRECT_IO},
    ob,
    system::System,
    verifier::catalogue::device::BUFFERING,
};

pub(crate) use attach::top;
use tree::Deleted;
pub(super) use tree::{Opened, Tree};

/// The tables of what drivers import.
pub(crate) const EXPORTS: [&[Export]; 3] = [attach::EXPORTS, exports::EXPORTS, pointer::EXPORTS];

/// A device, as reports and programs see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeviceInfo {
    /// Its name, such as `\Device\Example`, if it has one.
    pub name: Option<String>,
    /// The symbolic links that lead to it.
    pub links: Vec<String>,
    /// Its type, such as `FILE_DEVICE_NETWORK`.
    pub device_type: u32,
    /// Its characteristics, such as `FILE_DEVICE_SECURE_OPEN`.
    pub characteristics: u32,
    /// Open files.
    pub open: usize,
    /// Whether its driver has said who may open it, by a security descriptor. Otherwise that is left to
    /// the default of its type.
    pub secured: bool,
    /// The list in that descriptor, as Windows stores it (`ACL`): who may open the device. Empty without one.
    pub access: Vec<u8>,
}

/// Opens the device that a name leads to: it stays, and its driver is not unloaded, until it is closed.
pub(super) fn open(system: &System, name: &str) -> Result<Opened, i32> {
    system.io.tree.lock().open(name)
}

/// Closes a device that was opened. If it was to be deleted before, it is deleted now.
pub(super) fn close(system: &System, device: *mut DEVICE_OBJECT) {
    let gone = system.io.tree.lock().close(device as usize);
    if let Some(device) = gone {
        ob::dereference(device);
    }
}

/// Whether there is a device with this address.
pub(super) fn exists(system: &System, device: *const DEVICE_OBJECT) -> bool {
    system.io.tree.lock().has(device as usize)
}

/// Whether an address is in the memory of a device.
pub(super) fn holds(system: &System, address: usize) -> bool {
    system.io.tree.lock().holds(address)
}

/// Deletes a device as soon as it is not open any more. Returns whether there was one.
pub(super) fn delete(system: &System, device: *mut DEVICE_OBJECT) -> bool {
    let deleted = system.io.tree.lock().delete(device as usize);
    match deleted {
        Deleted::Now(gone) => ob::dereference(gone),
        Deleted::Later => {}
        Deleted::Unknown => return false,
    }
    true
}

/// The devices of a driver.
pub(super) fn of_driver(system: &System, driver: usize) -> Vec<DeviceInfo> {
    let tree = system.io.tree.lock();
    tree.of_driver(driver).map(|device| tree.info(device)).collect()
}

/// Lets the devices of a driver be opened, whose `DriverEntry` has made them.
pub(super) fn make_ready(system: &System, driver: usize) {
    const BOTH: u32 = DO_BUFFERED_IO | DO_DIRECT_IO;
    let tree = system.io.tree.lock();
    let mut wrong = None;
    for device in tree.of_driver(driver) {
        let device = device as *mut DEVICE_OBJECT;
        // SAFETY: devices in the tree are valid, and its lock is held.
        let object = unsafe { &mut *device };
        object.Flags &= !DO_DEVICE_INITIALIZING;
        wrong = wrong.or((object.Flags & BOTH == BOTH).then_some(device));
    }
    drop(tree);
    if let Some(device) = wrong {
        let text = "a driver has set both DO_BUFFERED_IO and DO_DIRECT_IO for a device";
        BUFFERING.broken_with([device as u64, 0, 0], text);
    }
}

/// Deletes all devices and links of a driver that is gone, and says in sentences what there was.
pub(super) fn delete_all(system: &System, driver: usize) -> Vec<String> {
    let devices: Vec<_> = system.io.tree.lock().of_driver(driver).collect();
    let mut left = Vec::new();
    for device in devices {
        let info = system.io.tree.lock().info(device);
        let name = info.name.unwrap_or_else(|| "without a name".to_owned());
        left.push(format!("the device {name} was not deleted"));
        for link in info.links {
            left.push(format!("the symbolic link {link} was not deleted"));
            // It was there just now, and nobody else removes it.
            let _ = system.io.tree.lock().names.remove_link(&link);
        }
        delete(system, device as *mut DEVICE_OBJECT);
    }
    left
}
