//! An INF file: sections of entries, and strings.

use super::{
    Encoding, Fault, InfError, decode,
    line::{Line, lines},
};

/// An INF file. The values are as they stand in the file, with strings yet to be put in: see
/// [`Inf::resolve`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inf {
    /// How the file is stored.
    pub encoding: Encoding,
    /// The sections as they stand in the file. Several with one name are as good as one.
    pub sections: Vec<Section>,
}

/// A section.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    /// Its name. The case of letters does not matter.
    pub name: String,
    /// The line that it begins with, from 1.
    pub line: usize,
    /// What is in it.
    pub entries: Vec<Entry>,
}

/// An entry: `key = value, value, …`, or without a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The line that it begins with, from 1.
    pub line: usize,
    /// What stands before the equals sign. The case of letters does not matter.
    pub key: Option<String>,
    /// What stands between the commas; there is one at least, which may be empty.
    pub values: Vec<String>,
}

/// A `%string%` that is not defined, or a percent sign that stands alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownString(pub String);

impl Inf {
    /// Reads a file.
    ///
    /// # Errors
    ///
    /// [`InfError::Encoding`] and [`InfError::Syntax`].
    pub fn read(bytes: &[u8]) -> Result<Self, InfError> {
        let (text, encoding) = decode(bytes)?;
        Ok(Self { encoding, sections: sections(&text)? })
    }

    /// Reads a text.
    ///
    /// # Errors
    ///
    /// [`InfError::Syntax`].
    pub fn parse(text: &str) -> Result<Self, InfError> {
        let encoding = if text.is_ascii() { Encoding::Ascii } else { Encoding::Utf8 };
        Ok(Self { encoding, sections: sections(text)? })
    }

    /// True if there is a section with this name.
    #[must_use]
    pub fn has_section(&self, name: &str) -> bool {
        self.sections.iter().any(|section| section.is(name))
    }

    /// The entries of all sections with this name.
    pub fn entries(&self, section: &str) -> impl Iterator<Item = &Entry> {
        self.sections.iter().filter(move |each| each.is(section)).flat_map(|each| &each.entries)
    }

    /// The entries of a section that have this key.
    pub fn entries_with(&self, section: &str, key: &str) -> impl Iterator<Item = &Entry> {
        self.entries(section).filter(move |entry| entry.has_key(key))
    }

    /// The first value of the first entry with a key, with strings put in. None if there is no such entry,
    /// or if its value is empty or names an unknown string.
    #[must_use]
    pub fn value(&self, section: &str, key: &str) -> Option<String> {
        let entry = self.entries_with(section, key).next()?;
        self.resolve(entry.value(0)).ok().filter(|value| !value.is_empty())
    }

    /// What the section \[Strings\] says of a key.
    #[must_use]
    pub fn string(&self, key: &str) -> Option<&str> {
        self.entries_with("Strings", key).next().map(|entry| entry.value(0))
    }

    /// `text` with each `%string%` put in, and each `%%` as one percent sign. Numbers of folders, such as
    /// `%13%`, stay.
    ///
    /// # Errors
    ///
    /// The first string that is not defined.
    pub fn resolve(&self, text: &str) -> Result<String, UnknownString> {
        let mut resolved = String::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('%') {
            resolved.push_str(before);
            let (token, after) =
                after.split_once('%').ok_or_else(|| UnknownString(format!("%{after}")))?;
            match self.string(token) {
                _ if token.is_empty() => resolved.push('%'),
                Some(string) => resolved.push_str(string),
                None if token.bytes().all(|byte| byte.is_ascii_digit()) => {
                    resolved.extend(["%", token, "%"]);
                }
                None => return Err(UnknownString(format!("%{token}%"))),
            }
            rest = after;
        }
        resolved.push_str(rest);
        Ok(resolved)
    }
}

impl Section {
    /// True if this is the name of the section.
    #[must_use]
    pub fn is(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name)
    }
}

