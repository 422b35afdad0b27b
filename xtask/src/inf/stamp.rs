//! What Microsoft's stampinf does: puts the date, the version and the architecture into an `.inx` file.

use std::fmt;

use jiff::{Timestamp, civil::Date, tz::TimeZone};

use super::{Inf, InfError};
use crate::arch::Arch;

/// What stampinf replaces in names of sections.
const ARCH: &str = "$ARCH$";

/// What an `.inx` file lacks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp {
    /// The day that the package is of, in UTC.
    pub date: Date,
    /// The version of the package.
    pub version: [u16; 4],
    /// What the drivers are built for.
    pub arch: Arch,
}

impl Stamp {
    /// The stamp of this version of winrx.
    #[must_use]
    pub fn new(date: Date, arch: Arch) -> Self {
        let mut version = [0; 4];
        for (number, text) in version.iter_mut().zip(env!("CARGO_PKG_VERSION").split('.')) {
            *number = text.parse().unwrap_or(0);
        }
        Self { date, version, arch }
    }

    /// The stamp of this version of winrx, of today. Inf2Cat takes the date for one in UTC, and a date that
    /// is yet to come for a mistake.
    #[must_use]
    pub fn today(arch: Arch) -> Self {
        Self::new(today(), arch)
    }
}

/// Today in UTC.
pub(super) fn today() -> Date {
    Timestamp::now().to_zoned(TimeZone::UTC).date()
}

/// The value of DriverVer:
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/install/inf-driverver-directive)
impl fmt::Display for Stamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { date, version: [major, minor, patch, build], .. } = self;
        write!(f, "{},{major}.{minor}.{patch}.{build}", date.strftime("%m/%d/%Y"))
    }
}

/// `inx` with DriverVer in \[Version\], and with the architecture in place of each `$ARCH$`. All else stays
/// as it is, comments too.
///
/// [Stampinf](https://learn.microsoft.com/en-us/windows-hardware/drivers/devtest/stampinf-command-options)
///
/// # Errors
///
/// [`InfError::Syntax`], and [`InfError::NoVersion`].
pub fn stamp(inx: &str, stamp: &Stamp) -> Result<String, InfError> {
    let arch = match stamp.arch {
        Arch::X64 => "amd64",
        Arch::Arm64 => "arm64",
    };
    let inx = inx.replace(ARCH, arch);
    let inf = Inf::parse(&inx)?;
    let version =
        inf.sections.iter().find(|section| section.is("Version")).ok_or(InfError::NoVersion)?;
    let old = inf.entries_with("Version", "DriverVer").next().map(|entry| entry.line);
    let mut stamped: Vec<String> = Vec::new();
    for (line, number) in inx.split('\n').zip(1..) {
        if old != Some(number) {
            stamped.push(line.to_owned());
        }
        // The line with the section's name, if there is no DriverVer yet.
        if number == old.unwrap_or(version.line) {
            let name =
                old.and_then(|_| line.split_once('=')).map_or("DriverVer ", |(name, _)| name);
            let end = if line.ends_with('\r') { "\r" } else { "" };
            stamped.push(format!("{name}= {stamp}{end}"));
        }
    }
    Ok(stamped.join("\n"))
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::{Inf, InfError, Stamp, stamp};
    use crate::{arch::Arch, inf::Fault};

    const STAMP: Stamp =
        Stamp { date: date(2026, 3, 7), version: [1, 20, 300, 65534], arch: Arch::Arm64 };

    #[test]
    fn the_version_takes_the_place_of_the_old_one() {
        let inx = "; $ARCH$\n[A.NT$ARCH$]\n[Version]\nClass = x\nDriverVer   = 1 ; old\nlast=1";
        let inf = "; arm64\n[A.NTarm64]\n[Version]\nClass = x\n\
                   DriverVer   = 03/07/2026,1.20.300.65534\nlast=1";
        assert_eq!(stamp(inx, &STAMP).as_deref(), Ok(inf));
    }

    #[test]
    fn a_version_is_added_where_there_is_none() {
        let inf = "[Version]\r\nDriverVer = 03/07/2026,1.20.300.65534\r\na=1\r\n";
        assert_eq!(stamp("[Version]\r\na=1\r\n", &STAMP).as_deref(), Ok(inf));
        let inf = "[Version]\nDriverVer = 03/07/2026,1.20.300.65534";
        assert_eq!(stamp("[Version]", &STAMP).as_deref(), Ok(inf));
    }

    #[test]
    fn what_is_no_inf_file_is_not_stamped() {
        assert_eq!(stamp("[a]\n", &STAMP), Err(InfError::NoVersion));
        let fault = InfError::Syntax { line: 1, fault: Fault::OpenBracket };
        assert_eq!(stamp("[a", &STAMP), Err(fault));
    }

    #[test]
    fn the_stamp_of_today_has_the_version_of_winrx() {
        let today = Stamp::today(Arch::X64);
        let [major, minor, patch, 0] = today.version else { panic!("{today}") };
        assert_eq!(format!("{major}.{minor}.{patch}"), env!("CARGO_PKG_VERSION"));
    }

    #[test]
    fn our_files_can_be_stamped() {
        for inx in [include_str!("../../../inf/wskrx.inx"), include_str!("../../../inf/ndisrx.inx")]
        {
            let inf = stamp(inx, &STAMP).unwrap();
            assert!(!inf.contains("$ARCH$"), "{inf}");
            let driver_ver = Inf::parse(&inf).unwrap().value("Version", "DriverVer");
            assert_eq!(driver_ver.as_deref(), Some("03/07/2026"));
        }
    }
}
