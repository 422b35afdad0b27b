//! Lists that were indicated: lent for the call, or ours until they are returned.

use core::{cell::Cell, marker::PhantomData, ptr::NonNull};

use ndis_sys as sys;

use crate::{
    chain::{self, Chain, List},
    view::{ListView, Lists},
};

/// Where lists are returned to: the binding that they came through.
///
/// # Safety
///
/// It exists, and takes lists back, until each list that [`keep`](Self::keep) counted was taken off by
/// [`release`](Self::release).
pub unsafe trait Home: Sync {
    /// Counts lists that are going to be kept. False if none may be.
    fn keep(&self, lists: usize) -> bool;

    /// Takes off lists that were counted; it may not exist any more after this.
    ///
    /// # Safety
    ///
    /// So many were counted, and not taken off yet.
    unsafe fn release(&self, lists: usize);

    /// Returns a chain to NDIS, with `NDIS_RETURN_FLAGS_…`.
    ///
    /// # Safety
    ///
    /// All lists of it came through this binding, were not lent, and belong to the caller, who gives them up. The
    /// flags are true.
    unsafe fn give_back(&self, first: List, flags: u32);
}

/// What is known about an indication beside its lists.
#[derive(Clone, Copy, Debug)]
pub struct Arrival {
    /// Port that the lists came through; 0 is the default port.
    pub port: u32,
    /// How many lists there are, as NDIS says.
    pub count: u32,
    /// `NDIS_RECEIVE_FLAGS_…`; there may be others than this crate knows.
    pub flags: u32,
}

impl Arrival {
    /// True if NDIS knows that the level is `DISPATCH_LEVEL`. If not, the level is not known.
    #[must_use]
    pub const fn at_dispatch(self) -> bool {
        self.flags & sys::NDIS_RECEIVE_FLAGS_DISPATCH_LEVEL != 0
    }

    /// True if the lists are lent for the call, and NDIS' again when it returns.
    #[must_use]
    pub const fn lent(self) -> bool {
        self.flags & sys::NDIS_RECEIVE_FLAGS_RESOURCES != 0
    }

    pub(crate) const fn return_flags(self) -> u32 {
        if self.at_dispatch() { sys::NDIS_RETURN_FLAGS_DISPATCH_LEVEL } else { 0 }
    }
}

/// Lists that have arrived, in the callback that they are indicated to.
///
/// Nothing of it outlives the callback:
///
/// ```compile_fail,E0597
/// use ndis::{Received, ListView};
/// fn keep(received: Received<'_>, place: &mut Option<ListView<'static>>) {
///     *place = received.lists().next();
/// }
/// ```
#[must_use]
pub enum Received<'i> {
    /// They are lent for the call.
    Loaned(Loaned<'i>),
    /// They are ours, and returned when the call is over, but for those that are retained.
    Owned(Owned<'i>),
}

impl Received<'_> {
    /// The lists.
    #[must_use]
    pub fn lists(&self) -> Lists<'_> {
        match self {
            Self::Loaned(loaned) => loaned.lists(),
            Self::Owned(owned) => owned.lists(),
        }
    }

    /// What is known beside them.
    #[must_use]
    pub const fn arrival(&self) -> Arrival {
        match self {
            Self::Loaned(loaned) => loaned.arrival,
            Self::Owned(owned) => owned.arrival,
        }
    }
}

/// Lists that are lent for the call. They can be read, and what is wanted of them copied; nothing else.
///
/// They cannot be returned or retained:
///
/// ```compile_fail,E0599
/// fn retain(mut loaned: ndis::Loaned<'_>) {
///     let _ = loaned.retain(|_| true);
/// }
/// ```
///
/// Nothing of them can be kept past the call:
///
/// ```compile_fail
/// fn keep<'i>(loaned: ndis::Loaned<'i>) -> ndis::ListView<'i> {
///     loaned.lists().next().unwrap()
/// }
/// ```
///
/// ```compile_fail
/// static KEPT: std::sync::Mutex<Option<ndis::Loaned<'static>>> = std::sync::Mutex::new(None);
/// fn keep(loaned: ndis::Loaned<'_>) {
///     *KEPT.lock().unwrap() = Some(loaned);
/// }
/// ```
///
/// # Invariants
///
/// The lists are NDIS', which lends them for `'i`. Nobody changes them.
pub struct Loaned<'i> {
    first: List,
    arrival: Arrival,
    lender: PhantomData<&'i Cell<()>>,
}

