//! What can be set for a driver in the registry.

use crate::nt::{REG_BINARY, REG_DWORD, REG_MULTI_SZ, REG_QWORD, REG_SZ};

/// A value of the registry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// `REG_DWORD`
    Dword(u32),
    /// `REG_QWORD`
    Qword(u64),
    /// `REG_SZ`
    String(String),
    /// `REG_MULTI_SZ`
    Strings(Vec<String>),
    /// `REG_BINARY`
    Binary(Vec<u8>),
}

impl Value {
    pub(super) const fn kind(&self) -> u32 {
        match self {
            Self::Dword(_) => REG_DWORD,
            Self::Qword(_) => REG_QWORD,
            Self::String(_) => REG_SZ,
            Self::Strings(_) => REG_MULTI_SZ,
            Self::Binary(_) => REG_BINARY,
        }
    }

    pub(super) fn data(&self) -> Vec<u8> {
        match self {
            Self::Dword(value) => value.to_le_bytes().to_vec(),
            Self::Qword(value) => value.to_le_bytes().to_vec(),
            Self::String(text) => terminated(text).collect(),
            Self::Strings(texts) => {
                texts.iter().flat_map(|text| terminated(text)).chain([0, 0]).collect()
            }
            Self::Binary(bytes) => bytes.clone(),
        }
    }
}

/// A text as UTF-16 with a terminator.
fn terminated(text: &str) -> impl Iterator<Item = u8> {
    text.encode_utf16().chain([0]).flat_map(u16::to_le_bytes)
}

#[cfg(test)]
mod tests {
    use super::Value;

    #[test]
    fn strings_are_terminated() {
        assert_eq!(Value::String("a".into()).data(), [97, 0, 0, 0]);
        let two = Value::Strings(vec!["a".into(), "b".into()]);
        assert_eq!(two.data(), [97, 0, 0, 0, 98, 0, 0, 0, 0, 0]);
        assert_eq!(Value::Strings(vec![]).data(), [0, 0]);
    }
}
