//! The services as drivers call them.

use core::{ffi::c_void, ptr};
use std::sync::Arc;

use super::{
    Value, ZwClose,
    driver_key::IoOpenDriverRegistryKey,
    key::{ZwCreateKey, ZwDeleteKey, ZwEnumerateKey, ZwOpenKey, ZwQueryKey},
    values::{ZwDeleteValueKey, ZwEnumerateValueKey, ZwQueryValueKey, ZwSetValueKey},
};
use crate::{
    nt::{
        ACCESS_MASK, DRIVER_EXTENSION, DRIVER_OBJECT, DriverRegKeyParameters, HANDLE,
        KEY_ALL_ACCESS, KEY_INFORMATION_CLASS, KEY_READ, KEY_VALUE_INFORMATION_CLASS,
        KeyBasicInformation, KeyFullInformation, KeyNameInformation, KeyNodeInformation,
        KeyValueBasicInformation, KeyValueFullInformation, KeyValuePartialInformation, NTSTATUS,
        OBJ_KERNEL_HANDLE, OBJECT_ATTRIBUTES, REG_BINARY, REG_CREATED_NEW_KEY, REG_DWORD,
        REG_OPENED_EXISTING_KEY, STATUS_ACCESS_DENIED, STATUS_BUFFER_OVERFLOW,
        STATUS_BUFFER_TOO_SMALL, STATUS_INVALID_HANDLE, STATUS_INVALID_PARAMETER,
        STATUS_KEY_DELETED, STATUS_NO_MORE_ENTRIES, STATUS_NOT_SUPPORTED,
        STATUS_OBJECT_NAME_NOT_FOUND, STATUS_OBJECT_TYPE_MISMATCH, STATUS_SUCCESS, UNICODE_STRING,
    },
    ob::{self, Kind},
    system::System,
    thread,
};

const PARAMETERS: &str = r"\Registry\Machine\System\CurrentControlSet\Services\a\Parameters";

fn in_kernel(test: impl FnOnce(&Arc<System>)) {
    let system = Arc::new(System::new(1));
    let parameters = [
        ("Port".to_owned(), Value::Dword(5000)),
        ("Address".to_owned(), Value::String("::1".into())),
    ];
    system.zw.registry.add_service("a", &parameters);
    thread::enter(&system, |_| test(&system));
}

fn units(text: &str) -> Vec<u16> {
    text.encode_utf16().collect()
}

/// Calls `code` with attributes that name a key.
fn with_name<R>(root: HANDLE, path: &str, code: impl FnOnce(*const OBJECT_ATTRIBUTES) -> R) -> R {
    let path = units(path);
    let mut name = UNICODE_STRING::of(&path);
    let attributes = OBJECT_ATTRIBUTES {
        Length: 48,
        RootDirectory: root,
        ObjectName: &raw mut name,
        Attributes: OBJ_KERNEL_HANDLE,
        ..Default::default()
    };
    code(&raw const attributes)
}

fn open(root: HANDLE, path: &str, access: ACCESS_MASK) -> Result<HANDLE, NTSTATUS> {
    let mut handle = ptr::null_mut();
    // SAFETY: the attributes are valid, and so is the place for the handle.
    let status = with_name(root, path, |name| unsafe { ZwOpenKey(&raw mut handle, access, name) });
    if status == STATUS_SUCCESS { Ok(handle) } else { Err(status) }
}

fn create(root: HANDLE, path: &str, class: &str) -> Result<(HANDLE, u32), NTSTATUS> {
    let (mut handle, mut disposition) = (ptr::null_mut(), 0);
    let class = units(class);
    let class = UNICODE_STRING::of(&class);
    // SAFETY: the attributes are valid, and so are the places for the results.
    let status = with_name(root, path, |name| unsafe {
        ZwCreateKey(
            &raw mut handle,
            KEY_ALL_ACCESS,
            name,
            0,
            &raw const class,
            0,
            &raw mut disposition,
        )
    });
    if status == STATUS_SUCCESS { Ok((handle, disposition)) } else { Err(status) }
}

