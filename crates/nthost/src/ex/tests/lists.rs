//! Interlocked lists and lookaside lists.

use core::{ffi::c_void, ptr};
use std::{
    cell::UnsafeCell,
    sync::atomic::{AtomicUsize, Ordering},
    thread::scope,
};

use crate::{
    ex::pool,
    ke::tests::{imports, in_kernel, on_thread, rules},
    nt::{
        FREE_FUNCTION_EX, GENERAL_LOOKASIDE, KSPIN_LOCK, LARGE_INTEGER, LIST_ENTRY,
        LOOKASIDE_LIST_EX, NPAGED_LOOKASIDE_LIST, NTSTATUS, NonPagedPoolNx, PALLOCATE_FUNCTION,
        PALLOCATE_FUNCTION_EX, PFREE_FUNCTION, PFREE_FUNCTION_EX, POOL_FLAG_NON_PAGED, POOL_FLAGS,
        POOL_NX_ALLOCATION, POOL_TYPE, SINGLE_LIST_ENTRY, SLIST_ENTRY, SLIST_HEADER,
        STATUS_INVALID_PARAMETER_4, STATUS_INVALID_PARAMETER_5, STATUS_INVALID_PARAMETER_6,
        STATUS_SUCCESS, initialize_list_head,
    },
};

imports! {
    fn ExAllocatePool2(flags: POOL_FLAGS, size: usize, tag: u32) -> *mut c_void;
    fn ExFreePool(block: *mut c_void);
    fn InitializeSListHead(header: *mut SLIST_HEADER);
    fn ExpInterlockedPushEntrySList(
        header: *mut SLIST_HEADER,
        entry: *mut SLIST_ENTRY,
    ) -> *mut SLIST_ENTRY;
    fn ExpInterlockedPopEntrySList(header: *mut SLIST_HEADER) -> *mut SLIST_ENTRY;
    fn ExpInterlockedFlushSList(header: *mut SLIST_HEADER) -> *mut SLIST_ENTRY;
    fn ExQueryDepthSList(header: *mut SLIST_HEADER) -> u16;
    fn ExInterlockedInsertHeadList(
        head: *mut LIST_ENTRY,
        entry: *mut LIST_ENTRY,
        lock: *mut KSPIN_LOCK,
    ) -> *mut LIST_ENTRY;
    fn ExInterlockedInsertTailList(
        head: *mut LIST_ENTRY,
        entry: *mut LIST_ENTRY,
        lock: *mut KSPIN_LOCK,
    ) -> *mut LIST_ENTRY;
    fn ExInterlockedRemoveHeadList(head: *mut LIST_ENTRY, lock: *mut KSPIN_LOCK)
        -> *mut LIST_ENTRY;
    fn ExInterlockedPushEntryList(
        head: *mut SINGLE_LIST_ENTRY,
        entry: *mut SINGLE_LIST_ENTRY,
        lock: *mut KSPIN_LOCK,
    ) -> *mut SINGLE_LIST_ENTRY;
    fn ExInterlockedPopEntryList(
        head: *mut SINGLE_LIST_ENTRY,
        lock: *mut KSPIN_LOCK,
    ) -> *mut SINGLE_LIST_ENTRY;
    fn ExInterlockedAddLargeInteger(
        number: *mut LARGE_INTEGER,
        increment: LARGE_INTEGER,
        lock: *mut KSPIN_LOCK,
    ) -> LARGE_INTEGER;
    fn ExInterlockedAddUlong(number: *mut u32, increment: u32, lock: *mut KSPIN_LOCK) -> u32;
    fn ExInitializeLookasideListEx(
        list: *mut LOOKASIDE_LIST_EX,
        allocate: PALLOCATE_FUNCTION_EX,
        free: PFREE_FUNCTION_EX,
        kind: POOL_TYPE,
        flags: u32,
        size: usize,
        tag: u32,
        depth: u16,
    ) -> NTSTATUS;
    fn ExFlushLookasideListEx(list: *mut LOOKASIDE_LIST_EX);
    fn ExDeleteLookasideListEx(list: *mut LOOKASIDE_LIST_EX);
    fn ExInitializeNPagedLookasideList(
        list: *mut NPAGED_LOOKASIDE_LIST,
        allocate: PALLOCATE_FUNCTION,
        free: PFREE_FUNCTION,
        flags: u32,
        size: usize,
        tag: u32,
        depth: u16,
    );
    fn ExDeleteNPagedLookasideList(list: *mut NPAGED_LOOKASIDE_LIST);
}

