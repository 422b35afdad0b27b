//! A hosted kernel, as programs see it.

mod builder;

use std::{
    collections::BTreeMap,
    path::Path,
    sync::{Arc, atomic::Ordering},
};

use crate::{
    DebugLine, Decision, Driver, File, LoadError, LowResourcesReport, Open, PoolUsage, Status,
    Stop, Task, Trace, TraceEvent, UserMemory, Value, Violation, ex,
    image::Image,
    io::{self, LoadedDriver, opening::Opening},
    leftovers, ndis, ob,
    overtime::Monitor,
    sched,
    system::System,
    thread,
    wsk::SocketReport,
};

pub use builder::{BuildError, Builder};

/// A hosted kernel: it loads drivers and opens their devices.
///
/// Clones are the same kernel. It ends when the last of them, and of its drivers and files, is dropped.
///
/// ```no_run
/// use nthost::Kernel;
///
/// let kernel = Kernel::builder().build()?;
/// let driver = kernel.load("example.sys")?;
/// let file = kernel.open(r"\\.\example")?;
/// let mut answer = [0; 64];
/// let length = file.ioctl(0x0022_2000, b"question", &mut answer).ok()?;
/// println!("{:?}", &answer[..length]);
/// file.close();
/// for sentence in driver.unload()?.leftovers() {
///     println!("left behind: {sentence}");
/// }
/// for violation in kernel.violations() {
///     println!("{}: {}", violation.rule, violation.text);
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Kernel {
    inner: Arc<Inner>,
}

/// What all that belongs to a kernel shares.
pub(crate) struct Inner {
    pub system: Arc<System>,
    parameters: Vec<(String, Value)>,
    _monitor: Monitor,
}

impl Drop for Inner {
    fn drop(&mut self) {
        let system = &self.system;
        thread::enter(system, |_| {
            ob::settle(system);
            system.netio.shut_down();
            system.ndis.shut_down();
            system.ex.shutdown();
            system.ke.shutdown();
        });
        if let Some(scheduler) = &system.scheduler {
            scheduler.finish();
            sched::release_maker(scheduler);
        }
    }
}

impl Kernel {
    /// Begins to set up a kernel.
    #[must_use]
    pub fn builder() -> Builder {
        Builder::default()
    }

    /// Loads a driver: maps the file, binds its imports, and calls `DriverEntry`.
    ///
    /// # Errors
    ///
    /// Why it cannot be loaded; all imports that this kernel lacks at once.
    pub fn load(&self, path: impl AsRef<Path>) -> Result<Driver, LoadError> {
        let path = path.as_ref();
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let system = &self.inner.system;
        let image = Image::load(path).inspect_err(|error| {
            if let LoadError::Integrity { check, .. } = error {
                thread::enter(system, |_| check.broken(error.to_string()));
            }
        });
        let image = Arc::new(image?);
        system.images.write().push(Arc::clone(&image));
        let entry = image.entry();
        // SAFETY: it is the entry point of this image.
        let started = unsafe { self.start(&name, entry, Some(Arc::clone(&image))) };
        started.map_err(|status| {
            thread::enter(system, |_| ndis::forget_driver(system, &image.range()));
            ex::pool::forget(system, &image.range());
            system.images.write().retain(|known| !Arc::ptr_eq(known, &image));
            LoadError::EntryFailed { path: path.to_owned(), status }
        })
    }

    /// What is inside of it.
    #[cfg(test)]
    pub(crate) fn system(&self) -> &Arc<System> {
        &self.inner.system
    }

    /// Starts a driver that is a part of this program.
    ///
    /// # Errors
    ///
    /// What its entry point returned.
    ///
    /// # Safety
    ///
    /// `entry` is the entry point of a driver that keeps the rules of the kernel's memory.
    #[cfg(test)]
    pub(crate) unsafe fn load_built_in(
        &self,
        name: &str,
        entry: crate::nt::DRIVER_INITIALIZE,
    ) -> Result<Driver, Status> {
        // SAFETY: the contract is the same.
        unsafe { self.start(name, entry as *const _, None) }
    }

