//! Memory of device objects.

use std::{
    alloc::{self, Layout},
    ffi::c_void,
    ops::Range,
};

use crate::{
    ke::deadlock,
    nt::{
        DEVICE_OBJECT, DEVOBJ_EXTENSION, IO_TYPE_DEVICE, IO_TYPE_DEVICE_OBJECT_EXTENSION,
        MEMORY_ALLOCATION_ALIGNMENT,
    },
};

/// The memory of a device object, with the driver's extension behind it.
///
/// # Invariants
///
/// `object` was allocated with `layout`, and `extension` came from a box.
pub(super) struct Memory {
    object: *mut DEVICE_OBJECT,
    extension: *mut DEVOBJ_EXTENSION,
    layout: Layout,
}

// SAFETY: the memory may be used and freed on any thread.
unsafe impl Send for Memory {}

impl Memory {
    /// A device object of zeros with so many bytes behind it; `None` if there is no memory.
    pub fn new(extension_size: u32) -> Option<Self> {
        let behind = usize::try_from(extension_size).ok()?;
        let size = size_of::<DEVICE_OBJECT>().checked_add(behind)?;
        let layout = Layout::from_size_align(size, MEMORY_ALLOCATION_ALIGNMENT).ok()?;
        // SAFETY: the size is not zero.
        let memory: *mut c_void = unsafe { alloc::alloc_zeroed(layout) }.cast();
        let object: *mut DEVICE_OBJECT = memory.cast();
        // SAFETY: it was just allocated, and zeros are a device object; or it is null.
        let device = unsafe { object.as_mut() }?;
        let extension = Box::into_raw(Box::new(DEVOBJ_EXTENSION {
            Type: IO_TYPE_DEVICE_OBJECT_EXTENSION,
            DeviceObject: object,
            ..DEVOBJ_EXTENSION::default()
        }));
        device.Type = IO_TYPE_DEVICE;
        device.Size = u16::try_from(size).unwrap_or(u16::MAX);
        device.StackSize = 1;
        device.DeviceObjectExtension = extension;
        if behind > 0 {
            device.DeviceExtension = object.wrapping_add(1).cast();
        }
        // INVARIANT: both were just allocated so.
        Some(Self { object, extension, layout })
    }

    /// Where it is.
    pub fn range(&self) -> Range<usize> {
        let start = self.object as usize;
        start..start + self.layout.size()
    }

    pub fn object(&self) -> *mut DEVICE_OBJECT {
        self.object
    }
}

impl Drop for Memory {
    fn drop(&mut self) {
        deadlock::forget(&(self.object.addr()..self.object.addr() + self.layout.size()));
        // SAFETY: by the invariant, and nobody uses it any more.
        drop(unsafe { Box::from_raw(self.extension) });
        // SAFETY: as above; what is written there lets nobody use it by mistake.
        unsafe { self.object.cast::<u8>().write_bytes(0xdd, self.layout.size()) };
        // SAFETY: as above.
        unsafe { alloc::dealloc(self.object.cast(), self.layout) };
    }
}
