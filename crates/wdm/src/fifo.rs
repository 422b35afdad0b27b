//! A queue in a fixed number of places.

/// Values in the order in which they came, in places that are made beforehand, so that adding one takes no
/// memory.
///
/// This is plain code over any places, so that it can be tested on any host.
#[derive(Debug)]
pub struct Fifo<P> {
    places: P,
    first: usize,
    count: usize,
}

impl<P> Fifo<P> {
    /// A queue in `places`, which are empty.
    pub const fn new(places: P) -> Self {
        Self { places, first: 0, count: 0 }
    }

    /// How many values are in it.
    pub const fn len(&self) -> usize {
        self.count
    }

    /// True if nothing is in it.
    pub const fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Adds a value behind the others.
    ///
    /// # Errors
    ///
    /// Gives it back if all places are taken.
    pub fn push<T>(&mut self, value: T) -> Result<(), T>
    where
        P: AsMut<[Option<T>]>,
    {
        let places = self.places.as_mut();
        let index = wrapped(self.first.saturating_add(self.count), places.len());
        let free = places.get_mut(index).filter(|place| place.is_none());
        let Some(place) = free else { return Err(value) };
        *place = Some(value);
        self.count = self.count.saturating_add(1);
        Ok(())
    }

    /// Takes the value that came first.
    pub fn pop<T>(&mut self) -> Option<T>
    where
        P: AsMut<[Option<T>]>,
    {
        let places = self.places.as_mut();
        let value = places.get_mut(self.first)?.take()?;
        self.first = wrapped(self.first.saturating_add(1), places.len());
        self.count = self.count.saturating_sub(1);
        Some(value)
    }
}

/// An index that is less than twice the length, in a ring of that length.
const fn wrapped(index: usize, length: usize) -> usize {
    if index < length { index } else { index.saturating_sub(length) }
}

#[cfg(test)]
mod tests {
    extern crate std;

    use std::{collections::VecDeque, vec};

    use proptest::prelude::*;

    use super::Fifo;

    #[test]
    fn without_places_nothing_fits() {
        let mut fifo = Fifo::new([None::<u8>; 0]);
        assert_eq!(fifo.push(1), Err(1));
        assert_eq!(fifo.pop(), None);
        assert!(fifo.is_empty());
    }

    proptest! {
        /// It does what a queue with a limit does.
        #[test]
        fn keeps_the_order(room in 1_usize..9, steps in proptest::collection::vec(any::<Option<u16>>(), 0..100)) {
            let mut fifo = Fifo::new(vec![None; room]);
            let mut model = VecDeque::new();
            for step in steps {
                match step {
                    Some(value) if model.len() < room => {
                        model.push_back(value);
                        prop_assert_eq!(fifo.push(value), Ok(()));
                    }
                    Some(value) => prop_assert_eq!(fifo.push(value), Err(value)),
                    None => prop_assert_eq!(fifo.pop(), model.pop_front()),
                }
                prop_assert_eq!((fifo.len(), fifo.is_empty()), (model.len(), model.is_empty()));
            }
        }
    }
}
