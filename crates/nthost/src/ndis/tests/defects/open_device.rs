//! A device that its driver has said nothing of who may open it.

use ndis_sys::NDIS_HANDLE;

use crate::{
    export,
    io::tests::rig::{Plan, Rig},
    nt::{NTSTATUS, STATUS_SUCCESS},
    ob,
};

/// `DACL_SECURITY_INFORMATION`.
const DACL: u32 = 4;

/// `WRITE_DAC`.
const WRITE: u32 = 0x0004_0000;

/// A self-relative descriptor with an empty list, which lets nobody in.
static NOBODY: [u32; 7] = [0x8004_0001, 0, 0, 0, 20, 0x0008_0002, 0];

/// The driver says that nobody may open its device.
fn secure(rig: &Rig) {
    type Set = unsafe extern "efiapi" fn(NDIS_HANDLE, u32, *const [u32; 7]) -> NTSTATUS;
    let export = export::find("ntoskrnl.exe", "ZwSetSecurityObject").unwrap();
    // SAFETY: the function has this type.
    let set = unsafe { std::mem::transmute::<*const (), Set>(export.address) };
    rig.inside(|device| {
        let handle = ob::open(device as usize, WRITE).unwrap();
        // SAFETY: the handle is one of a device, and the descriptor is valid.
        assert_eq!(unsafe { set(handle, DACL, &raw const NOBODY) }, STATUS_SUCCESS);
        ob::close(handle);
    });
}

#[test]
fn a_device_without_a_security_descriptor_is_told_apart() {
    let rig = Plan::new(|asked| asked.complete(STATUS_SUCCESS, 0)).load();
    assert!(!rig.driver.devices()[0].secured);
    secure(&rig);
    assert!(rig.driver.devices()[0].secured);
    rig.finish();
}
