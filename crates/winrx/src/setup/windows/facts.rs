//! What there is to know of this computer.

use std::{fs, path::Path, ptr};

use windows_sys::{
    Wdk::System::{SystemInformation::NtQuerySystemInformation, SystemServices::RtlGetVersion},
    Win32::{
        Security::{
            CheckTokenMembership, CreateWellKnownSid, SECURITY_MAX_SID_SIZE,
            WinBuiltinAdministratorsSid,
        },
        System::{
            Registry::{HKEY_LOCAL_MACHINE, RRF_RT_REG_DWORD, RegGetValueW},
            SystemInformation::OSVERSIONINFOW,
            Threading::{GetCurrentProcess, IsWow64Process2},
        },
    },
};

use super::{
    super::{
        doctor::{CodeIntegrity, DriverFacts, Facts, Machine},
        product::Product,
        system::{Service, State, System},
    },
    Windows, certificates, wide,
};

/// What there is to know of this computer, of drivers on it, and of their package in the folder.
#[must_use]
pub fn facts(products: &[Product], package: &Path) -> Facts {
    Facts {
        administrator: Windows.is_administrator(),
        build: build(),
        machine: machine(),
        program: PROGRAM,
        code_integrity: code_integrity(),
        secure_boot: secure_boot(),
        drivers: products.iter().map(|product| driver(*product, package)).collect(),
    }
}

#[cfg(target_arch = "x86_64")]
const PROGRAM: Machine = Machine::X64;
#[cfg(target_arch = "aarch64")]
const PROGRAM: Machine = Machine::ARM64;

fn driver(product: Product, package: &Path) -> DriverFacts {
    /// `ERROR_SERVICE_NEVER_STARTED`
    const NEVER_STARTED: u32 = 1077;
    let missing = product.files().into_iter().filter(|file| !package.join(file).is_file());
    let image = fs::read(package.join(format!("{}.sys", product.name))).unwrap_or_default();
    let service = Windows.service(product.name).ok().flatten();
    DriverFacts {
        product,
        missing: missing.collect(),
        machine: Machine::of_file(&image),
        certificate: certificates::of_catalog(&package.join(format!("{}.cat", product.name))),
        installed: service.is_some(),
        running: service.as_ref().is_some_and(|service| service.state == State::Running),
        start_error: service
            .map(|Service { exit_code, .. }| exit_code)
            .filter(|&code| code != 0 && code != NEVER_STARTED),
    }
}

/// Whether this process is in the group of administrators, with the rights of it.
pub(super) fn is_administrator() -> bool {
    let mut sid = [0_u64; (SECURITY_MAX_SID_SIZE as usize).div_ceil(size_of::<u64>())];
    let mut length = SECURITY_MAX_SID_SIZE;
    // SAFETY: the buffer is as long as said.
    let made = unsafe {
        CreateWellKnownSid(
            WinBuiltinAdministratorsSid,
            ptr::null_mut(),
            sid.as_mut_ptr().cast(),
            &raw mut length,
        )
    };
    let mut is_member = 0;
    // SAFETY: null stands for this thread; if there is no identifier of the group the call fails.
    let asked = unsafe {
        CheckTokenMembership(ptr::null_mut(), sid.as_mut_ptr().cast(), &raw mut is_member)
    };
    made != 0 && asked != 0 && is_member != 0
}

/// The number of the build, whatever this program is said to be made for.
fn build() -> u32 {
    let length = u32::try_from(size_of::<OSVERSIONINFOW>()).unwrap_or_default();
    let mut version = OSVERSIONINFOW { dwOSVersionInfoSize: length, ..OSVERSIONINFOW::default() };
    // SAFETY: the structure says its size.
    unsafe { RtlGetVersion(&raw mut version) };
    version.dwBuildNumber
}

/// The architecture of Windows.
fn machine() -> Machine {
    // SAFETY: it returns a constant.
    let process = unsafe { GetCurrentProcess() };
    let (mut emulated, mut native) = (0, 0);
    // SAFETY: the process is this one, and both answers have their places.
    let done = unsafe { IsWow64Process2(process, &raw mut emulated, &raw mut native) };
    if done == 0 { PROGRAM } else { Machine(native) }
}

fn code_integrity() -> Option<CodeIntegrity> {
    const SYSTEM_CODE_INTEGRITY_INFORMATION: i32 = 103;
    /// The structure of that name: its length, and the options.
    #[repr(C)]
    struct Information {
        length: u32,
        options: u32,
    }
    let length = u32::try_from(size_of::<Information>()).ok()?;
    let mut information = Information { length, options: 0 };
    // SAFETY: the structure is as long as said, and says so itself.
    let status = unsafe {
        NtQuerySystemInformation(
            SYSTEM_CODE_INTEGRITY_INFORMATION,
            (&raw mut information).cast(),
            length,
            ptr::null_mut(),
        )
    };
    (status >= 0).then_some(CodeIntegrity(information.options))
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/manufacture/desktop/secure-boot-landing)
fn secure_boot() -> Option<bool> {
    let key = wide(r"SYSTEM\CurrentControlSet\Control\SecureBoot\State");
    let name = wide("UEFISecureBootEnabled");
    let mut value = 0_u32;
    let mut length = u32::try_from(size_of::<u32>()).ok()?;
    // SAFETY: both names end with zeros, and the value is as long as said.
    let error = unsafe {
        RegGetValueW(
            HKEY_LOCAL_MACHINE,
            key.as_ptr(),
            name.as_ptr(),
            RRF_RT_REG_DWORD,
            ptr::null_mut(),
            (&raw mut value).cast(),
            &raw mut length,
        )
    };
    (error == 0).then_some(value != 0)
}