impl Loaned<'_> {
    /// The lists.
    #[must_use]
    pub fn lists(&self) -> Lists<'_> {
        // SAFETY: by the invariant they are valid for longer than the borrow.
        unsafe { Lists::new(Some(self.first), chain::limit(self.arrival.count)) }
    }
}

/// Lists that are ours for the call. Whatever is not [retained](Self::retain) is returned when this is dropped,
/// all at once, and when the call is over at the latest, whatever happens to this value.
///
/// A list cannot be looked at while others are taken off, and be returned meanwhile:
///
/// ```compile_fail,E0502
/// fn look(mut owned: ndis::Owned<'_>) {
///     let list = owned.lists().next();
///     drop(owned.retain(|_| true));
///     drop(list);
/// }
/// ```
///
/// # Invariants
///
/// `rest` leads to lists that came through `home`, were not lent, and belong to whoever has this value; it is that of
/// a `Returning` that exists for `'i`.
pub struct Owned<'i> {
    home: &'i dyn Home,
    rest: &'i mut Option<List>,
    arrival: Arrival,
}

/// What is left of lists that are ours, which are returned when this is dropped.
///
/// # Invariants
///
/// The lists that `first` leads to came through `home`, were not lent, and belong to this value alone.
struct Returning<'i> {
    home: &'i dyn Home,
    first: Option<List>,
    flags: u32,
}

impl Drop for Owned<'_> {
    fn drop(&mut self) {
        if let Some(first) = self.rest.take() {
            // SAFETY: by the invariant they came through it and are ours; the call that they were indicated by has
            // not returned, so that the level is what it was.
            unsafe { self.home.give_back(first, self.arrival.return_flags()) };
        }
    }
}

impl Drop for Returning<'_> {
    fn drop(&mut self) {
        if let Some(first) = self.first.take() {
            // SAFETY: as for `Owned`, which was forgotten.
            unsafe { self.home.give_back(first, self.flags) };
        }
    }
}

impl Owned<'_> {
    /// The lists that were not taken off.
    #[must_use]
    pub fn lists(&self) -> Lists<'_> {
        // SAFETY: by the invariant they are ours; taking some off would borrow this mutably.
        unsafe { Lists::new(*self.rest, chain::limit(self.arrival.count)) }
    }

    /// Takes off those lists that `wanted` is true for, to keep them past the call. `None` if there are none.
    ///
    /// It is not asked about lists with [split headers](ListView::is_split), whose headers are gone after the call.
    /// None are taken off a chain that leads back to itself.
    ///
    /// IRQL: `DISPATCH_LEVEL` or below. Takes time for each list, but no memory and no lock.
    pub fn retain(&mut self, mut wanted: impl FnMut(ListView<'_>) -> bool) -> Option<Retained> {
        let first = (*self.rest)?;
        // SAFETY: by the invariant they are valid and ours. They are given up only if this succeeds.
        let mut rest = unsafe { Chain::from_raw(first, chain::limit(self.arrival.count)) }?;
        let mut kept = rest.take_if(|list| {
            // SAFETY: it is valid and ours, and nobody changes it while it is looked at.
            let list = unsafe { ListView::new(list) };
            !list.is_split() && wanted(list)
        });
        let count = kept.count();
        if count == 0 || !self.home.keep(count) {
            kept.append(&mut rest);
            *self.rest = kept.into_raw();
            return None;
        }
        *self.rest = rest.into_raw();
        // SAFETY: a home exists until what was counted is taken off.
        let home = unsafe { forget_lifetime(self.home) };
        // INVARIANT: they came through it, were not lent, and were counted.
        Some(Retained { home, chain: kept })
    }
}

