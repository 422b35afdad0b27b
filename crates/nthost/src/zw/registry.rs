//! The registry, kept in memory.

use std::sync::{Arc, Weak};

use super::Value;
use crate::{
    nt::{
        NTSTATUS, STATUS_CANNOT_DELETE, STATUS_KEY_DELETED, STATUS_OBJECT_NAME_NOT_FOUND,
        STATUS_OBJECT_PATH_SYNTAX_BAD,
    },
    rtl::case::same,
    sched::{self, Mutex},
};

/// Where the keys of services are.
pub(super) const SERVICES: &str = r"\Registry\Machine\System\CurrentControlSet\Services";

/// Keys that every system has.
const GIVEN: [&str; 5] = [
    SERVICES,
    r"\Registry\Machine\System\CurrentControlSet\Control",
    r"\Registry\Machine\Hardware\DeviceMap",
    r"\Registry\Machine\Software\Microsoft\Windows NT\CurrentVersion",
    r"\Registry\User\.Default",
];

/// All keys.
pub(crate) struct Registry {
    /// `\Registry`.
    root: Arc<Key>,
}

/// A key.
pub(crate) struct Key {
    name: Vec<u16>,
    parent: Weak<Key>,
    content: Mutex<Content>,
}

/// What is in a key.
#[derive(Clone, Default)]
pub(super) struct Content {
    pub class: Vec<u16>,
    pub keys: Vec<Arc<Key>>,
    pub values: Vec<Entry>,
    /// When it changed, in units of 100 ns since 1601.
    pub written: u64,
    deleted: bool,
}

/// A value with its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    pub name: Vec<u16>,
    pub kind: u32,
    pub data: Vec<u8>,
}

pub(super) fn units(text: &str) -> Vec<u16> {
    text.encode_utf16().collect()
}

fn now() -> u64 {
    const UNIX_EPOCH_SINCE_1601: u64 = 116_444_736_000_000_000;
    UNIX_EPOCH_SINCE_1601 + u64::try_from(sched::unix_time().as_nanos() / 100).unwrap_or(0)
}

/// The parts of a path. Backslashes may stand twice, and at the end.
fn parts(path: &[u16]) -> impl Iterator<Item = &[u16]> {
    path.split(|&unit| unit == u16::from(b'\\')).filter(|part| !part.is_empty())
}

impl Default for Registry {
    fn default() -> Self {
        let registry = Self { root: Key::new(&units("Registry"), Weak::new()) };
        for path in GIVEN {
            registry.make(path);
        }
        registry
    }
}

impl Registry {
    /// Makes a key and all above it.
    fn make(&self, path: &str) -> Arc<Key> {
        let path = units(path);
        let key = Arc::clone(&self.root);
        parts(&path).skip(1).fold(key, |key, name| {
            key.child(name).unwrap_or_else(|| key.add(name, &[]).expect("no key is deleted yet"))
        })
    }

    /// Makes the key of a driver with parameters, and returns its path: what `DriverEntry` is given.
    pub fn add_service(&self, name: &str, parameters: &[(String, Value)]) -> String {
        const KERNEL_DRIVER: u32 = 1;
        const DEMAND_START: u32 = 3;
        const NORMAL_ERROR: u32 = 1;
        let path = format!(r"{SERVICES}\{name}");
        let key = self.make(&path);
        let given =
            [("Type", KERNEL_DRIVER), ("Start", DEMAND_START), ("ErrorControl", NORMAL_ERROR)];
        for (name, value) in given {
            key.put(&units(name), &Value::Dword(value));
        }
        let key = self.make(&format!(r"{path}\Parameters"));
        for (name, value) in parameters {
            key.put(&units(name), value);
        }
        path
    }

    /// Finds the key that a path leads to from `start`, or from the root.
    pub fn find(&self, start: Option<&Arc<Key>>, path: &[u16]) -> Result<Arc<Key>, NTSTATUS> {
        let (first, path) = self.begin(start, path)?;
        let found = path.into_iter().try_fold(first, |key, name| key.child(name));
        found.ok_or(STATUS_OBJECT_NAME_NOT_FOUND)
    }

    /// Finds or makes the key that a path leads to; all above it have to exist. Also tells whether the
    /// key is new.
    pub fn create(
        &self,
        start: Option<&Arc<Key>>,
        path: &[u16],
        class: &[u16],
    ) -> Result<(Arc<Key>, bool), NTSTATUS> {
        let (first, mut path) = self.begin(start, path)?;
        let Some(last) = path.pop() else { return Ok((first, false)) };
        let above = path.into_iter().try_fold(first, |key, name| key.child(name));
        let above = above.ok_or(STATUS_OBJECT_NAME_NOT_FOUND)?;
        match above.child(last) {
            Some(key) => Ok((key, false)),
            None => Ok((above.add(last, class)?, true)),
        }
    }

