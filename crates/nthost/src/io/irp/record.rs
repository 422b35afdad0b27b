//! What the kernel keeps about each IRP that it allocated.

use std::{
    ptr::{self, NonNull},
    sync::{
        Arc,
        atomic::{
            AtomicBool, AtomicI8, AtomicI32, AtomicPtr, AtomicU8, AtomicU64, AtomicUsize, Ordering,
        },
    },
};

use rustix::mm::{MprotectFlags, mprotect};

use super::history::{Event, History};
use crate::{
    io::request::Request,
    nt::{IO_STACK_LOCATION, IRP, NTSTATUS, SL_PENDING_RETURNED},
    system::System,
};

/// What is to become of an IRP when it is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Origin {
    /// The driver that allocated it gets it back through its completion routine.
    Driver,
    /// A driver made it for the I/O manager to finish, with `IoBuildDeviceIoControlRequest` or
    /// `IoBuildSynchronousFsdRequest`.
    Threaded,
    /// It belongs to a request of the I/O manager.
    IoManager,
}

/// Where an IRP is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Place {
    /// Nobody has it.
    Free,
    /// Its owner has it, and has not sent it.
    Owner,
    /// Drivers have it.
    Sent,
    /// Its owner has it back.
    Back,
}

impl Place {
    const fn of(value: u8) -> Self {
        match value {
            1 => Self::Owner,
            2 => Self::Sent,
            3 => Self::Back,
            _ => Self::Free,
        }
    }
}

/// In a mark: the driver had marked the IRP pending when its completion left the stack location.
const PENDING: u64 = 1;
/// In a mark: completion has left the stack location.
const LEFT: u64 = 2;
/// In a mark: the number of the call begins here.
const CALL: u64 = 4;

/// What the kernel keeps about an IRP.
///
/// # Invariants
///
/// `irp` and `view` are the addresses where drivers and the kernel see the memory of an IRP with `most`
/// stack locations, and one more to notice writes behind the last. It belongs to this record as long as
/// the record is there, and so do the `pages` where drivers see it.
pub(crate) struct Record {
    most: u8,
    irp: NonNull<IRP>,
    view: NonNull<IRP>,
    /// The pages that are made inaccessible, and their bytes.
    pages: Option<(NonNull<u8>, usize)>,
    is_hidden: AtomicBool,
    place: AtomicU8,
    origin: AtomicU8,
    /// A provider has it, and not a driver.
    is_provided: AtomicBool,
    /// The current location of who sent it.
    sent_from: AtomicI8,
    calls: AtomicU64,
    /// A mark for each location.
    marks: Box<[AtomicU64]>,
    /// The status with which completion left each location.
    statuses: Box<[AtomicI32]>,
    /// Where the driver called the kernel that allocated it.
    allocated_by: AtomicUsize,
    history: History,
    /// The request of an IRP of the I/O manager; a strong reference, or null.
    request: AtomicPtr<Request>,
}

// SAFETY: the memory of an IRP may be used on any thread; by whom is up to the rules of IRPs.
unsafe impl Send for Record {}
// SAFETY: as above, and the rest is made to be shared.
unsafe impl Sync for Record {}

/// What is known of a dispatch routine's stack location when the routine has returned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Left {
    /// The IRP has been sent again since, so that nothing is known.
    Unknown,
    /// Its completion has not left the location.
    Not,
    /// Its completion has left the location, which was marked pending or not.
    Yes { pending: bool },
}

impl Record {
    /// # Safety
    ///
    /// The memory is as the invariant says.
    pub unsafe fn new(
        most: u8,
        irp: NonNull<IRP>,
        view: NonNull<IRP>,
        pages: Option<(NonNull<u8>, usize)>,
    ) -> Self {
        // INVARIANT: by the contract.
        Self {
            most,
            irp,
            view,
            pages,
            is_hidden: AtomicBool::new(false),
            place: AtomicU8::new(Place::Free as u8),
            origin: AtomicU8::new(Origin::Driver as u8),
            is_provided: AtomicBool::new(false),
            sent_from: AtomicI8::new(0),
            calls: AtomicU64::new(0),
            marks: (0..=most).map(|_| AtomicU64::new(0)).collect(),
            statuses: (0..=most).map(|_| AtomicI32::new(0)).collect(),
            allocated_by: AtomicUsize::new(0),
            history: History::default(),
            request: AtomicPtr::new(ptr::null_mut()),
        }
    }