/// The address of a home.
///
/// # Safety
///
/// It is used only while lists are counted there.
unsafe fn forget_lifetime<'h>(home: &'h (dyn Home + 'h)) -> NonNull<dyn Home> {
    let home = NonNull::from(home);
    // SAFETY: only the lifetime changes, and by the contract it is not used for longer.
    unsafe { core::mem::transmute::<NonNull<dyn Home + 'h>, NonNull<dyn Home + 'static>>(home) }
}

/// Lists that are kept past the call that they were indicated by. They are returned when this is dropped, all at
/// once; the binding is not paused or closed before.
///
/// Lists of several indications of the same binding can be [put together](Self::append).
///
/// Lists are returned once:
///
/// ```compile_fail,E0382
/// fn twice(retained: ndis::Retained) {
///     drop(retained);
///     drop(retained);
/// }
/// ```
///
/// Nothing of them can be kept when they are returned:
///
/// ```compile_fail,E0505
/// fn late(retained: ndis::Retained) {
///     let list = retained.lists().next();
///     drop(retained);
///     drop(list);
/// }
/// ```
///
/// IRQL: `DISPATCH_LEVEL` or below, also for the drop, in any thread.
///
/// # Invariants
///
/// The lists of `chain` came through `home`, were not lent and belong to this value alone; none has split headers.
/// They are counted there, so that it exists.
#[must_use = "the lists are returned when this is dropped"]
pub struct Retained {
    home: NonNull<dyn Home>,
    chain: Chain,
}

// SAFETY: lists that are ours may be read and returned in any thread, by one at a time.
unsafe impl Send for Retained {}

impl Retained {
    /// The lists.
    #[must_use]
    pub fn lists(&self) -> Lists<'_> {
        // SAFETY: by the invariant they are ours as long as this value exists.
        unsafe { Lists::new(self.chain.first(), self.chain.count()) }
    }

    /// How many there are.
    #[must_use]
    pub const fn count(&self) -> usize {
        self.chain.count()
    }

    /// Adds the lists of `other`, to be returned together. Takes the same time however many there are.
    ///
    /// # Errors
    ///
    /// Gives `other` back if its lists came through another binding.
    pub fn append(&mut self, mut other: Self) -> Result<(), Self> {
        if !core::ptr::addr_eq(self.home.as_ptr(), other.home.as_ptr()) {
            return Err(other);
        }
        // INVARIANT: they stay counted, and `other` has none left.
        self.chain.append(&mut other.chain);
        Ok(())
    }

    /// Takes the first list off. `None` if there is none.
    #[must_use]
    pub fn take_first(&mut self) -> Option<Self> {
        let chain = self.chain.take_first();
        // INVARIANT: it stays counted.
        (!chain.is_empty()).then(|| Self { home: self.home, chain })
    }
}

impl Drop for Retained {
    fn drop(&mut self) {
        let chain = core::mem::take(&mut self.chain);
        let count = chain.count();
        let Some(first) = chain.into_raw() else { return };
        // SAFETY: by the invariant lists are counted, so that it exists.
        let home = unsafe { self.home.as_ref() };
        // SAFETY: by the invariant they came through it and are ours. Nothing is known of the level.
        unsafe { home.give_back(first, 0) };
        // SAFETY: by the invariant they were counted.
        unsafe { home.release(count) };
    }
}

/// Hands lists that NDIS indicated to `receiver`: the one place where lent ones are told from those that are ours.
///
/// # Safety
///
/// NDIS called the receive handler of the binding `home` with `first` and what `arrival` says, and that call does
/// not return before this one.
pub unsafe fn indicate(
    home: &dyn Home,
    first: List,
    arrival: Arrival,
    receiver: impl FnOnce(Received<'_>),
) {
    if arrival.lent() {
        // INVARIANT: they are lent until the handler returns.
        receiver(Received::Loaned(Loaned { first, arrival, lender: PhantomData }));
        return;
    }
    // INVARIANT: without the flag they are ours.
    let mut rest = Returning { home, first: Some(first), flags: arrival.return_flags() };
    receiver(Received::Owned(Owned { home, rest: &mut rest.first, arrival }));
}
