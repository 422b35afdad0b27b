//! Which Windows this is: the first Windows 11.

use crate::{
    export::{Export, exports},
    nt::{
        BOOLEAN, NTSTATUS, PASSIVE_LEVEL, RTL_OSVERSIONINFOEXW, RTL_OSVERSIONINFOW, STATUS_SUCCESS,
        VER_NT_WORKSTATION, VER_PLATFORM_WIN32_NT,
    },
    verifier::catalogue::object as rules,
};

const MAJOR: u32 = 10;
const MINOR: u32 = 0;
const BUILD: u32 = 22_000;

/// `NTDDI_WIN10`, which stands for Windows 11 too.
const NTDDI: u32 = 0x0a00_0000;

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-rtlgetversion)
unsafe extern "efiapi" fn RtlGetVersion(version: *mut RTL_OSVERSIONINFOW) -> NTSTATUS {
    // SAFETY: the driver passes one of two structures, which begin alike.
    let asked = unsafe { &mut *version };
    let size = asked.dwOSVersionInfoSize;
    *asked = RTL_OSVERSIONINFOW {
        dwOSVersionInfoSize: size,
        dwMajorVersion: MAJOR,
        dwMinorVersion: MINOR,
        dwBuildNumber: BUILD,
        dwPlatformId: VER_PLATFORM_WIN32_NT,
        szCSDVersion: [0; 128],
    };
    let short = *asked;
    if size as usize == size_of::<RTL_OSVERSIONINFOEXW>() {
        let long = RTL_OSVERSIONINFOEXW {
            s: short,
            wProductType: VER_NT_WORKSTATION,
            ..RTL_OSVERSIONINFOEXW::default()
        };
        // SAFETY: the size says that it is the longer structure.
        unsafe { version.cast::<RTL_OSVERSIONINFOEXW>().write(long) };
    } else if size as usize != size_of::<RTL_OSVERSIONINFOW>() {
        let does = format!("asks RtlGetVersion for {size} bytes, which none of its structures has");
        rules::VERSION_SIZE.broken_by_caller(&does);
    }
    STATUS_SUCCESS
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-rtlisntddiversionavailable)
unsafe extern "efiapi" fn RtlIsNtDdiVersionAvailable(version: u32) -> BOOLEAN {
    let names_no_service_pack = version.trailing_zeros() >= 16;
    (names_no_service_pack && version <= NTDDI).into()
}

pub(crate) const EXPORTS: &[Export] = exports! {
    RtlGetVersion: PASSIVE_LEVEL..=PASSIVE_LEVEL;
    RtlIsNtDdiVersionAvailable: PASSIVE_LEVEL..=PASSIVE_LEVEL;
};

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::{
        nt::{FALSE, TRUE},
        system::System,
        thread,
    };

    /// Asks for so many bytes. Returns the build number and the kind of product.
    fn ask(size: u32) -> (u32, u8) {
        let mut version = RTL_OSVERSIONINFOEXW::default();
        version.s.dwOSVersionInfoSize = size;
        // SAFETY: there is room for the longer structure.
        let status = unsafe { RtlGetVersion((&raw mut version).cast()) };
        assert_eq!(status, STATUS_SUCCESS);
        (version.s.dwBuildNumber, version.wProductType)
    }

    #[test]
    fn both_structures_can_be_asked_for() {
        let system = Arc::new(System::new(1));
        thread::enter(&system, |_| {
            assert_eq!(ask(276), (BUILD, 0));
            assert_eq!(ask(284), (BUILD, VER_NT_WORKSTATION));
            assert!(system.verifier.violations().is_empty());
            assert_eq!(ask(0), (BUILD, 0));
            assert_eq!(system.verifier.violations()[0].rule, "version-size");
        });
    }

    #[test]
    fn older_interfaces_are_available() {
        // SAFETY: any number may be passed.
        let available = |version| unsafe { RtlIsNtDdiVersionAvailable(version) };
        assert_eq!(available(0x0a00_0000), TRUE);
        assert_eq!(available(0x0601_0000), TRUE);
        assert_eq!(available(0x0601_0100), FALSE);
        assert_eq!(available(0x0b00_0000), FALSE);
    }
}
