//! What threads wait for, and what they run.

use nthost::nt::*;

pub fn structs() -> Vec<golden::Struct> {
    golden::layouts! {
        KEVENT { Header }
        DISPATCHER_HEADER {
            Lock => u.Lock, LockNV => u.LockNV, Type => u.s.Type, Signalling => u.s.Signalling,
            Size => u.s.Size, Reserved1 => u.s.Reserved1, TimerType => u.s2.TimerType,
            TimerControlFlags => u.s2.TimerControlFlags,
            Absolute => u.s2.TimerControlFlags & ABSOLUTE_MASK,
            Wake => u.s2.TimerControlFlags & WAKE_MASK,
            EncodedTolerableDelay => u.s2.TimerControlFlags & ENCODED_TOLERABLE_DELAY_MASK,
            Hand => u.s2.Hand, TimerMiscFlags => u.s2.TimerMiscFlags,
            Index => u.s2.TimerMiscFlags & INDEX_MASK,
            Inserted => u.s2.TimerMiscFlags & INSERTED_MASK,
            Expired => u.s2.TimerMiscFlags & EXPIRED_MASK, Timer2Type => u.s3.Timer2Type,
            Timer2Flags => u.s3.Timer2Flags,
            Timer2Inserted => u.s3.Timer2Flags & TIMER2_INSERTED_MASK,
            Timer2Expiring => u.s3.Timer2Flags & TIMER2_EXPIRING_MASK,
            Timer2CancelPending => u.s3.Timer2Flags & TIMER2_CANCEL_PENDING_MASK,
            Timer2SetPending => u.s3.Timer2Flags & TIMER2_SET_PENDING_MASK,
            Timer2Running => u.s3.Timer2Flags & TIMER2_RUNNING_MASK,
            Timer2Disabled => u.s3.Timer2Flags & TIMER2_DISABLED_MASK,
            Timer2ReservedFlags => u.s3.Timer2Flags & TIMER2_RESERVED_FLAGS_MASK,
            Timer2ComponentId => u.s3.Timer2ComponentId, Timer2RelativeId => u.s3.Timer2RelativeId,
            QueueType => u.s4.QueueType, QueueControlFlags => u.s4.QueueControlFlags,
            Abandoned => u.s4.QueueControlFlags & ABANDONED_MASK,
            DisableIncrement => u.s4.QueueControlFlags & DISABLE_INCREMENT_MASK,
            QueueReservedControlFlags => u.s4.QueueControlFlags & QUEUE_RESERVED_CONTROL_FLAGS_MASK,
            QueueSize => u.s4.QueueSize, QueueReserved => u.s4.QueueReserved,
            ThreadType => u.s5.ThreadType, ThreadReserved => u.s5.ThreadReserved,
            ThreadControlFlags => u.s5.ThreadControlFlags,
            CycleProfiling => u.s5.ThreadControlFlags & CYCLE_PROFILING_MASK,
            CounterProfiling => u.s5.ThreadControlFlags & COUNTER_PROFILING_MASK,
            GroupScheduling => u.s5.ThreadControlFlags & GROUP_SCHEDULING_MASK,
            AffinitySet => u.s5.ThreadControlFlags & AFFINITY_SET_MASK,
            Tagged => u.s5.ThreadControlFlags & TAGGED_MASK,
            EnergyProfiling => u.s5.ThreadControlFlags & ENERGY_PROFILING_MASK,
            SchedulerAssist => u.s5.ThreadControlFlags & SCHEDULER_ASSIST_MASK,
            ThreadReservedControlFlags => u.s5.ThreadControlFlags & THREAD_RESERVED_CONTROL_FLAGS_MASK,
            DebugActive => u.s5.DebugActive, ActiveDR7 => u.s5.DebugActive & ACTIVE_DR7_MASK,
            Instrumented => u.s5.DebugActive & INSTRUMENTED_MASK,
            Minimal => u.s5.DebugActive & MINIMAL_MASK,
            Reserved4 => u.s5.DebugActive & RESERVED4_MASK,
            AltSyscall => u.s5.DebugActive & ALT_SYSCALL_MASK,
            Emulation => u.s5.DebugActive & EMULATION_MASK,
            Reserved5 => u.s5.DebugActive & RESERVED5_MASK, MutantType => u.s6.MutantType,
            MutantSize => u.s6.MutantSize, DpcActive => u.s6.DpcActive,
            MutantReserved => u.s6.MutantReserved, SignalState, WaitListHead,
        }
        KDPC {
            TargetInfoAsUlong => u.TargetInfoAsUlong, Type => u.s.Type,
            Importance => u.s.Importance, Number => u.s.Number, DpcListEntry, ProcessorHistory,
            DeferredRoutine, DeferredContext, SystemArgument1, SystemArgument2, DpcData,
        }
        KTIMER { Header, DueTime, TimerListEntry, Dpc, Processor, TimerType, Period }
        KSEMAPHORE { Header, Limit }
        KMUTANT {
            Header, MutantListEntry, OwnerThread, MutantFlags,
            Abandoned => MutantFlags & ABANDONED_MASK, Spare1 => MutantFlags & SPARE1_MASK,
            ApcDisable,
        }
        KAPC {
            Type, AllFlags, Size, SpareByte1, SpareLong0, Thread, ApcListEntry, Reserved,
            NormalContext, SystemArgument1, SystemArgument2, ApcStateIndex, ApcMode, Inserted,
        }
        WORK_QUEUE_ITEM { List, WorkerRoutine, Parameter }
        KLOCK_QUEUE_HANDLE { LockQueue, OldIrql }
        KSPIN_LOCK_QUEUE { Next, Lock }
        KSPIN_LOCK {}
        FAST_MUTEX { Count, Owner, Contention, Event, OldIrql }
        EX_RUNDOWN_REF { Count => u.Count, Ptr => u.Ptr }
        ERESOURCE {
            SystemResourcesList, OwnerTable, ActiveCount, Flag => u.Flag,
            ReservedLowFlags => u.s.ReservedLowFlags, WaiterPriority => u.s.WaiterPriority,
            SharedWaiters, ExclusiveWaiters, OwnerEntry, ActiveEntries, ContentionCount,
            NumberOfSharedWaiters, NumberOfExclusiveWaiters, Reserved2, Address => u2.Address,
            CreatorBackTraceIndex => u2.CreatorBackTraceIndex, SpinLock,
        }
        KWAIT_BLOCK {
            WaitListEntry, WaitType, BlockState, WaitKey, SpareLong, Thread => u.Thread,
            NotificationQueue => u.NotificationQueue, Dpc => u.Dpc, Object, SparePtr,
        }
    }
}
