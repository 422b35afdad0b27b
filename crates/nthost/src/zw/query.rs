//! What keys and values say about themselves, in the form of the structures of C.

#![expect(non_upper_case_globals, reason = "what can be asked has its name of C")]

use core::ffi::c_void;

use super::registry::{Content, Entry, Key};
use crate::nt::{
    KEY_INFORMATION_CLASS, KEY_VALUE_INFORMATION_CLASS, KeyBasicInformation, KeyFullInformation,
    KeyNameInformation, KeyNodeInformation, KeyValueBasicInformation, KeyValueFullInformation,
    KeyValuePartialInformation, NTSTATUS, STATUS_BUFFER_OVERFLOW, STATUS_BUFFER_TOO_SMALL,
    STATUS_INVALID_PARAMETER, STATUS_SUCCESS,
};

/// An answer: the members of fixed size, and what follows them.
pub(super) struct Answer {
    bytes: Vec<u8>,
    fixed: usize,
}

/// Collects the members of an answer.
#[derive(Default)]
struct Writer(Vec<u8>);

impl Writer {
    fn long(mut self, value: usize) -> Self {
        let value = u32::try_from(value).expect("nothing in a registry is as large as 4 GiB");
        self.0.extend(value.to_le_bytes());
        self
    }

    fn time(mut self, value: u64) -> Self {
        self.0.extend(value.to_le_bytes());
        self
    }

    /// Ends the members of fixed size.
    fn then(self) -> Answer {
        Answer { fixed: self.0.len(), bytes: self.0 }
    }
}

impl Answer {
    fn units(mut self, units: &[u16]) -> Self {
        self.bytes.extend(units.iter().flat_map(|unit| unit.to_le_bytes()));
        self
    }

    fn data(mut self, offset: usize, data: &[u8]) -> Self {
        self.bytes.resize(offset, 0);
        self.bytes.extend(data);
        self
    }

    /// Writes what fits to the caller's buffer, if the members of fixed size do.
    ///
    /// # Safety
    ///
    /// `buffer` is valid for writes of `length` bytes and `needed` for one number.
    pub unsafe fn give(&self, buffer: *mut c_void, length: u32, needed: *mut u32) -> NTSTATUS {
        let size = u32::try_from(self.bytes.len()).expect("nothing in a registry is that large");
        // SAFETY: the caller says so.
        unsafe { needed.write_unaligned(size) };
        let length = length as usize;
        if length < self.fixed {
            return STATUS_BUFFER_TOO_SMALL;
        }
        let fits = length.min(self.bytes.len());
        // SAFETY: the caller says that there are `length` bytes.
        unsafe { buffer.cast::<u8>().copy_from_nonoverlapping(self.bytes.as_ptr(), fits) };
        if fits < self.bytes.len() { STATUS_BUFFER_OVERFLOW } else { STATUS_SUCCESS }
    }
}

const fn bytes_of(units: &[u16]) -> usize {
    size_of_val(units)
}

/// What is said about a value.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/ne-wdm-_key_value_information_class)
pub(super) fn value(entry: &Entry, class: KEY_VALUE_INFORMATION_CLASS) -> Result<Answer, NTSTATUS> {
    let (kind, name, data) = (entry.kind as usize, &entry.name, &entry.data);
    let start = Writer::default().long(0).long(kind);
    match class {
        KeyValueBasicInformation => Ok(start.long(bytes_of(name)).then().units(name)),
        KeyValueFullInformation => {
            const BEFORE_NAME: usize = 20;
            let offset = (BEFORE_NAME + bytes_of(name)).next_multiple_of(size_of::<u32>());
            let fixed = start.long(offset).long(data.len()).long(bytes_of(name));
            Ok(fixed.then().units(name).data(offset, data))
        }
        KeyValuePartialInformation => {
            const BEFORE_DATA: usize = 12;
            Ok(start.long(data.len()).then().data(BEFORE_DATA, data))
        }
        _ => Err(STATUS_INVALID_PARAMETER),
    }
}

/// What is said about a key.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/ne-wdm-_key_information_class)
pub(super) fn key(key: &Key, class: KEY_INFORMATION_CLASS) -> Result<Answer, NTSTATUS> {
    /// Where the class begins if there is none.
    const NOWHERE: usize = u32::MAX as usize;
    let content = key.content()?;
    let name = key.name();
    let start = Writer::default().time(content.written).long(0);
    let begin = |offset| if content.class.is_empty() { NOWHERE } else { offset };
    match class {
        KeyBasicInformation => Ok(start.long(bytes_of(name)).then().units(name)),
        KeyNodeInformation => {
            const BEFORE_NAME: usize = 24;
            let offset = begin(BEFORE_NAME + bytes_of(name));
            let fixed = start.long(offset).long(bytes_of(&content.class)).long(bytes_of(name));
            Ok(fixed.then().units(name).units(&content.class))
        }
        KeyFullInformation => {
            const BEFORE_CLASS: usize = 44;
            let fixed = start.long(begin(BEFORE_CLASS)).long(bytes_of(&content.class));
            Ok(counts(fixed, &content).then().units(&content.class))
        }
        KeyNameInformation => {
            let path = key.path();
            Ok(Writer::default().long(bytes_of(&path)).then().units(&path))
        }
        _ => Err(STATUS_INVALID_PARAMETER),
    }
}

/// How many there are in a key, and how large the largest are.
fn counts(writer: Writer, content: &Content) -> Writer {
    let keys = content.keys.iter();
    let longest_name = keys.clone().map(|key| bytes_of(key.name())).max().unwrap_or(0);
    let classes = keys.filter_map(|key| key.content().ok());
    let longest_class = classes.map(|content| bytes_of(&content.class)).max().unwrap_or(0);
    let values = content.values.iter();
    let longest_value = values.clone().map(|entry| bytes_of(&entry.name)).max().unwrap_or(0);
    let most_data = values.map(|entry| entry.data.len()).max().unwrap_or(0);
    writer
        .long(content.keys.len())
        .long(longest_name)
        .long(longest_class)
        .long(content.values.len())
        .long(longest_value)
        .long(most_data)
}
