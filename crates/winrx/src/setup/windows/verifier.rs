//! Asking Driver Verifier.

use std::{env, path::PathBuf, process::Command, ptr};

use windows_sys::Win32::System::Registry::{HKEY_LOCAL_MACHINE, RRF_RT_REG_SZ, RegGetValueW};

use super::{
    super::verifier::{Activity, Verifier},
    text, wide,
};

/// What Driver Verifier does now, and will after a restart.
#[must_use]
pub fn verifier() -> Verifier {
    Verifier { now: ask(), after_restart: after_restart() }
}

fn ask() -> Result<Activity, String> {
    const SUCCESS: i32 = 0;
    const RESTART_NEEDED: i32 = 2;
    let windows = env::var_os("SystemRoot").map_or_else(PathBuf::new, PathBuf::from);
    let program = windows.join(r"System32\verifier.exe");
    let output = Command::new(&program)
        .arg("/query")
        .output()
        .map_err(|error| format!("{} cannot be run: {error}", program.display()))?;
    match output.status.code() {
        Some(SUCCESS | RESTART_NEEDED) => Ok(Activity::of_output(&output.stdout)),
        _ => Err(format!("`verifier /query` ended with {}", output.status)),
    }
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/troubleshoot/windows-server/performance/use-driver-verifier-to-identify-issues)
fn after_restart() -> Vec<String> {
    let key = wide(r"SYSTEM\CurrentControlSet\Control\Session Manager\Memory Management");
    let name = wide("VerifyDrivers");
    let mut value = vec![0_u16; 1 << 15];
    let mut length = u32::try_from(size_of_val(&*value)).unwrap_or_default();
    // SAFETY: both names end with zeros, and the value is as long as said.
    let error = unsafe {
        RegGetValueW(
            HKEY_LOCAL_MACHINE,
            key.as_ptr(),
            name.as_ptr(),
            RRF_RT_REG_SZ,
            ptr::null_mut(),
            value.as_mut_ptr().cast(),
            &raw mut length,
        )
    };
    let names = if error == 0 { text(&value) } else { String::new() };
    names.split_whitespace().map(str::to_owned).collect()
}
