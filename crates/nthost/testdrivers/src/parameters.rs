//! What the registry tells the driver to do.

use core::ptr;

use wdk_sys::{
    _KEY_VALUE_INFORMATION_CLASS::KeyValuePartialInformation, HANDLE, KEY_READ, NTSTATUS,
    OBJ_CASE_INSENSITIVE, OBJ_KERNEL_HANDLE, OBJECT_ATTRIBUTES, STATUS_SUCCESS, UNICODE_STRING,
};
use widestring::u16str;

use crate::kernel::{ZwClose, ZwOpenKey, ZwQueryValueKey, unicode};

/// The most characters that the name of a rule has.
const LONGEST: usize = 60;
/// Bytes of a value before its data: three numbers.
const HEAD: usize = 12;

/// A value as the registry gives it: `KEY_VALUE_PARTIAL_INFORMATION`.
#[repr(C, align(4))]
struct Value([u8; HEAD + 2 * LONGEST]);

/// What is wanted.
pub(crate) struct Parameters {
    name: [u8; LONGEST],
    length: usize,
    /// Whether the rule is to be broken.
    pub wrong: bool,
}

impl Parameters {
    /// Reads the key `Parameters` of the driver.
    pub fn read(service: UNICODE_STRING) -> Result<Self, NTSTATUS> {
        let service = open(ptr::null_mut(), service)?;
        let key = open(service, unicode(u16str!("Parameters")));
        ZwClose(service);
        let key = key?;
        let fault = query(key, unicode(u16str!("Fault")));
        let twin = query(key, unicode(u16str!("Twin")));
        ZwClose(key);
        let text = fault?;
        let letters = text.0.get(HEAD..).unwrap_or_default().chunks_exact(2);
        let letters = letters.map_while(|unit| unit.first().copied().filter(|&unit| unit != 0));
        let mut name = [0; LONGEST];
        let length = name.iter_mut().zip(letters).map(|(to, letter)| *to = letter).count();
        let wrong = twin.is_ok_and(|twin| twin.0.get(HEAD) == Some(&0));
        Ok(Self { name, length, wrong })
    }

    /// The name of the rule.
    pub fn rule(&self) -> &[u8] {
        self.name.get(..self.length).unwrap_or_default()
    }
}

/// Opens a key by its name in another one.
fn open(root: HANDLE, mut name: UNICODE_STRING) -> Result<HANDLE, NTSTATUS> {
    let mut attributes = OBJECT_ATTRIBUTES {
        Length: u32::try_from(size_of::<OBJECT_ATTRIBUTES>()).unwrap_or_default(),
        RootDirectory: root,
        ObjectName: &raw mut name,
        Attributes: OBJ_KERNEL_HANDLE | OBJ_CASE_INSENSITIVE,
        ..OBJECT_ATTRIBUTES::default()
    };
    let mut key = ptr::null_mut();
    match ZwOpenKey(&raw mut key, KEY_READ, &raw mut attributes) {
        STATUS_SUCCESS => Ok(key),
        error => Err(error),
    }
}

/// Reads a value of a key.
fn query(key: HANDLE, mut name: UNICODE_STRING) -> Result<Value, NTSTATUS> {
    let mut value = Value([0; _]);
    let (to, size) = ((&raw mut value).cast(), u32::try_from(size_of::<Value>()));
    let mut used = 0;
    let size = size.unwrap_or_default();
    match ZwQueryValueKey(key, &raw mut name, KeyValuePartialInformation, to, size, &raw mut used) {
        STATUS_SUCCESS => Ok(value),
        error => Err(error),
    }
}
