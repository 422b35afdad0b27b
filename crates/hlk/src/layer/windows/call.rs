//! Calls, as system services take them.

use std::{ffi::c_void, os::windows::io::AsRawHandle, ptr};

use windows_sys::{
    Wdk::{
        Storage::FileSystem::{
            NtFlushBuffersFileEx, NtFsControlFile, NtLockFile, NtQueryDirectoryFile, NtQueryEaFile,
            NtQueryInformationFile, NtQueryQuotaInformationFile, NtQuerySecurityObject,
            NtQueryVolumeInformationFile, NtReadFile, NtSetEaFile, NtSetInformationFile,
            NtSetQuotaInformationFile, NtSetSecurityObject, NtSetVolumeInformationFile,
            NtUnlockFile, NtWriteFile,
        },
        System::IO::NtDeviceIoControlFile,
    },
    Win32::Foundation::{NTSTATUS, STATUS_NOT_SUPPORTED, UNICODE_STRING},
};

use super::{Request, native::NtNotifyChangeDirectoryFile};
use crate::call::{Buffer, Call};

const fn at(buffer: Buffer) -> *mut c_void {
    buffer.address as *mut c_void
}

const fn class(class: u32) -> i32 {
    class.cast_signed()
}

/// Makes a call whose result goes to the request.
pub(super) fn make(request: &mut Request, call: &Call) -> NTSTATUS {
    match call {
        Call::Read { .. }
        | Call::Write { .. }
        | Call::Control { .. }
        | Call::FsControl { .. }
        | Call::QueryDirectory { .. }
        | Call::NotifyDirectory { .. }
        | Call::Lock { .. } => make_asynchronous(request, call),
        _ => make_synchronous(request, call),
    }
}

/// Those that may be under way when they return.
fn make_asynchronous(request: &mut Request, call: &Call) -> NTSTATUS {
    let device = request.device.as_raw_handle();
    let event = request.event.as_ref().map_or(ptr::null_mut(), AsRawHandle::as_raw_handle);
    let result = &raw mut request.result.0;
    let none = ptr::null();
    match *call {
        Call::Read { to, offset, key } => {
            let (offset, key) = (&raw const offset, &raw const key);
            // SAFETY: the system probes the buffer; the rest stays until the request is done.
            unsafe { NtReadFile(device, event, None, none, result, at(to), to.length, offset, key) }
        }
        Call::Write { from, offset, key } => {
            let (offset, key) = (&raw const offset, &raw const key);
            // SAFETY: as above.
            unsafe {
                NtWriteFile(device, event, None, none, result, at(from), from.length, offset, key)
            }
        }
        Call::Control { code, input, output } => {
            let (from, to) = (at(input), at(output));
            // SAFETY: as above; what the method leaves to the driver is the driver's to probe.
            unsafe {
                NtDeviceIoControlFile(
                    device,
                    event,
                    None,
                    none,
                    result,
                    code,
                    from,
                    input.length,
                    to,
                    output.length,
                )
            }
        }
        Call::FsControl { code, input, output } => {
            let (from, to) = (at(input), at(output));
            // SAFETY: as above.
            unsafe {
                NtFsControlFile(
                    device,
                    event,
                    None,
                    none,
                    result,
                    code,
                    from,
                    input.length,
                    to,
                    output.length,
                )
            }
        }
        Call::QueryDirectory { class: kind, ref pattern, restart, single, to } => {
            let bytes = u16::try_from(pattern.len() * 2).unwrap_or(u16::MAX - 1);
            let name = UNICODE_STRING {
                Length: bytes,
                MaximumLength: bytes,
                Buffer: pattern.as_ptr().cast_mut(),
            };
            let name = if pattern.is_empty() { ptr::null() } else { &raw const name };
            let (buffer, length, kind) = (at(to), to.length, class(kind));
            // SAFETY: as above; the name is copied.
            unsafe {
                NtQueryDirectoryFile(
                    device, event, None, none, result, buffer, length, kind, single, name, restart,
                )
            }
        }
        Call::NotifyDirectory { filter, tree, to } => {
            let (buffer, length, tree) = (at(to), to.length, u8::from(tree));
            // SAFETY: as above.
            unsafe {
                NtNotifyChangeDirectoryFile(
                    device, event, None, none, result, buffer, length, filter, tree,
                )
            }
        }
        Call::Lock { offset, length, key, wait, exclusive } => {
            let (offset, length) = (&raw const offset, &raw const length);
            // SAFETY: all that is passed is copied.
            unsafe {
                NtLockFile(device, event, None, none, result, offset, length, key, !wait, exclusive)
            }
        }
        _ => STATUS_NOT_SUPPORTED,
    }
}

/// Those that wait by themselves.
fn make_synchronous(request: &mut Request, call: &Call) -> NTSTATUS {
    let device = request.device.as_raw_handle();
    let result = &raw mut request.result.0;
    match *call {
        // SAFETY: the system probes the buffer, here and below.
        Call::QueryInformation { class: kind, to } => unsafe {
            NtQueryInformationFile(device, result, at(to), to.length, class(kind))
        },
        // SAFETY: as above.
        Call::SetInformation { class: kind, from } => unsafe {
            NtSetInformationFile(device, result, at(from), from.length, class(kind))
        },
        // SAFETY: as above.
        Call::QueryVolume { class: kind, to } => unsafe {
            NtQueryVolumeInformationFile(device, result, at(to), to.length, class(kind))
        },
        // SAFETY: as above.
        Call::SetVolume { class: kind, from } => unsafe {
            NtSetVolumeInformationFile(device, result, at(from), from.length, class(kind))
        },
        Call::QueryEa { list, restart, single, to } => {
            let (buffer, length, first) = (at(to), to.length, ptr::null());
            let (list, bytes) = (at(list), list.length);
            // SAFETY: as above.
            unsafe {
                NtQueryEaFile(device, result, buffer, length, single, list, bytes, first, restart)
            }
        }
        // SAFETY: as above.
        Call::SetEa { from } => unsafe { NtSetEaFile(device, result, at(from), from.length) },
        Call::QueryQuota { list, restart, single, to } => {
            let (buffer, length, first) = (at(to), to.length, ptr::null_mut());
            let (list, bytes) = (at(list), list.length);
            // SAFETY: as above.
            unsafe {
                NtQueryQuotaInformationFile(
                    device, result, buffer, length, single, list, bytes, first, restart,
                )
            }
        }
        // SAFETY: as above.
        Call::SetQuota { from } => unsafe {
            NtSetQuotaInformationFile(device, result, at(from), from.length)
        },
        Call::QuerySecurity { parts, to } => {
            let mut needed = 0;
            // SAFETY: as above.
            unsafe { NtQuerySecurityObject(device, parts, at(to), to.length, &raw mut needed) }
        }
        // SAFETY: as above.
        Call::SetSecurity { parts, from } => unsafe {
            NtSetSecurityObject(device, parts, at(from))
        },
        // SAFETY: there are no buffers.
        Call::Flush { kind } => unsafe {
            NtFlushBuffersFileEx(device, u32::from(kind), ptr::null(), 0, result)
        },
        Call::Unlock { offset, length, key } => {
            let (offset, length) = (&raw const offset, &raw const length);
            // SAFETY: all that is passed is copied.
            unsafe { NtUnlockFile(device, result, offset, length, key) }
        }
        _ => STATUS_NOT_SUPPORTED,
    }
}
