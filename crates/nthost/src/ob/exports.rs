//! What drivers call.

use core::ffi::c_void;

use super::{Handle, Kind, find, give_back, kind, lend, open};
use crate::{
    export::{Export, exports},
    low_resources::denies,
    nt::{
        ACCESS_MASK, APC_LEVEL, DISPATCH_LEVEL, HANDLE, KPROCESSOR_MODE, KernelMode, NTSTATUS,
        OBJECT_TYPE, PASSIVE_LEVEL, STATUS_INSUFFICIENT_RESOURCES, STATUS_INVALID_HANDLE,
        STATUS_INVALID_PARAMETER, STATUS_OBJECT_TYPE_MISMATCH, STATUS_SUCCESS,
    },
    ob, thread,
    verifier::{self, catalogue::object as rules},
};

/// What a handle stands for and grants, for the caller who asks for it.
#[repr(C)]
struct ObjectHandleInformation {
    handle_attributes: u32,
    granted_access: ACCESS_MASK,
}

/// Whether an object is of the type that the caller says, who need not say any.
fn is_of(kind: Kind, object_type: *const OBJECT_TYPE) -> bool {
    object_type.is_null() || ob::kind::of_type(object_type) == Some(kind)
}

fn report_no_object(address: usize) {
    let text = format!("{} references {address:#x}, where no object is", verifier::caller());
    rules::REFERENCE.broken_with([address as u64, 1, 0], text);
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-obfreferenceobject)
unsafe extern "efiapi" fn ObfReferenceObject(object: *mut c_void) -> isize {
    let count = lend(object as usize);
    if count.is_none() {
        report_no_object(object as usize);
    }
    count.unwrap_or(0).cast_signed()
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-obreferenceobjectwithtag)
unsafe extern "efiapi" fn ObfReferenceObjectWithTag(object: *mut c_void, _tag: u32) -> isize {
    // SAFETY: the contract is the same.
    unsafe { ObfReferenceObject(object) }
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-obdereferenceobject)
unsafe extern "efiapi" fn ObfDereferenceObject(object: *mut c_void) -> isize {
    give_back(object as usize, false).cast_signed()
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-obdereferenceobjectwithtag)
unsafe extern "efiapi" fn ObfDereferenceObjectWithTag(object: *mut c_void, _tag: u32) -> isize {
    give_back(object as usize, false).cast_signed()
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-obdereferenceobjectdeferdelete)
unsafe extern "efiapi" fn ObDereferenceObjectDeferDelete(object: *mut c_void) {
    give_back(object as usize, true);
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-obdereferenceobjectdeferdeletewithtag)
unsafe extern "efiapi" fn ObDereferenceObjectDeferDeleteWithTag(object: *mut c_void, _tag: u32) {
    give_back(object as usize, true);
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-obreferenceobjectbypointer)
unsafe extern "efiapi" fn ObReferenceObjectByPointer(
    object: *mut c_void,
    _desired_access: ACCESS_MASK,
    object_type: *const OBJECT_TYPE,
    _access_mode: KPROCESSOR_MODE,
) -> NTSTATUS {
    match kind(object as usize) {
        Some(kind) if !is_of(kind, object_type) => STATUS_OBJECT_TYPE_MISMATCH,
        Some(_) if lend(object as usize).is_some() => STATUS_SUCCESS,
        _ => {
            report_no_object(object as usize);
            STATUS_INVALID_PARAMETER
        }
    }
}

/// Looks at how a driver looks a handle up. What a program gives it may be anything.
fn check_handle(
    handle: HANDLE,
    is_one: bool,
    object_type: *const OBJECT_TYPE,
    mode: KPROCESSOR_MODE,
) {
    let caller = verifier::caller();
    let kind = object_type as u64;
    let number = handle as u64;
    let for_program = thread::current(|thread| thread.previous_mode.get()) != KernelMode;
    if handle.is_null() {
        if mode == KernelMode {
            let text = format!("{caller} looks up a null handle");
            rules::HANDLE_NULL.broken_with([0, kind, 0], text);
        }
    } else if mode == KernelMode && !is_one && number < KERNEL_HANDLES {
        let text = format!("{caller} looks up the handle {number:#x} of a program as the kernel's");
        rules::HANDLE_OF_PROGRAM.broken_with([number, 0, 0], text);
    } else if mode == KernelMode && !is_one {
        let text = format!("{caller} looks up {number:#x}, which is no handle");
        rules::HANDLE_NONE.broken_with([number, kind, 0], text);
    } else if mode != KernelMode && is_one && !for_program {
        let text = format!("{caller} looks up the kernel's handle {number:#x} for a program");
        let mode = u64::from(mode.cast_unsigned());
        rules::HANDLE_OF_KERNEL.broken_with([number, kind, mode], text);
    }
}

