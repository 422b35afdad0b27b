//! The part of the security descriptor definition language (SDDL) that says who may open a device.

use super::{ALLOW, CAPACITY, DENY, Descriptor};

/// Most parts below the authority that a SID has.
const SUBAUTHORITIES: usize = 15;

/// Bytes of the largest SID.
const LARGEST_SID: usize = 8 + 4 * SUBAUTHORITIES;

/// The generic rights and what they mean for files and devices: `FILE_GENERIC_READ` and so on.
const GENERIC: [(u32, u32); 4] = [
    (0x8000_0000, 0x0012_0089),
    (0x4000_0000, 0x0012_0116),
    (0x2000_0000, 0x0012_00A0),
    (0x1000_0000, super::ALL_ACCESS),
];

/// Rights by their letters.
const RIGHTS: [([u8; 2], u32); 12] = [
    (*b"FA", super::ALL_ACCESS),
    (*b"FR", 0x0012_0089),
    (*b"FW", 0x0012_0116),
    (*b"FX", 0x0012_00A0),
    (*b"GA", super::ALL_ACCESS),
    (*b"GR", 0x0012_0089),
    (*b"GW", 0x0012_0116),
    (*b"GX", 0x0012_00A0),
    (*b"RC", 0x0002_0000),
    (*b"SD", 0x0001_0000),
    (*b"WD", 0x0004_0000),
    (*b"WO", 0x0008_0000),
];

/// SIDs by their letters: the authority and the parts below it.
const SIDS: [([u8; 2], u8, &[u32]); 13] = [
    (*b"AN", 5, &[7]),
    (*b"AU", 5, &[11]),
    (*b"BA", 5, &[32, 544]),
    (*b"BG", 5, &[32, 546]),
    (*b"BU", 5, &[32, 545]),
    (*b"IU", 5, &[4]),
    (*b"LS", 5, &[19]),
    (*b"NO", 5, &[32, 556]),
    (*b"NS", 5, &[20]),
    (*b"NU", 5, &[2]),
    (*b"SU", 5, &[6]),
    (*b"SY", 5, &[18]),
    (*b"WD", 1, &[0]),
];

/// The descriptor that `text` describes: `D:`, then `P` or nothing, then entries of the form
/// `(A;;rights;;;SID)` or `(D;;rights;;;SID)`. Rights are letters, such as `GA` or `GRGW`, or a number in
/// hexadecimal; a SID is two letters, such as `BA`, or `S-1-…`. The list is protected, with `P` or without.
///
/// None if the text is anything else, above all a descriptor that lets everybody in because it has no list;
/// or if it is too long for a [`Descriptor`].
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/kernel/sddl-for-device-objects)
#[must_use]
pub fn parse(text: &[u8]) -> Option<Descriptor> {
    let list = text.strip_prefix(b"D:")?;
    let mut rest = list.strip_prefix(b"P").unwrap_or(list);
    let mut descriptor = Descriptor::NOBODY;
    while !rest.is_empty() {
        let (entry, after) = split_once(rest.strip_prefix(b"(")?, b')')?;
        push(&mut descriptor, entry)?;
        rest = after;
    }
    Some(descriptor)
}

/// Adds what stands between the brackets.
fn push(descriptor: &mut Descriptor, entry: &[u8]) -> Option<()> {
    let mut fields = entry.split(|&byte| byte == b';');
    let kind = match fields.next()? {
        b"A" => ALLOW,
        b"D" => DENY,
        _ => return None,
    };
    // Flags about inheritance, and objects in a directory: a device has neither.
    let flags = fields.next()?;
    let rights = rights(fields.next()?)?;
    let (object, inherited) = (fields.next()?, fields.next()?);
    if !(flags.is_empty() && object.is_empty() && inherited.is_empty()) {
        return None;
    }
    let mut sid = Sid::default();
    sid.read(fields.next()?)?;
    if fields.next().is_some() {
        return None;
    }
    descriptor.push(kind, rights, sid.as_bytes()?)
}

