//! What programs pass to system services that work on open files: everything that can be asked, with
//! buffers that need not be what the program says they are.

use std::sync::Arc;

use super::{
    Bytes, Parts, Request, descriptor,
    transfer::{Transfer, buffer, describe, output_buffer, send_with, set_up},
};
use crate::{
    io::file::Use,
    mm::Want,
    nt::{
        FILE_APPEND_DATA, FILE_READ_DATA, FILE_WRITE_DATA, IO_STACK_LOCATION, IO_STACK_OTHERS, IRP,
        IRP_MJ_DIRECTORY_CONTROL, IRP_MJ_FILE_SYSTEM_CONTROL, IRP_MJ_FLUSH_BUFFERS,
        IRP_MJ_LOCK_CONTROL, IRP_MJ_PNP, IRP_MJ_POWER, IRP_MJ_QUERY_EA, IRP_MJ_QUERY_INFORMATION,
        IRP_MJ_QUERY_QUOTA, IRP_MJ_QUERY_SECURITY, IRP_MJ_QUERY_VOLUME_INFORMATION, IRP_MJ_SET_EA,
        IRP_MJ_SET_INFORMATION, IRP_MJ_SET_QUOTA, IRP_MJ_SET_SECURITY,
        IRP_MJ_SET_VOLUME_INFORMATION, IRP_MN_NOTIFY_CHANGE_DIRECTORY, IRP_MN_QUERY_DIRECTORY,
        IoReadAccess, IoWriteAccess, KernelMode, LARGE_INTEGER, NTSTATUS, STATUS_ACCESS_DENIED,
        STATUS_INSUFFICIENT_RESOURCES, STATUS_NOT_SUPPORTED, UNICODE_STRING, UserMode,
    },
    system::System,
};

use super::{SystemBuffer, transfer::Method};

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

    fn bytes(self) -> Bytes {
        Bytes::probed(self.address, self.length)
    }
}

/// A call of a system service that works on an open file: see [`File::call`](crate::File::call).
#[derive(Clone, Debug)]
pub struct Call {
    major: u8,
    minor: u8,
    flags: u8,
    /// The parameters of the stack location, as four words.
    words: [u64; 4],
    input: Buffer,
    output: Buffer,
    what: What,
}