const TAG: u32 = u32::from_le_bytes(*b"Look");

/// Memory that threads share.
#[derive(Default)]
struct Shared<T>(UnsafeCell<T>);

// SAFETY: it is changed by the functions that are tested only.
unsafe impl<T> Sync for Shared<T> {}

impl<T> Shared<T> {
    fn get(&self) -> *mut T {
        self.0.get()
    }
}

fn push(list: &Shared<SLIST_HEADER>, entry: *mut SLIST_ENTRY) -> *mut SLIST_ENTRY {
    // SAFETY: the list is valid, and so are its entries.
    unsafe { ExpInterlockedPushEntrySList(list.get(), entry) }
}

fn pop(list: *mut SLIST_HEADER) -> *mut SLIST_ENTRY {
    // SAFETY: the list is valid, and so are its entries.
    unsafe { ExpInterlockedPopEntrySList(list) }
}

fn depth(list: &Shared<SLIST_HEADER>) -> u64 {
    // SAFETY: the list is valid.
    let header = unsafe { list.get().read() };
    // SAFETY: all bytes are numbers.
    let depth = unsafe { header.HeaderX64 }.Low & 0xffff;
    // SAFETY: the list is valid.
    assert_eq!(u64::from(unsafe { ExQueryDepthSList(list.get()) }), depth);
    depth
}

#[test]
fn a_slist_gives_the_last_entry_first() {
    in_kernel(1, |system| {
        let list = Shared::<SLIST_HEADER>::default();
        // SAFETY: the memory is valid.
        unsafe { InitializeSListHead(list.get()) };
        let mut entries = [SLIST_ENTRY::default(); 3];
        let [a, b, c] = entries.each_mut().map(ptr::from_mut);
        assert!(pop(list.get()).is_null());
        assert_eq!([push(&list, a), push(&list, b)], [ptr::null_mut(), a]);
        assert_eq!((depth(&list), pop(list.get()), depth(&list)), (2, b, 1));
        assert_eq!([push(&list, b), push(&list, c)], [a, b]);
        // SAFETY: the list is valid.
        let first = unsafe { ExpInterlockedFlushSList(list.get()) };
        // SAFETY: the entry is valid.
        assert_eq!((first, unsafe { (*c).Next }, depth(&list)), (c, b, 0));
        assert!(rules(system).is_empty());
        push(&list, a.wrapping_byte_add(8));
        assert_eq!((rules(system), depth(&list)), (vec!["slist-alignment"], 0));
    });
}

#[test]
fn a_slist_loses_nothing() {
    in_kernel(2, |system| {
        let list = Shared::<SLIST_HEADER>::default();
        let mut entries: Vec<_> = (0..8).map(|_| Box::new(SLIST_ENTRY::default())).collect();
        for entry in &mut entries {
            push(&list, &raw mut **entry);
        }
        let popped = AtomicUsize::new(0);
        scope(|scope| {
            for _ in 0..4 {
                on_thread(scope, system, || {
                    for _ in 0..5_000 {
                        let entry = pop(list.get());
                        if !entry.is_null() {
                            popped.fetch_add(1, Ordering::Relaxed);
                            push(&list, entry);
                        }
                    }
                });
            }
        });
        assert!(popped.into_inner() > 0);
        assert_eq!(depth(&list), 8);
        let mut found: Vec<_> = (0..8).map(|_| pop(list.get()).addr()).collect();
        let mut known: Vec<_> = entries.iter().map(|entry| (&raw const **entry).addr()).collect();
        found.sort_unstable();
        known.sort_unstable();
        assert_eq!(found, known);
    });
}

