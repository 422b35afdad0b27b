//! Which requests a driver has seen, and how it has answered them.

use std::collections::{BTreeMap, HashMap};

use crate::{
    call::{Call, METHODS},
    status::Status,
    target::Target,
};

/// What a request asks for: its function codes, and of a control request the code, or what it is put
/// together with if the driver does not know it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Asked {
    /// Major function code.
    pub major: u8,
    /// Minor function code.
    pub minor: u8,
    /// The control code if the driver knows it, else the method with the highest bit set.
    pub code: Option<u32>,
}

/// Marks the method of codes that a driver does not know.
const UNKNOWN: u32 = 1 << 31;

impl Asked {
    /// What a call asks of a driver.
    #[must_use]
    pub fn of(call: &Call, target: &Target) -> Self {
        let (major, minor) = call.function();
        let is_known = |code: u32| major == 0x0e && target.code(code).is_some();
        let code = call.code().map(|code| if is_known(code) { code } else { UNKNOWN | code & 3 });
        Self { major, minor, code }
    }

    /// An open of some kind.
    #[must_use]
    pub const fn open(major: u8) -> Self {
        Self { major, minor: 0, code: None }
    }

    /// Its name.
    #[must_use]
    pub fn name(self, target: &Target) -> String {
        let major = MAJORS.get(usize::from(self.major)).copied().unwrap_or("IRP_MJ_?");
        match self.code {
            Some(code) if code & UNKNOWN != 0 => {
                let method = METHODS[(code & 3) as usize];
                format!("{major}, other codes, {method}")
            }
            Some(code) => {
                let name = target.code(code).map_or("?", |known| known.name);
                format!("{major} IOCTL_{name} {code:#010x}")
            }
            None if self.minor == 0 => major.to_owned(),
            None => format!("{major}, minor {:#04x}", self.minor),
        }
    }
}

const MAJORS: [&str; 28] = [
    "IRP_MJ_CREATE",
    "IRP_MJ_CREATE_NAMED_PIPE",
    "IRP_MJ_CLOSE",
    "IRP_MJ_READ",
    "IRP_MJ_WRITE",
    "IRP_MJ_QUERY_INFORMATION",
    "IRP_MJ_SET_INFORMATION",
    "IRP_MJ_QUERY_EA",
    "IRP_MJ_SET_EA",
    "IRP_MJ_FLUSH_BUFFERS",
    "IRP_MJ_QUERY_VOLUME_INFORMATION",
    "IRP_MJ_SET_VOLUME_INFORMATION",
    "IRP_MJ_DIRECTORY_CONTROL",
    "IRP_MJ_FILE_SYSTEM_CONTROL",
    "IRP_MJ_DEVICE_CONTROL",
    "IRP_MJ_INTERNAL_DEVICE_CONTROL",
    "IRP_MJ_SHUTDOWN",
    "IRP_MJ_LOCK_CONTROL",
    "IRP_MJ_CLEANUP",
    "IRP_MJ_CREATE_MAILSLOT",
    "IRP_MJ_QUERY_SECURITY",
    "IRP_MJ_SET_SECURITY",
    "IRP_MJ_POWER",
    "IRP_MJ_SYSTEM_CONTROL",
    "IRP_MJ_DEVICE_CHANGE",
    "IRP_MJ_QUERY_QUOTA",
    "IRP_MJ_SET_QUOTA",
    "IRP_MJ_PNP",
];

/// How often what was answered how.
#[derive(Clone, Debug, Default)]
pub struct Coverage(HashMap<(Asked, Status), u64>);

impl Coverage {
    /// Notes an answer.
    pub fn note(&mut self, asked: Asked, status: Status) {
        *self.0.entry((asked, status)).or_default() += 1;
    }

    /// Adds what another has noted.
    pub fn add(&mut self, other: &Self) {
        for (&key, count) in &other.0 {
            *self.0.entry(key).or_default() += count;
        }
    }

    /// How many answers there are.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.0.values().sum()
    }

    /// How many of them were to requests with this major function code.
    #[must_use]
    pub fn of_major(&self, major: u8) -> u64 {
        let these = self.0.iter().filter(|((asked, _), _)| asked.major == major);
        these.map(|(_, count)| count).sum()
    }

    /// All of it: what was asked, and how often it was answered how.
    #[must_use]
    pub fn rows(&self) -> BTreeMap<Asked, BTreeMap<Status, u64>> {
        let mut rows: BTreeMap<_, BTreeMap<_, _>> = BTreeMap::new();
        for (&(asked, status), &count) in &self.0 {
            rows.entry(asked).or_default().insert(status, count);
        }
        rows
    }
}

#[cfg(test)]
mod tests {
    use super::{Asked, Coverage};
    use crate::{
        call::{Buffer, Call},
        status::Status,
        target::WSKRX,
    };

    #[test]
    fn unknown_codes_are_put_together() {
        let call = |code| Call::Control { code, input: Buffer::NONE, output: Buffer::NONE };
        let asked = |code| Asked::of(&call(code), &WSKRX);
        assert_eq!(asked(0x1233), asked(0x4567));
        assert_eq!(asked(3).name(&WSKRX), "IRP_MJ_DEVICE_CONTROL, other codes, METHOD_NEITHER");
        assert_eq!(asked(0x0012_2000).name(&WSKRX), "IRP_MJ_DEVICE_CONTROL IOCTL_INFO 0x00122000");
        let mut coverage = Coverage::default();
        coverage.note(asked(3), Status::INVALID_DEVICE_REQUEST);
        coverage.add(&coverage.clone());
        assert_eq!((coverage.total(), coverage.of_major(0x0e), coverage.of_major(3)), (2, 2, 0));
    }
}
