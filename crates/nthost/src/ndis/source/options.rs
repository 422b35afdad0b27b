//! The options behind the name of a source: `key=value`, with commas between them.

use super::SpecError;

/// Options that nobody has asked for yet.
pub(super) struct Options {
    kind: &'static str,
    pairs: Vec<(String, String)>,
    known: Vec<&'static str>,
}

impl Options {
    /// Splits `text` at its commas: what is before the first, and the options. A backslash takes the
    /// meaning of the comma or backslash behind it away.
    pub fn split(kind: &'static str, text: &str) -> Result<(String, Self), SpecError> {
        let mut parts = parts(text).into_iter();
        let name = parts.next().unwrap_or_default();
        Ok((name, Self::new(kind, parts)?))
    }

    /// Options without anything before them.
    pub fn only(kind: &'static str, text: &str) -> Result<Self, SpecError> {
        let some = (!text.is_empty()).then(|| parts(text));
        Self::new(kind, some.into_iter().flatten())
    }

    fn new(kind: &'static str, parts: impl Iterator<Item = String>) -> Result<Self, SpecError> {
        let mut pairs: Vec<(String, String)> = Vec::new();
        for part in parts {
            let (key, value) = part.split_once('=').unwrap_or((&part, ""));
            if pairs.iter().any(|(known, _)| known == key) {
                return Err(SpecError::Twice { kind, key: key.to_owned() });
            }
            pairs.push((key.to_owned(), value.to_owned()));
        }
        Ok(Self { kind, pairs, known: Vec::new() })
    }

    /// Takes the value of `key`, if it is there, as `parse` reads it. `expected` is what may stand there.
    pub fn take<T>(
        &mut self,
        key: &'static str,
        expected: &'static str,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Result<Option<T>, SpecError> {
        self.known.push(key);
        let Some(at) = self.pairs.iter().position(|(known, _)| known == key) else {
            return Ok(None);
        };
        let (_, value) = self.pairs.swap_remove(at);
        match parse(&value) {
            Some(parsed) => Ok(Some(parsed)),
            None => Err(SpecError::Value { kind: self.kind, key, value, expected }),
        }
    }

    /// Takes a word that has no value. True if it is there.
    pub fn word(&mut self, key: &'static str) -> Result<bool, SpecError> {
        Ok(self.take(key, "nothing", |value| value.is_empty().then_some(()))?.is_some())
    }

    /// Refuses options that nobody has asked for.
    pub fn finish(mut self) -> Result<(), SpecError> {
        let Some((key, _)) = self.pairs.pop() else { return Ok(()) };
        Err(SpecError::Option { kind: self.kind, key, known: self.known.join(", ") })
    }
}

/// The parts between commas.
fn parts(text: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        let plain = match character {
            ',' => {
                parts.push(String::new());
                continue;
            }
            '\\' => characters.next().unwrap_or('\\'),
            other => other,
        };
        if let Some(part) = parts.last_mut() {
            part.push(plain);
        }
    }
    parts
}

/// `name` as it is written in a spec.
pub(super) fn escape(name: &str) -> String {
    name.replace('\\', r"\\").replace(',', r"\,")
}

/// Reads a number, in decimal or as `0x…`, with `k`, `M` or `G` behind it for thousands.
pub(super) fn number(text: &str) -> Option<u64> {
    if let Some(digits) = text.strip_prefix("0x") {
        return u64::from_str_radix(digits, 16).ok();
    }
    let factor = match text.chars().last()? {
        'k' | 'K' => 1_000,
        'M' => 1_000_000,
        'G' => 1_000_000_000,
        _ => 1,
    };
    let digits = if factor == 1 { text } else { &text[..text.len() - 1] };
    digits.parse::<u64>().ok()?.checked_mul(factor)
}

/// Reads a number that a smaller type holds.
pub(super) fn small<T: TryFrom<u64>>(text: &str) -> Option<T> {
    T::try_from(number(text)?).ok()
}

/// Reads `yes` or `no`.
pub(super) fn flag(text: &str) -> Option<bool> {
    match text {
        "yes" | "on" => Some(true),
        "no" | "off" => Some(false),
        _ => None,
    }
}

/// Reads six bytes in hexadecimal with colons or dashes between them.
pub(super) fn mac(text: &str) -> Option<[u8; 6]> {
    let digits =
        |byte: &str| byte.len() == 2 && byte.bytes().all(|digit| digit.is_ascii_hexdigit());
    let mut bytes = text
        .split([':', '-'])
        .map(|byte| u8::from_str_radix(byte, 16).ok().filter(|_| digits(byte)));
    let mut mac = [0; 6];
    for byte in &mut mac {
        *byte = bytes.next()??;
    }
    bytes.next().is_none().then_some(mac)
}

#[cfg(test)]
mod tests {
    use super::{Options, SpecError, escape, mac, number};

    #[test]
    fn a_backslash_takes_the_meaning_of_a_comma_away() {
        let (name, options) = Options::split("file", r"a\,b\\c,x=1").unwrap();
        assert_eq!(name, r"a,b\c");
        assert_eq!(options.pairs, [("x".to_owned(), "1".to_owned())]);
        assert_eq!(escape(&name), r"a\,b\\c");
    }

    #[test]
    fn options_that_nobody_knows_are_refused_with_those_that_are_known() {
        let mut options = Options::only("synth", "sise=1,rate=2").unwrap();
        assert_eq!(options.take("rate", "a number", number).unwrap(), Some(2));
        assert_eq!(options.take("size", "a number", number).unwrap(), None);
        let error = options.finish().unwrap_err();
        let known = "rate, size".to_owned();
        assert_eq!(error, SpecError::Option { kind: "synth", key: "sise".to_owned(), known });
    }

    #[test]
    fn numbers_may_end_in_a_factor() {
        assert_eq!(number("10k"), Some(10_000));
        assert_eq!(number("2G"), Some(2_000_000_000));
        assert_eq!(number("0x10"), Some(16));
        for wrong in ["", "k", "-1", "1.5", "18446744073709551615k", "1kk", "0xg"] {
            assert_eq!(number(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_mac_is_six_bytes() {
        assert_eq!(mac("02:00:5e:00:00:01"), Some([2, 0, 0x5e, 0, 0, 1]));
        assert_eq!(mac("02-00-5E-00-00-01"), Some([2, 0, 0x5e, 0, 0, 1]));
        for wrong in
            ["", "02:00:5e:00:00", "02:00:5e:00:00:01:02", "2:0:5e:0:0:1", "+2:00:5e:00:00:01"]
        {
            assert_eq!(mac(wrong), None, "{wrong}");
        }
    }
}
