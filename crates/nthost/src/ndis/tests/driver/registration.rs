//! The driver's registration.

use std::{
    collections::HashMap,
    ptr,
    sync::{
        Arc, LazyLock,
        atomic::{AtomicUsize, Ordering},
    },
};

use ndis_sys::{
    FN_NDIS_DEREGISTER_PROTOCOL_DRIVER, FN_NDIS_RE_ENUMERATE_PROTOCOL_BINDINGS,
    FN_NDIS_REGISTER_PROTOCOL_DRIVER, NDIS_HANDLE, NDIS_OBJECT_HEADER,
    NDIS_OBJECT_TYPE_PROTOCOL_DRIVER_CHARACTERISTICS, NDIS_PROTOCOL_DRIVER_CHARACTERISTICS,
    NDIS_PROTOCOL_DRIVER_CHARACTERISTICS_REVISION_2,
    NDIS_SIZEOF_PROTOCOL_DRIVER_CHARACTERISTICS_REVISION_2, NDIS_STATUS, NDIS_STATUS_SUCCESS,
    NDIS_STRING,
};
use parking_lot::Mutex;

use super::{Bound, Machine, Script, handlers, import};
use crate::{ndis::wait_for_sweeps, system::System, thread};

/// A driver that has registered. It lives for ever, as handlers may still run.
pub struct Driver {
    pub script: Script,
    /// NDIS stores it before it binds the driver.
    handle: AtomicUsize,
    bindings: Mutex<Vec<&'static Bound>>,
}

/// Events that are not about a binding, by the kernel that they are in.
static EVENTS: Mutex<Option<HashMap<usize, Vec<i32>>>> = Mutex::new(None);

/// An event of the driver.
pub fn note(event: i32) {
    let key = Arc::as_ptr(&thread::system()) as usize;
    EVENTS.lock().get_or_insert_default().entry(key).or_default().push(event);
}

/// A kernel begins, maybe where another one was.
pub fn begin(system: &Arc<System>) {
    EVENTS.lock().get_or_insert_default().remove(&(Arc::as_ptr(system) as usize));
}

/// What a driver registers that is called so.
pub fn characteristics(name: &[u16]) -> NDIS_PROTOCOL_DRIVER_CHARACTERISTICS {
    let length = u16::try_from(size_of_val(name)).unwrap();
    NDIS_PROTOCOL_DRIVER_CHARACTERISTICS {
        Header: NDIS_OBJECT_HEADER {
            Type: NDIS_OBJECT_TYPE_PROTOCOL_DRIVER_CHARACTERISTICS,
            Revision: NDIS_PROTOCOL_DRIVER_CHARACTERISTICS_REVISION_2,
            Size: NDIS_SIZEOF_PROTOCOL_DRIVER_CHARACTERISTICS_REVISION_2,
        },
        MajorNdisVersion: 6,
        MinorNdisVersion: 87,
        Name: NDIS_STRING {
            Length: length,
            MaximumLength: length,
            Buffer: name.as_ptr().cast_mut(),
        },
        ..handlers::all()
    }
}

impl Driver {
    /// Registers the driver, and waits until it is bound to the adapters that are there.
    pub fn start(machine: &Machine, script: Script) -> &'static Self {
        let driver = Self::new(script);
        let status = machine.run(|| {
            let status = driver.register(&mut characteristics(Self::name()));
            wait_for_sweeps(machine.system());
            status
        });
        assert_eq!(status, NDIS_STATUS_SUCCESS);
        driver
    }

    pub fn new(script: Script) -> &'static Self {
        Box::leak(Box::new(Self {
            script,
            handle: AtomicUsize::new(0),
            bindings: Mutex::default(),
        }))
    }

    /// Its name.
    pub fn name() -> &'static [u16] {
        static NAME: LazyLock<Vec<u16>> = LazyLock::new(|| "Example".encode_utf16().collect());
        &NAME
    }

    pub fn register(
        &'static self,
        characteristics: &mut NDIS_PROTOCOL_DRIVER_CHARACTERISTICS,
    ) -> NDIS_STATUS {
        // SAFETY: it is the function's type.
        let register: FN_NDIS_REGISTER_PROTOCOL_DRIVER =
            unsafe { import("NdisRegisterProtocolDriver") };
        let context = ptr::from_ref(self).cast_mut().cast();
        // SAFETY: all are valid for the call.
        unsafe { register(context, characteristics, self.handle.as_ptr().cast()) }
    }

    pub fn handle(&self) -> NDIS_HANDLE {
        self.handle.load(Ordering::Acquire) as NDIS_HANDLE
    }

    pub fn deregister(&self, machine: &Machine) {
        machine.run(|| self.deregister_here());
    }

    pub fn deregister_here(&self) {
        // SAFETY: it is the function's type.
        let deregister: FN_NDIS_DEREGISTER_PROTOCOL_DRIVER =
            unsafe { import("NdisDeregisterProtocolDriver") };
        // SAFETY: it has registered.
        unsafe { deregister(self.handle()) };
    }

    /// Asks to be bound to what it is not bound to.
    pub fn enumerate(&self) {
        // SAFETY: it is the function's type.
        let enumerate: FN_NDIS_RE_ENUMERATE_PROTOCOL_BINDINGS =
            unsafe { import("NdisReEnumerateProtocolBindings") };
        // SAFETY: it has registered.
        unsafe { enumerate(self.handle()) };
    }

    pub fn add(&self, bound: &'static Bound) {
        self.bindings.lock().push(bound);
    }

    /// Its bindings, those that are gone too, in the order of their binds.
    pub fn bindings(&self) -> Vec<&'static Bound> {
        self.bindings.lock().clone()
    }

    /// Its only binding.
    pub fn binding(&self) -> &'static Bound {
        let bindings = self.bindings();
        assert_eq!(bindings.len(), 1);
        bindings[0]
    }

    /// The events that were not about a binding.
    pub fn events(machine: &Machine) -> Vec<i32> {
        let key = Arc::as_ptr(machine.system()) as usize;
        EVENTS.lock().get_or_insert_default().get(&key).cloned().unwrap_or_default()
    }
}
