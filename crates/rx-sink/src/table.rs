//! A table of values that many fill at once, and one empties.

use core::{
    cell::UnsafeCell,
    marker::PhantomData,
    ops::{Deref, DerefMut},
    ptr::NonNull,
    sync::atomic::{AtomicU64, Ordering},
};

use crate::Memory;

/// How many values a table holds at most.
const MOST: u32 = 4096;

const BITS: u32 = u64::BITS;
const WORDS: usize = (MOST / BITS) as usize;

/// A set of numbers below [`MOST`].
struct Numbers([AtomicU64; WORDS]);

impl Numbers {
    const fn new() -> Self {
        Self([const { AtomicU64::new(0) }; WORDS])
    }

    fn word(&self, number: u32) -> Option<(&AtomicU64, u64)> {
        Some((self.0.get((number / BITS) as usize)?, 1 << (number % BITS)))
    }

    /// Adds a number. True if it was not in the set.
    fn add(&self, number: u32) -> bool {
        let word = self.word(number);
        word.is_some_and(|(word, bit)| word.fetch_or(bit, Ordering::AcqRel) & bit == 0)
    }

    /// Removes a number. True if it was in the set.
    fn remove(&self, number: u32) -> bool {
        let word = self.word(number);
        word.is_some_and(|(word, bit)| word.fetch_and(!bit, Ordering::AcqRel) & bit != 0)
    }

    /// The numbers that a look at the set, word by word, finds, or with `inverted` those that it lacks.
    fn list(&self, inverted: bool) -> impl Iterator<Item = u32> {
        let mask = if inverted { u64::MAX } else { 0 };
        (0..).zip(&self.0).flat_map(move |(index, word)| {
            let mut bits = word.load(Ordering::Relaxed) ^ mask;
            core::iter::from_fn(move || {
                let bit = bits.trailing_zeros();
                // All that is left without the lowest bit.
                bits &= bits.wrapping_sub(1);
                (bit < BITS).then_some(index * BITS + bit)
            })
        })
    }
}

/// Values in memory of a fixed size, each with a number. Nobody waits for anybody.
///
/// # Invariants
///
/// The memory has places for `count` values. A number in `taken` belongs to one who put a value there, or
/// is about to; one that also is in `full` has a value in its place, which belongs to who removes it from
/// `full`.
pub struct Table<T, M: Memory> {
    memory: M,
    count: u32,
    taken: Numbers,
    full: Numbers,
    values: PhantomData<T>,
}

// SAFETY: by the invariants each value belongs to one thread at a time.
unsafe impl<T: Send, M: Memory + Sync> Sync for Table<T, M> {}

impl<T, M: Memory> Table<T, M> {
    /// How much memory a table of `count` values needs; `None` if that is none or too many.
    #[must_use]
    pub const fn memory_size(count: u32) -> Option<usize> {
        const { assert!(size_of::<T>() > 0 && align_of::<T>() <= 8) };
        if count == 0 || count > MOST {
            return None;
        }
        size_of::<T>().checked_mul(count as usize)
    }

    /// An empty table in `memory`; `None` unless that has the size that
    /// [`memory_size`](Self::memory_size) tells.
    #[must_use]
    pub fn new(count: u32, memory: M) -> Option<Self> {
        if Self::memory_size(count)? != memory.len() {
            return None;
        }
        // INVARIANT: the memory is large enough, and nothing is taken.
        let (taken, full) = (Numbers::new(), Numbers::new());
        Some(Self { memory, count, taken, full, values: PhantomData })
    }

    fn place(&self, number: u32) -> NonNull<UnsafeCell<T>> {
        let places = self.memory.base().cast();
        // SAFETY: by the invariant there are places for more values than the number, which is of one who
        // took it.
        unsafe { places.add(number as usize) }
    }

    /// Takes a number for a value, if one is free.
    pub fn vacancy(&self) -> Option<Vacancy<'_, T, M>> {
        let free = self.taken.list(true).take_while(|&number| number < self.count);
        let number = { free }.find(|&number| self.taken.add(number))?;
        // INVARIANT: of all who try, one adds the number.
        Some(Vacancy { table: self, number })
    }

    /// Takes hold of the value with a number, unless there is none, or another has hold of it.
    pub fn entry(&self, number: u32) -> Option<Entry<'_, T, M>> {
        // INVARIANT: of all who try, one removes the number.
        self.full.remove(number).then(|| Entry { table: self, number })
    }

    /// The numbers of the values that there are now.
    pub fn numbers(&self) -> impl Iterator<Item = u32> {
        self.full.list(false)
    }
}

impl<T, M: Memory> Drop for Table<T, M> {
    fn drop(&mut self) {
        for number in self.numbers() {
            drop(self.entry(number).map(Entry::remove));
        }
    }
}

/// A number that is taken, for a value to come.
///
/// # Invariants
///
/// The number is taken by this value, and below the count of the table.
pub struct Vacancy<'t, T, M: Memory> {
    table: &'t Table<T, M>,
    number: u32,
}

impl<T, M: Memory> Vacancy<'_, T, M> {
    /// The number.
    #[must_use]
    pub const fn number(&self) -> u32 {
        self.number
    }

    /// Puts the value there.
    pub fn fill(self, value: T) {
        let this = core::mem::ManuallyDrop::new(self);
        let place = this.table.place(this.number);
        // SAFETY: by the invariant the place belongs to this vacancy, and has no value.
        unsafe { place.write(UnsafeCell::new(value)) };
        this.table.full.add(this.number);
    }
}

impl<T, M: Memory> Drop for Vacancy<'_, T, M> {
    fn drop(&mut self) {
        self.table.taken.remove(self.number);
    }
}

/// Hold of a value; others get it when this is dropped.
///
/// # Invariants
///
/// The number was removed from the full ones by this value, so that the value in its place is this one's.
pub struct Entry<'t, T, M: Memory> {
    table: &'t Table<T, M>,
    number: u32,
}

impl<T, M: Memory> Entry<'_, T, M> {
    /// Takes the value out.
    #[must_use]
    pub fn remove(self) -> T {
        let this = core::mem::ManuallyDrop::new(self);
        // SAFETY: by the invariant the place has a value, which is this one's, and is not used again.
        let value = unsafe { this.table.place(this.number).read() };
        this.table.taken.remove(this.number);
        value.into_inner()
    }
}

impl<T, M: Memory> Deref for Entry<'_, T, M> {
    type Target = T;

    fn deref(&self) -> &T {
        // SAFETY: by the invariant the value is there, and this one's.
        let value = unsafe { self.table.place(self.number).as_ref() };
        // SAFETY: as above.
        unsafe { &*value.get() }
    }
}

impl<T, M: Memory> DerefMut for Entry<'_, T, M> {
    fn deref_mut(&mut self) -> &mut T {
        // SAFETY: by the invariant the value is there, and this one's.
        unsafe { self.table.place(self.number).as_mut() }.get_mut()
    }
}

impl<T, M: Memory> Drop for Entry<'_, T, M> {
    fn drop(&mut self) {
        self.table.full.add(self.number);
    }
}