fn close(handle: HANDLE) -> NTSTATUS {
    // SAFETY: any handle may be passed.
    unsafe { ZwClose(handle) }
}

/// What a query wrote to a buffer of `length` bytes, and how many it needs.
fn answer(
    length: u32,
    query: impl FnOnce(*mut c_void, u32, *mut u32) -> NTSTATUS,
) -> (NTSTATUS, Vec<u8>, u32) {
    let mut buffer = vec![0xee; length as usize];
    let mut needed = 0;
    let status = query(buffer.as_mut_ptr().cast(), length, &raw mut needed);
    buffer.truncate(needed as usize);
    (status, buffer, needed)
}

fn query_value(
    key: HANDLE,
    name: &str,
    class: KEY_VALUE_INFORMATION_CLASS,
    length: u32,
) -> (NTSTATUS, Vec<u8>, u32) {
    let name = units(name);
    let name = UNICODE_STRING::of(&name);
    // SAFETY: name and buffer are valid.
    answer(length, |buffer, length, needed| unsafe {
        ZwQueryValueKey(key, &raw const name, class, buffer, length, needed)
    })
}

fn query_key(key: HANDLE, class: KEY_INFORMATION_CLASS, length: u32) -> (NTSTATUS, Vec<u8>, u32) {
    // SAFETY: the buffer is valid.
    answer(length, |buffer, length, needed| unsafe {
        ZwQueryKey(key, class, buffer, length, needed)
    })
}

fn set_value(key: HANDLE, name: &str, kind: u32, data: &[u8]) -> NTSTATUS {
    let name = units(name);
    let name = UNICODE_STRING::of(&name);
    let size = u32::try_from(data.len()).unwrap();
    // SAFETY: name and data are valid.
    unsafe { ZwSetValueKey(key, &raw const name, 0, kind, data.as_ptr().cast(), size) }
}

/// The 32-bit numbers in an answer.
fn numbers(bytes: &[u8]) -> Vec<u32> {
    bytes.as_chunks().0.iter().map(|&number| u32::from_le_bytes(number)).collect()
}

#[test]
fn reads_parameters() {
    in_kernel(|_| {
        let key = open(ptr::null_mut(), PARAMETERS, KEY_READ).unwrap();
        let (status, bytes, needed) = query_value(key, "port", KeyValuePartialInformation, 64);
        assert_eq!((status, needed), (STATUS_SUCCESS, 16));
        assert_eq!(numbers(&bytes), [0, REG_DWORD, 4, 5000]);
        let (status, bytes, _) = query_value(key, "PORT", KeyValueBasicInformation, 64);
        assert_eq!((status, &numbers(&bytes)[..3]), (STATUS_SUCCESS, &[0, REG_DWORD, 8][..]));
        assert_eq!(&bytes[12..], b"P\0o\0r\0t\0");
        let (_, bytes, _) = query_value(key, "Address", KeyValueFullInformation, 64);
        // Type, where the data begin and how long they are, how long the name is.
        assert_eq!(&numbers(&bytes)[1..5], &[1, 36, 8, 14]);
        assert_eq!(&bytes[36..], b":\0:\x001\0\0\0");
        assert_eq!(close(key), STATUS_SUCCESS);
    });
}

#[test]
fn buffers_may_be_too_small() {
    in_kernel(|_| {
        let key = open(ptr::null_mut(), PARAMETERS, KEY_READ).unwrap();
        let (status, bytes, needed) = query_value(key, "Port", KeyValuePartialInformation, 11);
        assert_eq!((status, needed), (STATUS_BUFFER_TOO_SMALL, 16));
        assert_eq!(bytes, [0xee; 11]);
        let (status, bytes, needed) = query_value(key, "Port", KeyValuePartialInformation, 13);
        assert_eq!((status, needed), (STATUS_BUFFER_OVERFLOW, 16));
        assert_eq!(bytes[12], 0x88);
        let (status, ..) = query_value(key, "Nothing", KeyValuePartialInformation, 64);
        assert_eq!(status, STATUS_OBJECT_NAME_NOT_FOUND);
        let (status, ..) = query_value(key, "Port", 77, 64);
        assert_eq!(status, STATUS_INVALID_PARAMETER);
    });
}

