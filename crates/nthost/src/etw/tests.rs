//! Providers, sessions and events.

use core::ptr;

use super::*;

const ID: u128 = 0x0000_abcd_0000_0000_0000_0000_0000_0000;

fn register_with(callback: usize, context: usize) -> u64 {
    let (id, mut handle) = (GUID { Data1: 0xabcd, ..GUID::default() }, 0);
    // SAFETY: the identifier is valid, and so is the place for the handle.
    let status = unsafe { EtwRegister(&raw const id, callback, context, &raw mut handle) };
    assert_eq!(status, STATUS_SUCCESS);
    handle
}

fn register() -> u64 {
    register_with(0, 0)
}

fn event(handle: u64, parts: u32) -> NTSTATUS {
    // SAFETY: no data are read.
    unsafe { EtwWrite(handle, ptr::null(), ptr::null(), parts, ptr::null()) }
}

/// A part of an event, and its kind.
type Part<'p> = (&'p [u8], u32);

/// Writes an event with the parts of these kinds.
fn described(handle: u64, level: u8, parts: &[Part<'_>]) -> NTSTATUS {
    let head = EVENT_DESCRIPTOR { Channel: 11, Level: level, Keyword: 1, ..Default::default() };
    let part = |&(bytes, kind): &Part<'_>| EVENT_DATA_DESCRIPTOR {
        Ptr: bytes.as_ptr() as u64,
        Size: u32::try_from(bytes.len()).unwrap(),
        u: crate::nt::EVENT_DATA_DESCRIPTOR_TYPE { Reserved: kind },
    };
    let parts: Vec<_> = parts.iter().map(part).collect();
    let count = u32::try_from(parts.len()).unwrap();
    let none = ptr::null();
    // SAFETY: the descriptor and the parts are valid.
    unsafe { EtwWriteTransfer(handle, &raw const head, none, none, count, parts.as_ptr()) }
}

/// Registers a provider whose events have parts of several kinds.
fn register_with_kinds() -> u64 {
    let handle = register();
    // SAFETY: nothing is read.
    let status = unsafe { EtwSetInformation(handle, 2, ptr::null(), 0) };
    assert_eq!(status, STATUS_SUCCESS);
    handle
}

fn with(code: impl FnOnce(&System)) {
    let system = Arc::new(System::new(1));
    thread::enter(&system, |_| code(&system));
}

#[test]
fn counts_events_of_providers() {
    with(|system| {
        let (first, second) = (register(), register());
        assert_eq!([event(first, 0), event(first, 128)], [STATUS_SUCCESS; 2]);
        assert_eq!(event(first, 129), STATUS_INVALID_PARAMETER);
        // SAFETY: the handle is valid.
        assert_eq!(unsafe { EtwUnregister(second) }, STATUS_SUCCESS);
        let wanted = format!("event provider 1 ({ID:032X}), which wrote 2 events, is registered");
        assert_eq!(leftovers(system), [wanted]);
        assert!(system.verifier.violations().is_empty());
        assert_eq!(event(second, 0), STATUS_INVALID_HANDLE);
        assert_eq!(system.verifier.violations()[0].rule, "event-provider");
    });
}

#[test]
fn a_provider_that_never_was_is_no_violation() {
    with(|system| {
        assert_eq!(event(0, 0), STATUS_INVALID_HANDLE);
        assert!(system.verifier.violations().is_empty());
    });
}

/// The description of the provider `p`.
const PROVIDER: Part<'_> = (b"\x04\0p\0", 2);

