//! System services that windows-sys does not have.

use core::ffi::c_void;

use windows_sys::{
    Wdk::Foundation::OBJECT_ATTRIBUTES,
    Win32::{
        Foundation::{HANDLE, NTSTATUS},
        System::IO::{IO_STATUS_BLOCK, PIO_APC_ROUTINE},
    },
};

#[link(name = "ntdll", kind = "raw-dylib")]
unsafe extern "system" {
    /// Makes a named pipe.
    pub fn NtCreateNamedPipeFile(
        handle: *mut HANDLE,
        access: u32,
        attributes: *const OBJECT_ATTRIBUTES,
        result: *mut IO_STATUS_BLOCK,
        share: u32,
        disposition: u32,
        options: u32,
        pipe_type: u32,
        read_mode: u32,
        completion_mode: u32,
        most_instances: u32,
        inbound_quota: u32,
        outbound_quota: u32,
        timeout: *const i64,
    ) -> NTSTATUS;

    /// Makes a mailslot.
    pub fn NtCreateMailslotFile(
        handle: *mut HANDLE,
        access: u32,
        attributes: *const OBJECT_ATTRIBUTES,
        result: *mut IO_STATUS_BLOCK,
        options: u32,
        quota: u32,
        most_bytes: u32,
        timeout: *const i64,
    ) -> NTSTATUS;

    /// Tells of changes in a directory.
    pub fn NtNotifyChangeDirectoryFile(
        file: HANDLE,
        event: HANDLE,
        routine: PIO_APC_ROUTINE,
        context: *const c_void,
        result: *mut IO_STATUS_BLOCK,
        buffer: *mut c_void,
        length: u32,
        filter: u32,
        tree: u8,
    ) -> NTSTATUS;
}
