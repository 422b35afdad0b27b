//! Tables as drivers pass them.

use core::{ffi::c_void, ptr};
use std::sync::Arc;

use super::*;
use crate::{
    ex,
    nt::{
        REG_BINARY, REG_DWORD, REG_EXPAND_SZ, REG_SZ, RTL_QUERY_REGISTRY_NOEXPAND,
        RTL_QUERY_REGISTRY_TYPECHECK, STATUS_BUFFER_TOO_SMALL, STATUS_OBJECT_TYPE_MISMATCH,
        STATUS_UNSUCCESSFUL, UNICODE_STRING,
    },
    rtl::buffer,
    system::System,
    zw::Value,
};

const TYPE_IS: u32 = RTL_QUERY_REGISTRY_DIRECT | RTL_QUERY_REGISTRY_TYPECHECK;

fn wide(text: &str) -> Vec<u16> {
    text.encode_utf16().chain([0]).collect()
}

fn in_kernel(test: impl FnOnce(&Arc<System>)) {
    let system = Arc::new(System::new(1));
    let parameters = [
        ("Number".to_owned(), Value::Dword(7)),
        ("Text".to_owned(), Value::String("abc".into())),
        ("Texts".to_owned(), Value::Strings(vec!["one".into(), "two".into()])),
        ("Bytes".to_owned(), Value::Binary(vec![1, 2, 3, 4, 5, 6])),
    ];
    system.zw.registry.add_service("a", &parameters);
    thread::enter(&system, |_| test(&system));
    assert!(ex::leftovers(&system).is_empty());
}

/// Asks with a table, relative to the keys of services.
fn query(path: &str, entries: &[RTL_QUERY_REGISTRY_TABLE], context: *mut c_void) -> NTSTATUS {
    let mut table = entries.to_vec();
    table.push(RTL_QUERY_REGISTRY_TABLE::default());
    let path = wide(path);
    // SAFETY: path and table are valid, and the table ends with an empty entry.
    unsafe {
        RtlQueryRegistryValues(
            RTL_REGISTRY_SERVICES,
            path.as_ptr(),
            table.as_ptr(),
            context,
            ptr::null_mut(),
        )
    }
}

/// Stores a value, which has to be of a type.
fn store<T>(name: &str, kind: u32, flags: u32, place: &mut T) -> NTSTATUS {
    let mut name = wide(name);
    let entry = RTL_QUERY_REGISTRY_TABLE {
        Flags: TYPE_IS | flags,
        Name: name.as_mut_ptr(),
        EntryContext: ptr::from_mut(place).cast(),
        DefaultType: kind << 24,
        ..Default::default()
    };
    query(r"a\Parameters", &[entry], ptr::null_mut())
}

/// What a routine was given: name, type and data, in text.
type Seen = Vec<String>;

unsafe extern "efiapi" fn note(
    name: *mut u16,
    kind: u32,
    data: *mut c_void,
    length: u32,
    context: *mut c_void,
    entry_context: *mut c_void,
) -> NTSTATUS {
    // SAFETY: the test passes a list.
    let seen = unsafe { &mut *context.cast::<Seen>() };
    // SAFETY: the name is terminated.
    let name = String::from_utf16_lossy(unsafe { units(name) });
    let bytes = if data.is_null() {
        &[][..]
    } else {
        // SAFETY: there are so many bytes.
        unsafe { slice::from_raw_parts(data.cast::<u8>(), length as usize) }
    };
    seen.push(format!("{name} {kind} {}", bytes.escape_ascii()));
    // SAFETY: the test passes what the routine is to return, or null.
    unsafe { entry_context.cast::<NTSTATUS>().as_ref() }.copied().unwrap_or(STATUS_SUCCESS)
}

/// Has the routine called for a name, or for all values.
fn call(name: Option<&str>, flags: u32, mut result: NTSTATUS) -> (NTSTATUS, Seen) {
    let mut name = name.map(wide);
    let entry = RTL_QUERY_REGISTRY_TABLE {
        QueryRoutine: Some(note),
        Flags: flags,
        Name: name.as_mut().map_or(ptr::null_mut(), Vec::as_mut_ptr),
        EntryContext: (&raw mut result).cast(),
        ..Default::default()
    };
    let mut seen = Seen::new();
    let status = query(r"a\Parameters", &[entry], (&raw mut seen).cast());
    (status, seen)
}

