//! Values of the registry, as far as they are fit for use.

use core::ops::RangeInclusive;

use crate::{
    Status,
    debug::{Line, Print},
    security::{self, Descriptor},
};

/// `REG_SZ`
const TEXT: u32 = 1;

/// `REG_DWORD`
const NUMBER: u32 = 4;

/// Bytes of a `KEY_VALUE_PARTIAL_INFORMATION` before the data.
pub const HEADER: usize = 12;

/// The most characters that the text of a security descriptor has.
pub const LONGEST_TEXT: usize = 512;

/// Why a value is not used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unfit {
    /// It cannot be read.
    Unreadable(Status),
    /// It is of another type.
    Type,
    /// The number is too small or too large.
    Bounds,
    /// The text is no security descriptor that can be used.
    Descriptor,
}

/// Why, as the end of a sentence about the value.
impl Print for Unfit {
    fn print(&self, line: &mut Line) {
        match self {
            Self::Unreadable(status) => {
                "cannot be read: ".print(line);
                status.print(line);
            }
            Self::Type => "has another type".print(line),
            Self::Bounds => "is out of bounds".print(line),
            Self::Descriptor => "is no security descriptor that can be used".print(line),
        }
    }
}

/// The data of a value of type `kind` in a `KEY_VALUE_PARTIAL_INFORMATION`.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/ns-wdm-_key_value_partial_information)
fn data(information: &[u8], kind: u32) -> Option<&[u8]> {
    let (header, data) = information.split_first_chunk::<HEADER>()?;
    let [_, _, _, _, rest @ ..] = header;
    let (found, length) = rest.split_first_chunk()?;
    let length = u32::from_le_bytes(*length.first_chunk()?);
    if u32::from_le_bytes(*found) != kind {
        return None;
    }
    data.get(..length as usize)
}

/// The number in a value.
///
/// # Errors
///
/// [`Unfit::Type`] and [`Unfit::Bounds`].
pub fn number(information: &[u8], bounds: &RangeInclusive<u32>) -> Result<u32, Unfit> {
    let data = data(information, NUMBER).and_then(|data| data.try_into().ok());
    let number = u32::from_le_bytes(data.ok_or(Unfit::Type)?);
    if bounds.contains(&number) { Ok(number) } else { Err(Unfit::Bounds) }
}

/// The security descriptor that the text in a value describes.
///
/// # Errors
///
/// [`Unfit::Type`] and [`Unfit::Descriptor`].
pub fn security(information: &[u8]) -> Result<Descriptor, Unfit> {
    let data = data(information, TEXT).ok_or(Unfit::Type)?;
    let (units, []) = data.as_chunks() else { return Err(Unfit::Type) };
    let mut text = [0; LONGEST_TEXT];
    let mut length = 0;
    // A text may come with a terminator or without.
    let units = units.strip_suffix(&[[0, 0]]).unwrap_or(units);
    for (unit, place) in units.iter().zip(&mut text) {
        // What is not ASCII is in no descriptor.
        let &[character, 0] = unit else { return Err(Unfit::Descriptor) };
        *place = character;
        length += 1;
    }
    let text = text.get(..length).filter(|text| text.len() == units.len());
    text.and_then(security::parse).ok_or(Unfit::Descriptor)
}

#[cfg(test)]
mod tests {
    extern crate std;

    use std::{format, vec::Vec};

    use super::{LONGEST_TEXT, NUMBER, TEXT, Unfit, number, security};
    use crate::security::SYSTEM_AND_ADMINISTRATORS;

    fn information(kind: u32, data: &[u8]) -> Vec<u8> {
        let length = u32::try_from(data.len()).unwrap();
        [&[0; 4], &kind.to_le_bytes(), &length.to_le_bytes(), data].concat()
    }

    fn text(text: &str) -> Vec<u8> {
        information(TEXT, &text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>())
    }

    #[test]
    fn numbers_keep_to_their_type_and_bounds() {
        let read = |kind, data: &[u8]| number(&information(kind, data), &(5..=7));
        assert_eq!(read(NUMBER, &[5, 0, 0, 0]), Ok(5));
        assert_eq!(read(NUMBER, &[7, 0, 0, 0]), Ok(7));
        assert_eq!(read(NUMBER, &[4, 0, 0, 0]), Err(Unfit::Bounds));
        assert_eq!(read(NUMBER, &[7, 0, 0, 1]), Err(Unfit::Bounds));
        assert_eq!(read(TEXT, &[5, 0, 0, 0]), Err(Unfit::Type));
        assert_eq!(read(11, &[5, 0, 0, 0, 0, 0, 0, 0]), Err(Unfit::Type));
        assert_eq!(read(NUMBER, &[5, 0, 0]), Err(Unfit::Type));
        assert_eq!(read(NUMBER, &[]), Err(Unfit::Type));
    }

    #[test]
    fn lengths_that_lie_are_found() {
        let whole = information(NUMBER, &[5, 0, 0, 0]);
        for length in 0..whole.len() {
            assert_eq!(number(&whole[..length], &(0..=9)), Err(Unfit::Type));
        }
    }

    #[test]
    fn texts_are_descriptors() {
        let usual = "D:P(A;;FA;;;SY)(A;;FA;;;BA)";
        for given in [usual, &format!("{usual}\0")] {
            let read = security(&text(given)).unwrap();
            assert_eq!(read.as_bytes(), SYSTEM_AND_ADMINISTRATORS.as_bytes());
        }
    }

    #[test]
    fn other_texts_are_refused() {
        let refused = |information: &[u8]| security(information).unwrap_err();
        let long = "D:".repeat(LONGEST_TEXT);
        for wrong in ["", "\0", "D:P\0\0", "D:P(A;;GA;;;WD", "D:P\u{150}", "Ā:P", long.as_str()] {
            assert_eq!(refused(&text(wrong)), Unfit::Descriptor, "{wrong}");
        }
        assert_eq!(refused(&information(2, &[68, 0])), Unfit::Type);
        assert_eq!(refused(&information(TEXT, &[68, 0, 58])), Unfit::Type);
        assert_eq!(refused(&information(NUMBER, &[5, 0, 0, 0])), Unfit::Type);
    }
}
