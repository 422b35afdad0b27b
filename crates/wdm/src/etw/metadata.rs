//! Descriptions of providers and events, as TraceLogging wants them.

use super::value::Kind;

/// A description of at most `N` bytes: its length in two bytes, and then what is described.
///
/// # Invariants
///
/// `length <= N`, and the first two bytes are `length`.
#[derive(Clone, Copy, Debug)]
pub struct Metadata<const N: usize> {
    bytes: [u8; N],
    length: usize,
}

/// Follows the type of a field that also says how it is shown.
const HAS_FORMAT: u8 = 0x80;

impl<const N: usize> Metadata<N> {
    /// That of a provider: its name.
    pub const fn of_provider(name: &str) -> Self {
        Self::empty().with_name(name).finished()
    }

    /// That of an event: no tag, its name, and its fields.
    pub const fn of_event(name: &str, fields: &[&str], kinds: &[Kind]) -> Self {
        assert!(fields.len() == kinds.len(), "an event has as many values as fields");
        let mut this = Self::empty().with(0).with_name(name);
        let mut i = 0;
        while i < fields.len() {
            this = this.with_name(fields[i]);
            let Kind { stored, shown } = kinds[i];
            this = if shown == 0 {
                this.with(stored)
            } else {
                this.with(stored | HAS_FORMAT).with(shown)
            };
            i += 1;
        }
        this.finished()
    }

    /// The bytes.
    pub fn as_bytes(&self) -> &[u8] {
        self.bytes.get(..self.length).unwrap_or_default()
    }

    const fn empty() -> Self {
        Self { bytes: [0; N], length: 2 }
    }

    const fn with(mut self, byte: u8) -> Self {
        self.bytes[self.length] = byte;
        self.length += 1;
        self
    }

    /// Adds a name and the zero behind it.
    const fn with_name(mut self, name: &str) -> Self {
        let (name, mut i) = (name.as_bytes(), 0);
        while i < name.len() {
            assert!(name[i] != 0, "a name has no zero in it");
            self = self.with(name[i]);
            i += 1;
        }
        self.with(0)
    }

    const fn finished(mut self) -> Self {
        assert!(self.length <= u16::MAX as usize);
        #[expect(clippy::cast_possible_truncation, reason = "checked in the line above")]
        let [low, high] = (self.length as u16).to_le_bytes();
        self.bytes[0] = low;
        self.bytes[1] = high;
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_provider_is_its_name() {
        const NAME: Metadata<16> = Metadata::of_provider("a.b");
        assert_eq!(NAME.as_bytes(), b"\x06\x00a.b\0");
    }

    #[test]
    fn an_event_is_its_name_and_its_fields() {
        const KINDS: [Kind; 2] = [Kind { stored: 8, shown: 0 }, Kind { stored: 7, shown: 14 }];
        const EVENT: Metadata<32> = Metadata::of_event("Ev", &["A", "Bc"], &KINDS);
        assert_eq!(EVENT.as_bytes(), b"\x0e\x00\0Ev\0A\0\x08Bc\0\x87\x0e");
    }
}
