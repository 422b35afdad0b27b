//! The network configuration: INetCfg.
//!
//! [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/network/network-configuration-interfaces)

use std::{ffi::c_void, ptr};

use windows::{
    Win32::{
        NetworkManagement::NetManagement::{
            INetCfg, INetCfgClass, INetCfgClassSetup, INetCfgComponent, INetCfgLock,
            NETCFG_S_REBOOT, OBO_TOKEN, OBO_USER,
        },
        System::Com::{
            CLSCTX_INPROC_SERVER, COINIT_APARTMENTTHREADED, CoCreateInstance, CoInitializeEx,
            CoTaskMemFree, CoUninitialize,
        },
    },
    core::{GUID, HRESULT, HSTRING, Interface, PWSTR, w},
};

use super::super::{
    install::Restart,
    system::{Result, SystemError},
};

/// The class of protocols, `GUID_DEVCLASS_NETTRANS`.
const PROTOCOLS: GUID = GUID::from_u128(0x4D36_E975_E325_11CE_BFC1_0800_2BE1_0318);

/// What makes an [`INetCfg`], `CLSID_CNetCfg`.
const CONFIGURATION: GUID = GUID::from_u128(0x5B03_5261_40F9_11D1_AAEC_0080_5FC1_270E);

/// How long to wait for another program that changes the network settings.
const PATIENCE_MS: u32 = 15_000;

/// COM, for as long as this lives.
struct Com;

impl Com {
    fn start(doing: &str) -> Result<Self> {
        // SAFETY: every start is followed by its end, on the same thread: the value stays where it is made.
        let started = unsafe { CoInitializeEx(None, COINIT_APARTMENTTHREADED) };
        check(started, doing).map(|_| Self)
    }
}

impl Drop for Com {
    fn drop(&mut self) {
        // SAFETY: it was started by this thread.
        unsafe { CoUninitialize() };
    }
}

/// The network configuration, opened.
///
/// The fields go in this order: the configuration before COM.
struct Configuration {
    net: INetCfg,
    lock: Option<INetCfgLock>,
    _com: Com,
}

impl Configuration {
    /// Opens it, for changes with the lock that they take.
    fn open(changes: bool, doing: &str) -> Result<Self> {
        let com = Com::start(doing)?;
        // SAFETY: COM has been started.
        let made = unsafe { CoCreateInstance(&CONFIGURATION, None, CLSCTX_INPROC_SERVER) };
        let net: INetCfg = made.map_err(|error| failure(&error, doing))?;
        let lock = changes.then(|| lock(&net, doing)).transpose()?;
        // SAFETY: it has not been initialized before, and the argument has to be null.
        let initialized = unsafe { net.Initialize(None) };
        if let Err(error) = initialized {
            release(lock.as_ref());
            return Err(failure(&error, doing));
        }
        Ok(Self { net, lock, _com: com })
    }

    /// The component `id`, if it is installed.
    fn find(&self, id: &str, doing: &str) -> Result<Option<INetCfgComponent>> {
        let mut component = None;
        // SAFETY: the configuration is initialized, and the answer has its place.
        let found = unsafe { self.net.FindComponent(&HSTRING::from(id), Some(&raw mut component)) };
        found.map_err(|error| failure(&error, doing))?;
        Ok(component)
    }

    /// What installs and removes protocols.
    fn protocols(&self, doing: &str) -> Result<INetCfgClassSetup> {
        let mut class: *mut c_void = ptr::null_mut();
        let (of, wanted) = (PROTOCOLS, INetCfgClass::IID);
        // SAFETY: the configuration is initialized, and the answer has its place.
        let found = unsafe {
            self.net.QueryNetCfgClass(&raw const of, &raw const wanted, Some(&raw mut class))
        };
        found.map_err(|error| failure(&error, doing))?;
        // SAFETY: the call succeeded, so this is a reference of ours to that interface.
        let class = unsafe { INetCfgClass::from_raw(class) };
        class.cast().map_err(|error| failure(&error, doing))
    }

    /// Makes the changes.
    fn apply(&self, doing: &str) -> Result<Restart> {
        let apply = self.net.vtable().Apply;
        // SAFETY: the configuration is initialized and locked.
        check(unsafe { apply(self.net.as_raw()) }, doing)
    }

    /// Makes the changes, or drops them all if one failed.
    fn end(&self, changed: Result<Restart>, doing: &str) -> Result<Restart> {
        let ended = changed.and_then(|restart| Ok(restart.or(self.apply(doing)?)));
        if ended.is_err() {
            // SAFETY: the configuration is initialized. There already is an error to report.
            let _ = unsafe { self.net.Cancel() };
        }
        ended
    }
}

