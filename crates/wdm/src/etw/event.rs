//! Events.

use core::marker::PhantomData;

use super::{metadata::Metadata, value::Values};

/// How important an event is.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows/win32/wes/eventmanifestschema-leveltype-complextype)
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Level {
    /// `TRACE_LEVEL_ERROR`
    Error = 2,
    /// `TRACE_LEVEL_WARNING`
    Warning = 3,
    /// `TRACE_LEVEL_INFORMATION`
    Information = 4,
    /// `TRACE_LEVEL_VERBOSE`
    Verbose = 5,
}

/// Bytes of the description of an event, at most.
const DESCRIPTION: usize = 192;

/// The channel of events that describe themselves.
const CHANNEL: u8 = 11;

/// What an event is, apart from its values, which are a `T`.
#[derive(Debug)]
pub struct Event<T> {
    pub(super) head: Head,
    pub(super) description: Metadata<DESCRIPTION>,
    values: PhantomData<fn(T)>,
}

/// `EVENT_DESCRIPTOR`
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows/win32/api/evntprov/ns-evntprov-event_descriptor)
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub(super) struct Head {
    id: u16,
    version: u8,
    channel: u8,
    pub level: u8,
    opcode: u8,
    task: u16,
    pub keywords: u64,
}

impl<T: Values> Event<T> {
    /// An event with a name, and the names of its fields.
    ///
    /// # Panics
    ///
    /// If there are no keywords, more or fewer fields than values, a name has a zero in it, or all names together are too
    /// long. Use it for statics, so that this is found at compile time.
    #[must_use]
    pub const fn new(name: &str, level: Level, keywords: u64, fields: &[&str]) -> Self {
        assert!(keywords != 0, "an event without keywords comes whatever a session asks for");
        let level = level as u8;
        let head =
            Head { id: 0, version: 0, channel: CHANNEL, level, opcode: 0, task: 0, keywords };
        let description = Metadata::of_event(name, fields, T::KINDS);
        Self { head, description, values: PhantomData }
    }
}

const _: () = assert!(size_of::<Head>() == 16);
