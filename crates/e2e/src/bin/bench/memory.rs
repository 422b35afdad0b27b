//! Pool that a receiver takes.

use e2e::{Family, Machine, settings};
use nthost::{Kernel, wsk};
use serde::Serialize;
use winrx::Mode;

use crate::{measure::kernel, table::Table};

/// What the figures are.
pub const ABOUT: &str = "Pool of a receiver with the settings that the driver chooses: from before its \
    device is opened until it is bound.";

/// The memory of a receiver.
#[derive(Serialize)]
pub struct Row {
    mode: &'static str,
    blocks: usize,
    bytes: usize,
    queue_bytes: u32,
}

impl Table for Row {
    const HEADS: &'static [&'static str] = &["mode", "blocks", "bytes", "of them queue"];

    fn cells(&self) -> Vec<String> {
        let Self { mode, blocks, bytes, queue_bytes } = self;
        vec![(*mode).into(), blocks.to_string(), bytes.to_string(), queue_bytes.to_string()]
    }
}

/// Measures every mode.
pub fn run() -> Vec<Row> {
    Mode::ALL.map(of_mode).into()
}

fn of_mode(mode: Mode) -> Row {
    let network = wsk::Network::Synthetic(wsk::Synthetic::new());
    let machine = Machine::new(kernel().network(network));
    let before = pool(machine.kernel());
    let (receiver, bound) = machine.receive(&settings(mode, Family::V4));
    let after = pool(machine.kernel());
    drop(receiver);
    machine.finish();
    Row {
        mode: mode.name(),
        blocks: after.0 - before.0,
        bytes: after.1 - before.1,
        queue_bytes: bound.queue_bytes.unwrap_or_default(),
    }
}

/// Blocks and bytes that are allocated.
fn pool(kernel: &Kernel) -> (usize, usize) {
    let pool = kernel.pool();
    let sum =
        |(blocks, bytes), usage: &nthost::PoolUsage| (blocks + usage.blocks, bytes + usage.bytes);
    pool.values().fold((0, 0), sum)
}
