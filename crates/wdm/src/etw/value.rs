//! The values of events.

use core::{
    marker::PhantomData,
    net::{IpAddr, SocketAddr},
};

use zerocopy::IntoBytes;

use crate::Status;

/// How a value is stored in an event, and how tools show it.
#[derive(Clone, Copy, Debug)]
pub struct Kind {
    /// Number of the type (`TlgIn…`).
    pub(super) stored: u8,
    /// Number of the format (`TlgOut…`); zero for that which the type has anyway.
    pub(super) shown: u8,
}

impl Kind {
    const fn plain(stored: u8) -> Self {
        Self { stored, shown: 0 }
    }
}

/// A piece of an event (`EVENT_DATA_DESCRIPTOR`), borrowed for `'a`.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows/win32/api/evntprov/ns-evntprov-event_data_descriptor)
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct Part<'a> {
    pointer: u64,
    size: u32,
    kind: u32,
    bytes: PhantomData<&'a [u8]>,
}

/// Most pieces of an event: two that describe it, and two for each value.
const MOST: usize = 2 + 2 * 8;

/// The pieces of an event. Only the values of this module add some, at most two each.
#[derive(Debug)]
pub struct Parts<'a> {
    parts: [Part<'a>; MOST],
    count: usize,
}

impl<'a> Parts<'a> {
    pub(super) const fn new() -> Self {
        let none = Part { pointer: 0, size: 0, kind: 0, bytes: PhantomData };
        Self { parts: [none; MOST], count: 0 }
    }

    /// Appends bytes of a value.
    pub(super) fn push(&mut self, bytes: &'a [u8]) {
        self.push_as(bytes, 0);
    }

    /// Appends bytes of that kind. Those for which there is no place are left out.
    pub(super) fn push_as(&mut self, bytes: &'a [u8], kind: u32) {
        if let Some(place) = self.parts.get_mut(self.count)
            && let Ok(size) = u32::try_from(bytes.len())
        {
            let pointer = bytes.as_ptr().addr() as u64;
            *place = Part { pointer, size, kind, bytes: PhantomData };
            self.count += 1;
        }
    }

    /// All of them.
    #[must_use]
    pub fn as_slice(&self) -> &[Part<'a>] {
        self.parts.get(..self.count).unwrap_or_default()
    }
}

/// What can be a field of an event.
pub trait Value {
    /// How it is stored and shown.
    const KIND: Kind;

    /// Appends its bytes, as one or two pieces.
    fn push<'a>(&'a self, parts: &mut Parts<'a>);
}

/// The values of the fields of an event, in their order.
pub trait Values {
    /// How they are stored and shown.
    const KINDS: &'static [Kind];

    /// Appends their bytes.
    fn push<'a>(&'a self, parts: &mut Parts<'a>);
}

macro_rules! numbers {
    ($($number:ty, $stored:literal;)*) => { $(
        impl Value for $number {
            const KIND: Kind = Kind::plain($stored);

            fn push<'a>(&'a self, parts: &mut Parts<'a>) {
                parts.push(self.as_bytes());
            }
        }
    )* };
}

numbers! {
    u16, 6;
    u32, 8;
    u64, 10;
}

/// Shown as the symbol of the value.
impl Value for Status {
    const KIND: Kind = Kind { stored: 7, shown: 14 };

    fn push<'a>(&'a self, parts: &mut Parts<'a>) {
        parts.push(self.as_bytes());
    }
}

/// The bytes of a `GUID` as it is in memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Guid(pub [u8; 16]);

impl Value for Guid {
    const KIND: Kind = Kind::plain(15);

    fn push<'a>(&'a self, parts: &mut Parts<'a>) {
        parts.push(&self.0);
    }
}

/// Text in UTF-8.
#[derive(Clone, Copy, Debug)]
pub struct Text {
    length: [u8; 2],
    text: &'static str,
}

impl Text {
    /// This text.
    ///
    /// # Panics
    ///
    /// If the text is longer than 65535 bytes. Use it for constants, so that this is found at compile time.
    #[must_use]
    pub const fn new(text: &'static str) -> Self {
        assert!(text.len() <= u16::MAX as usize);
        #[expect(clippy::cast_possible_truncation, reason = "checked in the line above")]
        let length = (text.len() as u16).to_le_bytes();
        Self { length, text }
    }
}

impl Value for Text {
    const KIND: Kind = Kind { stored: 23, shown: 35 };

    fn push<'a>(&'a self, parts: &mut Parts<'a>) {
        parts.push(&self.length);
        parts.push(self.text.as_bytes());
    }
}

/// An address with its port, as a `SOCKADDR`.
#[derive(Clone, Copy, Debug)]
pub struct SocketAddress {
    /// The length in two bytes, and then the address.
    bytes: [u8; 2 + 28],
    length: u8,
}

