//! Network interfaces by name.

use std::fmt;

/// There is no interface of this name or index. Says which ones there are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoSuchInterface(String);

impl fmt::Display for NoSuchInterface {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "there is no network interface {}; {}", self.0, system::those_there_are())
    }
}

impl std::error::Error for NoSuchInterface {}

/// The index of an interface, found by its name or index.
///
/// # Errors
///
/// If there is none.
pub fn index(text: &str) -> Result<u32, NoSuchInterface> {
    let known = match text.parse() {
        Ok(index) => (index != 0 && system::exists(index)).then_some(index),
        Err(_) => system::by_name(text),
    };
    known.ok_or_else(|| NoSuchInterface(text.to_owned()))
}

#[cfg(unix)]
mod system {
    use nix::net::if_::{if_nameindex, if_nametoindex};

    pub fn by_name(name: &str) -> Option<u32> {
        if_nametoindex(name).ok()
    }

    pub fn exists(index: u32) -> bool {
        // Where the interfaces cannot be listed, the kernel decides later.
        if_nameindex().map_or(true, |all| all.iter().any(|one| one.index() == index))
    }

    pub fn those_there_are() -> String {
        let Ok(all) = if_nameindex() else { return "give it by its name or its index".to_owned() };
        let all: Vec<_> = all
            .iter()
            .map(|one| format!("{} ({})", one.name().to_string_lossy(), one.index()))
            .collect();
        format!("there are {}", all.join(", "))
    }
}

#[cfg(windows)]
mod system {
    use windows_sys::Win32::NetworkManagement::{
        IpHelper::{ConvertInterfaceAliasToLuid, ConvertInterfaceLuidToIndex},
        Ndis::NET_LUID_LH,
    };

    /// Interfaces are known by their aliases, such as `Ethernet`.
    pub fn by_name(name: &str) -> Option<u32> {
        let alias: Vec<u16> = name.encode_utf16().chain([0]).collect();
        let (mut luid, mut index) = (NET_LUID_LH::default(), 0);
        // SAFETY: the alias ends with a zero, and the result has its place.
        let found = unsafe { ConvertInterfaceAliasToLuid(alias.as_ptr(), &raw mut luid) };
        if found != 0 {
            return None;
        }
        // SAFETY: both are local variables.
        let found = unsafe { ConvertInterfaceLuidToIndex(&raw const luid, &raw mut index) };
        (found == 0).then_some(index)
    }

    /// The driver finds out when it joins a group.
    pub fn exists(_index: u32) -> bool {
        true
    }

    pub fn those_there_are() -> String {
        "`netsh interface ipv4 show interfaces` lists those there are".to_owned()
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::index;

    #[test]
    fn interfaces_have_names_and_indices() {
        let loopback = index("lo").unwrap();
        assert_eq!(index(&loopback.to_string()), Ok(loopback));
        let error = index("no-such0").unwrap_err().to_string();
        assert!(error.starts_with("there is no network interface no-such0; there are "), "{error}");
        assert!(error.contains(&format!("lo ({loopback})")), "{error}");
        assert!(index("0").is_err());
        assert!(index("4000000000").is_err());
    }
}
