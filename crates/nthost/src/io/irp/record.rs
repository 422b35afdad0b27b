//! What the kernel keeps about each IRP that it allocated.

use std::{
    ptr::{self, NonNull},
    slice,
    sync::{
        Arc,
        atomic::{AtomicI8, AtomicPtr, AtomicU8, AtomicU64, AtomicUsize, Ordering},
    },
};

use crate::{
    io::request::Request,
    nt::{IO_STACK_LOCATION, IRP, SL_PENDING_RETURNED},
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

/// Tells a record from other bytes.
const MAGIC: u64 = 0x6e74_686f_7374_4952;

/// In a mark: the driver had marked the IRP pending when its completion left the stack location.
const PENDING: u64 = 1;
/// In a mark: completion has left the stack location.
const LEFT: u64 = 2;
/// In a mark: the number of the call begins here.
const CALL: u64 = 4;

/// What the kernel keeps about an IRP. The IRP lies behind it, then the stack locations, one more of
/// them to notice writes behind the last, and then a mark for each location.
///
/// # Invariants
///
/// It lies in the memory of an arena, with room for all of this.
#[repr(C, align(16))]
pub(crate) struct Record {
    magic: u64,
    most: u8,
    place: AtomicU8,
    origin: AtomicU8,
    /// The current location of who sent it.
    sent_from: AtomicI8,
    calls: AtomicU64,
    /// Where the driver called the kernel that allocated it.
    allocated_by: AtomicUsize,
    /// The request of an IRP of the I/O manager; a strong reference, or null.
    request: AtomicPtr<Request>,
}

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
    pub const fn new(most: u8) -> Self {
        Self {
            magic: MAGIC,
            most,
            place: AtomicU8::new(Place::Free as u8),
            origin: AtomicU8::new(Origin::Driver as u8),
            sent_from: AtomicI8::new(0),
            calls: AtomicU64::new(0),
            allocated_by: AtomicUsize::new(0),
            request: AtomicPtr::new(ptr::null_mut()),
        }
    }

    /// Bytes of a record and all that lies behind it.
    pub const fn bytes_for(most: u8) -> usize {
        let locations = most as usize + 1;
        let size = size_of::<Self>()
            + size_of::<IRP>()
            + locations * (size_of::<IO_STACK_LOCATION>() + size_of::<AtomicU64>());
        size.next_multiple_of(align_of::<Self>())
    }

    /// Whether there is a record.
    ///
    /// # Safety
    ///
    /// The memory is readable.
    pub unsafe fn is_at(place: NonNull<Self>) -> bool {
        // SAFETY: the caller says so; any bytes are a number.
        unsafe { place.cast::<u64>().read_volatile() == MAGIC }
    }

    /// The most stack locations of its IRP.
    pub const fn most(&self) -> u8 {
        self.most
    }

    pub fn irp(&self) -> *mut IRP {
        let behind = (&raw const *self).wrapping_add(1);
        behind.cast_mut().cast()
    }

    fn locations(&self) -> *mut IO_STACK_LOCATION {
        self.irp().wrapping_add(1).cast()
    }

    fn marks(&self) -> &[AtomicU64] {
        let count = usize::from(self.most) + 1;
        let marks = self.locations().wrapping_add(count).cast::<AtomicU64>();
        // SAFETY: by the invariant there are so many, initialized by zeros at the latest.
        unsafe { slice::from_raw_parts(marks, count) }
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
        self.marks().get(usize::try_from(location).ok()?)
    }

    /// Notes that a dispatch routine is called for a location, and returns the number of the call.
    pub fn called(&self, location: i8) -> u64 {
        let number = self.calls.fetch_add(1, Ordering::Relaxed) + 1;
        if let Some(mark) = self.mark(location) {
            mark.store(number * CALL, Ordering::Release);
        }
        number
    }

    /// Notes that completion leaves a location.
    pub fn left(&self, location: i8, pending: bool) {
        if let Some(mark) = self.mark(location) {
            mark.fetch_or(LEFT | if pending { PENDING } else { 0 }, Ordering::AcqRel);
        }
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
        let current = unsafe { &raw const (*self.irp()).CurrentLocation };
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
        let count = unsafe { &raw const (*self.irp()).StackCount };
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