    /// # Safety
    ///
    /// `entry` is the entry point of a driver, in `image` if there is one.
    unsafe fn start(
        &self,
        name: &str,
        entry: *const std::ffi::c_void,
        image: Option<Arc<Image>>,
    ) -> Result<Driver, Status> {
        let system = &self.inner.system;
        let path = system.zw.registry.add_service(name, &self.inner.parameters);
        let started = thread::enter(system, |_| {
            // SAFETY: the contract is the same.
            let started = unsafe { LoadedDriver::start(system, name, &path, entry, image) };
            ndis::wait_for_sweeps(system);
            started
        });
        let loaded = started.map_err(Status::new)?;
        Ok(Driver::new(Arc::clone(&self.inner), loaded))
    }

    /// Opens a device by a name such as `\\.\example`, `\DosDevices\example` or `\Device\Example`. What
    /// comes behind the name of the device, from a backslash on, is for its driver.
    ///
    /// # Errors
    ///
    /// - `STATUS_OBJECT_NAME_NOT_FOUND`: there is no such device.
    /// - `STATUS_NO_SUCH_DEVICE`: `DriverEntry` has not returned yet.
    /// - `STATUS_ACCESS_DENIED`: it is exclusive, and open.
    /// - What the driver says.
    pub fn open(&self, name: &str) -> Result<File, Status> {
        self.open_name(name, &Opening::of_program(Open::default(), None))
    }

    /// Opens a name as a program says. The name is in the units of Windows, and need not be text.
    ///
    /// # Errors
    ///
    /// As for [`open`](Self::open).
    pub fn open_as(&self, name: &[u16], how: Open) -> Result<File, Status> {
        self.open_name(&String::from_utf16_lossy(name), &Opening::of_program(how, Some(name)))
    }

    fn open_name(&self, name: &str, opening: &Opening<'_>) -> Result<File, Status> {
        let system = &self.inner.system;
        let opened = thread::enter_for_program(system, || io::file::open(system, name, opening));
        let handle = opened.map_err(Status::new)?;
        Ok(File::new(Arc::clone(&self.inner), handle))
    }

    /// Gives a program memory of at least that many bytes, for [`File::call`].
    ///
    /// # Errors
    ///
    /// What the host's system returns.
    pub fn user_memory(&self, length: usize) -> std::io::Result<UserMemory> {
        UserMemory::new(Arc::clone(&self.inner), length)
    }

    /// Shuts the system down as far as drivers see it: those that want to know get `IRP_MJ_SHUTDOWN`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/kernel/irp-mj-shutdown)
    pub fn shut_down(&self) {
        let system = &self.inner.system;
        thread::enter(system, |_| io::shut_down(system));
    }

    /// Plugs an adapter in. Every protocol driver that has registered is bound to it, and those that
    /// register later.
    #[must_use]
    pub fn plug(&self, adapter: ndis::Adapter) -> ndis::Link {
        let system = &self.inner.system;
        let adapter = thread::enter(system, |_| ndis::plug(system, adapter));
        ndis::Link::new(Arc::clone(&self.inner), adapter)
    }

    /// Plugs an adapter in that receives the frames of a source while somebody listens to it.
    #[must_use]
    pub fn plug_source(&self, adapter: ndis::Adapter, source: Box<dyn ndis::Source>) -> ndis::Link {
        let link = self.plug(adapter);
        link.feed(source);
        link
    }

