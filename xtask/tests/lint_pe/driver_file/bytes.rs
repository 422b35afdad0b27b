//! Bytes that grow.

/// Bytes that grow. All numbers are little-endian.
#[derive(Default)]
pub struct Bytes(Vec<u8>);

impl Bytes {
    pub fn raw(&mut self, bytes: &[u8]) -> &mut Self {
        self.0.extend_from_slice(bytes);
        self
    }

    pub fn u16(&mut self, value: u16) -> &mut Self {
        self.raw(&value.to_le_bytes())
    }

    pub fn u32s(&mut self, values: &[u32]) -> &mut Self {
        for value in values {
            self.raw(&value.to_le_bytes());
        }
        self
    }

    pub fn u64(&mut self, value: u64) -> &mut Self {
        self.raw(&value.to_le_bytes())
    }

    /// A text in UTF-16, with its zero.
    pub fn utf16(&mut self, text: &str) -> &mut Self {
        for unit in text.encode_utf16() {
            self.u16(unit);
        }
        self.u16(0)
    }

    /// Adds zeros up to a multiple of `unit`.
    pub fn align(&mut self, unit: usize) -> &mut Self {
        self.resize(self.0.len().next_multiple_of(unit))
    }

    /// Adds zeros up to `length`.
    pub fn resize(&mut self, length: usize) -> &mut Self {
        self.0.resize(length, 0);
        self
    }

    /// Replaces what is at `offset`.
    pub fn overwrite(&mut self, offset: u32, bytes: &[u8]) {
        let offset = offset as usize;
        self.0[offset..offset + bytes.len()].copy_from_slice(bytes);
    }

    pub fn as_slice(&self) -> &[u8] {
        &self.0
    }

    pub fn len(&self) -> u32 {
        u32::try_from(self.0.len()).unwrap()
    }
}

impl From<Bytes> for Vec<u8> {
    fn from(bytes: Bytes) -> Self {
        bytes.0
    }
}

/// `value` rounded up to a multiple of `unit`.
pub fn align(value: u32, unit: u32) -> u32 {
    value.next_multiple_of(unit)
}