impl From<SocketAddr> for SocketAddress {
    fn from(address: SocketAddr) -> Self {
        let (family, length): (u16, u8) = if address.is_ipv4() { (2, 16) } else { (23, 28) };
        let mut this = Self { bytes: [0; 30], length: length.saturating_add(2) };
        this.write(0, &[length, 0]);
        this.write(2, &family.to_le_bytes());
        this.write(4, &address.port().to_be_bytes());
        match address.ip() {
            IpAddr::V4(ip) => this.write(6, &ip.octets()),
            IpAddr::V6(ip) => this.write(10, &ip.octets()),
        }
        if let SocketAddr::V6(address) = address {
            this.write(26, &address.scope_id().to_le_bytes());
        }
        this
    }
}

impl SocketAddress {
    fn write(&mut self, at: usize, bytes: &[u8]) {
        for (place, byte) in self.bytes.iter_mut().skip(at).zip(bytes) {
            *place = *byte;
        }
    }
}

impl Value for SocketAddress {
    const KIND: Kind = Kind { stored: 14, shown: 10 };

    fn push<'a>(&'a self, parts: &mut Parts<'a>) {
        parts.push(self.bytes.get(..self.length.into()).unwrap_or_default());
    }
}

macro_rules! tuples {
    ($($($value:ident $place:tt),*;)*) => { $(
        impl<$($value: Value),*> Values for ($($value,)*) {
            const KINDS: &'static [Kind] = &[$($value::KIND),*];

            #[allow(unused_variables, reason = "there may be no values")]
            fn push<'a>(&'a self, parts: &mut Parts<'a>) {
                $( self.$place.push(parts); )*
            }
        }
    )* };
}

tuples! {
    ;
    A 0;
    A 0, B 1;
    A 0, B 1, C 2;
    A 0, B 1, C 2, D 3;
    A 0, B 1, C 2, D 3, E 4;
    A 0, B 1, C 2, D 3, E 4, F 5;
    A 0, B 1, C 2, D 3, E 4, F 5, G 6;
    A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7;
}

#[cfg(test)]
mod tests {
    extern crate std;

    use std::{vec, vec::Vec};

    use super::*;

    /// The bytes of all parts.
    fn bytes(values: &impl Values) -> Vec<Vec<u8>> {
        let mut parts = Parts::new();
        values.push(&mut parts);
        let bytes = |part: &Part<'_>| {
            let start =
                core::ptr::with_exposed_provenance::<u8>(usize::try_from(part.pointer).unwrap());
            // SAFETY: the part is borrowed bytes.
            unsafe { core::slice::from_raw_parts(start, part.size as usize) }.to_vec()
        };
        parts.as_slice().iter().map(bytes).collect()
    }

    #[test]
    fn numbers_are_their_bytes() {
        let parts = bytes(&(7_u16, 0x0102_0304_u32, u64::MAX, Status::CANCELLED));
        let status = Status::CANCELLED.to_raw().to_le_bytes();
        assert_eq!(parts, [&[7, 0][..], &[4, 3, 2, 1], &[255; 8], &status]);
    }

    #[test]
    fn text_has_its_length_before_it() {
        assert_eq!(bytes(&(Text::new("abc"),)), [vec![3, 0], b"abc".to_vec()]);
        assert_eq!(bytes(&(Text::new(""), 1_u16)), [vec![0, 0], vec![], vec![1, 0]]);
    }

    #[test]
    fn addresses_are_those_of_sockets() {
        let four = bytes(&(SocketAddress::from(SocketAddr::from(([1, 2, 3, 4], 0x1234))),));
        assert_eq!(four, [[&[16, 0, 2, 0, 0x12, 0x34, 1, 2, 3, 4][..], &[0; 8]].concat()]);
        let six = core::net::SocketAddrV6::new([0xfe80, 0, 0, 0, 0, 0, 0, 1].into(), 9, 0, 5);
        let six = bytes(&(SocketAddress::from(SocketAddr::from(six)),));
        let wanted =
            [&[28, 0, 23, 0, 0, 9, 0, 0, 0, 0, 0xfe, 0x80][..], &[0; 13], &[1, 5, 0, 0, 0]];
        assert_eq!(six, [wanted.concat()]);
    }

    #[test]
    fn all_parts_of_the_longest_event_have_a_place() {
        let text = Text::new("x");
        let values = (text, text, text, text, text, text, text, text);
        let mut parts = Parts::new();
        parts.push_as(&[], 2);
        parts.push_as(&[], 1);
        values.push(&mut parts);
        assert_eq!(parts.as_slice().len(), MOST);
    }
}