#[test]
fn reads_events_that_describe_themselves() {
    with(|system| {
        let handle = register_with_kinds();
        system.etw.listen(ID, 4, 0);
        let description: &[u8] = b"\x0d\0\0Ev\0A\0\x06B\0\x87\x0e";
        let parts = [PROVIDER, (description, 1), (&[7, 0], 0), (&0xC000_0120_u32.to_le_bytes(), 0)];
        assert_eq!(described(handle, 4, &parts), STATUS_SUCCESS);
        assert_eq!(described(handle, 5, &parts), STATUS_SUCCESS);
        let events = system.etw.take_events();
        let [event] = &events[..] else { panic!("{events:?}") };
        let TraceEvent { provider, id, name, level, keywords, fields } = event.clone();
        assert_eq!((&*provider, id, &*name, level, keywords), ("p", ID, "Ev", 4, 1));
        let status = TraceValue::Status(crate::Status::new(0xC000_0120_u32.cast_signed()));
        let wanted = [("A".to_owned(), TraceValue::Unsigned(7)), ("B".to_owned(), status)];
        assert_eq!(fields, wanted);
        assert!(system.verifier.violations().is_empty());
    });
}

/// What is made of the values of an event with one field of each of these formats, called `A`.
fn fields(formats: &[&[u8]], data: &[u8]) -> Vec<TraceValue> {
    let mut body = b"\0E\0".to_vec();
    for format in formats {
        body.extend(b"A\0");
        body.extend(*format);
    }
    let mut description = u16::try_from(body.len() + 2).unwrap().to_le_bytes().to_vec();
    description.extend(body);
    let mut values = Vec::new();
    with(|system| {
        let handle = register_with_kinds();
        system.etw.listen(ID, 0, 0);
        let parts = [PROVIDER, (&*description, 1), (data, 0)];
        assert_eq!(described(handle, 2, &parts), STATUS_SUCCESS);
        assert!(system.verifier.violations().is_empty(), "{formats:?}");
        let [event] = &system.etw.take_events()[..] else { panic!("{formats:?}") };
        assert_eq!((&*event.provider, &*event.name), ("p", "E"));
        values.extend(event.fields.iter().map(|(_, value)| value.clone()));
    });
    values
}

#[test]
fn reads_values_of_all_simple_types() {
    let text = |text: &str| TraceValue::Text(text.to_owned());
    let mut time: Vec<_> = [2026_u16, 2, 0, 3, 4, 5, 6, 7].map(u16::to_le_bytes).concat();
    time.push(9);
    let cases: [(u8, &[u8], TraceValue); 8] = [
        (1, b"a\0\xe4\0\0\x01\0\0\x09", text("a\u{e4}\u{100}")),
        (2, b"ab\0\x09", text("ab")),
        (11, &[0, 0, 0xc0, 0x3f, 9], TraceValue::Float(1.5)),
        (12, &[0, 0, 0, 0, 0, 0, 0xf8, 0xbf, 9], TraceValue::Float(-1.5)),
        (18, &time, text("2026-02-03 04:05:06.007")),
        (19, &[1, 2, 0, 0, 0, 0, 0, 5, 32, 0, 0, 0, 0x20, 2, 0, 0, 9], text("S-1-5-32-544")),
        (22, b"\x02\0a\0\x09", text("a")),
        (25, b"\x02\0ab\x09", TraceValue::Bytes(b"ab".to_vec())),
    ];
    for (format, data, value) in cases {
        assert_eq!(fields(&[&[format], &[4]], data), [value, TraceValue::Unsigned(9)]);
    }
}

#[test]
fn tags_of_fields_are_passed_over() {
    let formats: [&[u8]; 3] = [b"\x84\x80\x01", b"\x88\x8e\xff\xff\x7f", b"\x04"];
    let status = TraceValue::Status(crate::Status::new(5));
    let [first, last] = [1, 9].map(TraceValue::Unsigned);
    assert_eq!(fields(&formats, &[1, 5, 0, 0, 0, 9]), [first, status, last]);
}

#[test]
fn an_event_with_a_type_that_is_not_read_is_kept_without_its_fields() {
    // A constant and a variable number of values, what has a format of its own, a structure, and what may
    // come.
    let formats: [&[u8]; 5] = [b"\x24\x02\0", b"\x44", b"\x64\x01\0x", b"\x98\x01", b"\x1e"];
    for format in formats {
        assert_eq!(fields(&[&[4], format, &[4]], &[1, 2, 3, 4]), []);
    }
}