impl Drop for Configuration {
    fn drop(&mut self) {
        // SAFETY: it is initialized. Nothing can be done if it cannot be ended.
        let _ = unsafe { self.net.Uninitialize() };
        release(self.lock.as_ref());
    }
}

/// Takes the lock, or says who has it.
fn lock(configuration: &INetCfg, doing: &str) -> Result<INetCfgLock> {
    let lock: INetCfgLock = configuration.cast().map_err(|error| failure(&error, doing))?;
    let mut holder = PWSTR::null();
    let acquire = lock.vtable().AcquireWriteLock;
    // SAFETY: the description ends with a zero, and the answer has its place.
    let result = unsafe { acquire(lock.as_raw(), PATIENCE_MS, w!("winrx"), &raw mut holder) };
    let name = if holder.is_null() {
        String::new()
    } else {
        // SAFETY: the call has set it to text that ends with a zero.
        let name = unsafe { holder.to_string() };
        // SAFETY: the text is ours to free, and is not used after this.
        unsafe { CoTaskMemFree(Some(holder.0.cast::<c_void>())) };
        name.unwrap_or_default()
    };
    match result {
        // S_FALSE: somebody else has had it all the time.
        HRESULT(1) => {
            const NETCFG_E_NO_WRITE_LOCK: u32 = 0x8004_A024;
            let doing = format!("{doing} while {name} changes the network settings");
            Err(SystemError::new(doing, NETCFG_E_NO_WRITE_LOCK))
        }
        result => check(result, doing).map(|_| lock),
    }
}

/// Gives the lock back.
fn release(lock: Option<&INetCfgLock>) {
    if let Some(lock) = lock {
        // SAFETY: it was taken. Nothing can be done if it cannot be given back.
        let _ = unsafe { lock.ReleaseWriteLock() };
    }
}

pub(super) fn has(id: &str) -> Result<bool> {
    let doing = format!("tell whether the network component {id} is installed");
    let configuration = Configuration::open(false, &doing)?;
    Ok(configuration.find(id, &doing)?.is_some())
}

pub(super) fn install(id: &str) -> Result<Restart> {
    let doing = format!("install the network component {id}");
    let configuration = Configuration::open(true, &doing)?;
    let protocols = configuration.protocols(&doing)?;
    let (name, user) = (HSTRING::from(id), user());
    let install = protocols.vtable().Install;
    let mut component: *mut c_void = ptr::null_mut();
    // SAFETY: the name and the token live until it returns, null stands for no answer file, and the answer
    // has its place.
    let result = unsafe {
        install(
            protocols.as_raw(),
            windows::core::PCWSTR(name.as_ptr()),
            &raw const user,
            0,
            0,
            windows::core::PCWSTR::null(),
            windows::core::PCWSTR::null(),
            &raw mut component,
        )
    };
    if !component.is_null() {
        // SAFETY: it is a reference of ours to that interface, which is given back at once.
        drop(unsafe { INetCfgComponent::from_raw(component) });
    }
    configuration.end(check(result, &doing), &doing)
}

pub(super) fn remove(id: &str) -> Result<Restart> {
    let doing = format!("remove the network component {id}");
    let configuration = Configuration::open(true, &doing)?;
    let Some(component) = configuration.find(id, &doing)? else { return Ok(Restart::No) };
    let protocols = configuration.protocols(&doing)?;
    let (remove, user) = (protocols.vtable().DeInstall, user());
    let mut references = PWSTR::null();
    // SAFETY: the component and the token live until it returns, and the answer has its place.
    let result = unsafe {
        remove(protocols.as_raw(), component.as_raw(), &raw const user, &raw mut references)
    };
    if !references.is_null() {
        // SAFETY: the text is ours to free, and nobody uses it.
        unsafe { CoTaskMemFree(Some(references.0.cast::<c_void>())) };
    }
    configuration.end(check(result, &doing), &doing)
}

/// It is a user who wants the component.
fn user() -> OBO_TOKEN {
    OBO_TOKEN { Type: OBO_USER, ..OBO_TOKEN::default() }
}

/// Successes and failures apart.
fn check(result: HRESULT, doing: &str) -> Result<Restart> {
    match result {
        NETCFG_S_REBOOT => Ok(Restart::Needed),
        result if result.is_ok() => Ok(Restart::No),
        result => Err(SystemError::new(doing, result.0.cast_unsigned())),
    }
}

fn failure(error: &windows::core::Error, doing: &str) -> SystemError {
    SystemError::new(doing, error.code().0.cast_unsigned())
}
