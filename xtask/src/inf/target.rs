//! The systems that a section is for.

/// What stands behind the name of a section: `NTamd64.10.0...25319`.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/install/inf-manufacturer-section)
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Target {
    /// `amd64` and the like, in lower case. Empty for any.
    pub arch: String,
    /// Major and minor version of the system; zero if they are not told.
    pub system: (u32, u32),
    /// The lowest build; zero if it is not told.
    pub build: u32,
}

impl Target {
    /// What a decoration means; none if it is of another form.
    pub fn parse(decoration: &str) -> Option<Self> {
        let mut parts = decoration.split('.');
        let prefix = parts.next()?;
        let nt = prefix.get(..2).filter(|nt| nt.eq_ignore_ascii_case("nt"))?;
        let arch = prefix[nt.len()..].to_ascii_lowercase();
        let known = ["", "x86", "ia64", "amd64", "arm", "arm64"];
        let mut numbers = [0; 5];
        for (number, text) in numbers.iter_mut().zip(parts.by_ref()) {
            *number = if text.is_empty() { 0 } else { number_of(text)? };
        }
        let [major, minor, _product, _suite, build] = numbers;
        let whole = parts.next().is_none() && known.contains(&arch.as_str());
        whole.then_some(Self { arch, system: (major, minor), build })
    }

    /// True if only systems get the section that have this build of Windows 10, or a newer one.
    pub fn is_at_least(&self, build: u32) -> bool {
        self.system > (10, 0) || (self.system == (10, 0) && self.build >= build)
    }
}

/// A number in decimal, or in hexadecimal after `0x`.
pub(super) fn number_of(text: &str) -> Option<u32> {
    match text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
        Some(digits) => u32::from_str_radix(digits, 16).ok(),
        None => text.parse().ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::Target;

    #[test]
    fn decorations_are_read() {
        let target = |arch: &str, system, build| Target { arch: arch.to_owned(), system, build };
        for (text, expected) in [
            ("NTamd64", target("amd64", (0, 0), 0)),
            ("ntARM64.10.0...25319", target("arm64", (10, 0), 25319)),
            ("NTx86.6.1", target("x86", (6, 1), 0)),
            ("NT....0x80", target("", (0, 0), 0)),
        ] {
            assert_eq!(Target::parse(text), Some(expected), "{text}");
        }
        for wrong in ["", "amd64", "NTalpha", "NTamd64.x", "NTamd64.10.0...1.2", "N", "NTamd64.-1"]
        {
            assert_eq!(Target::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn newer_systems_have_all_builds() {
        let is_at_least = |text, build| Target::parse(text).unwrap().is_at_least(build);
        assert!(is_at_least("NTamd64.10.0...25319", 25319));
        assert!(is_at_least("NTamd64.11.0", 25319));
        assert!(!is_at_least("NTamd64.10.0...18362", 25319));
        assert!(!is_at_least("NTamd64", 1));
    }
}
