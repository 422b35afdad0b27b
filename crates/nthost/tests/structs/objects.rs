//! Devices, drivers and files.

use nthost::nt::*;

pub fn structs() -> Vec<golden::Struct> {
    golden::layouts! {
        DEVICE_OBJECT {
            Type, Size, ReferenceCount, DriverObject, NextDevice, AttachedDevice, CurrentIrp, Timer,
            Flags, Characteristics, Vpb, DeviceExtension, DeviceType, StackSize, Queue,
            Queue.ListEntry, Queue.Wcb, AlignmentRequirement, DeviceQueue, Dpc, ActiveThreadCount,
            SecurityDescriptor, DeviceLock, SectorSize, Spare1, DeviceObjectExtension, Reserved,
        }
        DRIVER_OBJECT {
            Type, Size, DeviceObject, Flags, DriverStart, DriverSize, DriverSection,
            DriverExtension, DriverName, HardwareDatabase, FastIoDispatch, DriverInit,
            DriverStartIo, DriverUnload, MajorFunction,
        }
        DRIVER_EXTENSION { DriverObject, AddDevice, Count, ServiceKeyName }
        FILE_OBJECT {
            Type, Size, DeviceObject, Vpb, FsContext, FsContext2, SectionObjectPointer,
            PrivateCacheMap, FinalStatus, RelatedFileObject, LockOperation, DeletePending,
            ReadAccess, WriteAccess, DeleteAccess, SharedRead, SharedWrite, SharedDelete, Flags,
            FileName, CurrentByteOffset, Waiters, Busy, LastLock, Lock, Event, CompletionContext,
            IrpListLock, IrpList, FileObjectExtension,
        }
        KDEVICE_QUEUE {
            Type, Size, DeviceListHead, Lock, Busy => u.Busy, Reserved => u.Bits & RESERVED_MASK,
            Hint => u.Bits & HINT_MASK,
        }
        KDEVICE_QUEUE_ENTRY { DeviceListEntry, SortKey, Inserted }
        WAIT_CONTEXT_BLOCK {
            WaitQueueEntry => u.WaitQueueEntry, DmaWaitEntry => u.s.DmaWaitEntry,
            NumberOfChannels => u.s.NumberOfChannels, SyncCallback => u.s.Bits & SYNC_CALLBACK_MASK,
            DmaContext => u.s.Bits & DMA_CONTEXT_MASK,
            ZeroMapRegisters => u.s.Bits & ZERO_MAP_REGISTERS_MASK,
            Reserved => u.s.Bits & RESERVED_MASK,
            NumberOfRemapPages => u.s.Bits & NUMBER_OF_REMAP_PAGES_MASK, DeviceRoutine,
            DeviceContext, NumberOfMapRegisters, DeviceObject, CurrentIrp, BufferChainingDpc,
        }
        OBJECT_ATTRIBUTES {
            Length, RootDirectory, ObjectName, Attributes, SecurityDescriptor,
            SecurityQualityOfService,
        }
        IO_COMPLETION_CONTEXT { Port, Key, UsageCount }
        SECTION_OBJECT_POINTERS { DataSectionObject, SharedCacheMap, ImageSectionObject }
        VPB {
            Type, Size, Flags, VolumeLabelLength, DeviceObject, RealDevice, SerialNumber,
            ReferenceCount, VolumeLabel,
        }
        DEVOBJ_EXTENSION {
            Type, Size, DeviceObject, PowerFlags, Dope, ExtensionFlags, DeviceNode, AttachedTo,
            StartIoCount, StartIoKey, StartIoFlags, Vpb, DependencyNode, InterruptContext,
            InterruptCount, VerifierContext,
        }
        FAST_IO_DISPATCH {
            SizeOfFastIoDispatch, FastIoCheckIfPossible, FastIoRead, FastIoWrite,
            FastIoQueryBasicInfo, FastIoQueryStandardInfo, FastIoLock, FastIoUnlockSingle,
            FastIoUnlockAll, FastIoUnlockAllByKey, FastIoDeviceControl,
            AcquireFileForNtCreateSection, ReleaseFileForNtCreateSection, FastIoDetachDevice,
            FastIoQueryNetworkOpenInfo, AcquireForModWrite, MdlRead, MdlReadComplete,
            PrepareMdlWrite, MdlWriteComplete, FastIoReadCompressed, FastIoWriteCompressed,
            MdlReadCompleteCompressed, MdlWriteCompleteCompressed, FastIoQueryOpen,
            ReleaseForModWrite, AcquireForCcFlush, ReleaseForCcFlush,
        }
    }
}
