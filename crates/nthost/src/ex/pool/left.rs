//! Pool that drivers leave behind.

use std::{
    collections::BTreeMap,
    ops::Range,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
};

use parking_lot::Mutex;

use super::{Block, tag_text};
use crate::{
    system::System,
    thread,
    verifier::{self, catalogue::pool as rules},
};

/// The images whose drivers have been unloaded, until nothing of them runs any more.
#[derive(Default)]
pub(super) struct Unloaded {
    images: Mutex<Vec<Range<usize>>>,
    /// There is one.
    is_any: AtomicBool,
}

/// The most blocks that a report names.
const NAMED: usize = 3;

fn sentence(system: &System, address: usize, block: &Block) -> String {
    let caller = block.trace.first().copied().unwrap_or_default();
    format!(
        "{} bytes of pool at {address:#x} with the tag {}, allocated by {}",
        block.size,
        tag_text(block.tag),
        system.describe(caller),
    )
}

/// Blocks that were not freed, in sentences.
pub(crate) fn leaks(system: &Arc<System>) -> Vec<String> {
    let mut blocks = BTreeMap::new();
    system.ex.pool.for_each(|address, block| {
        blocks.insert(address, block.clone());
    });
    blocks.into_iter().map(|(address, block)| sentence(system, address, &block)).collect()
}

/// Looks whether a driver has left pool behind that is unloaded, or whose entry point has failed.
pub(crate) fn check_unloaded(system: &System, name: &str, image: &Range<usize>) {
    let mut left = BTreeMap::new();
    system.ex.pool.for_each(|address, block| {
        if block.trace.first().is_some_and(|caller| image.contains(caller)) {
            left.insert(address, block.clone());
        }
    });
    if left.is_empty() {
        return;
    }
    let named: Vec<_> =
        left.iter().take(NAMED).map(|(&address, block)| sentence(system, address, block)).collect();
    let more = if left.len() > NAMED { "; and others" } else { "" };
    let text = format!(
        "{name} is unloaded and has not freed {} blocks: {}{more}",
        left.len(),
        named.join("; ")
    );
    rules::LEFT.broken_with([0, 0, left.len() as u64], text);
}

/// From now on, code of an image is not to allocate: its driver has been unloaded.
pub(crate) fn close(system: &System, image: Range<usize>) {
    let unloaded = &system.ex.pool.unloaded;
    unloaded.images.lock().push(image);
    unloaded.is_any.store(true, Relaxed);
}

/// The image is gone.
pub(crate) fn forget(system: &System, image: &Range<usize>) {
    let unloaded = &system.ex.pool.unloaded;
    let mut images = unloaded.images.lock();
    images.retain(|other| other != image);
    unloaded.is_any.store(!images.is_empty(), Relaxed);
}

/// Looks whether a driver allocates that has been unloaded.
pub(super) fn check_late() {
    thread::current(|thread| {
        let unloaded = &thread.system.ex.pool.unloaded;
        let caller = thread.caller.get();
        if unloaded.is_any.load(Relaxed)
            && unloaded.images.lock().iter().any(|image| image.contains(&caller))
        {
            let text = format!("{} allocates after its driver was unloaded", verifier::caller());
            rules::LATE.broken(text);
        }
    });
}
