//! The service control manager.

use std::{
    ptr, thread,
    time::{Duration, Instant},
};

use windows_sys::Win32::{
    Foundation::ERROR_SERVICE_DOES_NOT_EXIST,
    Storage::FileSystem::DELETE,
    System::Services::{
        CloseServiceHandle, ControlService, DeleteService, OpenSCManagerW, OpenServiceW,
        QueryServiceStatus, SC_HANDLE, SC_MANAGER_CONNECT, SERVICE_CONTROL_STOP,
        SERVICE_QUERY_STATUS, SERVICE_START, SERVICE_STATUS, SERVICE_STOP, StartServiceW,
    },
};

use super::{
    super::system::{Result, Service, State},
    last_error, wide,
};

/// A driver that nobody has open stops at once.
const PATIENCE: Duration = Duration::from_secs(10);
const INTERVAL: Duration = Duration::from_millis(50);

/// A handle of the manager or of a service.
///
/// # Invariants
///
/// It is open.
struct Handle(SC_HANDLE);

impl Drop for Handle {
    fn drop(&mut self) {
        // SAFETY: it is open, and nobody uses it any more.
        unsafe { CloseServiceHandle(self.0) };
    }
}

impl Handle {
    fn status(&self, doing: &str) -> Result<SERVICE_STATUS> {
        let mut status = SERVICE_STATUS::default();
        // SAFETY: the handle is open, and the status has its place.
        let done = unsafe { QueryServiceStatus(self.0, &raw mut status) };
        if done == 0 { Err(last_error(doing)) } else { Ok(status) }
    }
}

/// Opens a service for `access`.
fn open(name: &str, access: u32, doing: &str) -> Result<Handle> {
    // SAFETY: null stands for this computer and for the services that run.
    let manager = unsafe { OpenSCManagerW(ptr::null(), ptr::null(), SC_MANAGER_CONNECT) };
    if manager.is_null() {
        return Err(last_error(doing));
    }
    let manager = Handle(manager);
    let name = wide(name);
    // SAFETY: the manager is open, and the name ends with a zero.
    let service = unsafe { OpenServiceW(manager.0, name.as_ptr(), access) };
    if service.is_null() { Err(last_error(doing)) } else { Ok(Handle(service)) }
}

pub(super) fn query(name: &str) -> Result<Option<Service>> {
    let doing = format!("tell the state of the service {name}");
    let service = match open(name, SERVICE_QUERY_STATUS, &doing) {
        Err(error) if error.code == ERROR_SERVICE_DOES_NOT_EXIST => return Ok(None),
        service => service?,
    };
    let status = service.status(&doing)?;
    Ok(Some(Service {
        state: State::from_number(status.dwCurrentState),
        exit_code: status.dwWin32ExitCode,
    }))
}

pub(super) fn start(name: &str) -> Result<()> {
    let doing = format!("start {name}");
    let service = open(name, SERVICE_START, &doing)?;
    // SAFETY: the service is open, and there are no arguments.
    let done = unsafe { StartServiceW(service.0, 0, ptr::null()) };
    if done == 0 { Err(last_error(doing)) } else { Ok(()) }
}

pub(super) fn stop(name: &str) -> Result<State> {
    let doing = format!("stop {name}");
    let service = open(name, SERVICE_STOP | SERVICE_QUERY_STATUS, &doing)?;
    let mut status = SERVICE_STATUS::default();
    // SAFETY: the service is open, and the status has its place.
    let done = unsafe { ControlService(service.0, SERVICE_CONTROL_STOP, &raw mut status) };
    if done == 0 {
        return Err(last_error(doing));
    }
    let begun = Instant::now();
    loop {
        let state = State::from_number(service.status(&doing)?.dwCurrentState);
        if state == State::Stopped || begun.elapsed() > PATIENCE {
            return Ok(state);
        }
        thread::sleep(INTERVAL);
    }
}

pub(super) fn delete(name: &str) -> Result<()> {
    let doing = format!("delete the service {name}");
    let service = open(name, DELETE, &doing)?;
    // SAFETY: the service is open.
    let done = unsafe { DeleteService(service.0) };
    if done == 0 { Err(last_error(doing)) } else { Ok(()) }
}
