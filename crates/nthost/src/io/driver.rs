//! Driver objects: loading and unloading.

use std::{cell::UnsafeCell, ffi::c_void, sync::Arc, time::Duration};

use super::{
    device::{self, DeviceInfo},
    irp, registration,
};
use crate::{
    etw,
    ex::{self, pool},
    image::Image,
    ke, mm, ndis,
    nt::{
        DRIVER_EXTENSION, DRIVER_OBJECT, DRVO_LEGACY_DRIVER, DRVO_UNLOAD_INVOKED, IO_TYPE_DRIVER,
        NTSTATUS, PDRIVER_DISPATCH, PDRIVER_INITIALIZE, PDRIVER_UNLOAD, STATUS_UNSUCCESSFUL,
        UNICODE_STRING,
    },
    ob,
    system::System,
    thread,
    verifier::catalogue::unload as rules,
};

/// How long unloading waits for work items and completion routines.
const PATIENCE: Duration = Duration::from_secs(10);

/// How long `DriverUnload` may take, unless something else is set.
const UNLOAD_PATIENCE: Duration = Duration::from_mins(1);

/// What reports call the routines.
const ENTRY: ke::thread::Role = ke::thread::Role::Driver("DriverEntry");
const UNLOAD: ke::thread::Role = ke::thread::Role::Driver("DriverUnload");

const HARDWARE: &str = r"\REGISTRY\MACHINE\HARDWARE\DESCRIPTION\SYSTEM";

/// A loaded driver.
pub(crate) struct LoadedDriver {
    /// The object, which stays where it is.
    object: Arc<Object>,
    /// The file, unless the driver is a part of this program.
    pub image: Option<Arc<Image>>,
    name: String,
}

/// A driver object and what it refers to.
///
/// The object comes first, so that its address is that of this.
#[repr(C)]
struct Object {
    driver: UnsafeCell<DRIVER_OBJECT>,
    extension: UnsafeCell<DRIVER_EXTENSION>,
    hardware: UnsafeCell<UNICODE_STRING>,
    _texts: [Box<[u16]>; 3],
}

// SAFETY: drivers use the object under their own rules, and the kernel changes it only while no driver
// runs that could look.
unsafe impl Send for Object {}
// SAFETY: as above.
unsafe impl Sync for Object {}

/// Why a driver was not unloaded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// It has no unload routine.
    NoRoutine,
    /// So many files are open.
    Open(usize),
}

fn units(text: &str) -> Box<[u16]> {
    text.encode_utf16().collect()
}

impl Object {
    fn new(name: &str, entry: PDRIVER_INITIALIZE, image: Option<&Image>) -> Arc<Self> {
        let texts = [units(&format!(r"\Driver\{name}")), units(name), units(HARDWARE)];
        let [driver_name, service, hardware] =
            [0, 1, 2].map(|at: usize| UNICODE_STRING::of(&texts[at]));
        let range = image.map(Image::range).unwrap_or_default();
        let driver = DRIVER_OBJECT {
            Type: IO_TYPE_DRIVER,
            Size: i16::try_from(size_of::<DRIVER_OBJECT>()).unwrap_or_default(),
            Flags: DRVO_LEGACY_DRIVER,
            DriverStart: range.start as *mut c_void,
            DriverSize: u32::try_from(range.len()).unwrap_or(u32::MAX),
            DriverName: driver_name,
            DriverInit: entry,
            MajorFunction: [Some(irp::invalid_request); 28],
            ..DRIVER_OBJECT::default()
        };
        let object = Arc::new(Self {
            driver: UnsafeCell::new(driver),
            extension: UnsafeCell::new(DRIVER_EXTENSION {
                ServiceKeyName: service,
                ..DRIVER_EXTENSION::default()
            }),
            hardware: UnsafeCell::new(hardware),
            _texts: texts,
        });
        // SAFETY: it stays where it is, and nobody else knows it yet.
        let driver = unsafe { &mut *object.driver.get() };
        driver.DriverExtension = object.extension.get();
        driver.HardwareDatabase = object.hardware.get();
        // SAFETY: as above.
        unsafe { (*object.extension.get()).DriverObject = object.driver.get() };
        object
    }

    fn address(&self) -> usize {
        self.driver.get() as usize
    }
}

impl LoadedDriver {
    /// Makes the object of a driver, and calls its entry point.
    ///
    /// # Errors
    ///
    /// What `DriverEntry` returned.
    ///
    /// # Safety
    ///
    /// `entry` is the entry point of a driver, in `image` if there is one.
    pub unsafe fn start(
        system: &Arc<System>,
        name: &str,
        registry_path: &str,
        entry: *const c_void,
        image: Option<Arc<Image>>,
    ) -> Result<Self, NTSTATUS> {
        // SAFETY: by the contract.
        let entry = unsafe { std::mem::transmute::<*const c_void, PDRIVER_INITIALIZE>(entry) };
        let object = Object::new(name, entry, image.as_deref());
        let loaded = Self { object, image, name: name.to_owned() };
        let kept = Arc::clone(&loaded.object);
        ob::insert(ob::Kind::Driver, loaded.object.address(), move || drop(kept));
        // SAFETY: the contract is the same.
        let status = unsafe { loaded.call_entry(entry, registry_path) };
        if status < 0 {
            loaded.clear_away(system, status);
            return Err(status);
        }
        loaded.fill_gaps();
        registration::reinitialize(system, loaded.object.driver.get());
        device::make_ready(system, loaded.object.address());
        Ok(loaded)
    }