/// The rights that letters or a number stand for; none is no right.
fn rights(text: &[u8]) -> Option<u32> {
    let mask = if let Some(digits) = text.strip_prefix(b"0x") {
        mapped(number(digits, 16)?.try_into().ok()?)
    } else {
        let (pairs, rest) = text.as_chunks::<2>();
        if !rest.is_empty() {
            return None;
        }
        pairs.iter().try_fold(0, |mask, pair| {
            let (_, right) = RIGHTS.iter().find(|(name, _)| name == pair)?;
            Some(mask | right)
        })?
    };
    (mask != 0).then_some(mask)
}

/// Rights with the generic ones put in terms of the others.
fn mapped(mask: u32) -> u32 {
    GENERIC.iter().fold(
        mask,
        |mask, &(generic, meaning)| {
            if mask & generic == 0 { mask } else { (mask & !generic) | meaning }
        },
    )
}

/// A SID as bytes.
struct Sid {
    bytes: [u8; LARGEST_SID],
    length: usize,
}

impl Default for Sid {
    fn default() -> Self {
        let mut bytes = [0; LARGEST_SID];
        if let Some(revision) = bytes.first_mut() {
            *revision = 1;
        }
        Self { bytes, length: 8 }
    }
}

impl Sid {
    fn read(&mut self, text: &[u8]) -> Option<()> {
        if let Some((_, authority, parts)) = SIDS.iter().find(|(name, ..)| name == text) {
            self.set_authority(u64::from(*authority))?;
            return parts.iter().try_for_each(|&part| self.push(part));
        }
        let mut parts = text.strip_prefix(b"S-1-")?.split(|&byte| byte == b'-');
        self.set_authority(number(parts.next()?, 10)?)?;
        let mut parts = parts.peekable();
        parts.peek()?;
        parts.try_for_each(|part| self.push(number(part, 10)?.try_into().ok()?))
    }

    /// Sets the number that takes six bytes, the highest first.
    fn set_authority(&mut self, authority: u64) -> Option<()> {
        let [0, 0, bytes @ ..] = authority.to_be_bytes() else { return None };
        self.bytes.get_mut(2..8)?.copy_from_slice(&bytes);
        Some(())
    }

    fn push(&mut self, part: u32) -> Option<()> {
        let place = self.bytes.get_mut(self.length..)?.first_chunk_mut()?;
        *place = part.to_le_bytes();
        self.length = self.length.checked_add(4)?;
        let count = self.bytes.get_mut(1)?;
        *count = count.checked_add(1)?;
        Some(())
    }

    fn as_bytes(&self) -> Option<&[u8]> {
        self.bytes.get(..self.length)
    }
}

/// The number that digits stand for.
fn number(digits: &[u8], base: u32) -> Option<u64> {
    if digits.is_empty() {
        return None;
    }
    digits.iter().try_fold(0_u64, |number, &digit| {
        let digit = char::from(digit).to_digit(base)?;
        number.checked_mul(base.into())?.checked_add(digit.into())
    })
}

/// What stands before and behind the first `byte`.
fn split_once(text: &[u8], byte: u8) -> Option<(&[u8], &[u8])> {
    let at = text.iter().position(|&each| each == byte)?;
    Some((text.get(..at)?, text.get(at.checked_add(1)?..)?))
}

const _: () = assert!(LARGEST_SID < CAPACITY);

#[cfg(test)]
mod tests {
    extern crate std;

    use std::{format, vec::Vec};

    use proptest::prelude::*;

    use super::{
        super::{
            SYSTEM_AND_ADMINISTRATORS,
            tests::{entries, is_well_formed},
        },
        parse,
    };

    #[test]
    fn the_usual_text_is_the_usual_descriptor() {
        for text in [
            "D:P(A;;FA;;;SY)(A;;FA;;;BA)",
            "D:(A;;GA;;;SY)(A;;0x1f01ff;;;S-1-5-32-544)",
            "D:P(A;;0x10000000;;;S-1-5-18)(A;;GA;;;BA)",
        ] {
            let parsed = parse(text.as_bytes()).unwrap();
            assert_eq!(parsed.as_bytes(), SYSTEM_AND_ADMINISTRATORS.as_bytes(), "{text}");
        }
    }

