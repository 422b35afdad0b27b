//! Names of devices.
//!
//! [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/kernel/object-names)

use std::collections::BTreeMap;

use crate::nt::{
    NTSTATUS, STATUS_OBJECT_NAME_COLLISION, STATUS_OBJECT_NAME_INVALID,
    STATUS_OBJECT_NAME_NOT_FOUND, STATUS_OBJECT_PATH_NOT_FOUND, STATUS_OBJECT_PATH_SYNTAX_BAD,
};

/// The directories that names can be in.
const DIRECTORIES: [&str; 5] = [r"\device", r"\??", r"\driver", r"\filesystem", r"\callback"];

/// Other names of the directory that programs look in.
const LINKS_OF_PROGRAMS: [&str; 4] = [r"\DosDevices", r"\GLOBAL??", r"\\.", r"\\?"];

/// A link may lead to another one, but not for ever.
const MOST_LINKS: usize = 32;

/// What a name stands for.
#[derive(Debug, PartialEq, Eq)]
enum Target {
    Device(usize),
    Link(String),
}

/// A name as it was given, and what it stands for.
struct Entry {
    name: String,
    target: Target,
}

/// The names that there are. Letters are compared without regard to case.
#[derive(Default)]
pub(super) struct Names(BTreeMap<String, Entry>);

/// What a name leads to.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Found {
    /// The address of the device object.
    pub device: usize,
    /// The rest of the name, with the backslash that it begins with, or nothing.
    pub rest: String,
}

/// A name in the form that is used here: programs' names begin with `\??`.
fn normalized(name: &str) -> Result<String, NTSTATUS> {
    let starts_with = |directory: &&&str| {
        name.get(..directory.len()).is_some_and(|start| start.eq_ignore_ascii_case(directory))
            && name[directory.len()..].starts_with('\\')
    };
    if let Some(directory) = LINKS_OF_PROGRAMS.iter().find(starts_with) {
        return Ok(format!(r"\??{}", &name[directory.len()..]));
    }
    if name.is_empty() {
        return Err(STATUS_OBJECT_NAME_INVALID);
    }
    if !name.starts_with('\\') {
        return Err(STATUS_OBJECT_PATH_SYNTAX_BAD);
    }
    Ok(name.to_owned())
}

/// What is wrong with a name that leads nowhere. Behind the name of a device anything goes.
fn not_found(name: &str) -> NTSTATUS {
    if name.contains(r"\\") { STATUS_OBJECT_PATH_SYNTAX_BAD } else { STATUS_OBJECT_NAME_NOT_FOUND }
}

/// The key of a name that is to be made.
fn key_of_new(name: &str) -> Result<String, NTSTATUS> {
    let key = normalized(name)?.to_lowercase();
    if key.contains(r"\\") {
        return Err(STATUS_OBJECT_PATH_SYNTAX_BAD);
    }
    let (directory, last) = key.rsplit_once('\\').unwrap_or_default();
    if last.is_empty() {
        return Err(STATUS_OBJECT_NAME_INVALID);
    }
    let is_below = |known: &&str| {
        directory.strip_prefix(known).is_some_and(|rest| rest.is_empty() || rest.starts_with('\\'))
    };
    if directory.is_empty() || DIRECTORIES.iter().any(is_below) {
        Ok(key)
    } else {
        Err(STATUS_OBJECT_PATH_NOT_FOUND)
    }
}

impl Names {
    fn add(&mut self, name: &str, target: Target) -> Result<(), NTSTATUS> {
        let key = key_of_new(name)?;
        if self.0.contains_key(&key) {
            return Err(STATUS_OBJECT_NAME_COLLISION);
        }
        self.0.insert(key, Entry { name: name.to_owned(), target });
        Ok(())
    }

    /// Names a device.
    pub fn add_device(&mut self, name: &str, device: usize) -> Result<(), NTSTATUS> {
        self.add(name, Target::Device(device))
    }

    /// Makes a symbolic link.
    pub fn add_link(&mut self, name: &str, target: &str) -> Result<(), NTSTATUS> {
        let target = normalized(target)?;
        self.add(name, Target::Link(target))
    }

    /// Removes a symbolic link.
    pub fn remove_link(&mut self, name: &str) -> Result<(), NTSTATUS> {
        let key = normalized(name)?.to_lowercase();
        match self.0.get(&key).map(|entry| &entry.target) {
            Some(Target::Link(_)) => {
                self.0.remove(&key);
                Ok(())
            }
            _ => Err(STATUS_OBJECT_NAME_NOT_FOUND),
        }
    }

    /// Removes the name of a device.
    pub fn remove_device(&mut self, device: usize) {
        self.0.retain(|_, entry| entry.target != Target::Device(device));
    }