    /// Where a path begins, and its parts from there.
    fn begin<'path>(
        &self,
        start: Option<&Arc<Key>>,
        path: &'path [u16],
    ) -> Result<(Arc<Key>, Vec<&'path [u16]>), NTSTATUS> {
        let absolute = path.first() == Some(&u16::from(b'\\'));
        let mut parts = parts(path);
        match (start, absolute) {
            (Some(start), false) => Ok((Arc::clone(start), parts.collect())),
            (None, true) => {
                let first = parts.next().ok_or(STATUS_OBJECT_NAME_NOT_FOUND)?;
                if !same(first, &self.root.name) {
                    return Err(STATUS_OBJECT_NAME_NOT_FOUND);
                }
                Ok((Arc::clone(&self.root), parts.collect()))
            }
            _ => Err(STATUS_OBJECT_PATH_SYNTAX_BAD),
        }
    }
}

impl Key {
    fn new(name: &[u16], parent: Weak<Self>) -> Arc<Self> {
        let content = Content { written: now(), ..Content::default() };
        Arc::new(Self { name: name.to_vec(), parent, content: Mutex::new(content) })
    }

    pub fn name(&self) -> &[u16] {
        &self.name
    }

    /// The whole path.
    pub fn path(&self) -> Vec<u16> {
        let mut path = self.parent.upgrade().map(|parent| parent.path()).unwrap_or_default();
        path.push(u16::from(b'\\'));
        path.extend_from_slice(&self.name);
        path
    }

    /// A copy of what is in it, unless it is deleted.
    pub(super) fn content(&self) -> Result<Content, NTSTATUS> {
        self.with(|content| content.clone())
    }

    fn with<R>(&self, code: impl FnOnce(&mut Content) -> R) -> Result<R, NTSTATUS> {
        let mut content = self.content.lock();
        if content.deleted { Err(STATUS_KEY_DELETED) } else { Ok(code(&mut content)) }
    }

    fn child(&self, name: &[u16]) -> Option<Arc<Self>> {
        self.content.lock().keys.iter().find(|key| same(&key.name, name)).cloned()
    }

    fn add(self: &Arc<Self>, name: &[u16], class: &[u16]) -> Result<Arc<Self>, NTSTATUS> {
        let key = Self::new(name, Arc::downgrade(self));
        key.content.lock().class = class.to_vec();
        self.with(|content| {
            content.keys.push(Arc::clone(&key));
            content.written = now();
            key
        })
    }

    fn put(&self, name: &[u16], value: &Value) {
        self.set(name, value.kind(), value.data()).expect("no key is deleted yet");
    }

    /// The value of a name.
    pub fn value(&self, name: &[u16]) -> Result<Entry, NTSTATUS> {
        let found = self
            .with(|content| content.values.iter().find(|entry| same(&entry.name, name)).cloned())?;
        found.ok_or(STATUS_OBJECT_NAME_NOT_FOUND)
    }

    /// The keys in it.
    pub fn keys(&self) -> Result<Vec<Arc<Self>>, NTSTATUS> {
        self.with(|content| content.keys.clone())
    }

    /// All values.
    pub fn values(&self) -> Result<Vec<Entry>, NTSTATUS> {
        self.with(|content| content.values.clone())
    }

    /// Sets a value, whether it is there or not.
    pub fn set(&self, name: &[u16], kind: u32, data: Vec<u8>) -> Result<(), NTSTATUS> {
        self.with(|content| {
            content.written = now();
            match content.values.iter_mut().find(|entry| same(&entry.name, name)) {
                Some(entry) => (entry.kind, entry.data) = (kind, data),
                None => content.values.push(Entry { name: name.to_vec(), kind, data }),
            }
        })
    }

    /// Deletes a value.
    pub fn unset(&self, name: &[u16]) -> Result<(), NTSTATUS> {
        let deleted = self.with(|content| {
            let before = content.values.len();
            content.values.retain(|entry| !same(&entry.name, name));
            content.written = now();
            content.values.len() < before
        })?;
        if deleted { Ok(()) } else { Err(STATUS_OBJECT_NAME_NOT_FOUND) }
    }