    #[test]
    fn rights_and_sids_are_read() {
        let text = b"D:P(D;;GRGX;;;WD)(A;;0x80000001;;;S-1-15-2-4294967295)(A;;WDWORCSD;;;NO)";
        let parsed = parse(text).unwrap();
        is_well_formed(&parsed);
        let everybody = [1, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0];
        let packages = [1, 2, 0, 0, 0, 0, 0, 15, 2, 0, 0, 0, 255, 255, 255, 255];
        let operators = [1, 2, 0, 0, 0, 0, 0, 5, 32, 0, 0, 0, 44, 2, 0, 0];
        let expected = [
            (1, 0, 0x0012_00A9, &everybody[..]),
            (0, 0, 0x0012_0089, &packages[..]),
            (0, 0, 0x000F_0000, &operators[..]),
        ];
        assert_eq!(entries(&parsed), expected);
    }

    #[test]
    fn a_list_without_entries_lets_nobody_in() {
        for text in ["D:", "D:P"] {
            let parsed = parse(text.as_bytes()).unwrap();
            is_well_formed(&parsed);
            assert!(entries(&parsed).is_empty());
        }
    }

    #[test]
    fn all_else_is_refused() {
        for text in [
            "",
            "D",
            "P(A;;FA;;;SY)",
            "O:BAD:(A;;FA;;;SY)",
            "D:NO_ACCESS_CONTROL",
            "D:AI(A;;FA;;;SY)",
            "D:PP(A;;FA;;;SY)",
            "D:P(A;;FA;;;SY)S:(AU;;FA;;;WD)",
            "D:P(A;;FA;;;SY",
            "D:P(A;;FA;;;SY))",
            "D:P (A;;FA;;;SY)",
            "D:P(A;;FA;;SY)",
            "D:P(A;;FA;;;SY;)",
            "D:P(A;OI;FA;;;SY)",
            "D:P(A;;FA;00000000-0000-0000-0000-000000000000;;SY)",
            "D:P(OA;;FA;;;SY)",
            "D:P(A;;;;;SY)",
            "D:P(A;;0x0;;;SY)",
            "D:P(A;;0x;;;SY)",
            "D:P(A;;0x100000000;;;SY)",
            "D:P(A;;0x1g;;;SY)",
            "D:P(A;;F;;;SY)",
            "D:P(A;;KA;;;SY)",
            "D:P(A;;FA;;;)",
            "D:P(A;;FA;;;XX)",
            "D:P(A;;FA;;;S-1)",
            "D:P(A;;FA;;;S-1-5)",
            "D:P(A;;FA;;;S-1-5-)",
            "D:P(A;;FA;;;S-2-5-18)",
            "D:P(A;;FA;;;S-1-5-4294967296)",
            "D:P(A;;FA;;;S-1-281474976710656-1)",
            "D:P(A;;FA;;;S-1-5-1-2-3-4-5-6-7-8-9-10-11-12-13-14-15-16)",
        ] {
            assert!(parse(text.as_bytes()).is_none(), "{text}");
        }
    }

    #[test]
    fn what_is_too_long_is_refused() {
        let text = |entries: usize| format!("D:{}", "(A;;FA;;;SY)".repeat(entries));
        let parsed = parse(text(24).as_bytes()).unwrap();
        is_well_formed(&parsed);
        assert_eq!(entries(&parsed).len(), 24);
        assert!(parse(text(25).as_bytes()).is_none());
        let longest = "D:(A;;FA;;;S-1-5-1-2-3-4-5-6-7-8-9-10-11-12-13-14-15)";
        is_well_formed(&parse(longest.as_bytes()).unwrap());
    }

    proptest! {
        #[test]
        fn nothing_stops_it(text: Vec<u8>) {
            if let Some(parsed) = parse(&text) {
                is_well_formed(&parsed);
            }
        }

        #[test]
        fn what_is_almost_right_is_refused_or_well_formed(
            text in r"D:P?(\([AD];;(GA|FR|0x[0-9a-f]{0,9}|);;;(SY|WD|S-1-[0-9-]{0,40})\)){0,30}",
        ) {
            if let Some(parsed) = parse(text.as_bytes()) {
                is_well_formed(&parsed);
            }
        }
    }
}
