//! Security descriptors, as far as a device needs them: the DACL.
//!
//! [Microsoft's page](https://learn.microsoft.com/en-us/openspecs/windows_protocols/ms-dtyp/7d4dac05-9cef-4563-a058-f108abecce1d)

use std::fmt::Write;

/// Bits of the control word.
const DACL_PRESENT: u16 = 0x0004;
const DACL_PROTECTED: u16 = 0x1000;
const SELF_RELATIVE: u16 = 0x8000;

/// Where the parts of a self-relative descriptor begin.
const CONTROL: usize = 2;
const DACL: usize = 16;
const ACL_HEADER: usize = 8;
const ACE_HEADER: usize = 8;

/// The type of an entry that allows.
pub const ALLOWED: u8 = 0;
/// The type of an entry that denies.
pub const DENIED: u8 = 1;

/// `FILE_ALL_ACCESS`.
const FILE_ALL: u32 = 0x001F_01FF;

/// `DACL_SECURITY_INFORMATION`: of a descriptor, the DACL is to be set.
const DACL_INFORMATION: u64 = 4;

/// What a descriptor says of access.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Descriptor {
    /// True if the DACL takes nothing over from a parent.
    pub protected: bool,
    /// The entries. Without a DACL everybody may do everything.
    pub dacl: Option<Vec<Entry>>,
}

/// An entry of a DACL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// 0 allows, 1 denies.
    pub kind: u8,
    /// How it is inherited.
    pub flags: u8,
    /// What it allows or denies.
    pub mask: u32,
    /// Whom, such as `S-1-5-18`.
    pub sid: String,
}

impl Descriptor {
    /// Reads a self-relative descriptor.
    ///
    /// # Errors
    ///
    /// What is wrong with the bytes.
    pub fn parse(bytes: &[u8]) -> Result<Self, String> {
        let control = u16_at(bytes, CONTROL)?;
        if bytes.first() != Some(&1) || control & SELF_RELATIVE == 0 {
            return Err("the bytes are no self-relative security descriptor".into());
        }
        let at = u32_at(bytes, DACL)? as usize;
        let present = control & DACL_PRESENT != 0 && at != 0;
        let dacl = present.then(|| entries(bytes, at)).transpose()?;
        Ok(Self::new(control, dacl))
    }

    /// A descriptor with this control word.
    #[must_use]
    pub fn new(control: u16, dacl: Option<Vec<Entry>>) -> Self {
        Self { protected: control & DACL_PROTECTED != 0, dacl }
    }

    /// The descriptor if it is set with these bits of a `SECURITY_INFORMATION`.
    ///
    /// # Errors
    ///
    /// That the DACL is not set with them.
    pub fn set_with(self, information: u64) -> Result<Self, String> {
        if information & DACL_INFORMATION == 0 {
            return Err(format!("SECURITY_INFORMATION {information:#x} leaves the DACL out"));
        }
        Ok(self)
    }

    /// The descriptor in the security descriptor definition language.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows/win32/secauthz/security-descriptor-string-format)
    #[must_use]
    pub fn sddl(&self) -> String {
        let mut text = String::from(if self.protected { "D:P" } else { "D:" });
        match &self.dacl {
            Some(entries) => entries.iter().for_each(|entry| entry.write(&mut text)),
            None => text += "NO_ACCESS_CONTROL",
        }
        text
    }
}

impl Entry {
    fn write(&self, text: &mut String) {
        let kind = match self.kind {
            ALLOWED => "A".into(),
            DENIED => "D".into(),
            other => format!("{other:#x}"),
        };
        let flags = match self.flags {
            0 => String::new(),
            flags => format!("{flags:#x}"),
        };
        let mask = match self.mask {
            FILE_ALL => "FA".into(),
            mask => format!("{mask:#x}"),
        };
        let sid = match self.sid.as_str() {
            "S-1-5-18" => "SY",
            "S-1-5-32-544" => "BA",
            "S-1-1-0" => "WD",
            sid => sid,
        };
        // Writing to a string does not fail.
        let _ = write!(text, "({kind};{flags};{mask};;;{sid})");
    }
}

fn entries(bytes: &[u8], acl: usize) -> Result<Vec<Entry>, String> {
    let count = u16_at(bytes, acl + 4)?;
    let end = acl + usize::from(u16_at(bytes, acl + 2)?);
    let mut at = acl + ACL_HEADER;
    (0..count)
        .map(|_| {
            let size = usize::from(u16_at(bytes, at + 2)?);
            if size < ACE_HEADER || at + size > end {
                return Err("an entry of the DACL goes beyond its end".into());
            }
            let entry = Entry {
                kind: u8_at(bytes, at)?,
                flags: u8_at(bytes, at + 1)?,
                mask: u32_at(bytes, at + 4)?,
                sid: sid(bytes, at + ACE_HEADER, at + size)?,
            };
            at += size;
            Ok(entry)
        })
        .collect()
}

/// The SID between `at` and `end`.
fn sid(bytes: &[u8], at: usize, end: usize) -> Result<String, String> {
    let revision = u8_at(bytes, at)?;
    let parts = usize::from(u8_at(bytes, at + 1)?);
    if at + 8 + 4 * parts != end {
        return Err("a SID does not have the length that it says".into());
    }
    let authority = slice(bytes, at + 2, 6)?.iter().fold(0, |sum, &b| sum << 8 | u64::from(b));
    let mut text = format!("S-{revision}-{authority}");
    for part in 0..parts {
        let part = u32_at(bytes, at + 8 + 4 * part)?;
        // Writing to a string does not fail.
        let _ = write!(text, "-{part}");
    }
    Ok(text)
}

fn slice(bytes: &[u8], at: usize, length: usize) -> Result<&[u8], String> {
    let part = at.checked_add(length).and_then(|end| bytes.get(at..end));
    part.ok_or_else(|| format!("the security descriptor ends before byte {at}"))
}

fn u8_at(bytes: &[u8], at: usize) -> Result<u8, String> {
    slice(bytes, at, 1).map(|part| part.iter().copied().sum())
}

fn u16_at(bytes: &[u8], at: usize) -> Result<u16, String> {
    let low = u16::from(u8_at(bytes, at)?);
    Ok(u16::from(u8_at(bytes, at + 1)?) << 8 | low)
}

fn u32_at(bytes: &[u8], at: usize) -> Result<u32, String> {
    let low = u32::from(u16_at(bytes, at)?);
    Ok(u32::from(u16_at(bytes, at + 2)?) << 16 | low)
}
