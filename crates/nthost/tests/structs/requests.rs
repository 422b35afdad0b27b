//! Requests and what they are made of.

use nthost::nt::*;

pub fn structs() -> Vec<golden::Struct> {
    golden::layouts! {
        IRP {
            Type, Size, MdlAddress, Flags, AssociatedIrp, AssociatedIrp.MasterIrp,
            AssociatedIrp.IrpCount, AssociatedIrp.SystemBuffer, ThreadListEntry, IoStatus,
            RequestorMode, PendingReturned, StackCount, CurrentLocation, Cancel, CancelIrql,
            ApcEnvironment, AllocationFlags, UserIosb => u.UserIosb,
            IoRingContext => u.IoRingContext, UserEvent, Overlay, Overlay.AsynchronousParameters,
            Overlay.AsynchronousParameters.UserApcRoutine => Overlay.AsynchronousParameters.u.UserApcRoutine,
            Overlay.AsynchronousParameters.IssuingProcess => Overlay.AsynchronousParameters.u.IssuingProcess,
            Overlay.AsynchronousParameters.UserApcContext => Overlay.AsynchronousParameters.u2.UserApcContext,
            Overlay.AsynchronousParameters.IoRing => Overlay.AsynchronousParameters.u2.IoRing,
            Overlay.AllocationSize, CancelRoutine, UserBuffer, Tail, Tail.Overlay,
            Tail.Overlay.DeviceQueueEntry => Tail.Overlay.u.DeviceQueueEntry,
            Tail.Overlay.DriverContext => Tail.Overlay.u.DriverContext, Tail.Overlay.Thread,
            Tail.Overlay.AuxiliaryBuffer, Tail.Overlay.ListEntry,
            Tail.Overlay.CurrentStackLocation => Tail.Overlay.u2.CurrentStackLocation,
            Tail.Overlay.PacketType => Tail.Overlay.u2.PacketType, Tail.Overlay.OriginalFileObject,
            Tail.Apc, Tail.CompletionKey,
        }
        MDL { Next, Size, MdlFlags, Process, MappedSystemVa, StartVa, ByteCount, ByteOffset }
        IO_STATUS_BLOCK { Status => u.Status, Pointer => u.Pointer, Information }
        IO_CSQ {
            Type, CsqInsertIrp, CsqRemoveIrp, CsqPeekNextIrp, CsqAcquireLock, CsqReleaseLock,
            CsqCompleteCanceledIrp, ReservePointer,
        }
        IO_CSQ_IRP_CONTEXT { Type, Irp, Csq }
        IO_REMOVE_LOCK { Common }
        IO_REMOVE_LOCK_COMMON_BLOCK { Removed, Reserved, IoCount, RemoveEvent }
        IO_SECURITY_CONTEXT { SecurityQos, AccessState, DesiredAccess, FullCreateOptions }
    }
}
