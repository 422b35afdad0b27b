//! What drivers do with MDLs, rightly and wrongly.

use std::{ffi::c_void, ptr, sync::Arc};

use super::{PAGE, address, leftovers};
use crate::{
    export,
    nt::{
        IoWriteAccess, KernelMode, MDL, MDL_MAPPED_TO_SYSTEM_VA, MDL_PAGES_LOCKED, MDL_PARTIAL,
        MDL_SOURCE_IS_NONPAGED_POOL, MdlMappingNoExecute, MmCached,
    },
    system::System,
    thread,
};

/// Runs `code` inside of a kernel; returns the rules that it broke, and what it left behind.
fn broken(code: impl FnOnce()) -> (Vec<&'static str>, Vec<String>) {
    let system = Arc::new(System::new(1));
    thread::enter(&system, |_| code());
    let rules = system.verifier.violations().into_iter().map(|violation| violation.rule).collect();
    (rules, leftovers(&system))
}

const CLEAN: (Vec<&str>, Vec<String>) = (Vec::new(), Vec::new());

/// Calls an export of ntoskrnl as a driver does.
macro_rules! call {
    ($name:ident($($arg:expr),*) as fn($($ty:ty),*) -> $ret:ty) => {{
        type Function = unsafe extern "efiapi" fn($($ty),*) -> $ret;
        let export = export::find("ntoskrnl.exe", stringify!($name)).unwrap();
        // SAFETY: this is the type of the function.
        let function = unsafe { std::mem::transmute::<*const (), Function>(export.address) };
        // SAFETY: each test passes valid arguments, or such as the export has to cope with.
        unsafe { function($($arg),*) }
    }};
}

fn allocate(buffer: &mut [u8]) -> *mut MDL {
    let length = u32::try_from(buffer.len()).unwrap();
    let start = buffer.as_mut_ptr().cast();
    call!(IoAllocateMdl(start, length, 0, 0, ptr::null_mut())
        as fn(*mut c_void, u32, u8, u8, *mut c_void) -> *mut MDL)
}

fn free(mdl: *mut MDL) {
    call!(IoFreeMdl(mdl) as fn(*mut MDL) -> ());
}

fn lock(mdl: *mut MDL) {
    call!(MmProbeAndLockPages(mdl, KernelMode, IoWriteAccess) as fn(*mut MDL, i8, i32) -> ());
}

fn unlock(mdl: *mut MDL) {
    call!(MmUnlockPages(mdl) as fn(*mut MDL) -> ());
}

fn map(mdl: *mut MDL) -> *mut c_void {
    call!(MmMapLockedPagesSpecifyCache(
        mdl,
        KernelMode,
        MmCached,
        ptr::null_mut(),
        0,
        16 | MdlMappingNoExecute
    ) as fn(*mut MDL, i8, i32, *mut c_void, u32, u32) -> *mut c_void)
}

fn described(mdl: *mut MDL) -> MDL {
    // SAFETY: the tests pass MDLs that are not freed.
    unsafe { *mdl }
}

#[test]
fn describes_a_buffer() {
    let result = broken(|| {
        let mut buffer = vec![0; 3 * PAGE];
        let mdl = allocate(&mut buffer[5..5 + PAGE]);
        let value = described(mdl);
        assert_eq!(address(&value), buffer.as_ptr() as usize + 5);
        assert_eq!(value.ByteCount as usize, PAGE);
        call!(MmBuildMdlForNonPagedPool(mdl) as fn(*mut MDL) -> ());
        let value = described(mdl);
        assert_eq!(value.MappedSystemVa as usize, address(&value));
        assert_ne!(value.MdlFlags & MDL_SOURCE_IS_NONPAGED_POOL, 0);
        free(mdl);
    });
    assert_eq!(result, CLEAN);
}

