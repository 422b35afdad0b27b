//! Where IRPs come from and go to.

use core::ptr;

use super::{
    history::Event,
    record::{Origin, Place, Record},
    rules, set_current,
};
use crate::{
    export::{Export, exports},
    io::request,
    low_resources::denies,
    nt::{
        BOOLEAN, DEVICE_OBJECT, DISPATCH_LEVEL, IO_STACK_LOCATION, IO_TYPE_IRP, IRP, NTSTATUS,
        PASSIVE_LEVEL, initialize_list_head,
    },
    system::System,
    thread,
};

/// Bytes of an IRP with so many stack locations.
fn size(locations: u8) -> u16 {
    let size = size_of::<IRP>() + usize::from(locations) * size_of::<IO_STACK_LOCATION>();
    u16::try_from(size).expect("the most locations take 9352 bytes")
}

/// Makes an IRP of memory.
///
/// # Safety
///
/// The memory is valid for writes of `bytes` bytes, is aligned, and nobody else uses it.
unsafe fn initialize(irp: *mut IRP, bytes: u16, locations: i8) {
    // SAFETY: by the contract.
    unsafe { irp.cast::<u8>().write_bytes(0, bytes.into()) };
    // SAFETY: by the contract; zeros are an IRP.
    let packet = unsafe { &mut *irp };
    packet.Type = IO_TYPE_IRP;
    packet.Size = bytes;
    packet.StackCount = locations;
    packet.CurrentLocation = locations + 1;
    let first = irp.wrapping_add(1).cast::<IO_STACK_LOCATION>();
    set_current(packet, first.wrapping_add(usize::from(locations.unsigned_abs())));
    // SAFETY: the entry is a part of the IRP.
    unsafe { initialize_list_head(&raw mut packet.ThreadListEntry) };
}

/// Allocates an IRP, or returns null. `by` says who wants it, in reports.
pub(crate) fn allocate(system: &System, locations: i8, origin: Origin, by: usize) -> *mut IRP {
    let Ok(count) = u8::try_from(locations) else { return ptr::null_mut() };
    let Some(record) = system.io.irps.take(count) else { return ptr::null_mut() };
    record.allocated(origin, by);
    // SAFETY: the record has room for so many locations, and nobody else has it.
    unsafe { initialize(record.irp(), size(count), locations) };
    record.clear_behind_the_end(count);
    record.put(Place::Owner);
    record.irp()
}

/// Frees an IRP of the I/O manager, which nobody has any more.
pub(crate) fn free(system: &System, record: &Record) {
    record.put(Place::Free);
    record.note(Event::Freed { by: caller() });
    // SAFETY: nobody has the IRP; what is written there lets nobody use it by mistake.
    unsafe { record.view().cast::<u8>().write_bytes(0xdd, size_of::<IRP>()) };
    system.io.irps.give_back(record);
}

/// Frees an IRP that was just allocated, and not given to anybody.
pub(crate) fn free_new(irp: *mut IRP) {
    thread::current(|thread| {
        if let Some(record) = thread.system.io.irps.record(irp) {
            free(&thread.system, record);
        }
    });
}

/// Frees an IRP that a driver has made for the I/O manager to finish, with all that belongs to it.
fn free_unsent(system: &System, record: &Record) {
    drop(record.take_request());
    // SAFETY: the driver has the IRP, and gives it back.
    let mdl = unsafe { (*record.irp()).MdlAddress };
    // SAFETY: the MDLs of such an IRP go with it.
    unsafe { request::free_mdls(mdl) };
    free(system, record);
}

fn free_for_driver(system: &System, irp: *mut IRP) {
    let Some(record) = system.io.irps.record(irp) else {
        rules::by_caller(rules::FREED_NO_IRP, irp, "frees what IoAllocateIrp did not allocate");
        return;
    };
    match (record.origin(), record.place()) {
        (_, Place::Free) => {
            rules::by_caller(rules::FREED_TWICE, irp, "frees an IRP that is free");
        }
        // It was not sent after all.
        (Origin::Threaded, Place::Owner) => free_unsent(system, record),
        (Origin::Threaded | Origin::IoManager, _) => {
            rules::by_caller(rules::FREED_NOT_OWNED, irp, "frees an IRP that it did not allocate");
        }
        (_, Place::Sent) => {
            rules::by_caller(rules::FREED_WHILE_PENDING, irp, "frees an IRP that is still pending");
        }
        _ => {
            check_end(record);
            free(system, record);
        }
    }
}

