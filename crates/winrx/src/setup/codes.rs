//! What Windows' error numbers mean where drivers are installed and started.

use windows_sys::Win32::Foundation::{
    CERT_E_EXPIRED, CERT_E_UNTRUSTEDROOT, E_NOTIMPL, ERROR_ACCESS_DENIED,
    ERROR_ACCESS_DISABLED_BY_POLICY, ERROR_ALREADY_EXISTS, ERROR_AUTHENTICODE_DISALLOWED,
    ERROR_AUTHENTICODE_PUBLISHER_NOT_TRUSTED, ERROR_AUTHENTICODE_TRUST_NOT_ESTABLISHED,
    ERROR_BAD_EXE_FORMAT, ERROR_BAD_UNIT, ERROR_CALL_NOT_IMPLEMENTED,
    ERROR_DEPENDENT_SERVICES_RUNNING, ERROR_DEVICE_INSTALL_BLOCKED, ERROR_DISK_FULL,
    ERROR_DRIVER_BLOCKED, ERROR_DRIVER_INSTALL_BLOCKED, ERROR_DRIVER_STORE_ADD_FAILED,
    ERROR_DRIVER_STORE_DELETE_FAILED, ERROR_EXE_MACHINE_TYPE_MISMATCH, ERROR_FILE_CORRUPT,
    ERROR_FILE_HASH_NOT_IN_CATALOG, ERROR_FILE_NOT_FOUND, ERROR_GEN_FAILURE, ERROR_IN_WOW64,
    ERROR_INVALID_IMAGE_HASH, ERROR_INVALID_ORDINAL, ERROR_INVALID_SERVICE_CONTROL,
    ERROR_LINE_NOT_FOUND, ERROR_NO_AUTHENTICODE_CATALOG, ERROR_NO_CATALOG_FOR_OEM_INF,
    ERROR_NO_DRIVER_SELECTED, ERROR_NOT_AN_INSTALLED_OEM_INF, ERROR_NOT_SUPPORTED,
    ERROR_PATH_NOT_FOUND, ERROR_PROC_NOT_FOUND, ERROR_SECTION_NOT_FOUND,
    ERROR_SERVICE_ALREADY_RUNNING, ERROR_SERVICE_CANNOT_ACCEPT_CTRL, ERROR_SERVICE_DISABLED,
    ERROR_SERVICE_DOES_NOT_EXIST, ERROR_SERVICE_MARKED_FOR_DELETE, ERROR_SERVICE_NEVER_STARTED,
    ERROR_SERVICE_NOT_ACTIVE, ERROR_SHARING_VIOLATION, ERROR_SIGNATURE_OSATTRIBUTE_MISMATCH,
    ERROR_SUCCESS_REBOOT_REQUIRED, ERROR_SYSTEM_INTEGRITY_POLICY_VIOLATION, ERROR_TIMEOUT,
    ERROR_VIRUS_INFECTED, ERROR_WRONG_INF_STYLE, REGDB_E_CLASSNOTREG, TRUST_E_BAD_DIGEST,
    TRUST_E_NOSIGNATURE,
};

/// Numbers, and a clause with the cause and the cure.
struct Known(&'static [u32], &'static str);

const UNTRUSTED: &str = "the certificate that signed the package is not trusted; put it into the stores Root and \
     TrustedPublisher of this computer, as `winrx doctor` says";
const SIGNATURE: &str = "the signature is missing, damaged, or of a kind that this Windows does not take; `winrx doctor` \
     says what it lacks";

// What INetCfg returns: names of netcfgx.h.
const NETCFG_E_IN_USE: u32 = 0x8004_A022;
const NETCFG_E_NO_WRITE_LOCK: u32 = 0x8004_A024;
const NETCFG_E_NEED_REBOOT: u32 = 0x8004_A025;
pub(super) const NETCFG_S_STILL_REFERENCED: u32 = 0x0004_A023;

/// The HRESULT of a Win32 error.
const fn hresult(error: u32) -> u32 {
    0x8007_0000 | error
}