#[test]
fn stores_numbers_and_bytes() {
    in_kernel(|system| {
        let mut number = 0_u32;
        assert_eq!(store("number", REG_DWORD, 0, &mut number), STATUS_SUCCESS);
        assert_eq!(number, 7);
        let mismatch = store("Text", REG_DWORD, 0, &mut number);
        assert_eq!((mismatch, number), (STATUS_OBJECT_TYPE_MISMATCH, 7));
        // The size of the place, with room for size and type of the value.
        let mut place = [14_u32, 0, 0, 0];
        assert_eq!(store("Bytes", REG_BINARY, 0, &mut place), STATUS_SUCCESS);
        assert_eq!(place, [6, REG_BINARY, 0x0403_0201, 0x0605]);
        let mut small = [13_u32, 0, 0, 0];
        assert_eq!(store("Bytes", REG_BINARY, 0, &mut small), STATUS_BUFFER_TOO_SMALL);
        let mut data_only = [-6_i32, 0];
        assert_eq!(store("Bytes", REG_BINARY, 0, &mut data_only), STATUS_SUCCESS);
        assert_eq!(data_only, [0x0403_0201, 0x0605]);
        assert!(system.verifier.violations().is_empty());
    });
}

#[test]
fn stores_text() {
    in_kernel(|_| {
        let mut buffer = [0_u16; 4];
        let mut string =
            UNICODE_STRING { Length: 0, MaximumLength: 8, Buffer: buffer.as_mut_ptr() };
        assert_eq!(store("Text", REG_SZ, 0, &mut string), STATUS_SUCCESS);
        assert_eq!((string.Length, string.MaximumLength), (6, 8));
        assert_eq!(buffer, *wide("abc"));
        string.MaximumLength = 7;
        assert_eq!(store("Text", REG_SZ, 0, &mut string), STATUS_BUFFER_TOO_SMALL);

        let mut new = UNICODE_STRING::default();
        let raw = RTL_QUERY_REGISTRY_NOEXPAND;
        assert_eq!(store("Texts", 7, 0, &mut new), STATUS_INVALID_PARAMETER);
        assert_eq!(store("Texts", 7, raw, &mut new), STATUS_SUCCESS);
        // SAFETY: the string was made just now.
        assert_eq!(unsafe { new.to_string_lossy() }, "one\0two\0");
        // SAFETY: nobody uses it any more.
        unsafe { buffer::free(new.Buffer.cast()) };
    });
}

#[test]
fn calls_routines() {
    in_kernel(|_| {
        let (status, seen) = call(None, RTL_QUERY_REGISTRY_NOEXPAND, STATUS_SUCCESS);
        assert_eq!((status, seen.len()), (STATUS_SUCCESS, 4));
        assert_eq!(seen[0], r"Number 4 \x07\x00\x00\x00");
        let (_, seen) = call(Some("Texts"), 0, STATUS_SUCCESS);
        let one = r"Texts 1 o\x00n\x00e\x00\x00\x00";
        let two = r"Texts 1 t\x00w\x00o\x00\x00\x00";
        assert_eq!(seen, [one, two]);
        let (_, seen) = call(Some("Whatever"), RTL_QUERY_REGISTRY_NOVALUE, STATUS_SUCCESS);
        assert_eq!(seen, ["Whatever 0 "]);
    });
}

#[test]
fn stops_when_a_routine_fails() {
    in_kernel(|_| {
        let (status, seen) = call(None, RTL_QUERY_REGISTRY_NOEXPAND, STATUS_UNSUCCESSFUL);
        assert_eq!((status, seen.len()), (STATUS_UNSUCCESSFUL, 1));
        let (status, seen) = call(None, RTL_QUERY_REGISTRY_NOEXPAND, STATUS_BUFFER_TOO_SMALL);
        assert_eq!((status, seen.len()), (STATUS_SUCCESS, 4));
    });
}

#[test]
fn missing_values_have_defaults() {
    in_kernel(|_| {
        let (mut name, mut default, mut place) = (wide("Nothing"), 42_u32, 0_u32);
        let mut entry = RTL_QUERY_REGISTRY_TABLE {
            Flags: TYPE_IS,
            Name: name.as_mut_ptr(),
            EntryContext: (&raw mut place).cast(),
            DefaultType: (REG_DWORD << 24) | REG_DWORD,
            DefaultData: (&raw mut default).cast(),
            DefaultLength: 4,
            ..Default::default()
        };
        assert_eq!(query("a", &[entry], ptr::null_mut()), STATUS_SUCCESS);
        assert_eq!(place, 42);
        entry.Flags |= RTL_QUERY_REGISTRY_REQUIRED;
        assert_eq!(query("a", &[entry], ptr::null_mut()), STATUS_OBJECT_NAME_NOT_FOUND);
        let mut text = wide("abc");
        let mut seen = Seen::new();
        let entry = RTL_QUERY_REGISTRY_TABLE {
            QueryRoutine: Some(note),
            Name: name.as_mut_ptr(),
            DefaultType: REG_SZ,
            DefaultData: text.as_mut_ptr().cast(),
            ..Default::default()
        };
        assert_eq!(query("a", &[entry], (&raw mut seen).cast()), STATUS_SUCCESS);
        assert_eq!(seen, [r"Nothing 1 a\x00b\x00c\x00\x00\x00"]);
    });
}