#[test]
fn lists_change_under_their_lock() {
    in_kernel(1, |system| {
        let (list, lock) = (Shared::<LIST_ENTRY>::default(), Shared::<KSPIN_LOCK>::default());
        // SAFETY: the memory is valid.
        unsafe { initialize_list_head(list.get()) };
        let mut entries = [LIST_ENTRY::default(); 2];
        let [a, b] = entries.each_mut().map(ptr::from_mut);
        // SAFETY: list, entry and lock are valid.
        let before = unsafe { ExInterlockedInsertHeadList(list.get(), a, lock.get()) };
        // SAFETY: as above.
        let previous = unsafe { ExInterlockedInsertTailList(list.get(), b, lock.get()) };
        assert_eq!((before, previous), (ptr::null_mut(), a));
        // SAFETY: as above.
        let removed =
            [(); 3].map(|()| unsafe { ExInterlockedRemoveHeadList(list.get(), lock.get()) });
        assert_eq!(removed, [a, b, ptr::null_mut()]);

        let stack = Shared::<SINGLE_LIST_ENTRY>::default();
        let mut entries = [SINGLE_LIST_ENTRY::default(); 2];
        let [a, b] = entries.each_mut().map(ptr::from_mut);
        // SAFETY: list, entry and lock are valid.
        let pushed = [a, b]
            .map(|entry| unsafe { ExInterlockedPushEntryList(stack.get(), entry, lock.get()) });
        // SAFETY: as above.
        let popped =
            [(); 3].map(|()| unsafe { ExInterlockedPopEntryList(stack.get(), lock.get()) });
        assert_eq!((pushed, popped), ([ptr::null_mut(), a], [b, a, ptr::null_mut()]));
        assert!(rules(system).is_empty());
    });
}

#[test]
fn numbers_change_under_their_lock() {
    in_kernel(2, |system| {
        let (small, lock) = (Shared::<u32>::default(), Shared::<KSPIN_LOCK>::default());
        let large = Shared::<LARGE_INTEGER>::default();
        scope(|scope| {
            for _ in 0..4 {
                on_thread(scope, system, || {
                    for _ in 0..1_000 {
                        let three = LARGE_INTEGER { QuadPart: -3 };
                        // SAFETY: number and lock are valid.
                        unsafe { ExInterlockedAddUlong(small.get(), 2, lock.get()) };
                        // SAFETY: number and lock are valid.
                        unsafe { ExInterlockedAddLargeInteger(large.get(), three, lock.get()) };
                    }
                });
            }
        });
        // SAFETY: all bytes are a number.
        let large = unsafe { large.0.into_inner().QuadPart };
        assert_eq!((small.0.into_inner(), large), (8_000, -12_000));
    });
}

/// What `ExAllocateFromLookasideListEx` is in headers.
fn allocate_from(list: &mut LOOKASIDE_LIST_EX) -> *mut c_void {
    let entry = pop(ptr::from_mut(list).cast());
    if !entry.is_null() {
        return entry.cast();
    }
    let (kind, size, tag) = (list.L.Type, list.L.Size as usize, list.L.Tag);
    // SAFETY: the list has such a function.
    let allocate = unsafe { list.L.u4.AllocateEx }.unwrap();
    // SAFETY: it is given what the list says.
    unsafe { allocate(kind, size, tag, list) }
}

/// What `ExFreeToLookasideListEx` is in headers.
fn free_to(list: &mut LOOKASIDE_LIST_EX, block: *mut c_void) {
    let head: *mut SLIST_HEADER = ptr::from_mut(list).cast();
    // SAFETY: the list is valid.
    if unsafe { ExQueryDepthSList(head) } < list.L.Depth {
        // SAFETY: list and block are valid.
        unsafe { ExpInterlockedPushEntrySList(head, block.cast()) };
        return;
    }
    // SAFETY: the list has such a function.
    let free = unsafe { list.L.u5.FreeEx }.unwrap();
    // SAFETY: the block is of this list.
    unsafe { free(block, list) };
}

#[test]
fn a_lookaside_list_keeps_some_blocks() {
    in_kernel(1, |system| {
        let mut list = Box::new(LOOKASIDE_LIST_EX::default());
        let list = &mut *list;
        // SAFETY: the memory is valid.
        let status = unsafe {
            ExInitializeLookasideListEx(list, None, None, NonPagedPoolNx, 0, 100, TAG, 0)
        };
        assert_eq!(status, STATUS_SUCCESS);
        let blocks = [(); 10].map(|()| allocate_from(list));
        assert_eq!(pool::leaks(system).len(), 10);
        for block in blocks {
            free_to(list, block);
        }
        let kept = usize::from(list.L.Depth);
        assert_eq!(pool::leaks(system).len(), kept);
        assert!(blocks.contains(&allocate_from(list)));
        // SAFETY: the list is valid.
        unsafe { ExFlushLookasideListEx(list) };
        assert_eq!(pool::leaks(system).len(), 1);
        let again = allocate_from(list);
        free_to(list, again);
        // SAFETY: the list is valid.
        unsafe { ExDeleteLookasideListEx(list) };
        assert_eq!(pool::leaks(system).len(), 1);
        assert!(rules(system).is_empty());
    });
}

