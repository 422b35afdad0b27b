//! Requests that a driver has pended.

use std::{mem, sync::Arc};

use parking_lot::Mutex;

use super::rig::{Asked, Shared};
use crate::{
    io::cancel,
    nt::{
        DEVICE_OBJECT, IRP, IRP_MJ_READ, NTSTATUS, STATUS_CANCELLED, STATUS_PENDING,
        irp_mark_pending, irp_set_cancel_routine,
    },
};

/// Requests that a driver has pended, and that can be cancelled.
#[derive(Clone, Default)]
pub struct Pended(Arc<Mutex<Vec<Shared<IRP>>>>);

impl Pended {
    /// Pends a request.
    pub fn add(&self, asked: Asked) -> NTSTATUS {
        let packet = asked.packet();
        packet.Tail.Overlay.u.DriverContext = [Arc::as_ptr(&self.0).cast_mut().cast(); 4];
        // SAFETY: the driver has the IRP.
        unsafe { irp_mark_pending(asked.irp) };
        let mut list = self.0.lock();
        list.push(Shared(asked.irp));
        // SAFETY: as above.
        unsafe { irp_set_cancel_routine(asked.irp, Some(cancelled)) };
        // SAFETY: it stays as long as the list is locked.
        let disarm = || unsafe { irp_set_cancel_routine(asked.irp, None) };
        if asked.packet().Cancel != 0 && disarm().is_some() {
            list.pop();
            drop(list);
            asked.complete(STATUS_CANCELLED, 0);
        }
        STATUS_PENDING
    }

    /// Takes all that are not being cancelled.
    pub fn take(&self) -> Vec<Asked> {
        let mut list = self.0.lock();
        let (mine, others) = mem::take(&mut *list).into_iter().partition(|irp| {
            // SAFETY: it is pended.
            unsafe { irp_set_cancel_routine(irp.get(), None) }.is_some()
        });
        *list = others;
        let mine: Vec<Shared<IRP>> = mine;
        mine.into_iter().map(|irp| Asked::read(irp.get())).collect()
    }
}

/// The cancel routine.
unsafe extern "efiapi" fn cancelled(_device: *mut DEVICE_OBJECT, irp: *mut IRP) {
    let asked = Asked::read(irp);
    cancel::release_lock(asked.packet().CancelIrql);
    // SAFETY: drivers use this member of the union.
    let words = unsafe { asked.packet().Tail.Overlay.u };
    // SAFETY: `add` put it there.
    let [list, ..] = unsafe { words.DriverContext };
    // SAFETY: it stays as long as the driver.
    let list = unsafe { &*list.cast::<Mutex<Vec<Shared<IRP>>>>() };
    list.lock().retain(|other| other.get() != irp);
    asked.complete(STATUS_CANCELLED, 0);
}

impl Asked {
    /// A read that was pended.
    fn read(irp: *mut IRP) -> Self {
        Self { device: std::ptr::null_mut(), irp, major: IRP_MJ_READ }
    }
}