#[rustfmt::skip]
const KNOWN: &[Known] = &[
    Known(&[ERROR_ACCESS_DENIED, hresult(ERROR_ACCESS_DENIED)], "this account may not do that; start it from a prompt of an administrator"),
    Known(&[ERROR_FILE_NOT_FOUND, ERROR_PATH_NOT_FOUND, hresult(ERROR_FILE_NOT_FOUND), hresult(ERROR_PATH_NOT_FOUND)], "a file is missing; make the package anew, then uninstall and install"),
    Known(&[ERROR_BAD_UNIT], "the driver found a device that it needs missing"),
    Known(&[ERROR_GEN_FAILURE], "the driver failed without a reason; its events tell more"),
    Known(&[ERROR_SHARING_VIOLATION], "another program uses a file of it; end that program, then start again"),
    Known(&[ERROR_DISK_FULL, hresult(ERROR_DISK_FULL)], "the disk is full; make room"),
    Known(&[ERROR_PROC_NOT_FOUND, ERROR_INVALID_ORDINAL], "the driver calls a function that this Windows does not have; update Windows"),
    Known(&[ERROR_ALREADY_EXISTS], "something of that name is there already; `winrx uninstall` removes what is left of an earlier installation"),
    Known(&[ERROR_BAD_EXE_FORMAT, ERROR_EXE_MACHINE_TYPE_MISMATCH], "the file is not a driver for this processor; use the package for it"),
    Known(&[ERROR_VIRUS_INFECTED, ERROR_ACCESS_DISABLED_BY_POLICY, ERROR_SYSTEM_INTEGRITY_POLICY_VIOLATION], "a policy or a virus scanner of this computer keeps the file from being used; ask whoever manages it"),
    Known(&[ERROR_DEVICE_INSTALL_BLOCKED, ERROR_DRIVER_INSTALL_BLOCKED, ERROR_AUTHENTICODE_DISALLOWED], "a policy of this computer forbids to install the driver; ask whoever manages it"),
    Known(&[ERROR_DEPENDENT_SERVICES_RUNNING], "other running services depend on it; stop those first"),
    Known(&[ERROR_INVALID_SERVICE_CONTROL], "the driver cannot be stopped while it is in this state; restart Windows"),
    Known(&[ERROR_SERVICE_ALREADY_RUNNING], "it runs already"),
    Known(&[ERROR_SERVICE_DISABLED], "the service is disabled; set its start type to manual with `sc config NAME start= demand`"),
    Known(&[ERROR_SERVICE_DOES_NOT_EXIST], "it is not installed; `winrx install` does that"),
    Known(&[ERROR_SERVICE_CANNOT_ACCEPT_CTRL], "the service does not listen just now; end the programs that use it, or restart Windows"),
    Known(&[ERROR_SERVICE_NOT_ACTIVE], "it does not run"),
    Known(&[ERROR_SERVICE_MARKED_FOR_DELETE], "it is being deleted, and goes when the last program has closed it; end those programs, or restart Windows"),
    Known(&[ERROR_SERVICE_NEVER_STARTED], "it has not been started since Windows was"),
    Known(&[ERROR_DRIVER_BLOCKED], "Windows blocks this driver; it is on a list of blocked drivers, or memory integrity refuses it"),
    Known(&[ERROR_FILE_CORRUPT], "the file is damaged; make the package anew"),
    Known(&[ERROR_TIMEOUT], "it took too long; start again"),
    Known(&[ERROR_SUCCESS_REBOOT_REQUIRED], "Windows has to be restarted first"),
    Known(&[ERROR_NO_DRIVER_SELECTED, ERROR_WRONG_INF_STYLE, ERROR_SECTION_NOT_FOUND, ERROR_LINE_NOT_FOUND], "the INF file is not right; make the package anew"),
    Known(&[ERROR_IN_WOW64], "a 32-bit winrx cannot install on a 64-bit Windows; use the package for this processor"),
    Known(&[ERROR_NOT_AN_INSTALLED_OEM_INF], "the driver store holds no such package any more"),
    Known(&[ERROR_DRIVER_STORE_ADD_FAILED], "the driver store did not take the package; %windir%\\INF\\setupapi.dev.log says why"),
    Known(&[ERROR_DRIVER_STORE_DELETE_FAILED], "the driver store did not let the package go; restart Windows, then start again"),
    Known(&[ERROR_AUTHENTICODE_TRUST_NOT_ESTABLISHED, CERT_E_UNTRUSTEDROOT.cast_unsigned()], UNTRUSTED),
    Known(&[ERROR_AUTHENTICODE_PUBLISHER_NOT_TRUSTED], "nobody whom this computer trusts has signed the package, or somebody answered no when Windows asked; put the certificate into the stores Root and TrustedPublisher, as `winrx doctor` says"),
    Known(&[ERROR_INVALID_IMAGE_HASH, ERROR_NO_CATALOG_FOR_OEM_INF, ERROR_NO_AUTHENTICODE_CATALOG, ERROR_SIGNATURE_OSATTRIBUTE_MISMATCH, ERROR_FILE_HASH_NOT_IN_CATALOG, TRUST_E_NOSIGNATURE.cast_unsigned(), TRUST_E_BAD_DIGEST.cast_unsigned()], SIGNATURE),
    Known(&[CERT_E_EXPIRED.cast_unsigned()], "the certificate that signed the package is no longer valid, or not yet; check the clock, or make the package anew"),
    Known(&[NETCFG_S_STILL_REFERENCED], "Windows keeps it, since another program installed it, too; remove that program, or the protocol in the properties of an adapter, then uninstall again"),
    Known(&[NETCFG_E_IN_USE], "another program is changing the network settings; close it, then start again"),
    Known(&[NETCFG_E_NO_WRITE_LOCK], "another program holds the lock of the network settings; close it, then start again"),
    Known(&[NETCFG_E_NEED_REBOOT], "an earlier change of the network settings waits for a restart of Windows"),
    Known(&[REGDB_E_CLASSNOTREG.cast_unsigned()], "the part of Windows that changes network settings is missing; this edition cannot have protocols"),
    Known(&[ERROR_CALL_NOT_IMPLEMENTED, ERROR_NOT_SUPPORTED, E_NOTIMPL.cast_unsigned()], "this system cannot do that; use Windows 10, version 1903, or newer"),
];

