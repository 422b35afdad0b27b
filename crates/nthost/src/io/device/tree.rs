//! The devices that there are, and their names.

use core::ffi::c_void;
use std::{collections::BTreeMap, ptr};

use super::DeviceInfo;
use crate::{
    io::name::{Found, Names},
    nt::{
        DEVICE_OBJECT, DO_DEVICE_INITIALIZING, DO_EXCLUSIVE, DRIVER_OBJECT, NTSTATUS,
        STATUS_ACCESS_DENIED, STATUS_NO_SUCH_DEVICE, STATUS_OBJECT_NAME_NOT_FOUND,
    },
    rtl::security::Descriptor,
};

/// The devices that there are, and their names.
///
/// # Invariants
///
/// The keys of `devices` are addresses of device objects, which are valid as long as they are here.
#[derive(Default)]
pub(in crate::io) struct Tree {
    pub names: Names,
    devices: BTreeMap<usize, Device>,
}

/// The list of a security descriptor.
fn access(descriptor: *const c_void) -> Vec<u8> {
    if descriptor.is_null() {
        return Vec::new();
    }
    // SAFETY: what a device object points at is a valid descriptor.
    unsafe { Descriptor::read(descriptor) }.map(|read| read.dacl).unwrap_or_default()
}

struct Device {
    driver: usize,
    /// `IoDeleteDevice` was called, and it goes when it is not open any more.
    is_deleted: bool,
}

/// A device that was opened.
#[derive(Debug)]
pub(in crate::io) struct Opened {
    pub device: *mut DEVICE_OBJECT,
    /// The rest of the name behind that of the device.
    pub rest: String,
}

/// What became of a device that was deleted.
pub(in crate::io) enum Deleted {
    /// There is no such device, or it was deleted before.
    Unknown,
    /// It goes when it is not open any more.
    Later,
    /// It was taken out.
    Now(usize),
}

impl Tree {
    /// Adds a device to its driver. Nobody else uses either at the same time.
    ///
    /// # Safety
    ///
    /// Both are valid, the device until it is taken out again.
    pub unsafe fn add(&mut self, device: *mut DEVICE_OBJECT, driver: *mut DRIVER_OBJECT) {
        // SAFETY: by the contract.
        let owner = unsafe { &mut *driver };
        // SAFETY: by the contract.
        let object = unsafe { &mut *device };
        object.DriverObject = driver;
        object.NextDevice = owner.DeviceObject;
        owner.DeviceObject = device;
        // INVARIANT: by the contract.
        self.devices.insert(device as usize, Device { driver: driver as usize, is_deleted: false });
    }

    /// Whether there is a device with this address.
    pub fn has(&self, device: usize) -> bool {
        self.devices.contains_key(&device)
    }

    /// Whether an address is in the memory of a device.
    pub fn holds(&self, address: usize) -> bool {
        let Some((&start, _)) = self.devices.range(..=address).next_back() else { return false };
        self.object(start).is_some_and(|object| address - start < usize::from(object.Size))
    }

    fn object(&self, device: usize) -> Option<&DEVICE_OBJECT> {
        self.devices.get(&device)?;
        // SAFETY: by the invariant it is valid.
        unsafe { (device as *const DEVICE_OBJECT).as_ref() }
    }

    fn object_mut(&mut self, device: usize) -> Option<&mut DEVICE_OBJECT> {
        self.devices.get(&device)?;
        // SAFETY: by the invariant it is valid.
        unsafe { (device as *mut DEVICE_OBJECT).as_mut() }
    }

    /// Opens the device that a name leads to.
    pub fn open(&mut self, name: &str) -> Result<Opened, NTSTATUS> {
        let Found { device, rest } = self.names.find(name)?;
        let object = self.object_mut(device).ok_or(STATUS_OBJECT_NAME_NOT_FOUND)?;
        if object.Flags & DO_DEVICE_INITIALIZING != 0 {
            return Err(STATUS_NO_SUCH_DEVICE);
        }
        if object.Flags & DO_EXCLUSIVE != 0 && object.ReferenceCount > 0 {
            return Err(STATUS_ACCESS_DENIED);
        }
        object.ReferenceCount += 1;
        Ok(Opened { device: ptr::from_mut(object), rest })
    }

    /// Closes a device, and takes it out if it was to be deleted. Returns it then.
    pub fn close(&mut self, device: usize) -> Option<usize> {
        self.object_mut(device)?.ReferenceCount -= 1;
        self.take_if_done(device)
    }

    /// Removes the name of a device, and takes it out if it is not open.
    pub fn delete(&mut self, device: usize) -> Deleted {
        let entry = self.devices.get_mut(&device).filter(|entry| !entry.is_deleted);
        let Some(entry) = entry else { return Deleted::Unknown };
        entry.is_deleted = true;
        self.names.remove_device(device);
        self.take_if_done(device).map_or(Deleted::Later, Deleted::Now)
    }

    fn take_if_done(&mut self, device: usize) -> Option<usize> {
        let object = self.object(device)?;
        let (driver, next) = (object.DriverObject, object.NextDevice);
        if object.ReferenceCount > 0 || !self.devices.get(&device)?.is_deleted {
            return None;
        }
        // SAFETY: a driver is valid as long as it has devices, and changes under the lock.
        let first = unsafe { &mut (*driver).DeviceObject };
        if *first as usize == device {
            *first = next;
        } else {
            let mut before = *first as usize;
            while let Some(object) = self.object_mut(before) {
                if object.NextDevice as usize == device {
                    object.NextDevice = next;
                    break;
                }
                before = object.NextDevice as usize;
            }
        }
        self.devices.remove(&device);
        Some(device)
    }

    /// The devices of a driver.
    pub fn of_driver(&self, driver: usize) -> impl Iterator<Item = usize> {
        let devices = self.devices.iter().filter(move |(_, device)| device.driver == driver);
        devices.map(|(&address, _)| address)
    }

    /// How many files are open on the devices of a driver.
    pub fn open_files(&self, driver: usize) -> usize {
        let objects = self.of_driver(driver).filter_map(|device| self.object(device));
        objects.map(|object| usize::try_from(object.ReferenceCount).unwrap_or_default()).sum()
    }

    /// Names, type and open files of a device.
    pub fn info(&self, device: usize) -> DeviceInfo {
        let leads_here = |target: &str| {
            self.names
                .find(target)
                .is_ok_and(|found| found.device == device && found.rest.is_empty())
        };
        let links = self.names.links().filter(|(_, target)| leads_here(target));
        let object = self.object(device);
        let descriptor =
            object.as_ref().map_or(ptr::null_mut(), |object| object.SecurityDescriptor);
        DeviceInfo {
            name: self.names.of_device(device).map(str::to_owned),
            links: links.map(|(name, _)| name.to_owned()).collect(),
            device_type: object.as_ref().map_or(0, |object| object.DeviceType),
            characteristics: object.as_ref().map_or(0, |object| object.Characteristics),
            secured: !descriptor.is_null(),
            access: access(descriptor),
            open: object.map_or(0, |object| object.ReferenceCount.unsigned_abs() as usize),
        }
    }

    /// All links that lead nowhere.
    pub fn dangling(&self) -> Vec<String> {
        let links = self.names.links().filter(|(_, target)| self.names.find(target).is_err());
        links.map(|(name, _)| name.to_owned()).collect()
    }
}