    /// # Safety
    ///
    /// It is the entry point.
    unsafe fn call_entry(&self, entry: PDRIVER_INITIALIZE, registry_path: &str) -> NTSTATUS {
        let mut path = units(registry_path);
        let mut string = UNICODE_STRING::of(&path);
        let status = entry.map_or(0, |entry| {
            // SAFETY: by the contract; both are valid for the call.
            let code = || unsafe { entry(self.object.driver.get(), &raw mut string) };
            // SAFETY: there is nothing to drop.
            unsafe { ke::thread::ask_as(ENTRY, entry as usize, STATUS_UNSUCCESSFUL, code) }
        });
        // A driver that keeps the path instead of a copy shall notice.
        path.fill(0xdddd);
        status
    }

    /// A driver need not set each dispatch routine, but must not remove one.
    fn fill_gaps(&self) {
        // SAFETY: the object is valid, and no device of the driver can be opened yet.
        let driver = unsafe { &mut *self.object.driver.get() };
        let default: PDRIVER_DISPATCH = Some(irp::invalid_request);
        for routine in driver.MajorFunction.iter_mut().filter(|routine| routine.is_none()) {
            *routine = default;
        }
    }

    /// `DriverEntry` has failed: it should have left nothing.
    fn clear_away(&self, system: &System, status: NTSTATUS) {
        let address = self.object.address();
        let left = device::delete_all(system, address);
        if !left.is_empty() {
            rules::ENTRY_LEFT.broken(format!(
                "DriverEntry of {} returned {} and left behind: {}",
                self.name,
                crate::Status::new(status),
                left.join(", ")
            ));
        }
        ob::dereference(address);
        ob::settle(system);
        self.check_left(system);
    }

    /// Looks whether the driver has left pool or objects of NDIS behind, and whether it allocates more.
    fn check_left(&self, system: &System) {
        if let Some(image) = &self.image {
            let range = image.range();
            ke::check_unloaded(system, &range);
            super::work_item::check_unloaded(system, &range);
            etw::check_unloaded(system, &range);
            ex::check_unloaded(system, &range);
            ndis::check_unloaded(system, &range);
            pool::check_unloaded(system, &self.name, &image.range());
            mm::check_unloaded(system, &self.name, &image.range());
            pool::close(system, image.range());
        }
    }

    pub fn name(&self) -> &str {
        &self.name
    }

    pub fn devices(&self, system: &System) -> Vec<DeviceInfo> {
        device::of_driver(system, self.object.address())
    }

    fn unload_routine(&self) -> PDRIVER_UNLOAD {
        // SAFETY: the object is valid, and drivers set the routine in `DriverEntry`.
        unsafe { (*self.object.driver.get()).DriverUnload }
    }

    /// Why the driver cannot be unloaded now, if it cannot.
    pub fn refusal(&self, system: &System) -> Option<Refusal> {
        ob::settle(system);
        let open = system.io.tree.lock().open_files(self.object.address());
        match self.unload_routine() {
            _ if open > 0 => Some(Refusal::Open(open)),
            None => Some(Refusal::NoRoutine),
            Some(_) => None,
        }
    }

    /// Calls the unload routine, and returns what the driver left behind, in sentences.
    pub fn unload(self, system: &System) -> Vec<String> {
        let address = self.object.address();
        // SAFETY: the object is valid, and no file of the driver is open.
        unsafe { (*self.object.driver.get()).Flags |= DRVO_UNLOAD_INVOKED };
        if let Some(routine) = self.unload_routine() {
            // SAFETY: it is the driver's unload routine, which is called once.
            let code = || unsafe { routine(self.object.driver.get()) };
            let patience = system.io.unload_patience.unwrap_or(UNLOAD_PATIENCE);
            let name = self.name.clone();
            let report = move || {
                let text = format!("DriverUnload of {name} has not returned for {patience:?}");
                let mut waits = ke::wait::describe(&thread::system());
                if waits.is_empty() {
                    waits.push("no thread of a driver waits for an object".to_owned());
                }
                rules::UNLOAD_HANG.broken_after([0; 4], text, waits);
            };
            // SAFETY: there is nothing to drop.
            let call = || unsafe { ke::thread::ask_as(UNLOAD, routine as usize, (), code) };
            ndis::watch(patience, report, call);
        }
        // What runs on behalf of a device keeps its driver.
        system.io.running.settle(PATIENCE);
        ob::settle(system);
        let left = device::delete_all(system, address);
        if !left.is_empty() {
            rules::DEVICE_LEFT.broken(format!("unloading {}: {}", self.name, left.join(", ")));
        }
        ob::dereference(address);
        ob::settle(system);
        self.check_left(system);
        if let Some(image) = &self.image {
            ke::deadlock::forget(&image.range());
        }
        left
    }
}
