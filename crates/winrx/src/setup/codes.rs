//! What Windows' error numbers mean where drivers are installed and started.

/// Numbers, and a clause with the cause and the cure.
struct Known(&'static [u32], &'static str);

const UNTRUSTED: &str = "the certificate that signed the package is not trusted; put it into the stores Root and \
     TrustedPublisher of this computer, as `winrx doctor` says";
const SIGNATURE: &str = "the signature is missing, damaged, or of a kind that this Windows does not take; `winrx doctor` \
     says what it lacks";

#[rustfmt::skip]
const KNOWN: &[Known] = &[
    Known(&[5, 0x8007_0005], "this account may not do that; start it from a prompt of an administrator"),
    Known(&[2, 3, 0x8007_0002, 0x8007_0003], "a file is missing; make the package anew, then uninstall and install"),
    Known(&[20], "the driver found a device that it needs missing"),
    Known(&[31], "the driver failed without a reason; its events tell more"),
    Known(&[32], "another program uses a file of it; end that program, then start again"),
    Known(&[112, 0x8007_0070], "the disk is full; make room"),
    Known(&[127, 182], "the driver calls a function that this Windows does not have; update Windows"),
    Known(&[183], "something of that name is there already; `winrx uninstall` removes what is left of an earlier installation"),
    Known(&[193, 216], "the file is not a driver for this processor; use the package for it"),
    Known(&[225, 1260], "a policy or a virus scanner of this computer keeps the file from being used; ask whoever manages it"),
    Known(&[577, 4551], SIGNATURE),
    Known(&[1051], "other running services depend on it; stop those first"),
    Known(&[1052], "the driver cannot be stopped while it is in this state; restart Windows"),
    Known(&[1056], "it runs already"),
    Known(&[1058], "the service is disabled; set its start type to manual with `sc config NAME start= demand`"),
    Known(&[1060], "it is not installed; `winrx install` does that"),
    Known(&[1061], "the service does not listen just now; end the programs that use it, or restart Windows"),
    Known(&[1062], "it does not run"),
    Known(&[1072], "it is being deleted, and goes when the last program has closed it; end those programs, or restart Windows"),
    Known(&[1077], "it has not been started since Windows was"),
    Known(&[1275], "Windows blocks this driver; it is on a list of blocked drivers, or memory integrity refuses it"),
    Known(&[1392], "the file is damaged; make the package anew"),
    Known(&[1460], "it took too long; start again"),
    Known(&[3010], "Windows has to be restarted first"),
    Known(&[52], "the file has no signature that Windows takes; `winrx doctor` says what it lacks"),
    Known(&[0xE000_0203, 0xE000_0100, 0xE000_0101, 0xE000_0102, 0xE000_0103], "the INF file is not right; make the package anew"),
    Known(&[0xE000_0235], "a 32-bit winrx cannot install on a 64-bit Windows; use the package for this processor"),
    Known(&[0xE000_0247], "the driver store holds no such package any more"),
    Known(&[0xE000_0242, 0x800B_0109], UNTRUSTED),
    Known(&[0xE000_0241], "nobody whom Windows trusts has signed the package, or somebody answered no when Windows asked; put the certificate into the stores Root and TrustedPublisher of this computer, as `winrx doctor` says"),
    Known(&[0xE000_022F, 0xE000_0240, 0xE000_0243, 0xE000_0244, 0xE000_024B, 0x800B_0100, 0x8009_6010], SIGNATURE),
    Known(&[0x800B_0101], "the certificate that signed the package is no longer valid, or not yet; check the clock, or make the package anew"),
    Known(&[0x0004_A023], "Windows keeps it, since another program installed it, too; remove that program, or the protocol in the properties of an adapter, then uninstall again"),
    Known(&[0x8004_A022], "another program is changing the network settings; close it, then start again"),
    Known(&[0x8004_A024], "another program holds the lock of the network settings; close it, then start again"),
    Known(&[0x8004_A025], "an earlier change of the network settings waits for a restart of Windows"),
    Known(&[0x8004_0154], "the part of Windows that changes network settings is missing; this edition cannot have protocols"),
    Known(&[120, 50, 0x8000_4001], "this system cannot do that; use Windows 10, version 1903, or newer"),
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
    format!("{} ", text.trim_end_matches(['.', ' ']))
}

/// Only Windows knows its errors.
#[cfg(not(windows))]
fn hint(_: u32) -> String {
    String::new()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{KNOWN, Known, explain};

    #[test]
    fn numbers_are_explained() {
        assert_eq!(explain(1062), "it does not run (Windows error 1062).");
        assert!(
            explain(0x800B_0109).ends_with("as `winrx doctor` says (Windows error 0x800B0109).")
        );
        assert!(explain(123_456).contains("Windows error 123456"));
        assert!(explain(1275).contains("blocks this driver"));
        assert!(explain(577).contains("signature"));
        assert!(explain(52).contains("signature"));
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