#[test]
fn entries_choose_keys_below() {
    in_kernel(|system| {
        let (mut parameters, mut number, mut start) =
            (wide("Parameters"), wide("Number"), wide("Start"));
        let below = RTL_QUERY_REGISTRY_TABLE {
            Flags: RTL_QUERY_REGISTRY_SUBKEY,
            Name: parameters.as_mut_ptr(),
            ..Default::default()
        };
        let (mut first, mut second) = (0_u32, 0_u32);
        let read = |name: &mut [u16], place: &mut u32, flags| RTL_QUERY_REGISTRY_TABLE {
            Flags: TYPE_IS | RTL_QUERY_REGISTRY_REQUIRED | flags,
            Name: name.as_mut_ptr(),
            EntryContext: ptr::from_mut(place).cast(),
            DefaultType: REG_DWORD << 24,
            ..Default::default()
        };
        let deletes = RTL_QUERY_REGISTRY_DELETE;
        let table = [
            below,
            read(&mut number, &mut first, deletes),
            read(&mut start, &mut second, RTL_QUERY_REGISTRY_TOPKEY),
        ];
        assert_eq!(query("a", &table, ptr::null_mut()), STATUS_SUCCESS);
        assert_eq!((first, second), (7, 3));
        let again = query("a", &table, ptr::null_mut());
        assert_eq!(again, STATUS_OBJECT_NAME_NOT_FOUND, "the value was deleted");
        assert!(system.verifier.violations().is_empty());
    });
}

#[test]
fn keys_may_be_missing() {
    in_kernel(|_| {
        let path = wide(r"a\Nothing");
        // SAFETY: the path is terminated.
        let check = |from| unsafe { RtlCheckRegistryKey(from, path.as_ptr()) };
        assert_eq!(check(RTL_REGISTRY_SERVICES), STATUS_OBJECT_NAME_NOT_FOUND);
        assert_eq!(check(99), STATUS_INVALID_PARAMETER);
        let absolute = wide(r"\Registry\Machine");
        // SAFETY: as before.
        let found = unsafe { RtlCheckRegistryKey(RTL_REGISTRY_ABSOLUTE, absolute.as_ptr()) };
        assert_eq!(found, STATUS_SUCCESS);
        let end = RTL_QUERY_REGISTRY_TABLE::default();
        // SAFETY: the path is terminated, and the table is empty.
        let ask = |from| unsafe {
            let (none, table) = (ptr::null_mut(), &raw const end);
            RtlQueryRegistryValues(from, path.as_ptr(), table, none, none)
        };
        assert_eq!(ask(RTL_REGISTRY_SERVICES), STATUS_OBJECT_NAME_NOT_FOUND);
        assert_eq!(ask(RTL_REGISTRY_SERVICES | RTL_REGISTRY_OPTIONAL), STATUS_SUCCESS);
    });
}

#[test]
fn careless_entries_are_noted() {
    in_kernel(|system| {
        let user: Vec<_> = r"\Registry\User\.Default".encode_utf16().collect();
        let key = system.zw.registry.find(None, &user).unwrap();
        let name: Vec<_> = "Path".encode_utf16().collect();
        key.set(&name, REG_EXPAND_SZ, vec![97, 0, 0, 0]).unwrap();
        let (mut name, mut seen) = (wide("Path"), Seen::new());
        let ask = |entry: RTL_QUERY_REGISTRY_TABLE, context: *mut c_void| {
            let table = [entry, RTL_QUERY_REGISTRY_TABLE::default()];
            // SAFETY: the table is valid and ends with an empty entry.
            unsafe {
                let (path, none) = (ptr::null(), ptr::null_mut());
                RtlQueryRegistryValues(RTL_REGISTRY_USER, path, table.as_ptr(), context, none)
            }
        };
        let expands = RTL_QUERY_REGISTRY_TABLE {
            QueryRoutine: Some(note),
            Name: name.as_mut_ptr(),
            ..Default::default()
        };
        assert_eq!(ask(expands, (&raw mut seen).cast()), STATUS_SUCCESS);
        let mut buffer = [0_u16; 2];
        let mut string =
            UNICODE_STRING { Length: 0, MaximumLength: 4, Buffer: buffer.as_mut_ptr() };
        let unchecked = RTL_QUERY_REGISTRY_TABLE {
            Flags: RTL_QUERY_REGISTRY_DIRECT,
            Name: name.as_mut_ptr(),
            EntryContext: (&raw mut string).cast(),
            ..Default::default()
        };
        assert_eq!(ask(unchecked, ptr::null_mut()), STATUS_SUCCESS);
        let rules: Vec<_> = system.verifier.violations().iter().map(|v| v.rule).collect();
        assert_eq!(rules, ["registry-expand", "registry-typecheck"]);
    });
}
