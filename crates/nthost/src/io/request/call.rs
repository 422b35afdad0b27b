//! What programs pass to system services that work on open files: everything that can be asked, with
//! buffers that need not be what the program says they are.

use super::Bytes;
use crate::nt::{
    FILE_APPEND_DATA, FILE_READ_DATA, FILE_WRITE_DATA, IRP_MJ_DIRECTORY_CONTROL,
    IRP_MJ_FILE_SYSTEM_CONTROL, IRP_MJ_FLUSH_BUFFERS, IRP_MJ_LOCK_CONTROL, IRP_MJ_QUERY_EA,
    IRP_MJ_QUERY_INFORMATION, IRP_MJ_QUERY_QUOTA, IRP_MJ_QUERY_SECURITY,
    IRP_MJ_QUERY_VOLUME_INFORMATION, IRP_MJ_SET_EA, IRP_MJ_SET_INFORMATION, IRP_MJ_SET_QUOTA,
    IRP_MJ_SET_SECURITY, IRP_MJ_SET_VOLUME_INFORMATION, IRP_MN_NOTIFY_CHANGE_DIRECTORY,
    IRP_MN_QUERY_DIRECTORY,
};

/// Memory that a program names. It may be anything: what is not in a
/// [`UserMemory`](crate::UserMemory) is memory that the program does not have.
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

    pub(super) fn bytes(self) -> Bytes {
        Bytes::probed(self.address, self.length)
    }
}

/// A call of a system service that works on an open file: see [`File::call`](crate::File::call).
#[derive(Clone, Debug)]
pub struct Call {
    pub(super) major: u8,
    pub(super) minor: u8,
    pub(super) flags: u8,
    /// The parameters of the stack location, as four words.
    pub(super) words: [u64; 4],
    pub(super) input: Buffer,
    pub(super) output: Buffer,
    pub(super) what: What,
}

/// How a call becomes an IRP.
#[derive(Clone, Debug)]
pub(super) enum What {
    Read,
    Write,
    Control,
    /// The output goes through the system's buffer.
    Query,
    /// The input goes through the system's buffer.
    Set,
    /// The output is passed as the device wants it, the input is a list that the system copies.
    QueryAsDevice,
    /// The input is passed as the device wants it.
    SetAsDevice,
    /// The output is an address, which is all that a driver gets.
    QuerySecurity,
    SetSecurity,
    Directory(Vec<u16>),
    Lock {
        length: i64,
    },
    Plain,
    /// A driver asks, not a program.
    Driver,
}

/// Two numbers of a stack location in a word: the second is aligned like a pointer.
const fn word(low: u32) -> u64 {
    low as u64
}

impl Call {
    fn new(major: u8, what: What) -> Self {
        Self {
            major,
            minor: 0,
            flags: 0,
            words: [0; 4],
            input: Buffer::NONE,
            output: Buffer::NONE,
            what,
        }
    }

    /// Asks for information of a class.
    fn query(major: u8, class: u32, output: Buffer) -> Self {
        let words = [word(output.length), word(class), 0, 0];
        Self { words, output, ..Self::new(major, What::Query) }
    }