    /// Starts a thread of a program, which does something with this kernel.
    ///
    /// With a seeded schedule, threads that are made otherwise may use the kernel too, but then the
    /// schedule depends on when they come.
    ///
    /// # Panics
    ///
    /// If the host makes no thread.
    pub fn spawn<T: Send + 'static>(
        &self,
        name: &str,
        code: impl FnOnce() -> T + Send + 'static,
    ) -> Task<T> {
        sched::run_task(&self.inner.system, name, code)
    }

    /// Lets other threads go on: for a program that looks again and again for something that they do. With
    /// a seeded schedule it must, or they need not come to it.
    pub fn give_way(&self) {
        sched::yield_now();
    }

    /// What a seeded schedule has decided so far. `None` if there is none.
    #[must_use]
    pub fn trace(&self) -> Option<Trace> {
        self.inner.system.scheduler.as_ref().map(|scheduler| scheduler.trace())
    }

    /// Takes the decisions of a seeded schedule, if they are kept: see [`Builder::record_decisions`].
    #[must_use]
    pub fn decisions(&self) -> Vec<Decision> {
        let scheduler = self.inner.system.scheduler.as_ref();
        scheduler.map(|scheduler| scheduler.decisions()).unwrap_or_default()
    }

    /// Takes the lines that drivers have printed, the oldest first.
    pub fn debug_lines(&self) -> impl Iterator<Item = DebugLine> + '_ {
        std::iter::from_fn(|| self.inner.system.debug.take())
    }

    /// Has a session listen to the event provider with this identifier, which a driver may register only later:
    /// for events up to `level`, or all if it is zero, that have one of the keywords, or any if that is zero. It
    /// takes the place of the session that listened to the provider before.
    pub fn listen(&self, provider: u128, level: u8, keywords: u64) {
        let system = &self.inner.system;
        thread::enter(system, |_| system.etw.listen(provider, level, keywords));
    }

    /// Has nobody listen to an event provider any more.
    pub fn stop_listening(&self, provider: u128) {
        let system = &self.inner.system;
        thread::enter(system, |_| system.etw.stop_listening(provider));
    }

    /// Takes the events that drivers have written, the oldest first, where a session [listens](Self::listen).
    #[must_use]
    pub fn trace_events(&self) -> Vec<TraceEvent> {
        self.inner.system.etw.take_events()
    }

    /// Has the mapping of an MDL fail that comes after `mappings` others, as when the system has no more
    /// room for mappings; those after it do not fail.
    pub fn fail_mapping_after(&self, mappings: u32) {
        self.inner.system.mm.fail_mapping_after(mappings);
    }

    /// The rules that drivers have broken so far.
    #[must_use]
    pub fn violations(&self) -> Vec<Violation> {
        self.inner.system.verifier.violations()
    }

    /// The most bytes of a thread's stack that drivers have used so far, where they called the kernel, on
    /// threads that have left it. They may use 20 KiB: Windows has 24, and needs some itself.
    #[must_use]
    pub fn deepest_stack(&self) -> usize {
        self.inner.system.deepest_stack.load(Ordering::Relaxed)
    }

    /// Why the kernel has stopped, if it has.
    ///
    /// No driver is called any more then, whatever programs ask for fails with `STATUS_UNSUCCESSFUL`, and
    /// threads of drivers have ended: where they call the kernel, and otherwise where they are.
    #[must_use]
    pub fn stopped(&self) -> Option<Stop> {
        self.inner.system.stop.get().cloned()
    }

    /// What the sockets of drivers have done so far, the oldest first.
    #[must_use]
    pub fn sockets(&self) -> Vec<SocketReport> {
        self.inner.system.netio.sockets()
    }

    /// What was seen of the calls of drivers that can fail, unless
    /// [`Builder::low_resources`] is off.
    #[must_use]
    pub fn low_resources_report(&self) -> LowResourcesReport {
        self.inner.system.low_resources.report()
    }

    /// How much pool is allocated, by tag. A tag that is four characters reads as in the source of a
    /// driver that has it as bytes, such as `*b"Exam"`.
    #[must_use]
    pub fn pool(&self) -> BTreeMap<String, PoolUsage> {
        ex::pool::usage(&self.inner.system)
    }

    /// What drivers have taken and not given back, in sentences. A driver that is loaded may need it.
    #[must_use]
    pub fn leftovers(&self) -> Vec<String> {
        let system = &self.inner.system;
        thread::enter(system, |_| leftovers::all(system))
    }
}
