//! How files are opened.

use crate::nt::{
    ACCESS_MASK, FILE_ALL_ACCESS, FILE_ATTRIBUTE_NORMAL, FILE_GENERIC_EXECUTE, FILE_GENERIC_READ,
    FILE_GENERIC_WRITE, FILE_OPEN, FILE_SHARE_READ, FILE_SHARE_WRITE, FILE_SYNCHRONOUS_IO_ALERT,
    FILE_SYNCHRONOUS_IO_NONALERT, FO_MAILSLOT, FO_NAMED_PIPE, FO_SYNCHRONOUS_IO, GENERIC_ALL,
    GENERIC_EXECUTE, GENERIC_READ, GENERIC_WRITE, IO_SECURITY_CONTEXT, IO_STACK_CREATE,
    IO_STACK_CREATE_PIPE, IO_STACK_LOCATION, IRP_MJ_CREATE, IRP_MJ_CREATE_MAILSLOT,
    IRP_MJ_CREATE_NAMED_PIPE, KPROCESSOR_MODE, KernelMode, UserMode,
};

/// What kind of thing a program wants to open or make.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum OpenKind {
    /// A file or device.
    #[default]
    File,
    /// A named pipe.
    NamedPipe,
    /// A mailslot.
    Mailslot,
}

/// How a program opens a name: see [`Kernel::open_as`](crate::Kernel::open_as).
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ntifs/nf-ntifs-ntcreatefile)
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Open {
    /// What kind of thing it is.
    pub kind: OpenKind,
    /// What the handle is for, such as [`FILE_GENERIC_READ`]. Whoever asks gets it.
    pub access: ACCESS_MASK,
    /// How it may be shared, such as [`FILE_SHARE_READ`].
    pub share: u16,
    /// Its attributes, if it is made.
    pub attributes: u16,
    /// What becomes of what is there, such as [`FILE_OPEN`].
    pub disposition: u32,
    /// Options such as [`FILE_SYNCHRONOUS_IO_NONALERT`].
    pub options: u32,
}

impl Default for Open {
    /// An ordinary open for reading and writing.
    fn default() -> Self {
        Self {
            kind: OpenKind::File,
            access: FILE_GENERIC_READ | FILE_GENERIC_WRITE,
            share: FILE_SHARE_READ | FILE_SHARE_WRITE,
            attributes: FILE_ATTRIBUTE_NORMAL,
            disposition: FILE_OPEN,
            options: 0,
        }
    }
}

/// How a file is to be opened.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Opening<'a> {
    pub mode: KPROCESSOR_MODE,
    pub access: ACCESS_MASK,
    how: Open,
    /// The name as it was given, which need not be text.
    name: Option<&'a [u16]>,
}

/// The parameters of a pipe or a mailslot, which are longer for pipes.
pub(super) type PipeParameters = [u64; 5];

impl<'a> Opening<'a> {
    /// As a driver opens it.
    pub fn of_driver(access: ACCESS_MASK) -> Self {
        Self { mode: KernelMode, access, how: Open::default(), name: None }
    }

    /// As a program opens it. The name as text is that with which it is looked for.
    pub fn of_program(how: Open, name: Option<&'a [u16]>) -> Self {
        Self { mode: UserMode, access: how.access, how, name }
    }

    /// What comes behind the name of the device: the end of the name, which is as long as `text`.
    pub(super) fn rest(&self, text: &str) -> Box<[u16]> {
        let units = text.encode_utf16();
        match self.name {
            Some(name) => {
                let length = units.count().min(name.len());
                name[name.len() - length..].into()
            }
            None => units.collect(),
        }
    }

    /// The flags of the file object.
    pub(super) fn flags(&self) -> u32 {
        let kind = match self.how.kind {
            OpenKind::File => 0,
            OpenKind::NamedPipe => FO_NAMED_PIPE,
            OpenKind::Mailslot => FO_MAILSLOT,
        };
        let synchronous = FILE_SYNCHRONOUS_IO_ALERT | FILE_SYNCHRONOUS_IO_NONALERT;
        if self.how.options & synchronous == 0 { kind } else { kind | FO_SYNCHRONOUS_IO }
    }

    /// Fills in what the driver is asked.
    pub(super) fn fill(
        &self,
        location: &mut IO_STACK_LOCATION,
        context: &mut IO_SECURITY_CONTEXT,
        parameters: &mut PipeParameters,
    ) {
        let Open { share, attributes, disposition, options, .. } = self.how;
        let (SecurityContext, Options) = (context, disposition << 24 | options & 0x00ff_ffff);
        let SecurityContext = &raw mut *SecurityContext;
        match self.how.kind {
            OpenKind::File => {
                location.MajorFunction = IRP_MJ_CREATE;
                location.Parameters.Create = IO_STACK_CREATE {
                    SecurityContext,
                    Options,
                    FileAttributes: attributes,
                    ShareAccess: share,
                    ..IO_STACK_CREATE::default()
                };
            }
            kind @ (OpenKind::NamedPipe | OpenKind::Mailslot) => {
                let is_pipe = matches!(kind, OpenKind::NamedPipe);
                location.MajorFunction =
                    if is_pipe { IRP_MJ_CREATE_NAMED_PIPE } else { IRP_MJ_CREATE_MAILSLOT };
                // That of a mailslot is the same structure.
                location.Parameters.CreatePipe = IO_STACK_CREATE_PIPE {
                    SecurityContext,
                    Options,
                    ShareAccess: share,
                    Parameters: parameters.as_mut_ptr().cast(),
                    ..IO_STACK_CREATE_PIPE::default()
                };
            }
        }
    }
}

/// What a handle may be used for whose opener asked for `access`.
pub(super) fn granted(access: ACCESS_MASK) -> ACCESS_MASK {
    let generic = [
        (GENERIC_READ, FILE_GENERIC_READ),
        (GENERIC_WRITE, FILE_GENERIC_WRITE),
        (GENERIC_EXECUTE, FILE_GENERIC_EXECUTE),
        (GENERIC_ALL, FILE_ALL_ACCESS),
    ];
    let specific = generic.iter().filter(|(generic, _)| access & generic != 0);
    specific.fold(access, |access, (_, specific)| access | specific)
}
