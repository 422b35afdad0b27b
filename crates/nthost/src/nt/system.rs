//! What the system tells about itself, and what it is told to record.

/// Version of the system.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/ns-wdm-_osversioninfow)
#[repr(C)]
#[derive(Clone, Copy)]
pub struct RTL_OSVERSIONINFOW {
    /// Bytes of this structure, set by the caller.
    pub dwOSVersionInfoSize: u32,
    /// 10 for Windows 10 and 11.
    pub dwMajorVersion: u32,
    /// 0 for Windows 10 and 11.
    pub dwMinorVersion: u32,
    /// 22000 for the first Windows 11.
    pub dwBuildNumber: u32,
    /// [`VER_PLATFORM_WIN32_NT`].
    pub dwPlatformId: u32,
    /// Name of the service pack, terminated, or empty.
    pub szCSDVersion: [u16; 128],
}

/// Windows NT and all that came after it.
pub const VER_PLATFORM_WIN32_NT: u32 = 2;

/// Names a processor.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/miniport/ns-miniport-_processor_number)
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PROCESSOR_NUMBER {
    /// Its group.
    pub Group: u16,
    /// Its number in the group.
    pub Number: u8,
    /// Zero.
    pub Reserved: u8,
}

/// Names processors of one group.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/miniport/ns-miniport-_group_affinity)
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct GROUP_AFFINITY {
    /// A bit for each.
    pub Mask: usize,
    /// The group.
    pub Group: u16,
    /// Zeros.
    pub Reserved: [u16; 3],
}

/// Stands for all groups where a number of processors is asked for.
pub const ALL_PROCESSOR_GROUPS: u16 = 0xffff;
/// Most processors in a group.
pub const MAXIMUM_PROC_PER_GROUP: u32 = 64;

/// What an event is.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows/win32/api/evntprov/ns-evntprov-event_descriptor)
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct EVENT_DESCRIPTOR {
    /// Its number.
    pub Id: u16,
    /// Version of its fields.
    pub Version: u8,
    /// 11 if it describes itself.
    pub Channel: u8,
    /// How important it is.
    pub Level: u8,
    /// A step of an activity.
    pub Opcode: u8,
    /// A part of the provider.
    pub Task: u16,
    /// What it is about, as bits.
    pub Keyword: u64,
}

/// Part of an event that is written to the event log.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows/win32/api/evntprov/ns-evntprov-event_data_descriptor)
#[repr(C)]
#[derive(Clone, Copy)]
pub struct EVENT_DATA_DESCRIPTOR {
    /// Address of the data.
    pub Ptr: u64,
    /// Bytes.
    pub Size: u32,
    /// Zero for data of the event itself.
    pub u: EVENT_DATA_DESCRIPTOR_TYPE,
}

/// Kind of the data.
#[repr(C)]
#[derive(Clone, Copy)]
pub union EVENT_DATA_DESCRIPTOR_TYPE {
    /// The whole.
    pub Reserved: u32,
    /// Its parts.
    pub s: EVENT_DATA_DESCRIPTOR_TYPE_PARTS,
}

/// Parts of an [`EVENT_DATA_DESCRIPTOR_TYPE`].
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct EVENT_DATA_DESCRIPTOR_TYPE_PARTS {
    /// Data, or a description of it.
    pub Type: u8,
    /// Zero.
    pub Reserved1: u8,
    /// Zero.
    pub Reserved2: u16,
}

default_is_zero!(RTL_OSVERSIONINFOW, EVENT_DATA_DESCRIPTOR);

/// Version of the system, with more about it.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/ns-wdm-_osversioninfoexw)
#[repr(C)]
#[derive(Clone, Copy, Default)]
pub struct RTL_OSVERSIONINFOEXW {
    /// What [`RTL_OSVERSIONINFOW`] has.
    pub s: RTL_OSVERSIONINFOW,
    /// Service pack.
    pub wServicePackMajor: u16,
    /// Part of the service pack.
    pub wServicePackMinor: u16,
    /// Products that are installed.
    pub wSuiteMask: u16,
    /// [`VER_NT_WORKSTATION`] and so on.
    pub wProductType: u8,
    /// Zero.
    pub wReserved: u8,
}

/// No server.
pub const VER_NT_WORKSTATION: u8 = 1;

/// Date and time of day.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/ns-wdm-time_fields)
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TIME_FIELDS {
    /// From 1601 on.
    pub Year: i16,
    /// From 1 to 12.
    pub Month: i16,
    /// From 1 to 31.
    pub Day: i16,
    /// From 0 to 23.
    pub Hour: i16,
    /// From 0 to 59.
    pub Minute: i16,
    /// From 0 to 59.
    pub Second: i16,
    /// From 0 to 999.
    pub Milliseconds: i16,
    /// From 0 for Sunday to 6.
    pub Weekday: i16,
}
