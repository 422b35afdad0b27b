//! Tests with a driver that calls the kernel as a loaded one does.

use std::{
    hint::black_box,
    mem,
    sync::atomic::{AtomicU32, Ordering},
    thread,
    time::Duration,
};

use crate::{
    Kernel, Status, export,
    image::Stub,
    io::tests::rig::{Asked, Plan, Rig},
    nt::{
        IRP_MJ_DEVICE_CONTROL, IRP_MJ_READ, IRP_MJ_WRITE, KIRQL, LARGE_INTEGER, NTSTATUS,
        STATUS_PENDING, STATUS_SUCCESS, STATUS_UNSUCCESSFUL, irp_mark_pending,
    },
};

/// What a driver imports.
struct Import(Stub);

impl Import {
    fn of(name: &str) -> Self {
        let export = export::find("ntoskrnl.exe", name).expect("it is exported");
        Self(Stub::new(export).expect("there is room for a stub"))
    }

    /// # Safety
    ///
    /// The import has this type.
    unsafe fn get<F: Copy>(&self) -> F {
        let address = self.0.address();
        // SAFETY: by the contract.
        unsafe { mem::transmute_copy(&address) }
    }

    fn lower(&self, level: KIRQL) {
        // SAFETY: `KeLowerIrql` has this type.
        let lower: unsafe extern "efiapi" fn(KIRQL) = unsafe { self.get() };
        // SAFETY: it may be called at any level.
        unsafe { lower(level) };
    }

    fn irql(&self) {
        // SAFETY: `KeGetCurrentIrql` has this type.
        let current: unsafe extern "efiapi" fn() -> KIRQL = unsafe { self.get() };
        // SAFETY: it may be called at any level.
        unsafe { current() };
    }

    fn delay(&self, time: Duration) {
        let time = LARGE_INTEGER { QuadPart: -i64::try_from(time.as_micros() * 10).unwrap() };
        // SAFETY: `KeDelayExecutionThread` has this type.
        let delay: unsafe extern "efiapi" fn(i8, u8, *const LARGE_INTEGER) -> NTSTATUS =
            unsafe { self.get() };
        // SAFETY: the time is valid.
        unsafe { delay(0, 0, &raw const time) };
    }
}

/// A kernel that stops when its driver breaks a rule.
fn load(plan: Plan) -> Rig {
    plan.load_into(&Kernel::builder().processors(2).build().unwrap()).unwrap()
}

/// Raises the IRQL with the function that takes it.
fn break_a_rule() {
    Import::of("KeLowerIrql").lower(1);
}

#[test]
fn a_driver_does_not_go_on_where_it_broke_a_rule() {
    static BEYOND: AtomicU32 = AtomicU32::new(0);
    let rig = load(Plan::new(|asked: Asked| {
        if asked.major != IRP_MJ_DEVICE_CONTROL {
            return asked.complete(STATUS_SUCCESS, 0);
        }
        break_a_rule();
        BEYOND.fetch_add(1, Ordering::Relaxed);
        asked.complete(STATUS_SUCCESS, 0)
    }));
    let file = rig.open();
    assert!(rig.kernel.stopped().is_none());
    let completion = file.ioctl(0, &[], &mut []);
    assert_eq!(completion.status, Status::new(STATUS_UNSUCCESSFUL));
    let stop = rig.kernel.stopped().unwrap();
    assert_eq!(stop.rule, "irql-lower");
    assert_eq!(rig.broken(), ["irql-lower"]);
    // Nothing is called any more.
    assert_eq!(rig.kernel.open(r"\\.\Test").err(), Some(Status::new(STATUS_UNSUCCESSFUL)));
    assert_eq!(file.read(&mut [0; 8]).status, Status::new(STATUS_UNSUCCESSFUL));
    file.close();
    drop(rig);
    assert_eq!(BEYOND.load(Ordering::Relaxed), 0);
}

#[test]
fn who_waits_is_told_and_who_sleeps_in_the_driver_leaves_it() {
    static BEYOND: AtomicU32 = AtomicU32::new(0);
    let rig = load(Plan::new(|asked: Asked| match asked.major {
        IRP_MJ_DEVICE_CONTROL => {
            break_a_rule();
            STATUS_SUCCESS
        }
        IRP_MJ_WRITE => {
            Import::of("KeDelayExecutionThread").delay(Duration::from_hours(1));
            BEYOND.fetch_add(1, Ordering::Relaxed);
            asked.complete(STATUS_SUCCESS, 0)
        }
        IRP_MJ_READ => {
            // SAFETY: the driver has the IRP.
            unsafe { irp_mark_pending(asked.irp) };
            STATUS_PENDING
        }
        _ => asked.complete(STATUS_SUCCESS, 0),
    }));
    let file = rig.open();
    let pending = file.start_read(100);
    thread::scope(|scope| {
        let writer = scope.spawn(|| file.write(b"example"));
        assert_eq!(file.ioctl(0, &[], &mut []).status, Status::new(STATUS_UNSUCCESSFUL));
        assert_eq!(writer.join().unwrap().status, Status::new(STATUS_UNSUCCESSFUL));
    });
    let (completion, buffer) = pending.wait();
    assert_eq!((completion.status, buffer.len()), (Status::new(STATUS_UNSUCCESSFUL), 100));
    assert!(rig.driver.unload().is_err(), "the file is open");
    drop((file, rig.kernel));
    assert_eq!(BEYOND.load(Ordering::Relaxed), 0);
}

#[test]
fn a_driver_has_not_all_of_the_stack() {
    fn takes<const SIZE: usize>() {
        let room = black_box([1_u8; SIZE]);
        Import::of("KeGetCurrentIrql").irql();
        black_box(&room);
    }
    for (uses, is_right) in [(takes::<8_192> as fn(), true), (takes::<24_576>, false)] {
        let rig = load(Plan::new(move |asked: Asked| {
            if asked.major == IRP_MJ_DEVICE_CONTROL {
                uses();
            }
            asked.complete(STATUS_SUCCESS, 0)
        }));
        let file = rig.open();
        assert_eq!(file.ioctl(0, &[], &mut []).ok().is_ok(), is_right);
        let rules = rig.broken();
        assert_eq!(rules, if is_right { &[][..] } else { &["stack-overflow"] });
        drop(file);
        assert!(rig.kernel.deepest_stack() >= 8_192);
    }
}

#[test]
fn other_kernels_go_on() {
    let wrong = load(Plan::new(|asked: Asked| {
        if asked.major == IRP_MJ_DEVICE_CONTROL {
            break_a_rule();
        }
        asked.complete(STATUS_SUCCESS, 0)
    }));
    let right = load(Plan::new(|asked: Asked| asked.complete(STATUS_SUCCESS, 7)));
    let (first, second) = (wrong.open(), right.open());
    assert!(first.ioctl(0, &[], &mut []).ok().is_err());
    drop((first, wrong));
    assert_eq!(second.read(&mut [0; 8]).ok(), Ok(7));
    drop(second);
    right.finish();
}