/// Looks for the trace of `IoMarkIrpPending` without a stack location of the driver.
fn check_end(record: &Record) {
    if record.was_written_behind_the_end() {
        rules::by_caller(
            rules::MARKED_BEHIND_THE_END,
            record.irp(),
            "frees or reuses an IRP behind whose last stack location something was written, as \
             IoMarkIrpPending does for an IRP of its own",
        );
    }
}

/// Where the driver called that wants an IRP.
fn caller() -> usize {
    thread::current(|thread| thread.caller.get())
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-ioallocateirp)
pub(crate) unsafe extern "efiapi" fn IoAllocateIrp(
    stack_size: i8,
    _charge_quota: BOOLEAN,
) -> *mut IRP {
    if denies("IoAllocateIrp") {
        return ptr::null_mut();
    }
    thread::current(|thread| allocate(&thread.system, stack_size, Origin::Driver, caller()))
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-ioallocateirpex)
unsafe extern "efiapi" fn IoAllocateIrpEx(
    _device: *mut DEVICE_OBJECT,
    stack_size: i8,
    charge_quota: BOOLEAN,
) -> *mut IRP {
    // SAFETY: it may be called at any time.
    unsafe { IoAllocateIrp(stack_size, charge_quota) }
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-iofreeirp)
pub(crate) unsafe extern "efiapi" fn IoFreeIrp(irp: *mut IRP) {
    thread::current(|thread| free_for_driver(&thread.system, irp));
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-ioinitializeirp)
pub(crate) unsafe extern "efiapi" fn IoInitializeIrp(irp: *mut IRP, bytes: u16, stack_size: i8) {
    let is_allocated = thread::current(|thread| thread.system.io.irps.record(irp).is_some());
    if is_allocated {
        rules::by_caller(
            rules::INITIALIZED_ALLOCATED,
            irp,
            "initializes an IRP that IoAllocateIrp has initialized",
        );
        return;
    }
    // SAFETY: the driver passes memory of its own.
    unsafe { initialize(irp, bytes, stack_size) };
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-ioreuseirp)
pub(crate) unsafe extern "efiapi" fn IoReuseIrp(irp: *mut IRP, status: NTSTATUS) {
    let may = thread::current(|thread| {
        let Some(record) = thread.system.io.irps.record(irp) else { return true };
        match (record.origin(), record.place()) {
            (Origin::Driver, Place::Owner | Place::Back) => {
                check_end(record);
                record.put(Place::Owner);
                record.note(Event::Reused { by: caller() });
                return true;
            }
            (Origin::Driver, Place::Sent) => {
                rules::by_caller(
                    rules::REUSED_WHILE_PENDING,
                    irp,
                    "reuses an IRP that is still pending",
                );
            }
            _ => {
                rules::by_caller(rules::REUSED_NOT_OWNED, irp, "reuses an IRP that is not its own");
            }
        }
        false
    });
    if !may {
        return;
    }
    // SAFETY: the driver has the IRP.
    let IRP { Size, StackCount, AllocationFlags, .. } = unsafe { irp.read() };
    // SAFETY: it has so many bytes and locations, as was noted when it was made.
    unsafe { initialize(irp, Size, StackCount) };
    // SAFETY: as above.
    let packet = unsafe { &mut *irp };
    packet.AllocationFlags = AllocationFlags;
    packet.IoStatus.u.Status = status;
}

pub(super) const EXPORTS: &[Export] = exports! {
    IoAllocateIrp: PASSIVE_LEVEL..=DISPATCH_LEVEL;
    IoAllocateIrpEx: PASSIVE_LEVEL..=DISPATCH_LEVEL;
    IoFreeIrp: PASSIVE_LEVEL..=DISPATCH_LEVEL;
    IoInitializeIrp: PASSIVE_LEVEL..=DISPATCH_LEVEL;
    IoReuseIrp: PASSIVE_LEVEL..=DISPATCH_LEVEL;
};
