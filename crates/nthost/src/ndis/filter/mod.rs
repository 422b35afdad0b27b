//! Drivers between the miniport and NDIS: a filter, and below it an intermediate driver.
//!
//! [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/network/receiving-data-in-a-filter-driver)

mod intermediate;
mod own;

use std::sync::{
    Arc, OnceLock,
    atomic::{AtomicU32, Ordering::Relaxed},
};

use super::{
    adapter::Adapter,
    receive::{self, Descriptor, Event, Later, Lists, Pool},
    settings::FilterKind,
};

pub(super) use intermediate::give_back as give_back_to_intermediate;
use own::Own;

/// A filter, and the intermediate driver below it.
pub(crate) struct Filter {
    own: OnceLock<Own>,
    /// `MiniportAdapterHandle` of the virtual miniport of the intermediate driver.
    intermediate: OnceLock<usize>,
    /// Lists that it keeps, and indicates later.
    kept: Later<Lists>,
    seen: AtomicU32,
}

impl Default for Filter {
    fn default() -> Self {
        let indicate = |adapter: &Arc<Adapter>, lists| {
            receive::at_level(adapter, || receive::give(adapter, lists));
        };
        Self {
            own: OnceLock::new(),
            intermediate: OnceLock::new(),
            kept: Later::new("ndis filter", |adapter| &adapter.filter.kept, indicate),
            seen: AtomicU32::new(0),
        }
    }
}

impl Filter {
    /// Its own lists, if it has made any so far.
    pub(in crate::ndis) fn pool_so_far(&self) -> Option<&Arc<Pool>> {
        self.own.get().map(|own| &own.pool)
    }

    /// Ends its thread.
    pub fn stop(&self) {
        self.kept.stop();
    }

    /// Takes out all that it keeps, without indicating it.
    pub(in crate::ndis) fn pause(&self) -> Lists {
        self.kept.take(|_| true).into_iter().flatten().collect()
    }

    /// Whether it keeps nothing.
    pub fn is_idle(&self) -> bool {
        self.kept.is_idle()
    }

    /// Whether the next list is dropped.
    fn drops(&self, several: u32) -> bool {
        (self.seen.fetch_add(1, Relaxed) + 1).is_multiple_of(several.max(1))
    }
}

/// The miniport gives lists.
pub(super) fn give_from_miniport(adapter: &Arc<Adapter>, lists: Lists) {
    intermediate::take_over(adapter, &lists);
    give(adapter, lists);
}

/// The miniport lends lists.
pub(super) fn lend_from_miniport(adapter: &Arc<Adapter>, lists: &[Arc<Descriptor>]) {
    intermediate::take_over(adapter, lists);
    lend(adapter, lists);
    intermediate::give_back(adapter, lists);
}

/// What the filter does with the next indication.
fn kind(adapter: &Adapter) -> FilterKind {
    const ANY: [FilterKind; 5] = [
        FilterKind::Pass,
        FilterKind::Hold,
        FilterKind::OneByOne,
        FilterKind::Lend,
        FilterKind::Replace,
    ];
    match adapter.settings().filter {
        // What comes later goes behind what it keeps.
        FilterKind::Any if !adapter.filter.is_idle() => FilterKind::Hold,
        FilterKind::Any => ANY[adapter.receive.chance(|rng| rng.usize(..ANY.len()))],
        kind => kind,
    }
}

/// The filter gets lists that are its own now.
fn give(adapter: &Arc<Adapter>, mut lists: Lists) {
    match kind(adapter) {
        FilterKind::None | FilterKind::Pass | FilterKind::Any => receive::give(adapter, lists),
        FilterKind::Drop(several) => {
            let (dropped, passed) =
                lists.into_iter().partition(|list| drops(adapter, list, several));
            receive::give(adapter, passed);
            receive::go_down(adapter, dropped);
        }
        FilterKind::Hold => keep(adapter, lists),
        FilterKind::OneByOne => {
            for list in &lists {
                receive::lend(adapter, std::slice::from_ref(list));
            }
            receive::go_down(adapter, lists);
        }
        FilterKind::Lend => {
            receive::lend(adapter, &lists);
            receive::go_down(adapter, lists);
        }
        FilterKind::Replace => match own::copies(adapter, &lists) {
            Some(copies) => {
                receive::go_down(adapter, lists);
                receive::give(adapter, copies);
            }
            None => receive::give(adapter, lists),
        },
        FilterKind::Inject => {
            let second = lists.split_off(lists.len().div_ceil(2));
            receive::give(adapter, lists);
            own::inject(adapter);
            receive::give(adapter, second);
        }
    }
}

/// The filter gets lists that it may use until it returns.
fn lend(adapter: &Arc<Adapter>, lists: &[Arc<Descriptor>]) {
    match kind(adapter) {
        FilterKind::None | FilterKind::Pass | FilterKind::Lend | FilterKind::Any => {
            receive::lend(adapter, lists);
        }
        FilterKind::Drop(several) => {
            let passed = lists.iter().filter(|list| !drops(adapter, list, several));
            receive::lend(adapter, &passed.cloned().collect::<Vec<_>>());
        }
        FilterKind::OneByOne => {
            for list in lists {
                receive::lend(adapter, std::slice::from_ref(list));
            }
        }
        FilterKind::Hold => match own::copies(adapter, lists) {
            Some(copies) => keep(adapter, copies),
            None => receive::lend(adapter, lists),
        },
        FilterKind::Replace => match own::copies(adapter, lists) {
            Some(copies) => receive::give(adapter, copies),
            None => receive::lend(adapter, lists),
        },
        FilterKind::Inject => {
            let (first, second) = lists.split_at(lists.len().div_ceil(2));
            receive::lend(adapter, first);
            own::inject(adapter);
            receive::lend(adapter, second);
        }
    }
}

/// Keeps lists, to indicate them in another thread.
fn keep(adapter: &Arc<Adapter>, lists: Lists) {
    for list in &lists {
        list.entry.note(Event::Kept, 0, 0);
    }
    adapter.filter.kept.push(adapter, lists);
}

fn drops(adapter: &Adapter, list: &Descriptor, several: u32) -> bool {
    let drops = adapter.filter.drops(several);
    if drops {
        adapter.receive.counters.filtered.add(list.frames() as usize);
    }
    drops
}

/// `FilterReturnNetBufferLists`: lists that the filter has made are back.
pub(super) fn returned(adapter: &Adapter, lists: Lists) {
    let own = own::of(adapter);
    for list in &lists {
        if list.written_source() != own.handle {
            receive::rules::SOURCE_HANDLE.broken(format!(
                "a list came back to its filter with the SourceHandle {:#x} instead of {:#x}",
                list.written_source(),
                own.handle,
            ));
        }
    }
    own.pool.put(lists);
}
