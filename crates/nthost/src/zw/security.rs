//! Services that are about the security of objects.

use core::ffi::c_void;

use super::done;
use crate::{
    low_resources::denies,
    nt::{
        ACCESS_MASK, ACCESS_SYSTEM_SECURITY, DACL_SECURITY_INFORMATION, DEVICE_OBJECT,
        GROUP_SECURITY_INFORMATION, HANDLE, NTSTATUS, OWNER_SECURITY_INFORMATION,
        SACL_SECURITY_INFORMATION, SE_DACL_DEFAULTED, SE_DACL_PRESENT, SE_DACL_PROTECTED,
        SE_GROUP_DEFAULTED, SE_OWNER_DEFAULTED, SE_SACL_DEFAULTED, SE_SACL_PRESENT,
        SE_SACL_PROTECTED, STATUS_ACCESS_DENIED, STATUS_ACCESS_VIOLATION,
        STATUS_INSUFFICIENT_RESOURCES, STATUS_INVALID_HANDLE, WRITE_DAC, WRITE_OWNER,
    },
    ob::{self, Kind},
    rtl::security::Descriptor,
};

/// The right that a part needs, and the flags that belong to it.
const PARTS: [(u32, ACCESS_MASK, u16); 4] = [
    (OWNER_SECURITY_INFORMATION, WRITE_OWNER, SE_OWNER_DEFAULTED),
    (GROUP_SECURITY_INFORMATION, WRITE_OWNER, SE_GROUP_DEFAULTED),
    (DACL_SECURITY_INFORMATION, WRITE_DAC, SE_DACL_PRESENT | SE_DACL_DEFAULTED | SE_DACL_PROTECTED),
    (
        SACL_SECURITY_INFORMATION,
        ACCESS_SYSTEM_SECURITY,
        SE_SACL_PRESENT | SE_SACL_DEFAULTED | SE_SACL_PROTECTED,
    ),
];

/// What becomes of `old` when the parts that `information` names are taken from `new`.
fn merge(old: Descriptor, new: Descriptor, information: u32) -> Descriptor {
    let takes = |part| information & part != 0;
    let changed = PARTS.iter().filter(|(part, ..)| takes(*part));
    let flags = changed.fold(0, |flags, (.., own)| flags | own);
    Descriptor {
        control: (old.control & !flags) | (new.control & flags),
        owner: if takes(OWNER_SECURITY_INFORMATION) { new.owner } else { old.owner },
        group: if takes(GROUP_SECURITY_INFORMATION) { new.group } else { old.group },
        dacl: if takes(DACL_SECURITY_INFORMATION) { new.dacl } else { old.dacl },
        sacl: if takes(SACL_SECURITY_INFORMATION) { new.sacl } else { old.sacl },
    }
}

/// Changes the security of what a handle stands for.
///
/// # Safety
///
/// `descriptor` is null or valid for reads of one, with the parts that it has.
unsafe fn set(handle: HANDLE, information: u32, descriptor: *const c_void) -> Result<(), NTSTATUS> {
    let found = ob::find(handle).ok_or(STATUS_INVALID_HANDLE)?;
    let needed = PARTS.iter().filter(|(part, ..)| information & part != 0);
    if needed.fold(0, |rights, (_, right, _)| rights | right) & !found.access != 0 {
        return Err(STATUS_ACCESS_DENIED);
    }
    if descriptor.is_null() {
        return Err(STATUS_ACCESS_VIOLATION);
    }
    // SAFETY: the caller says so.
    let new = unsafe { Descriptor::read(descriptor) }?;
    let place = ob::change_security(found.address, |old| merge(old, new, information));
    let place = place.ok_or(STATUS_INVALID_HANDLE)?;
    if found.kind == Kind::Device {
        let device = found.address as *mut DEVICE_OBJECT;
        // SAFETY: the handle keeps the device object.
        unsafe { (*device).SecurityDescriptor = place };
    }
    Ok(())
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ntifs/nf-ntifs-zwsetsecurityobject)
pub(super) unsafe extern "efiapi" fn ZwSetSecurityObject(
    handle: HANDLE,
    information: u32,
    descriptor: *const c_void,
) -> NTSTATUS {
    if denies("ZwSetSecurityObject") {
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    // SAFETY: the driver passes a valid descriptor.
    done(unsafe { set(handle, information, descriptor) })
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::{
        nt::{STATUS_SUCCESS, STATUS_UNKNOWN_REVISION},
        system::System,
        thread,
    };

    /// A self-relative descriptor with an empty list, which lets nobody in.
    static NOBODY: [u32; 7] = [0x8004_0001, 0, 0, 0, 20, 0x0008_0002, 0];

    fn in_kernel(test: impl FnOnce()) {
        let system = Arc::new(System::new(1));
        thread::enter(&system, |_| test());
    }

    fn set_dacl(handle: HANDLE, descriptor: *const [u32; 7]) -> NTSTATUS {
        // SAFETY: the descriptor is valid or null.
        unsafe { ZwSetSecurityObject(handle, DACL_SECURITY_INFORMATION, descriptor.cast()) }
    }

    #[test]
    fn a_device_gets_the_descriptor() {
        in_kernel(|| {
            let mut device = Box::new(DEVICE_OBJECT::default());
            let address = &raw mut *device as usize;
            ob::insert(Kind::Device, address, || ());
            let handle = ob::open(address, WRITE_DAC).unwrap();
            assert_eq!(set_dacl(handle, &raw const NOBODY), STATUS_SUCCESS);
            // SAFETY: the object is valid.
            let place = unsafe { (*(address as *const DEVICE_OBJECT)).SecurityDescriptor };
            // SAFETY: it was set above.
            let found = unsafe { Descriptor::read(place) }.unwrap();
            assert_eq!(found.control, SE_DACL_PRESENT);
            assert_eq!(found.dacl, [2, 0, 8, 0, 0, 0, 0, 0]);
            ob::close(handle);
            ob::dereference(address);
        });
    }

    #[test]
    fn needs_the_right_and_a_descriptor() {
        in_kernel(|| {
            ob::insert(Kind::Event, 0x1000, || ());
            let reader = ob::open(0x1000, WRITE_OWNER).unwrap();
            assert_eq!(set_dacl(reader, &raw const NOBODY), STATUS_ACCESS_DENIED);
            let writer = ob::open(0x1000, WRITE_DAC).unwrap();
            assert_eq!(set_dacl(writer, core::ptr::null()), STATUS_ACCESS_VIOLATION);
            let mut wrong = NOBODY;
            wrong[0] += 1;
            assert_eq!(set_dacl(writer, &raw const wrong), STATUS_UNKNOWN_REVISION);
            assert_eq!(set_dacl(0x1000 as _, &raw const NOBODY), STATUS_INVALID_HANDLE);
        });
    }

    #[test]
    fn only_the_parts_that_are_named_change() {
        let old = Descriptor {
            control: SE_DACL_PRESENT,
            owner: vec![1],
            dacl: vec![2],
            ..Default::default()
        };
        let new = Descriptor { control: SE_OWNER_DEFAULTED, owner: vec![3], ..Default::default() };
        let merged = merge(old.clone(), new, OWNER_SECURITY_INFORMATION);
        let control = SE_DACL_PRESENT | SE_OWNER_DEFAULTED;
        assert_eq!(merged, Descriptor { control, owner: vec![3], ..old });
    }
}