#[test]
fn locks_maps_and_unlocks() {
    let result = broken(|| {
        let mut buffer = vec![0; 100];
        let mdl = allocate(&mut buffer);
        lock(mdl);
        assert_eq!(map(mdl) as usize, buffer.as_ptr() as usize);
        let mapped = MDL_PAGES_LOCKED | MDL_MAPPED_TO_SYSTEM_VA;
        assert_eq!(described(mdl).MdlFlags & mapped, mapped);
        unlock(mdl);
        assert_eq!(described(mdl).MdlFlags & mapped, 0);
        free(mdl);
    });
    assert_eq!(result, CLEAN);
}

#[test]
fn describes_a_part() {
    let result = broken(|| {
        let mut buffer = vec![0; 100];
        let (whole, part) = (allocate(&mut buffer), allocate(&mut [0; 100]));
        lock(whole);
        let start = buffer[10..].as_mut_ptr().cast();
        call!(IoBuildPartialMdl(whole, part, start, 0)
            as fn(*mut MDL, *mut MDL, *mut c_void, u32) -> ());
        let value = described(part);
        assert_eq!((address(&value), value.ByteCount), (start as usize, 90));
        assert_ne!(value.MdlFlags & MDL_PARTIAL, 0);
        assert_eq!(map(part), start);
        free(part);
        unlock(whole);
        free(whole);
    });
    assert_eq!(result, CLEAN);
}

#[test]
fn a_mapping_fails_when_told_to() {
    let result = broken(|| {
        let mut buffer = vec![0; 100];
        thread::system().mm.fail_mapping_after(1);
        for fails in [false, true, false] {
            let mdl = allocate(&mut buffer);
            lock(mdl);
            assert_eq!(map(mdl).is_null(), fails);
            unlock(mdl);
            free(mdl);
        }
    });
    assert_eq!(result, CLEAN);
}

#[test]
fn notices_what_is_wrong() {
    let mut buffer = vec![0; 100];
    let twice = broken(|| {
        let mdl = allocate(&mut buffer);
        lock(mdl);
        map(mdl);
        map(mdl);
        unlock(mdl);
        free(mdl);
    });
    assert_eq!(twice, (vec!["mdl-map-mapped"], vec![]));
    let unlocked = broken(|| {
        let mdl = allocate(&mut buffer);
        unlock(mdl);
        free(mdl);
    });
    assert_eq!(unlocked, (vec!["mdl-unlock-unlocked"], vec![]));
    let locked = broken(|| {
        let mdl = allocate(&mut buffer);
        lock(mdl);
        free(mdl);
    });
    assert_eq!(locked, (vec!["mdl-free-locked"], vec![]));
    let foreign = broken(|| free(ptr::without_provenance_mut(0x1000)));
    assert_eq!(foreign, (vec!["mdl-free"], vec![]));
    let leaked = broken(|| {
        allocate(&mut buffer);
    });
    assert_eq!(leaked, (vec![], vec!["1 MDLs were not freed".to_owned()]));
}

#[test]
fn levels_and_memory_of_programs_are_looked_at() {
    let mut buffer = vec![0; 100];
    let high = broken(|| {
        let mdl = allocate(&mut buffer);
        lock(mdl);
        crate::ke::irql::at_least(crate::nt::DISPATCH_LEVEL + 1, || map(mdl));
        unlock(mdl);
        free(mdl);
    });
    assert_eq!(high, (vec!["mdl-map-level"], vec![]));
    let of_program = broken(|| {
        let region = thread::system().mm.users.add(PAGE).unwrap();
        let start = region.address() as *mut c_void;
        let mdl = call!(IoAllocateMdl(start, 16, 0, 0, ptr::null_mut())
            as fn(*mut c_void, u32, u8, u8, *mut c_void) -> *mut MDL);
        call!(MmBuildMdlForNonPagedPool(mdl) as fn(*mut MDL) -> ());
        free(mdl);
        thread::system().mm.users.remove(&region);
    });
    assert_eq!(of_program, (vec!["mdl-build-pageable"], vec![]));
}
