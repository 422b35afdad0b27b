//! A way out of the receive handler that keeps the reference it took.

use std::{
    ffi::c_void,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
};

use parking_lot::Mutex;

use super::{
    chain::List,
    sample::{Binding, Lab, Sample},
};
use crate::{
    export,
    ndis::{Frame, Link},
    nt::POOL_FLAG_NON_PAGED,
};

/// What the driver knows of a binding, in pool, for as long as somebody uses it.
#[derive(Default)]
struct Open {
    block: AtomicUsize,
    references: AtomicUsize,
}

impl Open {
    fn new() -> Self {
        type Allocate = unsafe extern "efiapi" fn(u64, usize, u32) -> *mut c_void;
        let export = export::find("ntoskrnl.exe", "ExAllocatePool2").unwrap();
        // SAFETY: the function has this type.
        let allocate = unsafe { std::mem::transmute::<*const (), Allocate>(export.address) };
        // SAFETY: it may be called anywhere here.
        let block = unsafe { allocate(POOL_FLAG_NON_PAGED, 64, u32::from_le_bytes(*b"Open")) };
        Self { block: AtomicUsize::new(block as usize), references: AtomicUsize::new(1) }
    }

    fn take(&self) {
        self.references.fetch_add(1, SeqCst);
    }

    fn drop_one(&self) {
        if self.references.fetch_sub(1, SeqCst) == 1 {
            type Free = unsafe extern "efiapi" fn(*mut c_void);
            let export = export::find("ntoskrnl.exe", "ExFreePool").unwrap();
            // SAFETY: the function has this type.
            let free = unsafe { std::mem::transmute::<*const (), Free>(export.address) };
            // SAFETY: the block came from pool, and nobody uses it any more.
            unsafe { free(self.block.load(SeqCst) as *mut c_void) };
        }
    }
}

/// The driver.
struct Counts {
    open: Mutex<Option<Arc<Open>>>,
    /// It leaves the handler with its reference if the binding is about to pause.
    wrong: bool,
    /// Where a frame comes from while the binding is about to pause.
    link: Mutex<Option<Link>>,
}

impl Counts {
    fn open(&self) -> Arc<Open> {
        Arc::clone(self.open.lock().as_ref().expect("it is bound"))
    }
}

impl Sample for Counts {
    fn bound(&self) {
        *self.open.lock() = Some(Arc::new(Open::new()));
    }

    fn receive(&self, binding: &Binding, first: List, lent: bool) {
        let open = self.open();
        open.take();
        if !lent {
            binding.give_back(first);
        }
        if !binding.is_running() && self.wrong {
            return;
        }
        open.drop_one();
    }

    fn pause(&self, _binding: &Binding) {
        // Adapters indicate until their own pause, which comes later.
        let link = self.link.lock().take();
        let Some(link) = link else { return };
        let indicated = std::thread::spawn(move || link.indicate(&[Frame::from(vec![0xff; 60])]));
        assert_eq!(indicated.join().unwrap().taken, 1);
    }

    fn unbound(&self) {
        self.open().drop_one();
    }
}

fn leaves(wrong: bool) -> Vec<String> {
    let driver = Counts { open: Mutex::default(), wrong, link: Mutex::default() };
    let driver = Arc::new(driver);
    let lab = Lab::new(&driver);
    *driver.link.lock() = Some(lab.link.clone());
    lab.link.pause();
    let (broken, left) = lab.finish();
    assert_eq!(broken, [""; 0]);
    left
}

#[test]
fn a_lost_reference_leaves_its_memory_behind() {
    let left = leaves(true);
    assert!(left.iter().any(|sentence| sentence.contains("Open")), "{left:?}");
}

#[test]
fn a_reference_that_is_dropped_leaves_nothing() {
    assert_eq!(leaves(false), [""; 0]);
}
