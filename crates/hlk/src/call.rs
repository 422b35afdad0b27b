//! What programs can ask of an open device, whatever system it is on.

/// Memory that a program names, right or wrong.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Buffer {
    /// Where it begins.
    pub address: usize,
    /// Bytes.
    pub length: u32,
}

impl Buffer {
    /// No buffer.
    pub const NONE: Self = Self { address: 0, length: 0 };
}

/// A call of a system service on an open device.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the members are the arguments of the services")]
pub enum Call {
    /// `NtReadFile`
    Read { to: Buffer, offset: i64, key: u32 },
    /// `NtWriteFile`
    Write { from: Buffer, offset: i64, key: u32 },
    /// `NtDeviceIoControlFile`
    Control { code: u32, input: Buffer, output: Buffer },
    /// `NtFsControlFile`
    FsControl { code: u32, input: Buffer, output: Buffer },
    /// `NtQueryInformationFile`
    QueryInformation { class: u32, to: Buffer },
    /// `NtSetInformationFile`
    SetInformation { class: u32, from: Buffer },
    /// `NtQueryVolumeInformationFile`
    QueryVolume { class: u32, to: Buffer },
    /// `NtSetVolumeInformationFile`
    SetVolume { class: u32, from: Buffer },
    /// `NtQueryDirectoryFile`
    QueryDirectory { class: u32, pattern: Vec<u16>, restart: bool, single: bool, to: Buffer },
    /// `NtNotifyChangeDirectoryFile`
    NotifyDirectory { filter: u32, tree: bool, to: Buffer },
    /// `NtQueryEaFile`
    QueryEa { list: Buffer, restart: bool, single: bool, to: Buffer },
    /// `NtSetEaFile`
    SetEa { from: Buffer },
    /// `NtQueryQuotaInformationFile`
    QueryQuota { list: Buffer, restart: bool, single: bool, to: Buffer },
    /// `NtSetQuotaInformationFile`
    SetQuota { from: Buffer },
    /// `NtQuerySecurityObject`
    QuerySecurity { parts: u32, to: Buffer },
    /// `NtSetSecurityObject`
    SetSecurity { parts: u32, from: Buffer },
    /// `NtFlushBuffersFileEx`
    Flush { kind: u8 },
    /// `NtLockFile`
    Lock { offset: i64, length: i64, key: u32, wait: bool, exclusive: bool },
    /// `NtUnlockFile`
    Unlock { offset: i64, length: i64, key: u32 },
    /// What only another driver can send: a request without buffers, and the words of its parameters.
    Driver { major: u8, minor: u8, words: [u64; 4] },
}

impl Call {
    /// The major and the minor function code of the IRP that it becomes, if it becomes one.
    #[must_use]
    pub const fn function(&self) -> (u8, u8) {
        match self {
            Self::Read { .. } => (0x03, 0),
            Self::Write { .. } => (0x04, 0),
            Self::Control { .. } => (0x0e, 0),
            Self::FsControl { .. } => (0x0d, 0),
            Self::QueryInformation { .. } => (0x05, 0),
            Self::SetInformation { .. } => (0x06, 0),
            Self::QueryVolume { .. } => (0x0a, 0),
            Self::SetVolume { .. } => (0x0b, 0),
            Self::QueryDirectory { .. } => (0x0c, 1),
            Self::NotifyDirectory { .. } => (0x0c, 2),
            Self::QueryEa { .. } => (0x07, 0),
            Self::SetEa { .. } => (0x08, 0),
            Self::QueryQuota { .. } => (0x19, 0),
            Self::SetQuota { .. } => (0x1a, 0),
            Self::QuerySecurity { .. } => (0x14, 0),
            Self::SetSecurity { .. } => (0x15, 0),
            Self::Flush { kind } => (0x09, *kind),
            Self::Lock { .. } => (0x11, 1),
            Self::Unlock { .. } => (0x11, 2),
            Self::Driver { major, minor, .. } => (*major, *minor),
        }
    }

    /// The control code, if it has one.
    #[must_use]
    pub const fn code(&self) -> Option<u32> {
        match self {
            Self::Control { code, .. } | Self::FsControl { code, .. } => Some(*code),
            _ => None,
        }
    }
}

/// The ways to pass the buffers of a control request.
pub const METHODS: [&str; 4] =
    ["METHOD_BUFFERED", "METHOD_IN_DIRECT", "METHOD_OUT_DIRECT", "METHOD_NEITHER"];

/// A control code of its parts.
#[must_use]
pub const fn control_code(device_type: u16, function: u16, method: u8, access: u8) -> u32 {
    (device_type as u32) << 16
        | (access as u32 & 3) << 14
        | (function as u32 & 0xfff) << 2
        | method as u32 & 3
}

/// What a program wants to open or make.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OpenKind {
    /// `NtCreateFile`
    #[default]
    File,
    /// `NtCreateNamedPipeFile`
    NamedPipe,
    /// `NtCreateMailslotFile`
    Mailslot,
}

/// `FILE_GENERIC_READ | FILE_GENERIC_WRITE`
pub const READ_AND_WRITE: u32 = 0x0012_019f;
/// `FILE_CREATE_TREE_CONNECTION`
pub const TREE_CONNECTION: u32 = 0x80;

/// How a program opens something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OpenCall {
    /// Which service is called.
    pub kind: OpenKind,
    /// What for.
    pub access: u32,
    /// What others may do: `FILE_SHARE_…`.
    pub share: u16,
    /// `FILE_ATTRIBUTE_…`
    pub attributes: u16,
    /// `FILE_OPEN` and so on.
    pub disposition: u32,
    /// `FILE_SYNCHRONOUS_IO_NONALERT` and so on.
    pub options: u32,
}

impl Default for OpenCall {
    fn default() -> Self {
        Self {
            kind: OpenKind::File,
            access: READ_AND_WRITE,
            share: 7,
            attributes: 0x80,
            disposition: 1,
            options: 0,
        }
    }
}
