//! The threads that run code of the kernel and of drivers.

use std::{
    cell::Cell,
    ptr,
    sync::{Arc, atomic::Ordering},
};

use crate::{
    fault::{self, Fault},
    guest::Exit,
    ke::{region::Regions, thread::ThreadObject},
    nt::{KPROCESSOR_MODE, KernelMode, PASSIVE_LEVEL, UserMode},
    ob,
    overtime::{Kind, Turn},
    sched::{self, Guest},
    stack::{Depth, Outer, Registers},
    system::System,
};

/// What the kernel knows of a thread that is inside of it.
pub(crate) struct Thread {
    /// The kernel.
    pub system: Arc<System>,
    /// The current interrupt request level. Use [`crate::ke::irql`] to change it.
    pub irql: Cell<u8>,
    /// The processor that the thread last ran on, or holds at `DISPATCH_LEVEL`.
    pub processor: Cell<u32>,
    /// The processors that it may be on, a bit for each; zero stands for all.
    pub affinity: Cell<u64>,
    /// True while a DPC runs on it.
    pub is_in_dpc: Cell<bool>,
    /// The regions that it is in.
    pub regions: Cell<Regions>,
    /// Where the driver code that runs is left to: the innermost call of a driver.
    pub exit: Cell<*const Exit>,
    /// True if the driver itself may leave it: then it is one for which the thread is there.
    pub may_exit: Cell<bool>,
    /// For whom it does what it does: `UserMode` while that is a request of a program.
    pub previous_mode: Cell<KPROCESSOR_MODE>,
    /// Where a driver called the kernel last.
    pub caller: Cell<usize>,
    /// The registers of that driver, as they are when the call has returned.
    pub edge: Cell<Registers>,
    /// Where drivers called the kernel that then called the driver that is running.
    pub outer: Cell<*const Outer>,
    /// Where on the stack that call finds the address that it returns to.
    pub returns: Cell<*mut usize>,
    /// A fault that is being reported.
    pub fault: Cell<Option<Fault>>,
    /// What it does, for other threads to see.
    pub turn: Arc<Turn>,
    /// What drivers use of its stack.
    pub depth: Depth,
    /// What drivers know the thread by.
    pub object: Arc<ThreadObject>,
    /// True if drivers can refer to `object`.
    is_published: Cell<bool>,
}

thread_local! {
    static CURRENT: Cell<*const Thread> = const { Cell::new(ptr::null()) };
}

impl Thread {
    fn new(system: Arc<System>, object: Arc<ThreadObject>) -> Self {
        let processor = system.processors.next();
        Self {
            system,
            irql: Cell::new(PASSIVE_LEVEL),
            processor: Cell::new(processor),
            affinity: Cell::new(0),
            is_in_dpc: Cell::new(false),
            regions: Cell::default(),
            exit: Cell::new(ptr::null()),
            may_exit: Cell::new(false),
            previous_mode: Cell::new(KernelMode),
            caller: Cell::new(0),
            edge: Cell::default(),
            outer: Cell::new(ptr::null()),
            returns: Cell::new(ptr::null_mut()),
            fault: Cell::new(None),
            turn: Turn::mine(),
            depth: Depth::default(),
            object,
            is_published: Cell::new(false),
        }
    }

    /// The address that drivers know the thread by.
    pub fn address(&self) -> usize {
        self.object.address()
    }

    /// The address, for a driver that may refer to the thread from now on.
    pub fn publish(&self) -> usize {
        if ob::kind(self.address()).is_none() {
            let object = Arc::clone(&self.object);
            ob::insert(ob::Kind::Thread, self.address(), move || drop(object));
            self.is_published.set(true);
        }
        self.address()
    }
}

/// Runs `code` on this thread inside of the kernel, at `PASSIVE_LEVEL`.
///
/// Inside of the same kernel it just runs it. Inside of another one it leaves that one for the time.
pub(crate) fn enter<R>(system: &Arc<System>, code: impl FnOnce(&Thread) -> R) -> R {
    let outer = CURRENT.get();
    // SAFETY: what is current was put there below, by a call that has not returned.
    if let Some(thread) = unsafe { outer.as_ref() }
        && Arc::ptr_eq(&thread.system, system)
    {
        return code(thread);
    }
    enter_as(system, ThreadObject::new(System::new_thread_id()), code)
}

/// Does the same as [`enter`] on behalf of a program, so that drivers are told so.
pub(crate) fn enter_for_program<R>(system: &Arc<System>, code: impl FnOnce() -> R) -> R {
    enter(system, |thread| {
        let before = thread.previous_mode.replace(UserMode);
        let result = code();
        thread.previous_mode.set(before);
        result
    })
}

/// Does the same as [`enter`] on a thread that drivers know already by `object`.
pub(crate) fn enter_as<R>(
    system: &Arc<System>,
    object: Arc<ThreadObject>,
    code: impl FnOnce(&Thread) -> R,
) -> R {
    /// Goes back to what was current before.
    struct Restore<'t>(*const Thread, &'t Turn, (usize, Kind));
    impl Drop for Restore<'_> {
        fn drop(&mut self) {
            self.1.leave(self.2);
            CURRENT.set(self.0);
        }
    }

    fault::prepare();
    let _guest = Guest::enter(system.scheduler.as_ref());
    let thread = Thread::new(Arc::clone(system), object);
    let outer = CURRENT.replace(&raw const thread);
    let turn = Arc::clone(&thread.turn);
    let _restore = Restore(outer, &turn, turn.enter(Arc::as_ptr(system) as usize));
    sched::point("a call from outside", 0);
    let result = code(&thread);
    thread.system.deepest_stack.fetch_max(thread.depth.deepest(), Ordering::Relaxed);
    if thread.is_published.get() {
        ob::dereference(thread.address());
    }
    result
}

/// The current thread. Only to be called inside of a kernel: by its exports, and by what they call.
///
/// # Panics
///
/// If this thread is outside of all kernels.
pub(crate) fn current<R>(use_it: impl FnOnce(&Thread) -> R) -> R {
    // SAFETY: what is current was put there by `enter`, which has not returned.
    let thread = unsafe { CURRENT.get().as_ref() };
    use_it(thread.expect("the kernel was called by a thread outside of it"))
}

/// True if this thread is inside of a kernel, and `so` says yes.
pub(crate) fn is(so: impl FnOnce(&Thread) -> bool) -> bool {
    // SAFETY: what is current was put there by `enter`, which has not returned.
    unsafe { CURRENT.get().as_ref() }.is_some_and(so)
}

/// The kernel that this thread is inside of.
pub(crate) fn system() -> Arc<System> {
    current(|thread| Arc::clone(&thread.system))
}