    /// Deletes the key, which has to be without others in it.
    pub fn delete(&self) -> Result<(), NTSTATUS> {
        let parent = self.parent.upgrade().ok_or(STATUS_CANNOT_DELETE)?;
        let mut above = parent.content.lock();
        let mut content = self.content.lock();
        if content.deleted {
            return Err(STATUS_KEY_DELETED);
        }
        if !content.keys.is_empty() {
            return Err(STATUS_CANNOT_DELETE);
        }
        content.deleted = true;
        above.keys.retain(|key| !std::ptr::eq(key.as_ref(), self));
        above.written = now();
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::nt::{REG_BINARY, REG_DWORD};

    #[test]
    fn a_service_has_its_parameters() {
        let registry = Registry::default();
        let parameters = [("Port".to_owned(), Value::Dword(7))];
        let path = registry.add_service("wskrx", &parameters);
        assert_eq!(path, r"\Registry\Machine\System\CurrentControlSet\Services\wskrx");
        let key = registry.find(None, &units(&format!(r"{path}\PARAMETERS\"))).unwrap();
        assert_eq!(String::from_utf16(&key.path()).unwrap(), format!(r"{path}\Parameters"));
        let port = key.value(&units("port")).unwrap();
        assert_eq!((port.kind, port.data), (REG_DWORD, vec![7, 0, 0, 0]));
        let service = registry.find(None, &units(&path)).unwrap();
        assert_eq!(service.value(&units("Start")).unwrap().data, [3, 0, 0, 0]);
    }

    #[test]
    fn paths_are_absolute_or_begin_at_a_key() {
        let registry = Registry::default();
        let error = |start, path| registry.find(start, &units(path)).err();
        let machine = registry.find(None, &units(r"\registry\machine")).unwrap();
        assert_eq!(error(Some(&machine), r"System\CurrentControlSet"), None);
        assert_eq!(error(Some(&machine), r"\System"), Some(STATUS_OBJECT_PATH_SYNTAX_BAD));
        assert_eq!(error(None, r"Registry\Machine"), Some(STATUS_OBJECT_PATH_SYNTAX_BAD));
        assert_eq!(error(None, r"\Device\Machine"), Some(STATUS_OBJECT_NAME_NOT_FOUND));
        assert_eq!(error(Some(&machine), "Nothing"), Some(STATUS_OBJECT_NAME_NOT_FOUND));
    }

    #[test]
    fn only_the_last_key_of_a_path_is_made() {
        let registry = Registry::default();
        let machine = registry.find(None, &units(r"\Registry\Machine")).unwrap();
        let make = |path| registry.create(Some(&machine), &units(path), &[]).map(|(_, new)| new);
        assert_eq!(make(r"New\Newer"), Err(STATUS_OBJECT_NAME_NOT_FOUND));
        assert_eq!(make("New"), Ok(true));
        assert_eq!(make("NEW"), Ok(false));
        assert_eq!(make(r"New\Newer"), Ok(true));
    }

    #[test]
    fn a_deleted_key_is_of_no_use() {
        let registry = Registry::default();
        let machine = registry.find(None, &units(r"\Registry\Machine")).unwrap();
        let (key, _) = registry.create(Some(&machine), &units("Key"), &[]).unwrap();
        let (below, _) = registry.create(Some(&key), &units("Below"), &[]).unwrap();
        assert_eq!(key.delete(), Err(STATUS_CANNOT_DELETE));
        assert_eq!(below.delete(), Ok(()));
        assert_eq!(key.delete(), Ok(()));
        assert_eq!(key.delete(), Err(STATUS_KEY_DELETED));
        assert_eq!(key.set(&units("a"), REG_BINARY, vec![]), Err(STATUS_KEY_DELETED));
        let again = registry.create(Some(&key), &units("Below"), &[]).map(|_| ());
        assert_eq!(again, Err(STATUS_KEY_DELETED));
        assert!(registry.find(Some(&machine), &units("Key")).is_err());
    }

    #[test]
    fn values_are_replaced_and_deleted() {
        let key = Registry::default().root;
        key.set(&units("Name"), REG_BINARY, vec![1]).unwrap();
        key.set(&units("NAME"), REG_DWORD, vec![2, 0, 0, 0]).unwrap();
        assert_eq!(key.values().unwrap().len(), 1);
        assert_eq!(key.value(&units("name")).unwrap().data, [2, 0, 0, 0]);
        assert_eq!(key.unset(&units("naMe")), Ok(()));
        assert_eq!(key.unset(&units("Name")), Err(STATUS_OBJECT_NAME_NOT_FOUND));
    }
}
