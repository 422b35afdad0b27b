//! Chains of NET_BUFFER_LISTs: how lists are linked, and nothing else.

use core::ptr::NonNull;

use ndis_sys as sys;

/// A list, by its address. Its declared type is as long as that of the newest NDIS; the list itself may be
/// shorter, so that there is never a reference to it.
pub type List = NonNull<sys::NET_BUFFER_LIST>;

/// How many lists more than NDIS says a chain may have before it is taken to lead back to itself; and how
/// many it may have at all that NDIS can say.
const CAP: usize = 1 << 16;

/// How many lists are looked at of a chain that NDIS says has `count`.
#[must_use]
pub fn limit(count: u32) -> usize {
    usize::try_from(count).unwrap_or(CAP).min(CAP) + CAP
}

/// The list behind `list`.
///
/// # Safety
///
/// `list` is valid, and nobody changes its link meanwhile.
#[must_use]
pub unsafe fn next(list: List) -> Option<List> {
    // SAFETY: by the contract it is valid; it begins with its links.
    NonNull::new(unsafe { (*list.as_ptr().cast::<sys::NET_BUFFER_LIST_DATA>()).Next })
}

/// Lets `next` follow `list`, or nothing.
///
/// # Safety
///
/// `list` is valid, and belongs to the caller.
pub unsafe fn set_next(list: List, next: Option<List>) {
    let next = next.map_or(core::ptr::null_mut(), NonNull::as_ptr);
    // SAFETY: by the contract it is valid and nobody else's; it begins with its links.
    unsafe { (*list.as_ptr().cast::<sys::NET_BUFFER_LIST_DATA>()).Next = next };
}

/// Lists that are linked to each other, with their number.
///
/// Nothing happens to them when this is dropped: who has it gives them on with [`into_raw`](Self::into_raw).
///
/// # Invariants
///
/// `first` leads through `count` lists, all different, to `last`, whose link is null. They are valid and belong
/// to this value alone. `ends` is `None` if and only if `count` is zero.
#[derive(Debug, Default)]
#[must_use]
pub struct Chain {
    ends: Option<(List, List)>,
    count: usize,
}

impl Chain {
    /// A chain without lists.
    pub const fn new() -> Self {
        Self { ends: None, count: 0 }
    }

    /// The chain that begins with `first`. Takes time for each list. `None`, and nothing changes, if there are
    /// more than `limit`, as where the chain leads back to itself.
    ///
    /// # Safety
    ///
    /// The lists are valid, and belong to the caller, who gives them up.
    #[must_use]
    pub unsafe fn from_raw(first: List, limit: usize) -> Option<Self> {
        let (mut last, mut count) = (first, 1);
        // SAFETY: by the contract all lists are valid and nobody else's.
        while let Some(next) = unsafe { next(last) } {
            if count >= limit {
                return None;
            }
            (last, count) = (next, count + 1);
        }
        // INVARIANT: the link of `last` is null, so that no list came twice.
        Some(Self { ends: Some((first, last)), count })
    }

    /// How many lists there are.
    #[must_use]
    pub const fn count(&self) -> usize {
        self.count
    }

    /// True if there are none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// The first list.
    #[must_use]
    pub fn first(&self) -> Option<List> {
        self.ends.map(|(first, _)| first)
    }

    /// The last list.
    #[must_use]
    pub fn last(&self) -> Option<List> {
        self.ends.map(|(_, last)| last)
    }

    /// Gives the lists up to the caller, as the first of them.
    #[must_use]
    pub fn into_raw(self) -> Option<List> {
        self.first()
    }

    /// Moves the lists of `other` behind these. Takes the same time however many there are.
    pub fn append(&mut self, other: &mut Self) {
        let count = core::mem::take(&mut other.count);
        let Some((other_first, other_last)) = other.ends.take() else { return };
        let first = match self.ends {
            None => other_first,
            Some((first, last)) => {
                // SAFETY: by the invariant it is valid and ours.
                unsafe { set_next(last, Some(other_first)) };
                first
            }
        };
        // INVARIANT: that of `other` held for its lists, which are different from ours: no list belongs to two
        // values.
        self.ends = Some((first, other_last));
        self.count = self.count.wrapping_add(count);
    }

    /// Takes the first list off, as a chain of its own; an empty one if there is none. Takes the same time
    /// however many there are.
    pub fn take_first(&mut self) -> Self {
        let Some((first, last)) = self.ends else { return Self::new() };
        // SAFETY: by the invariant it is valid and ours.
        let rest = unsafe { next(first) };
        // SAFETY: as above.
        unsafe { set_next(first, None) };
        self.ends = rest.map(|rest| (rest, last));
        self.count = self.count.saturating_sub(1);
        // INVARIANT: its link is null now.
        Self { ends: Some((first, first)), count: 1 }
    }

    /// Takes those lists off that `wanted` is true for. Both chains keep the order. Takes time for each list.
    ///
    /// `wanted` may look at a list, and at nothing behind it.
    pub fn take_if(&mut self, mut wanted: impl FnMut(List) -> bool) -> Self {
        let (mut all, mut taken) = (core::mem::take(self), Self::new());
        loop {
            let mut list = all.take_first();
            let Some(first) = list.first() else { return taken };
            if wanted(first) { &mut taken } else { &mut *self }.append(&mut list);
        }
    }
}