#[test]
fn writes_and_lists_values() {
    in_kernel(|_| {
        let (key, _) = create(ptr::null_mut(), PARAMETERS, "").unwrap();
        assert_eq!(set_value(key, "New", REG_BINARY, &[1, 2, 3]), STATUS_SUCCESS);
        let (_, bytes, needed) = query_value(key, "new", KeyValuePartialInformation, 64);
        assert_eq!((&bytes[12..], needed), (&[1, 2, 3][..], 15));
        let value = |index| {
            // SAFETY: the buffer is valid.
            answer(64, |buffer, length, needed| unsafe {
                let class = KeyValueBasicInformation;
                ZwEnumerateValueKey(key, index, class, buffer, length, needed)
            })
        };
        assert_eq!(value(2).1[12..], *b"N\0e\0w\0");
        assert_eq!(value(3).0, STATUS_NO_MORE_ENTRIES);
        let name = units("NEW");
        let name = UNICODE_STRING::of(&name);
        // SAFETY: the name is valid.
        let delete = || unsafe { ZwDeleteValueKey(key, &raw const name) };
        assert_eq!(delete(), STATUS_SUCCESS);
        assert_eq!(delete(), STATUS_OBJECT_NAME_NOT_FOUND);
    });
}

#[test]
fn makes_lists_and_deletes_keys() {
    in_kernel(|_| {
        let (key, _) = create(ptr::null_mut(), PARAMETERS, "").unwrap();
        let (below, disposition) = create(key, "Below", "Cl").unwrap();
        assert_eq!(disposition, REG_CREATED_NEW_KEY);
        assert_eq!(create(key, "BELOW", "").unwrap().1, REG_OPENED_EXISTING_KEY);
        // SAFETY: the buffer is valid.
        let (status, bytes, _) = answer(64, |buffer, length, needed| unsafe {
            ZwEnumerateKey(key, 0, KeyNodeInformation, buffer, length, needed)
        });
        assert_eq!(status, STATUS_SUCCESS);
        // Where the class begins and how long it is, how long the name is.
        assert_eq!(&numbers(&bytes)[3..6], &[34, 4, 10]);
        assert_eq!(bytes[24..], *b"B\0e\0l\0o\0w\0C\0l\0");
        // SAFETY: as before.
        let (status, ..) = answer(64, |buffer, length, needed| unsafe {
            ZwEnumerateKey(key, 1, KeyBasicInformation, buffer, length, needed)
        });
        assert_eq!(status, STATUS_NO_MORE_ENTRIES);
        // SAFETY: any handle may be passed.
        let delete = |key| unsafe { ZwDeleteKey(key) };
        let reader = open(key, "Below", KEY_READ).unwrap();
        assert_eq!(delete(reader), STATUS_ACCESS_DENIED);
        assert_eq!(delete(below), STATUS_SUCCESS);
        assert_eq!(set_value(below, "a", REG_BINARY, &[]), STATUS_KEY_DELETED);
        assert_eq!(open(key, "Below", KEY_READ), Err(STATUS_OBJECT_NAME_NOT_FOUND));
    });
}