static FREED: AtomicUsize = AtomicUsize::new(0);

unsafe extern "efiapi" fn count_free(_: *mut c_void, _: *mut LOOKASIDE_LIST_EX) {
    FREED.fetch_add(1, Ordering::SeqCst);
}

#[test]
fn a_lookaside_list_uses_the_functions_of_its_driver() {
    in_kernel(1, |_| {
        let mut list = Box::new(LOOKASIDE_LIST_EX::default());
        let free: FREE_FUNCTION_EX = count_free;
        let mut initialize = |kind, flags, size| {
            // SAFETY: the memory is valid.
            unsafe {
                ExInitializeLookasideListEx(
                    &raw mut *list,
                    None,
                    Some(free),
                    kind,
                    flags,
                    size,
                    TAG,
                    0,
                )
            }
        };
        assert_eq!(initialize(3, 0, 100), STATUS_INVALID_PARAMETER_4);
        assert_eq!(initialize(NonPagedPoolNx, 8, 100), STATUS_INVALID_PARAMETER_5);
        assert_eq!(initialize(NonPagedPoolNx, 0, 8), STATUS_INVALID_PARAMETER_6);
        assert_eq!(initialize(NonPagedPoolNx, 0, 16), STATUS_SUCCESS);
        let mut blocks = [SLIST_ENTRY::default(); 6];
        for block in &mut blocks {
            free_to(&mut list, ptr::from_mut(block).cast());
        }
        assert_eq!(FREED.load(Ordering::SeqCst), 2);
        // SAFETY: the list is valid.
        unsafe { ExDeleteLookasideListEx(&raw mut *list) };
        assert_eq!(FREED.load(Ordering::SeqCst), 6);
    });
}

#[test]
fn an_older_lookaside_list_has_older_functions() {
    in_kernel(1, |system| {
        let mut list = Box::new(NPAGED_LOOKASIDE_LIST::default());
        let list = &mut *list;
        // SAFETY: the memory is valid.
        unsafe {
            ExInitializeNPagedLookasideList(
                list,
                None,
                None,
                POOL_NX_ALLOCATION.cast_unsigned(),
                8,
                TAG,
                0,
            );
        };
        let GENERAL_LOOKASIDE { Type: kind, Size: size, Tag: tag, .. } = list.L;
        assert_eq!((size, tag), (16, TAG));
        // SAFETY: the list has such a function.
        let allocate = unsafe { list.L.u4.Allocate }.unwrap();
        // SAFETY: it is given what the list says.
        let block = unsafe { allocate(kind, size as usize, tag) };
        // SAFETY: list and block are valid.
        unsafe { ExpInterlockedPushEntrySList(ptr::from_mut(list).cast(), block.cast()) };
        assert_eq!(pool::leaks(system).len(), 1);
        // SAFETY: the list is valid.
        unsafe { ExDeleteNPagedLookasideList(list) };
        assert!(pool::leaks(system).is_empty());
        assert!(rules(system).is_empty());
    });
}

#[test]
fn wrong_uses_of_lookaside_lists_are_reported() {
    in_kernel(1, |system| {
        let block = allocate_pool(size_of::<NPAGED_LOOKASIDE_LIST>());
        let list = block.cast::<NPAGED_LOOKASIDE_LIST>();
        let initialize = |size| {
            let flags = POOL_NX_ALLOCATION.cast_unsigned();
            // SAFETY: the memory is valid.
            unsafe { ExInitializeNPagedLookasideList(list, None, None, flags, size, TAG, 0) };
        };
        initialize(4);
        initialize(8);
        // SAFETY: the list is valid.
        unsafe { ExDeleteNPagedLookasideList(list) };
        // SAFETY: the function notices that it is none.
        unsafe { ExDeleteNPagedLookasideList(list) };
        initialize(8);
        // SAFETY: the wrong use is noticed.
        unsafe { ExFreePool(block) };
        let expected = [
            "lookaside-size",
            "lookaside-initialized",
            "lookaside-uninitialized",
            "pool-holds-lookaside",
        ];
        assert_eq!(rules(system), expected);
        assert!(pool::leaks(system).is_empty());
    });
}

fn allocate_pool(size: usize) -> *mut c_void {
    // SAFETY: it may always be called.
    unsafe { ExAllocatePool2(POOL_FLAG_NON_PAGED, size, TAG) }
}