    /// Makes the IRP inaccessible for drivers.
    pub fn hide(&self) {
        if !self.is_hidden.swap(true, Ordering::AcqRel) {
            self.protect(MprotectFlags::empty());
        }
    }

    /// Lets drivers use the IRP again.
    pub fn show(&self) {
        if self.is_hidden.swap(false, Ordering::AcqRel) {
            self.protect(MprotectFlags::READ | MprotectFlags::WRITE);
        }
    }

    fn protect(&self, access: MprotectFlags) {
        let Some((pages, bytes)) = self.pages else { return };
        // Without memory for that, the pages stay as they are: less is noticed.
        // SAFETY: by the invariant the pages belong to the IRP, which no driver may use now; or it may
        // again.
        let _ = unsafe { mprotect(pages.as_ptr().cast(), bytes, access) };
    }

    /// Where drivers see the IRP.
    pub fn irp(&self) -> *mut IRP {
        self.irp.as_ptr()
    }

    /// Where the kernel sees it, whether drivers do or not.
    pub fn view(&self) -> *mut IRP {
        self.view.as_ptr()
    }

    fn locations(&self) -> *mut IO_STACK_LOCATION {
        self.view().wrapping_add(1).cast()
    }

    /// The current stack location, where the kernel sees it.
    pub fn location(&self) -> *mut IO_STACK_LOCATION {
        // SAFETY: the memory of an IRP stays.
        let number = unsafe { &raw const (*self.view()).CurrentLocation };
        // SAFETY: as above.
        let number = unsafe { number.read_volatile() };
        let index = usize::try_from(number).unwrap_or_default().saturating_sub(1);
        self.locations().wrapping_add(index.min(self.most.into()))
    }

    /// Notes something that happened to the IRP.
    pub fn note(&self, event: Event) {
        self.history.add(event);
    }

    /// What happened to the IRP, in words.
    pub fn history(&self, system: &System) -> Vec<String> {
        self.history.describe(system)
    }

    /// Notes whether a provider has the IRP.
    pub fn provide(&self, is_provided: bool) {
        self.is_provided.store(is_provided, Ordering::Release);
    }

    /// Whether a provider has the IRP.
    pub fn is_provided(&self) -> bool {
        self.is_provided.load(Ordering::Acquire)
    }

    pub fn place(&self) -> Place {
        Place::of(self.place.load(Ordering::Acquire))
    }

    /// Notes where the IRP is now, and returns where it was.
    pub fn put(&self, place: Place) -> Place {
        Place::of(self.place.swap(place as u8, Ordering::AcqRel))
    }

    pub fn origin(&self) -> Origin {
        match self.origin.load(Ordering::Relaxed) {
            1 => Origin::Threaded,
            2 => Origin::IoManager,
            _ => Origin::Driver,
        }
    }

    /// Notes who allocated the IRP.
    pub fn allocated(&self, origin: Origin, by: usize) {
        self.origin.store(origin as u8, Ordering::Relaxed);
        self.allocated_by.store(by, Ordering::Relaxed);
        self.is_provided.store(false, Ordering::Relaxed);
        self.note(Event::Allocated { by });
    }

    pub fn allocated_by(&self) -> usize {
        self.allocated_by.load(Ordering::Relaxed)
    }

    /// Notes that the IRP is sent, by its owner if it has it; else by a driver that passes it on.
    pub fn sent(&self, current_location: i8) {
        if matches!(self.put(Place::Sent), Place::Owner | Place::Back) {
            self.sent_from.store(current_location, Ordering::Relaxed);
        }
    }

    /// Whether the owner of the IRP has it back when completion has come to a location.
    pub fn is_back_at(&self, current_location: i8) -> bool {
        current_location >= self.sent_from.load(Ordering::Relaxed)
    }

    fn mark(&self, location: i8) -> Option<&AtomicU64> {
        self.marks.get(usize::try_from(location).ok()?)
    }

    /// Notes that a dispatch routine is called for a location, and returns the number of the call.
    pub fn called(&self, location: i8) -> u64 {
        let number = self.calls.fetch_add(1, Ordering::Relaxed) + 1;
        if let Some(mark) = self.mark(location) {
            mark.store(number * CALL, Ordering::Release);
        }
        number
    }

