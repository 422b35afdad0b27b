//! Proofs of the interrupt request level that code runs at.

use core::marker::PhantomData;

/// Proof that the code that holds it runs at `PASSIVE_LEVEL`.
///
/// A routine that Windows calls at `PASSIVE_LEVEL` is given one by mutable reference. A function that
/// may be called at `PASSIVE_LEVEL` only asks for `&Passive`. Taking a spin lock borrows it mutably for
/// as long as the lock is held, so that no such function can be called meanwhile.
///
/// Nobody can wait while a lock has borrowed it:
///
/// ```compile_fail,E0502
/// fn wait(_irql: &wdm::Passive) {}
///
/// fn lock<'a>(irql: &'a mut wdm::Passive) -> impl Drop + 'a {
///     struct Guard<'a>(&'a mut wdm::Passive);
///     impl Drop for Guard<'_> {
///         fn drop(&mut self) {}
///     }
///     Guard(irql)
/// }
///
/// fn wrong(irql: &mut wdm::Passive) {
///     let held = lock(irql);
///     wait(irql);
///     drop(held);
/// }
/// ```
///
/// # Invariants
///
/// One exists only on a thread at `PASSIVE_LEVEL`, where no other proof is lent out.
pub struct Passive {
    _of_this_thread: PhantomData<*mut ()>,
}

/// Proof that the code that holds it runs at some level up to `DISPATCH_LEVEL`, which is all that is
/// known in callbacks and completion routines.
///
/// What needs `PASSIVE_LEVEL`, as waiting does, cannot be called with it:
///
/// ```compile_fail,E0308
/// fn wait(_irql: &wdm::Passive) {}
///
/// fn callback(irql: &mut wdm::AtMostDispatch) {
///     wait(irql);
/// }
/// ```
///
/// # Invariants
///
/// As for [`Passive`], with `DISPATCH_LEVEL` as the highest level.
pub struct AtMostDispatch {
    _of_this_thread: PhantomData<*mut ()>,
}

impl Passive {
    /// Makes the proof.
    ///
    /// # Safety
    ///
    /// The caller runs at `PASSIVE_LEVEL`, holds no other proof and lends this one to code on the same
    /// thread only. A value whose drop is documented to need `PASSIVE_LEVEL` may call this in its drop.
    #[must_use]
    pub unsafe fn assume() -> Self {
        Self { _of_this_thread: PhantomData }
    }
}

impl AtMostDispatch {
    /// Makes the proof.
    ///
    /// # Safety
    ///
    /// The caller runs at `DISPATCH_LEVEL` or below, holds no other proof and lends this one to code
    /// on the same thread only.
    #[must_use]
    pub unsafe fn assume() -> Self {
        Self { _of_this_thread: PhantomData }
    }
}

/// A proof that the level is at most `DISPATCH_LEVEL`.
pub trait Irql: sealed::Sealed {}

impl Irql for Passive {}
impl Irql for AtMostDispatch {}

mod sealed {
    pub trait Sealed {}
    impl Sealed for super::Passive {}
    impl Sealed for super::AtMostDispatch {}
}
