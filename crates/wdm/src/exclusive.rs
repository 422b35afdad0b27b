//! What one open handle at a time has.

use crate::{Irql, PoolArc, PoolBox, Result, SpinLock, Status, Tag};

/// A place, such as a static, for what belongs to the one handle that is open, so that others who have something
/// for it find it.
///
/// IRQL: `DISPATCH_LEVEL` or below for everything, unless the value's drop asks for less: whoever lets go of the last
/// reference drops it, be it [`close`](Self::close) or somebody who had [`get`](Self::get) it meanwhile.
pub struct Exclusive<T>(SpinLock<Option<PoolArc<T>>>);

impl<T: Send + Sync> Exclusive<T> {
    /// No handle is open.
    #[must_use]
    pub const fn new() -> Self {
        Self(SpinLock::new(None))
    }

    /// A handle is opened. Returns what is to be its state.
    ///
    /// # Errors
    ///
    /// `STATUS_SHARING_VIOLATION` if another one is open, `STATUS_INSUFFICIENT_RESOURCES` if there is no memory;
    /// `value` is dropped.
    pub fn open(&self, value: T, tag: Tag, irql: &mut impl Irql) -> Result<PoolBox<PoolArc<T>>> {
        let value = PoolArc::try_new(value, tag)?;
        let file = PoolBox::try_new(value.clone(), tag)?;
        let mut place = self.0.lock(irql);
        if place.is_some() {
            return Err(Status::SHARING_VIOLATION);
        }
        *place = Some(value);
        Ok(file)
    }

    /// What belongs to the handle that is open. It may be closed at any moment.
    pub fn get(&self, irql: &mut impl Irql) -> Option<PoolArc<T>> {
        self.0.lock(irql).clone()
    }

    /// The handle is closed: another one can be opened.
    pub fn close(&self, irql: &mut impl Irql) {
        let value = self.0.lock(irql).take();
        drop(value);
    }
}

impl<T: Send + Sync> Default for Exclusive<T> {
    fn default() -> Self {
        Self::new()
    }
}