/// The handles of the kernel are from here on, those of programs below.
const KERNEL_HANDLES: u64 = 0xffff_ffff_8000_0000;

/// All handles here are the kernel's, which a program cannot use.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-obreferenceobjectbyhandle)
unsafe extern "efiapi" fn ObReferenceObjectByHandle(
    handle: HANDLE,
    _desired_access: ACCESS_MASK,
    object_type: *const OBJECT_TYPE,
    access_mode: KPROCESSOR_MODE,
    object: *mut *mut c_void,
    information: *mut ObjectHandleInformation,
) -> NTSTATUS {
    if denies("ObReferenceObjectByHandle") {
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    // SAFETY: the driver passes a place for the result.
    unsafe { object.write(core::ptr::null_mut()) };
    let found = find(handle);
    check_handle(handle, found.is_some(), object_type, access_mode);
    let Some(Handle { address, kind, access }) = found else { return STATUS_INVALID_HANDLE };
    if access_mode != KernelMode {
        return STATUS_INVALID_HANDLE;
    }
    if !is_of(kind, object_type) {
        return STATUS_OBJECT_TYPE_MISMATCH;
    }
    if lend(address).is_none() {
        return STATUS_INVALID_HANDLE;
    }
    // SAFETY: as before.
    unsafe { object.write(address as *mut c_void) };
    if !information.is_null() {
        let found = ObjectHandleInformation { handle_attributes: 0, granted_access: access };
        // SAFETY: the driver passes a place for the result, or null.
        unsafe { information.write(found) };
    }
    STATUS_SUCCESS
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-obreferenceobjectbyhandlewithtag)
unsafe extern "efiapi" fn ObReferenceObjectByHandleWithTag(
    handle: HANDLE,
    desired_access: ACCESS_MASK,
    object_type: *const OBJECT_TYPE,
    access_mode: KPROCESSOR_MODE,
    _tag: u32,
    object: *mut *mut c_void,
    information: *mut ObjectHandleInformation,
) -> NTSTATUS {
    if denies("ObReferenceObjectByHandleWithTag") {
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    // SAFETY: the contract is the same.
    unsafe {
        ObReferenceObjectByHandle(
            handle,
            desired_access,
            object_type,
            access_mode,
            object,
            information,
        )
    }
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ntifs/nf-ntifs-obopenobjectbypointer)
unsafe extern "efiapi" fn ObOpenObjectByPointer(
    object: *mut c_void,
    _attributes: u32,
    _passed_access_state: *mut c_void,
    desired_access: ACCESS_MASK,
    object_type: *const OBJECT_TYPE,
    _access_mode: KPROCESSOR_MODE,
    handle: *mut HANDLE,
) -> NTSTATUS {
    if denies("ObOpenObjectByPointer") {
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    // SAFETY: the driver passes a place for the result.
    unsafe { handle.write(core::ptr::null_mut()) };
    let Some(kind) = kind(object as usize) else {
        report_no_object(object as usize);
        return STATUS_INVALID_PARAMETER;
    };
    if !is_of(kind, object_type) {
        return STATUS_OBJECT_TYPE_MISMATCH;
    }
    let Some(opened) = open(object as usize, desired_access) else {
        return STATUS_INVALID_PARAMETER;
    };
    // SAFETY: as before.
    unsafe { handle.write(opened) };
    STATUS_SUCCESS
}

pub(crate) const EXPORTS: &[Export] = exports! {
    ObDereferenceObjectDeferDelete: PASSIVE_LEVEL..=DISPATCH_LEVEL;
    ObDereferenceObjectDeferDeleteWithTag: PASSIVE_LEVEL..=DISPATCH_LEVEL;
    ObOpenObjectByPointer: PASSIVE_LEVEL..=APC_LEVEL;
    ObReferenceObjectByHandle: PASSIVE_LEVEL..=PASSIVE_LEVEL;
    ObReferenceObjectByHandleWithTag: PASSIVE_LEVEL..=PASSIVE_LEVEL;
    ObReferenceObjectByPointer: PASSIVE_LEVEL..=DISPATCH_LEVEL;
    ObfDereferenceObject: PASSIVE_LEVEL..=DISPATCH_LEVEL;
    ObfDereferenceObjectWithTag: PASSIVE_LEVEL..=DISPATCH_LEVEL;
    ObfReferenceObject: PASSIVE_LEVEL..=DISPATCH_LEVEL;
    ObfReferenceObjectWithTag: PASSIVE_LEVEL..=DISPATCH_LEVEL;
};

#[cfg(test)]
mod tests {
    use core::{ffi::c_void, ptr};
    use std::sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    };

    use super::*;
    use crate::{
        ke,
        nt::{SYNCHRONIZE, UserMode, WRITE_DAC},
        ob::{self, TYPES},
        system::System,
        thread,
    };

    fn in_kernel(test: impl FnOnce(&Arc<System>)) {
        let system = Arc::new(System::new(1));
        thread::enter(&system, |_| test(&system));
    }

    /// Makes an object, and tells whether it is still there.
    fn object(address: usize, kind: Kind) -> Arc<AtomicBool> {
        let there = Arc::new(AtomicBool::new(true));
        let flag = Arc::clone(&there);
        ob::insert(kind, address, move || flag.store(false, Ordering::SeqCst));
        there
    }

    /// The type that a driver finds in a variable.
    fn named_type(name: &str) -> *const OBJECT_TYPE {
        let export = TYPES.iter().find(|export| export.name == name).unwrap();
        // SAFETY: the variable holds a pointer.
        unsafe { export.address.cast::<*const OBJECT_TYPE>().read() }
    }

    const A: *mut c_void = 0x1000 as _;
    const B: *mut c_void = 0x2000 as _;

    fn open_as(object: *mut c_void, access: ACCESS_MASK, name: &str) -> (NTSTATUS, HANDLE) {
        let mut handle = ptr::dangling_mut();
        // SAFETY: the place for the handle is valid.
        let status = unsafe {
            ObOpenObjectByPointer(
                object,
                crate::nt::OBJ_KERNEL_HANDLE,
                ptr::null_mut(),
                access,
                named_type(name),
                KernelMode,
                &raw mut handle,
            )
        };
        (status, handle)
    }

    fn by_handle(
        handle: HANDLE,
        object_type: *const OBJECT_TYPE,
        mode: KPROCESSOR_MODE,
    ) -> (NTSTATUS, *mut c_void, ACCESS_MASK) {
        let mut found = ptr::dangling_mut();
        let mut information = ObjectHandleInformation { handle_attributes: 7, granted_access: 0 };
        // SAFETY: the places for the results are valid.
        let status = unsafe {
            ObReferenceObjectByHandle(
                handle,
                0,
                object_type,
                mode,
                &raw mut found,
                &raw mut information,
            )
        };
        (status, found, information.granted_access)
    }

    #[test]
    fn goes_with_the_last_reference() {
        in_kernel(|_| {
            let there = object(A as usize, Kind::Event);
            // SAFETY: any address may be passed.
            assert_eq!(unsafe { ObfReferenceObject(A) }, 2);
            ob::dereference(A as usize);
            assert!(there.load(Ordering::SeqCst));
            // SAFETY: as before.
            assert_eq!(unsafe { ObfDereferenceObject(A) }, 0);
            assert!(!there.load(Ordering::SeqCst));
            assert_eq!(ob::kind(A as usize), None);
        });
    }

    #[test]
    fn a_handle_keeps_its_object() {
        in_kernel(|_| {
            let there = object(A as usize, Kind::File);
            let (status, handle) = open_as(A, WRITE_DAC, "IoFileObjectType");
            assert_eq!(status, STATUS_SUCCESS);
            ob::dereference(A as usize);
            assert!(there.load(Ordering::SeqCst));
            let found = by_handle(handle, named_type("IoFileObjectType"), KernelMode);
            assert_eq!(found, (STATUS_SUCCESS, A, WRITE_DAC));
            assert!(ob::close(handle));
            assert!(there.load(Ordering::SeqCst));
            // SAFETY: the reference by handle is given back.
            unsafe { ObfDereferenceObject(A) };
            assert!(!there.load(Ordering::SeqCst));
        });
    }

    #[test]
    fn refuses_other_types_and_modes() {
        in_kernel(|system| {
            object(A as usize, Kind::Thread);
            let (status, handle) = open_as(A, SYNCHRONIZE, "IoFileObjectType");
            assert_eq!((status, handle.is_null()), (STATUS_OBJECT_TYPE_MISMATCH, true));
            let (_, handle) = open_as(A, SYNCHRONIZE, "PsThreadType");
            let wrong_type = by_handle(handle, named_type("ExEventObjectType"), KernelMode);
            assert_eq!(wrong_type.0, STATUS_OBJECT_TYPE_MISMATCH);
            assert_eq!(by_handle(handle, ptr::null(), UserMode).0, STATUS_INVALID_HANDLE);
            assert_eq!(by_handle(A, ptr::null(), KernelMode).0, STATUS_INVALID_HANDLE);
            // SAFETY: the object is there.
            let by_pointer =
                |name| unsafe { ObReferenceObjectByPointer(A, 0, named_type(name), KernelMode) };
            assert_eq!(by_pointer("PsProcessType"), STATUS_OBJECT_TYPE_MISMATCH);
            assert_eq!(by_pointer("PsThreadType"), STATUS_SUCCESS);
            let user = ptr::without_provenance_mut(0x44);
            let closed = ptr::without_provenance_mut(usize::MAX - 3);
            for handle in [ptr::null_mut(), user, closed] {
                assert_eq!(by_handle(handle, ptr::null(), UserMode).0, STATUS_INVALID_HANDLE);
                assert_eq!(by_handle(handle, ptr::null(), KernelMode).0, STATUS_INVALID_HANDLE);
            }
            assert!(!ob::close(closed));
            let found = system.verifier.violations();
            let rules: Vec<_> = found.iter().map(|violation| violation.rule).collect();
            let expected = [
                "handle-of-kernel",
                "handle-of-program",
                "handle-null",
                "handle-of-program",
                "handle-none",
                "handle",
            ];
            assert_eq!(rules, expected);
        });
    }

    #[test]
    fn reports_what_is_unbalanced() {
        in_kernel(|system| {
            object(A as usize, Kind::Device);
            // SAFETY: nothing but the number of references is looked at.
            unsafe { ObfDereferenceObject(A) };
            // SAFETY: there is no object, which is noticed.
            unsafe { ObfReferenceObject(B) };
            assert!(!ob::close(0x44 as _));
            let rules: Vec<_> = system.verifier.violations().iter().map(|v| v.rule).collect();
            assert_eq!(rules, ["object-reference", "object-reference", "handle"]);
            assert_eq!(ob::kind(A as usize), Some(Kind::Device));
        });
    }

    #[test]
    fn lists_what_is_left_over() {
        in_kernel(|system| {
            object(A as usize, Kind::Device);
            assert!(ob::leftovers(system).is_empty());
            let (_, handle) = open_as(A, WRITE_DAC, "IoDeviceObjectType");
            // SAFETY: the object is there.
            unsafe { ObfReferenceObject(A) };
            let left = ob::leftovers(system);
            assert_eq!(left.len(), 2, "{left:?}");
            assert!(left[0].contains("device object at 0x1000 is open"), "{left:?}");
            assert_eq!(left[1], "1 references to a device object at 0x1000 remain");
            ob::close(handle);
            assert_eq!(ob::leftovers(system).len(), 1);
        });
    }

    #[test]
    fn deletes_at_passive_level_only() {
        in_kernel(|system| {
            let level = Arc::new(parking_lot::Mutex::new(None));
            let seen = Arc::clone(&level);
            ob::insert(Kind::Thread, A as usize, move || {
                *seen.lock() = Some(ke::irql::current());
            });
            ke::irql::at_least(DISPATCH_LEVEL, || ob::dereference(A as usize));
            ob::settle(system);
            assert_eq!(*level.lock(), Some(PASSIVE_LEVEL));
        });
    }

    #[test]
    fn defers_when_it_is_told_to() {
        in_kernel(|system| {
            let there = object(A as usize, Kind::Event);
            // SAFETY: the object is there.
            unsafe { ObfReferenceObject(A) };
            ob::dereference(A as usize);
            // SAFETY: the reference is given back.
            unsafe { ObDereferenceObjectDeferDelete(A) };
            ob::settle(system);
            assert!(!there.load(Ordering::SeqCst));
        });
    }
}
