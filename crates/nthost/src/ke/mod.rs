//! The kernel proper: interrupt request levels, processors, locks, waits, timers, DPCs, threads.

pub(crate) mod irql;
pub(crate) mod processor;

use crate::{
    export::{Export, exports},
    nt::{HIGH_LEVEL, PASSIVE_LEVEL},
};

use irql::{KeGetCurrentIrql, KeLowerIrql, KfLowerIrql, KfRaiseIrql};

/// The state of this component.
#[derive(Default)]
pub(crate) struct State {}

pub(crate) const EXPORTS: &[Export] = exports! {
    KeGetCurrentIrql: PASSIVE_LEVEL..=HIGH_LEVEL;
    KeLowerIrql: PASSIVE_LEVEL..=HIGH_LEVEL;
    KfLowerIrql: PASSIVE_LEVEL..=HIGH_LEVEL;
    KfRaiseIrql: PASSIVE_LEVEL..=HIGH_LEVEL;
};

pub(crate) const HAL_EXPORTS: &[Export] = exports! {};
