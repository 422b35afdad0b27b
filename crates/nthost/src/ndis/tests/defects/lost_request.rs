//! A request is dequeued, and not completed when its buffer cannot be mapped.

use std::{ffi::c_void, sync::Arc};

use parking_lot::Mutex;

use super::{
    chain::{Buffer, List},
    sample::{Binding, Lab, Sample},
};
use crate::{
    export,
    io::tests::rig::{Asked, Plan},
    ndis::Frame,
    nt::{
        DO_DIRECT_IO, IRP_MJ_READ, KernelMode, MDL, MmCached, STATUS_INSUFFICIENT_RESOURCES,
        STATUS_PENDING, STATUS_SUCCESS, irp_mark_pending,
    },
};

/// The driver: a frame completes the oldest read.
#[derive(Default)]
struct Reads {
    wrong: bool,
    pended: Mutex<Vec<Asked>>,
    /// Requests that it has lost.
    lost: Mutex<Vec<Asked>>,
}

impl Sample for Reads {
    fn receive(&self, binding: &Binding, first: List, lent: bool) {
        for frame in first.chain().flat_map(List::buffers).map(Buffer::frame) {
            self.serve(&frame);
        }
        if !lent {
            binding.give_back(first);
        }
    }
}

impl Reads {
    fn serve(&self, frame: &[u8]) {
        let Some(asked) = self.pended.lock().pop() else { return };
        let Some(buffer) = map(asked.packet().MdlAddress) else {
            if self.wrong {
                // The sample breaks out of its loop here.
                self.lost.lock().push(asked);
            } else {
                asked.complete(STATUS_INSUFFICIENT_RESOURCES, 0);
            }
            return;
        };
        // SAFETY: the buffer of the test is longer than its frames.
        let room = unsafe { std::slice::from_raw_parts_mut(buffer.cast::<u8>(), frame.len()) };
        room.copy_from_slice(frame);
        asked.complete(STATUS_SUCCESS, frame.len());
    }
}

/// The address of a buffer, if there is room for its mapping.
fn map(mdl: *mut MDL) -> Option<*mut c_void> {
    type Map = unsafe extern "efiapi" fn(*mut MDL, i8, i32, *mut c_void, u32, u32) -> *mut c_void;
    let export = export::find("ntoskrnl.exe", "MmMapLockedPagesSpecifyCache").unwrap();
    // SAFETY: the function has this type.
    let map = unsafe { std::mem::transmute::<*const (), Map>(export.address) };
    // SAFETY: the MDL is that of a request that the driver has.
    let address = unsafe { map(mdl, KernelMode, MmCached, std::ptr::null_mut(), 0, 0x4000_0010) };
    (!address.is_null()).then_some(address)
}

/// A read that meets a mapping that fails: whether it ends, and what is left.
fn ends(wrong: bool) -> (bool, Vec<String>) {
    let driver = Arc::new(Reads { wrong, ..Reads::default() });
    let lab = Lab::new(&driver);
    let pending = Arc::clone(&driver);
    let plan = Plan::new(move |asked| {
        if asked.major != IRP_MJ_READ {
            return asked.complete(STATUS_SUCCESS, 0);
        }
        // SAFETY: the driver has the IRP.
        unsafe { irp_mark_pending(asked.irp) };
        pending.pended.lock().push(asked);
        STATUS_PENDING
    });
    let rig = Plan { flags: DO_DIRECT_IO, ..plan }.load_into(&lab.machine.kernel).unwrap();
    let file = rig.open();
    let read = file.start_read(100);
    lab.machine.kernel.fail_mapping_after(0);
    assert_eq!(lab.link.indicate(&[Frame::from(vec![0xff; 60])]).taken, 1);
    let ended = read.is_done();
    let left = lab.machine.kernel.leftovers();
    // So that the test ends.
    lab.machine.run(|| {
        for asked in driver.lost.lock().drain(..) {
            asked.complete(STATUS_INSUFFICIENT_RESOURCES, 0);
        }
    });
    let (completion, _) = read.wait();
    assert_eq!(completion.status.value(), STATUS_INSUFFICIENT_RESOURCES);
    drop(file);
    assert_eq!(lab.finish().0, [""; 0]);
    assert_eq!(rig.driver.unload().unwrap().leftovers(), [""; 0]);
    (ended, left)
}

#[test]
fn a_lost_request_never_ends() {
    let (ended, left) = ends(true);
    assert!(!ended);
    assert!(left.iter().any(|sentence| sentence.contains("was not completed")), "{left:?}");
}

#[test]
fn a_request_whose_buffer_cannot_be_mapped_fails() {
    let (ended, left) = ends(false);
    assert!(ended);
    assert!(!left.iter().any(|sentence| sentence.contains("was not completed")), "{left:?}");
}