/// A clause with cause and cure for a Win32 error or an HRESULT, with the number and an end.
#[must_use]
pub fn explain(code: u32) -> String {
    let number = number(code);
    match meaning(code) {
        Some(meaning) => format!("{meaning} ({number})."),
        None => format!("{}{number}.", hint(code)),
    }
}

/// What a number means, if it is one of those that are to be expected.
#[must_use]
pub fn meaning(code: u32) -> Option<&'static str> {
    let known = KNOWN.iter().find(|Known(codes, _)| codes.contains(&code));
    known.map(|Known(_, meaning)| *meaning)
}

/// The number in the way that people look it up.
#[must_use]
pub fn number(code: u32) -> String {
    if code >> 31 == 0 {
        format!("Windows error {code}")
    } else {
        format!("Windows error {code:#010X}")
    }
}

/// What Windows itself calls the error.
#[cfg(windows)]
fn hint(code: u32) -> String {
    let text = std::io::Error::from_raw_os_error(code.cast_signed()).to_string();
    // The number follows anyway.
    let text = text.split(" (os error").next().unwrap_or_default();
    format!("{}, ", text.trim_end_matches(['.', ' ']))
}

/// Only Windows knows its errors.
#[cfg(not(windows))]
fn hint(_: u32) -> String {
    String::new()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{KNOWN, Known, explain, meaning};

    #[test]
    fn numbers_are_explained() {
        assert_eq!(explain(1062), "it does not run (Windows error 1062).");
        for (code, part) in [
            (0x800B_0109, "as `winrx doctor` says (Windows error 0x800B0109)."),
            (123_456, "Windows error 123456"),
            (1275, "blocks this driver"),
            (577, "signature"),
            (4551, "policy"),
            (0xE000_0242, "is not trusted"),
            (0xE000_0243, "nobody whom this computer trusts"),
            (0xE000_0247, "did not take the package"),
        ] {
            let text = explain(code);
            assert!(text.contains(part), "{code:#X}: {text}");
        }
        // A problem code of devices, as an error something else; and a success.
        for code in [52, 0xE000_0241] {
            assert_eq!(meaning(code), None);
        }
    }

    #[test]
    fn each_number_has_one_meaning() {
        let mut seen = BTreeSet::new();
        for Known(codes, meaning) in KNOWN {
            for code in *codes {
                assert!(seen.insert(code), "{code:#X} stands twice");
            }
            assert!(!meaning.ends_with('.') && !meaning.is_empty(), "{meaning}");
        }
    }
}
