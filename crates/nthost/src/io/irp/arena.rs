//! Memory of IRPs.
//!
//! Each IRP lies on pages of its own, which are mapped twice: where drivers see them, and where the
//! kernel does. So those of drivers can be made inaccessible while no driver may use the IRP, because it
//! was freed or is a provider's, and the kernel goes on using it. The memory stays mapped as long as the
//! kernel is there.

use std::{
    cell::Cell,
    collections::VecDeque,
    ptr::{self, NonNull},
    sync::{
        OnceLock,
        atomic::{AtomicUsize, Ordering},
    },
};

use rustix::{
    fd::OwnedFd,
    fs::{MemfdFlags, ftruncate, memfd_create},
    mm::{self, MapFlags, ProtFlags},
};

use super::{record::Record, touched};
use crate::{
    fault::regions::{self, Registered},
    nt::{IO_STACK_LOCATION, IRP, PAGE_SIZE},
    sched::Mutex,
};

/// IRPs of about the same size.
struct Class {
    /// The most stack locations.
    most: u8,
    /// Pages of each.
    pages: usize,
    /// The most that there are at once.
    count: usize,
}

const CLASSES: [Class; 3] = [
    Class { most: 8, pages: 1, count: 16_384 },
    Class { most: 53, pages: 1, count: 4096 },
    Class { most: 127, pages: 3, count: 1024 },
];

/// Free IRPs are kept in so many lists of each class, so that threads seldom meet at one.
const SHARDS: usize = 8;

/// A free IRP waits until so many others were freed to the same list, so that what is done to it
/// meanwhile is noticed.
const QUARANTINE: usize = 32;

/// IRPs begin at so many different places in their pages, so that they do not all fall on the same lines
/// of the cache.
const COLORS: usize = 32;

/// Bytes from one of these places to the next.
const LINE: usize = 64;

impl Class {
    /// Bytes of an IRP with the most stack locations, and one more behind them.
    const fn bytes(&self) -> usize {
        size_of::<IRP>() + (self.most as usize + 1) * size_of::<IO_STACK_LOCATION>()
    }

    const fn stride(&self) -> usize {
        self.pages * PAGE_SIZE
    }

    /// Where an IRP begins in its pages.
    const fn offset(&self, index: usize) -> usize {
        let room = (self.stride() - self.bytes()) / LINE;
        let colors = if room < COLORS { room } else { COLORS };
        index % (colors + 1) * LINE
    }
}

/// The pages of a class.
///
/// # Invariants
///
/// `drivers` and `kernel` are the addresses of two mappings of the same memory, which is the class's.
struct Area {
    class: &'static Class,
    drivers: NonNull<u8>,
    kernel: NonNull<u8>,
    records: Box<[OnceLock<Box<Record>>]>,
    used: AtomicUsize,
    free: [Mutex<VecDeque<usize>>; SHARDS],
    /// What faults in it mean; gone before it is unmapped.
    faults: Option<Registered>,
}

// SAFETY: the memory may be used on any thread, and records are made to be shared.
unsafe impl Send for Area {}
// SAFETY: as above.
unsafe impl Sync for Area {}

/// The memory of all IRPs of a kernel.
pub(crate) struct Arena {
    areas: [Area; CLASSES.len()],
    /// Whether pages are made inaccessible.
    guards: bool,
}

/// Whether memory that a driver may not use for the time is inaccessible for it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Guards {
    /// It is, so that each use is noticed: IRPs that are freed or pending elsewhere, and indications of
    /// Winsock Kernel that are given back.
    #[default]
    On,
    /// It is not, which is quicker. What drivers have written is noticed later, if at all.
    Off,
}

impl Default for Arena {
    fn default() -> Self {
        Self::new(Guards::On)
    }
}

impl Area {
    fn new(class: &'static Class) -> Self {
        let size = class.count * class.stride();
        let memory = memfd_create("irps", MemfdFlags::CLOEXEC).expect("there is memory for IRPs");
        ftruncate(&memory, size as u64).expect("an empty file can grow");
        let drivers = map(&memory, size);
        let start = drivers.as_ptr() as usize;
        // INVARIANT: both are mappings of the file.
        Self {
            class,
            drivers,
            kernel: map(&memory, size),
            faults: Some(regions::register(start..start + size, touched::meaning)),
            records: (0..class.count).map(|_| OnceLock::new()).collect(),
            used: AtomicUsize::new(0),
            free: Default::default(),
        }
    }

    fn take(&self, guards: bool) -> Option<&Record> {
        let mine = shard();
        let waited_long = {
            let mut free = self.free[mine].lock();
            if free.len() > QUARANTINE { free.pop_front() } else { None }
        };
        if let Some(index) = waited_long {
            return self.records[index].get().map(Box::as_ref);
        }
        self.carve(guards).or_else(|| {
            // Without memory, better one of the oldest of the free ones than none, whoever freed it: some
            // threads send what others complete.
            let lists = (0..SHARDS).map(|at| &self.free[(mine + at) % SHARDS]);
            let index = lists.max_by_key(|free| free.lock().len())?.lock().pop_front()?;
            self.records[index].get().map(Box::as_ref)
        })
    }