#[test]
fn keys_tell_about_themselves() {
    in_kernel(|_| {
        let key = open(ptr::null_mut(), PARAMETERS, KEY_READ).unwrap();
        let (status, bytes, _) = query_key(key, KeyFullInformation, 64);
        assert_eq!(status, STATUS_SUCCESS);
        // No class and no keys; two values, the length of the longest name and of most data.
        assert_eq!(numbers(&bytes)[2..], [0, u32::MAX, 0, 0, 0, 0, 2, 14, 8]);
        let (_, bytes, _) = query_key(key, KeyNameInformation, 256);
        assert_eq!(numbers(&bytes)[0] as usize, PARAMETERS.len() * 2);
        let (_, bytes, _) = query_key(key, KeyBasicInformation, 64);
        assert_eq!(bytes[16..20], *b"P\0a\0");
        assert_eq!(query_key(key, 99, 64).0, STATUS_INVALID_PARAMETER);
    });
}

#[test]
fn rights_and_handles_count() {
    in_kernel(|system| {
        let key = open(ptr::null_mut(), PARAMETERS, KEY_READ).unwrap();
        assert_eq!(set_value(key, "a", REG_BINARY, &[1]), STATUS_ACCESS_DENIED);
        assert_eq!(create(key, "Below", ""), Err(STATUS_ACCESS_DENIED));
        ob::insert(Kind::Event, 0x1000, || ());
        let event = ob::open(0x1000, KEY_ALL_ACCESS).unwrap();
        assert_eq!(query_key(event, KeyBasicInformation, 64).0, STATUS_OBJECT_TYPE_MISMATCH);
        assert_eq!(ob::leftovers(system).len(), 2);
        assert_eq!((close(key), close(event)), (STATUS_SUCCESS, STATUS_SUCCESS));
        assert!(ob::leftovers(system).is_empty());
        assert!(system.zw.open.lock().is_empty());
        assert!(system.verifier.violations().is_empty());
        assert_eq!(close(key), STATUS_INVALID_HANDLE);
        assert_eq!(system.verifier.violations()[0].rule, "handle");
        let wrong = OBJECT_ATTRIBUTES::default();
        let mut handle = ptr::null_mut();
        // SAFETY: the attributes can be read, and there is a place for the handle.
        let status = unsafe { ZwOpenKey(&raw mut handle, KEY_READ, &raw const wrong) };
        assert_eq!(status, STATUS_INVALID_PARAMETER);
    });
}

/// Asks for a key of the driver with this name.
fn open_of_driver(service: &str, kind: i32, flags: u32) -> Result<HANDLE, NTSTATUS> {
    let service = units(service);
    let mut extension =
        DRIVER_EXTENSION { ServiceKeyName: UNICODE_STRING::of(&service), ..Default::default() };
    let driver = DRIVER_OBJECT { DriverExtension: &raw mut extension, ..Default::default() };
    let mut handle = ptr::null_mut();
    // SAFETY: the driver object has an extension with a name, and there is a place for the handle.
    let status = unsafe {
        IoOpenDriverRegistryKey(&raw const driver, kind, KEY_READ, flags, &raw mut handle)
    };
    if status == STATUS_SUCCESS { Ok(handle) } else { Err(status) }
}

#[test]
fn a_driver_finds_its_parameters() {
    in_kernel(|_| {
        let opened = open_of_driver("a", DriverRegKeyParameters, 0).unwrap();
        let by_path = open(ptr::null_mut(), PARAMETERS, KEY_READ).unwrap();
        let values = [opened, by_path].map(|key| super::opened(key, KEY_READ).unwrap().values());
        assert_eq!(values[0], values[1]);
        for handle in [opened, by_path] {
            // SAFETY: the handle is open.
            assert_eq!(unsafe { ZwClose(handle) }, STATUS_SUCCESS);
        }
        let refused = |service, kind, flags| open_of_driver(service, kind, flags).unwrap_err();
        assert_eq!(refused("b", DriverRegKeyParameters, 0), STATUS_OBJECT_NAME_NOT_FOUND);
        assert_eq!(refused("a", DriverRegKeyParameters, 1), STATUS_INVALID_PARAMETER);
        assert_eq!(refused("a", 1, 0), STATUS_NOT_SUPPORTED);
    });
}
