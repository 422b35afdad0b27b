//! Time.

use std::time::{Duration, Instant};

use crate::{
    export::{Export, exports},
    nt::{HIGH_LEVEL, LARGE_INTEGER, PASSIVE_LEVEL},
    sched,
};

/// What times are counted in.
const UNITS_PER_SECOND: u64 = 10_000_000;
/// 1 January 1970 in units since 1 January 1601.
const UNIX_TIME: u64 = 11_644_473_600 * UNITS_PER_SECOND;
/// Units from one clock interrupt to the next: 1/64 s, as is usual.
const CLOCK_PERIOD: u32 = 156_250;

fn units(duration: Duration) -> u64 {
    duration.as_secs() * UNITS_PER_SECOND + u64::from(duration.subsec_nanos() / 100)
}

/// A number of units of 100 ns.
pub(crate) fn duration(units: u64) -> Duration {
    let nanoseconds = u32::try_from(units % UNITS_PER_SECOND).unwrap_or_default() * 100;
    Duration::new(units / UNITS_PER_SECOND, nanoseconds)
}

/// The current time in units of 100 ns since 1 January 1601, UTC.
pub(crate) fn system() -> i64 {
    i64::try_from(UNIX_TIME + units(sched::unix_time())).unwrap_or(i64::MAX)
}

/// How long it is until a time in the future, and zero if it is past.
pub(super) fn until(time: i64) -> Duration {
    duration(time.saturating_sub(system()).try_into().unwrap_or_default())
}

/// How many clock interrupts there are in a time.
pub(crate) fn ticks(time: Duration) -> u64 {
    units(time) / u64::from(CLOCK_PERIOD)
}

/// Units of 100 ns since this machine was started.
pub(crate) fn interrupt() -> u64 {
    units(sched::since_start())
}

/// # Safety
///
/// `place` is valid for writes.
unsafe fn store(place: *mut LARGE_INTEGER, value: i64) {
    // SAFETY: by the contract.
    unsafe { place.write(LARGE_INTEGER { QuadPart: value }) };
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-kequerysystemtime)
unsafe extern "efiapi" fn KeQuerySystemTime(time: *mut LARGE_INTEGER) {
    // SAFETY: the driver passes a place for it.
    unsafe { store(time, system()) };
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-kequerysystemtimeprecise)
unsafe extern "efiapi" fn KeQuerySystemTimePrecise(time: *mut LARGE_INTEGER) {
    // SAFETY: the driver passes a place for it.
    unsafe { store(time, system()) };
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-kequeryinterrupttime)
unsafe extern "efiapi" fn KeQueryInterruptTime() -> u64 {
    interrupt()
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-kequeryinterrupttimeprecise)
unsafe extern "efiapi" fn KeQueryInterruptTimePrecise(counter: *mut u64) -> u64 {
    let time = interrupt();
    // SAFETY: the driver passes a place for the performance counter at that time.
    unsafe { counter.write(time) };
    time
}

/// This machine never sleeps.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-kequeryunbiasedinterrupttime)
unsafe extern "efiapi" fn KeQueryUnbiasedInterruptTime() -> u64 {
    interrupt()
}

/// This machine never sleeps.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-kequeryunbiasedinterrupttimeprecise)
unsafe extern "efiapi" fn KeQueryUnbiasedInterruptTimePrecise(counter: *mut u64) -> u64 {
    // SAFETY: the contract is the same.
    unsafe { KeQueryInterruptTimePrecise(counter) }
}

/// The counter counts units of 100 ns, as it does on most machines.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ntifs/nf-ntifs-kequeryperformancecounter)
pub(super) unsafe extern "efiapi" fn KeQueryPerformanceCounter(
    frequency: *mut LARGE_INTEGER,
) -> LARGE_INTEGER {
    if !frequency.is_null() {
        // SAFETY: the driver passes a place for it, or nothing.
        unsafe { store(frequency, UNITS_PER_SECOND.cast_signed()) };
    }
    LARGE_INTEGER { QuadPart: interrupt().cast_signed() }
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-kequerytickcount)
unsafe extern "efiapi" fn KeQueryTickCount(count: *mut LARGE_INTEGER) {
    let ticks = interrupt() / u64::from(CLOCK_PERIOD);
    // SAFETY: the driver passes a place for it.
    unsafe { store(count, ticks.cast_signed()) };
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-kequerytimeincrement)
unsafe extern "efiapi" fn KeQueryTimeIncrement() -> u32 {
    CLOCK_PERIOD
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ntifs/nf-ntifs-kestallexecutionprocessor)
pub(super) unsafe extern "efiapi" fn KeStallExecutionProcessor(microseconds: u32) {
    let time = Duration::from_micros(microseconds.into());
    if sched::is_seeded() {
        return sched::sleep(time);
    }
    let start = Instant::now();
    while start.elapsed() < time {
        std::hint::spin_loop();
    }
}

/// The clock of this machine shows UTC.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-exsystemtimetolocaltime)
unsafe extern "efiapi" fn ExSystemTimeToLocalTime(
    system: *const LARGE_INTEGER,
    local: *mut LARGE_INTEGER,
) {
    // SAFETY: the driver passes a time.
    let time = unsafe { system.read() };
    // SAFETY: the driver passes a place for it.
    unsafe { local.write(time) };
}

/// The clock of this machine shows UTC.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-exlocaltimetosystemtime)
unsafe extern "efiapi" fn ExLocalTimeToSystemTime(
    local: *const LARGE_INTEGER,
    system: *mut LARGE_INTEGER,
) {
    // SAFETY: the contract is the same.
    unsafe { ExSystemTimeToLocalTime(local, system) };
}

pub(super) const EXPORTS: &[Export] = exports! {
    ExLocalTimeToSystemTime: PASSIVE_LEVEL..=HIGH_LEVEL;
    ExSystemTimeToLocalTime: PASSIVE_LEVEL..=HIGH_LEVEL;
    KeQueryInterruptTime: PASSIVE_LEVEL..=HIGH_LEVEL;
    KeQueryInterruptTimePrecise: PASSIVE_LEVEL..=HIGH_LEVEL;
    KeQueryPerformanceCounter: PASSIVE_LEVEL..=HIGH_LEVEL;
    KeQuerySystemTime: PASSIVE_LEVEL..=HIGH_LEVEL;
    KeQuerySystemTimePrecise: PASSIVE_LEVEL..=HIGH_LEVEL;
    KeQueryTickCount: PASSIVE_LEVEL..=HIGH_LEVEL;
    KeQueryTimeIncrement: PASSIVE_LEVEL..=HIGH_LEVEL;
    KeQueryUnbiasedInterruptTime: PASSIVE_LEVEL..=HIGH_LEVEL;
    KeQueryUnbiasedInterruptTimePrecise: PASSIVE_LEVEL..=HIGH_LEVEL;
    KeStallExecutionProcessor: PASSIVE_LEVEL..=HIGH_LEVEL;
};