/// How a call becomes an IRP.
#[derive(Clone, Debug)]
enum What {
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
        let words = [word(output.length), word(class), 0, 0];
        Self { words, output, ..Self::new(IRP_MJ_QUERY_INFORMATION, What::Query) }
    }

    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ntifs/nf-ntifs-ntsetinformationfile)
    #[must_use]
    pub fn set_information(class: u32, input: Buffer) -> Self {
        let words = [word(input.length), word(class), 0, 0];
        Self { words, input, ..Self::new(IRP_MJ_SET_INFORMATION, What::Set) }
    }

    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ntifs/nf-ntifs-ntqueryvolumeinformationfile)
    #[must_use]
    pub fn query_volume(class: u32, output: Buffer) -> Self {
        let words = [word(output.length), word(class), 0, 0];
        Self { words, output, ..Self::new(IRP_MJ_QUERY_VOLUME_INFORMATION, What::Query) }
    }

    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ntifs/nf-ntifs-ntsetvolumeinformationfile)
    #[must_use]
    pub fn set_volume(class: u32, input: Buffer) -> Self {
        let words = [word(input.length), word(class), 0, 0];
        Self { words, input, ..Self::new(IRP_MJ_SET_VOLUME_INFORMATION, What::Set) }
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
    fn access(&self) -> [u32; 2] {
        match self.what {
            What::Read => [FILE_READ_DATA; 2],
            What::Write => [FILE_WRITE_DATA | FILE_APPEND_DATA; 2],
            What::Control => required_access(self.code()),
            _ => [0; 2],
        }
    }

    fn code(&self) -> u32 {
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

/// Makes the call. It may be done when this returns, or be done later.
pub(crate) fn send(system: &System, file: Use, call: &Call) -> Arc<Request> {
    let granted = file.file().access();
    if call.access().iter().any(|&wanted| wanted != 0 && granted & wanted == 0) {
        return Request::failed(STATUS_ACCESS_DENIED);
    }
    let mode = if matches!(call.what, What::Driver) { KernelMode } else { UserMode };
    send_with(system, file, mode, |packet, location, flags, parts| {
        fill(call, packet, location, flags, parts)
    })
}

/// Fills in the IRP of a call for a device with these flags.
fn fill(
    call: &Call,
    packet: &mut IRP,
    location: &mut IO_STACK_LOCATION,
    flags: u32,
    parts: &mut Parts,
) -> Result<(), NTSTATUS> {
    let (input, output) = (call.input.bytes(), call.output.bytes());
    let method = Method::of_device(flags);
    let [one, two, three, four] = call.words;
    if !matches!(call.what, What::Read | What::Write | What::Control) {
        location.MajorFunction = call.major;
        location.MinorFunction = call.minor;
        location.Flags = call.flags;
        location.Parameters.Others = IO_STACK_OTHERS {
            Argument1: one as *mut _,
            Argument2: two as *mut _,
            Argument3: three as *mut _,
            Argument4: four as *mut _,
        };
    }
    match &call.what {
        What::Read => transfer(Transfer::Read { to: output }, call, packet, location, flags, parts),
        What::Write => {
            transfer(Transfer::Write { from: input }, call, packet, location, flags, parts)
        }
        What::Control => control(call, packet, location, flags, parts),
        What::Query => query(packet, output, parts),
        What::Set => set(packet, input, parts),
        What::QueryAsDevice => {
            if !input.is_empty() {
                let list = attach(input, parts)?;
                // SAFETY: attributes and quotas have their lists in the second and the third word.
                let others = unsafe { &mut location.Parameters.Others };
                match call.major {
                    IRP_MJ_QUERY_QUOTA => others.Argument3 = list,
                    _ => others.Argument2 = list,
                }
            }
            output_as_device(packet, method, output, parts)
        }
        What::SetAsDevice => input_as_device(packet, method, input, parts),
        What::QuerySecurity => {
            packet.UserBuffer = output.address();
            parts.output = Some(output);
            parts.pinned = output.pin(Want::Write)?;
            Ok(())
        }
        What::SetSecurity => {
            // SAFETY: it is probed.
            descriptor::check(&unsafe { input.fetch() }?)?;
            let descriptor = attach(input, parts)?;
            // SAFETY: any member may be written.
            let parameters = unsafe { &mut location.Parameters.SetSecurity };
            parameters.SecurityDescriptor = descriptor;
            Ok(())
        }
        What::Directory(pattern) => {
            if !pattern.is_empty() {
                let name = attach_name(pattern, parts)?;
                // SAFETY: any member may be written.
                let parameters = unsafe { &mut location.Parameters.QueryDirectory };
                parameters.FileName = name;
            }
            output_as_device(packet, method, output, parts)
        }
        What::Lock { length } => {
            let place = SystemBuffer::new(&length.to_le_bytes(), 0);
            let place = place.ok_or(STATUS_INSUFFICIENT_RESOURCES)?;
            // SAFETY: any member may be written.
            let parameters = unsafe { &mut location.Parameters.LockControl };
            parameters.Length = place.start().cast();
            parts.attachment = Some(place);
            Ok(())
        }
        What::Plain => Ok(()),
        What::Driver => {
            if matches!(call.major, IRP_MJ_PNP | IRP_MJ_POWER) {
                // These ask about the device, and begin with that status.
                packet.IoStatus.u.Status = STATUS_NOT_SUPPORTED;
                location.FileObject = std::ptr::null_mut();
            }
            Ok(())
        }
    }
}

/// Fills in a read or a write, and where it begins.
fn transfer(
    transfer: Transfer,
    call: &Call,
    packet: &mut IRP,
    location: &mut IO_STACK_LOCATION,
    flags: u32,
    parts: &mut Parts,
) -> Result<(), NTSTATUS> {
    // SAFETY: the memory is probed.
    unsafe { set_up(packet, location, flags, transfer, parts) }?;
    // SAFETY: it is a read, or a write, which is the same.
    let parameters = unsafe { &mut location.Parameters.Read };
    parameters.Key = u32::try_from(call.words[1]).unwrap_or_default();
    parameters.ByteOffset = LARGE_INTEGER { QuadPart: call.words[2].cast_signed() };
    Ok(())
}

/// Fills in a control request. A program that gives no address gives no buffer, but where an MDL of it
/// is wanted.
fn control(
    call: &Call,
    packet: &mut IRP,
    location: &mut IO_STACK_LOCATION,
    flags: u32,
    parts: &mut Parts,
) -> Result<(), NTSTATUS> {
    let (code, input, output) = (call.code(), call.input.bytes(), call.output.bytes());
    let (input, output) = match crate::nt::METHOD_FROM_CTL_CODE(code) {
        crate::nt::METHOD_BUFFERED => (input.or_nothing(), output.or_nothing()),
        crate::nt::METHOD_NEITHER => (input, output),
        _ => (input.or_nothing(), output),
    };
    let transfer = Transfer::Control { code, input, output };
    // SAFETY: the memory is probed.
    unsafe { set_up(packet, location, flags, transfer, parts) }?;
    if call.major == IRP_MJ_FILE_SYSTEM_CONTROL {
        location.MajorFunction = call.major;
    }
    Ok(())
}

fn query(packet: &mut IRP, output: Bytes, parts: &mut Parts) -> Result<(), NTSTATUS> {
    packet.UserBuffer = output.address();
    parts.output = Some(output);
    if output.is_empty() { Ok(()) } else { output_buffer(packet, output, parts) }
}

fn set(packet: &mut IRP, input: Bytes, parts: &mut Parts) -> Result<(), NTSTATUS> {
    if input.is_empty() {
        return Ok(());
    }
    // SAFETY: it is probed.
    let data = unsafe { input.fetch() }?;
    parts.buffer = Some(buffer(packet, &data, 0)?);
    Ok(())
}

fn output_as_device(
    packet: &mut IRP,
    method: Method,
    output: Bytes,
    parts: &mut Parts,
) -> Result<(), NTSTATUS> {
    match method {
        Method::Direct if !output.is_empty() => {
            parts.output = Some(output);
            describe(packet, output, IoWriteAccess, parts)
        }
        Method::Buffered => query(packet, output, parts),
        _ => {
            packet.UserBuffer = output.address();
            parts.output = Some(output);
            parts.pinned = output.pin(Want::Write)?;
            Ok(())
        }
    }
}

fn input_as_device(
    packet: &mut IRP,
    method: Method,
    input: Bytes,
    parts: &mut Parts,
) -> Result<(), NTSTATUS> {
    match method {
        Method::Direct if !input.is_empty() => describe(packet, input, IoReadAccess, parts),
        Method::Buffered => set(packet, input, parts),
        _ => {
            packet.UserBuffer = input.address();
            parts.pinned = input.pin(Want::Read)?;
            Ok(())
        }
    }
}

/// The system's copy of what a program gives beside its buffer.
fn attach(from: Bytes, parts: &mut Parts) -> Result<*mut std::ffi::c_void, NTSTATUS> {
    // SAFETY: it is probed.
    let data = unsafe { from.fetch() }?;
    let copy = SystemBuffer::new(&data, 0).ok_or(STATUS_INSUFFICIENT_RESOURCES)?;
    let start = copy.start().cast();
    parts.attachment = Some(copy);
    Ok(start)
}

/// A string, with its text behind it.
fn attach_name(text: &[u16], parts: &mut Parts) -> Result<*mut UNICODE_STRING, NTSTATUS> {
    const HEAD: usize = size_of::<UNICODE_STRING>();
    let bytes: Vec<u8> = text.iter().flat_map(|unit| unit.to_le_bytes()).collect();
    let made = SystemBuffer::new(&[&[0; HEAD], &bytes[..]].concat(), 0);
    let made = made.ok_or(STATUS_INSUFFICIENT_RESOURCES)?;
    let length = u16::try_from(bytes.len()).unwrap_or(u16::MAX - 1);
    let string = UNICODE_STRING {
        Length: length,
        MaximumLength: length,
        Buffer: made.start().wrapping_add(HEAD).cast(),
    };
    let place = made.start().cast::<std::ffi::c_void>().cast::<UNICODE_STRING>();
    // SAFETY: the buffer begins with room for it, aligned as blocks of pool are.
    unsafe { place.write(string) };
    parts.attachment = Some(made);
    Ok(place)
}
