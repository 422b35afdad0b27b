//! The threads that run code of the kernel and of drivers.

use std::{cell::Cell, ptr, sync::Arc};

use crate::{guest::Exit, nt::PASSIVE_LEVEL, system::System};

/// What the kernel knows of a thread that is inside of it.
pub(crate) struct Thread {
    /// The kernel.
    pub system: Arc<System>,
    /// The current interrupt request level. Use [`crate::ke::irql`] to change it.
    pub irql: Cell<u8>,
    /// The processor that the thread last ran on, or holds at `DISPATCH_LEVEL`.
    pub processor: Cell<u32>,
    /// Where the thread ends when it is told to, if it is one of the kernel's own.
    pub exit: Cell<*const Exit>,
    /// A number that no other thread of the process has. Its address is the thread's KTHREAD.
    pub id: Box<u64>,
}

thread_local! {
    static CURRENT: Cell<*const Thread> = const { Cell::new(ptr::null()) };
}

impl Thread {
    fn new(system: Arc<System>) -> Self {
        let (id, processor) = system.new_thread();
        Self {
            system,
            irql: Cell::new(PASSIVE_LEVEL),
            processor: Cell::new(processor),
            exit: Cell::new(ptr::null()),
            id: Box::new(id),
        }
    }

    /// The address that drivers know the thread by.
    pub fn address(&self) -> usize {
        &raw const *self.id as usize
    }
}

/// Runs `code` on this thread inside of the kernel, at `PASSIVE_LEVEL`.
///
/// Inside of the same kernel it just runs it. Inside of another one it leaves that one for the time.
pub(crate) fn enter<R>(system: &Arc<System>, code: impl FnOnce(&Thread) -> R) -> R {
    /// Goes back to what was current before.
    struct Restore(*const Thread);
    impl Drop for Restore {
        fn drop(&mut self) {
            CURRENT.set(self.0);
        }
    }

    let outer = CURRENT.get();
    // SAFETY: what is current was put there below, by a call that has not returned.
    if let Some(thread) = unsafe { outer.as_ref() }
        && Arc::ptr_eq(&thread.system, system)
    {
        return code(thread);
    }
    let thread = Thread::new(Arc::clone(system));
    let _restore = Restore(outer);
    CURRENT.set(&raw const thread);
    code(&thread)
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

/// The kernel that this thread is inside of.
pub(crate) fn system() -> Arc<System> {
    current(|thread| Arc::clone(&thread.system))
}
