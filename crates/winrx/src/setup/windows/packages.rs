//! The driver store.

use std::{
    env, fs,
    path::{Path, PathBuf, absolute},
    ptr,
};

use windows_sys::{
    Win32::Devices::DeviceAndDriverInstallation::{
        DiInstallDriverW, DiUninstallDriverW, SPOST_PATH, SetupCopyOEMInfW,
        SetupGetInfDriverStoreLocationW, SetupUninstallOEMInfW,
    },
    core::BOOL,
};

use super::{
    super::{
        install::Restart,
        product::{Product, is_of_winrx},
        system::{Result, SystemError},
    },
    last_error, text, wide,
};

/// The longest path that these functions return.
const LONGEST: usize = 1024;

/// The INF files that the driver store has of a driver, by the names that it has given them, such as
/// `oem7.inf`.
pub(super) fn list(product: &Product) -> Result<Vec<PathBuf>> {
    let folder = PathBuf::from(env::var_os("SystemRoot").unwrap_or_else(|| r"C:\Windows".into()));
    let folder = folder.join("INF");
    let files = fs::read_dir(&folder).map_err(|error| {
        let code = error.raw_os_error().unwrap_or_default().cast_unsigned();
        SystemError::new(format!("list {}", folder.display()), code)
    })?;
    let is_ours = |file: &PathBuf| {
        let name = file.file_name().unwrap_or_default().to_string_lossy().to_ascii_lowercase();
        name.starts_with("oem")
            && file.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("inf"))
            && original(file).is_some_and(|of| of.eq_ignore_ascii_case(&product.inf()))
            && fs::read(file).is_ok_and(|inf| is_of_winrx(&inf))
    };
    Ok(files.flatten().map(|file| file.path()).filter(is_ours).collect())
}

/// The name that the INF file had before the driver store gave it another one.
fn original(inf: &Path) -> Option<String> {
    let (inf, mut found) = (wide(inf), [0; LONGEST]);
    let length = u32::try_from(LONGEST).ok()?;
    // SAFETY: the path ends with a zero, null stands for this computer, and the buffer is as long as said.
    let done = unsafe {
        SetupGetInfDriverStoreLocationW(
            inf.as_ptr(),
            ptr::null(),
            ptr::null(),
            found.as_mut_ptr(),
            length,
            ptr::null_mut(),
        )
    };
    let found = PathBuf::from((done != 0).then(|| text(&found))?);
    Some(found.file_name()?.to_string_lossy().into_owned())
}

/// Its name, for messages.
fn name(inf: &Path) -> String {
    inf.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// The whole path, as Windows wants it.
fn whole(inf: &Path, doing: &str) -> Result<Vec<u16>> {
    const ERROR_FILE_NOT_FOUND: u32 = 2;
    absolute(inf).map(wide).map_err(|_| SystemError::new(doing, ERROR_FILE_NOT_FOUND))
}

pub(super) fn install_primitive(inf: &Path) -> Result<Restart> {
    let doing = format!("install {}", name(inf));
    let (path, mut restart) = (whole(inf, &doing)?, 0);
    // SAFETY: the path ends with a zero, there is no window, and the answer has its place.
    let done = unsafe { DiInstallDriverW(ptr::null_mut(), path.as_ptr(), 0, &raw mut restart) };
    answer(done, restart, doing)
}

pub(super) fn uninstall_primitive(inf: &Path) -> Result<Restart> {
    let doing = format!("uninstall {}", name(inf));
    let (path, mut restart) = (whole(inf, &doing)?, 0);
    // SAFETY: the path ends with a zero, there is no window, and the answer has its place.
    let done = unsafe { DiUninstallDriverW(ptr::null_mut(), path.as_ptr(), 0, &raw mut restart) };
    answer(done, restart, doing)
}

fn answer(done: BOOL, restart: BOOL, doing: String) -> Result<Restart> {
    match (done, restart) {
        (0, _) => Err(last_error(doing)),
        (_, 0) => Ok(Restart::No),
        _ => Ok(Restart::Needed),
    }
}

pub(super) fn add(inf: &Path) -> Result<()> {
    let doing = format!("take {} into the driver store", name(inf));
    let path = whole(inf, &doing)?;
    // SAFETY: the path ends with a zero; null stands for the folder of the INF file, and for answers that
    // are not wanted.
    let done = unsafe {
        SetupCopyOEMInfW(
            path.as_ptr(),
            ptr::null(),
            SPOST_PATH,
            0,
            ptr::null_mut(),
            0,
            ptr::null_mut(),
            ptr::null_mut(),
        )
    };
    if done == 0 { Err(last_error(doing)) } else { Ok(()) }
}

pub(super) fn remove(inf: &Path) -> Result<()> {
    let name = name(inf);
    let (doing, wide_name) = (format!("take {name} out of the driver store"), wide(&name));
    // SAFETY: the name ends with a zero, and the last argument has to be null.
    let done = unsafe { SetupUninstallOEMInfW(wide_name.as_ptr(), 0, ptr::null()) };
    if done == 0 { Err(last_error(doing)) } else { Ok(()) }
}