#[test]
fn kinds_of_parts_are_not_looked_at_before_the_provider_says_so() {
    with(|system| {
        let handle = register();
        system.etw.listen(ID, 0, 0);
        assert_eq!(described(handle, 2, &[PROVIDER]), STATUS_SUCCESS);
        let events = system.etw.take_events();
        assert_eq!((events.len(), &*events[0].provider, &*events[0].name), (1, "", ""));
        assert!(system.verifier.violations().is_empty());
    });
}

#[test]
fn an_event_whose_data_are_not_what_it_describes_is_a_violation() {
    let text: &[u8] = b"\x08\0\0E\0A\0\x17";
    let cases: [(&[Part<'_>], &str); 9] = [
        (&[PROVIDER, (b"\x08\0\0E\0A\0\x08", 1), (&[1, 2], 0)], "4 bytes are wanted where 2"),
        (&[PROVIDER, (b"\x08\0\0E\0A\0\x06", 1), (&[1, 2, 3], 0)], "1 bytes behind its last field"),
        (&[PROVIDER, (text, 1), (&[3, 0], 0), (b"ab", 0)], "3 bytes are wanted where 2"),
        (&[PROVIDER, (b"\x08\0\0E\0A\0\x01", 1), (b"a\0b", 0)], "text has no end"),
        (&[PROVIDER, (b"\x08\0\0E\0A\0\x16", 1), (b"\x03\0a\0b", 0)], "UTF-16 has 3 bytes"),
        // Tags have no end.
        (&[PROVIDER, (b"\x0a\0\0E\0A\0\x84\x80\x80", 1), (&[1], 0)], "1 bytes are wanted where 0"),
        (&[PROVIDER, (b"\x09\0\0E\0A\0\x06", 1), (&[1, 2], 0)], "8 bytes says that it has 9"),
        (&[(b"\x05\0p\0", 2), (b"\x05\0\0E\0", 1)], "4 bytes says that it has 5"),
        // A name.
        (&[PROVIDER, (b"\x04\0\0E", 1)], "text has no end"),
    ];
    for (parts, cause) in cases {
        with(|system| {
            let handle = register_with_kinds();
            system.etw.listen(ID, 0, 0);
            assert_eq!(described(handle, 2, parts), STATUS_SUCCESS);
            assert_eq!(system.etw.take_events(), []);
            let violation = &system.verifier.violations()[0];
            assert_eq!(violation.rule, "event-description", "{parts:?}");
            assert!(violation.text.contains(cause), "{}", violation.text);
        });
    }
}

#[test]
fn drivers_are_told_who_listens() {
    use std::sync::Mutex;

    type Calls = Mutex<Vec<(u32, u8, u64)>>;

    unsafe extern "efiapi" fn callback(
        _source: *const GUID,
        control: u32,
        level: u8,
        any: u64,
        _all: u64,
        _filter: *const u8,
        context: usize,
    ) {
        // SAFETY: the context is that of the registration below.
        let calls = unsafe { &*(context as *const Calls) };
        calls.lock().unwrap().push((control, level, any));
    }

    with(|system| {
        let calls = Calls::default();
        let take = || std::mem::take(&mut *calls.lock().unwrap());
        let (routine, context) = (callback as *const () as usize, (&raw const calls) as usize);
        let first = register_with(routine, context);
        assert_eq!(take(), []);
        system.etw.listen(ID, 4, 6);
        system.etw.listen(ID + 1, 5, 0);
        assert_eq!(take(), [(1, 4, 6)]);
        let second = register_with(routine, context);
        assert_eq!(take(), [(1, 4, 6)]);
        assert_eq!([is_wanted(second, 4, 2), is_wanted(second, 5, 2)], [1, 0]);
        // SAFETY: the handle is valid.
        assert_eq!(unsafe { EtwUnregister(first) }, STATUS_SUCCESS);
        system.etw.stop_listening(ID);
        assert_eq!(take(), [(0, 0, 0)]);
        assert_eq!([is_wanted(second, 4, 2), is_wanted(first, 4, 2)], [0, 0]);
    });
}