    /// Whether a dispatch routine was called for a location, and completion has not left it.
    pub fn was_called(&self, location: i8) -> bool {
        let mark = self.mark(location).map_or(0, |mark| mark.load(Ordering::Acquire));
        mark != 0 && mark & LEFT == 0
    }

    /// Notes that completion leaves a location with a status.
    pub fn left(&self, location: i8, pending: bool, status: NTSTATUS) {
        let index = usize::try_from(location).unwrap_or_default();
        if let Some(place) = self.statuses.get(index) {
            place.store(status, Ordering::Relaxed);
        }
        if let Some(mark) = self.mark(location) {
            mark.fetch_or(LEFT | if pending { PENDING } else { 0 }, Ordering::AcqRel);
        }
    }

    /// The status with which completion left a location.
    pub fn status(&self, location: i8) -> NTSTATUS {
        let index = usize::try_from(location).unwrap_or_default();
        self.statuses.get(index).map_or(0, |status| status.load(Ordering::Relaxed))
    }

    /// What became of a call for a location.
    pub fn outcome(&self, location: i8, number: u64) -> Left {
        let mark = self.mark(location).map_or(0, |mark| mark.load(Ordering::Acquire));
        match mark {
            mark if mark / CALL != number => Left::Unknown,
            mark if mark & LEFT == 0 => Left::Not,
            mark => Left::Yes { pending: mark & PENDING != 0 },
        }
    }

    /// Whether a stack location is marked pending.
    ///
    /// The answer means something only if completion has not left the location meanwhile.
    pub fn is_marked_pending(&self, location: i8) -> bool {
        let Some(index) = usize::try_from(location).ok().and_then(|number| number.checked_sub(1))
        else {
            return false;
        };
        let location = self.locations().wrapping_add(index.min(self.most.into()));
        // SAFETY: by the invariant there are so many locations.
        let control = unsafe { &raw const (*location).Control };
        // SAFETY: as above. Who has the IRP may write to it now, which the caller finds out.
        let control = unsafe { control.read_volatile() };
        control & SL_PENDING_RETURNED != 0
    }

    /// Whether the IRP has been passed on from a location. As above.
    pub fn is_passed_on(&self, location: i8) -> bool {
        // SAFETY: the memory of an IRP stays.
        let current = unsafe { &raw const (*self.view()).CurrentLocation };
        // SAFETY: as above.
        let current = unsafe { current.read_volatile() };
        current < location
    }

    /// Gives the IRP to a request, which it holds from now on.
    pub fn set_request(&self, request: Arc<Request>) {
        let before = self.request.swap(Arc::into_raw(request).cast_mut(), Ordering::AcqRel);
        debug_assert!(before.is_null(), "an IRP belongs to one request");
    }

    /// Takes the request that the IRP belongs to.
    pub fn take_request(&self) -> Option<Arc<Request>> {
        let request = self.request.swap(ptr::null_mut(), Ordering::AcqRel);
        // SAFETY: it came from `Arc::into_raw`, and was taken out just now.
        (!request.is_null()).then(|| unsafe { Arc::from_raw(request) })
    }

    /// Looks whether something was written to the location behind the last one, and repairs it.
    pub fn was_written_behind_the_end(&self) -> bool {
        // SAFETY: the memory of an IRP stays.
        let count = unsafe { &raw const (*self.view()).StackCount };
        // SAFETY: as above. It does not change as long as the IRP is not free.
        let count = u8::try_from(unsafe { count.read() }).unwrap_or_default().min(self.most);
        let behind = self.locations().wrapping_add(count.into());
        // SAFETY: by the invariant there is one more location than the IRP can have.
        let control = unsafe { &raw mut (*behind).Control };
        // SAFETY: as above. Only who has the IRP writes there.
        let written = unsafe { control.read() } != 0;
        if written {
            // SAFETY: as above.
            unsafe { control.write(0) };
        }
        written
    }

    /// Makes the location behind the last one of the IRP empty.
    pub fn clear_behind_the_end(&self, stack_count: u8) {
        let behind = self.locations().wrapping_add(stack_count.min(self.most).into());
        // SAFETY: by the invariant there is one more location than the IRP can have, and only who has
        // the IRP writes there.
        unsafe { behind.write_bytes(0, 1) };
    }
}
