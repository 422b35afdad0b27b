//! Lists, strings, numbers and tables.

use nthost::nt::*;

pub fn structs() -> Vec<golden::Struct> {
    golden::layouts! {
        UNICODE_STRING { Length, MaximumLength, Buffer }
        ANSI_STRING { Length, MaximumLength, Buffer }
        LIST_ENTRY { Flink, Blink }
        SINGLE_LIST_ENTRY { Next }
        SLIST_ENTRY { Next }
        SLIST_HEADER {
            Alignment => s.Alignment, Region => s.Region, HeaderX64,
            HeaderX64.Depth => HeaderX64.Low & DEPTH_MASK,
            HeaderX64.Sequence => HeaderX64.Low & SEQUENCE_MASK,
            HeaderX64.Reserved => HeaderX64.High & RESERVED_MASK,
            HeaderX64.NextEntry => HeaderX64.High & NEXT_ENTRY_MASK,
        }
        LARGE_INTEGER {
            LowPart => u.LowPart, HighPart => u.HighPart, u, u.LowPart, u.HighPart, QuadPart,
        }
        GUID { Data1, Data2, Data3, Data4 }
        LOOKASIDE_LIST_EX { L }
        NPAGED_LOOKASIDE_LIST { L }
        PAGED_LOOKASIDE_LIST { L }
        GENERAL_LOOKASIDE {
            ListHead => u.ListHead, SingleListHead => u.SingleListHead, Depth, MaximumDepth,
            TotalAllocates, AllocateMisses => u2.AllocateMisses, AllocateHits => u2.AllocateHits,
            TotalFrees, FreeMisses => u3.FreeMisses, FreeHits => u3.FreeHits, Type, Tag, Size,
            AllocateEx => u4.AllocateEx, Allocate => u4.Allocate, FreeEx => u5.FreeEx,
            Free => u5.Free, ListEntry, LastTotalAllocates,
            LastAllocateMisses => u6.LastAllocateMisses, LastAllocateHits => u6.LastAllocateHits,
            Future,
        }
        GENERAL_LOOKASIDE_POOL {
            ListHead => u.ListHead, SingleListHead => u.SingleListHead, Depth, MaximumDepth,
            TotalAllocates, AllocateMisses => u2.AllocateMisses, AllocateHits => u2.AllocateHits,
            TotalFrees, FreeMisses => u3.FreeMisses, FreeHits => u3.FreeHits, Type, Tag, Size,
            AllocateEx => u4.AllocateEx, Allocate => u4.Allocate, FreeEx => u5.FreeEx,
            Free => u5.Free, ListEntry, LastTotalAllocates,
            LastAllocateMisses => u6.LastAllocateMisses, LastAllocateHits => u6.LastAllocateHits,
            Future,
        }
        CLIENT_ID { UniqueProcess, UniqueThread }
        RTL_OSVERSIONINFOW {
            dwOSVersionInfoSize, dwMajorVersion, dwMinorVersion, dwBuildNumber, dwPlatformId,
            szCSDVersion,
        }
        PROCESSOR_NUMBER { Group, Number, Reserved }
        GROUP_AFFINITY { Mask, Group, Reserved }
        PHYSICAL_ADDRESS {
            LowPart => u.LowPart, HighPart => u.HighPart, u, u.LowPart, u.HighPart, QuadPart,
        }
        EVENT_DATA_DESCRIPTOR {
            Ptr, Size, Reserved => u.Reserved, Type => u.s.Type, Reserved1 => u.s.Reserved1,
            Reserved2 => u.s.Reserved2,
        }
    }
}
