//! From the bytes of an INF file to its text.

use super::InfError;

/// How the characters of a file are stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// Nothing but ASCII.
    Ascii,
    /// UTF-8 with other characters than ASCII, or with a byte order mark.
    Utf8,
    /// UTF-16 with the low byte first, after a byte order mark.
    Utf16,
}

/// The text in `bytes`, without a byte order mark.
///
/// # Errors
///
/// [`InfError::Encoding`].
pub fn decode(bytes: &[u8]) -> Result<(String, Encoding), InfError> {
    if let Some(bytes) = bytes.strip_prefix(b"\xff\xfe") {
        let (units, rest) = bytes.as_chunks();
        let units: Vec<_> = units.iter().map(|&unit| u16::from_le_bytes(unit)).collect();
        return match String::from_utf16(&units) {
            Ok(text) if rest.is_empty() => Ok((text, Encoding::Utf16)),
            _ => Err(InfError::Encoding),
        };
    }
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let encoding = if bytes.is_ascii() { Encoding::Ascii } else { Encoding::Utf8 };
    let text = str::from_utf8(text).map_err(|_| InfError::Encoding)?;
    Ok((text.to_owned(), encoding))
}