    /// Looks for the device that a name leads to.
    pub fn find(&self, name: &str) -> Result<Found, NTSTATUS> {
        let mut name = normalized(name)?;
        for _ in 0..MOST_LINKS {
            let lower = name.to_lowercase();
            // The letters of the rest stay as they are, which works where both have as many bytes.
            let whole = if lower.len() == name.len() { &lower } else { &name };
            let ends = whole.match_indices('\\').map(|(at, _)| at).skip(1);
            let mut prefixes = ends.chain([whole.len()]);
            let found = prefixes.find_map(|end| Some((end, &self.0.get(&whole[..end])?.target)));
            match found {
                Some((end, Target::Device(device))) => {
                    return Ok(Found { device: *device, rest: name[end..].to_owned() });
                }
                Some((end, Target::Link(target))) => {
                    name = format!("{target}{}", &name[end..]);
                }
                None => return Err(not_found(&name)),
            }
        }
        Err(STATUS_OBJECT_NAME_NOT_FOUND)
    }

    /// The name of a device, if it has one.
    pub fn of_device(&self, device: usize) -> Option<&str> {
        let mut entries = self.0.values();
        let entry = entries.find(|entry| entry.target == Target::Device(device))?;
        Some(&entry.name)
    }

    /// All links: their names and what they lead to.
    pub fn links(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.values().filter_map(|entry| match &entry.target {
            Target::Link(target) => Some((entry.name.as_str(), target.as_str())),
            Target::Device(_) => None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{Found, Names};
    use crate::nt::{
        STATUS_OBJECT_NAME_COLLISION, STATUS_OBJECT_NAME_INVALID, STATUS_OBJECT_NAME_NOT_FOUND,
        STATUS_OBJECT_PATH_NOT_FOUND, STATUS_OBJECT_PATH_SYNTAX_BAD,
    };

    fn names() -> Names {
        let mut names = Names::default();
        assert_eq!(names.add_device(r"\Device\Echo", 1), Ok(()));
        assert_eq!(names.add_link(r"\DosDevices\Echo", r"\Device\Echo"), Ok(()));
        names
    }

    #[test]
    fn finds_devices_by_all_their_names() {
        let names = names();
        for name in [r"\Device\Echo", r"\device\ECHO", r"\??\echo", r"\\.\Echo", r"\GLOBAL??\Echo"]
        {
            assert_eq!(names.find(name), Ok(Found { device: 1, rest: String::new() }), "{name}");
            let longer = format!(r"{name}\Some\Name");
            assert_eq!(names.find(&longer), Ok(Found { device: 1, rest: r"\Some\Name".into() }));
        }
        let twice = names.find(r"\Device\Echo\\x");
        assert_eq!(twice, Ok(Found { device: 1, rest: r"\\x".into() }));
        assert_eq!(names.find(r"\Device\\Echo"), Err(STATUS_OBJECT_PATH_SYNTAX_BAD));
        for name in [r"\Device\Echo2", r"\\.\Ech", r"\Echo"] {
            assert_eq!(names.find(name), Err(STATUS_OBJECT_NAME_NOT_FOUND), "{name}");
        }
    }

    #[test]
    fn follows_links_to_links_but_not_in_circles() {
        let mut names = names();
        assert_eq!(names.add_link(r"\??\other", r"\DosDevices\Echo"), Ok(()));
        assert_eq!(names.find(r"\\.\other").map(|found| found.device), Ok(1));
        assert_eq!(names.add_link(r"\??\a", r"\??\b"), Ok(()));
        assert_eq!(names.add_link(r"\??\b", r"\??\a"), Ok(()));
        assert_eq!(names.find(r"\??\a"), Err(STATUS_OBJECT_NAME_NOT_FOUND));
    }

    #[test]
    fn refuses_names_that_cannot_be() {
        let mut names = names();
        assert_eq!(names.add_device(r"\device\echo", 2), Err(STATUS_OBJECT_NAME_COLLISION));
        assert_eq!(names.add_link(r"\??\ECHO", r"\Device\x"), Err(STATUS_OBJECT_NAME_COLLISION));
        assert_eq!(names.add_device(r"Device\x", 2), Err(STATUS_OBJECT_PATH_SYNTAX_BAD));
        assert_eq!(names.add_device(r"\Device\\x", 2), Err(STATUS_OBJECT_PATH_SYNTAX_BAD));
        assert_eq!(names.add_device(r"\Nowhere\x", 2), Err(STATUS_OBJECT_PATH_NOT_FOUND));
        assert_eq!(names.add_device(r"\Device\", 2), Err(STATUS_OBJECT_NAME_INVALID));
        assert_eq!(names.add_device("", 2), Err(STATUS_OBJECT_NAME_INVALID));
    }

    #[test]
    fn removes_names() {
        let mut names = names();
        assert_eq!(names.links().collect::<Vec<_>>(), [(r"\DosDevices\Echo", r"\Device\Echo")]);
        assert_eq!(names.remove_link(r"\Device\Echo"), Err(STATUS_OBJECT_NAME_NOT_FOUND));
        assert_eq!(names.remove_link(r"\DosDevices\echo"), Ok(()));
        assert_eq!(names.remove_link(r"\DosDevices\echo"), Err(STATUS_OBJECT_NAME_NOT_FOUND));
        assert_eq!(names.of_device(1), Some(r"\Device\Echo"));
        names.remove_device(1);
        assert_eq!(names.find(r"\Device\Echo"), Err(STATUS_OBJECT_NAME_NOT_FOUND));
    }
}
