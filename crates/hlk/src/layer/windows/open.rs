//! Opening names.

use std::{
    os::windows::io::{AsRawHandle, FromRawHandle, OwnedHandle},
    ptr,
    sync::Arc,
};

use windows_sys::{
    Wdk::{
        Foundation::OBJECT_ATTRIBUTES,
        Storage::FileSystem::{NtCreateFile, NtCreateSection},
    },
    Win32::{
        Foundation::{HANDLE, OBJ_CASE_INSENSITIVE, UNICODE_STRING},
        System::IO::IO_STATUS_BLOCK,
    },
};

use super::native::{NtCreateMailslotFile, NtCreateNamedPipeFile};
use crate::{
    call::{OpenCall, OpenKind},
    status::Status,
};

/// `SECTION_MAP_READ`, `PAGE_READONLY` and `SEC_COMMIT`.
const SECTION_MAP_READ: u32 = 4;
const PAGE_READONLY: u32 = 2;
const SEC_COMMIT: u32 = 0x0800_0000;

/// Opens a name as a call says.
pub(super) fn open(name: &[u16], how: &OpenCall) -> Result<Arc<OwnedHandle>, Status> {
    let bytes = u16::try_from(name.len() * 2).map_err(|_| Status::OBJECT_NAME_INVALID)?;
    let text =
        UNICODE_STRING { Length: bytes, MaximumLength: bytes, Buffer: name.as_ptr().cast_mut() };
    let attributes = OBJECT_ATTRIBUTES {
        Length: u32::try_from(size_of::<OBJECT_ATTRIBUTES>()).unwrap_or_default(),
        ObjectName: &raw const text,
        Attributes: OBJ_CASE_INSENSITIVE,
        ..OBJECT_ATTRIBUTES::default()
    };
    let attributes = &raw const attributes;
    let mut handle: HANDLE = ptr::null_mut();
    let (handle_at, mut result) = (&raw mut handle, IO_STATUS_BLOCK::default());
    let result = &raw mut result;
    let OpenCall { kind, access, share, attributes: file_attributes, disposition, options } = *how;
    let (share, timeout) = (u32::from(share), -10_000_000_i64);
    let timeout = &raw const timeout;
    let status = match kind {
        OpenKind::File => {
            // SAFETY: all that is passed is valid for the call.
            unsafe {
                NtCreateFile(
                    handle_at,
                    access,
                    attributes,
                    result,
                    ptr::null(),
                    u32::from(file_attributes),
                    share,
                    disposition,
                    options,
                    ptr::null(),
                    0,
                )
            }
        }
        OpenKind::NamedPipe => {
            // SAFETY: as above.
            unsafe {
                NtCreateNamedPipeFile(
                    handle_at,
                    access,
                    attributes,
                    result,
                    share,
                    disposition,
                    options,
                    0,
                    0,
                    0,
                    1,
                    4096,
                    4096,
                    timeout,
                )
            }
        }
        OpenKind::Mailslot => {
            // SAFETY: as above.
            unsafe {
                NtCreateMailslotFile(handle_at, access, attributes, result, options, 0, 0, timeout)
            }
        }
    };
    let status = Status(status.cast_unsigned());
    if status != Status::SUCCESS || handle.is_null() {
        return Err(status);
    }
    // SAFETY: the handle was made just now, and nobody else has it.
    Ok(Arc::new(unsafe { OwnedHandle::from_raw_handle(handle) }))
}

/// Makes a section of a file.
pub(super) fn section(device: &OwnedHandle) -> Status {
    let mut handle: HANDLE = ptr::null_mut();
    let device = device.as_raw_handle();
    // SAFETY: the device is open, and null stands for no name and the size of the file.
    let status = unsafe {
        NtCreateSection(
            &raw mut handle,
            SECTION_MAP_READ,
            ptr::null(),
            ptr::null(),
            PAGE_READONLY,
            SEC_COMMIT,
            device,
        )
    };
    if !handle.is_null() {
        // SAFETY: the handle was made just now, and nobody else has it.
        drop(unsafe { OwnedHandle::from_raw_handle(handle) });
    }
    Status(status.cast_unsigned())
}