    fn carve(&self, guards: bool) -> Option<&Record> {
        let next = |used: usize| (used < self.class.count).then_some(used + 1);
        let index = self.used.fetch_update(Ordering::Relaxed, Ordering::Relaxed, next).ok()?;
        let start = index * self.class.stride();
        let offset = start + self.class.offset(index);
        // SAFETY: both are offsets within the mappings.
        let [pages, irp] = [start, offset].map(|offset| unsafe { self.drivers.add(offset) });
        // SAFETY: as above.
        let view = unsafe { self.kernel.add(offset) };
        // SAFETY: the pages are the class's, and no other IRP has them.
        let record = unsafe {
            Record::new(
                self.class.most,
                irp.cast(),
                view.cast(),
                guards.then_some((pages, self.class.stride())),
            )
        };
        Some(self.records[index].get_or_init(|| Box::new(record)))
    }

    fn index(&self, irp: *const IRP) -> Option<usize> {
        let at = (irp as usize).checked_sub(self.drivers.as_ptr() as usize)?;
        Some(at / self.class.stride()).filter(|&index| index < self.class.count)
    }

    /// The record of the IRP on whose pages an address is.
    fn around(&self, address: usize) -> Option<&Record> {
        self.records[self.index(address as *const IRP)?].get().map(Box::as_ref)
    }
}

impl Drop for Area {
    fn drop(&mut self) {
        // Others may get the addresses as soon as they are free.
        drop(self.faults.take());
        for mapping in [self.drivers, self.kernel] {
            // SAFETY: the mapping is ours, and who used it held the kernel.
            let result = unsafe {
                mm::munmap(mapping.as_ptr().cast(), self.class.count * self.class.stride())
            };
            debug_assert!(result.is_ok(), "the mapping is whole");
        }
    }
}

fn map(memory: &OwnedFd, size: usize) -> NonNull<u8> {
    let access = ProtFlags::READ | ProtFlags::WRITE;
    // SAFETY: a new mapping at an address of the system's choice touches no memory in use.
    let base = unsafe { mm::mmap(ptr::null_mut(), size, access, MapFlags::SHARED, memory, 0) };
    let base = base.ok().and_then(|base| NonNull::new(base.cast()));
    base.expect("there is address space for IRPs")
}

impl Arena {
    pub fn new(guards: Guards) -> Self {
        Self {
            areas: [0, 1, 2].map(|class| Area::new(&CLASSES[class])),
            guards: guards == Guards::On,
        }
    }

    /// Takes memory for an IRP with so many stack locations; `None` if there is none.
    pub fn take(&self, locations: u8) -> Option<&Record> {
        let area = self.areas.iter().find(|area| locations <= area.class.most)?;
        let record = area.take(self.guards)?;
        record.show();
        Some(record)
    }

    /// Gives memory back that was taken, and is not used any more.
    pub fn give_back(&self, record: &Record) {
        record.hide();
        let irp = record.irp();
        for area in &self.areas {
            if let Some(index) = area.index(irp) {
                area.free[shard()].lock().push_back(index);
            }
        }
    }

    /// The record of an IRP, or `None` if the kernel did not allocate it.
    pub fn record(&self, irp: *const IRP) -> Option<&Record> {
        self.around(irp as usize).filter(|record| ptr::eq(record.irp(), irp))
    }

    /// The record of the IRP on whose pages an address is.
    pub fn around(&self, address: usize) -> Option<&Record> {
        self.areas.iter().find_map(|area| area.around(address))
    }

    /// Where the kernel sees an IRP, whether drivers do or not.
    pub fn view(&self, irp: *mut IRP) -> *mut IRP {
        self.record(irp).map_or(irp, Record::view)
    }

    /// All records that there ever were.
    pub fn records(&self) -> impl Iterator<Item = &Record> {
        let used = |area: &Area| area.used.load(Ordering::Relaxed);
        let of_area = move |area| Area::used_records(area, used(area));
        self.areas.iter().flat_map(of_area)
    }
}

impl Area {
    fn used_records(&self, used: usize) -> impl Iterator<Item = &Record> {
        self.records[..used].iter().filter_map(|record| record.get().map(Box::as_ref))
    }
}

/// The list that this thread frees to and takes from.
fn shard() -> usize {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    thread_local! {
        static SHARD: Cell<usize> = const { Cell::new(usize::MAX) };
    }
    let mine = SHARD.get();
    if mine != usize::MAX {
        return mine;
    }
    let mine = NEXT.fetch_add(1, Ordering::Relaxed) % SHARDS;
    SHARD.set(mine);
    mine
}

const _: () = {
    let mut class = 0;
    while class < CLASSES.len() {
        assert!(CLASSES[class].bytes() <= CLASSES[class].stride());
        class += 1;
    }
};

#[cfg(test)]
mod tests {
    use std::{sync::mpsc, thread};

    use super::{Arena, CLASSES, Guards};

    #[test]
    fn what_one_thread_frees_another_uses_again() {
        let arena = &Arena::new(Guards::Off);
        let (sender, receiver) = mpsc::sync_channel(64);
        thread::scope(|scope| {
            scope.spawn(move || receiver.iter().for_each(|record| arena.give_back(record)));
            for number in 0..2 * CLASSES[0].count {
                let record = arena.take(1);
                assert!(
                    record.is_some(),
                    "after {number} others, all of which are free or soon will be"
                );
                if let Some(record) = record {
                    sender.send(record).expect("it is received");
                }
            }
            drop(sender);
        });
    }
}
