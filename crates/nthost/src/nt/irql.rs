//! Interrupt request levels.
//!
//! [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/kernel/managing-hardware-priorities)

/// Interrupt request level: what a processor can be interrupted by.
pub type KIRQL = u8;

/// Threads are scheduled, and all is allowed.
pub const PASSIVE_LEVEL: KIRQL = 0;
/// The same as [`PASSIVE_LEVEL`].
pub const LOW_LEVEL: KIRQL = 0;
/// Asynchronous procedure calls are held back.
pub const APC_LEVEL: KIRQL = 1;
/// Threads are not scheduled, and pageable memory cannot be used.
pub const DISPATCH_LEVEL: KIRQL = 2;
/// Clock interrupt.
pub const CLOCK_LEVEL: KIRQL = 13;
/// Interrupt from another processor.
pub const IPI_LEVEL: KIRQL = 14;
/// Power failure.
pub const POWER_LEVEL: KIRQL = 14;
/// Profiling.
pub const PROFILE_LEVEL: KIRQL = 15;
/// Nothing interrupts.
pub const HIGH_LEVEL: KIRQL = 15;
