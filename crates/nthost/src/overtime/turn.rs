//! What a thread does, for other threads to see.

use std::{
    cell::RefCell,
    mem::MaybeUninit,
    sync::{
        Arc, Weak,
        atomic::{AtomicU64, AtomicUsize, Ordering::Relaxed},
    },
    time::Duration,
};

use parking_lot::Mutex;

/// What a thread does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Kind {
    /// It is in no driver.
    None,
    /// It runs a driver below `DISPATCH_LEVEL`, where that may take as long as it likes.
    Driver,
    /// It runs a driver at `DISPATCH_LEVEL` or above.
    Dispatch,
    /// It runs a DPC.
    Dpc,
}

impl Kind {
    const fn of(word: u64) -> Self {
        match word & 3 {
            0 => Self::None,
            1 => Self::Driver,
            2 => Self::Dispatch,
            _ => Self::Dpc,
        }
    }
}

/// What a thread of the host does, and since when.
#[derive(Debug)]
pub(crate) struct Turn {
    thread: libc::pid_t,
    /// The clock of the time that the processor spends on it.
    clock: libc::clockid_t,
    /// The kernel that it is inside of: the address, or zero.
    system: AtomicUsize,
    /// What it does in the lowest two bits; the others count how often that has changed.
    word: AtomicU64,
    /// The word that it is to be interrupted at.
    over: AtomicU64,
}

/// All threads that were inside of a kernel and have not ended.
static ALL: Mutex<Vec<Weak<Turn>>> = Mutex::new(Vec::new());

thread_local! {
    static MINE: RefCell<Option<Owned>> = const { RefCell::new(None) };
}

/// What a thread has as long as it runs.
struct Owned(Arc<Turn>);

impl Drop for Owned {
    fn drop(&mut self) {
        // As long as it is in the list, a signal may be on its way to the thread.
        ALL.lock().retain(|other| !std::ptr::eq(other.as_ptr(), &raw const *self.0));
    }
}

impl Turn {
    /// This thread's.
    pub fn mine() -> Arc<Self> {
        let known = MINE.try_with(|mine| {
            let mut mine = mine.borrow_mut();
            Arc::clone(&mine.get_or_insert_with(Owned::new).0)
        });
        // A thread that is about to end is not looked at any more.
        known.unwrap_or_else(|_| Arc::new(Self::new()))
    }

    fn new() -> Self {
        let mut clock = MaybeUninit::uninit();
        // SAFETY: it has no preconditions.
        let thread = unsafe { libc::pthread_self() };
        // SAFETY: it is this thread, and there is room for the answer.
        let asked = unsafe { libc::pthread_getcpuclockid(thread, clock.as_mut_ptr()) };
        assert_eq!(asked, 0, "a thread has a clock");
        Self {
            // SAFETY: it has no preconditions.
            thread: unsafe { libc::gettid() },
            // SAFETY: it was filled in.
            clock: unsafe { clock.assume_init() },
            system: AtomicUsize::new(0),
            word: AtomicU64::new(0),
            over: AtomicU64::new(0),
        }
    }

    /// What the thread does.
    pub fn kind(&self) -> Kind {
        Kind::of(self.word.load(Relaxed))
    }

    /// The thread does something else from now on. Returns what it did.
    pub fn set(&self, kind: Kind) -> Kind {
        let word = self.word.load(Relaxed);
        // Only the thread itself changes it.
        self.word.store((word | 3) + 1 + kind as u64, Relaxed);
        Kind::of(word)
    }

    /// The thread is inside of another kernel from now on. Returns what it was in.
    pub fn enter(&self, system: usize) -> (usize, Kind) {
        let before = (self.system.load(Relaxed), self.set(Kind::None));
        self.system.store(system, Relaxed);
        before
    }

    /// It is where it was before.
    pub fn leave(&self, (system, kind): (usize, Kind)) {
        self.system.store(system, Relaxed);
        self.set(kind);
    }

    /// The thread runs a driver at `DISPATCH_LEVEL` from now on, if it runs one.
    pub fn raised(&self) {
        if self.kind() == Kind::Driver {
            self.set(Kind::Dispatch);
        }
    }

    /// It is below that again.
    pub fn lowered(&self) {
        if self.kind() == Kind::Dispatch {
            self.set(Kind::Driver);
        }
    }

    /// True if the time is over for what the thread does.
    pub fn is_over(&self) -> bool {
        let over = self.over.load(Relaxed);
        over != 0 && over == self.word.load(Relaxed)
    }

    /// What the thread does, and when it began to, as a number.
    pub fn word(&self) -> (u64, Kind) {
        let word = self.word.load(Relaxed);
        (word, Kind::of(word))
    }

    /// The time is over for what the thread did at a word.
    pub fn end(&self, word: u64) {
        self.over.store(word, Relaxed);
    }

    /// The time that the processor has spent on the thread.
    pub fn time(&self) -> Duration {
        let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
        // SAFETY: there is room for the answer.
        unsafe { libc::clock_gettime(self.clock, &raw mut time) };
        let seconds = u64::try_from(time.tv_sec).unwrap_or_default();
        Duration::new(seconds, u32::try_from(time.tv_nsec).unwrap_or_default())
    }
}

impl Owned {
    fn new() -> Self {
        let turn = Arc::new(Turn::new());
        ALL.lock().push(Arc::downgrade(&turn));
        Self(turn)
    }
}

/// Calls `judge` for each thread that is inside of a kernel, and interrupts those that it says.
pub(super) fn interrupt(system: usize, mut judge: impl FnMut(&Arc<Turn>) -> bool) {
    let all = ALL.lock();
    let inside = all.iter().filter_map(Weak::upgrade);
    for turn in inside.filter(|turn| turn.system.load(Relaxed) == system) {
        if judge(&turn) {
            // SAFETY: it has no preconditions.
            let process = unsafe { libc::getpid() };
            // SAFETY: the thread has not ended, as it is in the list; there is a handler for the signal.
            unsafe {
                libc::syscall(libc::SYS_tgkill, process, turn.thread, crate::fault::INTERRUPT)
            };
        }
    }
}
