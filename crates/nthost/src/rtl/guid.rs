//! Identifiers as text: `{00000000-0000-0000-0000-000000000000}`.

use super::convert::fill;
use crate::{
    export::{Export, exports},
    low_resources::denies,
    nt::{
        GUID, NTSTATUS, PASSIVE_LEVEL, STATUS_INSUFFICIENT_RESOURCES, STATUS_INVALID_PARAMETER,
        STATUS_SUCCESS, TRUE, UNICODE_STRING,
    },
};

fn write(guid: &GUID) -> String {
    let GUID { Data1, Data2, Data3, Data4 } = guid;
    let end = u64::from_be_bytes(*Data4);
    let (group, rest) = (end >> 48, end & 0xffff_ffff_ffff);
    format!("{{{Data1:08X}-{Data2:04X}-{Data3:04X}-{group:04X}-{rest:012X}}}")
}

fn parse(text: &str) -> Option<GUID> {
    let text = text.strip_prefix('{')?.strip_suffix('}')?;
    let groups: Vec<_> = text.split('-').collect();
    let lengths = [8, 4, 4, 4, 12];
    let digits = text.bytes().all(|byte| byte == b'-' || byte.is_ascii_hexdigit());
    if !digits || !groups.iter().map(|group| group.len()).eq(lengths) {
        return None;
    }
    let number = |index: usize| u64::from_str_radix(groups[index], 16).ok();
    let end = (number(3)? << 48) | number(4)?;
    Some(GUID {
        Data1: u32::try_from(number(0)?).ok()?,
        Data2: u16::try_from(number(1)?).ok()?,
        Data3: u16::try_from(number(2)?).ok()?,
        Data4: end.to_be_bytes(),
    })
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-rtlstringfromguid)
unsafe extern "efiapi" fn RtlStringFromGUID(
    guid: *const GUID,
    string: *mut UNICODE_STRING,
) -> NTSTATUS {
    if denies("RtlStringFromGUID") {
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    // SAFETY: the driver passes an identifier.
    let guid = unsafe { guid.read_unaligned() };
    let units: Vec<_> = write(&guid).encode_utf16().collect();
    // SAFETY: the driver passes a place for a string.
    unsafe { fill(string, &units, TRUE) }
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-rtlguidfromstring)
unsafe extern "efiapi" fn RtlGUIDFromString(
    string: *const UNICODE_STRING,
    guid: *mut GUID,
) -> NTSTATUS {
    // SAFETY: the driver passes a valid string.
    let string = unsafe { &*string };
    // SAFETY: as before.
    let Some(parsed) = parse(&unsafe { string.to_string_lossy() }) else {
        return STATUS_INVALID_PARAMETER;
    };
    // SAFETY: the driver passes a place for an identifier.
    unsafe { guid.write_unaligned(parsed) };
    STATUS_SUCCESS
}

pub(crate) const EXPORTS: &[Export] = exports! {
    RtlGUIDFromString: PASSIVE_LEVEL..=PASSIVE_LEVEL;
    RtlStringFromGUID: PASSIVE_LEVEL..=PASSIVE_LEVEL;
};

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::{ex, rtl::buffer, system::System, thread};

    const TEXT: &str = "{01020304-0506-0708-090A-0B0C0D0E0FF0}";

    fn read(text: &str) -> Option<GUID> {
        let units: Vec<_> = text.encode_utf16().collect();
        let string = UNICODE_STRING::of(&units);
        let mut guid = GUID::default();
        // SAFETY: the string is valid, and so is the place for the identifier.
        let status = unsafe { RtlGUIDFromString(&raw const string, &raw mut guid) };
        (status == STATUS_SUCCESS).then_some(guid)
    }

    #[test]
    fn identifiers_come_back() {
        let guid = read(TEXT).unwrap();
        assert_eq!((guid.Data1, guid.Data2, guid.Data3), (0x0102_0304, 0x506, 0x708));
        assert_eq!(guid.Data4, [9, 10, 11, 12, 13, 14, 15, 240]);
        let system = Arc::new(System::new(1));
        thread::enter(&system, |_| {
            let mut string = UNICODE_STRING::default();
            // SAFETY: the identifier is valid, and so is the place for the string.
            let status = unsafe { RtlStringFromGUID(&raw const guid, &raw mut string) };
            assert_eq!(status, STATUS_SUCCESS);
            // SAFETY: the string was made above.
            assert_eq!(unsafe { string.to_string_lossy() }, TEXT);
            // SAFETY: nobody uses it any more.
            unsafe { buffer::free(string.Buffer.cast()) };
        });
        assert!(ex::leftovers(&system).is_empty());
    }

    #[test]
    fn other_text_is_refused() {
        assert!(read(&TEXT.to_lowercase()).is_some());
        for text in [
            "",
            &TEXT[1..],
            "{01020304-0506-0708-090A0-B0C0D0E0FF0}",
            "{+1020304-0506-0708-090A-0B0C0D0E0FF0}",
            "{01020304-0506-0708-090A-0B0C0D0E0FF0} ",
        ] {
            assert_eq!(read(text), None, "{text:?}");
        }
    }
}