impl Entry {
    /// True if this is the key of the entry.
    #[must_use]
    pub fn has_key(&self, key: &str) -> bool {
        self.key.as_deref().is_some_and(|own| own.eq_ignore_ascii_case(key))
    }

    /// A value; values that are left out are empty.
    #[must_use]
    pub fn value(&self, index: usize) -> &str {
        self.values.get(index).map_or("", String::as_str)
    }
}

fn sections(text: &str) -> Result<Vec<Section>, InfError> {
    let mut sections: Vec<Section> = Vec::new();
    for (line, content) in lines(text)? {
        match content {
            Line::Section(name) => sections.push(Section { name, line, entries: Vec::new() }),
            Line::Entry { key, values } => sections
                .last_mut()
                .ok_or(InfError::Syntax { line, fault: Fault::NoSection })?
                .entries
                .push(Entry { line, key, values }),
        }
    }
    Ok(sections)
}

#[cfg(test)]
mod tests {
    use super::{Encoding, Fault, Inf, InfError, UnknownString};

    const TEXT: &str = "[A]\nx = 1, %s%\n[b]\ny\n[a]\nX = 2\n[Strings]\ns = \"a \"\"b\"\"\"\n";

    fn inf() -> Inf {
        Inf::parse(TEXT).unwrap()
    }

    #[test]
    fn sections_of_one_name_are_one() {
        let inf = inf();
        assert!(inf.has_section("a") && !inf.has_section("c"));
        let values: Vec<_> = inf.entries_with("A", "X").map(|entry| entry.value(0)).collect();
        assert_eq!(values, ["1", "2"]);
        assert_eq!(inf.entries("B").next().unwrap().key, None);
        assert_eq!(inf.value("a", "x").as_deref(), Some("1"));
        assert_eq!(inf.value("a", "z"), None);
    }

    #[test]
    fn strings_are_put_in() {
        let inf = inf();
        assert_eq!(inf.resolve("<%S%%s%>").as_deref(), Ok("<a \"b\"a \"b\">"));
        assert_eq!(inf.resolve(r"%13%\50%%").as_deref(), Ok(r"%13%\50%"));
        assert_eq!(inf.resolve("%t%"), Err(UnknownString("%t%".to_owned())));
        assert_eq!(inf.resolve("1 % 2"), Err(UnknownString("% 2".to_owned())));
    }

    #[test]
    fn all_encodings_are_read_alike() {
        let utf16 = |text: &str| -> Vec<u8> {
            format!("\u{feff}{text}").encode_utf16().flat_map(u16::to_le_bytes).collect()
        };
        let with_umlaut = TEXT.replace('y', "ü");
        let read = |bytes: &[u8]| Inf::read(bytes).unwrap();
        assert_eq!(read(TEXT.as_bytes()), inf());
        let expected = |encoding, text| Inf { encoding, ..Inf::parse(text).unwrap() };
        assert_eq!(read(&utf16(&with_umlaut)), expected(Encoding::Utf16, &with_umlaut));
        assert_eq!(read(with_umlaut.as_bytes()), expected(Encoding::Utf8, &with_umlaut));
        let with_mark = format!("\u{feff}{TEXT}");
        assert_eq!(read(with_mark.as_bytes()), expected(Encoding::Utf8, TEXT));
    }

    #[test]
    fn other_encodings_are_refused() {
        for bytes in [&b"[\xe4]\n"[..], b"\xff\xfe[", b"\xff\xfe\x00\xd8", b"\xfe\xff\x00["] {
            assert_eq!(Inf::read(bytes), Err(InfError::Encoding), "{bytes:?}");
        }
    }

    #[test]
    fn an_entry_needs_a_section() {
        let fault = InfError::Syntax { line: 2, fault: Fault::NoSection };
        assert_eq!(Inf::parse("; x\ny\n[a]\n"), Err(fault));
    }
}