    /// Sets information of a class.
    fn set(major: u8, class: u32, input: Buffer) -> Self {
        let words = [word(input.length), word(class), 0, 0];
        Self { words, input, ..Self::new(major, What::Set) }
    }

    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ntifs/nf-ntifs-ntreadfile)
    #[must_use]
    pub fn read(output: Buffer, offset: i64, key: u32) -> Self {
        let words = [0, word(key), offset.cast_unsigned(), 0];
        Self { words, output, ..Self::new(0, What::Read) }
    }

    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ntifs/nf-ntifs-ntwritefile)
    #[must_use]
    pub fn write(input: Buffer, offset: i64, key: u32) -> Self {
        let words = [0, word(key), offset.cast_unsigned(), 0];
        Self { words, input, ..Self::new(0, What::Write) }
    }

    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ntifs/nf-ntifs-ntdeviceiocontrolfile)
    #[must_use]
    pub fn device_control(code: u32, input: Buffer, output: Buffer) -> Self {
        Self { words: [word(code), 0, 0, 0], input, output, ..Self::new(0, What::Control) }
    }

    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ntifs/nf-ntifs-ntfscontrolfile)
    #[must_use]
    pub fn fs_control(code: u32, input: Buffer, output: Buffer) -> Self {
        let call = Self::new(IRP_MJ_FILE_SYSTEM_CONTROL, What::Control);
        Self { words: [word(code), 0, 0, 0], input, output, ..call }
    }

    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ntifs/nf-ntifs-ntqueryinformationfile)
    #[must_use]
    pub fn query_information(class: u32, output: Buffer) -> Self {
        Self::query(IRP_MJ_QUERY_INFORMATION, class, output)
    }

    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ntifs/nf-ntifs-ntsetinformationfile)
    #[must_use]
    pub fn set_information(class: u32, input: Buffer) -> Self {
        Self::set(IRP_MJ_SET_INFORMATION, class, input)
    }

    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ntifs/nf-ntifs-ntqueryvolumeinformationfile)
    #[must_use]
    pub fn query_volume(class: u32, output: Buffer) -> Self {
        Self::query(IRP_MJ_QUERY_VOLUME_INFORMATION, class, output)
    }

    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ntifs/nf-ntifs-ntsetvolumeinformationfile)
    #[must_use]
    pub fn set_volume(class: u32, input: Buffer) -> Self {
        Self::set(IRP_MJ_SET_VOLUME_INFORMATION, class, input)
    }

    /// `flags` are `SL_RESTART_SCAN` and so on.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ntifs/nf-ntifs-ntquerydirectoryfile)
    #[must_use]
    pub fn query_directory(class: u32, pattern: Vec<u16>, flags: u8, output: Buffer) -> Self {
        let words = [word(output.length), 0, word(class), 0];
        let call = Self::new(IRP_MJ_DIRECTORY_CONTROL, What::Directory(pattern));
        Self { minor: IRP_MN_QUERY_DIRECTORY, flags, words, output, ..call }
    }

    /// `flags` are `SL_WATCH_TREE` or nothing.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ifs/irp-mj-directory-control)
    #[must_use]
    pub fn notify_directory(filter: u32, flags: u8, output: Buffer) -> Self {
        let words = [word(output.length), word(filter), 0, 0];
        let call = Self::new(IRP_MJ_DIRECTORY_CONTROL, What::QueryAsDevice);
        Self { minor: IRP_MN_NOTIFY_CHANGE_DIRECTORY, flags, words, output, ..call }
    }

    /// Asks for extended attributes: those of a list, if there is one.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ntifs/nf-ntifs-zwqueryeafile)
    #[must_use]
    pub fn query_ea(list: Buffer, flags: u8, output: Buffer) -> Self {
        let words = [word(output.length), 0, word(list.length), 0];
        let call = Self::new(IRP_MJ_QUERY_EA, What::QueryAsDevice);
        Self { flags, words, input: list, output, ..call }
    }

    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ntifs/nf-ntifs-zwseteafile)
    #[must_use]
    pub fn set_ea(input: Buffer) -> Self {
        let words = [word(input.length), 0, 0, 0];
        Self { words, input, ..Self::new(IRP_MJ_SET_EA, What::SetAsDevice) }
    }

    /// Asks for quotas: those of a list of users, if there is one.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ntifs/nf-ntifs-ntqueryquotainformationfile)
    #[must_use]
    pub fn query_quota(list: Buffer, flags: u8, output: Buffer) -> Self {
        let words = [word(output.length), 0, 0, word(list.length)];
        let call = Self::new(IRP_MJ_QUERY_QUOTA, What::QueryAsDevice);
        Self { flags, words, input: list, output, ..call }
    }

    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ntifs/nf-ntifs-ntsetquotainformationfile)
    #[must_use]
    pub fn set_quota(input: Buffer) -> Self {
        let words = [word(input.length), 0, 0, 0];
        Self { words, input, ..Self::new(IRP_MJ_SET_QUOTA, What::SetAsDevice) }
    }

    /// As Windows passes it where the file has a name of its own: for a device it answers itself.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ifs/irp-mj-query-security)
    #[must_use]
    pub fn query_security(parts: u32, output: Buffer) -> Self {
        let words = [word(parts), word(output.length), 0, 0];
        Self { words, output, ..Self::new(IRP_MJ_QUERY_SECURITY, What::QuerySecurity) }
    }

    /// As Windows passes it where the file has a name of its own: for a device it does that itself.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ifs/irp-mj-set-security)
    #[must_use]
    pub fn set_security(parts: u32, input: Buffer) -> Self {
        let words = [word(parts), 0, 0, 0];
        Self { words, input, ..Self::new(IRP_MJ_SET_SECURITY, What::SetSecurity) }
    }

    /// `kind` is an `IRP_MN_FLUSH_…`, or zero.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ntifs/nf-ntifs-ntflushbuffersfileex)
    #[must_use]
    pub fn flush(kind: u8) -> Self {
        Self { minor: kind, ..Self::new(IRP_MJ_FLUSH_BUFFERS, What::Plain) }
    }

    /// `kind` is `IRP_MN_LOCK` or one of the unlocks, `flags` are `SL_EXCLUSIVE_LOCK` and so on.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ifs/irp-mj-lock-control)
    #[must_use]
    pub fn lock(kind: u8, offset: i64, length: i64, key: u32, flags: u8) -> Self {
        let words = [0, word(key), offset.cast_unsigned(), 0];
        let call = Self::new(IRP_MJ_LOCK_CONTROL, What::Lock { length });
        Self { minor: kind, flags, words, ..call }
    }

    /// What another driver could send, without a buffer, with the parameters of the stack location as
    /// four words.
    #[must_use]
    pub fn of_driver(major: u8, minor: u8, words: [u64; 4]) -> Self {
        Self { minor, words, ..Self::new(major, What::Driver) }
    }

    /// The access that a handle must have, in one bit at least of each, if not none.
    pub(super) fn access(&self) -> [u32; 2] {
        match self.what {
            What::Read => [FILE_READ_DATA; 2],
            What::Write => [FILE_WRITE_DATA | FILE_APPEND_DATA; 2],
            What::Control => required_access(self.code()),
            _ => [0; 2],
        }
    }

    pub(super) fn code(&self) -> u32 {
        u32::try_from(self.words[0]).unwrap_or_default()
    }
}

/// The access that a control code demands of the handle.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/kernel/defining-i-o-control-codes)
fn required_access(code: u32) -> [u32; 2] {
    let bit = |at: u32, access: u32| if code >> at & 1 == 1 { access } else { 0 };
    [bit(14, FILE_READ_DATA), bit(15, FILE_WRITE_DATA)]
}
