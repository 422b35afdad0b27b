//! Letters that differ in case only.

use std::cmp::Ordering;

/// The capital of a UTF-16 unit, as the system sees it: one unit for one, and none that is ASCII for
/// one that is not.
pub(crate) fn upcase(unit: u16) -> u16 {
    const MICRO_SIGN: u16 = 0xb5;
    if let Ok(byte) = u8::try_from(unit)
        && byte.is_ascii()
    {
        return u16::from(byte.to_ascii_uppercase());
    }
    let Some(letter) = char::from_u32(u32::from(unit)) else { return unit };
    let mut capitals = letter.to_uppercase();
    match (capitals.next(), capitals.next()) {
        (Some(capital), None) if !capital.is_ascii() && unit != MICRO_SIGN => {
            u16::try_from(u32::from(capital)).unwrap_or(unit)
        }
        _ => unit,
    }
}

/// Compares unit by unit, with or without regard to case.
pub(crate) fn compare(one: &[u16], other: &[u16], ignore_case: bool) -> Ordering {
    if ignore_case {
        one.iter().map(|&unit| upcase(unit)).cmp(other.iter().map(|&unit| upcase(unit)))
    } else {
        one.cmp(other)
    }
}

/// Whether two names are the same but for the case of letters.
pub(crate) fn same(one: &[u16], other: &[u16]) -> bool {
    compare(one, other, true).is_eq()
}

#[cfg(test)]
mod tests {
    use super::{compare, same, upcase};

    fn units(text: &str) -> Vec<u16> {
        text.encode_utf16().collect()
    }

    #[test]
    fn capitals_are_single_units() {
        let upper: Vec<_> = units("az{äÿßı\u{b5}ж").into_iter().map(upcase).collect();
        assert_eq!(upper, units("AZ{ÄŸßı\u{b5}Ж"));
        assert_eq!(upcase(0xd800), 0xd800);
    }

    #[test]
    fn compares_with_and_without_case() {
        assert!(same(&units("Straße"), &units("STRAßE")));
        assert!(!same(&units("a"), &units("ab")));
        assert!(compare(&units("a"), &units("B"), true).is_lt());
        assert!(compare(&units("a"), &units("B"), false).is_gt());
    }
}
