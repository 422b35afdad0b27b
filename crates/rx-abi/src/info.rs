//! Which driver a device belongs to.

use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout};

use crate::ABI_VERSION;

/// What [`IOCTL_INFO`](crate::IOCTL_INFO) answers.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq, FromBytes, Immutable, IntoBytes, KnownLayout)]
pub struct Info {
    /// [`ABI_VERSION`] of the driver.
    pub abi_version: u32,
    /// Version of the driver: major, minor, patch, and zero.
    pub version: [u16; 4],
    /// Name of the driver in ASCII, filled up with zeros.
    pub name: [u8; 20],
}

impl Info {
    /// The information about a driver.
    ///
    /// # Panics
    ///
    /// If the name is longer than 20 bytes or the version is not three numbers with dots. Use it for
    /// constants, so that this is found at compile time.
    #[must_use]
    pub const fn new(name: &str, version: &str) -> Self {
        let mut info =
            Self { abi_version: ABI_VERSION, version: parse_version(version), name: [0; 20] };
        let (text, mut i) = (name.as_bytes(), 0);
        while i < text.len() {
            info.name[i] = text[i];
            i += 1;
        }
        info
    }

    /// The name of the driver, if it is text.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        let length = self.name.iter().position(|&byte| byte == 0).unwrap_or(self.name.len());
        core::str::from_utf8(self.name.get(..length)?).ok()
    }
}

/// 1, 2, 3 and 0 of `1.2.3`.
const fn parse_version(text: &str) -> [u16; 4] {
    let (text, mut i, mut part) = (text.as_bytes(), 0, 0);
    let mut version = [0; 4];
    while i < text.len() {
        if text[i] == b'.' {
            part += 1;
        } else {
            assert!(text[i].is_ascii_digit() && part < 3);
            version[part] = version[part] * 10 + (text[i] - b'0') as u16;
        }
        i += 1;
    }
    assert!(part == 2);
    version
}

#[cfg(test)]
mod tests {
    use zerocopy::{FromBytes, IntoBytes};

    use super::Info;

    const INFO: Info = Info::new("wskrx", "1.20.3");

    #[test]
    fn has_a_layout_of_its_own() {
        let mut expected = [0; 32];
        expected[..4].copy_from_slice(&crate::ABI_VERSION.to_le_bytes());
        expected[4..10].copy_from_slice(&[1, 0, 20, 0, 3, 0]);
        expected[12..17].copy_from_slice(b"wskrx");
        assert_eq!(INFO.as_bytes(), expected);
        assert_eq!(Info::read_from_bytes(&expected).unwrap(), INFO);
    }

    #[test]
    fn gives_its_name() {
        assert_eq!(INFO.name(), Some("wskrx"));
        assert_eq!(Info { name: [b'x'; 20], ..INFO }.name(), Some("xxxxxxxxxxxxxxxxxxxx"));
        assert_eq!(Info { name: [0xff; 20], ..INFO }.name(), None);
    }
}
